"""Searches that share work between candidates and give what a plain search gives.

Ridge: with X'X = V diag(s) V', the coefficients for every penalty alpha are
V (V'X'y / (s + alpha)), so one eigendecomposition per fold serves all candidates. Neighbours: the
nearest k of the largest k serve every smaller one and both kinds of weights. Where rows tie at the
same distance, which of them are the nearest is a matter of the order in which they are met
(`leaf_size` in scikit-learn, here the largest k); without ties the results are equal.

Single trees are searched plainly. Trees share no more than the order of the features' values, and
candidates that must grow the same tree are rare: of the reference's 50, 49 or 50 differ in what
takes effect (the number of features tried, the depth, leaves, and max(min_samples_split,
2 min_samples_leaf)). A whole search takes 2 to 9 s.
"""

import numpy as np
from sklearn.metrics import f1_score, mean_squared_error
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import Pipeline

from analysis.learn.splits import Fold
from analysis.learn.tasks import Task


def ridge_scores(
    pipeline: Pipeline, task: Task, candidates: list[dict], X, y, folds: list[Fold]
) -> np.ndarray:
    """Compute the criterion of every candidate in every fold, (candidates, folds).

    Parameters
    ----------
    pipeline : Pipeline
        Whose steps before the last prepare the features.
    task : Task
        For classification y is set to -1 and 1 and the sign of the prediction is the class.
    candidates : list of dict
        Each with `alpha`.
    X : DataFrame, (rows, features)
    y : ndarray, (rows,)
    folds : list of (train, test)
        Positions.
    """
    alphas = np.array([candidate["alpha"] for candidate in candidates])
    goal = 2.0 * y - 1 if task.is_classification else y
    columns = []
    for train, test in folds:
        prepare = pipeline[:-1]
        seen = prepare.fit_transform(X.iloc[train])
        new = prepare.transform(X.iloc[test])
        centre, mean = seen.mean(axis=0), goal[train].mean()
        centred = seen - centre
        size, direction = np.linalg.eigh(centred.T @ centred)
        along = direction.T @ (centred.T @ (goal[train] - mean))
        coefficients = direction @ (along[:, None] / (size[:, None] + alphas))
        predicted = (new - centre) @ coefficients + mean
        if task.is_classification:
            predicted = (predicted > 0).astype(int)
        columns.append([_criterion(task, y[test], column) for column in predicted.T])
    return np.array(columns).T


def neighbour_scores(
    pipeline: Pipeline, task: Task, candidates: list[dict], X, y, folds: list[Fold]
) -> np.ndarray:
    """Compute the same as `ridge_scores` for neighbours, (candidates, folds).

    Candidates have `n_neighbors` and `weights`.
    """
    most = max(candidate["n_neighbors"] for candidate in candidates)
    columns = []
    for train, test in folds:
        prepare = pipeline[:-1]
        search = NearestNeighbors(n_neighbors=most).fit(prepare.fit_transform(X.iloc[train]))
        distance, neighbour = search.kneighbors(prepare.transform(X.iloc[test]))
        near = y[train][neighbour]
        known = {}
        for candidate in candidates:
            key = candidate["n_neighbors"], candidate["weights"]
            if key not in known:
                k, weights = key
                weight = _weights(distance[:, :k], weights)
                predicted = (near[:, :k] * weight).sum(axis=1) / weight.sum(axis=1)
                if task.is_classification:
                    predicted = (predicted > 0.5).astype(int)
                known[key] = _criterion(task, y[test], predicted)
        columns.append([known[c["n_neighbors"], c["weights"]] for c in candidates])
    return np.array(columns).T


def _weights(distance: np.ndarray, kind: str) -> np.ndarray:
    """Return equal weights, or 1/distance; with a neighbour at distance 0 only such count."""
    if kind == "uniform":
        return np.ones_like(distance)
    same = distance == 0
    inverse = 1 / np.where(same, 1, distance)
    return np.where(same.any(axis=1, keepdims=True), same, inverse)


def _criterion(task: Task, y: np.ndarray, predicted: np.ndarray) -> float:
    if task.is_classification:
        return f1_score(y, predicted, zero_division=0)
    return -mean_squared_error(y, predicted)
