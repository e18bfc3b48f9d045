"""Drift of a record: by hand, planted and found, absent and mostly not found."""

import numpy as np
import pytest

from analysis.cg.drift import chance, counted, drift


def test_by_hand():
    """Block means 0, 3, 3: slope 4.5 per record, residuals -1/2, 1, -1/2."""
    found = drift(np.array([0.0, 0.0, 3.0, 3.0, 3.0, 3.0]), blocks=3)
    assert found.value == pytest.approx(4.5)
    # sum of squares 1.5, one degree of freedom, sum of (t - mean)^2 = 2/9
    assert found.error == pytest.approx(np.sqrt(1.5 / (2 / 9)))


def test_what_does_not_fill_a_block_is_left_out_at_the_start():
    """Seven windows in three blocks: the first is not used."""
    record = np.array([99.0, 0, 0, 3, 3, 3, 3])
    assert drift(record, blocks=3) == drift(record[1:], blocks=3)


def test_planted_drift_is_found():
    """A change of five per cent in a series that scatters by one, correlated in time."""
    rng = np.random.default_rng(0)
    noise = np.convolve(rng.normal(size=43), np.ones(4) / 4, mode="valid") * 0.01
    planted = 1 + 0.05 * np.linspace(-0.5, 0.5, 40) + noise
    found = drift(planted)
    assert found.found
    assert found.value == pytest.approx(0.05, abs=3 * found.error)


def test_false_alarms_are_as_rare_as_said():
    """Without drift the share that is found is that of the t distribution."""
    rng = np.random.default_rng(1)
    alarms = np.mean([drift(rng.normal(size=20)).found for _ in range(3000)])
    assert alarms == pytest.approx(chance(), abs=0.02)


def test_drifts_are_counted():
    """Of two quantities of two systems, one is beyond two errors."""
    import pandas as pd

    columns = pd.MultiIndex.from_product([["dr", "EC"], ["value", "error"]])
    table = pd.DataFrame([[0.5, 0.2, 0.1, 0.1], [0.1, 0.2, -0.1, 0.1]], columns=columns)
    assert counted(table) == (1, 4)
