"""The data behind a picture."""

import io

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from press.door.drawn import figure_csv


def drawn(draw):
    """Draw into an axes, and read back what is shown."""
    figure = Figure()
    draw(figure.subplots())
    return pd.read_csv(io.BytesIO(figure_csv(figure)))


def test_lines_keep_their_names_and_points():
    """Each point of each line; a line across the axes has one coordinate."""

    def draw(axes):
        axes.plot([1, 2], [0.5, 0.25], label="half")
        axes.axvline(3)

    table = drawn(draw)
    assert table["series"].fillna("").tolist() == ["half", "half", "", ""]
    assert table["x"].tolist() == [1, 2, 3, 3]
    assert table["y"].tolist()[:2] == [0.5, 0.25] and table["y"].isna().sum() == 2


def test_bars_are_corners_at_named_ticks():
    """A bar goes from corner to corner; a place with a named tick goes by that name."""

    def draw(axes):
        axes.bar([0, 1], [2, 3], width=0.5)
        axes.plot([0, 1], [2, 3], "o")
        axes.set_xticks([0, 1], ["a", "b"])

    table = drawn(draw)
    bars = table[table["mark"] == "bar"]
    assert bars["y"].tolist() == [0, 2, 0, 3]
    assert table[table["mark"] == "line"]["x"].tolist() == ["a", "b"]


def test_points_and_cells_have_the_values_behind_their_colours():
    """Scattered points with their colour's value, images cell by cell without the empty ones."""
    points = drawn(lambda axes: axes.scatter([1, 2], [3, 4], c=[0.1, 0.2]))
    assert points[["x", "y", "value"]].to_numpy().tolist() == [[1, 3, 0.1], [2, 4, 0.2]]
    cells = drawn(lambda axes: axes.imshow(np.array([[1.0, np.nan], [3.0, 4.0]])))
    assert cells[["x", "y", "value"]].to_numpy().tolist() == [[0, 0, 1], [0, 1, 3], [1, 1, 4]]


def test_an_empty_figure_has_no_data():
    """No file is written then."""
    figure = Figure()
    figure.subplots()
    assert figure_csv(figure) is None
