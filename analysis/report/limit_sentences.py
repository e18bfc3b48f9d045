"""Sentences about memory, drift and time scales, whose wording follows from the numbers.

Each function returns the sentence, or the reason why there is none, as plain text.
"""

from __future__ import annotations

from analysis.data.windows import Windows
from analysis.explore.distinguishing import RATE
from analysis.ground.wording import count, fixed, listed, percent, with_interval
from analysis.limits import drift, memory, timescale
from press import Absence


def displacement_memory(windows: Windows, seed: int = 0) -> str:
    """Say how far a displacement resembles the next one of the same ion."""
    correlation = memory.of_displacement(windows, seed)
    if isinstance(correlation, Absence):
        return correlation.reason
    return f"The correlation of dr with that of the next window is {with_interval(*correlation)}."


def returns(windows: Windows, seed: int = 0) -> str:
    """Say whether components of successive displacements are anticorrelated."""
    value = memory.of_direction(windows, 1, seed)
    if isinstance(value, Absence):
        return value.reason
    if value[2] < 0:
        meaning = "ions tend to come back in the window after a displacement"
    elif value[1] > 0:
        meaning = "ions tend to go on in the direction of the window before"
    else:
        meaning = "no tendency to return or to go on can be told"
    return (
        f"A component of the displacement correlates with the same component in the next window "
        f"by {with_interval(*value)}: {meaning}."
    )


def mobility_memory(windows: Windows, seed: int = 0) -> str:
    """Say how much of an ion's mobility lasts to the next window, by both estimators."""
    crossed = memory.of_mobility(windows, 1, seed)
    if isinstance(crossed, Absence):
        return crossed.reason
    lengths = memory.of_lengths(windows, 1, seed)
    if isinstance(lengths, Absence):
        return f"{lengths.reason} From different axes it is {with_interval(*crossed)}."
    return (
        f"The mobility of an ion correlates with that in the next window by "
        f"{with_interval(*crossed)} if it is estimated from different axes, and by "
        f"{with_interval(*lengths)} if it is estimated from lengths alone."
    )


def drifting(windows: Windows) -> str:
    """Say what drifts along the record, in how many systems, and what that can do to scores."""
    found = drift.drifts(windows)
    if isinstance(found, Absence):
        return found.reason
    systems = found[found["adjusted"] < RATE].groupby("column", sort=False).size()
    systems = systems.sort_values(ascending=False, kind="stable")
    named = listed([f"{name} ({number})" for name, number in systems.items()] or [""])
    which = f"these drift, in so many systems: {named}" if named else "no drift is found"
    return (
        f"At a false discovery rate of {percent(RATE)} over {count(len(found))} combinations of "
        f"a column and a system, {which}. "
        f"A straight line in time explains {percent(drift.explained(windows), 2)} of the variance "
        f"of dr within systems."
    )


def longer_windows(windows: Windows, seed: int = 0) -> str:
    """Say how the ceiling within systems changes when windows are merged, and where it rises."""
    found = timescale.ceilings(windows, seed)
    if isinstance(found, Absence):
        return found.reason
    rows = found[found["scope"] == timescale.WITHIN]
    first, last = (with_interval(*rows.iloc[k][["value", "low", "high"]]) for k in (0, -1))
    changes = {name: timescale.change(windows, name, seed) for name in windows.systems}
    up = [name for name, change in changes.items() if change[1] > 0]
    down = [name for name, change in changes.items() if change[2] < 0]
    said = [
        f"{verb} in {listed(names)}" for verb, names in (("rises", up), ("falls", down)) if names
    ]
    longest = int(rows["length"].iloc[-1])
    rest = len(changes) - len(up) - len(down)
    said += [f"does not change beyond its error in {rest}"] * bool(rest)
    return (
        f"From one window to {longest} merged ones, the ceiling within systems "
        f"goes from {first} to {last}; of the single systems, it {listed(said)}."
    )


def exponents(table) -> str:
    """Give the range of a column over the systems."""
    return f"{fixed(table.min(), 2)} to {fixed(table.max(), 2)}"
