"""Merging windows, and the ceiling that follows."""

import numpy as np
import pytest

from analysis.explore import ceiling
from analysis.limits import timescale
from analysis.limits.tracks import Tracks, merged, tracks
from press import Absence


def mixture(spread, ions=3000, windows=12, seed=0):
    """Ions that keep a gamma distributed variance of their steps for good."""
    draw = np.random.default_rng(seed)
    variance = (
        draw.gamma(1 / spread, spread, size=(ions, 1, 1)) if spread else np.ones((ions, 1, 1))
    )
    steps = np.sqrt(variance) * draw.normal(size=(ions, windows, 3))
    return Tracks(steps, np.zeros(ions, dtype=int), ("A",))


@pytest.mark.parametrize("length", (1, 3, 5))
def test_merging_conserves_displacement(lipf6, length):
    """What was merged adds up to what went in, up to the remainder at the end."""
    found = tracks(lipf6)
    count = found.steps.shape[1] // length * length
    total = found.steps[:, :count].sum(axis=1)
    assert np.allclose(merged(found, length).steps.sum(axis=1), total)


def test_ceiling_is_that_of_the_moments(lipf6):
    """From sums over ions it is the same number as from rows."""
    found = tracks(lipf6)
    expected = ceiling.from_moments(
        lipf6.table.assign(
            dr=np.linalg.norm(found.steps, axis=2)[lipf6.ion, lipf6.table["Event"] - 1]
        )
    )
    assert timescale.of_moments(timescale.sums(found).sum(axis=0)) == pytest.approx(expected)


def test_lasting_mobility_keeps_its_ceiling():
    """If mobility never changes, longer windows have the same ceiling; if equal, none."""
    for spread in (0.5, 0.0):
        found = mixture(spread)
        one, long = (
            timescale.of_moments(timescale.sums(merged(found, k)).sum(axis=0)) for k in (1, 6)
        )
        assert one == pytest.approx(long, abs=0.02)
    assert one == pytest.approx(0, abs=0.01)


def test_within_one_system_is_its_own(lipf6):
    """Within systems, one system alone has the ceiling of its moments."""
    total = timescale.sums(tracks(lipf6).of(lipf6.systems[0])).sum(axis=0)
    assert timescale.within(total[None]) == pytest.approx(timescale.of_moments(total))


def test_scopes_and_lengths(lipf6):
    """Every system, within and all, for every length that leaves two windows."""
    found = timescale.ceilings(lipf6)
    assert set(found["length"]) == {1, 2, 3, 4}
    assert len(found) == 4 * (3 + 2)
    assert (found["low"] <= found["high"]).all()
    value, low, high = timescale.change(lipf6, lipf6.systems[0])
    assert low <= value <= high
    alone = lipf6.where(lipf6.table["Event"].to_numpy() <= 1)
    assert isinstance(timescale.figure(alone), Absence)
    assert timescale.figure(lipf6).axes
