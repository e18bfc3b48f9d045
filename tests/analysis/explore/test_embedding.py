"""Maps of the features, and the score that says whether `dr` is organised in them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.explore import embedding


def test_standardized_drops_constant_features():
    """A feature without spread cannot be standardized and says nothing."""
    rows = pd.DataFrame({"a": [0.0, 2.0, 4.0], "b": [1.0, 1.0, 1.0]})
    values = embedding.standardized(rows, ("a", "b"))
    assert values.shape == (3, 1)
    assert values.std() == pytest.approx(1)


def test_principal_components_of_a_line():
    """Points on a line have all their variance along it, and keep their order."""
    line = np.outer([-2.0, -1.0, 0.0, 3.0], [1.0, 1.0])
    projected, shares = embedding.principal_components(line)
    assert projected[:, 0] == pytest.approx(np.sqrt(2) * np.array([-2, -1, 0, 3]))
    assert shares == pytest.approx([1, 0])


def test_principal_components_agree_with_scikit_learn():
    """The shares of variance are those of the standard implementation."""
    from sklearn.decomposition import PCA

    values = np.random.default_rng(0).normal(size=(50, 4)) * [3, 2, 1, 0.5]
    values -= values.mean(axis=0)
    expected = PCA(2).fit(values).explained_variance_ratio_
    assert embedding.principal_components(values)[1] == pytest.approx(expected)


def test_other_ions_skips_the_own_windows():
    """The nearest rows of an ion are its own; none of them is returned."""
    points = np.array([[0.0], [0.1], [5.0], [5.1], [9.0]])
    ions = np.array([0, 0, 1, 1, 2])
    expected = [[2, 3], [2, 3], [4, 1], [4, 1], [3, 2]]
    assert embedding.other_ions(points, ions, 2).tolist() == expected


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.integers(0, 2**16))
def test_exchanged_is_a_permutation_within_groups(groups, seed):
    """Every position is used once, and no value leaves its group."""
    groups = np.array(groups)
    positions = embedding.exchanged(groups, np.random.default_rng(seed))
    assert sorted(positions) == list(range(len(groups)))
    assert (groups[positions] == groups).all()


def test_neighbour_score_of_a_smooth_and_a_random_field():
    """A value that follows the map scores near 1, one that ignores it near 0."""
    rng = np.random.default_rng(1)
    points = rng.uniform(size=(400, 2))
    neighbours = embedding.other_ions(points, np.arange(400), 10)
    assert embedding.neighbour_score(points[:, 0], neighbours) > 0.95
    assert abs(embedding.neighbour_score(rng.normal(size=400), neighbours)) < 0.25


def test_sample_takes_whole_ions_equally_long(lipf6):
    """Every ion of the sample has the same windows, in order."""
    rows = embedding.sample(lipf6)
    lengths = rows.groupby("ion")["Event"].apply(list)
    assert lengths.map(tuple).nunique() == 1
    assert rows.groupby("system", observed=True)["ion"].nunique().eq(6).all()


def test_too_few_windows_for_a_map_is_an_absence(lipf6):
    """A map needs more windows than the small data set has."""
    assert "too few" in embedding.maps(lipf6).reason
    assert "too few" in embedding.scores(lipf6).reason


def test_scores_find_a_planted_organisation(lipf6):
    """If dr follows a feature within systems, all features score above the null there."""
    wide = pd.concat([lipf6.table.assign(idx=lipf6.table["idx"] + 6 * k) for k in range(3)])
    draw = np.random.default_rng(0)
    wide = wide.reset_index(drop=True)
    columns = list(lipf6.features)
    planted = draw.integers(0, 9, size=len(wide))
    for column in columns:
        wide[column] = planted if column in columns[:6] else draw.integers(0, 9, size=len(wide))
    wide["dr"] = planted + draw.normal(size=len(wide))
    windows = replace(lipf6, table=wide)
    scores = embedding.scores.__wrapped__(windows).set_index("Compared", append=True)
    found = scores.loc[("all features", "within systems")]
    assert found["Score"] > 0.5 > found["Null, 95%"]
    assert found["p"] == pytest.approx(1 / (1 + embedding.PERMUTATIONS))


def test_the_interactive_map_tells_of_each_window(lipf6):
    """A trace per system; a point carries its displacement and its features."""
    many = pd.concat([lipf6.table.assign(idx=lipf6.table["idx"] + 6 * k) for k in range(3)])
    windows = replace(lipf6, table=many.reset_index(drop=True))
    figure = embedding.interactive(windows)
    assert sum(len(trace.x) for trace in figure.data) == len(embedding.sample(windows))
    assert {trace.customdata.shape[1] for trace in figure.data} == {1 + len(windows.features)}
