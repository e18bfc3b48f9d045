"""The reference's published scores, reproduced one by one.

The reference printed the winners of its searches and the test scores of the models it refitted
with them. Here the same winners are refitted on the same split of the same data. Everything that
needs the reference data is computed from it in its own edition; any other edition carries over the
tables that are committed with the project, with the records of how they were made.
"""

import hashlib
import json
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.data import datasets
from analysis.data.windows import Windows
from analysis.ground.wording import fixed
from analysis.learn import evaluation, models, scores, splits
from analysis.learn.case import Case
from analysis.learn.search import named
from analysis.learn.tasks import target
from analysis.learn.tasks import task as find_task
from press import Absence, Carried, InputError, record_input, stored

DATASET = "paec"
COMMITTED = Path(__file__).resolve().parents[2] / "tables" / DATASET
FEATURES = ("structure", "structure+flips")
FILES = {
    ("regression", "structure"): "tables/reg_results_struct.csv",
    ("classification", "structure"): "tables/clf_results_struct.csv",
    ("regression", "structure+flips"): "tables/reg_results.csv",
    ("classification", "structure+flips"): "tables/clf_results.csv",
}
PRINTED = {name: model.printed for name, model in models.MODELS.items() if model.printed}
REGRESSION = {"R2": scores.r2, "MAE": scores.mae, "MSE": scores.mse, "RMSE": scores.rmse}
# The reference's ROC AUC is that of hard labels, so it judges the prediction and not the score.
CLASSIFICATION = {
    "Accuracy": scores.accuracy,
    "Recall": scores.recall,
    "Precision": scores.precision,
    "F1 Score": scores.f1,
    "ROC AUC": scores.roc_auc,
}
SHOWN = {"R2": "R²", "F1 Score": "F1"}  # as this thesis writes what the reference named otherwise
VARIED = ("neighbours", "forest", "boosting")  # depend on the order of rows or on a seed
VARIED_SEEDS = 6
LEAF_SIZES = range(10, 60, 5)  # within those that the reference searched
SAME = 1e-3  # of a standard error: not worth a row among the deviations
INSIDE, OUTSIDE, UNVARIED = "inside", "outside", "nothing to vary"


def published(windows: Windows, task: str, features: str) -> pd.DataFrame:
    """Read the reference's scores: a row per model (short name), its columns as it named them."""
    file = windows.dataset.file(FILES[task, features])
    table = pd.read_csv(datasets.fetch(windows.dataset, file), index_col=0)
    names = {printed: name for name, printed in PRINTED.items()}
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
        judged = evaluation.evaluate(windows, Case(task, features, "random", "published"), model)
        weights = scores.ion_weights(windows.where(judged.rows))
        for name, function in functions.items():
            draws = scores.replicated(function, judged.truth, judged.prediction, weights)
            value = function(judged.truth, judged.prediction)
            rows[model, name] = printed.loc[model, name], float(value), float(draws.std())
    index = pd.MultiIndex.from_tuples(rows, names=["model", "score"])
    columns = ["published", "reproduced", "error"]
    return pd.DataFrame(list(rows.values()), index=index, columns=columns)


def in_errors(table: pd.DataFrame) -> pd.Series:
    """Return reproduced minus published, in standard errors; 0 where both are equal."""
    difference = table["reproduced"] - table["published"]
    equal = difference.abs() < 1e-9
    return (difference / table["error"].where(~equal, 1)).where(~equal, 0.0)


def scores_side_by_side(windows: Windows, task: str, features: str) -> pd.DataFrame | Carried:
    """Show every score as reproduced, with the published one in brackets."""
    if windows.dataset.name != DATASET:
        return Carried(DATASET)
    table = reproduced(windows, task, features)
    cells = [
        f"{fixed(row.reproduced, 4)} ({fixed(row.published, 4)})" for row in table.itertuples()
    ]
    shown = pd.Series(cells, table.index).unstack("score")
    order = table.index.unique("model"), table.index.unique("score")
    shown = shown.loc[order[0], order[1]].rename(index=title, columns=SHOWN)
    return shown.rename_axis("Model").rename_axis(None, axis=1)


def differences(windows: Windows) -> pd.DataFrame | Carried:
    """Show the largest difference of each model, in standard errors of the score."""
    if windows.dataset.name != DATASET:
        return Carried(DATASET)
    columns = {}
    for task, features in FILES:
        apart = in_errors(reproduced(windows, task, features)).abs().groupby("model", sort=False)
        columns[f"{task}, {features}"] = apart.max()
    table = pd.DataFrame(columns).loc[list(PRINTED)]
    return table.rename(index=title).rename_axis("Model")


@stored
def spread(windows: Windows) -> pd.DataFrame:
    """Compute how far scores move when only what should not matter is changed.

    For neighbours that is `leaf_size`; for forests and boosting the seed of the model. Support
    vectors have nothing of the kind.

    Returns
    -------
    DataFrame
        A row per printed winner whose scores differ from the published ones; columns task,
        features, model, score (R2 or F1), published, reproduced, least, most (the ends of the
        range; missing where nothing was varied).
    """
    rows = []
    for task, features in FILES:
        table = reproduced(windows, task, features)
        name = "F1 Score" if find_task(task).is_classification else "R2"
        apart = in_errors(table).abs().groupby("model", sort=False).max()
        for model in apart.index[apart > SAME]:
            line = table.loc[(model, name)]
            is_varied = model in VARIED
            values = _varied(windows, task, features, model) if is_varied else [np.nan]
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
    X, y = evaluation.inputs(windows, chosen, features), target(windows, task)
    winner = chosen.winner(task, features)
    if "leaf_size" in winner:
        settings = [{**winner, "leaf_size": size} for size in LEAF_SIZES]
        seeds = [0] * len(settings)
    else:
        settings, seeds = [winner] * VARIED_SEEDS, list(range(VARIED_SEEDS))
    score = scores.f1 if find_task(task).is_classification else scores.r2
    values = []
    for setting, seed in zip(settings, seeds, strict=True):
        pipeline = chosen.pipeline(task, seed).set_params(**named(setting))
        pipeline.fit(X.iloc[train], y[train])
        values.append(float(score(y[test], pipeline.predict(X.iloc[test]))))
    return values


def deviations(windows: Windows) -> pd.DataFrame | Carried:
    """Show what is not reproduced, how far it moves, and whether that reaches the published one."""
    if windows.dataset.name != DATASET:
        return Carried(DATASET)
    table = spread(windows)
    is_inside = table["published"].between(table["least"], table["most"])
    where = is_inside.map({True: INSIDE, False: OUTSIDE}).where(table["least"].notna(), UNVARIED)
    ends = [f"{fixed(row.least, 4)} to {fixed(row.most, 4)}" for row in table.itertuples()]
    return pd.DataFrame(
        {
            "Model": table["model"].map(title),
            "Cell": table["task"] + ", " + table["features"],
            "Score": table["score"].map(SHOWN),
            "Published": table["published"],
            "Here": table["reproduced"],
            "Range": pd.Series(ends, table.index).where(table["least"].notna(), None),
            "Where": where,
        }
    ).set_index("Model")


# --- sentences -----------------------------------------------------------------------------------


def deviations_in_words(windows: Windows) -> str:
    """Say which deviations the ranges cover, and which they leave without an explanation."""
    table = _shown(windows, "reproduction-deviations", deviations)
    if isinstance(table, Absence):
        return str(table)
    if table.empty:
        return "There are none."
    if "Where" not in table:
        return f"The table is of an earlier version; render the edition {DATASET} to renew it."
    covered = table["Where"] == INSIDE
    parts = [
        f"In {covered.sum()} of these {len(table)} cells the published score lies inside the "
        "range: accidents of this kind are large enough to explain the difference."
    ]
    is_outside, has_leaves = table["Where"] == OUTSIDE, table.index == title("neighbours")
    for rows, words in (
        (is_outside & ~has_leaves, f"It lies outside the range of {VARIED_SEEDS} seeds for"),
        (is_outside & has_leaves, f"It lies outside the range of {len(LEAF_SIZES)} leaf sizes for"),
        (table["Where"] == UNVARIED, "Nothing of the kind can be varied for"),
    ):
        cells = [
            f"{row.Index.lower()} ({row.Cell}: published {fixed(float(row.Published), 4)}, here "
            f"{fixed(float(row.Here), 4)})"
            for row in table[rows].itertuples()
        ]
        if cells:
            parts.append(f"{words} {' and '.join(cells)}.")
    if not covered.all():
        parts.append("What is not inside remains unexplained.")
    return " ".join(parts)


def equal_in_print(windows: Windows) -> str:
    """Say how many scores are the published ones in all four decimals."""
    equal = count = 0
    for task, features in FILES:
        name = table_name(task, features)
        table = _shown(windows, name, scores_side_by_side, task, features)
        if isinstance(table, Absence):
            return str(table)
        for cell in table.to_numpy().ravel():
            here, published = cell.rstrip(")").split(" (")
            equal, count = equal + (here == published), count + 1
    return f"Of {count} scores, {equal} are equal in all four decimals."


def table_name(task: str, features: str) -> str:
    """Name the table of scores side by side."""
    return f"reproduction-{task}-{features.replace('+', '-')}"


def _shown(windows: Windows, name: str, function, *args) -> pd.DataFrame | Absence:
    """Return a table as the chapter shows it: computed, or as it is committed."""
    if windows.dataset.name == DATASET:
        return function(windows, *args)
    path = COMMITTED / f"{name}.csv"
    if not path.is_file():
        return Absence(f"The edition {DATASET}, which computes this, has not been rendered here.")
    return pd.read_csv(read(path), index_col=0, dtype=str, keep_default_na=False)


def origin(windows: Windows) -> str:
    """Say from which data, by which function the comparison was computed."""
    if windows.dataset.name == DATASET:
        return f"It is computed here from the reference data, sha256 {windows.sha256[:12]}."
    path = COMMITTED / "reproduction-differences.json"
    if not path.is_file():
        return "Its tables are not committed with this copy of the project."
    try:
        record = json.load(read(path))
        data, function = record["data"]["windows"].split(" content:")[0], record["function"]
    except (ValueError, KeyError) as error:
        rule = f"as rendering the edition {DATASET} writes it"
        raise InputError("the record of a table cannot be read", file=path, rule=rule) from error
    return (
        f"The tables are carried over from the edition {DATASET}: they were computed from "
        f"{data[:24]}… by `{function}` and its neighbours, and the command thesis verify computes "
        "them again from these data where they are at hand."
    )


def read(path: Path) -> StringIO:
    """Open a file that is committed with the project, and record it as an input."""
    content = path.read_bytes()
    record_input(path, hashlib.sha256(content).hexdigest())
    return StringIO(content.decode())


def title(name: str) -> str:
    """Name a model as the thesis does."""
    return models.model(name).title
