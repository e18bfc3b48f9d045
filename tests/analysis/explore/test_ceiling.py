"""Ceilings of R2 and AUC against simulations in which they are known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import gamma
from sklearn.metrics import r2_score, roc_auc_score

from analysis.explore import ceiling


def steps(sigma, seed=0):
    """Draw isotropic Gaussian steps of these standard deviations."""
    xyz = np.random.default_rng(seed).normal(size=(len(sigma), 3)) * sigma[:, None]
    table = pd.DataFrame(xyz, columns=["dx", "dy", "dz"])
    return table.assign(dr=np.linalg.norm(xyz, axis=1))


@pytest.fixture(scope="module")
def mixture():
    """Two hundred thousand steps with gamma distributed mobility."""
    sigma = np.sqrt(gamma.rvs(2.0, scale=1.5, size=200_000, random_state=1))
    return sigma, steps(sigma)


def test_both_formulas_give_the_score_of_the_best_forecast(mixture):
    """The R2 of the conditional mean itself is what both formulas estimate."""
    sigma, table = mixture
    best = r2_score(table["dr"], sigma * np.sqrt(8 / np.pi))
    assert ceiling.from_moments(table) == pytest.approx(best, abs=0.01)
    assert ceiling.from_replicas(table) == pytest.approx(best, abs=0.01)


def test_nothing_to_know_leaves_nothing_to_predict():
    """With one mobility for all steps both ceilings are zero."""
    table = steps(np.ones(200_000))
    assert ceiling.from_moments(table) == pytest.approx(0, abs=0.01)
    assert ceiling.from_replicas(table) == pytest.approx(0, abs=0.01)


def test_weights_do_what_repeated_rows_do(mixture):
    """A bootstrap replicate is the ceiling of the repeated rows."""
    table = mixture[1].head(300).assign(system=pd.Categorical(["a", "b"] * 150))
    w = np.random.default_rng(2).integers(0, 3, 300)
    repeated = table.loc[np.repeat(np.arange(300), w)]
    for formula in (ceiling.from_moments, ceiling.from_replicas, ceiling.between_systems):
        weighted = formula(table, w[None, :].astype(float))
        assert weighted[0] == pytest.approx(float(formula(repeated)))


def test_auc_ceiling_is_that_of_the_true_mobility(lipf6, mixture):
    """In the model that is fitted, ranking by the true mobility gives the ceiling."""
    sigma, table = mixture
    table = table.assign(system=pd.Categorical(["dilute"] * len(table)), idx=1, Event=1)
    windows = replace(lipf6, table=table)
    expected = roc_auc_score(table["dr"] > 2.5, sigma)
    assert ceiling.auc_ceiling(windows, 2.5) == pytest.approx(expected, abs=0.01)


def test_table_has_intervals_around_the_values(lipf6):
    """Each ceiling lies in its interval."""
    table = ceiling.r2_ceiling(lipf6)
    assert (table["low"] <= table["value"]).all() and (table["value"] <= table["high"]).all()
