"""What each source of knowledge predicts, by a smooth learner and by trees, under every split.

Settings are fixed in advance. For the forecast from all that is known they are also searched anew
inside every outer fold, for new ions and for new polymers, so that it shows whether they decide
anything. Scores are R2 over the predicted windows, and its share of the Maxwell ceiling of the same
windows, with 95 % intervals from drawing ions. The first window of an ion has no history and is
left out for all.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from threadpoolctl import threadpool_limits

from analysis.data.bootstrap import interval, ion_draws, ion_sums
from analysis.data.sufficiency import Insufficient, sufficient
from analysis.data.windows import Windows
from analysis.explore.ceiling import NOISE
from analysis.ground import theme
from analysis.ground.wording import with_interval
from analysis.learn import splits
from analysis.limits import knowledge, learners
from analysis.limits.learners import LEARNERS
from analysis.limits.tracks import estimated
from press import Absence, stored

SETS = {
    "averages": ("averages",),
    "history": ("history",),
    "structure": ("structure",),
    "forecast": knowledge.FORECAST,
    "flips": ("flips",),
    "everything": (*knowledge.FORECAST, "flips"),
    "null": ("averages", "structure", "flips"),
}
SEARCHED = "searched"
WORDS = {
    "forecast": "all three",
    SEARCHED: "all three, searched",
    "everything": "all three and flips",
}
SEARCHES = ("ion", "system")  # splits inside whose outer folds settings are searched
INNER = 3  # folds by which a search judges, of the five that there are
NULLS = 3  # permutations
NO_CEILING = "The ceiling of these windows cannot be told from zero: nothing is a share of it."
NOT_THERE = "The data set lacks the descriptors for this split or source."
REPLICATES = 500


@dataclass(frozen=True, eq=False)
class Predicted:
    """Predictions of windows that were not learned from.

    Attributes
    ----------
    rows : ndarray of int
        Their positions in the table.
    values : ndarray
        Predicted `dr`, angstrom.
    """

    rows: np.ndarray
    values: np.ndarray


def inputs(windows: Windows, name: str) -> pd.DataFrame:
    """Return the columns of a set; a set that is a forecast is checked to be one."""
    X = knowledge.table(windows, SETS[name])
    if not any(knowledge.SOURCES[source].concurrent for source in SETS[name]):
        knowledge.require_forecast(windows, X.columns)
    X.columns = [column.replace(" ", "_") for column in X.columns]
    features = {*windows.structure, *windows.flips}
    X.attrs["straight"] = tuple(column for column in X if column not in features)
    return X


def folds(windows: Windows, split: str, seed: int) -> list[splits.Fold]:
    """List rows to learn from and to predict; for new ions all five folds."""
    return splits.outer(windows, split, seed, complete=split == "ion")


@threadpool_limits.wrap(limits=1)  # many small products, which threads only slow down
def predicted(
    windows: Windows, name: str, split: str, how: str, seed: int = 0, search: bool = False
) -> Predicted:
    """Predict every held-out window that has a history.

    Parameters
    ----------
    name, split, how : str
        A set of `SETS`, a split of `splits.SPLITS`, a learner of `learners.LEARNERS`.
    search : bool
        Whether settings are searched in each outer fold, instead of those fixed in advance.

    Raises
    ------
    InputError
        For a split that the data set does not have.
    """
    X, y = inputs(windows, name), windows.table["dr"].to_numpy()
    chosen = settings(windows, split, how, seed) if search else None
    rows, values = [], []
    for number, (train, test) in enumerate(usable_folds(windows, split, seed)):
        wanted = chosen[number] if chosen else {}
        made = learners.learner(how)(X, **wanted).fit(X.iloc[train], y[train])
        rows.append(test)
        values.append(made.predict(X.iloc[test]))
    return Predicted(np.concatenate(rows), np.concatenate(values))


def usable_folds(windows: Windows, split: str, seed: int) -> list[splits.Fold]:
    """List the rows of each fold that have a history."""
    usable = knowledge.history(windows).notna().all(axis=1).to_numpy()
    return [(a[usable[a]], b[usable[b]]) for a, b in folds(windows, split, seed)]


@stored
@threadpool_limits.wrap(limits=1)
def settings(windows: Windows, split: str, how: str, seed: int = 0) -> list[dict]:
    """Search the settings of a learner for the whole forecast, in each outer fold by itself.

    The rows that the fold predicts take no part: inner folds are made of those it learns from, in
    groups of the same kind.

    Returns
    -------
    list of dict
        As `learners.learner` takes them, by outer fold.
    """
    X, y = inputs(windows, "forecast"), windows.table["dr"].to_numpy()
    found = []
    for train, _ in usable_folds(windows, split, seed):
        inner = splits.inner(windows.where(train), split, "regression", y[train])[:INNER]
        found.append(learners.searched(how, X.iloc[train], y[train], inner))
    return found


def baselines(windows: Windows, split: str, seed: int = 0) -> dict[str, Predicted]:
    """Predict by a constant, by the mean of the system where it is known, by the window before."""
    before = knowledge.history(windows)[f"dr{knowledge.BEFORE}"].to_numpy()
    y = windows.table["dr"].to_numpy()
    system = windows.table["system"].cat.codes.to_numpy()
    found: dict[str, list] = {"constant": [], "system mean": [], "window before": []}
    rows = []
    for train, test in usable_folds(windows, split, seed):
        mean = y[train].mean()
        means = pd.Series(y[train]).groupby(system[train]).mean()
        rows.append(test)
        found["constant"].append(np.full(len(test), mean))
        found["system mean"].append(pd.Series(system[test]).map(means).fillna(mean).to_numpy())
        found["window before"].append(before[test])
    every = np.concatenate(rows)
    return {name: Predicted(every, np.concatenate(parts)) for name, parts in found.items()}


def judged(windows: Windows, found: Predicted, seed: int = 0) -> dict[str, float]:
    """Compute R2 and its share of the ceiling of the same windows, with intervals."""
    chosen = windows.where(found.rows)
    y = chosen.table["dr"].to_numpy()
    columns = np.stack([np.ones_like(y), y, y**2, (y - found.values) ** 2], axis=1)
    sums, system = ion_sums(chosen, columns)
    return _judged(sums, ion_draws(system, REPLICATES, seed))


def _judged(sums: np.ndarray, draws: np.ndarray) -> dict[str, float]:
    """Name the scores and limits that follow from sums over the windows of each ion."""
    value, (low, high) = _scores(sums.sum(axis=0)), interval(_scores(draws @ sums))
    return {
        f"{name}{end}": float(numbers[k])
        for k, name in enumerate(("r2", "share"))
        for end, numbers in (("", value), (" low", low), (" high", high))
    }


def _scores(total: np.ndarray) -> np.ndarray:
    """Return R2 and R2 over the ceiling, from sums of 1, y, y^2 and squared errors.

    Where the ceiling is not positive, nothing is a share of it: NaN.
    """
    count, first, second, error = np.moveaxis(total, -1, 0)
    variance = second / count - (first / count) ** 2
    r2 = 1 - error / count / variance
    ceiling = 1 - NOISE * second / count / variance
    share = np.divide(r2, ceiling, out=np.full_like(r2, np.nan), where=ceiling > 0)
    return np.stack([r2, share], axis=-1)


@sufficient
@stored
def errors(windows: Windows, seed: int = 0) -> pd.DataFrame:
    """Sum the squared errors of every set, learner and baseline over the windows of each ion.

    Returns
    -------
    DataFrame
        A row per split and predicted ion: ``split``, ``system`` (its position), ``count``, ``dr``
        and ``square`` (sums of dr and dr^2 over the predicted windows), then a column of summed
        squared errors, angstrom^2, per (sources, learner), named "sources, learner".
    """
    parts = []
    for split in splits.SPLITS:
        if splits.absence(windows, split) is None:
            parts.append(_errors(windows, split, seed).assign(split=split))
    return pd.concat(parts, ignore_index=True)


def _errors(windows: Windows, split: str, seed: int) -> pd.DataFrame:
    """Sum the squared errors under one split; all predictions are of the same rows."""
    found = {f"{name}, ": each for name, each in baselines(windows, split, seed).items()}
    for name, how in _computable(windows):
        found[f"{name}, {how}"] = predicted(windows, name, split, how, seed)
    for how in LEARNERS if split in SEARCHES else ():
        with suppress(Insufficient):  # too few groups are left for inner folds
            found[f"{SEARCHED}, {how}"] = predicted(windows, "forecast", split, how, seed, True)
    chosen = windows.where(next(iter(found.values())).rows)
    y = chosen.table["dr"].to_numpy()
    columns = [np.ones_like(y), y, y**2, *((y - each.values) ** 2 for each in found.values())]
    sums, system = ion_sums(chosen, np.stack(columns, axis=1))
    table = pd.DataFrame(sums, columns=["count", "dr", "square", *found])
    return table.assign(system=system)


@stored
def scores(windows: Windows, seed: int = 0) -> pd.DataFrame | Absence:
    """Score every set of sources under every split by both learners, and the baselines.

    Returns
    -------
    DataFrame
        ``split``, ``sources``, ``learner`` (empty for baselines); ``r2``, ``share`` (of the
        ceiling) and their limits.
    """
    table = errors(windows, seed)
    if isinstance(table, Absence):
        return table
    records = []
    for split, rows in table.groupby("split", sort=False):
        rows = rows.dropna(axis="columns")  # what was not searched under this split
        draws = ion_draws(rows["system"].to_numpy(), REPLICATES, seed)
        for name in rows.columns[3:].drop(["system", "split"]):
            sources, learner = name.split(", ")
            sums = rows[["count", "dr", "square", name]].to_numpy()
            row = {"split": split, "sources": sources, "learner": learner}
            records.append(row | _judged(sums, draws))
    return pd.DataFrame(records)


def score(
    windows: Windows, split: str, name: str, seed: int = 0, of: str = "r2"
) -> tuple[float, float, float] | Absence:
    """Return one score with its interval: R2, or its ``share`` of the ceiling.

    Parameters
    ----------
    name : str
        Of a column of `errors`: "structure, trees".
    """
    found = scores(windows, seed)
    if isinstance(found, Absence):
        return found
    rows = found[(found["split"] == split) & (found["sources"] + ", " + found["learner"] == name)]
    if rows.empty:
        return Absence(NOT_THERE)
    value, low, high = (float(rows[of + end].item()) for end in ("", " low", " high"))
    return (value, low, high) if np.isfinite([value, low, high]).all() else Absence(NO_CEILING)


def gain(
    windows: Windows, split: str, more: str, less: str, seed: int = 0
) -> tuple[float, float, float] | Absence:
    """Return how much higher R2 is with one than with another, on the same windows and draws."""
    table = errors(windows, seed)
    if isinstance(table, Absence):
        return table
    rows = table[table["split"] == split]
    if rows.empty or not {more, less} <= set(rows.dropna(axis="columns").columns):
        return Absence(NOT_THERE)
    sums = rows[["count", "dr", "square", more, less]].to_numpy()
    draws = ion_draws(rows["system"].to_numpy(), REPLICATES, seed)
    return estimated(
        lambda s: _scores(s[..., [0, 1, 2, 3]])[..., 0] - _scores(s[..., [0, 1, 2, 4]])[..., 0],
        sums,
        draws,
    )


def _computable(windows: Windows) -> list[tuple[str, str]]:
    """List the sets that the data set has, for both learners."""
    lacking = windows.described.columns.empty
    names = [name for name in SETS if name != "null" and not (lacking and name == "averages")]
    return [(name, how) for name in names for how in LEARNERS]


@stored
def nulls(windows: Windows, seed: int = 0) -> pd.DataFrame:
    """Score averages, structure and flips on displacements of other ions of the same system.

    Whole records of `dr` change hands among the ions of a system that have as many windows, so
    that their memory stays intact; features stay where they are.

    Returns
    -------
    DataFrame
        ``sources``, ``learner``, ``r2`` of each permutation under the split by ion, less that of
        the system's mean.
    """
    generator = np.random.default_rng(seed)
    records = []
    for _ in range(NULLS):
        permuted = exchanged(windows, generator)
        mean = judged(permuted, baselines(permuted, "ion", seed)["system mean"])["r2"]
        for how in LEARNERS:
            found = predicted(permuted, "null", "ion", how, seed)
            records.append(
                ("averages, structure and flips", how, judged(permuted, found)["r2"] - mean)
            )
    return pd.DataFrame(records, columns=["sources", "learner", "r2"])


def exchanged(windows: Windows, generator: np.random.Generator) -> Windows:
    """Give each ion the displacements of another ion of its system with as many windows."""
    table = windows.table.assign(ion=windows.ion).sort_values(["ion", "Event"])
    sizes = table.groupby("ion").size()
    system = table.groupby("ion")["system"].first()
    donors = sizes.index.to_series()
    for _, ions in donors.groupby([system.cat.codes, sizes]):
        donors[ions.index] = generator.permutation(ions.to_numpy())
    rows = pd.Series(table.index.to_numpy(), index=table.index).groupby(table["ion"]).apply(list)
    source = np.concatenate([rows[donor] for donor in donors])
    moved = windows.table.loc[source, ["dx", "dy", "dz", "dr"]].set_axis(table.index)
    return replace(windows, table=windows.table.assign(**moved.reindex(windows.table.index)))


def table(windows: Windows, seed: int = 0) -> pd.DataFrame | Absence:
    """Say R2 of every set under every split in the words of a table, both learners side by side."""
    found = scores(windows, seed)
    if isinstance(found, Absence):
        return found
    limits = found[["r2", "r2 low", "r2 high"]].to_numpy()
    words = [with_interval(*row, decimals=2) for row in limits]
    name = found["sources"].replace(WORDS) + found["learner"].map(lambda how: how and f", {how}")
    order = {"index": list(dict.fromkeys(name)), "columns": list(dict.fromkeys(found["split"]))}
    wide = found.assign(name=name, words=words).pivot(index="name", columns="split", values="words")
    titles = {split.name: split.title for split in splits.SPLITS.values()}
    return wide.loc[order["index"], order["columns"]].rename(columns=titles).rename_axis("Source")


def figure(windows: Windows, seed: int = 0) -> Figure | Absence:
    """Draw the shares of the ceiling: a panel per split, a row per set, both learners."""
    found = scores(windows, seed)
    if isinstance(found, Absence):
        return found
    if not np.isfinite(found[["share", "share low", "share high"]]).all(axis=1).any():
        return Absence(NO_CEILING)
    names = list(dict.fromkeys(found["sources"]))[::-1]
    drawn = list(dict.fromkeys(found["split"]))
    drawing = theme.figure(height=1.0 + 0.5 * len(names))
    panels = drawing.subplots(2, -(-len(drawn) // 2), sharex=True, sharey=True, squeeze=False)
    for axes, split in zip(panels.flat, drawn, strict=False):
        _panel(axes, found[found["split"] == split], names)
        axes.set_title(splits.SPLITS[split].title)
    for axes in panels[-1]:
        axes.set_xlabel("share of the ceiling")
    panels.flat[0].set_yticks(range(len(names)), [WORDS.get(name, name) for name in names])
    drawing.legend(*panels.flat[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return drawing


def _panel(axes, rows: pd.DataFrame, names: list[str]) -> None:
    """Draw the scores of one split; what falls below the drawn range lies at its edge."""
    styles = {"": ("s", theme.MUTED, 0.0), "smooth": ("o", theme.OKABE_ITO[0], 0.13)}
    styles |= {"trees": ("^", theme.OKABE_ITO[1], -0.13)}
    for how, mine in rows.groupby("learner"):
        marker, color, shift = styles[how]
        y = np.array([names.index(name) for name in mine["sources"]]) + shift
        x = mine["share"].clip(lower=-0.5)
        spread = np.stack([x - mine["share low"].clip(lower=-0.5), mine["share high"] - x])
        label = how or "baseline"
        axes.errorbar(x, y, xerr=spread.clip(min=0), fmt=marker, ms=3, color=color, label=label)
    axes.axvline(0, color=theme.MUTED, lw=0.6)
    axes.axvline(1, color=theme.INK, lw=0.8, ls="--")
    axes.set_xlim(-0.55, 1.15)
