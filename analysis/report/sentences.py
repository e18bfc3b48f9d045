"""Sentences of the chapters whose numbers a data set may be unable to give.

Each function returns the sentence, or the reason why there is none, as plain text: markup in a
computed string would be shown as it stands.
"""

from __future__ import annotations

import numpy as np

from analysis.data import timing
from analysis.data.windows import Windows
from analysis.explore import averages, distinguishing, embedding, exploration, summary
from analysis.ground.wording import count, counted, fixed, listed, number, percent, with_interval
from press import Absence

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


def succession(windows: Windows) -> str:
    """Say whether windows follow each other."""
    missing = timing.succession(windows)
    if missing is None:
        return "Windows follow each other without overlap and without gaps."
    return f"{missing.reason} Where windows are compared with later ones, only those that follow."


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
            said.append(f"no {kind} has a correlation, since it or dr never changes")
            continue
        name = rows[columns[0]].abs().idxmax()
        said.append(f"the {kind} with the largest is {name}, {with_interval(*rows.loc[name])}")
    where = "Within systems" if within else "Over all windows"
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
    """Say how many comparisons of systems are positive in the two ways of counting."""
    table = distinguishing.before_and_after(windows)
    if isinstance(table, Absence):
        return table.reason
    pairs, before, after, large = (int(value) for value in table.loc["all"].iloc[:4])
    return (
        f"Of {count(pairs)} comparisons, {count(before)} are positive in the original way of "
        f"counting and {count(after)} when ions are permuted and the false discovery rate is "
        f"controlled; {count(large)} of these are at least {distinguishing.SMALL:g} standard "
        f"deviations wide."
    )


def told_apart_by(windows: Windows) -> str:
    """Name the features that tell most and fewest pairs apart."""
    table = distinguishing.before_and_after(windows)
    if isinstance(table, Absence):
        return table.reason
    after = table["after"].drop(["all", "dr"]).sort_values()
    displacement, pairs = int(table.loc["dr", "after"]), int(table.loc["dr", "pairs"])
    return (
        f"The displacement tells {displacement} of the {pairs} pairs apart. Among the features, "
        f"{after.index[-1]} does so for most pairs ({after.iloc[-1]}), and "
        f"{listed([f'{name} ({number})' for name, number in after.iloc[:2].items()])} for fewest."
    )


def organised(windows: Windows, seed: int = 0) -> str:
    """Compare the neighbour scores within systems of the full space and both maps."""
    table = embedding.scores(windows, seed)
    if isinstance(table, Absence):
        return table.reason
    within = table[table["Compared"] == "within systems"]
    by_space = [f"{fixed(row['Score'], 2)} for {space}" for space, row in within.iterrows()]
    beyond = [space for space, row in within.iterrows() if row["Score"] > row["Null, 95%"]]
    verdict = f"larger than chance in {listed(beyond)}" if beyond else "nowhere larger than chance"
    return f"Within systems the neighbour scores are {listed(by_space)}: {verdict}."


def slowest_and_fastest(windows: Windows) -> str:
    """Name the systems whose ions go least and most far on average."""
    mean = windows.table.groupby("system", observed=True)["dr"].mean()
    slowest, fastest = mean.idxmin(), mean.idxmax()
    if slowest == fastest:
        return f"There is one system, {slowest}, with a mean of {fixed(mean[slowest], 2)} Å."
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
        f"within systems."
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
