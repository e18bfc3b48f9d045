"""Pairs of systems: count tables against scipy, on the same tests; CPU seconds and ratio."""

import time
import warnings
from itertools import combinations

import numpy as np
from scipy.stats import anderson_ksamp

from analysis.data import datasets
from analysis.explore import distinguishing
from analysis.ground import anderson_darling as ad
from press import InputError


def by_scipy(windows, columns) -> list[float]:
    """Compute the statistic of each pair in each column from the samples."""
    groups = [rows for _, rows in windows.table.groupby("system", observed=True)]
    return [
        anderson_ksamp([one[column], two[column]], variant="midrank").statistic
        for column in columns
        for one, two in combinations(groups, 2)
    ]


def by_counts(windows, columns) -> list[float]:
    """Compute the same from tables of counts."""
    system = windows.table["system"].cat.codes.to_numpy()
    found = []
    for column in columns:
        values, codes = np.unique(windows.table[column], return_inverse=True)
        table = ad.counts(codes, system, len(values), len(windows.systems))
        for pair in combinations(table, 2):
            (a2,) = ad.statistics(np.stack(pair), np.array([[True, False]]))
            found.append(ad.standardized(a2, *(sample.sum() for sample in pair)))
    return found


def timed(function, *args):
    """Return what the function gives, and its CPU seconds."""
    start = time.process_time()
    return function(*args), time.process_time() - start


def main():
    """Print one line per measurement."""
    try:
        windows = datasets.load("paec")
    except InputError as error:
        print(f"skipped: {error.message}")
        return
    columns = (*windows.features, "dr")
    warnings.simplefilter("ignore")
    expected, plain = timed(by_scipy, windows, columns)
    found, fast = timed(by_counts, windows, columns)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)
    print(f"{len(found)} statistics: scipy {plain:.2f} s, counts {fast:.2f} s: {plain / fast:.0f}x")
    _, permuted = timed(distinguishing.pairwise.__wrapped__, windows)
    each = 1e6 * permuted / len(found) / distinguishing.PERMUTATIONS
    print(f"with {distinguishing.PERMUTATIONS} permutations of ions each: {permuted:.2f} s", end="")
    print(f", {each:.1f} us per permutation; scipy {1e6 * plain / len(found):.0f} us per statistic")


if __name__ == "__main__":
    main()
