"""Criteria for a change of the force field, and the trials on record."""

import pandas as pd
import pytest

from simulate.md import screening


def trial(slow: float = 1.0, fast: float = 2.6, anions: float = 1.7, density: float = 1.288):
    """Return averages that are accepted, but for what is changed."""
    return pd.DataFrame(
        {
            "dr": [slow, 1.8, fast],
            "TFSI": [anions, 1.5, 1.6],
            "density": [density, 1.143, 1.047],
        },
        index=list(screening.SYSTEMS),
    )


def test_all_criteria_met():
    """Spread 2.6, B2T1 not the poorest in anions, densities of the first edition."""
    assert all(screening.accepted(trial()).values())


@pytest.mark.parametrize(
    ("change", "criterion"),
    [
        ({"fast": 2.49}, "spread of mean dr"),
        ({"anions": 1.4}, "B2T1 has not the fewest anions"),
        ({"density": 1.288 * 1.051}, "densities"),
    ],
)
def test_each_criterion_can_fail(change, criterion):
    """One value is beyond its limit, and that criterion alone is not met."""
    verdicts = screening.accepted(trial(**change))
    assert [name for name, met in verdicts.items() if not met] == [criterion]


def test_trials_change_numbers_that_exist():
    """Every trial on record is a force field; no more than were allowed beforehand."""
    found = screening.trials()
    assert len(found) <= screening.MOST_TRIALS
    fields = [screening.changed(one["changes"]) for one in found]
    assert fields[1].beads["E"].sigma == 5.2
    with pytest.raises(KeyError):
        screening.changed({"beads.X.mass": 1.0})


def test_a_trial_runs(smoke_run):
    """Averages of a run: shares between 0 and 1, density as the box has it."""
    found = screening.averages(smoke_run)
    assert 0 <= found["total_four"] <= 1
    assert found["density"] == pytest.approx(1.0, abs=0.4)
    assert found["dr"] > 0
