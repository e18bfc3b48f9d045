"""Tables of scores as the thesis shows them."""

import numpy as np
import pandas as pd

from analysis.data.bootstrap import interval
from analysis.data.sufficiency import Insufficient, sufficient
from analysis.data.windows import Windows
from analysis.explore import ceiling
from analysis.ground.wording import MISSING, fixed, with_interval
from analysis.learn import evaluation, models, splits
from analysis.learn import features as feature_sets
from analysis.learn.case import Case
from analysis.learn.scores import ion_weights, r2, replicated
from analysis.learn.tasks import TASKS
from press import Absence, stored

HEADINGS = {
    "R2": "R²",
    "MAE": "MAE (Å)",
    "MSE": "MSE (Å²)",
    "RMSE": "RMSE (Å)",
    "AUC": "ROC AUC",
    "AP": "Average precision",
}
BY_CLASS = ("Accuracy", "Recall", "Precision", "F1")
BY_SCORE = ("AUC", "AP")
REGRESSION = ("R2", "MAE", "MSE", "RMSE")
SCORED = ("R2", "low", "high", "error", "why")
COMPARED = "lightgbm"  # compares feature sets and splits, since it is quick to train
SMOOTH = "smooth"  # stands beside it: what carries over to a new polymer depends on the learner
DECIMALS = {"MSE": 2}  # of a score and its interval, which is wide
USUAL_DECIMALS = 3


@sufficient
def regression_scores(windows: Windows, case: Case) -> pd.DataFrame:
    """Show the scores of every model for `dr`, each with its 95 % interval."""
    return _worded(evaluation.score_table(windows, case), REGRESSION)


@sufficient
def class_scores(windows: Windows, case: Case) -> pd.DataFrame:
    """Show the scores of every model's classes, each with its 95 % interval."""
    return _worded(evaluation.score_table(windows, case), BY_CLASS)


@sufficient
def ranking_scores(windows: Windows, case: Case) -> pd.DataFrame:
    """Show how well every model ranks windows by their chance to be fast."""
    return _worded(evaluation.score_table(windows, case), BY_SCORE)


def _worded(table: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Write each score with its interval; a row per model, by its title."""
    shown = pd.DataFrame(
        {
            HEADINGS.get(name, name): [
                with_interval(*row, decimals=DECIMALS.get(name, USUAL_DECIMALS))
                if row[1] < row[2]
                else f"{row[0]:.3f}"  # the same in every replicate
                for row in table[[name, f"{name} low", f"{name} high"]].to_numpy()
            ]
            for name in names
        },
        index=[models.model(name).title for name in table.index],
    )
    return shown.rename_axis("Model")


@stored
def feature_split_scores(windows: Windows, seed: int = 0) -> pd.DataFrame:
    """Compute R2 of `dr` for every feature set under every split, with intervals.

    Random and ion splits predict every row once, in five folds; the polymer splits hold out every
    group in turn; `time` predicts the last fifth. R2 is pooled over all rows predicted. Baselines
    stand beside the feature sets, because a constant scores below zero where the held-out
    polymers differ from the others.

    Returns
    -------
    DataFrame
        Index split and seen (a feature set or the title of a baseline); columns R2, low, high,
        error (its standard error), and why: empty, or the reason why there is no number.
    """
    rows = {
        (split, seen): _pooled(windows, split, features, model, seed)
        for split in splits.SPLITS
        if divisible(windows, split)
        for seen, features, model in compared(windows)
    }
    index = pd.MultiIndex.from_tuples(rows, names=["split", "seen"])
    return pd.DataFrame(list(rows.values()), index=index, columns=SCORED)


def divisible(windows: Windows, split: str) -> bool:
    """Whether the data set can be split so: it has what the split asks for, and two groups."""
    groups = {"system": len(windows.systems)} | {
        axis: windows.described.iloc[:, k].nunique()
        for k, axis in zip(range(windows.described.shape[1]), ("row", "column"), strict=False)
    }
    enough = groups.get(split, splits.FEWEST_SYSTEMS) >= splits.FEWEST_SYSTEMS
    return enough and splits.absence(windows, split) is None


def compared(windows: Windows) -> list[tuple[str, str, str]]:
    """List what is compared: how it is called, its feature set, its model."""
    baselines = [
        (models.model(name).title, "structure", name)
        for name in evaluation.available_models(windows, "regression")
        if models.model(name).is_baseline
    ]
    sets = [name for name in feature_sets.FEATURE_SETS if not _lacks(windows, name)]
    trees = [(name, name, COMPARED) for name in sets]
    smooth = [(smoothly(name), name, SMOOTH) for name in sets]
    return baselines + [row for pair in zip(trees, smooth, strict=True) for row in pair]


def smoothly(features: str) -> str:
    """Call a feature set as the smooth learner sees it."""
    return f"{features}, smooth"


def _lacks(windows: Windows, features: str) -> bool:
    return feature_sets.absence(windows, features) is not None


def _pooled(windows: Windows, split: str, features: str, model: str, seed: int) -> tuple:
    case = Case("regression", features, split, seed=seed)
    try:
        judged = evaluation.evaluate(windows, case, model, complete=True)
    except Insufficient as lacking:
        return (*[np.nan] * 4, lacking.message)
    weights = ion_weights(windows.where(judged.rows), seed=seed)
    draws = replicated(r2, judged.truth, judged.prediction, weights)
    return (
        float(r2(judged.truth, judged.prediction)),
        *map(float, interval(draws)),
        float(draws.std()),
        "",
    )


@sufficient
def splits_and_features(windows: Windows, seed: int = 0) -> pd.DataFrame:
    """Show R2 with its standard error, for every feature set (rows) and split (columns)."""
    table = feature_split_scores(windows, seed)
    order = [seen for seen, _, _ in compared(windows)]
    shown = pd.DataFrame(
        {
            splits.SPLITS[split].title: rows.droplevel("split").apply(_with_error, axis=1)
            for split, rows in table.groupby("split", sort=False)
        }
    )
    return shown.loc[order].rename_axis("What is seen")


def _with_error(row: pd.Series) -> str:
    if row["why"]:
        return MISSING
    value, error = (fixed(row[name], USUAL_DECIMALS) for name in ("R2", "error"))
    return f"{value} ± {error}"


@sufficient
@stored
def held_out_errors(windows: Windows, seed: int = 0) -> pd.DataFrame | Absence:
    """Compute the RMSE of `dr` in each system when that system is held out.

    Returns
    -------
    DataFrame, (systems, what is seen)
        Angstrom. The last column is the spread of `dr` about the system's own mean, below which
        no prediction by the polymer alone can come.
    """
    if len(windows.systems) < splits.FEWEST_SYSTEMS:
        return Absence(
            f"The data set {windows.dataset.name} has one system, which is too few to learn from "
            "all but one."
        )
    system = windows.table["system"].astype(str).to_numpy()
    columns = {}
    for seen, features, model in compared(windows):
        case = Case("regression", features, "system", seed=seed)
        judged = evaluation.evaluate(windows, case, model)
        square = (
            pd.Series((judged.truth - judged.prediction) ** 2).groupby(system[judged.rows]).mean()
        )
        columns[seen] = np.sqrt(square)
    by_system = windows.table.groupby("system", observed=True)["dr"]
    table = pd.DataFrame(columns).loc[list(windows.systems)]
    return table.assign(own=by_system.std(ddof=0).astype(float)).rename_axis("System")


def ceilings(windows: Windows, seed: int = 0) -> pd.DataFrame:
    """Show how much of the variance of `dr` could be forecast at all.

    Returns
    -------
    DataFrame
        R2 with its interval: of the polymer's name, and of both ceilings.
    """
    limits = ceiling.r2_ceiling(windows, seed)
    rows = {
        "Between systems (their names)": limits.loc["between systems"],
        "Ceiling of a forecast, from moments": limits.loc["from moments"],
        "Ceiling of a forecast, from replicas": limits.loc["from replicas"],
    }
    shown = {name: with_interval(*row, decimals=USUAL_DECIMALS) for name, row in rows.items()}
    return pd.DataFrame({"R²": pd.Series(shown)}).rename_axis("Share of Var(dr)")


def model_list() -> pd.DataFrame:
    """Show every model: what kind it is, and which of its settings are searched."""
    words = {
        "baseline": "baseline",
        "reference": "of the reference",
        "added": "added",
    }
    rows = {}
    for model in models.MODELS.values():
        searched = {key for task in TASKS for key in model.space(task)}
        settings = ", ".join(f"`{key}`" for key in sorted(searched)) or "none"
        rows[model.title] = (words[model.kind], settings)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["Kind", "Settings searched"])
    return table.rename_axis("Model")
