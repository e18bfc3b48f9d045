"""The evaluations: every model under one task, feature set and split.

An evaluation is one model of a case, learned and judged under its outer split, with the search
for its hyperparameters inside the rows that it learns from. Evaluations do not depend on one
another; each is stored as soon as it is finished, so an interrupted table continues where it
stopped.
"""

import sys
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from analysis.data.bootstrap import interval
from analysis.data.windows import Windows
from analysis.learn import features as feature_sets
from analysis.learn import models, scores, splits
from analysis.learn.case import Case
from analysis.learn.search import Found, named, search
from analysis.learn.tasks import target
from analysis.learn.tasks import task as find_task
from press import stored

JOBS = 2  # processes; chapters of a render run at the same time
IDLE = 300  # seconds without work after which a process ends; the last evaluation may take as long


@dataclass(frozen=True, eq=False)
class Evaluation:
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
def evaluate(windows: Windows, case: Case, model: str, complete: bool = False) -> Evaluation:
    """Search, learn and predict: one model of a case.

    Parameters
    ----------
    windows : Windows
        The data.
    case : Case
        Task, feature set, split, budget, seed and threshold.
    model : str
        Its short name; an unknown one is refused with those that exist.
    complete : bool
        Whether a random or ion split predicts every row once, in five folds.

    Raises
    ------
    InputError
        For an unknown model; `Insufficient` for a class missing from a fold, a feature constant in
        one, fewer groups than folds.
    """
    started = time.process_time()
    chosen = models.model(model)
    X, y = inputs(windows, chosen, case.features), target(windows, case.task, case.fast)
    folds = splits.outer(windows, case.split, case.seed, complete)
    is_classification = find_task(case.task).is_classification
    if is_classification:
        splits.check_classes(y, folds)
    if not chosen.is_baseline:
        feature_sets.check_varying(feature_sets.matrix(windows, case.features), folds)
    parts, found = [], []
    for number, (train, test) in enumerate(folds):
        pipeline, result = _learned(windows, case, chosen, X, y, train)
        prediction = pipeline.predict(X.iloc[test])
        rank = models.decision(pipeline, X.iloc[test]) if is_classification else prediction
        parts.append((test, np.full(len(test), number), y[test], prediction, rank))
        found.append(result)
    rows, fold, truth, predicted, decision = map(np.concatenate, zip(*parts, strict=True))
    return Evaluation(
        model=model,
        rows=rows,
        fold=fold,
        truth=truth,
        prediction=predicted,
        decision=decision,
        parameters=tuple(result.parameters for result in found),
        validation=tuple(result.validation for result in found),
        seconds=time.process_time() - started,
    )


def _learned(
    windows: Windows,
    case: Case,
    model: models.Model,
    X: pd.DataFrame,
    y: np.ndarray,
    rows: np.ndarray,
) -> tuple[Pipeline, Found]:
    """Search among the rows to learn from, with folds made as the outer ones are, and learn."""
    needs_folds = case.budget != "published" and model.search
    seen = windows.where(rows)
    folds = splits.inner(seen, case.split, case.task, y[rows]) if needs_folds else []
    found = search(model, case, X.iloc[rows], y[rows], folds)
    pipeline = model.pipeline(case.task, case.seed).set_params(**named(found.parameters))
    return pipeline.fit(X.iloc[rows], y[rows]), found


def inputs(windows: Windows, model: models.Model, features: str) -> pd.DataFrame:
    """Return what the model sees, (rows, columns): the features, or what it reads instead."""
    if model.reads == "system":
        return windows.table[["system"]].astype(str)
    if model.reads == "smooth":
        return feature_sets.smooth(windows, features)
    return feature_sets.matrix(windows, model.reads or features)


def available_models(windows: Windows, task: str) -> tuple[str, ...]:
    """List the models that do the task, in order, less those that read descriptors without any."""
    lacking = windows.described.empty
    return tuple(
        name
        for name in models.names(task)
        if not (lacking and models.model(name).reads == "descriptors")
    )


@stored
def evaluate_all(windows: Windows, case: Case) -> tuple[Evaluation, ...]:
    """Evaluate all models in `JOBS` processes, the dearest first."""
    from joblib import Parallel, delayed, parallel_config
    from tqdm import tqdm

    names = available_models(windows, case.task)
    dear = sorted(names, key=lambda name: -models.model(name).cost)
    with parallel_config("loky", inner_max_num_threads=1, idle_worker_timeout=IDLE):
        finished = Parallel(n_jobs=JOBS, return_as="generator", pre_dispatch=JOBS)(
            delayed(_keep)(windows, case, name) for name in dear
        )
        label = f"{case.task}, {case.features}, {case.split}"
        for _ in tqdm(finished, total=len(dear), desc=label, disable=not sys.stderr.isatty()):
            pass
    return tuple(evaluate(windows, case, name) for name in names)


def _keep(windows: Windows, case: Case, model: str) -> None:
    """Leave an evaluation in the store, and hand nothing over.

    When the main process is killed, its workers finish what is in flight and end. They would
    wait for ever if they had to hand over more than a pipe holds, which nobody empties.
    """
    evaluate(windows, case, model)


@stored
def score_table(windows: Windows, case: Case) -> pd.DataFrame:
    """Compute all scores of all models, with intervals by a bootstrap over the ions predicted.

    Returns
    -------
    DataFrame
        Index: short names of the models. Columns: the scores of the task (`scores.REGRESSION`, or
        `scores.BY_CLASS` and `scores.BY_SCORE`), and for each the ends of its 95 % interval,
        "R2 low" and "R2 high".
    """
    table = {found.model: scores_of(windows, case, found) for found in evaluate_all(windows, case)}
    return pd.DataFrame.from_dict(table, orient="index")


def scores_of(windows: Windows, case: Case, found: Evaluation) -> dict[str, float]:
    """Compute the scores of one evaluation and the ends of their intervals."""
    weights = _weights(windows, case, found)
    row: dict[str, float] = {}
    for name, (score, shown) in _judged(case.task, found).items():
        low, high = interval(scores.replicated(score, found.truth, shown, weights))
        value = float(score(found.truth, shown))
        row |= {name: value, f"{name} low": float(low), f"{name} high": float(high)}
    return row


def difference(
    windows: Windows, case: Case, found: Evaluation, other: Evaluation, score: str = "R2"
) -> tuple[float, float, float]:
    """Compute a score of one evaluation less that of another, with its 95 % interval.

    Both are judged by the same ions in every replicate, so that what makes the rows hard for both
    cancels: intervals of two scores may overlap where their difference is certain.

    Parameters
    ----------
    windows : Windows
        The data.
    case : Case
        Its task says which scores there are, its seed draws the ions.
    found, other : Evaluation
        Of any models, baselines too, and any feature sets, with the same rows predicted.
    score : str
        A column of `score_table`.

    Returns
    -------
    value, low, high : float
    """
    if not np.array_equal(found.rows, other.rows):
        raise ValueError(f"{found.model} and {other.model} predict different rows")
    weights = _weights(windows, case, found)
    values, draws = [], []
    for one in (found, other):
        function, shown = _judged(case.task, one)[score]
        values.append(function(one.truth, shown))
        draws.append(scores.replicated(function, one.truth, shown, weights))
    low, high = map(float, interval(draws[0] - draws[1]))
    return float(values[0] - values[1]), low, high


def _weights(windows: Windows, case: Case, found: Evaluation) -> np.ndarray:
    """Return how often the ion of each predicted row is drawn, (replicates, predicted)."""
    return scores.ion_weights(windows.where(found.rows), seed=case.seed)


def _judged(task: str, found: Evaluation) -> dict[str, tuple[scores.Score, np.ndarray]]:
    """Return the function of each score of the task, and the prediction that it judges."""
    if not find_task(task).is_classification:
        return {name: (score, found.prediction) for name, score in scores.REGRESSION.items()}
    by_class = {name: (score, found.prediction) for name, score in scores.BY_CLASS.items()}
    by_score = {name: (score, found.decision) for name, score in scores.BY_SCORE.items()}
    return by_class | by_score
