"""The two learners of opposite character, and the search of their settings inside an outer fold.

The smooth one extends trends beyond what it has seen; boosted trees answer with the nearest thing
they know. A search sees the rows to learn from alone, in inner folds that hold out the same kind
of group as the outer one does: ions for new ions, polymers for new polymers.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.learn.exact import ridge_scores
from analysis.learn.splits import Fold
from analysis.learn.tasks import task

LEARNERS = ("smooth", "trees")
PENALTY = 10.0  # of standardized columns
FARTHEST = 4  # standard deviations; the square of a rarer count would decide a score by itself
TREES = {"n_estimators": 80, "num_leaves": 15, "learning_rate": 0.08, "min_child_samples": 40}
STEADY = {"random_state": 0, "verbose": -1, "n_jobs": 1, "deterministic": True}
PENALTIES = (1.0, 10.0, 100.0, 1000.0, 10000.0)  # that a search compares
LEAVES = (4, 15)
MOST_TREES = 200
PATIENCE = 10  # trees that may follow without a smaller error


def smooth(X: pd.DataFrame, penalty: float = PENALTY):
    """Make a ridge on averages and history as they are and on products of two window features."""
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures, StandardScaler

    known = [column for column in X if column in X.attrs["straight"]]
    others = [column for column in X if column not in known]
    limits = {"a_min": -FARTHEST, "a_max": FARTHEST}
    clipped = FunctionTransformer(np.clip, kw_args=limits)
    curved = make_pipeline(StandardScaler(), clipped, PolynomialFeatures(2, include_bias=False))
    columns = make_column_transformer((StandardScaler(), known), (curved, others))
    return make_pipeline(columns, Ridge(penalty))


def trees(X: pd.DataFrame, **changed):
    """Make boosted trees, with some of the settings `TREES` changed."""
    from lightgbm import LGBMRegressor

    return LGBMRegressor(**{**TREES, **changed}, **STEADY)


def learner(name: str) -> Callable:
    """Give the function that makes a learner of features and settings."""
    known: dict[str, Callable] = {"smooth": smooth, "trees": trees}
    return known[name]


def searched(name: str, X: pd.DataFrame, y: np.ndarray, folds: list[Fold]) -> dict:
    """Find the settings of a learner with the least mean squared error over inner folds.

    Parameters
    ----------
    name : str
        One of `LEARNERS`.
    X : DataFrame, (rows, features)
        Rows to learn from.
    y : ndarray, (rows,)
        Their `dr`, angstrom.
    folds : list of (train, test)
        Positions in X.

    Returns
    -------
    dict
        What `learner(name)` takes: a penalty, or leaves and a number of trees.
    """
    return _penalty(X, y, folds) if name == "smooth" else _size(X, y, folds)


def _penalty(X: pd.DataFrame, y: np.ndarray, folds: list[Fold]) -> dict[str, float]:
    candidates = [{"alpha": penalty} for penalty in PENALTIES]
    found = ridge_scores(smooth(X), task("regression"), candidates, X, y, folds).mean(axis=1)
    return {"penalty": PENALTIES[int(np.argmax(found))]}


def _size(X: pd.DataFrame, y: np.ndarray, folds: list[Fold]) -> dict[str, int]:
    """Judge every number of trees up to where more no longer help, for each number of leaves."""
    found = {leaves: _errors(X, y, folds, leaves) for leaves in LEAVES}
    best = min(found, key=lambda leaves: min(found[leaves]))
    return {"num_leaves": best, "n_estimators": int(np.argmin(found[best])) + 1}


def _errors(X: pd.DataFrame, y: np.ndarray, folds: list[Fold], leaves: int) -> list[float]:
    """Average the squared error over the folds after each tree, angstrom^2."""
    import lightgbm

    settings = {**TREES, **STEADY, "num_leaves": leaves, "metric": "l2"}
    settings["n_estimators"] = MOST_TREES
    data = lightgbm.Dataset(X, y, params={"verbose": -1})
    enough = lightgbm.early_stopping(PATIENCE, verbose=False)
    return lightgbm.cv(settings, data, folds=folds, callbacks=[enough])["valid l2-mean"]
