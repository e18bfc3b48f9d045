"""The two-sample Anderson-Darling test for tables of counts, with labels permuted by ion.

For values with ties, Scholz and Stephens (1987) compare two samples by their midrank empirical
distributions at each distinct pooled value j:

    A2 = (N-1)/N sum_i 1/n_i sum_j l_j/N (N M_ij - n_i B_j)^2 / (B_j (N - B_j) - N l_j/4)

with l_j pooled values at j, M_ij values of sample i below j plus half of those at j, and
B_j = M_1j + M_2j. For two samples both squares equal (n_2 M_1j - n_1 M_2j)^2, so that one sum is
enough, and all it needs is how often each sample holds each value.
"""

import math
from functools import cache

import numpy as np

# Table 2 of Scholz and Stephens (1987): critical values for these levels, b0 + b1/sqrt(m) + b2/m
# with m = 1 less than the number of samples
LEVELS = np.array([0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001])
B0 = np.array([0.675, 1.281, 1.645, 1.96, 2.326, 2.573, 3.085])
B1 = np.array([-0.245, 0.25, 0.678, 1.149, 1.822, 2.364, 3.615])
B2 = np.array([-0.105, -0.305, -0.362, -0.391, -0.396, -0.345, -0.154])
CRITICAL = B0 + B1 + B2


def counts(codes: np.ndarray, groups: np.ndarray, n_codes: int, n_groups: int) -> np.ndarray:
    """Count how often each group holds each value.

    Parameters
    ----------
    codes, groups : ndarray of int, (rows,)
        Position of each row's value among the distinct values, in ascending order; its group.
    n_codes, n_groups : int
        Number of distinct values and of groups.

    Returns
    -------
    ndarray, (groups, values)

    Examples
    --------
    >>> counts(np.array([0, 1, 1]), np.array([0, 0, 1]), 2, 2)
    array([[1, 1],
           [0, 1]])
    """
    shape = (n_groups, n_codes)
    cells = np.ravel_multi_index((groups, codes), shape)
    return np.bincount(cells, minlength=n_groups * n_codes).reshape(shape)


def midranks(table: np.ndarray) -> np.ndarray:
    """Return the numbers below each value plus half of those at it, along the last axis."""
    return np.cumsum(table, axis=-1) - table / 2


def statistics(blocks: np.ndarray, sides: np.ndarray) -> np.ndarray:
    """Compute A2 for each way of dividing blocks of rows into two samples.

    The difference inside A2's square, n_2 M_1j - n_1 M_2j = N M_1j - n_1 B_j, is a sum over the
    blocks of the first sample, so that every division costs one product of matrices.

    Parameters
    ----------
    blocks : ndarray, (blocks, values)
        How often each block of rows holds each value, in ascending order of the values.
    sides : ndarray of bool, (divisions, blocks)
        Which blocks form the first sample.

    Returns
    -------
    ndarray, (divisions,)
        A2; its expectation is near 1 when both samples come from one distribution.

    Examples
    --------
    Samples (1, 1, 2) and (2, 3, 3), by hand 25/9:

    >>> statistics(np.array([[2, 1, 0], [0, 1, 2]]), np.array([[True, False]]))
    array([2.77777778])
    """
    pooled = blocks.sum(axis=0)
    blocks, pooled = blocks[:, pooled > 0], pooled[pooled > 0]
    rows, size, rank = blocks.sum(axis=1), pooled.sum(), midranks(pooled)
    weight = pooled / size / (rank * (size - rank) - size * pooled / 4)
    terms = (size * midranks(blocks) - rows[:, None] * rank) * np.sqrt(weight)
    if terms.shape[1] > terms.shape[0]:  # the same lengths of all sums in fewer dimensions
        terms = np.transpose(np.linalg.qr(terms.T, mode="r"))
    sides = sides.astype(float)
    squares = ((sides @ terms) ** 2).sum(axis=1)
    first = sides @ rows
    return (size - 1) / size * squares * (1 / first + 1 / (size - first))


def standardized(a2: np.ndarray, first: int, second: int) -> np.ndarray:
    """Subtract A2's expectation under the null hypothesis and divide by its standard deviation."""
    size = first + second
    h, g = _harmonic_sums(size)
    big_h = 1 / first + 1 / second
    a = 4 * g - 6 + (10 - 6 * g) * big_h
    b = (2 * g - 4) * 4 + 16 * h + (2 * g - 14 * h - 4) * big_h - 8 * h + 4 * g - 6
    c = (6 * h + 2 * g - 2) * 4 + (4 * h - 4 * g + 6) * 2 + (2 * h - 6) * big_h + 4 * h
    d = (2 * h + 6) * 4 - 8 * h
    variance = (a * size**3 + b * size**2 + c * size + d) / math.prod(size - i for i in (1, 2, 3))
    return (a2 - 1) / math.sqrt(variance)


@cache
def _harmonic_sums(size: int) -> tuple[float, float]:
    """Return h and g of Scholz and Stephens (1987), equation 4."""
    sums = np.cumsum(1 / np.arange(size - 1, 1, -1))
    return sums[-1] + 1, (sums / np.arange(2, size)).sum()


def critical_value(level: float) -> float:
    """Return the tabulated standardized statistic at a tabulated level.

    Examples
    --------
    >>> round(critical_value(0.005), 3)
    4.592
    """
    return float(CRITICAL[level == LEVELS].item())


def tabulated_p(value: np.ndarray) -> np.ndarray:
    """Interpolate p in the published table; it ends at 0.25 above and at 0.001 below.

    Parameters
    ----------
    value : ndarray
        Standardized statistic of two samples that are taken as independent draws.
    """
    quadratic = np.polyfit(CRITICAL, np.log(LEVELS), 2)
    p = np.exp(np.polyval(quadratic, np.clip(value, CRITICAL[0], CRITICAL[-1])))
    p = np.where(value < CRITICAL[0], LEVELS[0], p)
    return np.where(value > CRITICAL[-1], LEVELS[-1], p)


def permuted_p(by_ion: np.ndarray, first_ions: np.ndarray, drawn: np.ndarray) -> float:
    """Return the share of relabelled samples that differ at least as much as the real ones.

    Whole ions change sides, so the correlation among the windows of one ion stays intact. The
    ions are exchangeable when both systems have equally many windows per ion; where the numbers
    differ a little, relabelled samples differ in size by as little.

    Parameters
    ----------
    by_ion : ndarray, (ions, values)
        Counts of each ion of both systems.
    first_ions : ndarray of bool, (ions,)
        Which ions belong to the first system.
    drawn : ndarray of bool, (permutations, ions)
        Which ions a relabelling puts into the first sample.

    Returns
    -------
    float
        (1 + as extreme) / (1 + permutations), which is never zero.
    """
    observed, *permuted = statistics(by_ion, np.vstack([first_ions, drawn]))
    # the same division can come up again; rounding must not make it count as less extreme
    as_extreme = np.count_nonzero(np.array(permuted) >= observed * (1 - 1e-9))
    return (1 + as_extreme) / (1 + len(permuted))
