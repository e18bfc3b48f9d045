"""Whether there is enough to learn from: each thing that can be missing, and what stands then."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.data import sufficiency
from analysis.data.windows import Windows
from analysis.ground.wording import MISSING
from analysis.learn import evaluation, splits
from analysis.learn.case import Case
from analysis.report import (
    importance_figures,
    learning_figures,
    learning_sentences,
    learning_tables,
)
from press import Absence


@pytest.fixture(scope="module")
def enough(lipf6) -> Windows:
    """Return the small data set with 15 times as many ions."""
    rows = lipf6.table
    more = [rows.assign(idx=rows["idx"] + 6 * k) for k in range(15)]
    return replace(lipf6, table=pd.concat(more, ignore_index=True))


def test_enough(enough):
    """Nothing is missing: the function is called with all its arguments."""
    assert sufficiency.shortfall(enough) is None
    called = sufficiency.sufficient(lambda windows, a, b=0: (a, b))
    assert called(enough, 1, b=2) == (1, 2)
    assert sufficiency.stated(lambda windows: "0.1")(enough) == "0.1"


def never(windows):
    """Fail, for it must not be called."""
    raise AssertionError


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        (lambda table: table[table["idx"] <= 10], "at least 500 windows of 10 ions"),
        (lambda table: table[table["Event"] <= 6], "as few as 6 of one ion"),
        (lambda table: table.assign(Li=0), "Li is always 0"),
        (lambda table: table.assign(dr=1.0), "dr is always 1 Å"),
    ],
)
def test_what_is_missing_is_said(enough, change, missing):
    """The sentence has the number and the minimum; nothing is computed."""
    windows = replace(enough, table=change(enough.table))
    found = sufficiency.shortfall(windows)
    assert missing in found.reason
    assert sufficiency.sufficient(never)(windows) == found
    assert sufficiency.stated(never)(windows) == sufficiency.NOT_COMPUTED


def test_one_side_of_the_threshold_withholds_classes_only(enough):
    """A regression can be learned where there is nothing to classify."""
    slow = replace(enough, table=enough.table.assign(dr=enough.table["dr"] / 100))
    assert sufficiency.shortfall(slow) is None
    found = sufficiency.shortfall(slow, classes=True)
    assert "on one side of the threshold of 2 Å" in found.reason
    echo = sufficiency.sufficient(lambda windows, case: case)
    assert echo(slow, Case("regression", "structure")).task == "regression"
    assert echo(slow, Case("classification", "structure")) == found
    assert sufficiency.facts(slow) == {
        "own": False,
        "regression": True,
        "classification": False,
        "systems": True,
        "succession": True,
    }


def test_tables_and_sentences_of_a_small_data_set(lipf6):
    """The chapters' own functions: absences for tables, a mark for numbers in the text."""
    case = Case("regression", "structure")
    assert isinstance(learning_tables.regression_scores(lipf6, case), Absence)
    best = learning_sentences.best(lipf6, case, "R2")
    assert best.model == best.text == sufficiency.NOT_COMPUTED
    assert best.baseline_text == best.side == best.gap_text == sufficiency.NOT_COMPUTED
    missing = sufficiency.shortfall(lipf6).reason
    assert learning_sentences.abstract(lipf6, "ion", "quick") == missing
    assert learning_sentences.tested(lipf6, case) == sufficiency.NOT_COMPUTED


@pytest.fixture
def rare(enough) -> Windows:
    """Let `Li` vary among the ions held out only, so that those learned from lack it."""
    ((_, held_out),) = splits.outer(enough, "ion")
    seen = np.isin(np.arange(len(enough.table)), held_out)
    return replace(enough, table=enough.table.assign(Li=np.where(seen, enough.table["Li"], 0)))


def test_a_feature_constant_in_a_fold_is_an_error_for_a_caller_and_a_sentence_in_a_chapter(rare):
    """The data set suffices, one fold does not: nothing stops a render half way."""
    assert sufficiency.shortfall(rare) is None
    case, words = Case("regression", "structure"), "'Li' is always 0 among .* in fold 1"
    with pytest.raises(sufficiency.Insufficient, match=words):
        evaluation.evaluate_all(rare, case)
    for answer in (
        learning_tables.regression_scores(rare, case),
        learning_figures.parity(rare, case),
        importance_figures.impurity(rare),
    ):
        assert isinstance(answer, Absence) and re.search(words, answer.reason)
    assert learning_sentences.best(rare, case, "R2") == learning_sentences.NO_BEST
    assert learning_sentences.group_fall(rare, "all flips", "ion") == sufficiency.NOT_COMPUTED
    assert re.search(words, learning_sentences.abstract(rare, "ion", "quick"))


def test_a_class_missing_from_a_fold_is_a_sentence(enough):
    """A threshold that no window learned from exceeds leaves nothing to classify."""
    ((_, held_out),) = splits.outer(enough, "ion")
    dr = enough.table["dr"].clip(upper=1.0).mask(enough.table.index == held_out[0], 100.0)
    windows = replace(enough, table=enough.table.assign(dr=dr))
    answer = learning_tables.class_scores(windows, Case("classification"))
    assert "no window is fast among those learned from in fold 1" in answer.reason


def test_only_the_comparison_that_a_fold_prevents_is_left_out(rare):
    """Other splits and feature sets keep their numbers, and the reason is told beside them."""
    table = learning_tables.splits_and_features(rare)
    assert table.loc["structure", "new ions"] == MISSING
    assert "±" in table.loc["flips", "new ions"] and "±" in table.loc["structure", "new system"]
    told = learning_sentences.left_out(rare)
    assert "For structure and new ions there is no score, since 'Li' is always 0" in told
    assert "random" not in told and told.count("no score") == 2
    assert learning_figures.splits_and_features(rare).axes


def test_one_system_is_compared_without_new_polymers(enough):
    """No column for a split that needs two systems, and no sentence about it."""
    aged = enough.table[enough.table["system"] == "aged"].copy()
    aged["system"] = aged["system"].cat.set_categories(["aged"])
    alone = replace(enough, table=aged, dataset=replace(enough.dataset, systems=("aged",)))
    table = learning_tables.splits_and_features(alone)
    assert list(table) == ["random rows", "new ions", "later windows"]
    assert "one system" in learning_sentences.unseen_polymer(alone)
