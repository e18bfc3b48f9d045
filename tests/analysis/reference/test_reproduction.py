"""The reference's scores, reproduced."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import r2_score

from analysis.learn import evaluation
from analysis.learn.case import Case
from analysis.learn.scores import ion_weights
from analysis.reference import reproduction
from press import Carried, InputError


def test_ridge_and_trees_are_reproduced_to_all_digits(paec, monkeypatch):
    """The published scores of ridge and single trees come out to nine digits."""
    whole = reproduction.published

    def some(windows, task, features):
        return whole(windows, task, features).loc[["constant", "ridge", "tree", "extra-tree"]]

    monkeypatch.setattr(reproduction, "published", some)
    for task, features in reproduction.FILES:
        table = reproduction.reproduced.__wrapped__(paec, task, features)
        pd.testing.assert_series_equal(
            table["reproduced"], table["published"], rtol=1e-9, check_names=False
        )
        assert (reproduction.in_errors(table) == 0).all()


def test_errors_are_those_of_a_bootstrap_over_ions(lipf6, monkeypatch):
    """The standard error of R2 is the spread of its weighted values, drawn here again."""
    printed = pd.DataFrame({"R2": [0.0], "MAE": 1.0, "MSE": 1.0, "RMSE": 1.0}, index=["ridge"])
    monkeypatch.setattr(reproduction, "published", lambda *_: printed)
    table = reproduction.reproduced.__wrapped__(lipf6, "regression", "structure")
    case = Case("regression", "structure", "random", "published")
    cell = evaluation.evaluate(lipf6, case, "ridge")
    weights = ion_weights(lipf6.where(cell.rows))
    draws = [r2_score(cell.truth, cell.prediction, sample_weight=w) for w in weights]
    found = table.loc[("ridge", "R2")]
    assert found["reproduced"] == pytest.approx(r2_score(cell.truth, cell.prediction))
    assert found["error"] == pytest.approx(np.std(draws))


def test_differences_are_in_standard_errors():
    """A difference of 0.02 with an error of 0.01 is two; equal scores are zero without error."""
    table = pd.DataFrame({"published": [0.1, 0.0], "reproduced": [0.12, 0.0], "error": [0.01, 0.0]})
    assert reproduction.in_errors(table).tolist() == pytest.approx([2.0, 0.0])


def test_another_edition_carries_the_tables_over(lipf6, tmp_path, monkeypatch):
    """Its chapter shows the tables of the reference's edition; sentences are made from them."""
    for table in (
        reproduction.differences(lipf6),
        reproduction.deviations(lipf6),
        reproduction.scores_side_by_side(lipf6, "regression", "structure"),
    ):
        assert table == Carried("paec")
    monkeypatch.setattr(reproduction, "COMMITTED", tmp_path)
    assert "not been rendered here" in reproduction.deviations_in_words(lipf6)
    assert "not been rendered here" in reproduction.equal_in_print(lipf6)
    assert "not committed" in reproduction.origin(lipf6)
    for task, features in reproduction.FILES:
        name = f"{reproduction.table_name(task, features)}.csv"
        (tmp_path / name).write_text("Model,R2\nRidge,0.1000 (0.1000)\nForest,0.2001 (0.2000)\n")
    assert reproduction.equal_in_print(lipf6) == "Of 8 scores, 4 are equal in all four decimals."
    (tmp_path / "reproduction-deviations.csv").write_text("Model,Range\nRidge,0.1 to 0.2\n")
    assert "render the edition paec" in reproduction.deviations_in_words(lipf6)
    record = tmp_path / "reproduction-differences.json"
    said = {"data": {"windows": "paec sha256:ab12 content:1"}, "function": "a.differences"}
    record.write_text(json.dumps(said))
    assert "computed from paec sha256:ab12… by `a.differences`" in reproduction.origin(lipf6)
    record.write_text("{}")
    with pytest.raises(InputError, match="cannot be read"):
        reproduction.origin(lipf6)


@pytest.fixture
def moved(lipf6, monkeypatch):
    """Deviations of three models: inside their range, outside it, and without one."""
    rows = [
        ("regression", "structure", "neighbours", "R2", 0.10, 0.12, 0.05, 0.15),
        ("regression", "structure", "forest", "R2", 0.10, 0.12, 0.11, 0.15),
        ("classification", "structure", "svm", "F1 Score", 0.1004, 0.1, np.nan, np.nan),
    ]
    names = ["task", "features", "model", "score", "published", "reproduced", "least", "most"]
    monkeypatch.setattr(reproduction, "spread", lambda _: pd.DataFrame(rows, columns=names))
    monkeypatch.setattr(reproduction, "DATASET", "lipf6")
    return lipf6


def test_a_range_explains_only_what_lies_inside(moved):
    """A published score outside the range, or without one, is said to remain unexplained."""
    table = reproduction.deviations(moved)
    assert table["Where"].tolist() == ["inside", "outside", "nothing to vary"]
    assert table["Range"].dropna().tolist() == ["0.0500 to 0.1500", "0.1100 to 0.1500"]
    assert table["Score"].tolist() == ["R²", "R²", "F1"]
    words = reproduction.deviations_in_words(moved)
    assert "In 1 of these 3 cells" in words
    assert "outside the range of 6 seeds for random forest (regression, structure: " in words
    assert "published 0.1000, here 0.1200)" in words
    assert "varied for support vectors" in words and "remains unexplained" in words
