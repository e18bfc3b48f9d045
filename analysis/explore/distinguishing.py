"""Which systems can be told apart by which column: all pairs, tested and measured.

Two questions are kept apart. Is there a difference? Anderson-Darling's statistic, its p value by
relabelling whole ions, the false discovery rate of all tests together controlled after Benjamini
and Hochberg. How large is it? The distance between the two distributions, and which is higher.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from threadpoolctl import threadpool_limits

from analysis.data.windows import Windows
from analysis.ground import anderson_darling as ad
from analysis.ground import theme
from press import Absence, stored

PERMUTATIONS = 999
RATE = 0.05  # false discovery rate
FIRST_LEVEL = 0.005  # of the first count: the reference compares with SciPy's critical_values[5]
SMALL = 0.2  # standard deviations; differences below it are called small
MIN_IONS = 4  # per system: 8 ions can be split in 70 ways, enough for p below RATE
MOST_IONS = 200  # per system; what a comparison costs grows faster than their number
MOST_SYSTEMS = 60  # whose 1,770 pairs in a dozen columns take minutes, and still can be drawn


@stored
def pairwise(
    windows: Windows, permutations: int = PERMUTATIONS, seed: int = 0
) -> pd.DataFrame | Absence:
    """Compare each pair of systems in each feature and in `dr`.

    Parameters
    ----------
    windows : Windows
        The data set.
    permutations : int
        Relabellings of the ions per pair; the same ones serve all columns of a pair.
    seed : int
        Seed of the relabellings, and of the ions drawn where a system has more than `MOST_IONS`.

    Returns
    -------
    DataFrame, (columns x pairs)
        `column`, `first`, `second`; `statistic` standardized as published, `tabulated` its p for
        independent rows; `permuted` the p by ions and `adjusted` the same after Benjamini and
        Hochberg over all rows of the table; `distance` the Wasserstein distance in standard
        deviations of both together; `superiority` the probability that a window of the second
        system holds the higher value, ties counted half.
    """
    reason = _too_small(windows)
    if reason:
        return Absence(reason)
    drawn = sampled(windows, seed)
    with threadpool_limits(1):  # thousands of small products, which threads only slow down
        table = pd.DataFrame(_comparisons(drawn, permutations, seed))
    table.insert(len(table.columns) - 2, "adjusted", benjamini_hochberg(table["permuted"]))
    return table


def sampled(windows: Windows, seed: int = 0) -> Windows:
    """Return the windows of at most `MOST_IONS` ions of each system, drawn at random."""
    ions = pd.DataFrame({"system": windows.table["system"], "ion": windows.ion}).drop_duplicates()
    if ions["system"].value_counts().max() <= MOST_IONS:
        return windows
    mixed = ions.sample(frac=1, random_state=seed)
    kept = mixed.groupby("system", observed=True).head(MOST_IONS)["ion"]
    return windows.where(windows.ion.isin(kept).to_numpy())


def _comparisons(windows: Windows, permutations: int, seed: int) -> Iterator[dict]:
    """Compare each pair in each column; yield one row of the table after the other."""
    generator = np.random.default_rng(seed)
    pairs = list(combinations(range(len(windows.systems)), 2))
    ion = windows.ion.to_numpy()
    system = np.zeros(ion.max() + 1, dtype=int)
    system[ion] = windows.table["system"].cat.codes
    relabelled = {pair: _relabelled(system, pair, permutations, generator) for pair in pairs}
    rows = {pair: np.flatnonzero(np.isin(system[ion], pair)) for pair in pairs}
    for column in (*windows.features, "dr"):
        numbers = windows.table[column].to_numpy()
        for pair in pairs:
            mine = rows[pair]
            values, codes = np.unique(numbers[mine], return_inverse=True)
            ions, blocks = np.unique(ion[mine], return_inverse=True)
            by_ion = ad.counts(codes, blocks, len(values), len(ions))
            names = {"first": windows.systems[pair[0]], "second": windows.systems[pair[1]]}
            first = system[ions] == pair[0]
            yield {"column": column} | names | _compare(values, by_ion, first, relabelled[pair])


def _too_small(windows: Windows) -> str:
    """Say why the systems cannot be compared, or nothing."""
    if len(windows.systems) < 2:
        return "There is only one system in this data set, so no pair can be compared."
    if len(windows.systems) > MOST_SYSTEMS:
        return (
            f"Every pair of systems is compared where there are at most {MOST_SYSTEMS} of them; "
            f"the data set has {len(windows.systems)}."
        )
    ions = windows.table.groupby("system", observed=False)["idx"].nunique()
    if ions.min() < MIN_IONS:
        return (
            f"Pairs of systems are compared by exchanging their ions, which needs at least "
            f"{MIN_IONS} ions per system; {ions.idxmin()} has {ions.min()}."
        )
    return ""


def _relabelled(system: np.ndarray, pair: tuple[int, int], permutations: int, generator):
    """Deal the ions of a pair into two samples as large as the real ones, (permutations, ions)."""
    first = system[np.isin(system, pair)] == pair[0]
    return generator.permuted(np.tile(first, (permutations, 1)), axis=1)


def _compare(
    values: np.ndarray, by_ion: np.ndarray, first: np.ndarray, relabelled: np.ndarray
) -> dict[str, float]:
    """Test and measure the difference between two systems in one column."""
    one, two = by_ion[first].sum(axis=0), by_ion[~first].sum(axis=0)
    if (
        np.count_nonzero(one + two) == 1
    ):  # the same value everywhere: nothing tells the systems apart
        return {"statistic": np.nan, "tabulated": 1.0, "permuted": 1.0} | _effect(values, one, two)
    (a2,) = ad.statistics(np.stack([one, two]), np.array([[True, False]]))
    statistic = ad.standardized(a2, one.sum(), two.sum())
    return {
        "statistic": float(statistic),
        "tabulated": float(ad.tabulated_p(statistic)),
        "permuted": ad.permuted_p(by_ion, first, relabelled),
    } | _effect(values, one, two)


def _effect(values: np.ndarray, one: np.ndarray, two: np.ndarray) -> dict[str, float]:
    """Measure how far apart two distributions given by counts at ascending values lie."""
    share_one, share_two = one / one.sum(), two / two.sum()
    pooled = (one + two) / (one + two).sum()
    deviation = np.sqrt(pooled @ (values - pooled @ values) ** 2)
    gaps = np.abs(np.cumsum(share_one - share_two))[:-1]
    distance = gaps @ np.diff(values) / deviation if deviation else 0.0
    return {"distance": float(distance), "superiority": float(share_two @ ad.midranks(share_one))}


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """Return p values adjusted so that rejecting those below q keeps the false share at q.

    The i-th smallest of m becomes min over j >= i of m p_(j) / j (Benjamini and Hochberg 1995).

    Examples
    --------
    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03]))
    array([0.03, 0.04, 0.04])
    """
    p = np.asarray(p, dtype=float)
    order = np.argsort(p)
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return adjusted


def before_and_after(windows: Windows) -> pd.DataFrame | Absence:
    """Count the pairs told apart by each column: as first published, and put right.

    Before: the statistic above the tabulated critical value of `FIRST_LEVEL`, rows taken as
    independent, no correction. After: ions permuted, false discovery rate controlled; and how many
    of these differences are not small.

    Returns
    -------
    DataFrame, (columns + 1, 6)
        Counts of pairs; the last row sums them. `median distance` is in standard deviations.
    """
    tests = pairwise(windows)
    if not isinstance(tests, pd.DataFrame):
        return tests
    found = tests.assign(
        before=tests["statistic"] > ad.critical_value(FIRST_LEVEL),
        after=tests["adjusted"] < RATE,
        large=(tests["adjusted"] < RATE) & (tests["distance"] >= SMALL),
    )
    groups = found.groupby("column", sort=False)
    counts = groups[["before", "after", "large"]].sum()
    counts.insert(0, "pairs", groups.size())
    counts["median distance"] = groups["distance"].median()
    total = counts[["pairs", "before", "after", "large"]].sum()
    counts.loc["all"] = [*total, found["distance"].median()]
    counts = counts.astype({name: int for name in ("pairs", "before", "after", "large")})
    names = {"large": f"of these, at least {SMALL:g} sd", "median distance": "median distance (sd)"}
    return counts.rename(columns=names).rename_axis("column")


def triangles(windows: Windows) -> Figure | Absence:
    """Draw a triangle per column: how far each pair of systems lies apart.

    Colour is the distance in standard deviations; pairs that cannot be told apart at the
    controlled rate are left open, with a dot; the number of pairs told apart stands in the
    empty corner.
    """
    tests = pairwise(windows)
    if not isinstance(tests, pd.DataFrame):
        return tests
    columns = list(tests["column"].unique())
    across = 4
    down = -(-(len(columns) + 1) // across)
    figure = theme.figure(height=1.62 * down + 0.2)
    grid = figure.subplots(down, across, squeeze=False)
    top = max(SMALL, float(tests["distance"].quantile(0.98)))
    for axes, column in zip(grid.flat, columns, strict=False):
        image = _triangle(axes, tests[tests["column"] == column], windows.systems, top)
        axes.set_title(column, fontsize=8, pad=2)
    for axes in grid.flat[len(columns) :]:
        axes.set_axis_off()
    _label_systems(grid, columns, windows.systems)
    _add_key(grid.flat[len(columns)], image)
    return figure


def _add_key(axes: Axes, image):
    """Put the colour bar and the meaning of the dot into axes that hold no triangle."""
    bar = axes.figure.colorbar(
        image, cax=axes.inset_axes((0.15, 0.55, 1.6, 0.07)), orientation="horizontal", extend="max"
    )
    bar.set_label("distance (standard deviations)", fontsize=8)
    dot = axes.text(0.15, 0.75, "·  not told apart", transform=axes.transAxes, fontsize=8)
    for artist in (bar.ax, dot):  # wider than the axes, and room there is enough
        artist.set_in_layout(False)


def _triangle(axes: Axes, tests: pd.DataFrame, systems: tuple[str, ...], top: float):
    """Fill the lower triangle of one column; return the image for the colour bar."""
    table = tests.assign(apart=tests["adjusted"] < RATE)
    same = table[~table["apart"]]
    shade = table[table["apart"]].pivot(index="second", columns="first", values="distance")
    shade = shade.reindex(index=systems, columns=systems)
    sns.heatmap(
        shade, vmin=0, vmax=top, cmap=theme.SEQUENTIAL + "_r", square=True, cbar=False,
        xticklabels=False, yticklabels=False, ax=axes,
    )  # fmt: skip
    place = {name: number + 0.5 for number, name in enumerate(systems)}
    dot = {"color": theme.MUTED, "markersize": 1.6}
    axes.plot(same["first"].map(place), same["second"].map(place), ".", **dot)
    axes.text(
        0.97, 0.95, f"{table['apart'].sum()}\nof {len(table)}", transform=axes.transAxes,
        ha="right", va="top", fontsize=7.5,
    )  # fmt: skip
    axes.set(xlabel=None, ylabel=None)
    return axes.collections[0]


def _label_systems(grid: np.ndarray, columns: list[str], systems: tuple[str, ...]):
    """Name the systems along the left edge and below the lowest triangle of each column."""
    positions = np.arange(len(systems)) + 0.5
    for axes in grid[:, 0]:
        axes.set_yticks(positions, systems, fontsize=5.5)
    for index, axes in enumerate(grid.flat[: len(columns)]):
        if index + grid.shape[1] >= len(columns):
            axes.set_xticks(positions, systems, fontsize=5.5, rotation=90)
    for axes in grid.flat:
        axes.tick_params(length=0, pad=1)
