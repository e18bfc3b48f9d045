"""Blank paper and arrows for the figures that are drawn rather than plotted."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from analysis.ground import theme


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure and its only axes: blank, with coordinates in inches from the lower left.

    Parameters
    ----------
    width, height : float
        Size in inches.

    Returns
    -------
    matplotlib.figure.Figure, matplotlib.axes.Axes
    """
    figure = theme.figure(width=width, height=height)
    figure.set_layout_engine("none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    axes.set_axis_off()
    return figure, axes


def arrow(axes: Axes, start, end, color: str = theme.INK, **style) -> None:
    """Draw an arrow between two points given in the axes' coordinates."""
    style = {"arrowstyle": "-|>", "mutation_scale": 9, "lw": 1} | style
    axes.add_patch(FancyArrowPatch(start, end, shrinkA=0, shrinkB=0, color=color, **style))
