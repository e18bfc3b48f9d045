"""Drawings that explain the method: the two shells, the splits, the nested search, the voxels.

They are drawn by code so that names are those of the data set at hand, and so that they share
fonts and colours with the figures made of data. Numbers in them are examples, not results.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon, Rectangle

from analysis.data.windows import Windows
from analysis.ground import theme
from analysis.ground.drawing import arrow, canvas
from analysis.learn.splits import FOLDS, SPLITS

LITHIUM = theme.INK


# --- two shells, one window --------------------------------------------------------------------

# Example surroundings of one Li+: partner (its place in the data set's list), distance in units
# of the first shell's radius, direction in degrees.
NEIGHBOURS = (
    (0, 0.66, 32),
    (1, 0.64, 170),
    (1, 0.62, 275),
    (1, 1.45, 138),
    (0, 1.45, 215),
    (2, 1.42, 318),
)
LEAVES, ARRIVES = (0, 1.42, 5), (0, 0.66, 345)  # one neighbour that enters the first shell
SHELL_RADII = (1.0, 1.85)  # in units of the first
INCH_PER_RADIUS = 0.68
COUNTS = (1, 2, 1, 2, 3, 2)  # of the first partner through the window: begins as drawn, ends so
CHANGES = (0.16, 0.27, 0.52, 0.68, 0.77)  # when it changes, as fractions of the window


def shells(windows: Windows) -> Figure:
    """Draw what the features of one window count, and the displacement to be predicted.

    Left, the surroundings of a Li+ when the window begins, with both shells; right, the same
    when it ends; below, the first-shell count of one partner through the window, whose changes
    are its flips.

    Parameters
    ----------
    windows : Windows
        Its partners name the neighbours.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = canvas(6.0, 4.75)
    begin, end = np.array([1.45, 2.95]), np.array([4.55, 2.95])
    start = end - (0.3, 0.34)
    axes.text(begin[0], 4.5, "the window begins", ha="center", size=9)
    axes.text(end[0], 4.5, "the window ends", ha="center", size=9)
    _surroundings(axes, begin, [*NEIGHBOURS, LEAVES], windows.partners)
    _surroundings(axes, end, [*NEIGHBOURS, ARRIVES], windows.partners)
    _ion(axes, begin, line="-")
    _ion(axes, start, line=":")
    _ion(axes, end, line="-")
    arrow(axes, start, end - 0.13 * (end - start) / np.hypot(*(end - start)), lw=1.6)
    axes.text(*(start + (0.02, 0.19)), "dr", size=9, style="italic")
    arrow(axes, (2.8, 2.95), (3.2, 2.95), lw=1.4)
    for words, radius in zip(("first shell", "second shell"), SHELL_RADII, strict=True):
        height = begin[1] + INCH_PER_RADIUS * radius - 0.13
        axes.text(begin[0], height, words, size=7, color=theme.MUTED, ha="center", va="center")
    _count_trace(axes, windows.partners[0])
    return figure


def _surroundings(axes: Axes, centre, neighbours, partners: tuple[str, ...]) -> None:
    """Draw both shells about ``centre`` and the named neighbours in them."""
    for radius, shade in zip(SHELL_RADII[::-1], ("#f6f6f6", "#e4e4e4"), strict=True):
        style = {"facecolor": shade, "edgecolor": theme.MUTED, "lw": 0.8}
        axes.add_patch(Circle(centre, radius * INCH_PER_RADIUS, **style))
    colors = theme.partner_colors(partners)
    for kind, distance, direction in neighbours:
        partner = partners[kind % len(partners)]
        angle = np.radians(direction)
        at = centre + INCH_PER_RADIUS * distance * np.array([np.cos(angle), np.sin(angle)])
        axes.add_patch(Circle(at, 0.19, facecolor=colors[partner], edgecolor="white", zorder=3))
        style = {"color": "white", "weight": "bold", "ha": "center", "va": "center", "zorder": 4}
        axes.text(*at, partner, size=min(7.5, 26 / len(partner)), **style)


def _ion(axes: Axes, centre, line: str) -> None:
    style = {"facecolor": "white", "edgecolor": LITHIUM, "lw": 1.3, "ls": line, "zorder": 5}
    axes.add_patch(Circle(centre, 0.14, **style))
    axes.text(*centre, "Li$^+$", size=7, ha="center", va="center", zorder=6)


def _count_trace(axes: Axes, partner: str) -> None:
    """Draw a coordination number against time within the window and mark its changes."""
    left, width, base, step = 1.3, 4.2, 0.42, 0.2
    edges = left + width * np.array([0, *CHANGES, 1])
    color = theme.partner_colors([partner])[partner]
    axes.stairs(base + step * np.array(COUNTS), edges, baseline=None, color=color, lw=1.8)
    for x in edges[1:-1]:
        axes.plot(x, base + 3.5 * step, marker="v", color=theme.INK, ms=5)
    axes.text(left + width + 0.1, base + 3.5 * step, f"{len(CHANGES)} flips", va="center")
    axes.plot([left, left, left + width], [base + 3 * step, base, base], c=theme.INK, lw=0.7)
    for count in range(1, 4):
        height = base + step * count
        axes.text(left - 0.08, height, count, ha="right", va="center", size=7)
    axes.text(0.1, base + 2 * step, f"{partner} in the\nfirst shell", color=color, va="center")
    arrow(axes, (left + width - 0.3, base), (left + width + 0.05, base), lw=0.7)
    axes.text(left + width / 2, base - 0.08, "time within the window", ha="center", va="top")


# --- splits ------------------------------------------------------------------------------------

SPLIT_SYSTEMS, SPLIT_IONS, SPLIT_WINDOWS = 4, 3, 10  # of the sketch
TRAIN, TEST, GAP = 0, 1, 2
SPLIT_COLORS = {TRAIN: "#cfd8e3", TEST: theme.OKABE_ITO[1], GAP: "white"}


def splits(windows: Windows) -> Figure:
    """Draw which rows four of the splits hold out: at random, ions, later windows, a system.

    Every panel shows the same small table: one row per ion, grouped by system, one column per
    window in time.

    Parameters
    ----------
    windows : Windows
        Its systems name the groups of rows.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = canvas(6.0, 4.3)
    names = windows.systems[:SPLIT_SYSTEMS]
    if len(names) == 1:  # to hold out a system takes two; the second is only of the sketch
        names = (*names, "another")
    shape = (len(names), SPLIT_IONS, SPLIT_WINDOWS)
    panels = (
        ("random", "neighbours in time are known", _random_rows(shape)),
        ("ion", "whole ions are held out", _held_out(shape, ion=1)),
        ("time", "the future is held out, after a gap", _later_windows(shape)),
        ("system", "a whole system is held out", _held_out(shape, system=1)),
    )
    for k, (split, words, table) in enumerate(panels):
        left, bottom = 0.75 + 2.75 * (k % 2), 2.55 - 2.05 * (k // 2)
        _split_panel(axes, (left, bottom), table, names if k % 2 == 0 else [""] * len(names))
        axes.text(left, bottom + 1.52, SPLITS[split].title, size=9, weight="bold")
        axes.text(left, bottom + 1.36, words, size=7, color=theme.MUTED)
    for k, (kind, name) in enumerate(((TRAIN, "train"), (TEST, "test"), (GAP, "left out"))):
        at = 0.75 + 1.0 * k, 0.08
        style = {"facecolor": SPLIT_COLORS[kind], "edgecolor": theme.MUTED, "lw": 0.5}
        axes.add_patch(Rectangle(at, 0.16, 0.12, **style))
        axes.text(at[0] + 0.24, at[1] + 0.06, name, va="center", size=8)
    return figure


def _random_rows(shape: tuple[int, int, int]) -> np.ndarray:
    """Mark a fifth of all cells, wherever they are."""
    marks = np.random.default_rng(4).permutation(np.prod(shape)) < np.prod(shape) / 5
    return np.where(marks, TEST, TRAIN).reshape(shape)


def _held_out(shape: tuple[int, int, int], system=slice(None), ion=slice(None)) -> np.ndarray:
    """Mark one system, or one ion of every system."""
    table = np.full(shape, TRAIN)
    table[system, ion] = TEST
    return table


def _later_windows(shape: tuple[int, int, int]) -> np.ndarray:
    """Mark the last windows of every ion, and leave out the one before them."""
    table = np.full(shape, TRAIN)
    table[..., -2:] = TEST
    table[..., -3] = GAP
    return table


def _split_panel(axes: Axes, corner, table: np.ndarray, names) -> None:
    """Draw one table of marks, (systems, ions, windows), with its lower left at ``corner``."""
    cell = np.array([0.225, 0.09])
    left, bottom = corner
    top = bottom + 1.28
    for (system, ion, window), mark in np.ndenumerate(table):
        x = left + cell[0] * window
        y = top - 0.31 * system - cell[1] * (ion + 1)
        style = {"facecolor": SPLIT_COLORS[mark], "edgecolor": "white", "lw": 0.8}
        axes.add_patch(Rectangle((x, y), *cell, **style))
    for system, name in enumerate(names):
        middle = top - 0.31 * system - 1.5 * cell[1]
        axes.text(left - 0.1, middle, name, ha="right", va="center", size=7.5)
    width = cell[0] * table.shape[2]
    arrow(axes, (left, bottom), (left + width, bottom), lw=0.7)
    axes.text(left + width, bottom - 0.04, "time", ha="right", va="top", size=7)


def nested_search(windows: Windows) -> Figure:
    """Draw cross-validation inside cross-validation: who chooses, and who judges.

    Parameters
    ----------
    windows : Windows
        Any data set; the folds are an example.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = canvas(6.0, 2.9)
    axes.text(0.1, 2.66, "outer folds judge", size=9, weight="bold")
    axes.text(3.35, 2.66, "inner folds choose", size=9, weight="bold")
    for fold in range(FOLDS):
        height = 2.2 - 0.38 * fold
        _fold_bar(axes, (0.1, height), 2.3, fold)
        axes.text(2.48, height + 0.12, "score", va="center", size=7.5, color=theme.MUTED)
        _fold_bar(axes, (3.65, height), 2.2, fold, test=theme.OKABE_ITO[0])
    arrow(axes, (2.9, 2.32), (3.55, 2.32), lw=1)
    inner = (
        "the training part of one outer fold is",
        "divided again; the best candidate is",
        "refitted on all of it and judged once",
    )
    axes.text(3.65, 0.3, "\n".join(inner), va="center", size=7.5, color=theme.MUTED)
    axes.text(0.1, 0.3, "ions of a test part are in no training part", size=7.5, color=theme.MUTED)
    return figure


def _fold_bar(axes: Axes, corner, width, held_out, test=theme.OKABE_ITO[1]) -> None:
    """Draw the rows of a table as a bar of equal parts, one of them held out."""
    part = width / FOLDS
    for k in range(FOLDS):
        color = test if k == held_out else SPLIT_COLORS[TRAIN]
        style = {"facecolor": color, "edgecolor": "white", "lw": 1.2}
        axes.add_patch(Rectangle((corner[0] + k * part, corner[1]), part, 0.24, **style))


# --- voxels ------------------------------------------------------------------------------------

VOXEL_EDGE = 0.145  # inches
VOXELS = 5  # along an edge of the box
OCCUPIED = (  # example densities: for each partner the voxels (x, y, z) that hold it
    ((1, 3, 2), (1, 4, 2), (2, 4, 2), (2, 4, 3), (4, 0, 4), (4, 0, 3)),
    ((3, 2, 1), (4, 2, 1), (3, 1, 1), (0, 1, 3), (0, 0, 3), (2, 0, 4)),
    ((4, 4, 4),),
)


def voxels(windows: Windows) -> Figure:
    """Draw the surroundings of a Li+ as voxels: one channel of densities per partner.

    Parameters
    ----------
    windows : Windows
        Its partners name the channels.

    Returns
    -------
    matplotlib.figure.Figure
    """
    partners = windows.partners
    colors = theme.partner_colors(partners)
    figure, axes = canvas(6.0, 2.2)
    spacing = 3.9 / len(partners)
    for k, partner in enumerate(partners):
        origin = np.array([0.85 + spacing * k, 0.36])
        _voxel_box(axes, origin, OCCUPIED[k % len(OCCUPIED)], colors[partner])
        axes.text(origin[0], 0.1, partner, ha="center", color=colors[partner], weight="bold")
    arrow(axes, (4.25, 1.25), (4.6, 1.25), lw=1.4)
    axes.text(5.25, 1.36, "three-dimensional\nconvolutions", ha="center", va="center", size=8)
    axes.text(5.25, 0.98, "predict dr", ha="center", va="center", size=9, style="italic")
    return figure


def _voxel_box(axes: Axes, origin, occupied, color: str) -> None:
    """Draw a box of voxels in isometric projection; ``origin`` is its lowest corner."""
    edges = np.array([[np.cos(np.pi / 6), 0.5], [-np.cos(np.pi / 6), 0.5], [0, 1]]) * VOXEL_EDGE

    def project(point):
        return origin + np.asarray(point, dtype=float) @ edges

    size = VOXELS
    for axis in range(3):
        for k in range(size + 1):
            for other in {0, 1, 2} - {axis}:
                along = np.zeros((2, 3))
                along[:, axis] = k
                along[1, other] = size
                along[:, 3 - axis - other] = size if 3 - axis - other < 2 else 0
                axes.plot(*project(along).T, color="#d0d0d0", lw=0.5, zorder=0)
    middle = (VOXELS // 2,) * 3
    far_first = sorted([*occupied, middle], key=lambda cell: (-cell[0] - cell[1], cell[2]))
    for order, cell in enumerate(far_first):
        _cube(axes, project, cell, theme.INK if cell == middle else color, zorder=1 + order)


def _cube(axes: Axes, project, cell, color: str, zorder: int) -> None:
    """Draw the three faces of a voxel that the viewer sees, each in its own shade."""
    x, y, z = cell
    faces = (
        (((0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1)), 0.55),
        (((0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)), 0.95),
        (((0, 0, 0), (0, 1, 0), (0, 1, 1), (0, 0, 1)), 0.75),
    )
    for corners, strength in faces:
        points = [project((x + dx, y + dy, z + dz)) for dx, dy, dz in corners]
        style = {"facecolor": (color, strength), "edgecolor": "white", "lw": 0.5}
        axes.add_patch(Polygon(points, facecolor="white", edgecolor="none", zorder=zorder))
        axes.add_patch(Polygon(points, zorder=zorder, **style))
