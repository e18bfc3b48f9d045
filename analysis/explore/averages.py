"""Averages over the windows of each system: against the polymer's design, and the conductivity."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.data.windows import Windows
from analysis.explore import summary
from analysis.ground import theme
from press import Absence

MEAN = "Mean dr (Å)"


def trends(windows: Windows) -> Figure | Absence:
    """Draw the mean `dr` of the systems against their descriptors, and their conductivity.

    Left, against the first descriptor with one line for each value of the second, if there is
    one; right, where the data set has conductivities, these against the mean `dr`.

    Parameters
    ----------
    windows : Windows
        The data set; its systems need at least one descriptor.

    Returns
    -------
    matplotlib.figure.Figure or Absence
    """
    described = windows.dataset.described
    if described.columns.empty:
        return Absence(
            "The systems of this data set have no descriptors to draw their averages against."
        )
    table = described.join(summary.mobility(windows).rename_axis("system"))
    conductivity, measured = windows.conductivity, windows.dataset.conductivity
    with_conductivity = conductivity is not None
    figure = theme.figure(width=theme.TEXT_WIDTH if with_conductivity else 3.6, height=2.9)
    panels = figure.subplots(1, 1 + with_conductivity, squeeze=False)[0]
    _against_descriptors(panels[0], table, list(described.columns))
    if conductivity is not None and measured is not None:
        _against_conductivity(panels[1], table, windows, conductivity, measured.unit)
    return figure


def steps(windows: Windows) -> pd.DataFrame | Absence:
    """Follow the mean `dr` from each system to the next in one descriptor, the others fixed.

    Returns
    -------
    pandas.DataFrame or Absence
        ``descriptor``, ``lower`` and ``higher`` (systems), ``rises`` (whether the mean does).
    """
    described = windows.dataset.described
    if described.columns.empty:
        return Absence("The systems of this data set have no descriptors to follow.")
    means = windows.table.groupby("system", observed=True)["dr"].mean()
    records = []
    for name in described.columns:
        others = [column for column in described.columns if column != name]
        groups = described.groupby(others) if others else [((), described)]
        for _, row in groups:
            order = row.sort_values(name).index
            for lower, higher in zip(order[:-1], order[1:], strict=True):
                records.append((name, lower, higher, bool(means[higher] > means[lower])))
    return pd.DataFrame(records, columns=["descriptor", "lower", "higher", "rises"])


def _against_descriptors(axes: Axes, table: pd.DataFrame, descriptors: list[str]) -> None:
    """Draw mean `dr` with its interval against the first descriptor, a line per second."""
    first, *others = descriptors
    groups = list(table.groupby(others[0])) if others else [("", table)]
    for (value, rows), color in zip(groups, theme.sequence(len(groups)), strict=True):
        rows = rows.sort_values(first)
        spread = abs(rows[[summary.LOW, summary.HIGH]].T - rows[MEAN])
        axes.errorbar(rows[first], rows[MEAN], spread, color=color, marker="o", ms=4, capsize=2)
        if others:
            end = rows.iloc[-1]
            place = {"xytext": (7, 0), "textcoords": "offset points", "va": "center"}
            axes.annotate(f"{others[0]} = {value:g}", (end[first], end[MEAN]), color=color, **place)
    axes.set(xlabel=first, ylabel="mean dr (Å)", ylim=(0, None), xticks=sorted(set(table[first])))
    axes.margins(x=0.22)


def _against_conductivity(
    axes: Axes, table: pd.DataFrame, windows: Windows, conductivity: pd.Series, unit: str
) -> None:
    """Draw the conductivity of each system against its mean `dr`, names where there is room."""
    x, y = table[MEAN], conductivity
    near = 0.25 * (x.max() - x.min()), 0.06 * y.max()  # room for a name beside a point
    for system, color in theme.system_colors(windows.systems).items():
        right, above = x - x[system], abs(y - y[system])
        crowded = ((right > 0) & (right < near[0]) & (above < near[1])).any()
        side = ("right", -5) if crowded else ("left", 5)
        axes.plot(x[system], y[system], marker="o", color=color)
        place = {"xytext": (side[1], 0), "textcoords": "offset points", "va": "center"}
        axes.annotate(system, (x[system], y[system]), size=7, ha=side[0], **place)
    axes.set(xlabel="mean dr (Å)", ylabel=f"conductivity ({unit})")
    axes.set_ylim(0, None)
    axes.margins(x=0.16, y=0.1)


def rank_correlation(windows: Windows) -> float | Absence:
    """Return Spearman's correlation of mean `dr` and conductivity over the systems."""
    if windows.conductivity is None:
        return Absence("The data set has no conductivities, so that nothing can be compared.")
    mean = windows.table.groupby("system", observed=True)["dr"].mean()
    return float(mean.rank().corr(windows.conductivity.rank()))
