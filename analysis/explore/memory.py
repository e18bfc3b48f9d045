r"""How long ions remember: correlations between windows of the same ion, within systems.

If steps are Gaussian given the local mobility :math:`\sigma` (see `analysis.explore.ceiling`),
the noise of two windows is independent, and what their displacements share is the mobility that
lasted,

.. math:: cov(dr_t, dr_{t+k}) = (8/\pi)\,cov(\sigma_t, \sigma_{t+k}).

Divided by the variance that mobility causes at all, :math:`R^2_{max} Var(dr)`, it is the
correlation of the mobility with itself k windows later.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.data.bootstrap import REPLICATES, interval, ion_draws
from analysis.data.timing import succession
from analysis.data.windows import Windows
from analysis.explore import ceiling
from analysis.ground import theme
from press import Absence

LONGEST = 10  # windows, of the drawn lags
FEWEST = 200  # pairs of windows that a correlation needs
TOO_FEW = (
    f"The memory of ions needs at least {FEWEST} pairs of successive windows; the data set has "
    f"fewer."
)


def deviations(windows: Windows, column: str) -> np.ndarray:
    """Arrange a column's deviations from its system's mean by ion and window.

    Returns
    -------
    numpy.ndarray, shape (ions, windows)
        NaN where an ion has no such window.
    """
    values = windows.table[column].astype(float)
    deviation = values - values.groupby(windows.table["system"], observed=True).transform("mean")
    number = windows.number.round().astype(int)
    table = pd.DataFrame({"ion": windows.ion, "number": number, "value": deviation})
    numbers = range(1, number.max() + 1)
    return (
        table.pivot(index="ion", columns="number", values="value")
        .reindex(columns=numbers)
        .to_numpy()
    )


def lagged_moments(values: np.ndarray, lag: int) -> np.ndarray:
    """Sum what a correlation needs over the pairs of windows of each ion that are `lag` apart.

    Parameters
    ----------
    values : numpy.ndarray, shape (ions, windows)
    lag : int
        At least 1.

    Returns
    -------
    numpy.ndarray, shape (ions, 6)
        Number of pairs, sums of x, y, xx, yy and xy.
    """
    x, y = values[:, :-lag], values[:, lag:]
    both = np.isfinite(x) & np.isfinite(y)
    x, y = np.where(both, x, 0), np.where(both, y, 0)
    return np.stack([part.sum(axis=1) for part in (both, x, y, x * x, y * y, x * y)], axis=1)


def correlation(moments: np.ndarray) -> np.ndarray:
    """Return Pearson's correlation from the sums over pairs, along the last axis.

    Examples
    --------
    >>> float(correlation(lagged_moments(np.array([[1.0, 2.0, 3.0, 4.0]]), 1)[0]))
    1.0
    """
    n, x, y, xx, yy, xy = np.moveaxis(np.asarray(moments, dtype=float), -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):  # no pairs, or a constant: NaN
        return (n * xy - x * y) / np.sqrt((n * xx - x * x) * (n * yy - y * y))


def correlations(windows: Windows) -> pd.DataFrame:
    """Correlate each feature and `dr` with itself some windows later, within systems.

    Returns
    -------
    pandas.DataFrame
        Indexed by the lag in windows, from 1; a column per feature and one for `dr`; NaN where
        there are fewer than `FEWEST` pairs.
    """
    longest = min(LONGEST, int(windows.number.max()) - 1)
    lags = pd.RangeIndex(1, longest + 1, name="lag")
    found = {}
    for column in (*windows.features, "dr"):
        values = deviations(windows, column)
        sums = np.array([lagged_moments(values, lag).sum(axis=0) for lag in lags]).reshape(-1, 6)
        found[column] = np.where(sums[:, 0] >= FEWEST, correlation(sums), np.nan)
    return pd.DataFrame(found, index=lags)


def of_displacement(windows: Windows, seed: int = 0) -> tuple[float, float, float] | Absence:
    """Correlate `dr` with that of the next window, with an interval from resampling ions.

    Returns
    -------
    value, low, high : float
        Or an Absence where there are fewer than `FEWEST` pairs of windows.
    """
    if (missing := succession(windows)) is not None:
        return missing
    moments = lagged_moments(deviations(windows, "dr"), 1)
    if moments[:, 0].sum() < FEWEST:
        return Absence(TOO_FEW)
    value = float(correlation(moments.sum(axis=0)))
    low, high = interval(correlation(_draws(windows, seed) @ moments))
    return value, float(low), float(high)


def of_mobility(windows: Windows, seed: int = 0) -> tuple[float, float, float] | Absence:
    """Estimate the correlation of the mobility with that of the next window, within systems.

    Returns
    -------
    value, low, high : float
        With an interval from resampling ions.
    """
    if (missing := succession(windows)) is not None:
        return missing
    values = deviations(windows, "dr")
    squares = (windows.table["dr"] ** 2).groupby(windows.ion).sum().to_numpy()
    sums = np.stack([squares, np.nansum(values**2, axis=1)], axis=1)
    if _by_mobility(sums.sum(axis=0)) <= 0:
        return Absence("Within systems, displacements show no spread of the mobility.")
    moments = lagged_moments(values, 1)
    if moments[:, 0].sum() < FEWEST:
        return Absence(TOO_FEW)
    value = float(correlation(moments.sum(axis=0)) / _by_mobility(sums.sum(axis=0)))
    draws = _draws(windows, seed)
    low, high = interval(correlation(draws @ moments) / _by_mobility(draws @ sums))
    return value, float(low), float(high)


def _by_mobility(sums: np.ndarray) -> np.ndarray:
    """Return R2max within systems, from the sums of dr^2 and of its squared deviations."""
    square, deviation = np.moveaxis(sums, -1, 0)
    return 1 - ceiling.NOISE * square / deviation


def _draws(windows: Windows, seed: int) -> np.ndarray:
    """Draw ions with replacement, in the order of the rows of `deviations`."""
    first_row = ~windows.ion.duplicated()
    order = np.argsort(windows.ion[first_row].to_numpy())
    system = windows.table["system"].cat.codes[first_row].to_numpy()[order]
    return ion_draws(system, REPLICATES, seed)


def figure(windows: Windows) -> Figure | Absence:
    """Draw the correlation of features and displacement with themselves against the lag.

    Left, the structural features; right, the flips; `dr` in both.
    """
    if (missing := succession(windows)) is not None:
        return missing
    table = correlations(windows).dropna(how="all")
    if table.empty:
        return Absence(TOO_FEW)
    drawing = theme.figure(height=2.9)
    panels = drawing.subplots(1, 2, sharey=True)
    colors = theme.partner_colors(windows.partners)
    for axes, columns in zip(panels, (windows.structure, windows.flips), strict=True):
        for k, column in enumerate(columns):
            partner = windows.partners[k % len(windows.partners)]
            second = k >= len(windows.partners)
            style = {"ls": "--" if second else "-", "marker": "o", "ms": 2.5}
            axes.plot(table.index, table[column], color=colors[partner], label=column, **style)
        axes.plot(table.index, table["dr"], color=theme.INK, lw=2.2, label="dr")
        axes.axhline(0, color=theme.MUTED, lw=0.6, zorder=0)
        axes.set(
            xlabel="windows later", xticks=table.index, ylim=(min(-0.05, table.min().min()), 1)
        )
        axes.legend(ncols=2, loc="upper right")
    panels[0].set_ylabel("correlation with itself")
    return drawing
