r"""Caging without any training: how the squared displacement grows, its shape, and a walk model.

The mean squared displacement over k windows, :math:`M_k`, grows as :math:`k^\nu`; for free
diffusion :math:`\nu = 1`, for ions that come back less. The simplest model of a return is an ion
that rattles in a cage while the cage walks: its place is :math:`x_t = c_t + e_t`, with independent
steps of the cage of variance D and independent places e of variance E. Then
:math:`M_1 = D + 2E` per axis, successive steps have the covariance :math:`-E`, and

.. math:: M_k = kD + 2E = M_1 \left(k + 2 (k - 1) \rho_1\right),

where :math:`\rho_1` is the correlation of a component with itself in the next window. Everything
on the right is a statistic of one window and its successor, so that the ten-window value is a test.
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.special import gamma as gamma_function
from scipy.special import kv

from analysis.data.windows import Windows
from analysis.ground import theme
from analysis.ground.wording import with_interval
from analysis.limits.tracks import Tracks, estimated, tracks
from press import Absence, stored

LONGEST = 10  # windows, of the mean squared displacement
BINS = 60  # of the van Hove function
VOXELS = 15  # of the density of displacements, along each axis
REACH = 5.0  # root mean square components to each side that are drawn
TOO_SHORT = f"The record of the ions is shorter than the {LONGEST + 1} windows that this needs."


def displaced(found: Tracks, length: int) -> np.ndarray:
    """Return the displacement over every run of `length` windows, (ions, runs, 3), angstrom."""
    start = np.zeros((len(found.steps), 1, 3))
    places = np.concatenate([start, np.cumsum(found.steps, axis=1)], axis=1)
    return places[:, length:] - places[:, :-length]


def squared_sums(found: Tracks, length: int) -> np.ndarray:
    """Sum 1, r^2 and r^4 over the runs of `length` windows of each ion, (ions, 3)."""
    square = (displaced(found, length) ** 2).sum(axis=2)
    parts = (np.isfinite(square), square, square**2)
    return np.stack([np.nansum(part, axis=1) for part in parts], axis=1)


def alpha2(total: np.ndarray) -> np.ndarray:
    """Compute the non-Gaussian parameter 3 E[r^4] / (5 E[r^2]^2) - 1 from sums of 1, r^2, r^4."""
    count, second, fourth = np.moveaxis(total, -1, 0)
    return 3 * (fourth / count) / (5 * (second / count) ** 2) - 1


def exponent(total: np.ndarray) -> np.ndarray:
    """Fit the exponent of the mean squared displacement in k = 1 to `LONGEST` windows.

    Parameters
    ----------
    total : ndarray, (..., 2 LONGEST)
        Count and sum of r^2 for each k in turn.
    """
    pairs = total.reshape(*total.shape[:-1], LONGEST, 2)
    growth = np.log(pairs[..., 1] / pairs[..., 0])
    time = np.log(np.arange(1, LONGEST + 1))
    time = time - time.mean()
    return growth @ time / (time @ time)


def walk_over_measured(total: np.ndarray) -> np.ndarray:
    """Divide the ten-window displacement that the cage model expects by the measured one.

    Parameters
    ----------
    total : ndarray, (..., 6)
        Counts and sums of r^2 in one window, of products of successive steps, of r^2 in ten.
    """
    n_one, one, n_next, following, n_ten, ten = np.moveaxis(total, -1, 0)
    expected = LONGEST * one / n_one + 2 * (LONGEST - 1) * following / n_next
    return expected / (ten / n_ten)


@stored
def motion(windows: Windows, seed: int = 0) -> pd.DataFrame | Absence:
    """Measure caging by system: exponent, alpha2 in one and ten windows, and the cage model.

    Returns
    -------
    DataFrame
        ``system``, ``quantity`` (exponent, alpha2 1, alpha2 10, walk), ``value``, ``low``,
        ``high``; `walk` is expected over measured squared displacement in ten windows.
    """
    found = tracks(windows)
    if found.steps.shape[1] <= LONGEST:
        return Absence(TOO_SHORT)
    records = []
    for system in found.systems:
        alone = found.of(system)
        for quantity, (formula, sums) in _quantities(alone).items():
            records.append((system, quantity, *estimated(formula, sums, alone.draws(seed))))
    return pd.DataFrame(records, columns=["system", "quantity", "value", "low", "high"])


def _quantities(alone: Tracks) -> dict:
    """Give the formula and the sums of each quantity of one system."""
    by_length = [squared_sums(alone, k) for k in range(1, LONGEST + 1)]
    one, ten = by_length[0], by_length[-1]
    products = (alone.steps[:, :-1] * alone.steps[:, 1:]).sum(axis=2)
    following = [np.isfinite(products).sum(axis=1), np.nansum(products, axis=1)]
    growth = np.concatenate([sums[:, :2] for sums in by_length], axis=1)
    walk = np.column_stack([one[:, :2], *following, ten[:, :2]])
    return {
        "exponent": (exponent, growth),
        "alpha2 1": (alpha2, one),
        "alpha2 10": (alpha2, ten),
        "walk": (walk_over_measured, walk),
    }


def table(windows: Windows, seed: int = 0) -> pd.DataFrame | Absence:
    """Say the measures of caging in the words of a table."""
    found = motion(windows, seed)
    if isinstance(found, Absence):
        return found
    names = {
        "exponent": "Exponent",
        "alpha2 1": "α₂, one window",
        "alpha2 10": f"α₂, {LONGEST} windows",
        "walk": f"Expected / measured r² in {LONGEST}",
    }
    words = [with_interval(*row, decimals=2) for row in found[["value", "low", "high"]].to_numpy()]
    wide = found.assign(words=words).pivot(index="system", columns="quantity", values="words")
    return wide.loc[list(windows.systems), list(names)].rename(columns=names).rename_axis("System")


def mixture_density(x: np.ndarray, mean: float, shape: float) -> np.ndarray:
    r"""Return the density of a component if its variance is gamma distributed.

    The scale mixture of Gaussians with :math:`\sigma^2 \sim \Gamma(k, \theta)`,
    :math:`k\theta` = `mean`, is, with :math:`a = |x|\sqrt{2/\theta}`,

    .. math:: p(x) = \sqrt{\frac{2}{\pi\theta}} \frac{1}{\Gamma(k)}
              \left(\frac{a}{2}\right)^{k-1/2} K_{k-1/2}(a).

    Parameters
    ----------
    x : ndarray
        Component of the displacement, angstrom; not zero.
    mean : float
        Mean variance, angstrom^2.
    shape : float
        k, which is 1 / alpha2.
    """
    theta = mean / shape
    a = np.abs(x) * np.sqrt(2 / theta)
    scale = np.sqrt(2 / (np.pi * theta)) / gamma_function(shape)
    return scale * (a / 2) ** (shape - 0.5) * kv(shape - 0.5, a)


def van_hove(windows: Windows) -> Figure:
    """Draw the density of a component in units of its root mean square, and two fits, by system.

    Lines: one Gaussian, and the scale mixture whose variance has the mean and spread that E[r^2]
    and alpha2 imply. The slowest and the fastest system are drawn.
    """
    found = tracks(windows)
    mean = windows.table.groupby("system", observed=True)["dr"].mean()
    chosen = list(dict.fromkeys([mean.idxmin(), mean.idxmax()]))
    drawing = theme.figure(height=2.8)
    panels = drawing.subplots(1, len(chosen), sharey=True, squeeze=False)[0]
    for axes, system in zip(panels, chosen, strict=True):
        _density(axes, found.of(system))
        axes.set(title=system, xlabel="component / root mean square", yscale="log", ylim=(1e-4, 2))
    panels[0].set_ylabel("density")
    panels[-1].legend()
    return drawing


def _density(axes, alone: Tracks) -> None:
    """Draw the measured density of one system's components with both fits."""
    steps = alone.steps[np.isfinite(alone.steps)]
    width = np.sqrt((steps**2).mean())
    edges = np.linspace(-REACH, REACH, BINS + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    share, _ = np.histogram(steps / width, edges)
    density = share / (len(steps) * np.diff(edges))
    spread = float(alpha2(squared_sums(alone, 1).sum(axis=0)))
    axes.plot(middles, np.where(density > 0, density, np.nan), "o", ms=2.5, color=theme.INK)
    gaussian = np.exp(-(middles**2) / 2) / np.sqrt(2 * np.pi)
    axes.plot(middles, gaussian, color=theme.MUTED, ls="--", label="one Gaussian")
    if spread > 0:
        mixture = mixture_density(middles, 1.0, 1 / spread)
        axes.plot(middles, mixture, color=theme.ACCENT, label="scale mixture")


def growth(windows: Windows) -> Figure | Absence:
    """Draw the mean squared displacement over its time, and alpha2, against time, by system."""
    found = tracks(windows)
    if found.steps.shape[1] <= LONGEST:
        return Absence(TOO_SHORT)
    drawing = theme.figure(height=2.8)
    left, right = drawing.subplots(1, 2)
    lengths = np.arange(1, LONGEST + 1)
    for system, color in theme.system_colors(windows.systems).items():
        sums = np.array([squared_sums(found.of(system), int(k)).sum(axis=0) for k in lengths])
        time = lengths * windows.dataset.window
        left.plot(time, sums[:, 1] / sums[:, 0] / (sums[0, 1] / sums[0, 0]), color=color)
        right.plot(time, alpha2(sums), color=color, label=system)
    left.plot(time, lengths, color=theme.MUTED, ls="--")
    left.annotate("free diffusion", (time[4], lengths[4]), xytext=(-62, 6),
                  textcoords="offset points", color=theme.MUTED, size=7.5)  # fmt: skip
    unit, ticks = windows.dataset.time_unit, time[[0, 1, 3, 6, 9]]
    left.set(xlabel=f"time ({unit})", ylabel="r² over that of one window", xscale="log")
    left.set(yscale="log", xticks=ticks, xticklabels=[f"{tick:g}" for tick in ticks])
    left.set(yticks=(1, 2, 5, 10), yticklabels=("1", "2", "5", "10"))
    left.minorticks_off()
    right.set(xlabel=f"time ({unit})", ylabel="α₂")
    right.legend(ncols=2, fontsize=6.5)
    return drawing


def clouds(windows: Windows) -> Figure:
    """Draw where ions are found after a window: the density of (dx, dy, dz) as a volume plot.

    The slowest and the fastest system, in one scale; one octant is cut out, so that the inside
    shows.
    """
    found = tracks(windows)
    mean = windows.table.groupby("system", observed=True)["dr"].mean()
    chosen = list(dict.fromkeys([mean.idxmin(), mean.idxmax()]))
    reach = np.nanquantile(np.abs(found.of(chosen[-1]).steps), 0.98)
    drawing = theme.figure(height=3.0)
    for place, system in enumerate(chosen, start=1):
        axes = drawing.add_subplot(1, len(chosen), place, projection="3d")
        _cloud(axes, found.of(system), reach)
        axes.set_title(system)
    return drawing


def _cloud(axes, alone: Tracks, reach: float) -> None:
    """Draw a point per voxel, the larger the denser; voxels in the front octant are left out."""
    steps = alone.steps[np.isfinite(alone.steps).all(axis=2)]
    count, edges = np.histogramdd(steps, bins=VOXELS, range=[(-reach, reach)] * 3)
    middles = np.stack(np.meshgrid(*((e[1:] + e[:-1]) / 2 for e in edges), indexing="ij"), axis=-1)
    share = count / count.max()
    in_front = (middles * (1, -1, 1) > 0).all(axis=-1)
    shown = (share > 0) & ~in_front
    places = middles[shown].T
    drawn = axes.scatter(*places, c=share[shown], s=60 * share[shown] ** 0.7, vmin=0, vmax=1, lw=0)
    drawn.set_cmap(theme.SEQUENTIAL + "_r")
    limits = dict.fromkeys(("xlim", "ylim", "zlim"), (-reach, reach))
    axes.set(xlabel="dx (Å)", ylabel="dy (Å)", zlabel="dz (Å)", **limits)
    axes.tick_params(labelsize=6)
