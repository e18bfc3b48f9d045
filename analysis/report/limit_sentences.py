"""Sentences about memory, drift and time scales, whose wording follows from the numbers.

Each function returns the sentence, or the reason why there is none, as plain text.
"""

from __future__ import annotations

import numpy as np

from analysis.data.sufficiency import NOT_COMPUTED, shortfall
from analysis.data.windows import Windows
from analysis.explore.distinguishing import RATE
from analysis.explore.exploration import FEWEST
from analysis.ground.wording import count, fixed, listed, percent, several, with_interval
from analysis.limits import budget, drift, learners, memory, predicting, timescale
from press import Absence

MOST_NAMED = 12  # systems in one sentence
SETTINGS = {
    "penalty": "a penalty of {}",
    "n_estimators": "{} trees",
    "num_leaves": "{} leaves",
}


def displacement_memory(windows: Windows, seed: int = 0) -> str:
    """Say how far a displacement resembles the next one of the same ion."""
    correlation = memory.of_displacement(windows, seed)
    if isinstance(correlation, Absence):
        return correlation.reason
    return f"The correlation of dr with that of the next window is {with_interval(*correlation)}."


def returns(windows: Windows, seed: int = 0) -> str:
    """Say whether components of successive displacements are anticorrelated, if it is known."""
    value = memory.of_direction(windows, 1, seed)
    if isinstance(value, Absence):
        return ""
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
        return "" if isinstance(memory.of_displacement(windows, seed), Absence) else crossed.reason
    lengths = memory.of_lengths(windows, 1, seed)
    if isinstance(lengths, Absence):
        return f"{lengths.reason} From different axes it is {with_interval(*crossed)}."
    return (
        f"The mobility of an ion correlates with that in the next window by "
        f"{with_interval(*crossed)} if it is estimated from different axes, and by "
        f"{with_interval(*lengths)} if it is estimated from lengths alone; the difference between "
        f"the two is the part that returns contribute."
    )


def ranking(windows: Windows, seed: int = 0) -> str:
    """Say how well windows could be ranked by their mobility, if they are of two classes."""
    known = "Under a gamma distribution of σ² in each system"
    top = budget.auc_ceiling(windows, seed)
    if not np.isfinite(top[0]):
        return f"{known}, all windows would be of one class, and there is nothing to rank."
    return (
        f"{known}, ranking windows by their mobility would reach an AUC of {with_interval(*top)}."
    )


def drifting(windows: Windows) -> str:
    """Say what drifts along the record, in how many systems, and what that can do to scores."""
    found = drift.drifts(windows)
    if isinstance(found, Absence):
        return ""
    systems = found[found["adjusted"] < RATE].groupby("column", sort=False).size()
    systems = systems.sort_values(ascending=False, kind="stable")
    named = listed([f"{name} ({number})" for name, number in systems.items()] or [""])
    which = f"these drift, in so many systems: {named}" if named else "no drift is found"
    return (
        f"At a false discovery rate of {percent(RATE)} over {count(len(found))} combinations of "
        f"a column and a system, {which}. "
        f"A straight line in time explains {percent(drift.explained(windows), 2)} of the variance "
        f"of dr within systems. This last number bounds what a linear drift of the means can add "
        f"to, or take from, a score within systems."
    )


def budgeted(windows: Windows, seed: int = 0) -> str:
    """Say how much of the variance system and mobility would explain, and how much the system."""
    whole, named = (
        budget.ceilings(windows, seed).loc[scope] for scope in ("all systems", "between systems")
    )
    if not np.isfinite(whole["value"]):
        return "Displacements that never change have no variance to divide."
    if whole["value"] <= 0:
        return (
            f"The estimate of what a perfect knowledge of system and mobility would explain is "
            f"{with_interval(*whole)} of all variance: as far as can be told, nothing."
        )
    known = "system and mobility" if len(windows.systems) > 1 else "the mobility"
    share = f", that of the system alone {with_interval(*named)}" * (len(windows.systems) > 1)
    return (
        f"Of all variance, a perfect knowledge of {known} would explain "
        f"{with_interval(*whole)}{share}."
    )


def longer_windows(windows: Windows, seed: int = 0) -> str:
    """Say how the ceiling within systems changes when windows are merged, and where it rises."""
    found = timescale.ceilings(windows, seed)
    if isinstance(found, Absence):
        return found.reason
    rows = found[found["scope"] == timescale.WITHIN]
    if not np.isfinite(rows["value"]).all():
        return "Displacements that never change within their systems have no ceiling at any length."
    first, last = (with_interval(*rows.iloc[k][["value", "low", "high"]]) for k in (0, -1))
    found_in = {name: timescale.change(windows, name, seed) for name in windows.systems}
    changes = {n: change for n, change in found_in.items() if not isinstance(change, Absence)}
    up = [name for name, change in changes.items() if change[1] > 0]
    down = [name for name, change in changes.items() if change[2] < 0]
    said = [
        f"{verb} in {several(names, MOST_NAMED)}"
        for verb, names in (("rises", up), ("falls", down))
        if names
    ]
    longest = int(rows["length"].iloc[-1])
    rest = len(changes) - len(up) - len(down)
    said += [f"does not change beyond its error in {rest}"] * bool(rest)
    return (
        f"From one window to {longest} merged ones, the ceiling within systems "
        f"goes from {first} to {last}; of the single systems, it {listed(said)}."
    )


def compositions(windows: Windows) -> str:
    """Name the compositions of the first shell with the shortest and the longest mean dr."""
    groups = windows.table.groupby(list(windows.ligands))["dr"]
    mean = groups.mean()[groups.size() >= FEWEST]
    if len(mean) < 2:
        return "Too few compositions of the first shell are common enough to be compared."

    def said(counts) -> str:
        numbers = np.atleast_1d(counts)
        held = listed([f"{n} {name}" for n, name in zip(numbers, windows.ligands, strict=True)])
        return f"{held} ({fixed(mean[counts], 2)} Å)"

    return (
        f"Of the {len(mean)} compositions with at least {FEWEST} windows, the mean dr is shortest "
        f"for {said(mean.idxmin())} and longest for {said(mean.idxmax())}."
    )


def flips_together(windows: Windows) -> tuple[list[str], float]:
    """Correlate the flips of both shells of each ligand, and the first-shell flips of two ligands.

    Returns
    -------
    between : list of str
        A correlation per ligand, in words.
    pair : float
        That of the first two ligands; NaN if there is one.
    """
    r = windows.table[list(windows.flips)].corr()
    between = [fixed(r.loc[f"{name}-flip", f"{name}-2-flip"], 2) for name in windows.ligands]
    first = [f"{name}-flip" for name in windows.ligands[:2]]
    return between, float(r.loc[first[0], first[1]]) if len(first) == 2 else float("nan")


def largest_null(windows: Windows, seed: int = 0) -> str:
    """Give the largest score that features reach on displacements of other ions."""
    lacking = shortfall(windows)
    if lacking is not None:
        return NOT_COMPUTED
    return fixed(predicting.nulls(windows, seed)["r2"].max(), 3)


def searched(windows: Windows, seed: int = 0) -> str:
    """Say which settings the searches chose, and by how much they changed the forecasts."""
    lacking = shortfall(windows)
    if lacking is not None:
        return lacking.reason
    said = [
        f"for {who} {listed(parts)}"
        for split, who in (("ion", "new ions"), ("system", "new polymers"))
        if (parts := _searched(windows, split, seed))
    ]
    return f"The searches chose {'; '.join(said)}." if said else "There was nothing to search in."


def _searched(windows: Windows, split: str, seed: int) -> list[str]:
    """Word the settings of each learner under a split, with what they add to R2."""
    parts = []
    for how in learners.LEARNERS:
        name = f"{predicting.SEARCHED}, {how}"
        added = predicting.gain(windows, split, name, f"forecast, {how}", seed)
        if not isinstance(added, Absence):
            chosen = predicting.settings(windows, split, how, seed)
            ranges = {key: _range([one[key] for one in chosen]) for key in chosen[0]}
            said = [words.format(ranges[key]) for key, words in SETTINGS.items() if key in ranges]
            parts.append(f"{' of '.join(said)} (change of R² {with_interval(*added, decimals=4)})")
    return parts


def _range(values: list[float]) -> str:
    """Write the least and the greatest of some numbers, or the one that all are.

    Examples
    --------
    >>> _range([10.0, 1000.0, 100.0]), _range([4, 4])
    ('10 to 1000', '4')
    """
    low, high = min(values), max(values)
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
