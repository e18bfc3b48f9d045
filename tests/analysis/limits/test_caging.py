"""Growth, shape and the cage model, against walks whose answers are known."""

import numpy as np
import pytest
from scipy.integrate import quad

from analysis.limits import caging
from analysis.limits.tracks import Tracks
from press import Absence


def rattling(cage=1.0, walk=1.0, ions=2000, windows=14):
    """Ions that rattle in cages that walk."""
    draw = np.random.default_rng(0)
    places = cage * draw.normal(size=(ions, windows + 1, 3))
    steps = np.diff(places, axis=1) + walk * draw.normal(size=(ions, windows, 3))
    return Tracks(steps, np.zeros(ions, dtype=int), ("A",))


def quantity(found, name):
    """Evaluate one quantity of a system from all its ions."""
    formula, sums = caging._quantities(found)[name]
    return float(formula(sums.sum(axis=0)))


def test_free_walk_has_exponent_one_and_no_excess():
    """Independent Gaussian steps diffuse."""
    free = rattling(cage=0.0)
    assert quantity(free, "exponent") == pytest.approx(1, abs=0.02)
    assert quantity(free, "alpha2 1") == pytest.approx(0, abs=0.02)


def test_cage_model_predicts_ten_windows_of_a_rattling_walk():
    """It expects what is measured, and the exponent lies below one."""
    caged = rattling()
    assert quantity(caged, "walk") == pytest.approx(1, abs=0.03)
    assert quantity(caged, "exponent") < 0.8


def test_runs_are_sums_of_windows():
    """Displacements over three windows, by hand."""
    steps = np.arange(12.0).reshape(1, 4, 3)
    found = caging.displaced(Tracks(steps, np.array([0]), ("A",)), 3)
    assert np.allclose(found, [[[9, 12, 15], [18, 21, 24]]])


def test_mixture_is_a_density_with_the_right_moments():
    """It integrates to one, and its variance and kurtosis are those of the gamma mixture."""
    mean, shape = 2.0, 1.7

    def moment(power):
        value, _ = quad(lambda x: x**power * caging.mixture_density(x, mean, shape), 0, np.inf)
        return 2 * value

    assert moment(0) == pytest.approx(1, abs=1e-4)
    assert moment(2) == pytest.approx(mean, rel=1e-4)
    assert moment(4) == pytest.approx(3 * mean**2 * (1 + 1 / shape), rel=1e-4)


def test_short_records_are_an_absence(lipf6):
    """Eight windows are too few for ten."""
    for show in (caging.motion, caging.table, caging.growth):
        assert isinstance(show(lipf6), Absence)
    assert caging.van_hove(lipf6).axes
    assert caging.clouds(lipf6).axes
