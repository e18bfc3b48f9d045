"""Averages per system against descriptors and conductivity."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.explore import averages
from press import Absence


def test_trends_need_descriptors(lipf6):
    """Systems without descriptors cannot be drawn against them."""
    assert isinstance(averages.trends(lipf6), Absence)


def test_rank_correlation_needs_conductivities(lipf6):
    """Without conductivities there is a sentence."""
    assert isinstance(averages.rank_correlation(lipf6), Absence)


def test_rank_correlation_of_opposite_orders(lipf6):
    """Systems get faster in their order; a conductivity that falls has correlation -1."""
    falling = pd.Series([3.0, 2.0, 1.0], index=list(lipf6.systems))
    assert averages.rank_correlation(replace(lipf6, conductivity=falling)) == pytest.approx(-1)


def test_trends_show_a_line_per_tether_and_a_name_per_system(paec):
    """Left one line per value of m; right every system by name."""
    left, right = averages.trends(paec).axes
    tethers = set(paec.dataset.descriptors["m"])
    assert {text.get_text() for text in left.texts} == {f"m = {m:g}" for m in tethers}
    assert {text.get_text() for text in right.texts} == set(paec.systems)


def test_steps_hold_the_other_descriptors_fixed(paec):
    """On the grid of four n and three m there are nine steps in n and eight in m."""
    steps = averages.steps(paec)
    assert steps["descriptor"].value_counts().to_dict() == {"n": 9, "m": 8}
    first = steps.iloc[0]
    assert (first["lower"], first["higher"]) == ("B2T1", "B4T1")


def test_steps_need_descriptors(lipf6):
    """Systems without descriptors have no neighbours."""
    assert isinstance(averages.steps(lipf6), Absence)
