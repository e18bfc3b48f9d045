"""Shared work gives what plain cross-validation gives."""

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import KFold, StratifiedKFold

from analysis.learn import exact, models
from analysis.learn.search import validate
from analysis.learn.tasks import task as find_task


def problem(task: str, rows: int = 240):
    """Make data without ties, with a signal of degree two."""
    draw = np.random.default_rng(3)
    X = pd.DataFrame(draw.normal(size=(rows, 4)), columns=list("abcd"))
    y = (X["a"] - X["b"] * X["c"] + 0.5 * draw.normal(size=rows)).to_numpy()
    if task == "classification":
        y = (y > 0.3).astype(int)
    splitter = StratifiedKFold(5) if task == "classification" else KFold(5)
    return X, y, list(splitter.split(X, y))


@pytest.mark.parametrize("task", ["regression", "classification"])
@pytest.mark.parametrize("name", ["ridge", "neighbours"])
def test_all_scores_and_the_winner_are_the_plain_ones(name, task):
    """Every candidate has scikit-learn's score in every fold to 1e-9, hence the same wins."""
    X, y, folds = problem(task)
    goal = find_task(task)
    pipeline = models.model(name).pipeline(task)
    candidates = models.model(name).candidates(task)[:20]
    found = models.model(name).search.shared(pipeline, goal, candidates, X, y, folds)
    plain = np.array([validate(pipeline, c, X, y, folds, goal.criterion) for c in candidates])
    np.testing.assert_allclose(found, plain, atol=1e-9)
    assert found.mean(axis=1).argmax() == plain.mean(axis=1).argmax()


@pytest.mark.parametrize("seed", range(3))
def test_with_ties_the_exact_route_lies_in_the_spread_of_plain_ones(seed):
    """On rows that repeat, which of them are near is a matter of the order in which they are met.

    For the largest k the shared score is that of scikit-learn's own leaf size. For a smaller one
    it is cut from the largest, and lies within what the plain search gives for rows in other
    orders.
    """
    draw = np.random.default_rng(seed)
    X = pd.DataFrame(draw.integers(0, 3, size=(1500, 2)).astype(float), columns=list("ab"))
    y = X["a"].to_numpy() + draw.normal(size=1500)
    folds = list(KFold(5).split(X))
    pipeline, goal = models.model("neighbours").pipeline("regression"), find_task("regression")
    few, many = ({"n_neighbors": k, "weights": "uniform"} for k in (5, 9))

    def plain(candidate, folds=folds):
        return validate(pipeline, candidate, X, y, folds, goal.criterion).mean()

    by_size = [plain({**few, "leaf_size": size}) for size in range(10, 60, 10)]
    assert np.ptp(by_size) > 1e-3
    shared = exact.neighbour_scores(pipeline, goal, [few, many], X, y, folds).mean(axis=1)
    assert shared[1] == pytest.approx(plain(many), abs=1e-12)
    shuffled = [
        plain(few, [(draw.permutation(train), test) for train, test in folds]) for _ in range(40)
    ]
    assert min(shuffled) <= shared[0] <= max(shuffled)
