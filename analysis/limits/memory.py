r"""How long ions remember: correlations between windows of the same ion, within systems.

An ion that has just jumped tends to come back, so that the noise of successive windows is not
independent: components of the displacement are anticorrelated from one window to the next. What
`dr` shares with the next `dr` therefore is both the mobility that lasted and the return. Different
axes keep them apart. If steps are Gaussian and isotropic given the local mobility :math:`\sigma`
(see `analysis.explore.ceiling`), and a return acts on each component by itself, then

.. math:: cov(|dx_t|, |dy_{t+k}|) = (2/\pi)\,cov(\sigma_t, \sigma_{t+k}), \qquad
          cov(|dx_t|, |dy_t|) = (2/\pi)\,Var(\sigma),

and the ratio, with the six ordered pairs of different axes averaged, is the correlation of the
mobility with itself k windows later. The estimate from `dr` alone,
:math:`cov(dr_t, dr_{t+k}) / (R^2_{max} Var(dr))`, counts returns as memory.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.data.bootstrap import interval
from analysis.data.windows import Windows
from analysis.explore import ceiling
from analysis.ground import theme
from analysis.ground.wording import MISSING, with_interval
from analysis.limits.tracks import arranged, drawn, estimated, systems_of, tracks
from press import Absence, stored

Estimate = tuple[float, float, float]  # value, and its 95 % interval
LONGEST = 10  # windows, of the drawn lags
FEWEST = 200  # pairs of windows that a correlation needs
TOO_FEW = (
    f"The memory of ions needs at least {FEWEST} pairs of successive windows; the data set has "
    f"fewer."
)
CONSTANT = "A displacement that never changes has no correlation with the next one."
NO_SPREAD = "Within systems, displacements show no spread of the mobility."


def deviations(windows: Windows, column: str) -> np.ndarray:
    """Arrange a column's deviations from its system's mean by ion and window.

    Returns
    -------
    numpy.ndarray, shape (ions, windows)
        NaN where an ion has no such window.
    """
    return centred(arranged(windows, column), systems_of(windows))


def centred(values: np.ndarray, system: np.ndarray) -> np.ndarray:
    """Subtract the mean of its system from each value, (ions, windows, ...)."""
    means = np.empty_like(values)
    for code in np.unique(system):
        mine = system == code
        means[mine] = np.nanmean(values[mine], axis=(0, 1))
    return values - means


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
    found = {}
    for column in (*windows.features, "dr"):
        values = deviations(windows, column)
        sums = np.array([lagged_moments(values, lag).sum(axis=0) for lag in lags(windows)]).reshape(
            -1, 6
        )
        found[column] = np.where(sums[:, 0] >= FEWEST, correlation(sums), np.nan)
    return pd.DataFrame(found, index=pd.Index(lags(windows), name="lag"))


def of_displacement(windows: Windows, seed: int = 0) -> tuple[float, float, float] | Absence:
    """Correlate `dr` with that of the next window, with an interval from resampling ions.

    Returns
    -------
    value, low, high : float
        Or an Absence where there are fewer than `FEWEST` pairs of windows.
    """
    moments = lagged_moments(deviations(windows, "dr"), 1)
    if moments[:, 0].sum() < FEWEST:
        return Absence(TOO_FEW)
    value = float(correlation(moments.sum(axis=0)))
    if not np.isfinite(value):
        return Absence(CONSTANT)
    draws = correlation(drawn(tuple(systems_of(windows)), seed) @ moments)
    low, high = interval(draws, value)
    return value, float(low), float(high)


def of_lengths(windows: Windows, lag: int = 1, seed: int = 0) -> Estimate | Absence:
    """Estimate the memory of the mobility from `dr` alone, which counts returns as memory.

    Returns
    -------
    value, low, high : float
        With an interval from resampling ions.
    """
    values = deviations(windows, "dr")
    squares = (windows.table["dr"] ** 2).groupby(windows.ion).sum().to_numpy()
    sums = np.stack([squares, np.nansum(values**2, axis=1)], axis=1)
    moments = lagged_moments(values, lag)
    if _by_mobility(sums.sum(axis=0)) <= 0:
        return Absence(NO_SPREAD)
    if moments[:, 0].sum() < FEWEST:
        return Absence(TOO_FEW)
    both = np.concatenate([moments, sums], axis=1)
    return estimated(
        lambda s: np.clip(correlation(s[..., :6]) / _by_mobility(s[..., 6:]), -1, 1),
        both,
        drawn(tuple(systems_of(windows)), seed),
    )


def _by_mobility(sums: np.ndarray) -> np.ndarray:
    """Return R2max within systems, from the sums of dr^2 and of its squared deviations."""
    square, deviation = np.moveaxis(sums, -1, 0)
    return 1 - ceiling.NOISE * square / deviation


def of_mobility(windows: Windows, lag: int = 1, seed: int = 0) -> Estimate | Absence:
    """Correlate the mobility with that of `lag` windows later, from different axes.

    Returns
    -------
    value, low, high : float
        With an interval from resampling ions.
    """
    found = tracks(windows)
    lengths = centred(np.abs(found.steps), found.system)
    now, later = _crossed(lengths, lengths), _crossed(lengths[:, :-lag], lengths[:, lag:])
    if later[:, 1].sum() < FEWEST:
        return Absence(TOO_FEW)
    if now[:, 0].sum() <= 0:
        return Absence(NO_SPREAD)
    sums = np.concatenate([later, now], axis=1)
    return estimated(_ratio_of_means, sums, found.draws(seed))


def _crossed(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Sum products of different axes over the pairs of windows of each ion, and count the pairs.

    The sum over all pairs of axes less that over equal ones, divided by the six that are left.
    """
    products = (one.sum(axis=2) * two.sum(axis=2) - (one * two).sum(axis=2)) / 6
    return np.stack([np.nansum(products, axis=1), np.isfinite(products).sum(axis=1)], axis=1)


def _ratio_of_means(sums: np.ndarray) -> np.ndarray:
    """Divide the mean of one kind of products by that of another; at most one in size."""
    one, count_one, two, count_two = np.moveaxis(sums, -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):  # a draw without pairs: NaN
        return np.clip((one / count_one) / (two / count_two), -1, 1)


def of_direction(windows: Windows, lag: int = 1, seed: int = 0) -> Estimate | Absence:
    r"""Correlate a component of the displacement with itself `lag` windows later.

    Negative if ions tend to come back: :math:`\sum x_t x_{t+k} / n_k` over the mean of
    :math:`x^2`, the three axes taken together.

    Returns
    -------
    value, low, high : float
        With an interval from resampling ions.
    """
    found = tracks(windows)
    now, later = _dot(found.steps, found.steps), _dot(found.steps[:, :-lag], found.steps[:, lag:])
    if later[:, 1].sum() < FEWEST:
        return Absence(TOO_FEW)
    return estimated(_ratio_of_means, np.concatenate([later, now], axis=1), found.draws(seed))


def _dot(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Sum scalar products over the pairs of windows of each ion, and count the pairs."""
    products = (one * two).sum(axis=2)
    return np.stack([np.nansum(products, axis=1), np.isfinite(products).sum(axis=1)], axis=1)


def lags(windows: Windows) -> range:
    """Return the lags that are drawn, from 1."""
    return range(1, min(LONGEST, int(windows.number.max()) - 1) + 1)


@stored
def estimates(windows: Windows, seed: int = 0) -> pd.DataFrame | Absence:
    """Estimate what lasts of direction and mobility, by the lag.

    Returns
    -------
    pandas.DataFrame
        ``kind`` (direction, mobility, from lengths), ``lag`` in windows, ``value``, ``low``,
        ``high``; no row for what cannot be estimated. An Absence where nothing can.
    """
    kinds = {"direction": of_direction, "mobility": of_mobility, "from lengths": of_lengths}
    found = {
        (kind, lag): estimate(windows, lag, seed)
        for kind, estimate in kinds.items()
        for lag in lags(windows)
    }
    records = [(*what, *row) for what, row in found.items() if not isinstance(row, Absence)]
    if not records:
        return next(iter(found.values()), Absence(TOO_FEW))
    return pd.DataFrame(records, columns=["kind", "lag", "value", "low", "high"])


def memory_table(windows: Windows, seed: int = 0) -> pd.DataFrame | Absence:
    """Say in the words of a table what lasts of direction and mobility, with intervals."""
    found = estimates(windows, seed)
    if isinstance(found, Absence):
        return found
    words = [with_interval(*row, decimals=2) for row in found[["value", "low", "high"]].to_numpy()]
    names = {
        "direction": "Component of the displacement",
        "mobility": "Mobility, from different axes",
        "from lengths": "Mobility, from lengths alone",
    }
    table = found.assign(words=words).pivot(index="lag", columns="kind", values="words")
    table = table.reindex(columns=list(names)).fillna(MISSING)
    return table.rename(columns=names).rename_axis("Windows later")


def memory_figure(windows: Windows, seed: int = 0) -> Figure | Absence:
    """Draw what lasts of the direction (left) and of the mobility (right) against the lag."""
    found = estimates(windows, seed)
    if isinstance(found, Absence):
        return found
    drawing = theme.figure(height=2.6)
    panels = drawing.subplots(1, 2)
    styles = {
        "direction": (panels[0], theme.OKABE_ITO[0], "same component"),
        "mobility": (panels[1], theme.OKABE_ITO[0], "different axes"),
        "from lengths": (panels[1], theme.OKABE_ITO[1], "lengths alone"),
    }
    for kind, rows in found.groupby("kind", sort=False):
        axes, color, label = styles[kind]
        spread = abs(rows[["low", "high"]].T - rows["value"])
        axes.errorbar(rows["lag"], rows["value"], spread, color=color, marker="o", label=label)
    for axes, ylabel in zip(
        panels, ("correlation of a component", "memory of mobility"), strict=True
    ):
        axes.axhline(0, color=theme.MUTED, lw=0.6, zorder=0)
        axes.set(xlabel="windows later", ylabel=ylabel, xticks=list(lags(windows)))
        if axes.containers:
            axes.legend()
    return drawing


def figure(windows: Windows) -> Figure | Absence:
    """Draw the correlation of features and displacement with themselves against the lag.

    Left, the structural features; right, the flips; `dr` in both.
    """
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
