r"""How much of `dr` could be foretold, as a function of how unequal the ions' mobilities are.

Let :math:`\sigma` be the local mobility and :math:`c` its coefficient of variation, the standard
deviation divided by the mean :math:`\mu`. With :math:`E[\sigma^2] = \mu^2 (1 + c^2)` the moments
of a Maxwell mixture (see `analysis.explore.ceiling`) give

.. math:: R^2_{max}(c) = \frac{(8/\pi)\,c^2}{3 (1 + c^2) - 8/\pi},

which vanishes when all ions are equally mobile and cannot exceed :math:`8/3\pi \approx 0.85`.
"""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from analysis.data.windows import Windows
from analysis.explore import ceiling
from analysis.ground import theme

MEAN_SQUARE = 8 / np.pi  # E[dr | sigma]^2 / sigma^2
SPREADS = np.linspace(0, 2, 201)  # of the drawn curve
EXAMPLE_MOBILITIES = (0.6, 1.2, 2.4)  # angstrom, of the drawn densities


def ceiling_at(spread):
    """Return the ceiling of R2 for a coefficient of variation of the mobility.

    Examples
    --------
    >>> float(ceiling_at(0.0))
    0.0
    >>> round(float(ceiling_at(1e9)), 3)
    0.849
    """
    square = np.asarray(spread, dtype=float) ** 2
    return MEAN_SQUARE * square / (3 * (1 + square) - MEAN_SQUARE)


def spread_at(r2_ceiling: float) -> float:
    """Return the coefficient of variation of the mobility that has this ceiling.

    Parameters
    ----------
    r2_ceiling : float
        Below 8/(3 pi); a negative estimate means no spread.

    Examples
    --------
    >>> round(spread_at(float(ceiling_at(0.5))), 6)
    0.5
    """
    share = max(r2_ceiling, 0.0)
    return float(np.sqrt(share * (3 - MEAN_SQUARE) / (MEAN_SQUARE - 3 * share)))


def spread_of(windows: Windows) -> float:
    """Return the coefficient of variation of the mobility that the moments of `dr` imply."""
    return spread_at(float(ceiling.from_moments(windows.table)))


def maxwell_density(dr, sigma: float):
    """Return the density of step lengths, in 1/angstrom, for a step of width ``sigma`` per axis.

    Parameters
    ----------
    dr : float or numpy.ndarray
        Length in angstrom.
    sigma : float
        Standard deviation of each component, angstrom.
    """
    x = np.asarray(dr) / sigma
    return np.sqrt(2 / np.pi) * x**2 * np.exp(-(x**2) / 2) / sigma


def ceiling_curve(windows: Windows) -> Figure:
    """Draw why single steps are hard to foretell: Maxwell densities, and the ceiling they leave.

    Parameters
    ----------
    windows : Windows
        Its place on the curve is marked.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = theme.figure(height=2.6)
    left, right = figure.subplots(1, 2)
    dr = np.linspace(0, 9, 301)
    for sigma, color in zip(EXAMPLE_MOBILITIES, theme.sequence(3), strict=True):
        density = maxwell_density(dr, sigma)
        left.plot(dr, density, color=color)
        left.fill_between(dr, density, color=color, alpha=0.12, lw=0)
        peak = sigma * np.sqrt(2)
        label = {"xytext": (5, 3), "textcoords": "offset points", "color": color}
        left.annotate(f"σ = {sigma:g} Å", (peak, maxwell_density(peak, sigma)), **label)
    left.set(xlabel="dr (Å)", ylabel="density (1/Å)", xlim=(0, 9), ylim=(0, 1.12))
    right.plot(SPREADS, ceiling_at(SPREADS), color=theme.INK)
    right.axhline(8 / (3 * np.pi), color=theme.MUTED, lw=0.8, ls="--")
    right.text(0.03, 0.865, "limit 8/3π", color=theme.MUTED, size=7.5)
    here = spread_of(windows)
    right.plot(here, ceiling_at(here), marker="o", color=theme.ACCENT)
    note = {"xytext": (8, -10), "textcoords": "offset points", "color": theme.ACCENT}
    right.annotate("these data", (here, ceiling_at(here)), **note)
    right.set(xlabel="spread of the mobility σ, s.d./mean", ylabel="largest R² of a forecast")
    right.set(xlim=(0, 2), ylim=(0, 1))
    return figure
