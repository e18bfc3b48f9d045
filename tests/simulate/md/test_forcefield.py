"""Mixing rules and the file that holds the numbers."""

import math

import pytest

from simulate.md import forcefield

FIELD = forcefield.load()


def test_mixing_by_hand():
    """Sigma is the mean, epsilon the geometric mean of unlike beads."""
    pair = FIELD.pair("E", "A")
    assert pair.sigma == pytest.approx((5.6 + 4.4) / 2)
    assert pair.epsilon == pytest.approx(math.sqrt(1.4 * 0.45))


def test_listed_pairs_go_before_mixing_in_either_order():
    """Li-E is listed."""
    assert FIELD.pair("Li", "E") == FIELD.pair("E", "Li") == FIELD.pairs["Li-E"]


def test_repulsive_pairs_end_at_their_minimum():
    """WCA is cut at 2^(1/6) sigma, the others at a multiple of sigma."""
    assert FIELD.reach("Li", "Li") == pytest.approx(2 ** (1 / 6) * 4.5)
    assert FIELD.reach("E", "E") == pytest.approx(FIELD.cutoff * 5.6)


def test_types_count_from_one_in_the_order_of_the_file():
    """The engine numbers beads and bonds."""
    assert [FIELD.bead_type(name) for name in ("A", "E", "Li", "T")] == [1, 2, 3, 4]
    assert FIELD.bond_type("T-T") == 3
