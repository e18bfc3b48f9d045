r"""Which changes of the first shell carry displacement: exchanges, or crossings that come back.

Flips of one box are counted in three ways (`data/cg/README.md`). A partner that has to go a further
0.5 angstrom before it counts as gone makes a flip only when it leaves or arrives in earnest: an
*exchange* is made of such flips. What every frame counts beyond them are *recrossings* of the
radius. A polynomial of second degree of the logarithms of one plus the flips of the binding
partners tells `dr` from either, for ions that it has not seen, within systems: the means of its
system are taken from every number. Scores are R2 of what is left of `dr`, angstrom; the baseline,
the mean of the system, is zero, and the ceiling of a forecast is that of
`analysis.explore.ceiling` within systems (association may exceed it).
"""

import numpy as np
import pandas as pd

from analysis.cg import files
from analysis.data.bootstrap import REPLICATES, interval, ion_draws
from analysis.explore.ceiling import NOISE
from analysis.ground.wording import fixed, with_interval
from press import stored

FLIPS, BOXES = "flips.parquet", "boxes.parquet"
KEYS = ["system", "idx", "Event"]
BINDING = ("EC", "TFSI")
FOLDS = 5
HYSTERESIS = 0.5  # angstrom, of the counts that end on -steady
EXCHANGES, RECROSSINGS = "exchanges", "recrossings"
SEEN = {
    "flips of every frame": ("",),
    "flips of every fourth frame": ("-seldom",),
    EXCHANGES: ("-steady",),
    RECROSSINGS: ("-back",),
    "exchanges and recrossings": ("-steady", "-back"),
}
BOTH = "exchanges and recrossings"


def counted(flips: files.Table, boxes: files.Table) -> pd.DataFrame:
    """Join flips and displacements; flips of every frame without a steady one are recrossings.

    Returns
    -------
    DataFrame
        ``system``, ``idx``, ``Event``, ``dr`` and for each binding partner the flips of the first
        shell: every frame, ``-seldom``, ``-steady`` and ``-back``.
    """
    first = boxes.table[boxes.table["box"] == files.FIRST]
    joined = flips.table.merge(first[[*KEYS, "dr"]], on=KEYS, validate="one_to_one")
    # Where one partner leaves in the frame in which another enters, only the steady counts see it.
    back = {
        f"{name}-flip-back": (joined[f"{name}-flip"] - joined[f"{name}-flip-steady"]).clip(lower=0)
        for name in BINDING
    }
    ends = [f"{name}-flip{end}" for name in BINDING for end in ("", "-seldom", "-steady")]
    return joined[[*KEYS, "dr", *ends]].assign(**back)


@stored
def errors(flips: files.Table, boxes: files.Table) -> pd.DataFrame:
    """Sum the squared errors of what is told of `dr` within systems, ion by ion.

    Returns
    -------
    DataFrame
        A row per ion: ``system`` (its position), ``count``, ``first`` and ``second`` (sums of `dr`
        and its square), ``spread`` (squared distances from the system's mean), then the squared
        errors by the names of `SEEN`; angstrom^2.
    """
    from sklearn.linear_model import LinearRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    table = counted(flips, boxes)
    system = table["system"]
    ion = table.groupby(["system", "idx"], sort=False).ngroup()
    y = _within(table["dr"], system)
    learner = make_pipeline(StandardScaler(), PolynomialFeatures(2), LinearRegression())
    found = {"first": table["dr"], "second": table["dr"] ** 2, "spread": y**2}
    for words, ends in SEEN.items():
        columns = [f"{name}-flip{end}" for name in BINDING for end in ends]
        X = _within(np.log1p(table[columns]), system)
        told = cross_val_predict(learner, X, y, groups=ion, cv=GroupKFold(FOLDS))
        found[words] = (y - told) ** 2
    rows = pd.DataFrame({"count": 1.0, **found}).groupby(ion).sum()
    return rows.assign(system=pd.factorize(system)[0][~ion.duplicated()])


def _within(values, system: pd.Series):
    """Take the mean of its system from every number."""
    return values - values.groupby(system).transform("mean")


def scores(flips: files.Table, boxes: files.Table, seed: int = 0) -> pd.DataFrame:
    """Score every way of counting, and the ceiling of a forecast, with 95 % intervals from ions.

    Returns
    -------
    DataFrame
        Index: the names of `SEEN`, then ``ceiling``; ``value``, ``low``, ``high``.
    """
    sums = errors(flips, boxes)
    formulas = {words: _r2(words) for words in SEEN} | {"ceiling": _ceiling}
    rows = {words: _estimated(formula, sums, seed) for words, formula in formulas.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high"])


def gain(
    flips: files.Table, boxes: files.Table, beyond: str, seed: int = 0
) -> tuple[float, float, float]:
    """Return how much more R2 both kinds of flips have than one alone, on the same drawn ions.

    Parameters
    ----------
    beyond : str
        The kind that is known already: `EXCHANGES` or `RECROSSINGS`.
    """
    less = _r2(beyond)
    more = _r2(BOTH)
    return _estimated(lambda total: more(total) - less(total), errors(flips, boxes), seed)


def _r2(words: str):
    return lambda total: 1 - total[words] / total["spread"]


def _ceiling(total: dict[str, np.ndarray]) -> np.ndarray:
    return 1 - NOISE * total["second"] / total["spread"]


def _estimated(formula, sums: pd.DataFrame, seed: int) -> tuple[float, float, float]:
    """Evaluate a formula of the columns' sums, with its interval from drawing ions."""
    draws = ion_draws(sums["system"].to_numpy(), REPLICATES, seed) @ sums.to_numpy()
    value = float(formula(sums.sum()))
    low, high = interval(formula(dict(zip(sums, draws.T, strict=True))), value)
    return value, float(low), float(high)


def table(flips: files.Table, boxes: files.Table, seed: int = 0) -> pd.DataFrame:
    """Show how many flips of each kind there are in a window, and what they tell of `dr`."""
    means = counted(flips, boxes).mean(numeric_only=True)
    found = scores(flips, boxes, seed)
    shown = {
        f"{name} per window": [_sum(means, name, ends) for ends in SEEN.values()] + ["–"]
        for name in BINDING
    }
    words = [with_interval(*row, decimals=3) for row in found.to_numpy()]
    index = pd.Index([*SEEN, "ceiling of a forecast"], name="Flips of the first shell")
    return pd.DataFrame(shown | {"R² within systems": words}, index=index)


def _sum(means: pd.Series, name: str, ends: tuple[str, ...]) -> str:
    return fixed(sum(means[f"{name}-flip{end}"] for end in ends), 1)
