"""Four sources of knowledge about a window, each with the time at which it is known.

A forecast may use what is known when the window begins: the polymer's averages, the ion's history,
the structure. Flips are counted while the ion moves, and belong to an association. Every column
carries its time, so that the two cannot be mixed by accident.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.data.windows import AXES, Windows
from analysis.ground.choices import require_known
from press import InputError

BEFORE = " before"  # ends the names of columns that describe the windows before this one


@dataclass(frozen=True)
class Source:
    """A kind of knowledge.

    Parameters
    ----------
    name, meaning : str
        For tables and figures.
    concurrent : bool
        Whether it is known only when the window is over.
    """

    name: str
    meaning: str
    concurrent: bool = False


SOURCES = {
    source.name: source
    for source in (
        Source("averages", "the system's design: ln of the first descriptor, the others as given"),
        Source("history", "the windows of the same ion before this one"),
        Source("structure", "coordination numbers when the window begins"),
        Source("flips", "changes of these numbers during the window", concurrent=True),
    )
}
FORECAST = ("averages", "history", "structure")


def table(windows: Windows, sources: Iterable[str]) -> pd.DataFrame:
    """Return the columns of these sources for every window; NaN in the first windows' history."""
    made = {"averages": averages, "history": history, "structure": structure, "flips": flips}
    for name in sources:
        require_known("source", name, SOURCES)
    return pd.concat([made[name](windows) for name in sources], axis=1)


def averages(windows: Windows) -> pd.DataFrame:
    """Return the descriptors; the first, a chain length, as its logarithm where it is positive.

    The logarithm was chosen after looking at the averages. No powers: where a column of the grid
    is left out, a polynomial in its descriptor has no support there.
    """
    described = windows.described.astype(float)
    first = described.columns[:1]
    if len(first) and (described[first] > 0).all(axis=None):
        logarithm = np.log(described[first]).rename(columns="ln {}".format)
        return pd.concat([logarithm, described.drop(columns=first)], axis=1)
    return described


def history(windows: Windows) -> pd.DataFrame:
    """Return what the earlier windows of the ion show: the last and mean `dr`, the last flips."""
    ordered = windows.table.assign(ion=windows.ion).sort_values(["ion", "Event"])
    groups = ordered.groupby("ion")
    last = groups[["dr", *windows.flips]].shift(1).add_suffix(BEFORE)
    earlier = groups["dr"].cumsum() - ordered["dr"]
    mean = (earlier / groups.cumcount().replace(0, np.nan)).rename(f"mean dr{BEFORE}")
    follows = groups["Event"].diff() == 1
    return last.where(follows).join(mean.where(follows)).reindex(windows.table.index)


def structure(windows: Windows) -> pd.DataFrame:
    """Return the coordination numbers."""
    return windows.table[list(windows.structure)].astype(float)


def flips(windows: Windows) -> pd.DataFrame:
    """Return the numbers of flips."""
    return windows.table[list(windows.flips)].astype(float)


def require_forecast(windows: Windows, columns: Iterable[str]) -> None:
    """Refuse columns that are known only when the window is over.

    Raises
    ------
    InputError
        Naming the first of them: flips, displacements, `d`, `fast`.
    """
    concurrent = {*windows.flips, *AXES, "dr", "d", "fast"}
    for column in columns:
        if column in concurrent:
            raise InputError(
                f"a forecast cannot use '{column}', which is known when the window is over",
                rule=f"a forecast uses {', '.join(FORECAST)}; with flips it is an association",
            )
