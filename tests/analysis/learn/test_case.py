"""The case: validated when it is made, short to write down, blind to thresholds in a regression."""

import ast
import dataclasses

import pytest

from analysis.learn.case import Case
from press import InputError


@pytest.mark.parametrize(
    "values",
    [
        {"task": "regresion"},
        {"features": "structure+flip"},
        {"split": "ions"},
        {"budget": "huge"},
        {"seed": -1},
        {"seed": True},
        {"fast": 0},
        {"fast": "3"},
    ],
)
def test_bad_values(values):
    """A bad value is named, with the rule."""
    (value,) = values.values()
    with pytest.raises(InputError) as caught:
        Case(**({"task": "classification"} | values))
    assert repr(value) in caught.value.message
    assert caught.value.rule


def test_known_names_are_listed():
    """An unknown name gets the list of those that exist, and the nearest."""
    with pytest.raises(InputError, match="task is one of regression, classification") as caught:
        Case("regresion")
    assert caught.value.advice == "did you mean 'regression'?"


def test_a_regression_has_no_threshold():
    """It would be another case, and learned anew, for every threshold that it does not use."""
    with pytest.raises(InputError, match="only a classification has a threshold"):
        Case("regression", fast=2.5)
    assert Case("classification", fast=2.5).fast == 2.5


def test_frozen():
    """No part of a case can change by accident."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        Case("regression").seed = 1


def test_what_is_written_down_can_be_read_again():
    """The longest case fits into a record of provenance, whole."""
    case = Case("classification", "descriptors+structure+flips", "column", "reference", 123, 12.25)
    assert len(repr(case)) <= 100
    assert Case(*ast.literal_eval(repr(case).removeprefix("Case"))) == case
