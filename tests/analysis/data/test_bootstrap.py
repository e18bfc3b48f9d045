"""Intervals over ions."""

import numpy as np
import pytest

from analysis.data import bootstrap


def test_ions_of_a_system_stay_together():
    """Every replicate draws as many ions from each system as it has."""
    systems = np.array([0, 0, 0, 1, 1])
    draws = bootstrap.ion_draws(systems, replicates=50)
    assert (draws[:, systems == 0].sum(axis=1) == 3).all()
    assert (draws[:, systems == 1].sum(axis=1) == 2).all()


def test_draws_follow_the_seed():
    """The same seed draws the same."""
    systems = np.zeros(10)
    same = [bootstrap.ion_draws(systems, 5, seed) for seed in (3, 3, 4)]
    assert (same[0] == same[1]).all()
    assert (same[0] != same[2]).any()


def test_ion_sums(lipf6):
    """Sums over ions are the groups' sums, in the order of the ion numbers."""
    values = lipf6.table[["dr", "EMC"]].to_numpy(float)
    sums, system = bootstrap.ion_sums(lipf6, values)
    expected = lipf6.table.groupby(lipf6.ion)[["dr", "EMC"]].sum()
    np.testing.assert_allclose(sums, expected)
    assert system.tolist() == [0] * 6 + [1] * 6 + [2] * 6


def test_interval_covers():
    """Over many data sets, the 90 % interval of a mean holds the truth about 90 times in 100."""
    generator = np.random.default_rng(0)
    covered = 0
    for seed in range(200):
        ions = generator.normal(size=60)
        draws = bootstrap.ion_draws(np.zeros(60), replicates=400, seed=seed)
        low, high = bootstrap.interval(draws @ ions / 60, level=0.9)
        covered += low < 0 < high
    assert covered / 200 == pytest.approx(0.9, abs=0.06)
