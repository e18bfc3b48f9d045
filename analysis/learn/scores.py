"""Scores of predictions, and their intervals by a bootstrap over ions.

Every score takes the truth `y`, the prediction `p` (in angstrom, or 0 and 1) and optional weights
of the rows `w`, (rows,) or (replicates, rows), and reduces the last axis. A bootstrap replicate is
a set of weights: how often each row's ion was drawn.
"""

from collections.abc import Callable

import numpy as np

from analysis.data.bootstrap import ion_draws
from analysis.data.windows import Windows

REPLICATES = 500
CHUNK = 50  # replicates at a time, so that memory stays small

Score = Callable[..., np.ndarray]


def mean(values: np.ndarray, w: np.ndarray | None) -> np.ndarray:
    """Weighted mean over the rows."""
    if w is None:
        return values.mean()
    return w @ values / w.sum(axis=-1)


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Divide; 0 where the denominator is 0."""
    denominator = np.asarray(denominator, dtype=float)
    return np.divide(numerator, denominator, out=np.zeros_like(denominator), where=denominator > 0)


def mse(y, p, w=None):
    """Compute the mean squared error, angstrom^2."""
    return mean((y - p) ** 2, w)


def rmse(y, p, w=None):
    """Root of the mean squared error, angstrom."""
    return np.sqrt(mse(y, p, w))


def mae(y, p, w=None):
    """Mean absolute error, angstrom."""
    return mean(np.abs(y - p), w)


def r2(y, p, w=None):
    """Coefficient of determination: 1 - MSE / Var(y)."""
    variance = mean(y**2, w) - mean(y, w) ** 2
    return 1 - mse(y, p, w) / variance


def accuracy(y, p, w=None):
    """Fraction of rows whose class is right."""
    return mean((y == p).astype(float), w)


def recall(y, p, w=None):
    """Fraction of the fast windows that are called fast."""
    return _ratio(mean(1.0 * y * p, w), mean(1.0 * y, w))


def precision(y, p, w=None):
    """Fraction of the windows called fast that are fast; 0 if none is called so."""
    return _ratio(mean(1.0 * y * p, w), mean(1.0 * p, w))


def f1(y, p, w=None):
    """Harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN)."""
    return _ratio(2 * mean(1.0 * y * p, w), mean(1.0 * y, w) + mean(1.0 * p, w))


def _in_groups_of_ties(y, s, w):
    """Weights of slow and of fast rows per distinct value of the score `s`, highest first."""
    order = np.argsort(-s, kind="stable")
    s, y = s[order], y[order]
    w = np.ones(len(y)) if w is None else w[..., order]
    starts = np.flatnonzero(np.r_[True, s[1:] != s[:-1]])
    slow = np.add.reduceat(w * (1 - y), starts, axis=-1)
    fast = np.add.reduceat(w * y, starts, axis=-1)
    return slow, fast


def roc_auc(y, s, w=None):
    """Area under the ROC curve of the score `s`.

    The probability that a fast window's score exceeds a slow one's, ties counting half.
    """
    slow, fast = _in_groups_of_ties(y, s, w)
    slow_below = slow.sum(axis=-1, keepdims=True) - np.cumsum(slow, axis=-1)
    pairs = slow.sum(axis=-1) * fast.sum(axis=-1)
    return _ratio((fast * (slow_below + slow / 2)).sum(axis=-1), pairs)


def average_precision(y, s, w=None):
    """Area under the steps of the precision-recall curve of the score `s`."""
    slow, fast = _in_groups_of_ties(y, s, w)
    found = np.cumsum(fast, axis=-1)
    called = found + np.cumsum(slow, axis=-1)
    steps = fast * _ratio(found, called)
    return _ratio(steps.sum(axis=-1), fast.sum(axis=-1))


REGRESSION = {"R2": r2, "MAE": mae, "MSE": mse, "RMSE": rmse}
BY_CLASS = {"Accuracy": accuracy, "Recall": recall, "Precision": precision, "F1": f1}
BY_SCORE = {"AUC": roc_auc, "AP": average_precision}


def ion_weights(windows: Windows, replicates: int = REPLICATES, seed: int = 0) -> np.ndarray:
    """Return how often each row's ion is drawn in each replicate, (replicates, rows).

    All windows of an ion come and go together; see `analysis.data.bootstrap.ion_draws`.
    """
    _, first, row_ion = np.unique(windows.ion, return_index=True, return_inverse=True)
    systems = windows.table["system"].cat.codes.to_numpy()[first]
    return ion_draws(systems, replicates, seed)[:, row_ion]


def replicated(score: Score, y: np.ndarray, p: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Compute the score under each row of `weights`, (replicates,)."""
    parts = [score(y, p, weights[i : i + CHUNK]) for i in range(0, len(weights), CHUNK)]
    return np.concatenate(parts)
