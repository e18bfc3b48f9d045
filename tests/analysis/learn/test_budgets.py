"""The chapters on learning, computed under every budget: nothing in them needs a certain one."""

import re
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from pandas import DataFrame

import press
from analysis.data import datasets, sufficiency
from analysis.ground import choices
from analysis.learn import evaluation, models
from press import Absence, Carried
from tests.analysis.conftest import searched_among

CHAPTERS = Path(__file__).resolve().parents[3] / "chapters"
LEARNING = ("05-structure", "06-flips", "07-importances")
ELSEWHERE = {
    "05-structure": set(),
    "06-flips": {Absence},  # of the small data set, too few windows follow one another
    "07-importances": {Absence, Carried},  # the reference's own
}
CODE = re.compile(r"^```\{python\}\n(.*?)^```|`\{python\} ([^`]+)`", re.DOTALL | re.MULTILINE)


class Shown:
    """Stands for the outputs of a chapter: computes what is asked for, and writes no file."""

    def __init__(self, study):
        self.budget = study.budget
        self.kinds = []

    def save_table(self, name, function, *args, digits=None, decimals=None, markdown=(), **kwargs):
        """Compute a table."""
        self.kinds.append(type(function(*args, **kwargs)))

    def save_figure(self, name, function, *args, interactive=None, **kwargs):
        """Compute a figure."""
        self.kinds.append(type(function(*args, **kwargs)))


@pytest.fixture(scope="module")
def own_store_of_one_candidate(tmp_path_factory):
    """Search among one candidate, in this process, and keep that out of the other tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRESS_STORE", str(tmp_path_factory.mktemp("one")))
        patch.setattr(models, "MODELS", searched_among(1))
        patch.setattr(evaluation, "JOBS", 1)
        patch.setattr(sufficiency, "FEWEST", 100)
        yield


@pytest.mark.parametrize("budget", choices.BUDGETS)
@pytest.mark.parametrize("chapter", LEARNING)
def test_a_chapter_is_computed_under_every_budget(
    chapter, budget, lipf6, monkeypatch, own_store_of_one_candidate
):
    """All its cells, and all numbers in its sentences, with figures and tables."""
    monkeypatch.setattr(datasets, "load", lambda name: lipf6)
    monkeypatch.setattr(press, "outputs", Shown)
    names = {}
    for cell, inline in CODE.findall((CHAPTERS / f"{chapter}.qmd").read_text()):
        exec(cell or f"said = {inline}", names)
        if "study" not in names:
            names["budget"] = budget
        assert names.get("said") != sufficiency.NOT_COMPUTED
    assert names["out"].budget == budget
    assert set(names["out"].kinds) == {Figure, DataFrame} | ELSEWHERE[chapter]
