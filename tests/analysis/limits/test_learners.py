"""Searches of settings, on features whose meaning is known."""

import numpy as np
import pandas as pd
import pytest

from analysis.limits import learners

ROWS = 600


@pytest.fixture
def X() -> pd.DataFrame:
    """Make two features that are taken as they are."""
    values = np.random.default_rng(0).normal(size=(ROWS, 2))
    made = pd.DataFrame(values, columns=["a", "b"])
    made.attrs["straight"] = ("a", "b")
    return made


@pytest.fixture
def folds() -> list:
    """Divide the rows into three."""
    part = np.arange(ROWS) % 3
    return [(np.flatnonzero(part != k), np.flatnonzero(part == k)) for k in range(3)]


def test_noise_asks_for_the_strongest_penalty_and_the_fewest_trees(X, folds):
    """Where features tell nothing, the best settings use them least."""
    y = np.random.default_rng(1).normal(size=ROWS)
    assert learners.searched("smooth", X, y, folds) == {"penalty": max(learners.PENALTIES)}
    assert learners.searched("trees", X, y, folds)["n_estimators"] < 20


def test_a_law_asks_for_the_weakest_penalty_and_many_trees(X, folds):
    """Without noise nothing is gained by holding back."""
    y = X["a"].to_numpy() + 2 * X["b"].to_numpy()
    assert learners.searched("smooth", X, y, folds) == {"penalty": min(learners.PENALTIES)}
    found = learners.searched("trees", X, y, folds)
    assert found["num_leaves"] == max(learners.LEAVES)
    assert found["n_estimators"] > 80


@pytest.mark.parametrize("how", learners.LEARNERS)
def test_found_settings_are_those_of_the_learner(X, folds, how):
    """What a search returns can be given to the learner."""
    y = X["a"].to_numpy()
    found = learners.searched(how, X, y, folds)
    assert learners.learner(how)(X, **found).fit(X, y).predict(X).shape == (ROWS,)
