"""Two-dimensional maps of the features, and whether displacements are organised in them at all.

A map of points coloured by `dr` invites the eye to see regions. The neighbour score asks the
question with a number: how well does the mean `dr` of a row's neighbours, taken from other ions,
agree with the row's own? The answer is compared with maps on which the ions' displacements were
exchanged.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from analysis.data.windows import Windows
from analysis.ground import theme
from press import Absence, stored

IONS_PER_SYSTEM = 25  # of the sample that is embedded
NEIGHBOURS = 30  # rows that are averaged for the neighbour score
PERMUTATIONS = 500
UMAP_NEIGHBOURS, UMAP_DISTANCE = 15, 0.1  # the method's own defaults
CLASS_COLORS = {False: "#9aa5b1", True: theme.ACCENT}


def sample(windows: Windows, seed: int = 0) -> pd.DataFrame:
    """Choose the rows to embed: the same number of ions per system, of windows per ion.

    Whole ions are taken, and of each as many of its first windows as every chosen ion has, so
    that the displacements of ions can be exchanged as blocks.

    Parameters
    ----------
    windows : Windows
        The data set.
    seed : int
        Chooses the ions.

    Returns
    -------
    pandas.DataFrame
        Rows of ``windows.table``, sorted by system, ion and window; their index is kept.
    """
    table = windows.table.assign(ion=windows.ion)
    rng = np.random.default_rng(seed)
    chosen: list[int] = []
    for _, ions in table.groupby("system", observed=True)["ion"].unique().items():
        chosen.extend(rng.permutation(ions)[:IONS_PER_SYSTEM])
    rows = table[table["ion"].isin(chosen)].sort_values(["system", "ion", "Event"])
    per_ion = rows.groupby("ion").size().min()
    return rows.groupby("ion").head(per_ion)


def standardized(rows: pd.DataFrame, features: tuple[str, ...]) -> np.ndarray:
    """Return the features with mean 0 and standard deviation 1, constant ones left out.

    Examples
    --------
    >>> standardized(pd.DataFrame({"a": [1, 3], "b": [5, 5]}), ("a", "b")).tolist()
    [[-1.0], [1.0]]
    """
    values = rows[list(features)].to_numpy(dtype=float)
    spread = values.std(axis=0)
    varies = spread > 0
    return (values[:, varies] - values[:, varies].mean(axis=0)) / spread[varies]


def principal_components(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Project on the two directions of largest variance.

    Parameters
    ----------
    values : numpy.ndarray, shape (rows, features)
        Standardized features, at least two.

    Returns
    -------
    coordinates : numpy.ndarray, shape (rows, 2)
    shares : numpy.ndarray, shape (2,)
        Fractions of the total variance along each direction.
    """
    _, singular, directions = np.linalg.svd(values, full_matrices=False)
    # The sign of a direction is arbitrary: let its largest loading be positive.
    largest = np.abs(directions).argmax(axis=1)
    directions *= np.sign(directions[np.arange(len(directions)), largest])[:, None]
    return values @ directions[:2].T, (singular**2 / (singular**2).sum())[:2]


def umap_coordinates(values: np.ndarray, seed: int) -> np.ndarray:
    """Embed with UMAP (McInnes, Healy, Saul and Grossberger, JOSS 3, 861, 2018).

    The exact neighbours are handed over, which are cheap for this many rows and spare UMAP's
    own search, whose compilation would take longer than everything else.

    Parameters
    ----------
    values : numpy.ndarray, shape (rows, features)
        Standardized features.
    seed : int
        Fixes the layout.

    Returns
    -------
    numpy.ndarray, shape (rows, 2)
    """
    from sklearn.neighbors import NearestNeighbors
    from umap import UMAP

    search = NearestNeighbors(n_neighbors=UMAP_NEIGHBOURS).fit(values)
    distances, neighbours = search.kneighbors(values)
    embedding = UMAP(
        n_neighbors=UMAP_NEIGHBOURS,
        min_dist=UMAP_DISTANCE,
        init="pca",
        random_state=seed,
        n_jobs=1,
        precomputed_knn=(neighbours, distances.astype(np.float32), None),
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="precomputed_knn")  # no new rows are embedded
        return embedding.fit_transform(values).astype(float)


@stored
def coordinates(windows: Windows, seed: int = 0) -> pd.DataFrame | Absence:
    """Compute both maps of the sample.

    Parameters
    ----------
    windows : Windows
        The data set.
    seed : int
        Chooses the sample and fixes UMAP's layout.

    Returns
    -------
    pandas.DataFrame or Absence
        One row per sampled window: ``system``, ``ion``, ``dr`` (angstrom), the coordinates
        ``PCA 1``, ``PCA 2``, ``UMAP 1``, ``UMAP 2``.
    """
    rows = sample(windows, seed)
    values = standardized(rows, windows.features)
    if len(rows) < 10 * UMAP_NEIGHBOURS or values.shape[1] < 3:
        return Absence(
            f"The data set has {len(rows)} windows and {values.shape[1]} features that vary: "
            f"too few for a map in two dimensions."
        )
    linear, _ = principal_components(values)
    maps = pd.DataFrame(linear, columns=["PCA 1", "PCA 2"], index=rows.index)
    maps[["UMAP 1", "UMAP 2"]] = umap_coordinates(values, seed)
    return pd.concat([rows[["system", "ion", "dr"]], maps], axis=1)


def other_ions(points: np.ndarray, ions: np.ndarray, count: int) -> np.ndarray:
    """Find the nearest rows that belong to other ions.

    Windows of one ion resemble each other because they follow each other; they are no evidence
    that a region of the map says something about ions in general.

    Parameters
    ----------
    points : numpy.ndarray, shape (rows, dimensions)
    ions : numpy.ndarray of int, shape (rows,)
        The ion of each row.
    count : int
        Number of neighbours.

    Returns
    -------
    numpy.ndarray of int, shape (rows, count)
        Positions of the neighbours, nearest first.

    Examples
    --------
    >>> other_ions(np.array([[0.0], [0.1], [1.0]]), np.array([7, 7, 8]), 1).ravel().tolist()
    [2, 2, 1]
    """
    from sklearn.neighbors import NearestNeighbors

    own = int(np.unique(ions, return_counts=True)[1].max())
    search = NearestNeighbors(n_neighbors=min(count + own, len(points))).fit(points)
    candidates = search.kneighbors(points, return_distance=False)
    foreign = ions[candidates] != ions[:, None]
    first = np.argsort(~foreign, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(candidates, first, axis=1)


def neighbour_score(values: np.ndarray, neighbours: np.ndarray) -> float:
    """Correlate each value with the mean of its neighbours' values.

    Parameters
    ----------
    values : numpy.ndarray, shape (rows,)
    neighbours : numpy.ndarray of int, shape (rows, count)

    Returns
    -------
    float
        Pearson's r: 1 where the neighbourhood tells the value, 0 where it tells nothing.
    """
    return float(np.corrcoef(values, values[neighbours].mean(axis=1))[0, 1])


@stored
def scores(windows: Windows, seed: int = 0) -> pd.DataFrame | Absence:
    """Score how far `dr` is organised in the space of features and in both maps.

    Two questions are asked of every space. Over all rows: the null exchanges whole ions between
    all systems. Within systems: `dr` is measured from its system's mean, and the null exchanges
    ions within systems, so that knowing the polymer earns nothing.

    Parameters
    ----------
    windows : Windows
        The data set.
    seed : int
        Seed of the sample, of UMAP and of the permutations.

    Returns
    -------
    pandas.DataFrame or Absence
        Indexed by ``Space``; columns ``Compared`` (which question), ``Score``, ``Null, 95%``
        (the null's 95th percentile) and ``p`` (share of permutations that score as high, the
        observed one counted). A last row holds, for comparison, the correlation of `dr` with
        its system's mean.
    """
    maps = coordinates(windows, seed)
    if isinstance(maps, Absence):
        return maps
    rows = windows.table.loc[maps.index]
    spaces = {
        "all features": standardized(rows, windows.features),
        "PCA": maps[["PCA 1", "PCA 2"]].to_numpy(),
        "UMAP": maps[["UMAP 1", "UMAP 2"]].to_numpy(),
    }
    ions = maps["ion"].to_numpy()
    per_ion = len(maps) // len(np.unique(ions))
    blocks = maps["dr"].to_numpy().reshape(-1, per_ion)
    system = maps["system"].cat.codes.to_numpy().reshape(-1, per_ion)[:, 0]
    means = pd.Series(blocks.mean(axis=1)).groupby(system).transform("mean").to_numpy()
    questions = {
        "all rows": (blocks, np.zeros_like(system)),
        "within systems": (blocks - means[:, None], system),
    }
    records = []
    for space, points in spaces.items():
        neighbours = other_ions(points, ions, NEIGHBOURS)
        for question, (values, groups) in questions.items():
            rng = np.random.default_rng(seed)
            score = neighbour_score(values.ravel(), neighbours)
            null = [
                neighbour_score(values[exchanged(groups, rng)].ravel(), neighbours)
                for _ in range(PERMUTATIONS)
            ]
            p = (1 + float(np.sum(np.array(null) >= score))) / (1 + PERMUTATIONS)
            records.append((space, question, score, float(np.quantile(null, 0.95)), p))
    of_name = np.corrcoef(blocks.ravel(), np.repeat(means, per_ion))[0, 1]
    records.append(("the system's name alone", "all rows", of_name, np.nan, np.nan))
    columns = ["Space", "Compared", "Score", "Null, 95%", "p"]
    return pd.DataFrame(records, columns=columns).set_index("Space")


def exchanged(groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return positions 0 to n - 1 permuted at random within groups.

    Examples
    --------
    >>> exchanged(np.array([0, 1, 0, 1]), np.random.default_rng(0)) % 2
    array([0, 1, 0, 1])
    """
    order = np.lexsort([rng.random(len(groups)), groups])
    positions = np.empty_like(order)
    positions[np.argsort(groups, kind="stable")] = order
    return positions


def explained(windows: Windows, seed: int = 0) -> tuple[float, float]:
    """Return the fractions of the sample's variance along the two principal components."""
    values = standardized(sample(windows, seed), windows.features)
    first, second = principal_components(values)[1]
    return float(first), float(second)


def maps(windows: Windows, seed: int = 0) -> Figure | Absence:
    """Draw both maps, coloured by `dr`, by class and by system.

    Parameters
    ----------
    windows : Windows
        The data set.
    seed : int
        As in `coordinates`.

    Returns
    -------
    matplotlib.figure.Figure or Absence
    """
    points = coordinates(windows, seed)
    if isinstance(points, Absence):
        return points
    threshold = windows.dataset.threshold
    points = points.sample(frac=1, random_state=0)  # no system is drawn on top of the others
    palette = theme.system_colors(windows.systems)
    is_fast = points["dr"] > threshold
    colours = (
        {"c": points["dr"], "vmax": points["dr"].quantile(0.98)},
        {"c": is_fast.map(CLASS_COLORS)},
        {"c": points["system"].astype(str).map(palette)},
    )
    figure = theme.figure(height=4.7)
    panels = figure.subplots(2, 3)
    for row, method in zip(panels, ("PCA", "UMAP"), strict=True):
        for axes, colour in zip(row, colours, strict=True):
            x, y = points[f"{method} 1"], points[f"{method} 2"]
            marks = axes.scatter(x, y, s=2.5, lw=0, rasterized=True, **colour)
            axes.set(xticks=[], yticks=[], xlabel=f"{method} 1")
            if axes is row[0]:
                axes.set_ylabel(f"{method} 2")
                by_length = marks
    strip = panels[1, 0].inset_axes((0, -0.21, 1, 0.045))
    figure.colorbar(by_length, cax=strip, orientation="horizontal", label="dr (Å)", extend="max")
    classes = {
        f"dr ≤ {threshold:g} Å": CLASS_COLORS[False],
        f"fast: dr > {threshold:g} Å": CLASS_COLORS[True],
    }
    _legend(panels[1, 1], classes, columns=1)
    _legend(panels[1, 2], palette, columns=4)
    return figure


def _legend(axes: Axes, colours: dict[str, str], columns: int) -> None:
    """Name the colours below the axes."""
    handles = [
        Line2D([], [], ls="", marker="o", color=c, label=name) for name, c in colours.items()
    ]
    style = {"columnspacing": 0.6, "handletextpad": 0.0, "borderpad": 0, "fontsize": 6.5}
    axes.legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=columns, **style
    )


def interactive(windows: Windows, seed: int = 0):
    """Draw the map by UMAP with what each window is (plotly); the absence if there is no map."""
    import plotly.graph_objects as go

    points = coordinates(windows, seed)
    if isinstance(points, Absence):
        return points
    shown = windows.table.loc[points.index, ["dr", *windows.features]].astype(np.float32)
    words = "<br>".join(f"{name}: %{{customdata[{at}]:.3~g}}" for at, name in enumerate(shown))
    figure = go.Figure()
    for system, color in theme.system_colors(windows.systems).items():
        rows = points[points["system"] == system]
        figure.add_scatter(
            x=rows["UMAP 1"].astype(np.float32),
            y=rows["UMAP 2"].astype(np.float32),
            mode="markers",
            marker={"size": 4, "color": color},
            name=system,
            customdata=shown.loc[rows.index].to_numpy(),
            hovertemplate=f"{system}<br>{words}<extra></extra>",
        )
    figure.update_layout(
        height=520,
        xaxis={"title": "UMAP 1", "showticklabels": False},
        yaxis={"title": "UMAP 2", "showticklabels": False},
        legend={"itemsizing": "constant"},
    )
    return figure
