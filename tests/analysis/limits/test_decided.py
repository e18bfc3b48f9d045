"""The three parts of the variance, against reruns whose parts are known."""

import numpy as np
import pytest

from analysis.limits import decided


def reruns(fixed, settled, pull=0.0, groups=3000, count=20):
    """Displacements whose mobility has a factor per group and one per rerun."""
    draw = np.random.default_rng(0)
    sigma = np.exp(
        fixed * draw.normal(size=(groups, 1)) + settled * draw.normal(size=(groups, count))
    )
    towards = pull * draw.normal(size=(groups, 1, 3))
    return sigma[:, :, None] * draw.normal(size=(groups, count, 3)) + towards


def shares(*args, **kwargs):
    """Split them, all groups counted once."""
    made = reruns(*args, **kwargs)
    return decided.split(made, np.ones((1, len(made))))[0]


@pytest.mark.parametrize("fixed, settled", [(0.5, 0.0), (0.0, 0.5), (0.4, 0.4), (0.0, 0.0)])
def test_planted_parts_are_found(fixed, settled):
    """Log-normal factors: variances of their means and of what is left follow by hand."""
    f, s = np.exp(fixed**2), np.exp(settled**2)  # E[sigma^2] = (f s)^2, E[sigma]^2 = f s
    total = 3 * f**2 * s**2 - 8 / np.pi * f * s
    expected = (8 / np.pi * s * (f - 1) * f, 8 / np.pi * f**2 * (s - 1) * s)
    found = shares(fixed, settled)
    assert found[0] == pytest.approx(expected[0] / total, abs=0.03)
    assert found[1] == pytest.approx(expected[1] / total, abs=0.03)
    assert found[:3].sum() == pytest.approx(1)


def test_a_pull_is_seen_in_the_components():
    """If the configuration pulls with the variance of the noise, it fixes half of a component."""
    assert shares(0.0, 0.0, pull=1.0)[3] == pytest.approx(0.5, abs=0.02)
    assert shares(0.0, 0.3)[3] == pytest.approx(0, abs=0.02)
