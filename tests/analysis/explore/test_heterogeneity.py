"""The ceiling as a function of how unequal mobilities are."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.explore import ceiling, heterogeneity


@given(st.floats(0, 5))
def test_ceiling_and_spread_are_inverse(spread):
    """Going to the ceiling and back returns the spread."""
    there = float(heterogeneity.ceiling_at(spread))
    assert heterogeneity.spread_at(there) == pytest.approx(spread, abs=1e-6)


def test_ceiling_of_two_mobilities():
    """Half of the ions with sigma 1, half with 3: c = 1/2, by hand 0.25*(8/pi)/(3.75 - 8/pi)."""
    by_hand = 0.25 * (8 / np.pi) / (3.75 - 8 / np.pi)
    assert heterogeneity.ceiling_at(0.5) == pytest.approx(by_hand)


def test_ceiling_agrees_with_the_moments_of_simulated_steps():
    """Gaussian steps of two mobilities have the ceiling that the formula foretells."""
    rng = np.random.default_rng(0)
    sigma = rng.choice([1.0, 3.0], size=200_000)
    steps = rng.normal(size=(len(sigma), 3)) * sigma[:, None]
    table = pd.DataFrame({"dr": np.linalg.norm(steps, axis=1)})
    moments = float(ceiling.from_moments(table))
    assert moments == pytest.approx(float(heterogeneity.ceiling_at(0.5)), abs=0.01)


def test_maxwell_density_has_its_moments():
    """The density integrates to 1, with mean sigma sqrt(8/pi) and mean square 3 sigma^2."""
    dr = np.linspace(0, 40, 40_001)
    density = heterogeneity.maxwell_density(dr, 2.0)
    integral = [np.trapezoid(density * dr**power, dr) for power in (0, 1, 2)]
    assert integral == pytest.approx([1, 2 * np.sqrt(8 / np.pi), 12], rel=1e-6)
