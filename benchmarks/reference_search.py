"""The reference's 28 searches, raced: what is found, how good it is, and what it costs.

    python benchmarks/reference_search.py race    # all searches; about 40 CPU-minutes
    python benchmarks/reference_search.py plain   # one cell per model by RandomizedSearchCV

Both run in one process, on the reference data and its split, and add one line per search to
`data/reference/search.csv` or `data/reference/plain_search.csv`, which the appendix on the
reproduction shows. Seconds are CPU time on one core of one machine: compare them with each other.
"""

import csv
import sys
import time
from itertools import product
from pathlib import Path

from analysis.data import datasets
from analysis.learn import evaluation, models, splits
from analysis.learn.case import Case
from analysis.learn.search import search, validate
from analysis.learn.tasks import TASKS, target, task

FOLDER = Path(__file__).resolve().parents[1] / "data" / "reference"
FEATURES = ("structure", "structure+flips")
PLAIN = (
    ("ridge", "regression", "structure+flips"),
    ("neighbours", "regression", "structure+flips"),
    ("tree", "classification", "structure+flips"),
    ("extra-tree", "regression", "structure+flips"),
    ("forest", "regression", "structure"),
    ("boosting", "regression", "structure"),
    ("svm", "regression", "structure"),
)


def material(windows, model: str, goal: str, features: str):
    """Rows to learn from, their target, and the reference's folds."""
    train, _ = splits.outer(windows, "random", 0)[0]
    seen = windows.where(train)
    y = target(seen, goal)
    X = evaluation.inputs(seen, models.model(model), features)
    return X, y, splits.inner(seen, "random", goal, y)


def race(windows) -> None:
    """Search every cell within the budget `reference`; beside it, score the printed winner."""
    done = read("search.csv")
    searched = [model.name for model in models.MODELS.values() if model.printed and model.search]
    for model, goal, features in product(searched, TASKS, FEATURES):
        if (model, goal, features) in done:
            continue
        X, y, folds = material(windows, model, goal, features)
        case = Case(goal, features, "random", "reference")
        found = search(models.model(model), case, X, y, folds)
        pipeline = models.model(model).pipeline(goal)
        printed = models.model(model).winner(goal, features)

        def score(parameters):
            return validate(pipeline, parameters, X, y, folds, task(goal).criterion).mean()  # noqa: B023

        again = score(found.parameters) if models.model(model).search.shared else found.validation
        other = again if found.parameters == printed else score(printed)
        row = {
            "model": model,
            "task": goal,
            "features": features,
            "seconds": round(found.seconds, 1),
            "found": round(found.validation, 6),
            "recomputed": round(again, 6),
            "printed": round(other, 6),
            "variance": round(y.var(), 6),
            "parameters": found.parameters,
        }
        write("search.csv", row)


def plain(windows) -> None:
    """Search one cell per model with scikit-learn's RandomizedSearchCV, as the reference did."""
    from sklearn.model_selection import RandomizedSearchCV

    done = read("plain_search.csv")
    for model, goal, features in PLAIN:
        if (model, goal, features) in done:
            continue
        X, y, folds = material(windows, model, goal, features)
        wanted = models.model(model).search
        started = time.process_time()
        run = RandomizedSearchCV(
            models.model(model).pipeline(goal),
            {f"model__{name}": values for name, values in wanted.modern_space(goal).items()},
            n_iter=wanted.count,
            scoring=task(goal).criterion,
            cv=folds,
            refit=False,
            random_state=0,
        ).fit(X, y)
        write(
            "plain_search.csv",
            {
                "model": model,
                "task": goal,
                "features": features,
                "seconds": round(time.process_time() - started, 1),
                "best": round(run.best_score_, 6),
            },
        )


def read(name: str) -> set[tuple[str, str, str]]:
    """Return the cells that a table has already, so that an interrupted run continues."""
    path = FOLDER / name
    if not path.exists():
        return set()
    with path.open(newline="", encoding="utf-8") as file:
        return {(row["model"], row["task"], row["features"]) for row in csv.DictReader(file)}


def write(name: str, row: dict) -> None:
    """Add a line to a table, and show it."""
    path = FOLDER / name
    new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        lines = csv.DictWriter(file, row, lineterminator="\n")
        if new:
            lines.writeheader()
        lines.writerow(row)
    print(row, flush=True)


if __name__ == "__main__":
    {"race": race, "plain": plain}[sys.argv[1]](datasets.load("paec"))
