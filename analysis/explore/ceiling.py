r"""How well a single displacement could be predicted at all, if local mobility were known.

Suppose that, given the local mobility :math:`\sigma` of a Li+ (its surroundings, its polymer and
everything else that could be known when the window begins), the displacement is an isotropic
Gaussian step: dx, dy and dz are independent with mean 0 and standard deviation :math:`\sigma`.
Then dr is Maxwell distributed,

.. math:: E[dr|\sigma] = \sigma\sqrt{8/\pi}, \quad E[dr^2|\sigma] = 3\sigma^2, \quad
          Var(dr|\sigma) = (3 - 8/\pi)\,\sigma^2 = (1 - 8/3\pi)\,E[dr^2|\sigma].

No forecast can explain the last term. The best one is :math:`E[dr|\sigma]`, and the variance that
remains is the mean of :math:`Var(dr|\sigma)`, so

.. math:: R^2_{max} = 1 - (1 - 8/3\pi)\,E[dr^2] / Var(dr).

The three components are three replicas of one surroundings. Given :math:`\sigma` they are
independent and :math:`E[|dx|\,|\sigma] = \sigma\sqrt{2/\pi}`, hence
:math:`cov(|dx|,|dy|) = (2/\pi) Var(\sigma)`, while
:math:`Var(E[dr|\sigma]) = (8/\pi) Var(\sigma)`: a second route to the same number,

.. math:: R^2_{max} = 4\,cov(|dx|,|dy|) / Var(dr),

averaged over the three pairs. The routes agree where steps are Gaussian and isotropic. Features
from inside the window (flips) know something of the step itself and may exceed the ceiling.
"""

import math

import numpy as np
import pandas as pd

from analysis.data.bootstrap import interval
from analysis.data.windows import AXES, Windows
from analysis.learn import scores
from press import stored

NOISE = 1 - 8 / (3 * np.pi)  # of E[dr^2], the part that no forecast explains
SPREAD = float(np.sqrt(3 * np.pi / 8 - 1))  # standard deviation of dr over its mean, given sigma
MOST = 1 - NOISE  # ceiling of R2 for mobilities of boundless spread
QUANTILES = 400  # points at which a mobility distribution is integrated


def from_moments(table: pd.DataFrame, w: np.ndarray | None = None) -> np.ndarray:
    """Compute the ceiling of R2 by 1 - (1 - 8/3 pi) E[dr^2] / Var(dr)."""
    dr = table["dr"].to_numpy()
    square = scores.mean(dr**2, w)
    return 1 - NOISE * square / (square - scores.mean(dr, w) ** 2)


def from_replicas(table: pd.DataFrame, w: np.ndarray | None = None) -> np.ndarray:
    """Compute the ceiling of R2 by 4 cov(|dx|, |dy|) / Var(dr), averaged over the three pairs."""
    x, y, z = (table[axis].abs().to_numpy() for axis in AXES)
    dr = table["dr"].to_numpy()
    pairs = sum(_covariance(a, b, w) for a, b in ((x, y), (y, z), (z, x))) / 3
    return 4 * pairs / _covariance(dr, dr, w)


def _covariance(a, b, w):
    return scores.mean(a * b, w) - scores.mean(a, w) * scores.mean(b, w)


def between_systems(table: pd.DataFrame, w: np.ndarray | None = None) -> np.ndarray:
    """Compute the part of Var(dr) that the system means explain."""
    dr = table["dr"].to_numpy()
    w = np.ones(len(dr)) if w is None else w
    explained = 0.0
    for rows in table.groupby("system", observed=True).indices.values():
        share = w[..., rows].sum(axis=-1) / w.sum(axis=-1)
        mean = scores.mean(dr[rows], w[..., rows])
        explained = explained + share * (mean - scores.mean(dr, w)) ** 2
    return explained / _covariance(dr, dr, w)


@stored
def r2_ceiling(windows: Windows, seed: int = 0) -> pd.DataFrame:
    """Compute both ceilings of R2 with intervals by a bootstrap over ions, and the systems' share.

    Returns
    -------
    DataFrame
        Rows: from moments, from replicas, between systems; columns value, low, high.
    """
    table = windows.table
    weights = scores.ion_weights(windows, seed=seed)
    rows = {}
    for name, formula in (
        ("from moments", from_moments),
        ("from replicas", from_replicas),
        ("between systems", between_systems),
    ):
        draws = [formula(table, weights[i : i + scores.CHUNK]) for i in _chunks(weights)]
        value = float(formula(table))
        rows[name] = (value, *interval(np.concatenate(draws), value))
    return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high"])


@stored
def auc_ceiling(windows: Windows, fast: float | None = None) -> float:
    r"""Compute the AUC of a forecast that knows the mobility, if that is gamma distributed.

    Within each system :math:`\sigma^2` is taken as gamma distributed, with its mean and variance
    from :math:`E[dr^2] = 3E[\sigma^2]` and :math:`E[dr^4] = 15E[\sigma^4]`. A window is fast with
    the Maxwell probability that dr exceeds the threshold; ranking by :math:`\sigma` is best.

    Parameters
    ----------
    windows : Windows
        The data.
    fast : float, optional
        Threshold in angstrom; by default the data set's own.
    """
    from scipy.stats import maxwell

    threshold = windows.dataset.threshold if fast is None else fast
    sigma, weight = mobility(windows)
    return ranked(sigma, weight, maxwell.sf(threshold / sigma))


def ranked(sigma: np.ndarray, weight: np.ndarray, chance: np.ndarray) -> float:
    """Compute the AUC of ranking by mobility; NaN where all windows are sure to be of one class.

    Parameters
    ----------
    sigma, weight, chance : ndarray, (points,)
        Mobilities, their shares of the windows, and the chance of each to be fast.
    """
    classes = weight * chance, weight * (1 - chance)
    if not all(share.sum() > 0 for share in classes):
        return math.nan
    truth = np.repeat([1, 0], len(sigma))
    return float(scores.roc_auc(truth, np.tile(sigma, 2), np.concatenate(classes)))


def mobility(windows: Windows) -> tuple[np.ndarray, np.ndarray]:
    """Return points and weights of the fitted mobility distribution of all systems together.

    Returns
    -------
    sigma, weight : ndarray, (systems x QUANTILES,)
        Standard deviation of a step along one axis, angstrom; share of the windows.
    """
    from scipy.stats import gamma

    levels = (np.arange(QUANTILES) + 0.5) / QUANTILES
    sigma, weight = [], []
    for _, dr in windows.table.groupby("system", observed=True)["dr"]:
        mean = (dr**2).mean() / 3
        variance = max((dr**4).mean() / 15 - mean**2, 1e-12 * mean**2)
        shape = mean**2 / variance
        sigma.append(np.sqrt(gamma.ppf(levels, shape, scale=mean / shape)))
        weight.append(np.full(QUANTILES, len(dr) / len(windows.table) / QUANTILES))
    return np.concatenate(sigma), np.concatenate(weight)


def _chunks(weights: np.ndarray) -> range:
    return range(0, len(weights), scores.CHUNK)
