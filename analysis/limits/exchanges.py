r"""Which changes of a shell carry displacement: those that last, or crossings that come back.

A flip is a crossing of a radius, and most are undone. What *lasts* is the difference between a
count when the window begins and when it ends, which is when the next one begins:
:math:`|n(t + \Delta t) - n(t)|`. (One carbonate exchanged for another leaves no trace in it, so it
is the least that was exchanged.) Of three boxes of the coarse-grained model flips were counted
anew, too, with a hysteresis of 0.5 angstrom and at every fourth frame (`data/cg/README.md`); flips
of every frame that hysteresis drops are *recrossings*.

A polynomial of second degree of the logarithms of one plus the counts tells `dr` for ions that it
has not seen, within systems: the means of its system are taken from every number. Scores are R2 of
what is left of `dr`. The baseline, the mean of the system, is zero, and the ceiling of a forecast
is that of `analysis.explore.ceiling` within systems, which an association may exceed.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.cg import files
from analysis.data.bootstrap import REPLICATES, interval, ion_draws
from analysis.data.sufficiency import sufficient
from analysis.data.timing import TOLERANCE
from analysis.data.windows import Windows
from analysis.explore.ceiling import NOISE
from analysis.ground.wording import MISSING, fixed, with_interval
from press import Absence, stored

FLIPS, BOXES = "flips.parquet", "boxes.parquet"
KEYS = ["system", "idx", "Event"]
BINDING = ("EC", "TFSI")
HYSTERESIS = 0.5  # angstrom, of the counts that end on -steady
FOLDS = 5
FEWEST = 500  # windows that another one follows
NOT_FOLLOWED = "Too few windows are followed by another one of the same ion."
FLIPPED, LASTING, BOTH = "flips", "lasting changes", "flips and lasting changes"
STEADY, BACK = "flips with hysteresis", "recrossings"
COUNTED = {
    "flips of every frame": ("",),
    "flips of every fourth frame": ("-seldom",),
    STEADY: ("-steady",),
    BACK: ("-back",),
    "both of these": ("-steady", "-back"),
    LASTING: ("-lasting",),
    "lasting changes and flips with hysteresis": ("-lasting", "-steady"),
}
CEILING = "ceiling of a forecast"


def followed(windows: Windows) -> pd.DataFrame:
    """Tell how far the counts of each window change until the next one of the same ion begins.

    Returns
    -------
    DataFrame
        Windows that another one follows at once: ``system``, ``ion``, ``dr``, the flips, and for
        each coordination number its name with ``-lasting``.
    """
    table = windows.table.assign(ion=windows.ion, number=windows.number)
    table = table.sort_values(["ion", "number"])
    later = table.groupby("ion")[[*windows.structure, "number"]].shift(-1)
    adjoins = (later["number"] - table["number"] - 1).abs() < TOLERANCE
    changes = {f"{n}-lasting": (later[n] - table[n]).abs() for n in windows.structure}
    kept = table[["system", "ion", "dr", *windows.flips]].assign(**changes)[adjoins]
    return kept.astype({"system": str}).reset_index(drop=True)


def seen(windows: Windows) -> dict[str, list[str]]:
    """Name what is told from: flips, lasting changes and both, of the first and of both shells."""
    first = list(windows.ligands)
    shells = {"first shell": first, "both shells": list(windows.structure)}
    return {
        f"{words}, {shell}": [f"{name}{end}" for end in ends for name in names]
        for shell, names in shells.items()
        for words, ends in (
            (FLIPPED, ("-flip",)),
            (LASTING, ("-lasting",)),
            (BOTH, ("-flip", "-lasting")),
        )
    }


@sufficient
@stored
def of_windows(windows: Windows) -> pd.DataFrame | Absence:
    """Sum the squared errors of what flips and lasting changes tell, ion by ion; see `errors`."""
    table = followed(windows)
    if len(table) < FEWEST:
        return Absence(NOT_FOLLOWED)
    return errors(table, seen(windows))


@stored
def of_counts(flips: files.Table, boxes: files.Table) -> pd.DataFrame:
    """Sum the squared errors of every way of counting in the model's boxes; see `errors`."""
    columns = {
        words: [f"{name}-flip{end}" for end in ends for name in BINDING]
        for words, ends in COUNTED.items()
    }
    return errors(counted(flips, boxes), columns)


def counted(flips: files.Table, boxes: files.Table) -> pd.DataFrame:
    """Join flips of the first boxes with displacements, recrossings and lasting changes.

    Returns
    -------
    DataFrame
        ``system``, ``ion``, ``dr`` and for each binding partner the flips of the first shell:
        every frame, ``-seldom``, ``-steady``, ``-back`` and ``-lasting``, where a window follows.
    """
    first = boxes.table[boxes.table["box"] == files.FIRST].sort_values(KEYS)
    later = first.groupby(["system", "idx"])[[*BINDING, "Event"]].shift(-1)
    lasting = {f"{n}-flip-lasting": (later[n] - first[n]).abs() for n in BINDING}
    follows = later["Event"] - first["Event"] == 1
    moved = first[[*KEYS, "dr"]].assign(**lasting)[follows]
    joined = flips.table.merge(moved, on=KEYS, validate="one_to_one")
    # Where one partner leaves in the frame in which another enters, only the steady counts see it.
    back = {
        f"{n}-flip-back": (joined[f"{n}-flip"] - joined[f"{n}-flip-steady"]).clip(lower=0)
        for n in BINDING
    }
    ion = joined.groupby(["system", "idx"], sort=False).ngroup()
    ends = [f"{n}-flip{end}" for n in BINDING for end in ("", "-seldom", "-steady", "-lasting")]
    return joined[["system", "dr", *ends]].assign(ion=ion, **back)


def errors(table: pd.DataFrame, columns: Mapping[str, list[str]]) -> pd.DataFrame:
    """Sum the squared errors of what columns tell of `dr` within systems, ion by ion.

    Parameters
    ----------
    table : DataFrame
        ``system``, ``ion``, ``dr`` and the columns, counts.
    columns : mapping
        Name of what is told from -> its columns.

    Returns
    -------
    DataFrame
        A row per ion: ``system`` (its position), ``second`` (sum of squared `dr`), ``spread``
        (squared distances from the system's mean), then the squared errors by name; angstrom^2.
    """
    from sklearn.linear_model import LinearRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    system, ion = table["system"], table["ion"]
    y = _within(table["dr"], system)
    learner = make_pipeline(StandardScaler(), PolynomialFeatures(2), LinearRegression())
    found = {"second": table["dr"] ** 2, "spread": y**2}
    for words, names in columns.items():
        X = _within(np.log1p(table[names]), system)
        told = cross_val_predict(learner, X, y, groups=ion, cv=GroupKFold(FOLDS))
        found[words] = (y - told) ** 2
    rows = pd.DataFrame(found).groupby(ion.to_numpy()).sum()
    first = system[~ion.duplicated()].set_axis(ion[~ion.duplicated()]).loc[rows.index]
    return rows.assign(system=pd.factorize(first)[0])


def _within(values, system: pd.Series):
    """Take the mean of its system from every number."""
    return values - values.groupby(system).transform("mean")


def scores(sums: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """Score what `errors` summed, and the ceiling of a forecast, with intervals from ions.

    Returns
    -------
    DataFrame
        Index: the names, then `CEILING`; ``value`` (R2), ``low``, ``high`` (95 %).
    """
    names = [name for name in sums if name not in ("second", "spread", "system")]
    formulas = {name: _r2(name) for name in names} | {CEILING: _ceiling}
    rows = {name: _estimated(formula, sums, seed) for name, formula in formulas.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high"])


def gain(
    sums: pd.DataFrame | Absence, more: str, less: str, seed: int = 0
) -> tuple[float, float, float] | Absence:
    """Return how much higher R2 is with one than with another, on the same drawn ions."""
    if isinstance(sums, Absence):
        return sums
    return _estimated(lambda total: _r2(more)(total) - _r2(less)(total), sums, seed)


def _r2(name: str):
    return lambda total: 1 - total[name] / total["spread"]


def _ceiling(total) -> np.ndarray:
    return 1 - NOISE * total["second"] / total["spread"]


def _estimated(formula, sums: pd.DataFrame, seed: int) -> tuple[float, float, float]:
    """Evaluate a formula of the columns' sums, with its interval from drawing ions."""
    draws = ion_draws(sums["system"].to_numpy(), REPLICATES, seed) @ sums.to_numpy()
    value = float(formula(sums.sum()))
    low, high = interval(formula(dict(zip(sums, draws.T, strict=True))), value)
    return value, float(low), float(high)


def table(windows: Windows, seed: int = 0) -> pd.DataFrame | Absence:
    """Show how much flips and lasting changes there are in a window, and what they tell."""
    sums = of_windows(windows)
    if isinstance(sums, Absence):
        return sums
    means = followed(windows).mean(numeric_only=True)
    numbers = {words: means[names].sum() for words, names in seen(windows).items()}
    return _shown(numbers, scores(sums, seed))


def counts_table(flips: files.Table, boxes: files.Table, seed: int = 0) -> pd.DataFrame:
    """Show the same for every way of counting in the model's boxes."""
    means = counted(flips, boxes).mean(numeric_only=True)
    numbers = {
        words: sum(means[f"{name}-flip{end}"] for end in ends for name in BINDING)
        for words, ends in COUNTED.items()
    }
    return _shown(numbers, scores(of_counts(flips, boxes), seed))


def _shown(numbers: Mapping[str, float], found: pd.DataFrame) -> pd.DataFrame:
    """Word the mean number in a window and the score, row by row."""
    words = [with_interval(*row, decimals=3) for row in found.to_numpy()]
    number = [fixed(numbers[name], 2) if name in numbers else MISSING for name in found.index]
    shown = {"Mean number": number, "R² within systems": words}
    return pd.DataFrame(shown, index=found.index.rename("Told from"))
