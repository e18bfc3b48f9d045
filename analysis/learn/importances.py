"""What a model uses: impurity, permutation, Shapley values, and dropping whole groups.

The model explained is LightGBM's boosting, which is as good as any here and quick enough to be
refitted many times; impurity is shown for a forest too. An importance says what a model does with
its features. It says nothing of what would happen to Li+ if a feature were changed.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.pipeline import Pipeline

from analysis.data.bootstrap import interval
from analysis.data.windows import Windows
from analysis.learn import features as feature_sets
from analysis.learn import models, splits
from analysis.learn.scores import ion_weights, r2, replicated
from analysis.learn.tasks import target
from press import stored

FEATURES = "structure+flips"
EXPLAINED = "lightgbm"
FOREST = "extra-trees"
REPEATS = 10


@dataclass(frozen=True, eq=False)
class Fitted:
    """A trained pipeline and the rows that it did not see.

    Parameters
    ----------
    pipeline : Pipeline
        Scaler and model.
    X : DataFrame, (rows, features)
        The features of the held-out rows, as they stand in the table.
    y : ndarray, (rows,)
        Their target.
    windows : Windows
        Their windows.
    """

    pipeline: Pipeline
    X: pd.DataFrame
    y: np.ndarray
    windows: Windows

    def score(self, X: pd.DataFrame) -> float:
        """Score the predictions from `X`: R2, or ROC AUC for a classifier."""
        if hasattr(self.pipeline, "classes_"):
            return float(roc_auc_score(self.y, models.decision(self.pipeline, X)))
        return float(r2_score(self.y, self.pipeline.predict(X)))


def fitted(
    windows: Windows,
    model: str = EXPLAINED,
    task: str = "regression",
    features: str = FEATURES,
    split: str = "ion",
    seed: int = 0,
    fast: float | None = None,
) -> Fitted:
    """Train a model with its fixed settings on the first outer fold."""
    X, y = feature_sets.matrix(windows, features), target(windows, task, fast)
    train, test = fold = splits.outer(windows, split, seed)[0]
    feature_sets.check_varying(X, [fold])
    pipeline = models.model(model).pipeline(task, seed).fit(X.iloc[train], y[train])
    return Fitted(pipeline, X.iloc[test], y[test], windows.where(test))


@stored
def impurity(windows: Windows, split: str = "ion", seed: int = 0) -> pd.DataFrame:
    """Compute how much each feature reduces the squared error in the training rows, in shares.

    Returns
    -------
    DataFrame, (features, 3)
        Columns forest (mean over the trees of the extra-trees ensemble), spread (standard
        deviation over its trees), boosting (LightGBM's gain). Each of the first and last sums
        to 1.
    """
    trained = fitted(windows, FOREST, split=split, seed=seed)
    trees = np.array([t.feature_importances_ for t in trained.pipeline["model"].estimators_])
    booster = fitted(windows, split=split, seed=seed).pipeline["model"].booster_
    gain = booster.feature_importance("gain")
    return pd.DataFrame(
        {"forest": trees.mean(axis=0), "spread": trees.std(axis=0), "boosting": gain / gain.sum()},
        index=pd.Index(trained.X.columns, name="feature"),
    )


@stored
def permutation(
    windows: Windows,
    task: str = "regression",
    split: str = "ion",
    seed: int = 0,
    fast: float | None = None,
    within: bool = False,
) -> pd.DataFrame:
    """Compute how much the score on held-out rows falls when one feature is permuted.

    Parameters
    ----------
    windows : Windows
        The data.
    task, split, seed, fast
        As in `analysis.learn.case.Case`.
    within : bool
        Permute within each system only: the feature keeps what it says about the polymer, and
        loses what it says about the window.

    Returns
    -------
    DataFrame, (REPEATS, features)
        The fall of R2, or of ROC AUC.
    """
    trained = fitted(windows, task=task, split=split, seed=seed, fast=fast)
    draw = np.random.default_rng(seed)
    whole = trained.score(trained.X)
    system = trained.windows.table["system"].cat.codes.to_numpy()
    blocks = [np.flatnonzero(system == code) for code in np.unique(system)]
    groups = blocks if within else [np.arange(len(system))]
    falls = {
        name: [
            whole - trained.score(_permuted(trained.X, name, groups, draw)) for _ in range(REPEATS)
        ]
        for name in trained.X
    }
    return pd.DataFrame(falls)


def ascending(falls: pd.DataFrame) -> pd.Index:
    """Order the features by the median of their falls, as the boxes of a plot are sorted."""
    return falls.median().sort_values(kind="stable").index


def _permuted(X: pd.DataFrame, name: str, groups: list[np.ndarray], draw) -> pd.DataFrame:
    """Return a copy in which one column is permuted within each group of rows."""
    values = X[name].to_numpy().copy()
    for rows in groups:
        values[rows] = draw.permutation(values[rows])
    return X.assign(**{name: values})


@dataclass(frozen=True, eq=False)
class Shapley:
    """Shapley values of the held-out rows.

    Parameters
    ----------
    right : ndarray, (rows, features)
        Of the model at the features that it was trained on, angstrom.
    mistaken : ndarray, (rows, features)
        The reference's way: the scaled model is asked about unscaled features.
    X : DataFrame, (rows, features)
        The features, unscaled.
    """

    right: np.ndarray
    mistaken: np.ndarray
    X: pd.DataFrame

    def mean_size(self) -> pd.DataFrame:
        """Return the mean absolute value of each feature, angstrom, both ways."""
        columns = {"right": self.right, "mistaken": self.mistaken}
        sizes = {name: np.abs(values).mean(axis=0) for name, values in columns.items()}
        return pd.DataFrame(sizes, index=self.X.columns)


@stored
def shapley(windows: Windows, split: str = "ion", seed: int = 0) -> Shapley:
    """Compute exact Shapley values of the trees (TreeSHAP) for every held-out row."""
    import shap  # late: it compiles when it is loaded

    trained = fitted(windows, split=split, seed=seed)
    explainer = shap.TreeExplainer(trained.pipeline["model"])
    scaled = trained.pipeline[:-1].transform(trained.X)
    right, mistaken = (explainer.shap_values(np.asarray(seen)) for seen in (scaled, trained.X))
    return Shapley(right, mistaken, trained.X)


@stored
def beyond_last_cut(windows: Windows, split: str = "ion", seed: int = 0) -> pd.Series:
    """Compute how often a feature as it stands in the table lies beyond all cuts of a tree.

    That is where the reference's way asks the trees: they were grown on scaled features.

    Returns
    -------
    Series
        Index: the features on which trees cut. Share of the pairs of a held-out row and a tree
        that cuts on the feature, in which the unscaled value is above the tree's highest cut.
    """
    trained = fitted(windows, split=split, seed=seed)
    nodes = trained.pipeline["model"].booster_.trees_to_dataframe().dropna(subset="split_feature")
    nodes["split_feature"] = nodes["split_feature"].map(
        dict(zip(trained.pipeline["model"].feature_name_, trained.X, strict=True))
    )
    highest = nodes.groupby(["split_feature", "tree_index"])["threshold"].max()
    shares = {
        name: (trained.X[name].to_numpy()[:, None] > highest[name].to_numpy()).mean()
        for name in trained.X
        if name in highest.index.unique("split_feature")
    }
    return pd.Series(shares, dtype=float)


def groups(windows: Windows) -> dict[str, list[str]]:
    """Name groups of features: kinds, shells, partners; each with its columns.

    A group that is all there is cannot be left out, and is none.
    """
    everything = list(windows.features)
    second = [name for name in everything if name.removesuffix("-flip").endswith("-2")]
    partners = {
        f"everything about {partner}": [
            name for name in everything if name.removesuffix("-flip").removesuffix("-2") == partner
        ]
        for partner in windows.partners
    }
    named = {
        "all coordination numbers": list(windows.structure),
        "all flips": list(windows.flips),
        "the first shell": [name for name in everything if name not in second],
        "the second shell": second,
        **partners,
    }
    return {name: columns for name, columns in named.items() if len(columns) < len(everything)}


@stored
def dropped(windows: Windows, split: str = "ion", seed: int = 0) -> pd.DataFrame:
    """Compute how much R2 falls when a group of features is left out and the model refitted.

    Returns
    -------
    DataFrame
        Index: the group left out. Columns value, low, high: the fall of R2, with an interval by a
        bootstrap over ions of both models together.
    """
    full = fitted(windows, split=split, seed=seed)
    train, _ = splits.outer(windows, split, seed)[0]
    X, y = feature_sets.matrix(windows, FEATURES), target(windows, "regression")
    weights = ion_weights(full.windows, seed=seed)
    best = full.pipeline.predict(full.X)
    rows = {}
    for name, columns in groups(windows).items():
        rest = [column for column in X if column not in columns]
        pipeline = models.model(EXPLAINED).pipeline("regression", seed)
        pipeline.fit(X[rest].iloc[train], y[train])
        left = pipeline.predict(full.X[rest])
        draws = replicated(r2, full.y, best, weights) - replicated(r2, full.y, left, weights)
        rows[name] = (float(r2(full.y, best) - r2(full.y, left)), *map(float, interval(draws)))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high"])
    return table.rename_axis("left out")
