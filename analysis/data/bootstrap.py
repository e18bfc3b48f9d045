"""Intervals by drawing ions with replacement: the windows of one ion are not independent.

Statistics that follow from sums over rows need the rows only once: they are summed per ion, and a
replicate is a weighted sum over ions.
"""

import warnings

import numpy as np
from numpy.typing import ArrayLike

from analysis.data.windows import Windows

REPLICATES = 1000
LEVEL = 0.95
UNDEFINED = 0.2  # share of draws without a value above which an interval is not to be had
ROUNDING = 1e-9  # by which a value may lie outside its own limits


def ion_draws(systems: np.ndarray, replicates: int = REPLICATES, seed: int = 0) -> np.ndarray:
    """Draw how often each ion counts, when every system's ions are drawn with replacement.

    The systems stay as they are, because they were chosen and not drawn.

    Parameters
    ----------
    systems : ndarray, (ions,)
        System of each ion.
    replicates : int
        Number of draws.
    seed : int
        Seed of the draws.

    Returns
    -------
    ndarray, (replicates, ions)
        Counts; those of a system sum to its number of ions.

    Examples
    --------
    >>> ion_draws(np.array([0, 0, 1]), replicates=2).sum(axis=1)
    array([3., 3.])
    """
    generator = np.random.default_rng(seed)
    draws = np.zeros((replicates, len(systems)))
    for system in np.unique(systems):
        members = np.flatnonzero(systems == system)
        chances = np.full(len(members), 1 / len(members))
        draws[:, members] = generator.multinomial(len(members), chances, size=replicates)
    return draws


def ion_sums(windows: Windows, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sum each column over the windows of each ion.

    Parameters
    ----------
    windows : Windows
        Whose rows `values` belong to.
    values : ndarray, (rows, columns)
        What is summed.

    Returns
    -------
    ndarray, (ions, columns)
        The sums.
    ndarray, (ions,)
        Position of each ion's system in the data set's order.
    """
    ion = windows.ion.to_numpy()
    count = ion.max() + 1
    sums = [np.bincount(ion, weights=column, minlength=count) for column in values.T]
    system = np.empty(count, dtype=int)
    system[ion] = windows.table["system"].cat.codes
    return np.stack(sums, axis=1), system


def interval(
    replicates: np.ndarray, value: ArrayLike | None = None, level: float = LEVEL
) -> np.ndarray:
    """Return the central percentile interval over the first axis, (2, ...).

    Draws that leave a statistic without a value, such as a correlation with a column that happens
    to be constant, are left out, unless they are more than `UNDEFINED` of all: then there is no
    interval, and the limits are NaN.

    They are NaN, too, where they do not hold the `value` itself. Draws of few ions have some of
    them twice, which makes groups differ more than they do, so that the draws are of another
    quantity.
    """
    limits = _percentiles(np.asarray(replicates, dtype=float), level)
    if value is None:
        return limits
    with np.errstate(invalid="ignore"):  # undefined limits hold nothing
        found = np.asarray(value, dtype=float)
        reach = ROUNDING * np.maximum(np.abs(found), 1)
        held = (limits[0] <= found + reach) & (found - reach <= limits[1])
    return np.where(held, limits, np.nan)


def _percentiles(replicates: np.ndarray, level: float) -> np.ndarray:
    """Return the limits of the draws that have a value; NaN where too many have none."""
    undefined = ~np.isfinite(replicates)
    if not undefined.any():
        return np.quantile(replicates, [(1 - level) / 2, (1 + level) / 2], axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # no draw has a value
        known = np.where(undefined, np.nan, replicates)
        limits = np.nanquantile(known, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.where(undefined.mean(axis=0) > UNDEFINED, np.nan, limits)
