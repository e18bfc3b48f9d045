"""Searches: what a race reports, and what budgets pay for."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import KFold, RandomizedSearchCV

from analysis.learn import models, search
from analysis.learn.case import Case
from analysis.learn.search import race, validate
from analysis.learn.spaces import Effort, Round
from press import InputError
from tests.analysis.learn.test_exact import problem

RACE = Effort((Round(4, rows=80, folds=2), Round(2, rows=120)))


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_a_race_reports_the_plain_full_protocol_score(task):
    """The candidates that stay to the end have scikit-learn's five-fold score."""
    X, y, folds = problem(task)
    pipeline = models.model("tree").pipeline(task)
    candidates = models.model("tree").candidates(task)[:12]
    criterion = search.find_task(task).criterion
    means = race(pipeline, candidates, X, y, folds, criterion, RACE, seed=0)
    finalists = np.flatnonzero(~np.isnan(means))
    assert len(finalists) == 2
    for i in finalists:
        plain = validate(pipeline, candidates[i], X, y, folds, criterion).mean()
        assert means[i] == pytest.approx(plain, abs=1e-12)


def test_a_race_finds_a_candidate_that_is_far_better():
    """With a signal that only a deep tree can hold, the deep tree wins."""
    x = np.linspace(0, 12, 400)
    X, y = pd.DataFrame({"x": x}), np.sin(x)
    folds = list(KFold(5, shuffle=True, random_state=0).split(x))
    candidates = [{"max_depth": 1}] * 5 + [{"max_depth": 6}] + [{"max_depth": 1}] * 5
    pipeline = models.model("tree").pipeline("regression")
    means = race(pipeline, candidates, X, y, folds, "neg_mean_squared_error", RACE, seed=0)
    assert np.nanargmax(means) == 5


def test_without_a_race_the_search_is_scikit_learns():
    """The budget `reference` gives trees what RandomizedSearchCV gives them."""
    X, y, folds = problem("regression")
    case = Case("regression", "structure", budget="reference")
    found = search.search(models.model("tree"), case, X, y, folds)
    space = models.model("tree").search.modern_space("regression")
    plain = RandomizedSearchCV(
        models.model("tree").pipeline("regression"),
        {f"model__{name}": values for name, values in space.items()},
        n_iter=50,
        scoring="neg_mean_squared_error",
        cv=folds,
        random_state=0,
    ).fit(X, y)
    assert search.named(found.parameters) == plain.best_params_
    assert found.validation == pytest.approx(plain.best_score_, abs=1e-12)


@pytest.mark.parametrize("name", ["tree", "svm", "forest", "boosting"])
def test_the_budget_reference_reports_a_full_score(name):
    """Whatever raced, the winner's score is that of all rows, folds and trees."""
    task, model = "regression", models.model(name)
    model = replace(model, search=replace(model.search, count=2))
    X, y, folds = problem(task)
    found = search.search(model, Case(task, "structure", budget="reference"), X, y, folds)
    criterion = search.find_task(task).criterion
    full = validate(model.pipeline(task), found.parameters, X, y, folds, criterion)
    assert len(full) == 5
    assert found.validation == pytest.approx(full.mean(), abs=1e-12)


def test_fewer_trees_in_an_early_round_only():
    """A round may cut the number of trees, never raise it."""
    assert search._with_trees({"n_estimators": 300}, 40) == {"n_estimators": 40}
    assert search._with_trees({"n_estimators": 30}, 40) == {"n_estimators": 30}
    assert search._with_trees({"C": 1.0}, 40) == {"C": 1.0}


def test_published_takes_the_printed_winner():
    """No search is made, so there is no validation score."""
    case = Case("regression", "structure", budget="published")
    found = search.search(models.model("svm"), case, None, None, [])
    assert found.parameters == {"C": 2, "epsilon": pytest.approx(0.4167, abs=1e-4)}
    assert np.isnan(found.validation)


def test_unknown_budget():
    """An unknown budget is refused with those that exist."""
    with pytest.raises(InputError, match="quick, published, reference"):
        models.model("svm").effort("fast")
