"""The reference's published scores, reproduced cell by cell.

The reference printed the winners of its searches and the test scores of the models it refitted
with them. Here the same winners are refitted on the same split of the same data. Everything that
needs the reference data is computed from it in its own edition; any other edition shows the
tables that are committed with the project, with the checksum of the data they were computed from.
"""

import hashlib
import json
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import datasets, learning, models, scores, spaces, splits
from analysis.case import Case
from analysis.search import named
from analysis.tasks import target
from analysis.tasks import task as find_task
from analysis.windows import Windows
from press import Absence, record_input, stored

DATASET = "paec"
COMMITTED = Path(__file__).resolve().parents[1] / "tables" / DATASET
MEASURED = Path(__file__).resolve().parents[1] / "data" / "reference"
FEATURES = ("structure", "structure+flips")
FILES = {
    ("regression", "structure"): "tables/reg_results_struct.csv",
    ("classification", "structure"): "tables/clf_results_struct.csv",
    ("regression", "structure+flips"): "tables/reg_results.csv",
    ("classification", "structure+flips"): "tables/clf_results.csv",
}
REGRESSION = {"R2": scores.r2, "MAE": scores.mae, "MSE": scores.mse, "RMSE": scores.rmse}
# The reference's ROC AUC is that of hard labels, so it judges the prediction and not the score.
CLASSIFICATION = {
    "Accuracy": scores.accuracy,
    "Recall": scores.recall,
    "Precision": scores.precision,
    "F1 Score": scores.f1,
    "ROC AUC": scores.roc_auc,
}
VARIED = ("neighbours", "forest", "boosting")  # depend on the order of rows or on a seed
VARIED_SEEDS = 6
SAME = 1e-3  # of a standard error: equal in all digits that anybody could print
CAUSES = {
    "neighbours": "rows tie at the same distance, and which of them count depends on `leaf_size`",
    "forest": "weighted class counts are summed differently; close splits fall otherwise",
    "boosting": "deep trees on tied rows amplify changes in the last digits of the loss",
    "svm": "the solver stops within a tolerance",
}


def published(windows: Windows, task: str, features: str) -> pd.DataFrame:
    """Read the reference's scores: a row per model (short name), its columns as it named them."""
    file = windows.dataset.file(FILES[task, features])
    table = pd.read_csv(datasets.fetch(windows.dataset, file), index_col=0)
    names = {printed: name for name, printed in spaces.PRINTED.items()}
    return table.rename(index=names)


@stored
def reproduced(windows: Windows, task: str, features: str) -> pd.DataFrame:
    """Refit the printed winners, and set their scores beside the published ones.

    Returns
    -------
    DataFrame
        Index model and score; columns published, reproduced, error (the standard error of the
        reproduced score, by a bootstrap over ions).
    """
    printed = published(windows, task, features)
    functions = CLASSIFICATION if find_task(task).is_classification else REGRESSION
    rows = {}
    for model in printed.index:
        cell = learning.cell(windows, Case(task, features, "random", "published"), model)
        weights = scores.ion_weights(windows.where(cell.rows))
        for name, function in functions.items():
            draws = scores.replicated(function, cell.truth, cell.prediction, weights)
            value = function(cell.truth, cell.prediction)
            rows[model, name] = printed.loc[model, name], float(value), float(draws.std())
    index = pd.MultiIndex.from_tuples(rows, names=["model", "score"])
    columns = ["published", "reproduced", "error"]
    return pd.DataFrame(list(rows.values()), index=index, columns=columns)


def in_errors(table: pd.DataFrame) -> pd.Series:
    """Return reproduced minus published, in standard errors; 0 where both are equal."""
    difference = table["reproduced"] - table["published"]
    equal = difference.abs() < 1e-9
    return (difference / table["error"].where(~equal, 1)).where(~equal, 0.0)


def scores_side_by_side(windows: Windows, task: str, features: str) -> pd.DataFrame | Absence:
    """Show every score as reproduced, with the published one in brackets."""
    if windows.dataset.name != DATASET:
        return committed(f"reproduction-{task}-{features.replace('+', '-')}")
    table = reproduced(windows, task, features)
    cells = [f"{row.reproduced:.4f} ({row.published:.4f})" for row in table.itertuples()]
    shown = pd.Series(cells, table.index).unstack("score")
    order = table.index.unique("model"), table.index.unique("score")
    shown = shown.loc[order[0], order[1]].rename(index=_title)
    return shown.rename_axis("Model").rename_axis(None, axis=1)


def differences(windows: Windows) -> pd.DataFrame | Absence:
    """Show the largest difference of each model, in standard errors of the score."""
    if windows.dataset.name != DATASET:
        return committed("reproduction-differences")
    columns = {}
    for task, features in FILES:
        apart = in_errors(reproduced(windows, task, features)).abs().groupby("model", sort=False)
        columns[f"{task}, {features}"] = apart.max().where(apart.max() > SAME, 0.0)
    table = pd.DataFrame(columns).loc[list(spaces.PRINTED)]
    return table.rename(index=_title).rename_axis("Model")


@stored
def spread(windows: Windows) -> pd.DataFrame:
    """Compute how far scores move when only what should not matter is changed.

    For neighbours that is `leaf_size`; for forests and boosting the seed of the model. Support
    vectors have nothing of the kind.

    Returns
    -------
    DataFrame
        A row per printed winner whose scores differ from the published ones; columns task,
        features, model, score (R2 or F1), published, reproduced, least, most.
    """
    rows = []
    for task, features in FILES:
        table = reproduced(windows, task, features)
        name = "F1 Score" if find_task(task).is_classification else "R2"
        apart = in_errors(table).abs().groupby("model", sort=False).max()
        for model in apart.index[apart > SAME]:
            line = table.loc[(model, name)]
            values = [line.reproduced]
            if model in VARIED:
                values = _varied(windows, task, features, model)
            names = {"task": task, "features": features, "model": model, "score": name}
            ends = {"least": min(values), "most": max(values)}
            rows.append(
                {**names, "published": line.published, "reproduced": line.reproduced, **ends}
            )
    return pd.DataFrame(rows)


def _varied(windows: Windows, task: str, features: str, model: str) -> list[float]:
    """Score the printed winner for several values of what should not matter."""
    train, test = splits.outer(windows, "random", 0)[0]
    chosen = models.model(model)
    X, y = learning.inputs(windows, chosen, features), target(windows, task)
    winner = spaces.winner(model, task, features)
    if "leaf_size" in winner:
        settings = [{**winner, "leaf_size": size} for size in range(10, 60, 5)]
        seeds = [0] * len(settings)
    else:
        settings, seeds = [winner] * VARIED_SEEDS, range(VARIED_SEEDS)
    score = scores.f1 if find_task(task).is_classification else scores.r2
    values = []
    for setting, seed in zip(settings, seeds, strict=True):
        pipeline = chosen.pipeline(task, seed).set_params(**named(setting))
        pipeline.fit(X.iloc[train], y[train])
        values.append(float(score(y[test], pipeline.predict(X.iloc[test]))))
    return values


def deviations(windows: Windows) -> pd.DataFrame | Absence:
    """Show the cells that are not reproduced to the last digit, how far they move, and why."""
    if windows.dataset.name != DATASET:
        return committed("reproduction-deviations")
    table = spread(windows)
    words = {"F1 Score": "F1", "R2": "R²"}
    return pd.DataFrame(
        {
            "Model": [_title(name) for name in table["model"]],
            "Cell": table["task"] + ", " + table["features"],
            "Score": table["score"].map(words),
            "Published": table["published"].map("{:.4f}".format),
            "Reproduced": table["reproduced"].map("{:.4f}".format),
            "Range": [f"{row.least:.4f} to {row.most:.4f}" for row in table.itertuples()],
            "Why": table["model"].map(CAUSES),
        }
    ).set_index("Model")


def committed(name: str) -> pd.DataFrame | Absence:
    """Read a table of the reference's edition as it is committed with the project."""
    path = COMMITTED / f"{name}.csv"
    if not path.is_file():
        return Absence(
            f"The table {name} of the reference's edition is not committed here; render the "
            f"edition {DATASET} to make it."
        )
    return pd.read_csv(_text(path), index_col=0, dtype=str, keep_default_na=False)


def committed_source(name: str) -> dict[str, str]:
    """Return the provenance of a committed table: its function, data and their checksums."""
    path = COMMITTED / f"{name}.json"
    if not path.is_file():
        return {}
    return json.load(_text(path))


def origin(windows: Windows) -> str:
    """Say from which data, by which function the comparison was computed."""
    if windows.dataset.name == DATASET:
        return f"It is computed here from the reference data, sha256 {windows.sha256[:12]}."
    source = committed_source("reproduction-differences")
    if not source:
        return "Its tables are not committed with this copy of the project."
    data = source["data"]["windows"].split(" content:")[0]
    return (
        f"The tables are those committed with the project, computed from {data[:24]}… by "
        f"{source['function']} (source {source['source']})."
    )


def searches() -> pd.DataFrame | Absence:
    """Show the reference's searches as the budget `reference` runs them, as they were measured.

    Five-fold scores of the candidate found and of the printed winner, on the same folds; CPU
    seconds of the search, and of a plain random search where one was run beside it.
    """
    path = MEASURED / "search.csv"
    if not path.is_file():
        return Absence("The searches of the budget `reference` have not been measured here.")
    table = pd.read_csv(_text(path))
    keys = ["model", "task", "features"]
    beside = MEASURED / "plain_search.csv"
    if beside.is_file():
        plain = pd.read_csv(_text(beside))[[*keys, "seconds"]].rename(columns={"seconds": "plain"})
        table = table.merge(plain, on=keys, how="left")
    else:
        table["plain"] = np.nan
    is_r2 = table["task"] == "regression"
    for column in ("recomputed", "printed"):
        r2 = 1 + table[column] / table["variance"]
        table[column] = np.where(is_r2, r2, table[column])
    return pd.DataFrame(
        {
            "Model": table["model"].map(_title),
            "Task": table["task"],
            "Features": table["features"],
            "Score": np.where(is_r2, "R²", "F1"),
            "Found": table["recomputed"],
            "Printed winner": table["printed"],
            "Search (s)": table["seconds"],
            "Plain search (s)": table["plain"],
            "Ratio": table["plain"] / table["seconds"],
        }
    ).set_index("Model")


def _text(path: Path) -> StringIO:
    """Read a committed file, and record it as an input."""
    content = path.read_bytes()
    record_input(path, hashlib.sha256(content).hexdigest())
    return StringIO(content.decode())


def _title(name: str) -> str:
    return models.model(name).title
