"""Scores of predictions, and their intervals by a bootstrap over ions.

Every score takes the truth `y`, the prediction `p` (in angstrom, or 0 and 1) and optional weights
of the rows `w`, (rows,) or (replicates, rows), and reduces the last axis. A bootstrap replicate is
a set of weights: how often each row's ion was drawn.
"""

from collections.abc import Callable

import numpy as np

REPLICATES = 500
LEVEL = 0.95
CHUNK = 50  # replicates at a time, so that memory stays small

Score = Callable[..., np.ndarray]


def mean(values: np.ndarray, w: np.ndarray | None) -> np.ndarray:
    """Weighted mean over the rows."""
    if w is None:
        return values.mean()
    return w @ values / w.sum(axis=-1)


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """The quotient, and 0 where both are 0."""
    denominator = np.asarray(denominator, dtype=float)
    return np.divide(numerator, denominator, out=np.zeros_like(denominator), where=denominator > 0)


def mse(y, p, w=None):
    """Mean squared error, angstrom^2."""
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


def ion_weights(
    ions: np.ndarray, systems: np.ndarray, replicates: int = REPLICATES, seed: int = 0
) -> np.ndarray:
    """How often each row's ion is drawn, when ions are drawn with replacement in every system.

    All windows of an ion come and go together, because they are not independent; the systems stay
    as they are, because they were chosen and not drawn.

    Parameters
    ----------
    ions, systems : ndarray, (rows,)
        Ion and system of each row.
    replicates : int
        Number of draws.
    seed : int
        Seed of the draws.

    Returns
    -------
    ndarray, (replicates, rows)
        Counts, as single-precision numbers.
    """
    draw = np.random.default_rng(seed)
    labels, first, row_ion = np.unique(ions, return_index=True, return_inverse=True)
    ion_system = np.asarray(systems)[first]
    counts = np.empty((replicates, len(labels)), dtype=np.float32)
    for system in np.unique(ion_system):
        members = np.flatnonzero(ion_system == system)
        chances = np.full(len(members), 1 / len(members))
        counts[:, members] = draw.multinomial(len(members), chances, size=replicates)
    return counts[:, row_ion]


def replicated(score: Score, y: np.ndarray, p: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The score under each row of `weights`, (replicates,)."""
    parts = [score(y, p, weights[i : i + CHUNK]) for i in range(0, len(weights), CHUNK)]
    return np.concatenate(parts)


def interval(replicates: np.ndarray, level: float = LEVEL) -> tuple[float, float]:
    """The central percentile interval of bootstrap replicates."""
    low, high = np.quantile(replicates, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
