"""What the chapters on limits and prediction cost: CPU seconds of each result from nothing.

    python benchmarks/bench_limits.py [cg|paec]

The sum is what they add to a cold render of an edition.
"""

import os
import sys
import tempfile
import time


def main(edition: str = "cg") -> None:
    """Compute every stored result once with an empty store, and print a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PRESS_STORE"] = folder
        from analysis.cg import files
        from analysis.data import datasets
        from analysis.explore import isoconfigurational
        from analysis.limits import (
            budget,
            caging,
            decided,
            drift,
            exchanges,
            longer,
            memory,
            predicting,
            timescale,
            uncertainty,
        )

        windows, reruns = datasets.load(edition), isoconfigurational.load()
        counted = files.load(exchanges.FLIPS), files.load(exchanges.BOXES)
        results = (
            (exchanges.of_windows, windows),
            (exchanges.of_counts, *counted),
            (memory.estimates, windows),
            (drift.drifts, windows),
            (budget.ceilings, windows),
            (budget.fits, windows),
            (budget.auc_ceiling, windows),
            (timescale.ceilings, windows),
            (caging.motion, windows),
            (decided.decided, reruns),
            (predicting.errors, windows),
            (predicting.nulls, windows),
            (longer.scores, windows),
            (uncertainty.coverages, windows),
            (uncertainty.thresholds, windows),
        )
        begin = time.process_time()
        for function, *data in results:
            start = time.process_time()
            function(*data)
            spent = time.process_time() - start
            print(f"{spent:6.1f} s  {function.__module__}.{function.__name__}", flush=True)
        print(f"{time.process_time() - begin:6.1f} s  altogether, {edition}")


if __name__ == "__main__":
    main(*sys.argv[1:])
