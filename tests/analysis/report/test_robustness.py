"""One run of the robustness sweep."""

import pytest

from analysis.data import datasets
from analysis.data.sufficiency import shortfall
from analysis.learn import evaluation, splits
from analysis.learn.case import Case
from analysis.learn.scores import r2
from analysis.report import robustness
from press import Absence


@pytest.fixture(scope="module")
def cg():
    """Load the data set that comes with the project, thinned to four windows in ten."""
    windows = datasets.load("cg")
    return windows.where((windows.table["Event"] <= 8).to_numpy())


def test_a_run_has_both_scores_for_both_feature_sets(cg):
    """Each value lies in its interval, and the baselines stand beside it."""
    table = robustness.one_run(cg, "ion", seed=3, fast=2.0)
    assert list(table.index) == [
        (score, seen) for score in ("R²", "AUC") for seen in robustness.SEEN
    ]
    assert (table["Low"] <= table["Value"]).all() and (table["Value"] <= table["High"]).all()
    assert list(table.columns[3:]) == ["Constant", "System mean", "Descriptors, linear"]
    assert table.loc["AUC", "Constant"].tolist() == [0.5, 0.5]


def test_the_value_is_the_score_of_the_cell(cg):
    """Nothing is scored anew: the table says what the cell of the score tables says."""
    cell = evaluation.evaluate(cg, Case("regression", "structure", seed=1), robustness.LEARNER)
    table = robustness.one_run(cg, "ion", seed=1)
    assert table.loc[("R²", "structure"), "Value"] == r2(cell.truth, cell.prediction)


def test_the_threshold_changes_the_class_only(cg):
    """R2 of the displacement is the same for every threshold of the class."""
    low, high = (robustness.one_run(cg, "ion", fast=fast) for fast in (1.5, 3.0))
    assert low.loc["R²"].equals(high.loc["R²"])
    assert not low.loc["AUC"].equals(high.loc["AUC"])


@pytest.mark.parametrize("split", [name for name in splits.SPLITS if name not in robustness.DRAWN])
def test_seeds_agree_where_nothing_is_drawn(cg, split):
    """Computed anew, these splits give every seed the same score, so runs may share it."""
    values = []
    for seed in (1, 2):
        case = Case("regression", "structure", split, seed=seed)
        cell = evaluation.evaluate(cg, case, robustness.LEARNER)
        values.append(r2(cell.truth, cell.prediction))
    assert values[0] == pytest.approx(values[1], abs=1e-9)


def test_seeds_differ_where_ions_are_drawn(cg):
    """Another seed holds out other ions."""
    one, other = (robustness.one_run(cg, "ion", seed=seed) for seed in (1, 2))
    assert (one["Value"] != other["Value"]).all()


def test_a_data_set_may_be_unable(lipf6):
    """Too few windows are an explained absence."""
    answer = robustness.one_run(lipf6)
    assert isinstance(answer, Absence) and answer.reason == shortfall(lipf6).reason
