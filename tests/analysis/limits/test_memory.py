"""Correlations between windows of one ion."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.limits import memory
from press import Absence


def walkers(lipf6, ions=300, windows=12, stay=0.0, seed=0):
    """Make ions whose mobility keeps its value with probability `stay` from window to window."""
    draw = np.random.default_rng(seed)
    fresh = draw.choice([0.5, 2.0], size=(ions, windows))
    keep = draw.random((ions, windows)) < stay
    sigma = fresh.copy()
    for k in range(1, windows):
        sigma[:, k] = np.where(keep[:, k], sigma[:, k - 1], fresh[:, k])
    return made(lipf6, draw.normal(size=(ions, windows, 3)) * sigma[..., None])


def made(lipf6, steps):
    """Make windows of one system from displacements, (ions, windows, 3)."""
    dr = np.linalg.norm(steps, axis=2)
    rows = pd.DataFrame(np.argwhere(dr > -1) + 1, columns=["idx", "Event"])
    rows["t"] = lipf6.dataset.window * rows["Event"]
    system = pd.Categorical([lipf6.systems[0]] * len(rows), categories=lipf6.systems)
    flat = dict.fromkeys(lipf6.features, 1)
    axes = dict(zip(("dx", "dy", "dz"), steps.reshape(-1, 3).T, strict=True))
    return replace(lipf6, table=rows.assign(dr=dr.ravel(), system=system, **axes, **flat))


def returning(lipf6, ions=2000, windows=12):
    """Make ions of equal mobility that never leave their cage.

    Places in the cage are independent, so that steps are anticorrelated by 1/2 at lag one.
    """
    places = np.random.default_rng(1).normal(size=(ions, windows + 1, 3))
    return made(lipf6, np.diff(places, axis=1))


def test_deviations_arrange_windows_by_ion(lipf6):
    """Rows are ions, columns windows, and every system's mean is taken off."""
    values = memory.deviations(lipf6, "dr")
    assert values.shape == (18, 8)
    assert values.reshape(3, -1).mean(axis=1) == pytest.approx([0, 0, 0], abs=1e-12)


def test_correlation_agrees_with_numpy():
    """Pooled over ions, with a gap, it is Pearson's correlation of the existing pairs."""
    values = np.random.default_rng(0).normal(size=(5, 9))
    values[2, 4] = np.nan
    x, y = values[:, :-2].ravel(), values[:, 2:].ravel()
    both = np.isfinite(x) & np.isfinite(y)
    expected = np.corrcoef(x[both], y[both])[0, 1]
    assert memory.correlation(memory.lagged_moments(values, 2).sum(axis=0)) == pytest.approx(
        expected
    )


@pytest.mark.parametrize("stay", (0.0, 0.5, 0.9))
def test_memory_of_mobility_is_the_planted_one(lipf6, stay):
    """A mobility kept with probability p correlates with the next one by p."""
    planted = walkers(lipf6, ions=3000, stay=stay)
    value, low, high = memory.of_mobility(planted)
    assert value == pytest.approx(stay, abs=0.04)
    assert low < value < high


def test_returns_of_equally_mobile_ions_are_no_memory(lipf6):
    """Ions that come back and are equally mobile remember a direction, and no mobility."""
    table = returning(lipf6).table
    mobile = np.where(table["idx"] % 2, 0.5, 2.0)  # some spread, so that there is something to keep
    shuffled = np.random.default_rng(0).permutation(mobile)
    scaled = table[["dx", "dy", "dz", "dr"]].mul(shuffled, axis=0)
    windows = replace(lipf6, table=table.assign(**scaled))
    direction, *_ = memory.of_direction(returning(lipf6))
    assert direction == pytest.approx(-0.5, abs=0.02)
    _, low, high = memory.of_mobility(windows)
    assert low < 0 < high
    assert memory.of_lengths(windows)[1] > 0  # the estimate from lengths alone takes it for memory


def test_interval_holds_the_value(lipf6):
    """The interval from resampling ions lies about the correlation of dr."""
    value, low, high = memory.of_displacement(walkers(lipf6, stay=0.9))
    assert low < value < high
    assert value == pytest.approx(0.9 * 0.598, abs=0.05)  # 0.598 is the ceiling of sigma 0.5 and 2


def test_constant_features_have_no_memory(lipf6):
    """A feature without spread is no number."""
    table = memory.correlations(walkers(lipf6))
    assert table[list(lipf6.features)].isna().all(axis=None)
    assert table["dr"].notna().all()


def test_too_few_pairs_are_an_absence(lipf6):
    """The small data set has fewer pairs of windows than a correlation needs."""
    few = lipf6.where(lipf6.table["Event"].to_numpy() <= 2)
    assert isinstance(memory.figure(few), Absence)
    assert isinstance(memory.of_displacement(few), Absence)


def test_equal_mobility_is_an_absence(lipf6):
    """If all dr are equal up to noise that is too small, no mobility can be told."""
    table = lipf6.table.assign(dr=1.0 + 0.01 * lipf6.table["Event"])
    assert isinstance(memory.of_mobility(replace(lipf6, table=table)), Absence)


def test_what_cannot_be_estimated_leaves_the_rest(lipf6, monkeypatch):
    """Lags with too few pairs, and a mobility without spread, have no row; the others have."""
    pairs = 3 * 6 * 6  # systems, ions, windows two apart
    monkeypatch.setattr(memory, "FEWEST", pairs)
    found = memory.estimates.__wrapped__(lipf6)
    assert found.loc[found["kind"] == "direction", "lag"].tolist() == [1, 2]
    table = memory.memory_table(lipf6)
    assert table.notna().all(axis=None)
