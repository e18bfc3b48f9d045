"""The searches that were measured, and what is said about them."""

import pandas as pd
import pytest

from analysis.reference import searches
from press import Absence

RACED = """model,task,features,seconds,found,recomputed,printed,variance,parameters
neighbours,classification,structure,0.5,0.4,0.35,0.34,0.2,{}
ridge,regression,structure,0.1,-3.0,-3.0,-3.2,4.0,{}
"""
PLAIN = """model,task,features,seconds,best
ridge,regression,structure,2.0,-3.0
forest,regression,structure,90.0,-2.0
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Stand where nothing has been measured."""
    monkeypatch.setattr(searches, "MEASURED", tmp_path)
    return tmp_path


def test_measured_searches_have_scores_of_both_candidates():
    """Every measured search found a candidate about as good as the printed winner."""
    table = searches.searches().dropna(subset=["Found"])
    short = table["Printed"] - table["Found"]
    regression = table["Score"] == "R²"
    assert (short[regression] <= 0.002).all()
    assert (short[~regression] <= 0.005).all()


def test_rows_that_are_there_are_taken(folder):
    """In the order of the models, with R2 from the error, whichever of the two searches ran."""
    (folder / "search.csv").write_text(RACED)
    (folder / "plain_search.csv").write_text(PLAIN)
    table = searches.searches()
    assert [*table.index] == ["Polynomial ridge", "Nearest neighbours", "Random forest"]
    assert table["Found"].tolist()[:2] == pytest.approx([0.25, 0.35])
    assert table["Ratio"].tolist()[0] == pytest.approx(20)
    assert table["Ratio"].isna().tolist() == [False, True, True]
    words = searches.beside_plain()
    assert "beside 1 of the 3 cells" in words and "In none of them did it find" in words
    assert "It took 20 times the CPU time for polynomial ridge." in words


def test_what_was_not_measured_is_absent(folder):
    """Nothing at all, or nothing beside it."""
    assert isinstance(searches.searches(), Absence)
    assert "No plain search" in searches.beside_plain()
    (folder / "search.csv").write_text(RACED)
    assert isinstance(searches.searches(), pd.DataFrame)
    assert "No plain search" in searches.beside_plain()


def test_what_ties_do_to_the_shared_search_is_said(folder):
    """Both scores of the same settings, where they are apart."""
    (folder / "search.csv").write_text(RACED)
    words = searches.ties_in_the_search()
    assert "an F1 of 0.400, and the plain folds 0.350" in words
    (folder / "search.csv").write_text(RACED.replace("0.4,0.35", "0.35,0.35"))
    assert "agree" in searches.ties_in_the_search()
