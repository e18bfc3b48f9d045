"""What each source of knowledge predicts, by a smooth learner and by trees, under every split.

Settings are fixed in advance and nothing is searched, so that no inner split is needed. Scores are
R2 over the predicted windows, and its share of the Maxwell ceiling of the same windows, with 95 %
intervals from drawing ions. The first window of an ion has no history and is left out for all.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.data.bootstrap import interval, ion_draws, ion_sums
from analysis.data.sufficiency import sufficient
from analysis.data.windows import Windows
from analysis.explore.ceiling import NOISE
from analysis.ground import theme
from analysis.ground.wording import with_interval
from analysis.learn import splits
from analysis.limits import knowledge
from press import Absence, stored

SETS = {
    "averages": ("averages",),
    "history": ("history",),
    "structure": ("structure",),
    "forecast": knowledge.FORECAST,
    "flips": ("flips",),
    "everything": (*knowledge.FORECAST, "flips"),
    "null": ("structure", "flips"),
}
WORDS = {"forecast": "all three", "everything": "all three and flips"}
LEARNERS = ("smooth", "trees")
RIDGE = 10.0  # penalty, of standardized columns
TREES = {"n_estimators": 80, "num_leaves": 15, "learning_rate": 0.08, "min_child_samples": 40}
NULLS = 4  # permutations
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


def smooth(X: pd.DataFrame):
    """Make a ridge on the averages as they are and on all products of two other columns."""
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    known = [column for column in X if column in X.attrs["averages"]]
    others = [column for column in X if column not in known]
    curved = make_pipeline(StandardScaler(), PolynomialFeatures(2, include_bias=False))
    columns = make_column_transformer((StandardScaler(), known), (curved, others))
    return make_pipeline(columns, StandardScaler(), Ridge(RIDGE))


def trees(X: pd.DataFrame):
    """Make boosted trees."""
    from lightgbm import LGBMRegressor

    return LGBMRegressor(**TREES, random_state=0, verbose=-1, n_jobs=1, deterministic=True)


def learner(name: str) -> Callable:
    """Give the function that makes a learner."""
    return {"smooth": smooth, "trees": trees}[name]


def inputs(windows: Windows, name: str) -> pd.DataFrame:
    """Return the columns of a set; a set that is a forecast is checked to be one."""
    X = knowledge.table(windows, SETS[name])
    if not any(knowledge.SOURCES[source].concurrent for source in SETS[name]):
        knowledge.require_forecast(windows, X.columns)
    X.columns = [column.replace(" ", "_") for column in X.columns]
    averages = knowledge.averages(windows).columns
    X.attrs["averages"] = tuple(column.replace(" ", "_") for column in averages)
    return X


def with_history(windows: Windows) -> Windows:
    """Leave out the windows without one before them."""
    return windows.where(knowledge.history(windows).notna().all(axis=1).to_numpy())


def folds(windows: Windows, split: str, seed: int) -> list[splits.Fold]:
    """List rows to learn from and to predict; for new ions all five folds."""
    return splits.outer(windows, split, seed, complete=split == "ion")


def predicted(windows: Windows, name: str, split: str, how: str, seed: int = 0) -> Predicted:
    """Predict every held-out window that has a history.

    Raises
    ------
    InputError
        For a split that the data set does not have.
    """
    X, usable = inputs(windows, name), knowledge.history(windows).notna().all(axis=1).to_numpy()
    y = windows.table["dr"].to_numpy()
    rows, values = [], []
    for train, test in folds(windows, split, seed):
        train, test = train[usable[train]], test[usable[test]]
        made = learner(how)(X).fit(X.iloc[train], y[train])
        rows.append(test)
        values.append(made.predict(X.iloc[test]))
    return Predicted(np.concatenate(rows), np.concatenate(values))


def baselines(windows: Windows, split: str, seed: int = 0) -> dict[str, Predicted]:
    """Predict by a constant, by the mean of the system where it is known, by the window before."""
    before = knowledge.history(windows)[f"dr{knowledge.BEFORE}"].to_numpy()
    usable, y = np.isfinite(before), windows.table["dr"].to_numpy()
    system = windows.table["system"].cat.codes.to_numpy()
    found: dict[str, list] = {"constant": [], "system mean": [], "window before": []}
    rows = []
    for train, test in folds(windows, split, seed):
        train, test = train[usable[train]], test[usable[test]]
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
    draws = ion_draws(system, REPLICATES, seed) @ sums
    value, replicates = _scores(sums.sum(axis=0)), _scores(draws)
    low, high = interval(replicates)
    named = zip(("r2", "share"), value, low, high, strict=True)
    return {
        f"{name}{end}": float(number)
        for name, *numbers in named
        for end, number in zip(("", " low", " high"), numbers, strict=True)
    }


def _scores(total: np.ndarray) -> np.ndarray:
    """Return R2 and R2 over the ceiling, from sums of 1, y, y^2 and squared errors."""
    count, first, second, error = np.moveaxis(total, -1, 0)
    variance = second / count - (first / count) ** 2
    r2 = 1 - error / count / variance
    return np.stack([r2, r2 / (1 - NOISE * second / count / variance)], axis=-1)


@sufficient
@stored
def scores(windows: Windows, seed: int = 0) -> pd.DataFrame:
    """Score every set of sources under every split by both learners, and the baselines.

    Returns
    -------
    DataFrame
        ``split``, ``sources``, ``learner`` (empty for baselines); ``r2``, ``share`` (of the
        ceiling) and their limits.
    """
    records = []
    for split in splits.SPLITS:
        if splits.absence(windows, split) is not None:
            continue
        for name, found in baselines(windows, split, seed).items():
            row = {"split": split, "sources": name, "learner": ""}
            records.append(row | judged(windows, found, seed))
        for name, how in _computable(windows):
            row = {"split": split, "sources": name, "learner": how}
            found = predicted(windows, name, split, how, seed)
            records.append(row | judged(windows, found, seed))
    return pd.DataFrame(records)


def _computable(windows: Windows) -> list[tuple[str, str]]:
    """List the sets that the data set has, for both learners."""
    lacking = windows.described.columns.empty
    names = [name for name in SETS if name != "null" and not (lacking and name == "averages")]
    return [(name, how) for name in names for how in LEARNERS]


@stored
def nulls(windows: Windows, seed: int = 0) -> pd.DataFrame:
    """Score structure and flips on displacements of other ions of the same system.

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
            records.append(("structure and flips", how, judged(permuted, found)["r2"] - mean))
    return pd.DataFrame(records, columns=["sources", "learner", "r2"])


def exchanged(windows: Windows, generator: np.random.Generator) -> Windows:
    """Give each ion the displacements of another ion of its system with as many windows."""
    from dataclasses import replace

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
    words = [with_interval(*row, 2) for row in limits]
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
