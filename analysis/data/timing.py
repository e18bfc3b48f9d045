"""How the windows of an ion lie in time: one after the other, overlapping, or with gaps."""

import numpy as np
import pandas as pd

from analysis.data.windows import Windows
from press import Absence, InputError

TOLERANCE = 1e-3  # of a window: times are rounded


def step(times: pd.Series, ions: list) -> float | None:
    """Return the shortest time between two windows of one ion, or None if no ion has two.

    >>> step(pd.Series([100.0, 100.0, 200.0, 400.0]), [[1, 2, 1, 1]])
    100.0
    """
    steps = times.sort_values(kind="stable").groupby(ions).diff()
    steps = steps[steps > 0]
    return float(steps.min()) if len(steps) else None


def window(raw: pd.DataFrame) -> float | None:
    """Return the length of windows that follow one another, from their times; None if it is open.

    Parameters
    ----------
    raw : DataFrame
        Columns `system`, `idx` and `t`, the last as numbers.
    """
    known = raw.dropna(subset="t")
    found = step(known["t"], [known["system"], known["idx"]])
    return found if found is None or _multiple(known["t"].min(), found) else None


def check(raw: pd.DataFrame, length: float) -> None:
    """Refuse a length of windows that their times contradict.

    Windows that follow one another end one length apart. Overlapping windows end less apart, and
    the first not before its length has passed. Windows with gaps between them end further apart,
    and the first after its length.

    Raises
    ------
    InputError
        With the system, what was said, and what the times say.
    """
    for system, rows in raw.dropna(subset="t").groupby("system", sort=False):
        found, first = step(rows["t"], [rows["idx"]]), rows["t"].min()
        if found is None or abs(found - length) <= TOLERANCE * length:
            continue
        overlap = found < length <= first * (1 + TOLERANCE)
        gaps = found > length and _multiple(first - length, found)
        if not overlap and not gaps:
            raise InputError(
                f"windows of {length:g} are said, and those of {system} end {found:g} apart, the"
                f" first at {first:g}",
                column="t",
                rule="t, the end of a window, grows by the length of a window; windows that"
                " overlap or leave gaps end first when one length has passed",
                advice=f"--window {found:g}, or nothing at all: it is taken from t",
            )


def _multiple(time: float, unit: float) -> bool:
    return abs(time - unit * np.rint(time / unit)) <= TOLERANCE * unit


def succession(windows: Windows) -> Absence | None:
    """Say why windows do not follow one another, or None if they do."""
    numbers, name = windows.number, windows.dataset.name
    unit, length = windows.dataset.time_unit, windows.dataset.window
    apart = step(numbers, [windows.ion])
    if apart is None:
        return Absence(f"No ion of the data set {name} has two windows, one after the other.")
    stated = f"they are {length:g} {unit} long, and those of an ion end {apart * length:g} {unit}"
    if apart < 1 - TOLERANCE:
        return Absence(f"The windows of the data set {name} overlap: {stated} apart.")
    if apart > 1 + TOLERANCE:
        return Absence(f"The windows of the data set {name} leave gaps: {stated} apart.")
    if (numbers - numbers.round()).abs().max() > TOLERANCE:
        return Absence(f"The windows of the data set {name} end at uneven times.")
    return None
