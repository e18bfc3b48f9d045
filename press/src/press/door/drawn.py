"""The data that a matplotlib figure shows, read back from what is drawn, as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

COLUMNS = ("panel", "mark", "series", "item", "x", "y", "value")
DIGITS = 4  # significant ones; a picture shows three


def figure_csv(figure: Figure) -> bytes | None:
    """Write what a figure shows, one row per point, as CSV.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Axes in three dimensions are left out.

    Returns
    -------
    bytes or None
        Columns `COLUMNS`: the panel (from 1), the kind of mark, the series by its label, the number
        of the mark in it (a bar or an area has several points: opposite corners, or its outline),
        its place in the units of the axes (where the axis names its ticks, that name), and the
        value behind a colour. None if the figure shows no data.
    """
    import pandas

    rows = [
        (panel, *row)
        for panel, axes in enumerate(figure.axes, 1)
        if axes.name == "rectilinear"
        for row in _rows(axes)
    ]
    if not rows:
        return None
    table = pandas.DataFrame(rows, columns=list(COLUMNS))
    table = table.dropna(axis="columns", how="all")
    return table.to_csv(index=False, lineterminator="\n").encode()


def _rows(axes: Axes) -> Iterator[tuple]:
    """Rows of all marks of an axes: kind, series, item, x, y, value."""
    names = _tick_names(axes.xaxis), _tick_names(axes.yaxis)
    for artist in axes.get_children():
        for kind, item, x, y, value in _points(artist, axes):
            yield kind, _series(artist), item, _named(x, names[0]), _named(y, names[1]), value


def _points(artist: Any, axes: Axes) -> Iterator[tuple]:
    from matplotlib import collections, image, lines, patches

    if not artist.get_visible() or artist is axes.patch:
        return
    if isinstance(artist, image.AxesImage):
        yield from _cells(artist.get_array(), *_image_grid(artist))
    elif isinstance(artist, collections.QuadMesh):
        corners: Any = artist.get_coordinates()
        centres = (corners[:-1, :-1] + corners[1:, 1:]) / 2
        yield from _cells(artist.get_array(), centres[0, :, 0], centres[:, 0, 1])
    elif isinstance(artist, lines.Line2D):
        yield from _outline("line", artist, artist.get_xydata(), axes)
    elif isinstance(artist, patches.Rectangle):
        yield from _outline("bar", artist, artist.get_corners()[[0, 2]], axes)
    elif isinstance(artist, collections.Collection):
        yield from _collection(artist, axes)


def _outline(kind: str, artist: Artist, points: Any, axes: Axes) -> Iterator[tuple]:
    """Points of one mark; a coordinate that is no data (of a line across the axes) stays empty."""
    known = artist.get_transform().contains_branch_seperately(axes.transData)
    if any(known):
        for x, y in np.asarray(points, dtype=float):
            yield kind, 1, x if known[0] else None, y if known[1] else None, None


def _collection(artist: Any, axes: Axes) -> Iterator[tuple]:
    if artist.get_offset_transform().contains_branch(axes.transData):
        values = artist.get_array()
        for at, (x, y) in enumerate(np.ma.filled(artist.get_offsets(), np.nan)):
            yield "point", at + 1, x, y, None if values is None else values[at]
    elif artist.get_transform().contains_branch(axes.transData):
        for at, path in enumerate(artist.get_paths(), 1):
            for x, y in path.vertices:
                yield "outline", at, x, y, None


def _image_grid(artist: Any) -> tuple[np.ndarray, np.ndarray]:
    """Middles of the columns and of the rows of an image."""
    rows, columns = artist.get_array().shape[:2]
    left, right, bottom, top = artist.get_extent()
    first, last = (bottom, top) if artist.origin == "lower" else (top, bottom)
    return _middles(left, right, columns), _middles(first, last, rows)


def _middles(start: float, stop: float, count: int) -> np.ndarray:
    return start + (np.arange(count) + 0.5) * (stop - start) / count


def _cells(values: Any, x: np.ndarray, y: np.ndarray) -> Iterator[tuple]:
    """Cells of a grid with a value behind each colour; a picture of colours alone has no data."""
    grid = np.ma.masked_invalid(values)
    if grid.ndim != 2:
        return
    for row, column in np.argwhere(~np.ma.getmaskarray(grid)):
        yield "cell", 1, x[column], y[row], grid[row, column]


def _series(artist: Artist) -> str:
    label = str(artist.get_label())
    return "" if label.startswith("_") else label


def _tick_names(axis: Axis) -> dict[float, str]:
    """Names of places on an axis whose ticks were named one by one."""
    from matplotlib.ticker import FixedFormatter, FuncFormatter

    if not isinstance(axis.get_major_formatter(), (FixedFormatter, FuncFormatter)):
        return {}
    ticks = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=False)
    return {float(place): label.get_text() for place, label in ticks if label.get_text()}


def _named(place: float | None, names: dict[float, str]) -> object:
    if place is None or not np.isfinite(place):
        return None
    return names.get(float(place)) or _rounded(place)


def _rounded(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")
