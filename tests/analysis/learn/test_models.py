"""Models: what they are made of, and the baselines by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from analysis.data import sufficiency
from analysis.learn import evaluation, models
from analysis.learn.case import Case
from analysis.learn.estimators import GroupMean, GroupRate
from analysis.learn.spaces import Search
from analysis.report import learning_figures
from analysis.report import learning_tables as tables
from press import InputError

X = pd.DataFrame({"system": ["a", "a", "b", "b"]})
NEW = pd.DataFrame({"system": ["b", "c"]})


def test_group_mean_and_a_group_never_seen():
    """A known group has its mean, a new one the overall mean."""
    fitted = GroupMean().fit(X, np.array([1.0, 3.0, 10.0, 20.0]))
    np.testing.assert_allclose(fitted.predict(NEW), [15.0, 8.5])


def test_group_rate_gives_chances_and_classes():
    """Rates of 1 and 1/4 overall: b is called fast, c is not."""
    fitted = GroupRate().fit(X, np.array([0, 0, 1, 1]))
    np.testing.assert_allclose(fitted.predict_proba(NEW), [[0, 1], [0.5, 0.5]])
    np.testing.assert_array_equal(fitted.predict(NEW), [1, 0])


@pytest.mark.parametrize("task", ["regression", "classification"])
@pytest.mark.parametrize("name", models.MODELS)
def test_every_model_learns_its_tasks_the_same_way_twice(name, task):
    """Two pipelines of one seed predict alike; classifiers rank."""
    model = models.model(name)
    if not model.does(task):
        pytest.skip(f"{name} has no {task}")
    draw = np.random.default_rng(0)
    if model.reads == "system":
        seen = pd.DataFrame({"system": draw.choice(["a", "b"], 120)})
    else:
        seen = pd.DataFrame(draw.normal(size=(120, 3)), columns=list("xyz"))
    y = draw.normal(size=120)
    y = (y > 0).astype(int) if task == "classification" else y
    first = model.pipeline(task, seed=1).fit(seen, y)
    second = clone(model.pipeline(task, seed=1)).fit(seen, y)
    np.testing.assert_array_equal(first.predict(seen), second.predict(seen))
    if task == "classification":
        assert models.decision(first, seen).shape == (120,)


def test_names_by_task():
    """Only classification has the baseline that is always fast."""
    regressors, classifiers = models.names("regression"), models.names("classification")
    assert set(classifiers) - set(regressors) == {"always-fast"}
    assert set(regressors) < set(models.MODELS)


def test_a_task_that_a_model_does_not_have():
    """The models that have it are listed."""
    with pytest.raises(InputError, match="'always-fast' has no regression") as error:
        models.model("always-fast").pipeline("regression")
    assert "constant, system-mean" in error.value.rule


def test_unknown_model():
    """An unknown model is refused with those that exist."""
    with pytest.raises(InputError, match="ridge, neighbours") as error:
        models.model("forrest")
    assert "forest" in error.value.advice


def test_a_model_is_one_entry(lipf6, monkeypatch):
    """One more entry, and the model stands in every table of scores, figure and list."""
    monkeypatch.setattr(sufficiency, "FEWEST", 100)
    monkeypatch.setattr(evaluation, "JOBS", 1)  # other processes would not know the entry
    few = {name: models.MODELS[name] for name in ("constant", "always-fast", "system-mean")}
    stump = models.Model(
        "stump",
        "Stump",
        "added",
        lambda seed: DecisionTreeRegressor(max_depth=1),
        lambda seed: DecisionTreeClassifier(max_depth=1),
        search=Search({"min_samples_leaf": [1, 5]}, {"min_samples_leaf": [1, 5]}, count=2),
    )
    monkeypatch.setattr(models, "MODELS", {**few, "stump": stump})
    case = Case("classification", "structure", seed=11)  # asked by no other test
    for draw in (tables.regression_scores, tables.class_scores, tables.ranking_scores):
        asked = replace(case, task="regression") if draw is tables.regression_scores else case
        assert "Stump" in draw(lipf6, asked).index
    assert tables.model_list().loc["Stump", "Settings searched"] == "`min_samples_leaf`"
    figure = learning_figures.model_scores(lipf6, replace(case, task="regression"), case)
    assert "Stump" in [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert (
        learning_figures.parity(lipf6, replace(case, task="regression"))
        .axes[0]
        .get_title(loc="left")
        == "Stump"
    )
