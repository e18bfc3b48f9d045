"""Targets of the two tasks."""

import numpy as np
import pytest

from analysis.learn import tasks
from press import InputError


def test_regression_predicts_dr(lipf6):
    """The target of regression is the column dr."""
    np.testing.assert_array_equal(tasks.target(lipf6, "regression"), lipf6.table["dr"])


def test_threshold_can_be_changed(lipf6):
    """Classes follow the data set's threshold, or the one that is given."""
    dr = lipf6.table["dr"].to_numpy()
    np.testing.assert_array_equal(tasks.target(lipf6, "classification"), dr > 2.0)
    np.testing.assert_array_equal(tasks.target(lipf6, "classification", fast=1.5), dr > 1.5)


def test_unknown_task(lipf6):
    """An unknown task is refused with those that exist."""
    with pytest.raises(InputError, match="regression, classification"):
        tasks.target(lipf6, "clustering")
