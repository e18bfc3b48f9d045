r"""The variance of `dr` as a budget: between systems, by mobility within them, and the rest.

.. math:: (\mu_s - \mu)^2 \quad + \quad \frac{8}{\pi} Var(\sigma | s) \quad + \quad
          (3 - 8/\pi)\, E[\sigma^2 | s],

the distance of a system from the mean of all, what a perfect knowledge of the mobility would
explain within it, and Maxwell's spread. Averaged over the windows of all systems, the three add up
to Var(dr). Assumption, formula and source of the ceiling: `analysis.explore.ceiling`.
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.stats import gamma, maxwell

from analysis.data.bootstrap import interval
from analysis.data.windows import Windows
from analysis.explore.ceiling import NOISE, QUANTILES, ranked
from analysis.ground import theme
from analysis.ground.wording import with_interval
from analysis.limits.timescale import by_system, of_moments, sums, unfolded, within
from analysis.limits.tracks import Tracks, estimated, tracks
from press import stored

GRID = 100  # quantiles of dr at which two distributions are compared
AUC_DRAWS = 200  # of the 1000, since each integrates a distribution for every system
PARTS = ("between systems", "mobility within the system", "left to chance")


def shares(total: np.ndarray) -> np.ndarray:
    """Return the variance between systems, by mobility within, and the rest, over all of it.

    Parameters
    ----------
    total : ndarray, (..., systems, 3)
        Sums of 1, dr and dr^2.

    Returns
    -------
    ndarray, (..., 3)
        They add up to one.
    """
    count, first, second = np.moveaxis(total, -1, 0)
    everything = total.sum(axis=-2)
    mean = everything[..., 1] / everything[..., 0]
    variance = everything[..., 2] / everything[..., 0] - mean**2
    between = (count * (first / count - mean[..., None]) ** 2).sum(-1) / everything[..., 0]
    chance = NOISE * everything[..., 2] / everything[..., 0]
    parts = (between, variance - between - chance, chance)
    return np.stack([part / variance for part in parts], axis=-1)


@stored
def ceilings(windows: Windows, seed: int = 0) -> pd.DataFrame:
    """Compute the ceiling of R2 for all systems, within them, between them, and in each.

    Returns
    -------
    DataFrame
        Index ``scope``; ``value``, ``low``, ``high`` (95 %, from drawing ions).
    """
    found = tracks(windows)
    spread, count = by_system(sums(found), found), len(found.systems)
    formulas = {
        "all systems": lambda total: of_moments(total.sum(axis=-2)),
        "between systems": lambda total: shares(total)[..., 0],
        "within systems": within,
    }
    rows = {
        scope: estimated(unfolded(formula, count), spread, found.draws(seed))
        for scope, formula in formulas.items()
    }
    for system in found.systems:
        alone = found.of(system)
        rows[system] = estimated(of_moments, sums(alone), alone.draws(seed))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high"])
    return table.rename_axis("scope")


def mobility_less_polymer(windows: Windows, seed: int = 0) -> tuple[float, float, float]:
    """Return by how much of Var(dr) mobility within systems exceeds what lies between them."""
    found = tracks(windows)
    return estimated(
        unfolded(lambda total: shares(total)[..., 1] - shares(total)[..., 0], len(found.systems)),
        by_system(sums(found), found),
        found.draws(seed),
    )


def bars(windows: Windows) -> pd.DataFrame:
    """Return the budget of each system in angstrom^2, (systems, parts)."""
    total = windows.table["dr"].mean()
    rows = {}
    for system, dr in windows.table.groupby("system", observed=True)["dr"]:
        chance = NOISE * (dr**2).mean()
        rows[system] = ((dr.mean() - total) ** 2, dr.var(ddof=0) - chance, chance)
    return pd.DataFrame.from_dict(rows, orient="index", columns=PARTS).rename_axis("system")


def figure(windows: Windows) -> Figure:
    """Draw the budget: a bar per system in angstrom^2, and the shares of all together."""
    found = bars(windows)
    drawing = theme.figure(height=3.2)
    left, right = drawing.subplots(1, 2, width_ratios=[4, 1])
    colors = (theme.OKABE_ITO[0], theme.OKABE_ITO[2], "#c9c9c9")
    _stack(left, range(len(found)), found.clip(lower=0), colors)
    left.set_xticks(range(len(found)), found.index, rotation=90)
    left.set_ylabel("variance about the mean of all (Å²)")
    drawing.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    sizes = windows.table.groupby("system", observed=True).size().loc[found.index]
    whole = found.mul(sizes, axis=0).sum() / sizes.sum()
    _stack(right, [0], (whole / whole.sum()).to_frame().T, colors)
    right.set(xticks=[0], xticklabels=["all"], ylabel="share of the variance", ylim=(0, 1))
    return drawing


def _stack(axes, places, parts: pd.DataFrame, colors) -> None:
    """Draw one stacked bar per row."""
    base = np.zeros(len(parts))
    for name, color in zip(parts.columns, colors, strict=True):
        axes.bar(places, parts[name], bottom=base, color=color, label=name, width=0.75)
        base = base + parts[name].to_numpy()


def gamma_mixture(second: float, fourth: float) -> np.ndarray:
    """Return quantiles of the mobility if its square is gamma distributed, angstrom.

    Parameters
    ----------
    second, fourth : float
        E[dr^2] and E[dr^4], angstrom^2 and angstrom^4.
    """
    mean = second / 3
    variance = max(fourth / 15 - mean**2, 1e-12 * mean**2)
    shape = mean**2 / variance
    levels = (np.arange(QUANTILES) + 0.5) / QUANTILES
    return np.sqrt(gamma.ppf(levels, shape, scale=mean / shape))


@stored
def fits(windows: Windows, seed: int = 0) -> pd.DataFrame:
    """Compare the distribution of `dr` with the gamma mixture of Maxwell distributions.

    Returns
    -------
    DataFrame
        Index ``system``. ``mixture`` and ``maxwell``: largest distance between the measured and
        the fitted cumulative distribution, of the mixture and of one mobility for all; ``noise``:
        the distance that resampled ions reach from the measured distribution in 95 % of draws,
        below which a fit cannot be refused.
    """
    found = tracks(windows)
    rows = {system: _fit(found.of(system), seed) for system in found.systems}
    columns = ["mixture", "maxwell", "noise"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("system")


def _fit(alone: Tracks, seed: int) -> tuple[float, float, float]:
    """Measure the three distances of one system."""
    dr = alone.dr
    known = dr[np.isfinite(dr)]
    grid = np.quantile(known, (np.arange(GRID) + 0.5) / GRID)
    below = (dr[:, :, None] <= grid).sum(axis=1)
    measured = below.sum(axis=0) / len(known)
    sigma = gamma_mixture((known**2).mean(), (known**4).mean())
    mixture = maxwell.cdf(grid[:, None] / sigma).mean(axis=1)
    single = maxwell.cdf(grid / np.sqrt((known**2).mean() / 3))
    draws, sizes = alone.draws(seed), np.isfinite(dr).sum(axis=1)
    redrawn = (draws @ below) / (draws @ sizes)[:, None]
    noise = np.quantile(np.abs(redrawn - measured).max(axis=1), 0.95)
    gamma, maxwellian = (float(np.abs(fit - measured).max()) for fit in (mixture, single))
    return gamma, maxwellian, float(noise)


def fit_table(windows: Windows, seed: int = 0) -> pd.DataFrame:
    """Say the distances in the words of a table."""
    found = fits(windows, seed)
    names = {"mixture": "Gamma mixture", "maxwell": "One mobility", "noise": "Noise, 95%"}
    verdict = np.where(found["mixture"] <= found["noise"], "yes", "no")
    return found.rename(columns=names).assign(**{"Mixture fits": verdict}).rename_axis("System")


@stored
def auc_ceiling(windows: Windows, seed: int = 0) -> tuple[float, float, float]:
    """Compute the ceiling of AUC for `fast` under the gamma mixture, with its interval.

    Returns
    -------
    value, low, high : float
    """
    found = tracks(windows)
    dr = found.dr
    powers = np.stack([np.isfinite(dr), dr**2, dr**4], axis=2)
    flat = by_system(np.nansum(powers, axis=1), found)
    of_sums = unfolded(lambda s: _auc(s, windows.dataset.threshold), len(found.systems))
    draws = found.draws(seed)[:AUC_DRAWS] @ flat
    value = of_sums(flat.sum(axis=0))
    low, high = interval(np.array([of_sums(total) for total in draws]), value)
    return value, float(low), float(high)


def _auc(total: np.ndarray, threshold: float) -> float:
    """Rank windows by their mobility, (systems, 3) sums of 1, dr^2 and dr^4."""
    sigma = np.array([gamma_mixture(two / n, four / n) for n, two, four in total])
    weight = np.repeat(total[:, 0] / total[:, 0].sum() / QUANTILES, QUANTILES)
    return ranked(sigma.ravel(), weight, maxwell.sf(threshold / sigma.ravel()))


def ceiling_table(windows: Windows, seed: int = 0) -> pd.DataFrame:
    """Say the ceilings in the words of a table."""
    found = ceilings(windows, seed)
    words = [with_interval(*row, decimals=2) for row in found.to_numpy()]
    return pd.DataFrame({"Ceiling of R²": words}, index=found.index.rename("Scope"))
