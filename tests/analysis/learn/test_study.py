"""The study: frozen, validated, and aware of what differs from the defaults."""

import dataclasses

import pytest

from analysis.ground import choices
from analysis.learn import splits
from analysis.learn.study import Study
from press import InputError


def test_defaults_change_nothing():
    """The edition's own values are no changes, however they are given."""
    assert Study("paec").changes == {}
    assert Study("paec", seed=0, fast=3.0, split="ion").changes == {}


def test_changes_hold_what_differs():
    """A reader's parameters decide whether the edition's files are touched."""
    study = Study("paec", seed=2, fast=2.5, budget="published")
    assert study.changes == {"seed": 2, "fast": 2.5, "budget": "published"}
    assert study.edition == "paec"


def test_frozen():
    """No parameter can change by accident."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        Study("paec").seed = 1


@pytest.mark.parametrize(
    "values",
    [
        {"dataset": "nowhere"},
        {"seed": -1},
        {"seed": 1.5},
        {"seed": True},
        {"fast": 0},
        {"fast": "3"},
        {"fast": float("inf")},
        {"split": "ions"},
        {"features": "structure+flip"},
        {"budget": "huge"},
    ],
)
def test_bad_values(values):
    """A bad value is named, with the rule."""
    name, value = next(iter(values.items()))
    with pytest.raises(InputError) as caught:
        Study(**({"dataset": "paec"} | values))
    assert repr(value) in caught.value.message
    assert caught.value.rule


def test_names_are_those_of_the_learning():
    """The splits that a study accepts are those that are described."""
    assert tuple(splits.SPLITS) == choices.SPLITS
