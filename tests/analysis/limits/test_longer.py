"""Windows that are merged, and their forecasts."""

import numpy as np

from analysis.limits import longer
from press import Absence


def test_merging_adds_displacements_and_keeps_the_start(lipf6):
    """Three windows of an ion make one, by hand."""
    merged = longer.merged(lipf6, 3)
    ion = lipf6.table[(lipf6.ion == 2).to_numpy()].sort_values("Event")
    mine = merged.table[(merged.ion == 2).to_numpy()].sort_values("Event")
    assert list(mine["Event"]) == [1, 2]
    step = ion[["dx", "dy", "dz"]].to_numpy()[:3].sum(axis=0)
    assert np.allclose(mine[["dx", "dy", "dz"]].iloc[0], step)
    assert np.isclose(mine["dr"].iloc[0], np.linalg.norm(step))
    assert mine["PF6"].iloc[1] == ion["PF6"].iloc[3]
    assert mine["PF6-flip"].iloc[0] == ion["PF6-flip"].iloc[:3].sum()


def test_one_window_is_itself(lipf6):
    """Merging one changes nothing but the rounding of dr."""
    assert longer.merged(lipf6, 1).table["Event"].equals(lipf6.table["Event"])


def test_too_little_data_is_an_absence(lipf6):
    """The small data set has too few windows to learn from."""
    assert isinstance(longer.figure(lipf6), Absence)
