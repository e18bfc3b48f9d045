"""What learning costs, as ratios of CPU time in one run, and whether `quick` is good enough.

    python benchmarks/bench_learning.py

Needs the reference data set, and about twenty minutes, most of them for the comparison of every
model with its printed winner in both editions. The heavy searches of the budget `reference` are
measured apart, by `benchmarks/reference_search.py`.
"""

import os
import tempfile
import time
from collections.abc import Callable

import numpy as np

TASKS = ("regression", "classification")
FEATURES = ("structure", "structure+flips")
FEW = 10  # candidates of a plain search; the shared one would hardly notice more


def main() -> None:
    """Measure with an empty store and print a line per result."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PRESS_STORE"] = folder
        from analysis.data import datasets

        windows = datasets.load("paec")
        quick_table(windows)
        shared_work(windows)
        for edition in ("paec", "cg"):
            for split in ("random", "ion"):
                quick_against_published(datasets.load(edition), split)


def quick_table(windows) -> None:
    """All evaluations of both tasks and both feature sets, and the importances, from nothing."""
    from analysis.learn import evaluation, importances
    from analysis.learn.case import Case

    start, cpu = time.perf_counter(), 0.0
    for task in TASKS:
        for features in FEATURES:
            evaluated = evaluation.evaluate_all(windows, Case(task, features, "random"))
            cpu += sum(judged.seconds for judged in evaluated)
    cells_wall = time.perf_counter() - start
    own = time.process_time()
    importances.impurity(windows, "random")
    importances.permutation(windows, split="random")
    importances.permutation(windows, split="random", within=True)
    importances.dropped(windows, "random")
    shap = time.process_time()
    importances.shapley(windows, "random")
    shap = time.process_time() - shap
    wall, cpu = time.perf_counter() - start, cpu + time.process_time() - own
    print(f"quick, all evaluations: {cells_wall:.0f} s wall in {evaluation.JOBS} processes")
    print(f"quick, with importances: {wall:.0f} s wall, {cpu:.0f} s CPU")
    print(f"SHAP of the whole test set: {shap:.1f} s CPU")


def quick_against_published(windows, split: str) -> None:
    """Compare every model found by `quick` with its own printed winner, refitted on the same rows.

    Differences are quick less published: R2 for the displacement; for the class AUC, and F1, by
    which both were chosen.
    """
    from analysis.learn import models
    from analysis.learn.case import Case

    columns = {"R2": "regression", "AUC": "classification", "F1": "classification"}
    print(f"\n{windows.dataset.name}, split {split}: quick (less published)")
    print(f"{'':18}" + "".join(f"{s + ', ' + f:>24}" for f in FEATURES for s in columns))
    for model in (m.name for m in models.MODELS.values() if m.printed and m.search):
        line = f"{model:18}"
        for features in FEATURES:
            for score, task in columns.items():
                quick, published = (
                    _score(windows, Case(task, features, split, budget), model, score)
                    for budget in ("quick", "published")
                )
                line += f"{quick:14.4f} ({quick - published:+.4f})"
        print(line, flush=True)


def _score(windows, case, model: str, score: str) -> float:
    from analysis.learn import evaluation

    row = evaluation.scores_of(windows, case, evaluation.evaluate(windows, case, model))
    return row[score]


def shared_work(windows) -> None:
    """Compare shared and plain searches of ridge and neighbours, and their winners."""
    from analysis.learn import evaluation, models, splits
    from analysis.learn.search import validate
    from analysis.learn.tasks import target, task

    train, _ = splits.outer(windows, "random")[0]
    seen = windows.where(train)
    y, goal = target(seen, "regression"), task("regression")
    folds = splits.inner(seen, "random", "regression", y)
    for model in (m for m in models.MODELS.values() if m.search and m.search.shared):
        name, function = model.name, model.search.shared
        X = evaluation.inputs(seen, model, "structure+flips")
        pipeline = model.pipeline("regression")
        options = model.candidates("regression")[:FEW]
        shared, fast = timed(lambda: function(pipeline, goal, options, X, y, folds).mean(axis=1))  # noqa: B023
        plain, slow = timed(
            lambda: [validate(pipeline, c, X, y, folds, goal.criterion).mean() for c in options]  # noqa: B023
        )
        same = "same" if np.argmax(shared) == np.argmax(plain) else "different"
        print(f"{name}: {slow:.1f} s plain, {fast:.2f} s shared, {slow / fast:.0f}x, {same} winner")


def timed(work: Callable) -> tuple:
    """Return what the work gives, and its CPU seconds."""
    start = time.process_time()
    return work(), time.process_time() - start


if __name__ == "__main__":
    main()
