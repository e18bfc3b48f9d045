"""Sources carry their times; a forecast refuses what is known too late."""

import numpy as np
import pytest

from analysis.limits import knowledge
from press import InputError


@pytest.mark.parametrize("column", ["d", "dr", "dx", "fast", "PF6-flip", "EMC-2-flip"])
def test_a_forecast_refuses_concurrent_columns(lipf6, column):
    """Flips, displacements, `d` and `fast` are known when the window is over."""
    with pytest.raises(InputError, match=f"'{column}'"):
        knowledge.require_forecast(lipf6, ["PF6", column])


def test_sources_of_a_forecast_are_known_in_time(lipf6):
    """Structure and history pass; so do the flips of earlier windows."""
    columns = knowledge.table(lipf6, ("structure", "history")).columns
    assert "PF6-flip before" in columns
    knowledge.require_forecast(lipf6, columns)


def test_history_is_of_the_same_ion_and_earlier(lipf6):
    """The last dr and the mean of all before; nothing in the first window."""
    table = knowledge.history(lipf6)
    ion = (lipf6.ion == 4).to_numpy()
    dr = lipf6.table["dr"][ion].to_numpy()
    mine = table[ion]
    assert np.isnan(mine["dr before"].iloc[0])
    assert np.allclose(mine["dr before"].iloc[1:], dr[:-1])
    assert mine["mean dr before"].iloc[3] == pytest.approx(dr[:3].mean())


def test_history_is_missing_after_a_gap(lipf6):
    """A window whose predecessor is not there has none."""
    gap = lipf6.where((lipf6.table["Event"] != 4).to_numpy())
    assert knowledge.history(gap)[gap.table["Event"] == 5].isna().all(axis=None)
