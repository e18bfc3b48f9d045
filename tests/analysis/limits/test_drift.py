"""Drift along the record: planted ones are found, and none where there is none."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.limits import drift
from press import Absence


def drifting(lipf6, by):
    """Add a straight rise of `by` in all over the record to `dr` of the first system."""
    table = lipf6.table
    rise = by * (table["Event"] - 1) / 7 * (table["system"] == lipf6.systems[0])
    noise = np.random.default_rng(0).normal(size=len(table))
    return replace(lipf6, table=table.assign(dr=5 + noise + rise))


def test_planted_drift_is_found(lipf6):
    """Its size is found within three errors, and the other systems have none."""
    found = drift.drifts(drifting(lipf6, 4.0)).query("column == 'dr'").set_index("system")
    first = found.loc[lipf6.systems[0]]
    error = 7 / np.sqrt(42 * 6)  # of unit noise: 42 is the sum of squared times, 6 the ions
    assert first["drift"] == pytest.approx(4, abs=3 * error)
    assert first["adjusted"] < 0.05
    assert (found["adjusted"].iloc[1:] > 0.05).all()


def test_without_drift_nothing_is_explained(lipf6):
    """A line in time explains no more than chance does, and a planted one nearly everything."""
    assert drift.explained(drifting(lipf6, 0.0)) < 0.1
    assert drift.explained(drifting(lipf6, 100.0)) > 0.9


def test_slopes_are_those_of_numpy():
    """Least squares, with windows missing."""
    values = np.random.default_rng(0).normal(size=(3, 7))
    values[1, 2] = np.nan
    known = np.isfinite(values[1])
    expected = np.polyfit(np.arange(7)[known], values[1, known], 1)[0]
    assert drift.slopes(values)[1] == pytest.approx(expected)


def test_table_names_what_drifts(lipf6):
    """A row per system; and a sentence where there are too few windows."""
    table = drift.table(drifting(lipf6, 4.0))
    assert list(table.index) == list(lipf6.systems)
    few = lipf6.where(lipf6.table["Event"].to_numpy() <= 2)
    assert isinstance(drift.table(few), Absence)
    assert isinstance(drift.figure(few), Absence)
    assert drift.figure(lipf6).axes
