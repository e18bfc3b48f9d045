"""The look of every figure."""

import matplotlib
import numpy as np
import pytest

from analysis.ground import theme


def luminance(color: str) -> float:
    """Return the relative luminance of a colour."""
    linear = [((c + 0.055) / 1.055) ** 2.4 for c in matplotlib.colors.to_rgb(color)]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


@pytest.mark.parametrize("count", [1, 2, 12, 30])
def test_sequence_is_ordered_by_lightness(count):
    """Systems keep their order in grey print, and the lightest still shows on white."""
    light = [luminance(color) for color in theme.sequence(count)]
    assert len(set(theme.sequence(count))) == count
    assert light == sorted(light)
    assert light[-1] < 0.75


def test_systems_keep_their_colour():
    """Each system has one colour, by its place in the data set."""
    colors = theme.system_colors(["a", "b", "c"])
    assert list(colors) == ["a", "b", "c"]
    assert colors == theme.system_colors(("a", "b", "c"))


def test_figures_fit_the_text():
    """The default size is the width of the text, with the theme's letters."""
    figure = theme.figure()
    assert figure.get_figwidth() == theme.TEXT_WIDTH
    assert figure.subplots().xaxis.label.get_fontsize() == theme.STYLE["axes.labelsize"]
