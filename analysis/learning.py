"""The table of cells: every model under a task, a feature set and a split.

A cell is one model learned and judged under one outer split, with the search for its
hyperparameters inside the rows that it learns from. Cells do not depend on one another; each is
stored as soon as it is finished, so an interrupted table continues where it stopped.
"""

import sys
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import features as feature_sets
from analysis import models, scores, spaces, splits
from analysis.bootstrap import interval
from analysis.search import Found, effort, named, search
from analysis.tasks import target
from analysis.tasks import task as find_task
from analysis.windows import Windows
from press import stored

JOBS = 2  # processes; chapters of a render run at the same time
KINDS = ("baseline", "reference", "ensemble")
COST = {"svm": 5, "boosting": 4, "forest": 3, "extra-trees": 2, "neighbours": 1}  # orders the work


@dataclass(frozen=True, eq=False)
class Cell:
    """The predictions of one model.

    Parameters
    ----------
    model : str
        Its short name.
    rows : ndarray, (predicted,)
        Positions of the predicted rows in the table.
    fold : ndarray, (predicted,)
        Outer fold in which each row was predicted.
    truth, prediction : ndarray, (predicted,)
        `dr` in angstrom, or classes 0 and 1.
    decision : ndarray, (predicted,)
        What ranks the rows: for classification the classifier's score, else the prediction.
    parameters : tuple of dict
        Hyperparameters found in each outer fold.
    validation : tuple of float
        Criterion of the winner inside each outer fold, not a number without a search.
    seconds : float
        CPU time of search, training and prediction.
    """

    model: str
    rows: np.ndarray
    fold: np.ndarray
    truth: np.ndarray
    prediction: np.ndarray
    decision: np.ndarray
    parameters: tuple
    validation: tuple
    seconds: float


@stored
def cell(
    windows: Windows,
    task: str,
    features: str,
    split: str,
    model: str,
    budget: str = "quick",
    seed: int = 0,
    fast: float | None = None,
    complete: bool = False,
) -> Cell:
    """Search, learn and predict: one model under one task, feature set and split.

    Parameters
    ----------
    windows : Windows
        The data.
    task, features, split, model, budget : str
        Names; unknown ones are refused with those that exist.
    seed : int
        Of everything random.
    fast : float, optional
        Threshold of the class in angstrom; by default the data set's own.
    complete : bool
        Whether a random or ion split predicts every row once, in five folds.

    Raises
    ------
    InputError
        For unknown names, a class missing from a fold, a constant feature, too few groups.
    """
    started = time.process_time()
    chosen = models.model(model)
    paid = effort(budget, model)
    X, y = inputs(windows, chosen, features), target(windows, task, fast)
    folds = splits.outer(windows, split, seed, complete)
    if find_task(task).is_classification:
        splits.check_classes(y, folds)
    case = (chosen, task, features, split, budget, seed)
    parts, found = [], []
    for number, (train, test) in enumerate(folds):
        if chosen.kind != "baseline":
            feature_sets.check_varying(X.iloc[train])
        result = _found(windows.where(train), X.iloc[train], y[train], case)
        learned = _thin(train, paid.rows, seed)
        pipeline = chosen.pipeline(task, seed).set_params(**named(result.parameters))
        pipeline.fit(X.iloc[learned], y[learned])
        prediction = pipeline.predict(X.iloc[test])
        rank = prediction
        if find_task(task).is_classification:
            rank = models.decision(pipeline, X.iloc[test])
        parts.append((test, np.full(len(test), number), y[test], prediction, rank))
        found.append(result)
    columns = [np.concatenate(part) for part in zip(*parts, strict=True)]
    return Cell(
        model,
        *columns,
        parameters=tuple(result.parameters for result in found),
        validation=tuple(result.validation for result in found),
        seconds=time.process_time() - started,
    )


def _found(windows: Windows, X: pd.DataFrame, y: np.ndarray, case: tuple) -> Found:
    """Search among the rows to learn from, with folds made as the outer ones are."""
    model, task, features, split, budget, seed = case
    needs_folds = budget != "published" and spaces.space(model.name, task)
    folds = splits.inner(windows, split, task, y) if needs_folds else []
    return search(model, task, features, budget, X, y, folds, seed)


def inputs(windows: Windows, model: models.Model, features: str) -> pd.DataFrame:
    """Return what the model sees, (rows, columns): the features, or what a baseline reads."""
    if model.reads == "system":
        return windows.table[["system"]].astype(str)
    return feature_sets.matrix(windows, model.reads or features)


def _thin(rows: np.ndarray, most: int | None, seed: int) -> np.ndarray:
    """Draw at most that many of the rows at random, and keep their order."""
    if most is None or most >= len(rows):
        return rows
    return rows[np.sort(np.random.default_rng(seed).choice(len(rows), most, replace=False))]


def available_models(windows: Windows, task: str, budget: str = "quick") -> tuple[str, ...]:
    """List the models that the data set and the budget allow, in order.

    The budget `published` has the reference's models and the baselines; a data set without
    descriptors has no baseline that reads them.
    """
    kinds = ("baseline", "reference") if budget == "published" else KINDS
    lacking = windows.described.empty
    found = models.names(task, kinds)
    return tuple(
        name for name in found if not (lacking and models.model(name).reads == "descriptors")
    )


@stored
def cells(
    windows: Windows,
    task: str,
    features: str,
    split: str = "ion",
    budget: str = "quick",
    seed: int = 0,
    fast: float | None = None,
) -> tuple[Cell, ...]:
    """Return the cells of all models, computed side by side; see `cell`."""
    names = available_models(windows, task, budget)
    work = [(windows, task, features, split, name, budget, seed, fast) for name in names]
    return tuple(run(work, f"{task}, {features}, {split}"))


def run(work: list[tuple], label: str) -> list[Cell]:
    """Compute cells in `JOBS` processes, the dearest models first, with a progress bar.

    Parameters
    ----------
    work : list of tuple
        Arguments of `cell`.
    label : str
        What the bar says.
    """
    from joblib import Parallel, delayed, parallel_config
    from tqdm import tqdm

    dear = sorted(range(len(work)), key=lambda i: -COST.get(work[i][4], 0))
    with parallel_config("loky", inner_max_num_threads=1):
        results = Parallel(n_jobs=JOBS, return_as="generator")(
            delayed(cell)(*work[i]) for i in dear
        )
        bar = tqdm(results, total=len(work), desc=label, disable=not sys.stderr.isatty())
        finished = dict(zip(dear, bar, strict=True))
    return [finished[i] for i in range(len(work))]


@stored
def score_table(
    windows: Windows,
    task: str,
    features: str,
    split: str = "ion",
    budget: str = "quick",
    seed: int = 0,
    fast: float | None = None,
) -> pd.DataFrame:
    """Compute all scores of all models, with intervals by a bootstrap over the ions predicted.

    Returns
    -------
    DataFrame
        Index: short names of the models. Columns: the scores of the task (`scores.REGRESSION`, or
        `scores.BY_CLASS` and `scores.BY_SCORE`), and for each the ends of its 95 % interval,
        "R2 low" and "R2 high".
    """
    table = {
        c.model: cell_scores(windows, task, c, seed)
        for c in cells(windows, task, features, split, budget, seed, fast)
    }
    return pd.DataFrame.from_dict(table, orient="index")


def cell_scores(windows: Windows, task: str, result: Cell, seed: int = 0) -> dict[str, float]:
    """Compute the scores of one cell and the ends of their intervals."""
    chosen = windows.where(result.rows)
    weights = scores.ion_weights(chosen, seed=seed)
    row = {}
    for name, score, shown in _scores_of(task, result):
        low, high = interval(scores.replicated(score, result.truth, shown, weights))
        value = float(score(result.truth, shown))
        row |= {name: value, f"{name} low": float(low), f"{name} high": float(high)}
    return row


def _scores_of(task: str, result: Cell):
    """Return name and function of each score of the task, and the prediction that it judges."""
    if not find_task(task).is_classification:
        return [(name, score, result.prediction) for name, score in scores.REGRESSION.items()]
    by_class = [(name, score, result.prediction) for name, score in scores.BY_CLASS.items()]
    return by_class + [(name, score, result.decision) for name, score in scores.BY_SCORE.items()]
