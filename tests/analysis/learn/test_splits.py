"""Splits: what stands on which side."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from analysis.learn import splits
from analysis.learn.tasks import target
from press import InputError


@pytest.fixture
def described(lipf6):
    """Give the small data set two descriptors, of which no pair occurs twice."""
    dataset = replace(lipf6.dataset, descriptors={"a": (1, 1, 2), "b": (5, 6, 6)})
    return replace(lipf6, dataset=dataset)


@pytest.mark.parametrize("split", splits.SPLITS)
def test_no_row_on_both_sides(described, split):
    """No row is learned from and predicted in one fold."""
    for train, test in splits.outer(described, split, complete=True):
        assert len(train) and len(test)
        assert not set(train) & set(test)
        assert len(set(train)) == len(train)


def test_random_is_the_references(lipf6):
    """One fifth of the rows, drawn as scikit-learn draws them."""
    ((train, test),) = splits.outer(lipf6, "random", seed=3)
    rows = np.arange(len(lipf6.table))
    expected = train_test_split(rows, test_size=0.2, random_state=3)
    np.testing.assert_array_equal(train, expected[0])
    np.testing.assert_array_equal(test, expected[1])


@pytest.mark.parametrize("seed", range(3))
def test_ions_stay_together_and_systems_stay_balanced(lipf6, seed):
    """Folds of ions share no ion, cover every row once, and hold a fifth of every system."""
    folds = splits.outer(lipf6, "ion", seed, complete=True)
    ion = lipf6.ion.to_numpy()
    for train, test in folds:
        assert not set(ion[train]) & set(ion[test])
        held = lipf6.table["system"].iloc[test].value_counts()
        assert held.max() - held.min() <= 8  # one ion's windows: six ions in five folds
    tested = np.concatenate([test for _, test in folds])
    np.testing.assert_array_equal(np.sort(tested), np.arange(len(ion)))
    np.testing.assert_array_equal(splits.outer(lipf6, "ion", seed)[0][1], folds[0][1])


@pytest.mark.parametrize("task", ["regression", "classification"])
@pytest.mark.parametrize("split", ["ion", "system", "row", "column"])
def test_inner_folds_hold_out_what_the_outer_ones_do(described, split, task):
    """The search inside a fold holds out whole ions, systems, rows or columns too."""
    dataset = replace(described.dataset, descriptors={"a": (1, 2, 3), "b": (4, 5, 6)})
    described = replace(described, dataset=dataset)
    train, _ = splits.outer(described, split)[0]
    seen = described.where(train)
    groups = seen.ion if split == "ion" else seen.table["system"].astype(str)
    groups = groups.to_numpy()
    folds = splits.inner(seen, split, task, target(seen, task))
    assert len(folds) == (splits.FOLDS if split == "ion" else 2)
    for learned, judged in folds:
        assert not set(groups[learned]) & set(groups[judged])
    judged = np.sort(np.concatenate([judged for _, judged in folds]))
    np.testing.assert_array_equal(judged, np.arange(len(train)))


def test_time_looks_forward_with_a_gap(lipf6):
    """Of eight windows 1 to 5 are learned from, 6 is the gap, 7 and 8 are predicted."""
    ((train, test),) = splits.outer(lipf6, "time")
    event = lipf6.table["Event"].to_numpy()
    assert set(event[train]) == {1, 2, 3, 4, 5}
    assert set(event[test]) == {7, 8}


def test_inner_folds_in_time_look_forward(lipf6):
    """Every fold of the search learns from earlier windows than it is judged by."""
    y = target(lipf6, "regression")
    event = lipf6.table["Event"].to_numpy()
    for learned, judged in splits.inner(lipf6, "time", "regression", y):
        assert event[learned].max() + splits.GAP < event[judged].min()


def test_a_polymer_is_held_out_whole(lipf6):
    """Every system is predicted once, from the others."""
    system = lipf6.table["system"].astype(str).to_numpy()
    held = [set(system[test]) for _, test in splits.outer(lipf6, "system")]
    assert sorted(map(tuple, held)) == [("aged",), ("concentrated",), ("dilute",)]


def test_rows_and_columns_of_the_grid(described):
    """The split `row` holds out all systems of one first descriptor, `column` of a second."""
    system = described.table["system"].astype(str).to_numpy()
    rows = [set(system[test]) for _, test in splits.outer(described, "row")]
    columns = [set(system[test]) for _, test in splits.outer(described, "column")]
    assert rows == [{"dilute", "concentrated"}, {"aged"}]
    assert columns == [{"dilute"}, {"concentrated", "aged"}]


def test_missing_descriptors_are_an_absence(lipf6):
    """Without descriptors there are no rows and columns to hold out."""
    assert "fewer than 1 descriptors" in splits.absence(lipf6, "row").reason
    assert splits.absence(lipf6, "ion") is None
    with pytest.raises(InputError, match="fewer than 2"):
        splits.outer(lipf6, "column")


def test_too_few_groups_are_named(lipf6):
    """Fewer ions than folds, or one system, is refused with the groups there are."""
    few = lipf6.where(lipf6.ion.to_numpy() < 2)
    with pytest.raises(InputError, match="(?m)ion 1 of dilute, ion 2 of dilute$"):
        splits.outer(few, "ion")
    alone = lipf6.where((lipf6.table["system"] == "aged").to_numpy())
    with pytest.raises(InputError, match="finds 1 groups: aged"):
        splits.outer(alone, "system")


def test_too_few_values_of_a_descriptor_are_named(described):
    """One value of the first descriptor leaves nothing to hold out."""
    few = described.where((described.table["system"] != "aged").to_numpy())
    with pytest.raises(InputError, match="(?m)finds 1 groups: a = 1$"):
        splits.outer(few, "row")


def test_too_few_windows_to_look_forward(lipf6):
    """Two windows leave nothing to learn from after the gap."""
    short = lipf6.where((lipf6.table["Event"] <= 2).to_numpy())
    with pytest.raises(InputError, match="too few to look forward"):
        splits.outer(short, "time")


def test_a_class_missing_from_a_fold_is_named():
    """The message says which class is missing on which side of which fold."""
    y = np.array([0, 0, 0, 1])
    with pytest.raises(InputError, match="no window is fast among those predicted in fold 1"):
        splits.check_classes(y, [(np.array([2, 3]), np.array([0, 1]))])


def test_unknown_split(lipf6):
    """An unknown split is refused with those that exist."""
    with pytest.raises(InputError, match="random, ion, time, system, row, column"):
        splits.outer(lipf6, "ions")
