"""Whether there is enough to learn from: each thing that can be missing, and what stands then."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import learning_sentences, learning_tables, sufficiency
from analysis.case import Case
from analysis.windows import Windows
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
        (lambda table: table.assign(dr=1.0), "on one side of the threshold of 2 Å"),
    ],
)
def test_what_is_missing_is_said(enough, change, missing):
    """The sentence has the number and the minimum; nothing is computed."""
    windows = replace(enough, table=change(enough.table))
    found = sufficiency.shortfall(windows)
    assert missing in found.reason
    assert sufficiency.sufficient(never)(windows) == found
    assert sufficiency.stated(never)(windows) == sufficiency.NOT_COMPUTED


def test_tables_and_sentences_of_a_small_data_set(lipf6):
    """The chapters' own functions: absences for tables, a mark for numbers in the text."""
    case = Case("regression", "structure")
    assert isinstance(learning_tables.regression_scores(lipf6, case), Absence)
    best = learning_sentences.best(lipf6, case, "R2")
    assert best.model == best.text == sufficiency.NOT_COMPUTED
    assert np.isnan(best.baseline)
    missing = sufficiency.shortfall(lipf6).reason
    assert learning_sentences.abstract(lipf6, "ion", "quick") == missing
    assert learning_sentences.tested(lipf6, case) == sufficiency.NOT_COMPUTED


def test_one_system_is_compared_without_new_polymers(enough):
    """No column for a split that needs two systems, and no sentence about it."""
    aged = enough.table[enough.table["system"] == "aged"].copy()
    aged["system"] = aged["system"].cat.set_categories(["aged"])
    alone = replace(enough, table=aged, dataset=replace(enough.dataset, systems=("aged",)))
    table = learning_tables.splits_and_features(alone)
    assert list(table) == ["random rows", "new ions", "later windows"]
    assert "one system" in learning_sentences.unseen_polymer(alone)
