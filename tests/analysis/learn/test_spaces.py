"""Search spaces: the reference's own candidates."""

import pytest

from analysis.learn import models, spaces
from press import InputError

SEARCHED = [name for name, model in models.MODELS.items() if model.printed and model.search]


@pytest.mark.parametrize("features", ["structure", "structure+flips"])
@pytest.mark.parametrize("task", ["regression", "classification"])
@pytest.mark.parametrize("model", SEARCHED)
def test_printed_winners_are_among_the_candidates(model, task, features):
    """Each of the 28 winners is one of the candidates that seed 0 draws."""
    winner = models.model(model).winner(task, features)
    drawn = models.model(model).candidates(task, seed=0)
    assert any(_same(candidate, winner) for candidate in drawn)


def _same(candidate: dict, winner: dict) -> bool:
    """Compare words exactly and numbers up to the digits that were printed."""
    return candidate.keys() == winner.keys() and all(
        candidate[k] == (v if isinstance(v, str) else pytest.approx(v)) for k, v in winner.items()
    )


@pytest.mark.parametrize("task", ["regression", "classification"])
@pytest.mark.parametrize("model", SEARCHED)
def test_scikit_learns_search_draws_the_same(model, task):
    """The modern space gives scikit-learn's own sampler the same candidates."""
    from sklearn.model_selection import ParameterSampler

    candidates = models.model(model).candidates(task, seed=4)
    space = models.model(model).search.modern_space(task)
    drawn = ParameterSampler(space, len(candidates), random_state=4)
    assert [spaces.modern(parameters, task) for parameters in drawn] == candidates


def test_old_words_in_new_ones():
    """`auto` means all features or their root; `deviance` is the log loss."""
    assert spaces.modern({"max_features": "auto"}, "regression") == {"max_features": 1.0}
    old = {"max_features": "auto", "loss": "deviance", "warm_start": True}
    assert spaces.modern(old, "classification") == {"max_features": "sqrt", "loss": "log_loss"}


def test_winner_of_a_feature_set_that_was_not_searched():
    """The message names the feature sets that were."""
    with pytest.raises(InputError, match="structure, structure\\+flips"):
        models.model("ridge").winner("regression", "flips")


def test_models_without_a_search_have_one_candidate():
    """LightGBM has fixed settings."""
    assert models.model("lightgbm").candidates("regression") == [{}]
    assert models.model("constant").winner("regression", "structure") == {}
