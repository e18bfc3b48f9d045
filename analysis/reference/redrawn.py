"""The reference's own figures of importance and its ROC AUC, as they should have been.

Its random forest is trained with the settings that it printed, on its split of its data. So only
the edition of its data can draw them; any other carries the tables over.
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.data.windows import Windows
from analysis.learn import evaluation, importances, models, scores, splits
from analysis.learn import features as feature_sets
from analysis.learn.case import Case
from analysis.learn.importances import Fitted, Shapley
from analysis.learn.search import named
from analysis.learn.tasks import target
from analysis.reference.reproduction import DATASET, FEATURES, PRINTED, published, title
from analysis.report import importance_figures
from press import Absence, Carried, stored

SEEN = "structure+flips"
REPEATS = 100  # of the permutation, as the reference has them
JUDGED = 500  # held-out rows of a repeat, drawn anew for each
EXPLAINED = 100  # held-out rows whose prediction is divided among the features
ELSEWHERE = Absence(
    f"The reference's forest is trained on its own data, so the edition {DATASET} draws this."
)


def forest(windows: Windows) -> Fitted:
    """Train the reference's random forest with the settings it printed, on its split."""
    X, y = feature_sets.matrix(windows, SEEN), target(windows, "regression")
    ((train, test),) = splits.outer(windows, "random")
    model = models.model("forest")
    pipeline = model.pipeline("regression").set_params(**named(model.winner("regression", SEEN)))
    pipeline.fit(X.iloc[train], y[train])
    return Fitted(pipeline, X.iloc[test], y[test], windows.where(test))


@stored
def permutation(windows: Windows) -> pd.DataFrame:
    """Compute the fall of R2 when a feature is permuted among held-out rows.

    Returns
    -------
    DataFrame, (REPEATS, features)
        Each repeat is of `JUDGED` rows, so that its spread is that of rows and of shuffling.
    """
    trained, draw = forest(windows), np.random.default_rng(0)
    told = trained.pipeline.predict(trained.X)
    falls = {}
    for name in trained.X:
        rows = np.array([draw.permutation(len(trained.y))[:JUDGED] for _ in range(REPEATS)])
        mixed = trained.X.iloc[rows.ravel()]  # all repeats at once: trees are slow to call
        values = draw.permuted(mixed[name].to_numpy().reshape(rows.shape), axis=1)
        asked = trained.pipeline.predict(mixed.assign(**{name: values.ravel()}))
        falls[name] = [
            float(scores.r2(trained.y[chosen], told[chosen]) - scores.r2(trained.y[chosen], other))
            for chosen, other in zip(rows, asked.reshape(rows.shape), strict=True)
        ]
    return pd.DataFrame(falls)


@stored
def shapley(windows: Windows) -> Shapley:
    """Compute Shapley values of the forest, at scaled and (as the reference) unscaled features."""
    import shap  # late: it compiles when it is loaded

    trained = forest(windows)
    rows = np.random.default_rng(0).permutation(len(trained.y))[:EXPLAINED]
    X = trained.X.iloc[rows]
    explainer = shap.TreeExplainer(trained.pipeline["model"])
    scaled = trained.pipeline[:-1].transform(X)
    right, mistaken = (explainer.shap_values(np.asarray(seen)) for seen in (scaled, X))
    return Shapley(right, mistaken, X)


def permutation_figure(windows: Windows) -> Figure | Absence:
    """Draw the falls of the forest's R2, labels as they belong beside those of the reference."""
    if windows.dataset.name != DATASET:
        return ELSEWHERE
    return importance_figures.boxes({"the reference's forest": permutation(windows)}, "R²")


def shapley_figure(windows: Windows) -> Figure | Absence:
    """Draw the forest's Shapley values as they should have been, beside the reference's way."""
    if windows.dataset.name != DATASET:
        return ELSEWHERE
    found = shapley(windows)
    ways = {
        "features as the forest learned them": found.right,
        "unscaled features (as printed)": found.mistaken,
    }
    return importance_figures.beeswarms(ways, found.X, seed=0)


def table(windows: Windows) -> pd.DataFrame | Carried:
    """Show the forest's importances, each beside what the reference's way makes of it."""
    if windows.dataset.name != DATASET:
        return Carried(DATASET)
    falls, sizes = permutation(windows), shapley(windows).mean_size()
    order = importances.ascending(falls)
    shown = pd.DataFrame(
        {
            "Permutation (R²)": falls.median(),
            "Mean size of SHAP (Å)": sizes["right"],
            "SHAP, unscaled (Å)": sizes["mistaken"],
        }
    )
    label = pd.Series(falls.columns, index=order)
    return shown.loc[order[::-1]].assign(**{"Label as printed": label}).rename_axis("Feature")


def auc(windows: Windows) -> pd.DataFrame | Carried:
    """Show ROC AUC of the printed winners: as published, from classes, and from their scores."""
    if windows.dataset.name != DATASET:
        return Carried(DATASET)
    rows = {}
    for features in FEATURES:
        case = Case("classification", features, "random", "published")
        printed = published(windows, "classification", features)["ROC AUC"]
        for name in PRINTED:
            found = evaluation.evaluate(windows, case, name)
            rows[title(name), features] = {
                "Published": printed[name],
                "From classes": float(scores.roc_auc(found.truth, found.prediction)),
                "From scores": float(scores.roc_auc(found.truth, found.decision)),
            }
    found = pd.DataFrame.from_dict(rows, orient="index").unstack(sort=False)
    found.columns = [f"{score}, {features}" for score, features in found.columns]
    return found.rename_axis("Model")
