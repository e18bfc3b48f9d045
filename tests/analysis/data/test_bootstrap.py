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


def test_an_interval_holds_its_value():
    """Where draws of few ions are all beyond the value, there is no interval of it."""
    draws = np.linspace(0.2, 0.3, 101)
    np.testing.assert_allclose(bootstrap.interval(draws, 0.25), bootstrap.interval(draws))
    assert np.isnan(bootstrap.interval(draws, 0.1)).all()
    both = bootstrap.interval(np.stack([draws, draws], axis=1), np.array([0.25, 0.1]))
    assert np.isfinite(both[:, 0]).all()
    assert np.isnan(both[:, 1]).all()
    assert bootstrap.interval(np.full(9, 0.377), 0.377).tolist() == [0.377, 0.377]
