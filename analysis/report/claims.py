"""The conclusions of the thesis: a statement each, and the function of the data that decides it.

A chapter marks what rests on a claim: ``{python} claims.ions_come_back(windows, study.seed)``. The
conclusions list them all, for both editions.
"""

from analysis.cg import files
from analysis.data.windows import Windows
from analysis.explore import isoconfigurational
from analysis.explore.distinguishing import RATE
from analysis.limits import (
    budget,
    caging,
    decided,
    drift,
    exchanges,
    horizon,
    learners,
    memory,
    predicting,
    timescale,
    uncertainty,
)
from press import Absence, Carried, Ledger, above, below, counted

claim = Ledger(page="chapters/12-conclusions.qmd", edition=lambda windows, *_: windows.dataset.name)
NO_PREDICTION = 0.02  # of R2; what is smaller is called nothing
NEARLY = 0.05  # by which the coverage of an interval may miss its level in a system


def ledger(windows: Windows, edition: str, seed: int = 0):
    """List every claim with what the data of an edition say to it.

    Parameters
    ----------
    windows : Windows
        Of the edition that is being rendered.
    edition : str
        Whose ledger: another's is taken from its committed table.
    seed : int
    """
    if windows.dataset.name != edition:
        return Carried(edition)
    return claim.table(windows, seed)


def _row(table, **values):
    """Return value, low and high of the one row with these values."""
    if isinstance(table, Absence):
        return table
    for column, value in values.items():
        table = table[table[column] == value]
    return tuple(table[["value", "low", "high"]].iloc[0])


def _all_systems(table, agree):
    """Count the systems whose rows agree; all have to."""
    if isinstance(table, Absence):
        return table
    return counted(int(agree(table).sum()), len(table), len(table))


@claim("At least half of the variance of single displacements is left to chance.")
def mostly_chance(windows, seed):
    known, low, high = budget.ceilings(windows, seed).loc["all systems"]
    return above((1 - known, 1 - high, 1 - low), 0.5)


@claim("The mobility of an ion within its system would tell more than the system's name does.")
def more_within_than_between(windows, seed):
    return above(budget.mobility_less_polymer(windows, seed))


@claim("Ions tend to come back in the window after a displacement.")
def ions_come_back(windows, seed):
    return below(memory.of_direction(windows, 1, seed))


@claim("Part of the mobility lasts to the next window.")
def mobility_lasts(windows, seed):
    return above(memory.of_mobility(windows, 1, seed))


@claim("Less than half of the mobility lasts to the next window.")
def mobility_is_forgotten(windows, seed):
    return below(memory.of_mobility(windows, 1, seed), 0.5)


@claim("The squared displacement grows more slowly than time in every system.")
def motion_is_subdiffusive(windows, seed):
    found = caging.motion(windows, seed)
    if isinstance(found, Absence):
        return found
    return _all_systems(found[found["quantity"] == "exponent"], lambda t: t["high"] < 1)


@claim("The ceiling within systems falls when windows are merged.")
def ceiling_falls_with_time(windows, seed):
    return below(timescale.change_within(windows, seed))


@claim("In the coarse-grained model the configuration fixes less than half of the variance.")
def configuration_fixes_less_than_half(windows, seed):
    found = decided.decided(isoconfigurational.load(), seed)
    return _all_systems(found[found["part"] == "fixed"], lambda t: t["high"] < 0.5)


@claim("In the coarse-grained model, part of the mobility is settled only on the way.")
def mobility_is_settled_on_the_way(windows, seed):
    found = decided.decided(isoconfigurational.load(), seed)
    return _all_systems(found[found["part"] == "settled"], lambda t: t["low"] > 0)


@claim("In the coarse-grained model, the configuration fixes less of a longer window.")
def horizon_is_finite(windows, seed):
    followed = horizon.load()
    return followed if isinstance(followed, Absence) else below(horizon.change(followed, seed))


@claim("Structure alone predicts the displacement of new ions, by at least 0.02 in R².")
def structure_predicts(windows, seed):
    return above(predicting.score(windows, "ion", "structure, trees", seed), NO_PREDICTION)


@claim("The design of the system predicts more about new ions than structure does.")
def design_beats_structure(windows, seed):
    return above(predicting.gain(windows, "ion", "averages, smooth", "structure, trees", seed))


@claim("Flips, counted during the window, explain more than structure.")
def flips_beat_structure(windows, seed):
    return above(predicting.gain(windows, "ion", "flips, trees", "structure, trees", seed))


@claim("Flips add to everything that a forecast may use.")
def flips_add(windows, seed):
    return above(predicting.gain(windows, "ion", "everything, trees", "forecast, trees", seed))


@claim(
    "What lasts of the changes in its first shell tells more of an ion's displacement than flips."
)
def exchanges_carry_displacement(windows, seed):
    more, less = (f"{kind}, first shell" for kind in (exchanges.LASTING, exchanges.FLIPPED))
    return _above(exchanges.gain(exchanges.of_windows(windows), more, less, seed))


@claim("In the coarse-grained model, recrossings tell less than 0.02 of R² beyond steady flips.")
def recrossings_add_nothing(windows, seed):
    sums = exchanges.of_counts(files.load(exchanges.FLIPS), files.load(exchanges.BOXES))
    return _small(exchanges.gain(sums, "both of these", exchanges.STEADY, seed))


def _above(difference):
    return difference if isinstance(difference, Absence) else above(difference)


@claim("All that a forecast may use reaches less than half of the ceiling.")
def forecasts_stay_below_half(windows, seed):
    return below(predicting.score(windows, "ion", "forecast, trees", seed, of="share"), 0.5)


@claim("For new ions, the smooth learner and trees forecast equally well, to 0.02 in R².")
def learners_agree_on_new_ions(windows, seed):
    return _small(predicting.gain(windows, "ion", "forecast, smooth", "forecast, trees", seed))


def _small(difference):
    """Hold if a difference of R2 is smaller than what is called nothing, in either direction."""
    if isinstance(difference, Absence):
        return difference
    value, low, high = difference
    nearest = 0.0 if low < 0 < high else min(abs(low), abs(high))
    return below((abs(value), nearest, max(abs(low), abs(high))), NO_PREDICTION)


@claim("Searching the settings changes no forecast for new ions by 0.02 in R².")
def searching_adds_nothing(windows, seed):
    return _largest(_searching(windows, "ion", seed))


@claim("Searching the settings changes no forecast for new systems by 0.02 in R².")
def searching_adds_nothing_for_new_polymers(windows, seed):
    return _largest(_searching(windows, "system", seed))


def _searching(windows, split, seed):
    """Return what a search inside every outer fold adds to each learner's forecast."""
    return [
        predicting.gain(windows, split, f"{predicting.SEARCHED}, {how}", f"forecast, {how}", seed)
        for how in learners.LEARNERS
    ]


def _largest(differences):
    """Hold if the largest of some differences is small."""
    lacking = next((one for one in differences if isinstance(one, Absence)), None)
    return lacking if lacking is not None else _small(max(differences, key=lambda d: abs(d[0])))


@claim("Averages are predicted for systems that were left out, by a learner smooth in the design.")
def averages_transfer(windows, seed):
    return above(predicting.score(windows, "system", "averages, smooth", seed), NO_PREDICTION)


@claim("For systems that were left out, the smooth learner forecasts better than searched trees.")
def smooth_transfers_better(windows, seed):
    smooth, trees = (f"{predicting.SEARCHED}, {how}" for how in learners.LEARNERS)
    return above(predicting.gain(windows, "system", smooth, trees, seed))


@claim("Structure alone transfers to systems that were left out.")
def structure_transfers(windows, seed):
    return above(predicting.score(windows, "system", "structure, trees", seed), NO_PREDICTION)


@claim("Intervals for the displacement of new ions cover as promised in every system.")
def intervals_hold_for_new_ions(windows, seed):
    return _covered(uncertainty.coverages(windows, seed), "ion")


@claim("Intervals cover as promised in every system that was left out.")
def intervals_hold_for_new_polymers(windows, seed):
    return _covered(uncertainty.coverages(windows, seed), "system")


def _covered(found, split):
    """Count the systems whose intervals from quantiles reach the level, or nearly so."""
    if isinstance(found, Absence):
        return found
    mine = (found["split"] == split) & (found["method"] == "quantile") & (found["system"] != "all")
    return _all_systems(found[mine], lambda t: t["coverage"] > uncertainty.LEVEL - NEARLY)


@claim("The displacement does not drift along the record in any system.")
def displacement_does_not_drift(windows, seed):
    return _stationary(windows, ("dr",))


@claim("Flips do not drift along the record in any system.")
def flips_do_not_drift(windows, seed):
    return _stationary(windows, windows.flips)


def _stationary(windows, columns):
    """Count the systems and columns without a drift."""
    found = drift.drifts(windows)
    if isinstance(found, Absence):
        return found
    return _all_systems(found[found["column"].isin(columns)], lambda t: t["adjusted"] >= RATE)
