"""The reference's forest asked again, on its own data; and not on any other."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from analysis.learn import evaluation
from analysis.learn.case import Case
from analysis.reference import redrawn
from press import Absence, Carried


def test_only_the_edition_of_its_data_draws_them(lipf6):
    """Other editions carry the tables over, and say where the figures are."""
    assert isinstance(redrawn.table(lipf6), Carried) and isinstance(redrawn.auc(lipf6), Carried)
    for draw in (redrawn.permutation_figure, redrawn.shapley_figure):
        answer = draw(lipf6)
        assert isinstance(answer, Absence) and "edition paec" in answer.reason


@pytest.fixture
def quick(paec, monkeypatch):
    """Return its data, to be asked about few rows only."""
    for name, few in (("REPEATS", 2), ("JUDGED", 40), ("EXPLAINED", 3)):
        monkeypatch.setattr(redrawn, name, few)
    return paec


def test_shares_and_labels_belong_to_their_features(quick, monkeypatch):
    """Shapley values add up to the prediction; the table has a row per feature."""
    found = redrawn.shapley.__wrapped__(quick)
    trained = redrawn.forest(quick)
    rest = trained.pipeline.predict(found.X) - found.right.sum(axis=1)
    np.testing.assert_allclose(rest, rest[0], atol=1e-6)
    falls = redrawn.permutation.__wrapped__(quick)
    assert falls.shape == (2, 12) and list(falls) == list(quick.features)
    monkeypatch.setattr(redrawn, "shapley", lambda windows: found)
    monkeypatch.setattr(redrawn, "permutation", lambda windows: falls)
    table = redrawn.table(quick)
    assert sorted(table["Label as printed"]) == sorted(quick.features)
    assert table["Permutation (R²)"].is_monotonic_decreasing


def test_auc_is_that_of_scores(paec, monkeypatch):
    """The last column is scikit-learn's area from the scores, the middle one from classes."""
    monkeypatch.setattr(redrawn, "FEATURES", ("structure",))
    monkeypatch.setattr(redrawn, "PRINTED", {"tree": "Decision Tree"})
    table = redrawn.auc(paec)
    case = Case("classification", "structure", "random", "published")
    found = evaluation.evaluate(paec, case, "tree")
    row = table.loc["Decision tree"]
    assert row["From scores, structure"] == pytest.approx(
        roc_auc_score(found.truth, found.decision)
    )
    assert row["From classes, structure"] == pytest.approx(row["Published, structure"], abs=1e-3)
