"""Pairs of systems: tests, effect sizes, correction, and what is drawn of them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from scipy.stats import anderson_ksamp, false_discovery_control, mannwhitneyu, wasserstein_distance

from analysis.explore import distinguishing
from analysis.report import sentences
from press import Absence

pairwise = distinguishing.pairwise.__wrapped__


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_benjamini_hochberg_is_scipys(p):
    """The adjusted p values are those of the standard implementation."""
    expected = false_discovery_control(p)
    np.testing.assert_allclose(distinguishing.benjamini_hochberg(p), expected)


def test_every_pair_in_every_column(lipf6):
    """Three systems make three pairs, in each feature and in dr."""
    tests = pairwise(lipf6, permutations=19)
    assert len(tests) == 3 * (12 + 1)
    assert tests["permuted"].between(1 / 20, 1).all()
    assert (tests["adjusted"] >= tests["permuted"]).all()


def test_planted_difference_is_found(lipf6):
    """Speeds differ by system and coordination does not."""
    tests = pairwise(lipf6, permutations=199)
    dr = tests[(tests["column"] == "dr") & (tests["second"] == "aged")].iloc[0]
    assert dr["permuted"] < 0.02
    assert dr["superiority"] > 0.8
    assert (tests[tests["column"] != "dr"]["adjusted"] > 0.05).mean() > 0.8


def test_effect_sizes_are_the_standard_ones(lipf6):
    """Wasserstein distance in pooled standard deviations; Mann and Whitney's U over n m."""
    tests = pairwise(lipf6, permutations=1)
    row = tests[(tests["column"] == "EMC") & (tests["second"] == "concentrated")].iloc[0]
    table = lipf6.table
    one = table.loc[table["system"] == "dilute", "EMC"]
    two = table.loc[table["system"] == "concentrated", "EMC"]
    deviation = np.std([*one, *two])
    assert row["distance"] == pytest.approx(wasserstein_distance(one, two) / deviation)
    share = mannwhitneyu(two, one).statistic / (len(one) * len(two))
    assert row["superiority"] == pytest.approx(share)


def test_constant_column_tells_nothing_apart(lipf6):
    """A column that always holds one value gives p = 1 and no distance."""
    constant = replace(lipf6, table=lipf6.table.assign(Li=0))
    tests = pairwise(constant, permutations=9)
    rows = tests[tests["column"] == "Li"]
    assert (rows[["tabulated", "permuted"]] == 1).all(axis=None)
    assert (rows["distance"] == 0).all()
    assert (rows["superiority"] == 0.5).all()


def test_too_few_ions_or_systems(lipf6):
    """An absence says what is missing."""
    few = pairwise(lipf6.where((lipf6.table["idx"] <= 3).to_numpy()))
    assert isinstance(few, Absence)
    assert "at least 4 ions" in few.reason
    alone = replace(lipf6, dataset=replace(lipf6.dataset, systems=("dilute",)))
    assert "only one system" in pairwise(alone).reason
    for show in (distinguishing.before_and_after, distinguishing.triangles):
        assert isinstance(show(alone), Absence)


def test_too_many_systems(lipf6, monkeypatch):
    """Pairs grow with the square of the systems; beyond a stated number there are none."""
    monkeypatch.setattr(distinguishing, "MOST_SYSTEMS", 2)
    assert "at most 2 of them; the data set has 3" in pairwise(lipf6).reason


def test_many_ions_are_sampled(lipf6, monkeypatch):
    """At most so many of each system, with all their windows; the sentence says so."""
    assert distinguishing.sampled(lipf6) is lipf6
    monkeypatch.setattr(distinguishing, "MOST_IONS", 4)
    drawn = distinguishing.sampled(lipf6)
    assert (drawn.table.groupby("system", observed=True)["idx"].nunique() == 4).all()
    assert (drawn.table.groupby(drawn.ion).size() == 8).all()
    assert sentences.told_apart_by(lipf6).startswith("Of each system at most 4 ions are compared")


def test_table_before_and_after(lipf6):
    """Counts never exceed the pairs, and the last row sums the others."""
    counts = distinguishing.before_and_after(lipf6)
    assert list(counts.index) == [*lipf6.features, "dr", "all"]
    assert (counts["before"] <= counts["pairs"]).all()
    assert counts.loc["all", "pairs"] == counts["pairs"].iloc[:-1].sum() == 39


def test_first_count_is_at_the_level_that_the_reference_used(lipf6):
    """The sixth of SciPy's critical values is that of 0.5 %, not of 5 %."""
    tests = pairwise(lipf6, permutations=19)
    one, two = (lipf6.table.loc[lipf6.table["system"] == s, "dr"] for s in lipf6.systems[:2])
    with pytest.warns(UserWarning):  # p is floored
        sixth = anderson_ksamp([one, two]).critical_values[5]
    counted = distinguishing.before_and_after(lipf6)
    assert counted.loc["all", "before"] == (tests["statistic"] > sixth).sum()
    assert counted.loc["all", "before"] < (tests["tabulated"] < 0.05).sum()


def test_triangles(lipf6):
    """One triangle per column, with its count written in."""
    figure = distinguishing.triangles(lipf6)
    assert isinstance(figure, Figure)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles[:13] == [*lipf6.features, "dr"]
    assert all("of 3" in axes.texts[0].get_text() for axes in figure.axes[:13])
