"""Conformal intervals hold what they promise where windows are exchangeable."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.limits import uncertainty
from press import Absence


def many(lipf6, ions=60):
    """Repeat the small data set's make for more ions, all systems of one speed."""
    draw = np.random.default_rng(0)
    parts = [lipf6.table.assign(idx=lipf6.table["idx"] + 6 * k) for k in range(ions // 6)]
    table = pd.concat(parts, ignore_index=True)
    steps = draw.normal(size=(len(table), 3))
    drawn = {name: draw.integers(0, 4, len(table)) for name in lipf6.features}
    axes = dict(zip(("dx", "dy", "dz"), steps.T, strict=True))
    return replace(lipf6, table=table.assign(**drawn, **axes, dr=np.linalg.norm(steps, axis=1)))


@pytest.mark.parametrize("method", uncertainty.METHODS)
def test_coverage_is_the_promised_one(lipf6, method):
    """Nine of ten windows of new ions lie inside."""
    windows = many(lipf6)
    found = uncertainty.intervals.__wrapped__(windows, "ion", method)
    assert uncertainty.coverage(windows, found).loc["all", "coverage"] == pytest.approx(
        0.9, abs=0.05
    )
    assert (found.low >= 0).all()


def test_too_little_data_is_an_absence(lipf6):
    """And the figure and table say so."""
    assert isinstance(uncertainty.table(lipf6), Absence)
    assert isinstance(uncertainty.reliability_figure(lipf6), Absence)
    assert "at least" in uncertainty.in_words(lipf6)
