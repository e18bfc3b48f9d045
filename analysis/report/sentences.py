"""Sentences of the chapters whose numbers a data set may be unable to give.

Each function returns the sentence, or the reason why there is none, as plain text: markup in a
computed string would be shown as it stands.
"""

from __future__ import annotations

from math import isfinite

import numpy as np

from analysis.data import sufficiency, timing
from analysis.data.windows import Windows
from analysis.explore import averages, ceiling, distinguishing, embedding, exploration, summary
from analysis.ground.wording import (
    count,
    counted,
    fixed,
    listed,
    number,
    percent,
    several,
    with_interval,
)
from press import Absence

MOST_NAMED = 4  # in one sentence
MOST_SYSTEMS = 15  # the same, where all should be named
COMPETING = 0.1  # size of a negative correlation that is more than that of chance


def sizes(windows: Windows) -> str:
    """Say how many ions the systems have, and how many windows an ion."""
    table = summary.contents(windows)
    ions, windows_each = (
        counted(int(low), noun)
        if low == high
        else f"between {count(low)} and {count(high)} {noun}s"
        for noun, (low, high) in zip(
            ("lithium ion", "window"),
            table[["Ions", "Windows per ion"]].agg(["min", "max"]).T.to_numpy(),
            strict=True,
        )
    )
    return f"Each has {ions}, and each ion {windows_each}."


def withheld(windows: Windows) -> str:
    """Say why nothing is learned, if nothing is."""
    missing = sufficiency.shortfall(windows)
    return "" if missing is None else missing.reason


def systems(windows: Windows) -> str:
    """Name the systems, or the first and the last where they are more than a sentence bears."""
    names = windows.systems
    if len(names) == 1:
        return f"The system of this edition is {names[0]}"
    if len(names) <= MOST_SYSTEMS:
        return f"The systems of this edition are {listed(list(names))}"
    return f"The {count(len(names))} systems of this edition go from {names[0]} to {names[-1]}"


def succession(windows: Windows) -> str:
    """Say whether windows follow each other."""
    missing = timing.succession(windows)
    if missing is None:
        return "Windows follow each other without overlap and without gaps."
    return f"{missing.reason} What compares windows with later ones uses those that adjoin, if any."


def dials(windows: Windows) -> str:
    """Say in what the systems of the family differ, where they have its descriptors."""
    if not {"n", "m"} <= set(windows.dataset.descriptors):
        return ""
    return (
        f"{counted(len(windows.systems), 'system')}, told apart by the number of backbone "
        "carbons, n, and of tether carbons, m."
    )


def recrossings(windows: Windows) -> str:
    """Set the most flips in a window beside the most neighbours that there are at once."""
    table = windows.table
    most = table[list(windows.flips)].max()
    column = most.idxmax()
    flips, held = int(most.max()), int(table[column.removesuffix("-flip")].max())
    said = f"In one shell there are up to {count(flips)} of them in a window ({column})"
    if flips <= 2 * held:
        return f"{said}, where up to {counted(held, 'neighbour is', 'neighbours are')} counted."
    return (
        f"{said}, more than an exchange of all of its neighbours would make, of which there are "
        f"{count(held)} at most: many flips must be recrossings."
    )


def renewal(windows: Windows) -> str:
    """Say how often flips would renew the first shell, were they exchanges of partners."""
    table, ligands = windows.table, list(windows.ligands)
    held = table[ligands].sum(axis=1).mean()
    flips = table[[f"{name}-flip" for name in ligands]].sum(axis=1).mean()
    stated = f"The first shell holds {fixed(held, 1)} binding partners on average"
    if not held or not flips:
        return f"{stated}, and {'its counts never change' if held else 'its counts are zero'}."
    return (
        f"{stated}, and its counts change {number(flips, 2)} times in a window, in which the ion "
        f"moves {fixed(table['dr'].mean(), 1)} Å. The exchange of one partner for another makes "
        f"two flips. If all flips were exchanges, the shell would be renewed "
        f"{number(flips / (2 * held), 2)} times during a window."
    )


def tests(windows: Windows) -> str:
    """Count the comparisons of systems, and those expected to be positive by chance."""
    systems, columns = len(windows.systems), len(windows.features) + 1
    pairs = systems * (systems - 1) // 2
    if not pairs:
        return "With one system there is nothing to compare; what follows is for data with more."
    chance = distinguishing.FIRST_LEVEL * columns * pairs
    return (
        f"With {systems} systems there {'is' if pairs == 1 else 'are'} {counted(pairs, 'pair')}, "
        f"and with {columns} columns {count(columns * pairs)} tests; at the reference's level of "
        f"{percent(distinguishing.FIRST_LEVEL, 1)}, {number(chance, 1)} of them would be positive "
        f"by chance on average if no two systems differed."
    )


def competition(windows: Windows) -> str:
    """Say whether the partners that bind the ion exclude each other in the first shell."""
    ligands = list(windows.ligands)
    found = windows.table[ligands].astype(float).corr().to_numpy()[np.triu_indices(len(ligands), 1)]
    found = found[np.isfinite(found)]
    if not len(found):
        return "The counts of two partners can be compared where there are two that vary."
    low, high = (fixed(value, 2) for value in (found.min(), found.max()))
    stated = f"by {low}" if low == high else f"by {low} to {high}"
    compete = (found < -COMPETING).all()
    why = "Partners compete for places: their" if compete else "In the first shell the"
    return f"{why} counts of binding partners correlate {stated}."


def strongest(windows: Windows, seed: int = 0, within: bool = False) -> str:
    """Name the coordination number and the number of flips that go most with displacement."""
    table = exploration.correlations(windows, seed=seed)
    columns = list(table.columns[3:] if within else table.columns[:3])
    kinds = {"coordination number": windows.structure, "number of flips": windows.flips}
    said = []
    for kind, names in kinds.items():
        rows = table.loc[list(names), columns].dropna(subset=columns[0])
        if rows.empty:
            continue
        name = rows[columns[0]].abs().idxmax()
        said.append(f"the {kind} with the largest is {name}, {with_interval(*rows.loc[name])}")
    where = "Within systems" if within else "Over all windows"
    if not said:
        return f"{where}, no feature correlates with dr, since one of them never changes."
    return f"{where}, of the correlations with dr, {listed(said)}."


def distinct_values(windows: Windows) -> str:
    """Say which features have more values, and therefore more places for a tree to cut."""
    values = windows.table[list(windows.features)].nunique()
    structure, flips = (
        int(values[list(names)].median()) for names in (windows.structure, windows.flips)
    )
    stated = f"flips take {count(flips)} values in the median, coordination numbers {structure}"
    if flips > structure:
        return f"Both weaknesses favour flips here: {stated}."
    return f"The second does not favour flips here: {stated}."


def pairs_told_apart(windows: Windows) -> str:
    """Say how many comparisons are positive in the two ways of counting, if there are any."""
    table = distinguishing.before_and_after(windows)
    if isinstance(table, Absence):
        return ""
    pairs, before, after, large = (int(value) for value in table.loc["all"].iloc[:4])
    return (
        f"Of {count(pairs)} comparisons, {count(before)} are positive in the original way of "
        f"counting and {count(after)} when ions are permuted and the false discovery rate is "
        f"controlled; {count(large)} of these are at least {distinguishing.SMALL:g} standard "
        f"deviations wide."
    )


def told_apart_by(windows: Windows) -> str:
    """Name the features that tell most and fewest pairs apart, if there are pairs."""
    table = distinguishing.before_and_after(windows)
    if isinstance(table, Absence):
        return ""
    after = table["after"].drop(["all", "dr"]).astype(int)
    displacement, pairs = int(table.loc["dr", "after"]), int(table.loc["dr", "pairs"])
    drawn = distinguishing.sampled(windows) is not windows
    most, least = (after.index[after == extreme] for extreme in (after.max(), after.min()))
    sample = (
        f"Of each system at most {distinguishing.MOST_IONS} ions are compared, drawn at random. "
    )
    said = sample * drawn + (
        f"The displacement tells {displacement} of the {counted(pairs, 'pair')} apart."
    )
    if len(most) == len(after):
        return f"{said} Each of the features does so for {count(after.max())}."
    first, last = (several(names, MOST_NAMED) for names in (most, least))
    return (
        f"{said} Among the features, {first} {'does' if len(most) == 1 else 'do'} so for "
        f"most ({count(after.max())}), and {last} for fewest ({count(after.min())})."
    )


def bound(windows: Windows, seed: int = 0) -> str:
    """Say how much of the variance can be explained at most, and how much systems explain."""
    rows = ceiling.r2_ceiling(windows, seed)
    top, name = rows.loc["from moments"], rows.loc["between systems"]
    share = f"The name of the system alone explains {with_interval(*name)}."
    share = share if len(windows.systems) > 1 else "With one system, its name explains nothing."
    if not isfinite(top["value"]):
        return "The displacements of these data have no variance that could be explained."
    stated = with_interval(*top)
    limit = (
        f"at most {stated} of the variance of dr can be explained by any forecast"
        if top["value"] > 0
        else f"the estimate is {stated} of the variance of dr, so that no forecast is to be had"
    )
    return (
        f"For the data at hand that leaves a ceiling: {limit} (95% intervals from resampling ions "
        f"in brackets). {share} {_beyond_the_name(top['value'], name['value'])}"
    ).rstrip()


def _beyond_the_name(top: float, name: float) -> str:
    """Say what a ceiling leaves to learn where the systems have been told, if anything."""
    if not 0 < name < top:
        return ""
    return "What lies between those two numbers is all that the surroundings of an ion can add."


def room_for_mobility(windows: Windows, seed: int = 0) -> str:
    """Say how much the mobility of an ion could add to the name of its system."""
    rows = ceiling.r2_ceiling(windows, seed)
    top, name = rows.loc["from moments", "value"], rows.loc["between systems"]
    if not 0 < name["value"] < top:
        return ""
    return (
        f"The system's name is worth {with_interval(*name)}; what is missing from it to the "
        f"ceiling is the most that knowledge of an ion's own mobility could add."
    )


def both_estimates(windows: Windows, seed: int = 0) -> str:
    """Give both estimates of the ceiling of R2."""
    rows = ceiling.r2_ceiling(windows, seed)
    if not isfinite(rows.loc["from moments", "value"]):
        return "Displacements that never change give neither."
    first, second = (with_interval(*rows.loc[f"from {name}"]) for name in ("moments", "replicas"))
    return (
        f"Here the first gives {first} and the second {second}; intervals are from resampling ions."
    )


def named(windows: Windows, seed: int = 0) -> str:
    """Give the part of the variance that the name of the system explains."""
    if len(windows.systems) == 1:
        return "With one system there is no such part."
    share = ceiling.r2_ceiling(windows, seed).loc["between systems"]
    if not isfinite(share["value"]):
        return "Here there is no variance to explain."
    return f"Here it is {with_interval(*share)} of the variance."


def mapped(windows: Windows, seed: int = 0) -> str:
    """Say what the maps show, where there are any."""
    found = embedding.coordinates(windows, seed)
    if isinstance(found, Absence):
        return found.reason
    share = percent(sum(embedding.explained(windows, seed)))
    return (
        f"There are two maps of all {len(windows.features)} features, standardized, for a sample "
        f"of at most {embedding.IONS_PER_SYSTEM} ions per system. Principal components are above, "
        f"UMAP below; the two components carry {share} of the variance."
    )


def organised(windows: Windows, seed: int = 0) -> str:
    """Compare the neighbour scores within systems of the full space and both maps, if any."""
    table = embedding.scores(windows, seed)
    if isinstance(table, Absence):
        return ""
    within = table[table["Compared"] == "within systems"]
    if not within["Score"].notna().any():
        return "Displacements that never change are organised in no map."
    by_space = [f"{fixed(row['Score'], 2)} for {space}" for space, row in within.iterrows()]
    beyond = [space for space, row in within.iterrows() if row["Score"] > row["Null, 95%"]]
    verdict = f"larger than chance in {listed(beyond)}" if beyond else "nowhere larger than chance"
    easy = (
        " The last row of the table is a reminder of what is easy: the correlation of dr with the "
        "mean of its system."
    )
    said = f"Within systems the neighbour scores are {listed(by_space)}: {verdict}."
    return said + easy * (len(windows.systems) > 1)


def slowest_and_fastest(windows: Windows) -> str:
    """Name the systems whose ions go least and most far on average."""
    mean = windows.table.groupby("system", observed=True)["dr"].mean()
    slowest, fastest = mean.idxmin(), mean.idxmax()
    if len(mean) == 1:
        return f"There is one system, {slowest}, with a mean of {fixed(mean[slowest], 2)} Å."
    if fixed(mean[slowest], 2) == fixed(mean[fastest], 2):
        return f"The mean is {fixed(mean[slowest], 2)} Å in all {len(mean)} systems."
    return (
        f"The slowest system on average is {slowest}, with a mean of {fixed(mean[slowest], 2)} Å, "
        f"the fastest {fastest} with {fixed(mean[fastest], 2)} Å."
    )


def trends(windows: Windows) -> str:
    """Say how often the mean displacement rises when one descriptor takes a step upwards."""
    steps = averages.steps(windows)
    if isinstance(steps, Absence):
        return steps.reason
    counted = [
        f"of {len(rises)} steps to a higher {name}, {int(rises.sum())} raise it"
        for name, rises in steps.groupby("descriptor", sort=False)["rises"]
    ]
    return f"With the others held fixed, {listed(counted)}."


def composition(windows: Windows, seed: int = 0) -> str:
    """Say how much of the variance within systems the first shell's composition explains."""
    share = exploration.composition_share(windows, seed)
    if isinstance(share, Absence):
        return share.reason
    value, low, high = (percent(part, 1) for part in share)
    return (
        f"Which composition it is accounts for {value} [{low}, {high}] of the variance of dr "
        f"within systems. That is a share which no correlation with a single count can tell, since "
        f"means need not rise or fall along the diagonal."
    )


def conductivity_ranks(windows: Windows) -> str:
    """Say how far mean displacement ranks the systems as conductivity does."""
    correlation = averages.rank_correlation(windows)
    if isinstance(correlation, Absence):
        return correlation.reason
    return (
        f"Over the {len(windows.systems)} systems, the rank correlation of mean dr and "
        f"conductivity is {fixed(correlation, 2)}."
    )
