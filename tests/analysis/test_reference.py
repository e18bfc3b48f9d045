"""The reference's scores, reproduced."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import r2_score

from analysis import learning, reference
from analysis.case import Case
from analysis.scores import ion_weights


def test_ridge_and_trees_are_reproduced_to_all_digits(paec, monkeypatch):
    """The published scores of ridge and single trees come out to nine digits."""
    whole = reference.published

    def some(windows, task, features):
        return whole(windows, task, features).loc[["constant", "ridge", "tree", "extra-tree"]]

    monkeypatch.setattr(reference, "published", some)
    for task, features in reference.FILES:
        table = reference.reproduced.__wrapped__(paec, task, features)
        pd.testing.assert_series_equal(
            table["reproduced"], table["published"], rtol=1e-9, check_names=False
        )
        assert (reference.in_errors(table) == 0).all()


def test_errors_are_those_of_a_bootstrap_over_ions(lipf6, monkeypatch):
    """The standard error of R2 is the spread of its weighted values, drawn here again."""
    printed = pd.DataFrame({"R2": [0.0], "MAE": 1.0, "MSE": 1.0, "RMSE": 1.0}, index=["ridge"])
    monkeypatch.setattr(reference, "published", lambda *_: printed)
    table = reference.reproduced.__wrapped__(lipf6, "regression", "structure")
    case = Case("regression", "structure", "random", "published")
    cell = learning.cell(lipf6, case, "ridge")
    weights = ion_weights(lipf6.where(cell.rows))
    draws = [r2_score(cell.truth, cell.prediction, sample_weight=w) for w in weights]
    found = table.loc[("ridge", "R2")]
    assert found["reproduced"] == pytest.approx(r2_score(cell.truth, cell.prediction))
    assert found["error"] == pytest.approx(np.std(draws))


def test_differences_are_in_standard_errors():
    """A difference of 0.02 with an error of 0.01 is two; equal scores are zero without error."""
    table = pd.DataFrame({"published": [0.1, 0.0], "reproduced": [0.12, 0.0], "error": [0.01, 0.0]})
    assert reference.in_errors(table).tolist() == pytest.approx([2.0, 0.0])


def test_another_edition_shows_the_committed_tables(lipf6, tmp_path, monkeypatch):
    """What is committed is shown as it stands; what is not is an absence with the way out."""
    monkeypatch.setattr(reference, "COMMITTED", tmp_path)
    assert "render the edition paec" in reference.differences(lipf6).reason
    (tmp_path / "reproduction-differences.csv").write_text("Model,a\nRidge,0.10\n")
    table = reference.differences(lipf6)
    assert table.loc["Ridge", "a"] == "0.10" and table.index.name == "Model"


def test_measured_searches_have_scores_of_both_candidates():
    """Every measured search found a candidate about as good as the printed winner."""
    table = reference.searches()
    if not isinstance(table, pd.DataFrame):
        pytest.skip(table.reason)
    short = table["Printed winner"] - table["Found"]
    regression = table["Score"] == "R²"
    assert (short[regression] <= 0.002).all()
    assert (short[~regression] <= 0.005).all()
