"""The budget adds up, and planted ceilings are recovered."""

import numpy as np
import pytest

from analysis.explore import ceiling
from analysis.limits import budget, timescale
from analysis.limits.tracks import Tracks, estimated, tracks


def planted(variance, windows=10):
    """Ions in which every window draws its own variance of the steps, (ions,)."""
    draw = np.random.default_rng(1)
    steps = np.sqrt(variance)[:, None, None] * draw.normal(size=(len(variance), windows, 3))
    return Tracks(steps, np.zeros(len(variance), dtype=int), ("A",))


def mobilities(kind, ions=4000):
    """Squared mobilities of a kind, (ions,)."""
    draw = np.random.default_rng(2)
    return {
        "gamma": lambda: draw.gamma(2.0, 0.5, ions),
        "log-normal": lambda: draw.lognormal(0, 0.5, ions),
        "constant": lambda: np.ones(ions),
    }[kind]()


@pytest.mark.parametrize("kind", ("gamma", "log-normal", "constant"))
def test_known_ceilings_are_recovered(kind):
    """The interval holds the share of variance that the planted mobilities explain."""
    variance = mobilities(kind)
    sigma = np.sqrt(variance)
    explained = 8 / np.pi * sigma.var()
    truth = explained / (explained + (3 - 8 / np.pi) * variance.mean())
    found = planted(variance)
    value, low, high = estimated(timescale.of_moments, timescale.sums(found), found.draws())
    assert value == pytest.approx(truth, abs=0.02)
    assert low - 0.01 < truth < high + 0.01


def test_shares_add_up(lipf6):
    """Between, within and chance are everything, as the bars are of each system."""
    found = tracks(lipf6)
    flat = timescale.by_system(timescale.sums(found), found).sum(axis=0)
    shares = budget.shares(flat.reshape(3, 3))
    assert shares.sum() == pytest.approx(1)
    assert shares[0] == pytest.approx(ceiling.between_systems(lipf6.table), abs=1e-3)
    bars, dr = budget.bars(lipf6), lipf6.table["dr"]
    assert bars.to_numpy().sum() / 3 == pytest.approx(dr.var(ddof=0))


def test_fit_is_good_where_the_model_holds():
    """A gamma mixture passes for one, and a single mobility does not."""
    mixture, single, noise = budget._fit(planted(mobilities("gamma")), 0)
    assert mixture < 0.02
    assert single > 3 * noise


def test_auc_has_an_interval(lipf6):
    """It is the number of the ceiling of all windows, inside its interval."""
    value, low, high = budget.auc_ceiling(lipf6)
    assert low < value < high
    assert value == pytest.approx(ceiling.auc_ceiling(lipf6), abs=0.005)
    assert budget.figure(lipf6).axes
    assert len(budget.ceiling_table(lipf6)) == len(budget.fit_table(lipf6)) + 3
