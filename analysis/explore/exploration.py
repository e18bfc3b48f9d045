"""First looks at the windows: distributions by system, first-shell compositions, correlations."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.data.bootstrap import REPLICATES, interval, ion_draws, ion_sums
from analysis.data.windows import Windows
from analysis.explore.summary import HIGH, LOW
from analysis.ground import heatmap, theme
from press import Absence

FLIP_BINS = 40  # over the range of all systems
ROW_HEIGHT = 0.22  # inches per system in a stack of distributions
GAP = 0.08  # between bars, of their width
# of a violin: from the lower to the upper, and a dot at the median
QUARTILES = {"box_width": 2.5, "whis_width": 0, "marker": "o", "markersize": 3.5}
ROOT = "share of windows (square root)"
FEWEST = 30  # windows that a composition needs to be shown


def violin(windows: Windows) -> Figure:
    """Draw the distribution of `dr` in each system, with its quartiles and mean."""
    table, systems = windows.table, list(windows.systems)
    figure = theme.figure(height=3.2)
    axes = figure.subplots()
    sns.violinplot(
        table, x="system", y="dr", order=systems, hue="system", hue_order=systems, dodge=False,
        palette=theme.system_colors(systems), saturation=1, cut=0, density_norm="width",
        linewidth=0.6, linecolor=theme.INK, legend=False, inner="box",
        alpha=0.85, inner_kws=QUARTILES, ax=axes,
    )  # fmt: skip
    means = table.groupby("system", observed=False)["dr"].mean().reindex(systems)
    axes.plot(range(len(systems)), means, "_", color=theme.INK, markersize=9)
    threshold = windows.dataset.threshold
    axes.axhline(threshold, color=theme.ACCENT, lw=0.9, ls="--", zorder=0.5)
    right = len(systems) - 0.45
    axes.text(right, threshold, f"fast\nabove {threshold:g} Å", color=theme.ACCENT, va="center")
    axes.set(xlabel=None, ylabel="dr (Å)", ylim=(0, None), xlim=(-0.6, right))
    axes.set_xticks(range(len(systems)), systems, rotation=45, ha="right", rotation_mode="anchor")
    return figure


def coordination(windows: Windows) -> Figure:
    """Draw a rootogram of every coordination number in each system: shells by partners.

    Heights are square roots of shares, so that rare numbers can be seen beside common ones.
    """
    return _stacks(windows, windows.structure, _count_edges, "number in the {} shell")


def flips(windows: Windows) -> Figure:
    """Draw a rootogram of every number of flips in each system: shells by partners.

    Heights are square roots of shares, so that rare numbers can be seen beside common ones.
    """
    return _stacks(windows, windows.flips, _flip_edges, "flips in the {} shell")


def _count_edges(values: pd.Series) -> np.ndarray:
    """Return edges around each whole number up to the largest value."""
    return np.arange(values.max() + 2) - 0.5


def _flip_edges(values: pd.Series) -> np.ndarray:
    """Return edges that put equally many whole numbers into each bin."""
    width = max(1, -(-(values.max() + 1) // FLIP_BINS))
    return np.arange(0, values.max() + width + 1, width) - 0.5


def _stacks(windows: Windows, columns: Sequence[str], edges, label: str) -> Figure:
    """Draw a stack of distributions for each column: a row per shell, a column per partner."""
    partners = len(windows.partners)
    height = 2 * (ROW_HEIGHT * len(windows.systems) + 0.55)
    figure = theme.figure(height=max(height, 3))
    grid = figure.subplots(2, partners, squeeze=False, sharey=True)
    for axes, column in zip(grid.flat, columns, strict=True):
        _stack(axes, windows, column, edges(windows.table[column]))
        axes.set_title(column)
    for row, shell in zip(grid, ("first", "second"), strict=True):
        for axes in row:
            axes.set_xlabel(label.format(shell))
    figure.supylabel(ROOT, fontsize=theme.STYLE["axes.labelsize"])
    return figure


def _stack(axes: Axes, windows: Windows, column: str | pd.Series, edges: np.ndarray):
    """Draw one distribution above the other, the first system on top, all to one scale."""
    values = windows.table[column] if isinstance(column, str) else column
    system = windows.table["system"]
    roots = np.sqrt(
        [
            np.histogram(values[system == name], edges)[0] / max((system == name).sum(), 1)
            for name in windows.systems
        ]
    )
    sides = np.column_stack([edges[:-1] + GAP * np.diff(edges), edges[1:]]).ravel()
    for row, (root, color) in enumerate(zip(roots, theme.sequence(len(roots)), strict=True)):
        heights = np.column_stack([0.92 * root / roots.max(), np.zeros_like(root)]).ravel()[:-1]
        axes.stairs(heights - row, sides, baseline=-row, fill=True, color=color, lw=0, snap=False)
        axes.axhline(-row, color=theme.INK, lw=0.4, zorder=0.5)
    axes.set(ylim=(-len(roots) + 0.85, 1.05), xlim=(edges[0], edges[-1]))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.set_yticks(-np.arange(len(roots)) + 0.25, windows.systems, fontsize=7)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def first_shell(windows: Windows) -> Figure | Absence:
    """Draw how many ligands are bound in all, in which composition, and what that means for `dr`.

    Left: the total by system. Middle: percentage of windows with each composition by the first
    two ligands. Right: mean `dr` of these compositions. Rare compositions are left out.
    """
    if len(windows.ligands) < 2:
        return Absence("The composition of the first shell needs at least two kinds of ligands.")
    table, ligands = windows.table, list(windows.ligands)
    total = table[ligands].sum(axis=1)
    figure = theme.figure(height=max(ROW_HEIGHT * len(windows.systems) + 0.6, 2.6))
    left, middle, right = figure.subplots(1, 3)
    _stack(left, windows, total, _count_edges(total))
    left.set(xlabel=" + ".join(ligands), ylabel=ROOT)
    grid = table.groupby(ligands[:2])["dr"].agg(["size", "mean"])
    grid = grid[grid["size"] >= FEWEST]
    if grid.empty:
        return Absence(f"No composition of the first shell occurs in {FEWEST} windows or more.")
    _composition(middle, 100 * grid["size"] / len(table), "windows (%)")
    _composition(right, grid["mean"], "mean dr (Å)")
    return figure


def _composition(axes: Axes, by_counts: pd.Series, title: str):
    """Shade and annotate a value for each pair of counts of two ligands."""
    values = by_counts.unstack().sort_index(axis=0).sort_index(axis=1)
    heatmap.annotated(axes, values, decimals=1, cmap="Blues", square=True, cbar=False)
    axes.invert_yaxis()
    axes.set(xlabel=values.columns.name, ylabel=values.index.name, title=title)


def composition_share(windows: Windows, seed: int = 0) -> tuple[float, float, float] | Absence:
    """Compute the share of Var(dr) within systems that the first shell's composition explains.

    It is the variance between the means of the compositions, which need not lie on a line, of
    `dr` less its system's mean. Compositions with fewer than `FEWEST` windows count as one.

    Returns
    -------
    value, low, high : float
        With an interval from resampling ions; or an Absence where one composition is all there is.
    """
    table, ligands = windows.table, list(windows.ligands)
    composition = table.groupby(ligands).ngroup() if ligands else pd.Series(0, table.index)
    size = composition.map(composition.value_counts())
    shells = pd.get_dummies(composition.where(size >= FEWEST, -1)).to_numpy(dtype=float)
    if shells.shape[1] < 2:
        return Absence(f"No two compositions of the first shell occur in {FEWEST} windows each.")
    dr = table["dr"] - table.groupby("system", observed=True)["dr"].transform("mean")
    deviation = dr.to_numpy()[:, None]
    sums, system = ion_sums(windows, np.hstack([shells, shells * deviation, deviation**2]))
    draws = np.vstack([np.ones(len(system)), ion_draws(system, REPLICATES, seed)]) @ sums
    count, total = np.split(draws[:, :-1], 2, axis=1)
    means = total / np.maximum(count, 1)
    centre = total.sum(axis=1, keepdims=True) / count.sum(axis=1, keepdims=True)
    share = (count * (means - centre) ** 2).sum(axis=1) / draws[:, -1]
    low, high = interval(share[1:], share[0])
    return float(share[0]), float(low), float(high)


def first_shell_totals(windows: Windows) -> pd.DataFrame:
    """Return the percentage of windows with each total number of ligands, by system."""
    total = windows.table[list(windows.ligands)].sum(axis=1)
    shares = 100 * pd.crosstab(windows.table["system"], total, normalize="index", dropna=False)
    shares.columns = [str(number) for number in shares.columns]
    mean = total.groupby(windows.table["system"], observed=False).mean()
    return shares.assign(Mean=mean).rename_axis("System")


def correlation_heatmap(windows: Windows) -> Figure:
    """Draw Pearson's correlation of each pair of features, and of each with `dr`."""
    names = [*windows.features, "dr"]
    r = windows.table[names].corr().iloc[1:, :-1]
    above = np.triu(np.ones(r.shape, dtype=bool), k=1)
    figure = theme.figure(height=5.2)
    axes = figure.subplots()
    heatmap.annotated(
        axes, r.mask(above), decimals=2, size=6.5 if len(names) < 16 else 5, vmin=-1, vmax=1,
        cmap=theme.DIVERGING, cbar_ax=axes.inset_axes((0.6, 0.9, 0.36, 0.03)),
        cbar_kws={"orientation": "horizontal", "ticks": (-1, 0, 1), "label": "Pearson's r"},
    )  # fmt: skip
    axes.tick_params(axis="x", rotation=45)
    axes.axhline(len(r) - 1, color=theme.INK, lw=0.8)
    return figure


def correlations(windows: Windows, replicates: int = REPLICATES, seed: int = 0) -> pd.DataFrame:
    """Correlate each feature with `dr`, over all windows and within systems.

    Within systems, the mean of its system is subtracted from each column, so that what merely
    distinguishes the systems does not count.

    Returns
    -------
    DataFrame, (features, 6)
        Pearson's r and its 95 % interval by a bootstrap over ions, twice.
    """
    names = [*windows.features, "dr"]
    everywhere = windows.table[names].astype(float)
    means = everywhere.groupby(windows.table["system"], observed=True).transform("mean")
    r, low, high = _correlations(windows, everywhere, replicates, seed)
    within, within_low, within_high = _correlations(windows, everywhere - means, replicates, seed)
    return pd.DataFrame(
        {
            "r": r, LOW: low, HIGH: high,
            "r within": within, f"within {LOW}": within_low, f"within {HIGH}": within_high,
        },
        index=pd.Index(windows.features, name="Feature"),
    )  # fmt: skip


def _correlations(
    windows: Windows, values: pd.DataFrame, replicates: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return r of each column with the last one, and the limits of its interval."""
    centred = (values - values.mean()).to_numpy()
    x, y = centred[:, :-1], centred[:, -1:]
    moments = np.hstack([np.ones_like(y), y, y**2, x, x**2, x * y])
    sums, system = ion_sums(windows, moments)
    draws = np.vstack([np.ones(len(system)), ion_draws(system, replicates, seed)])
    count, sum_y, sum_yy, *rest = (draws @ sums).T
    sum_x, sum_xx, sum_xy = np.array(rest).reshape(3, x.shape[1], -1)
    covariance = sum_xy / count - sum_x * sum_y / count**2
    variance_x = sum_xx / count - (sum_x / count) ** 2
    variance_y = sum_yy / count - (sum_y / count) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):  # a constant column has no correlation
        r = (covariance / np.sqrt(variance_x * variance_y)).T
    return r[0], *interval(r[1:], r[0])
