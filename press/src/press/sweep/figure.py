"""The figure of a sweep's runs side by side."""

from collections.abc import Iterable
from numbers import Real

import pandas as pd

from press.book import options
from press.ground.errors import InputError
from press.sweep.compare import Comparison

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
FEW = len(COLOURS)
MARKERS = "os^Dv"
"""Means of the first groups, as many as there are colours; of the next ones; and so on."""
DEFAULT, MISSING = "default", "none"
"""Levels of a row without a value: in a parameter that its run leaves alone; in another column."""


def figure_of(
    comparison: Comparison,
    value: str | None = None,
    across: str | None = None,
    by: str | None = None,
):
    """Draw a value against a parameter: every run a dot, the means larger (joined if numbers).

    Parameters
    ----------
    comparison : Comparison
        The collected runs.
    value : str, optional
        Column to draw; by default the last one that holds numbers.
    across : str, optional
        Parameter along the axis; by default the one with the most values.
    by : str, optional
        Column that colours; by default the first one with few words.

    Raises
    ------
    press.InputError
        The table has no such column.
    """
    table = comparison.table
    columns = list(map(str, table))
    numbers = list(map(str, table.select_dtypes("number")))
    results = [c for c in numbers if c not in comparison.settings]
    counts = table.nunique(dropna=False)
    if value in table and value not in numbers:
        rule = f"columns of numbers: {', '.join(numbers) or 'none'}"
        raise InputError(f"the column '{value}' for --value holds text", rule=rule)
    value = _column(columns, value, results[-1:], "value")
    longest = sorted(comparison.settings, key=lambda c: -counts[c])
    across = _column(columns, across, longest, "across")
    words = [c for c in columns if c not in (across, value) and 1 < counts[c] <= FEW]
    by = _column(columns, by, words, "by") if by or words else None
    return _drawn(_with_all_levels(comparison, {across, by or across}), value, across, by)


def _column(known: Iterable[str], named: str | None, candidates: list[str], role: str) -> str:
    if named is None and candidates:
        return candidates[0]
    known = list(known)
    if named in known:
        return named
    close = options.nearest(named, known) if named else None
    raise InputError(
        f"no column '{named}' for --{role}" if named else f"no column fits --{role}",
        rule=f"columns: {', '.join(known) or 'none'}",
        advice=f"did you mean '{close}'?" if close else None,
    )


def _with_all_levels(comparison: Comparison, columns: Iterable[str]) -> pd.DataFrame:
    """Name what is missing in columns of levels, so that no row is left out of the figure."""
    table = comparison.table.copy()
    for column in columns:
        if table[column].isna().any():
            name = DEFAULT if column in comparison.settings else MISSING
            table[column] = table[column].astype(object).where(table[column].notna(), name)
    return table


def _drawn(table: pd.DataFrame, value: str, across: str, by: str | None):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.3, 3.4), layout="constrained")
    axes = figure.subplots()
    levels = _ordered(table[across])
    joins = all(isinstance(level, Real) for level in levels)
    groups = [("", table)] if by is None else list(table.groupby(by, sort=False))
    width = 0.6 / len(groups)
    for position, (name, rows) in enumerate(groups):
        colour = COLOURS[position % FEW]
        marker = MARKERS[position // FEW % len(MARKERS)]
        centres = {
            level: n + width * (position - (len(groups) - 1) / 2) for n, level in enumerate(levels)
        }
        axes.plot(rows[across].map(centres), rows[value], ".", color=colour, alpha=0.35)
        means = rows.groupby(across, sort=False)[value].mean()
        reached = [level for level in levels if level in means.index]
        axes.plot(
            [centres[level] for level in reached],
            means[reached],
            f"{marker}-" if joins else marker,
            color=colour,
            label=str(name),
            markersize=4,
        )
    axes.set_xticks(range(len(levels)), [str(level) for level in levels])
    axes.set_xlabel(across)
    axes.set_ylabel(value)
    axes.spines[["top", "right"]].set_visible(False)
    if by is not None:
        figure.legend(title=by, loc="outside right upper", frameon=False)
    return figure


def _ordered(column: pd.Series) -> list:
    """Give the levels of a column: numbers by size, then words as they come."""
    levels = list(dict.fromkeys(column))
    numbers = sorted(level for level in levels if isinstance(level, Real))
    return [*numbers, *(level for level in levels if not isinstance(level, Real))]
