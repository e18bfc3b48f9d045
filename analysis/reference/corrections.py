"""What the reference did, what was wrong with it, and the numbers before and after."""

import numpy as np
import pandas as pd

from analysis.data.sufficiency import sufficient
from analysis.data.windows import Windows
from analysis.explore import distinguishing
from analysis.ground.wording import fixed, percent, with_interval
from analysis.learn import evaluation, importances, models, scores, splits
from analysis.learn.case import Case
from analysis.learn.search import named
from analysis.learn.tasks import target
from analysis.report import comparisons, learning_tables
from press import Absence, stored

FEATURES = "structure+flips"
LEAF_SIZES = range(10, 60, 5)
DIGITS = 3


@sufficient
def table(windows: Windows, regression: Case, classification: Case) -> pd.DataFrame:
    """Show every correction with the number before and after, on this data set.

    Parameters
    ----------
    windows : Windows
        The data.
    regression, classification : Case
        Both tasks under one split.

    Returns
    -------
    DataFrame
        Index: what the reference did. Columns: what is wrong with it, before, after.
    """
    split, seed = regression.split, regression.seed
    r2 = evaluation.score_table(windows, regression)["R2"]
    classes = evaluation.score_table(windows, classification)
    learned = [name for name in r2.index if not models.model(name).is_baseline]
    rows = [
        *_baselines(r2, classes, learned),
        _auc(windows, classification),
        _ensemble(r2),
        _split(windows, seed),
        _noise(windows, regression),
        _ties(windows, split, seed),
        _unscaled(windows, split, seed),
        _labels(windows, split, seed),
        _pairs(windows),
    ]
    columns = ["The reference", "What is wrong", "Before", "After"]
    return pd.DataFrame(rows, columns=columns).set_index("The reference")


def _baselines(r2: pd.Series, classes: pd.DataFrame, learned: list[str]) -> list[tuple]:
    best, f1 = r2[learned].max(), classes.loc[learned, "F1"].max()
    return [
        (
            "R² is compared with that of a constant",
            "the system's name alone is a baseline, and it knows more than the constant",
            f"best model {_n(best)}, constant {_n(r2['constant'])}",
            f"system mean {_n(r2['system-mean'])}",
        ),
        (
            "F1 is compared with that of the majority class",
            "calling every window fast is a baseline, and F1 rewards it",
            f"best model {_n(f1)}, majority {_n(classes.loc['constant', 'F1'])}",
            f"always fast {_n(classes.loc['always-fast', 'F1'])}",
        ),
    ]


def _auc(windows: Windows, case: Case) -> tuple:
    judged = evaluation.evaluate(windows, case, "boosting")
    labels = scores.roc_auc(judged.truth, judged.prediction)
    return (
        "ROC AUC is computed from classes",
        "a curve needs scores: classes are one point of it",
        f"gradient boosting {_n(labels)}",
        f"gradient boosting {_n(scores.roc_auc(judged.truth, judged.decision))}",
    )


def _ensemble(r2: pd.Series) -> tuple:
    return (
        "Extra Trees are single trees",
        "the method of that name averages many of them",
        f"R² {_n(r2['extra-tree'])}",
        f"R² {_n(r2['extra-trees'])}",
    )


def _split(windows: Windows, seed: int) -> tuple:
    found = learning_tables.feature_split_scores(windows, seed)["R2"]
    unseen = found.get(("system", FEATURES), np.nan)  # none where there is one system
    evaluated = comparisons.known_and_unknown(windows, FEATURES, seed)
    less = with_interval(*evaluation.difference(windows, Case("regression", seed=seed), *evaluated))
    return (
        "Rows are split at random",
        "windows of an ion stand on both sides, and so do all polymers",
        f"random rows, R² {_n(found['random', FEATURES])}",
        f"new ions {_n(found['ion', FEATURES])}, lower by {less}; new system {_n(unseen)}",
    )


def _noise(windows: Windows, case: Case) -> tuple:
    judged = evaluation.evaluate(windows, case, "histogram")
    weights = scores.ion_weights(windows.where(judged.rows), seed=case.seed)
    error = scores.replicated(scores.r2, judged.truth, judged.prediction, weights).std()
    return (
        "Scores are given in four digits and ranked",
        "a test set is a sample, and its ions are its units",
        "no error is given",
        f"standard error of R² {_n(error)}",
    )


def _ties(windows: Windows, split: str, seed: int) -> tuple:
    values = neighbour_ties(windows, split, seed)
    return (
        "The search for neighbours draws `leaf_size`",
        "coordination numbers tie, and the order in which ties are met decides",
        f"structure, R² {_n(values[0])} at leaf size {LEAF_SIZES[0]}",
        f"from {_n(min(values))} to {_n(max(values))} over leaf sizes",
    )


@stored
def neighbour_ties(windows: Windows, split: str = "ion", seed: int = 0) -> list[float]:
    """Compute R2 of 14 equal neighbours on structure for every leaf size in `LEAF_SIZES`."""
    chosen = models.model("neighbours")
    X, y = evaluation.inputs(windows, chosen, "structure"), target(windows, "regression")
    train, test = splits.outer(windows, split, seed)[0]
    values = []
    for size in LEAF_SIZES:
        settings = {"n_neighbors": min(14, len(train)), "leaf_size": size}
        pipeline = chosen.pipeline("regression").set_params(**named(settings))
        pipeline.fit(X.iloc[train], y[train])
        values.append(float(scores.r2(y[test], pipeline.predict(X.iloc[test]))))
    return values


def _unscaled(windows: Windows, split: str, seed: int) -> tuple:
    sizes = importances.shapley(windows, split, seed).mean_size()
    agreement = sizes.rank().corr().loc["right", "mistaken"]
    return (
        "SHAP explains a model of scaled features at unscaled ones",
        "the model is asked about points far from all that it learned",
        f"first {sizes['mistaken'].idxmax()}",
        f"first {sizes['right'].idxmax()} (rank correlation {fixed(agreement, 2)})",
    )


def _labels(windows: Windows, split: str, seed: int) -> tuple:
    falls = importances.permutation(windows, split=split, seed=seed)
    order = importances.ascending(falls)
    right = int(np.sum(order == falls.columns))
    return (
        "The permutation plot sorts its boxes and not its labels",
        "a box stands under the name of another feature",
        f"first {falls.columns[-1]}, {right} of {len(order)} labels right",
        f"first {order[-1]}",
    )


def _pairs(windows: Windows) -> tuple:
    counts = distinguishing.before_and_after(windows)
    before, after = (
        "–" if isinstance(counts, Absence) else f"{counts.loc['all', c]} pairs"
        for c in ("before", "after")
    )
    return (
        f"Pairs of systems are tested at a level of {percent(distinguishing.FIRST_LEVEL, 1)}",
        "rows of one ion are counted as independent, and nothing allows for the number of tests",
        before,
        f"{after}: ions permuted, false discovery rate {percent(distinguishing.RATE)}",
    )


def _n(value: float) -> str:
    return fixed(value, DIGITS)
