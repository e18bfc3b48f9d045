"""Anderson and Darling's statistic from counts, and its p value by relabelled ions."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import anderson_ksamp

from analysis.ground import anderson_darling as ad

samples = st.lists(st.integers(0, 8), min_size=4, max_size=30)


def of_samples(first, second):
    """Compute the standardized statistic of two samples through their counts."""
    values, codes = np.unique([*first, *second], return_inverse=True)
    groups = np.repeat([0, 1], [len(first), len(second)])
    blocks = ad.counts(codes, groups, len(values), 2)
    (a2,) = ad.statistics(blocks, np.array([[True, False]]))
    return ad.standardized(a2, len(first), len(second))


def by_scipy(first, second):
    """Compute the same by scipy, without its warnings about the table's ends."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return anderson_ksamp([first, second], variant="midrank")


@given(samples, samples)
def test_statistic_and_tabulated_p_are_scipys(first, second):
    """Counts give exactly what scipy computes from the samples."""
    if len({*first, *second}) < 2:
        return
    expected = by_scipy(first, second)
    found = of_samples(first, second)
    assert found == pytest.approx(expected.statistic, rel=1e-9, abs=1e-9)
    assert float(ad.tabulated_p(found)) == pytest.approx(expected.pvalue)


def test_continuous_values_have_the_same_statistic():
    """Without ties too, and for samples of different sizes."""
    draw = np.random.default_rng(1)
    first, second = draw.normal(size=40), draw.normal(0.4, size=70)
    assert of_samples(first, second) == pytest.approx(by_scipy(first, second).statistic)


def test_statistics_of_blocks_are_those_of_their_sums():
    """Dividing blocks in many ways equals computing each division from its two samples."""
    draw = np.random.default_rng(2)
    blocks = draw.integers(0, 3, size=(6, 40))  # more values than blocks
    sides = np.array([[1, 1, 1, 0, 0, 0], [1, 0, 0, 0, 0, 0], [0, 1, 0, 1, 1, 1]], dtype=bool)
    found = ad.statistics(blocks, sides)
    for side, a2 in zip(sides, found, strict=True):
        pair = np.stack([blocks[side].sum(axis=0), blocks[~side].sum(axis=0)])
        assert ad.statistics(pair, np.array([[True, False]])) == pytest.approx([a2])


def test_counts_by_hand():
    """Rows are groups, columns are values."""
    table = ad.counts(np.array([0, 2, 2, 1]), np.array([0, 0, 1, 1], dtype=np.int8), 3, 2)
    assert table.tolist() == [[1, 0, 1], [0, 1, 1]]


def test_small_codes_do_not_overflow():
    """Group numbers of one byte serve hundreds of values."""
    table = ad.counts(np.array([299]), np.array([11], dtype=np.int8), 300, 12)
    assert table[11, 299] == table.sum() == 1


def test_permuted_p_by_hand():
    """Of the six ways to halve four ions, the two that keep like with like are as extreme."""
    by_ion = np.array([[5, 0], [5, 0], [0, 5], [0, 5]])
    first = np.array([True, True, False, False])
    halves = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    drawn = np.array([[ion in half for ion in range(4)] for half in halves])
    assert ad.permuted_p(by_ion, first, drawn) == pytest.approx((1 + 2) / (1 + 6))


def test_rows_of_one_ion_are_no_independent_draws():
    """Ions that hold one value in all their windows fool the table, not the relabelling."""
    draw = np.random.default_rng(3)
    false_alarms = np.zeros(2)
    for _ in range(100):
        by_ion = np.zeros((40, 6), dtype=int)
        by_ion[np.arange(40), draw.integers(0, 6, size=40)] = 20
        first = np.arange(40) < 20
        drawn = draw.permuted(np.tile(first, (99, 1)), axis=1)
        pair = np.stack([by_ion[first].sum(axis=0), by_ion[~first].sum(axis=0)])
        (a2,) = ad.statistics(pair, np.array([[True, False]]))
        tabulated = ad.tabulated_p(ad.standardized(a2, 400, 400))
        false_alarms += [tabulated < 0.05, ad.permuted_p(by_ion, first, drawn) < 0.05]
    assert false_alarms[0] > 60
    assert false_alarms[1] < 15
