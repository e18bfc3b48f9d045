"""Forecasts of longer windows: the score against the ceiling when windows are merged.

A longer window begins with the structure of its first part; its displacement is the sum of the
parts, its flips their sum, and its history the longer window before it.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.data.sufficiency import sufficient
from analysis.data.windows import AXES, Windows
from analysis.ground import theme
from analysis.limits import predicting
from press import Absence, stored

LENGTHS = (1, 2, 3, 5)  # windows merged into one
FEWEST = 3  # merged windows of an ion: one of them is the history of the next
SETS = ("averages", "forecast")


def merged(windows: Windows, length: int) -> Windows:
    """Merge every `length` successive windows of an ion; what is left at the end is dropped.

    Counts are those at the start of the first window, `dr` is the length of the summed
    displacement, `d` and the time are left as in the first.
    """
    table = windows.table
    part = (table["Event"] - table["Event"].min()) // length
    groups = table.groupby([windows.ion, part.rename("part")], sort=False)
    added = [*AXES, *windows.flips]
    sums, size = groups[added].transform("sum"), groups["dr"].transform("size")
    first = (table["Event"] == groups["Event"].transform("min")) & (size == length)
    longer = table.assign(**sums, Event=part + 1, dr=np.linalg.norm(sums[list(AXES)], axis=1))
    return replace(windows, table=longer[first].astype(table.dtypes[longer.columns]))


@sufficient
@stored
def scores(windows: Windows, seed: int = 0) -> pd.DataFrame | Absence:
    """Score forecasts of new ions by the smooth learner for merged windows.

    Returns
    -------
    DataFrame
        ``length``, ``sources``; ``r2`` and ``share`` (of the ceiling of the same windows) with
        their limits.
    """
    record = windows.table.groupby(windows.ion).size().min()
    records = []
    for length in (k for k in LENGTHS if record // k >= FEWEST):
        longer = merged(windows, length)
        for name in SETS:
            if name == "averages" and windows.described.columns.empty:
                continue
            found = predicting.predicted(longer, name, "ion", "smooth", seed)
            row = {"length": length, "sources": name}
            records.append(row | predicting.judged(longer, found, seed))
    return pd.DataFrame(records)


def figure(windows: Windows, seed: int = 0) -> Figure | Absence:
    """Draw R2 (left) and its share of the ceiling (right) against the length of the window."""
    found = scores(windows, seed)
    if isinstance(found, Absence):
        return found
    drawing = theme.figure(height=2.6)
    for axes, what in zip(drawing.subplots(1, 2), ("r2", "share"), strict=True):
        for color, (name, rows) in zip(theme.OKABE_ITO, found.groupby("sources"), strict=False):
            time = rows["length"] * windows.dataset.window
            spread = [rows[what] - rows[f"{what} low"], rows[f"{what} high"] - rows[what]]
            spread = [length.clip(lower=0) for length in spread]  # an interval may miss its value
            label = predicting.WORDS.get(name, name)
            axes.errorbar(time, rows[what], spread, color=color, marker="o", label=label)
        axes.set(xlabel=f"length of the window ({windows.dataset.time_unit})", ylim=(0, None))
        axes.set_ylabel({"r2": "R²", "share": "share of the ceiling"}[what])
    axes.legend()
    return drawing
