"""How results grow with the number of windows: CPU time and peak memory of each, and the exponent.

    python benchmarks/bench_growth.py [FACTOR ...] [--only WORD] [--edition cg]

Ions are copied, and their displacements get noise, so that no two of them are equal. Each result
is computed from nothing in a process of its own, which may take `LIMIT` bytes.
"""

import argparse
import math
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

LIMIT = 12 * 10**9
MEGABYTE = 2**20


def grown(windows, factor: int):
    """Return windows of `factor` times the ions, with displacements of their own."""
    table, draw = windows.table, np.random.default_rng(0)
    copies = [table.assign(idx=table["idx"] + k * table["idx"].max()) for k in range(factor)]
    more = pd.concat(copies, ignore_index=True)
    if factor > 1:
        axes = ["dx", "dy", "dz"]
        more[axes] += draw.normal(0, 0.1, (len(more), 3))
        more["dr"] = np.linalg.norm(more[axes], axis=1)
        more["fast"] = more["dr"] > windows.dataset.threshold
    return replace(windows, table=more)


def results() -> dict[str, Callable]:
    """List what the chapters compute of the windows, by chapter and name."""
    from analysis.explore import ceiling, distinguishing, embedding, exploration, summary
    from analysis.learn import evaluation, importances
    from analysis.learn.case import Case
    from analysis.limits import (
        budget,
        caging,
        drift,
        longer,
        memory,
        predicting,
        timescale,
        uncertainty,
    )

    how_far, whether_far = Case("regression"), Case("classification")
    return {
        "4 mobility": summary.mobility,
        "4 violin": exploration.violin,
        "4 coordination": exploration.coordination,
        "4 flips": exploration.flips,
        "4 first_shell": exploration.first_shell,
        "4 correlations": exploration.correlations,
        "4 composition": exploration.composition_share,
        "4 memory": memory.estimates,
        "4 drift": drift.drifts,
        "4 pairwise": distinguishing.pairwise,
        "4 maps": embedding.maps,
        "4 scores": embedding.scores,
        "5 ceilings": ceiling.r2_ceiling,
        "6 regression": lambda windows: evaluation.score_table(windows, how_far),
        "6 classification": lambda windows: evaluation.score_table(windows, whether_far),
        "7 permutation": importances.permutation,
        "7 conditional": importances.conditional,
        "7 shapley": importances.shapley,
        "8 budget": budget.ceilings,
        "8 fits": budget.fits,
        "8 auc": budget.auc_ceiling,
        "8 timescale": timescale.ceilings,
        "8 caging": caging.motion,
        "9 errors": predicting.errors,
        "9 nulls": predicting.nulls,
        "9 longer": longer.scores,
        "9 coverages": uncertainty.coverages,
        "9 thresholds": uncertainty.thresholds,
    }


def measured(function: Callable, windows) -> tuple[float, float, str]:
    """Call a function in a fork; return its CPU seconds, its peak memory in MB, and its error."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))
        error = ""
        try:
            function(windows)
        except BaseException as caught:  # is what this process is for
            error = f"{type(caught).__name__}: {str(caught)[:80]}"
        os.write(writing, error.encode())
        os._exit(0)
    os.close(writing)
    error = os.fdopen(reading).read()
    _, _, usage = os.wait4(child, 0)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / MEGABYTE, error


def main() -> None:
    """Print a line for each result and factor."""
    parser = argparse.ArgumentParser()
    parser.add_argument("factors", nargs="*", type=int, default=[1, 10])
    parser.add_argument("--only", default="")
    parser.add_argument("--edition", default="cg")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as store:
        os.environ["PRESS_STORE"] = store
        from analysis.data import datasets

        windows = datasets.load(asked.edition)
        for name, function in results().items():
            if asked.only in name:
                _report(name, function, windows, asked.factors)


def _report(name: str, function: Callable, windows, factors: list[int]) -> None:
    """Measure one result at every factor; print times, memory and the exponent of the time."""
    before = None
    for factor in factors:
        start = time.perf_counter()
        spent, peak, error = measured(function, grown(windows, factor))
        wall, exponent = time.perf_counter() - start, ""
        if before is not None:
            exponent = f"  rows^{math.log(spent / before[1]) / math.log(factor / before[0]):.1f}"
        before = (factor, max(spent, 1e-3))
        print(
            f"{name:18} x{factor:<4} {spent:8.1f} s CPU {wall:8.1f} s {peak:8.0f} MB{exponent} "
            f" {error}",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
