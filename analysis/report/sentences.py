"""Sentences of the chapters whose numbers a data set may be unable to give.

Each function returns the sentence, or the reason why there is none, as plain text: markup in a
computed string would be shown as it stands.
"""

from __future__ import annotations

from analysis.data.windows import Windows
from analysis.explore import averages, distinguishing, embedding, exploration, summary
from analysis.ground.wording import count, fixed, listed, percent
from press import Absence


def sizes(windows: Windows) -> str:
    """Say how many ions the systems have, and how many windows an ion."""
    table = summary.contents(windows)
    ions, windows_each = (
        count(low) if low == high else f"between {count(low)} and {count(high)}"
        for low, high in table[["Ions", "Windows per ion"]].agg(["min", "max"]).T.to_numpy()
    )
    return f"Each has {ions} lithium ions, and each ion {windows_each} windows."


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
