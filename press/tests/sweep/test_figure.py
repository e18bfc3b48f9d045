"""The figure of runs side by side."""

import pandas as pd
import pytest
from press.sweep import compare
from press.sweep.figure import figure_of


def collected(table, settings):
    """Make a comparison of a table."""
    return compare.Comparison(table, settings, {}, {}, [])


def test_the_figure_draws_means_per_level():
    """One line of means per word, at the right heights."""
    table = pd.DataFrame(
        {
            "split": ["ion", "ion", "ion", "ion", "time", "time"],
            "model": ["ridge", "forest"] * 3,
            "R2": [0.5, 0.6, 0.4, 0.7, 0.1, 0.2],
        }
    )
    found = collected(table, ["split"])
    figure = figure_of(found, value="R2", across="split", by="model")
    axes = figure.axes[0]
    means = {line.get_label(): list(line.get_ydata()) for line in axes.lines[1::2]}
    assert means["ridge"] == pytest.approx([0.45, 0.1])
    assert means["forest"] == pytest.approx([0.65, 0.2])
    assert [label.get_text() for label in axes.get_xticklabels()] == ["ion", "time"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("split", "R2")


def test_a_parameter_left_alone_is_a_level():
    """Numbers by size, then the default; every row is drawn, whatever it is coloured by."""
    table = pd.DataFrame(
        {"fast": [2.0, None, 1.0], "split": ["a", "a", None], "R2": [0.2, 0.3, 0.1]}
    )
    found = collected(table, ["fast", "split"])
    axes = figure_of(found, "R2", "fast", "split").axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1.0", "2.0", "default"]
    means = {line.get_label(): line.get_ydata().tolist() for line in axes.lines[1::2]}
    assert means == {"a": [0.2, 0.3], "default": [0.1]}


def test_many_groups_differ():
    """When the colours begin again, the marker is another."""
    names = [f"g{n}" for n in range(16)]
    table = pd.DataFrame({"seed": 1, "name": names, "R2": 0.5})
    axes = figure_of(collected(table, ["seed"]), "R2", "seed", "name").axes[0]
    looks = {(line.get_color(), line.get_marker()) for line in axes.lines[1::2]}
    assert len(looks) == 16
