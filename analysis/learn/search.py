"""Finding hyperparameters: exact where work can be shared, by a race elsewhere.

A race scores all candidates cheaply (few rows, few folds, few trees), keeps the best, scores them
less cheaply, and settles the last few under the full protocol. So the score that a finished race
reports for its winner is the score that a plain random search would have reported for it; only
the candidates that dropped out early were judged on less.
"""

import time
from dataclasses import dataclass

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

from analysis.learn.case import Case
from analysis.learn.models import Model
from analysis.learn.spaces import Effort
from analysis.learn.splits import Fold
from analysis.learn.tasks import task as find_task

MANY = "n_estimators"


@dataclass(frozen=True)
class Found:
    """What a search found.

    Parameters
    ----------
    parameters : dict
        Of the winner.
    validation : float
        Its mean criterion over the folds of the last judgement (minus the MSE, or F1); not a
        number where nothing was searched.
    seconds : float
        CPU time that the search took.
    """

    parameters: dict
    validation: float
    seconds: float


def search(model: Model, case: Case, X, y, folds: list[Fold]) -> Found:
    """Find the best of the reference's candidates, as far as the budget goes.

    Parameters
    ----------
    model : Model
        What is searched for.
    case : Case
        The budget `published` takes the reference's printed winner for its task and features; the
        seed is that of the candidates, the models and the rows drawn in a race.
    X : DataFrame, (rows, features)
        Rows to learn from.
    y : ndarray, (rows,)
        Their target.
    folds : list of (train, test)
        Positions in X.
    """
    started = time.process_time()
    if case.budget == "published":
        return Found(model.winner(case.task, case.features), np.nan, 0.0)
    paid = model.effort(case.budget)
    options = _entrants(model.candidates(case.task, case.seed), paid.candidates)
    if options == [{}]:
        return Found({}, np.nan, 0.0)
    goal = find_task(case.task)
    pipeline = model.pipeline(case.task, case.seed)
    if model.search and model.search.shared:
        means = model.search.shared(pipeline, goal, options, X, y, folds).mean(axis=1)
    else:
        means = race(pipeline, options, X, y, folds, goal.criterion, paid, case.seed)
    best = int(np.nanargmax(means))
    return Found(options[best], float(means[best]), time.process_time() - started)


def _entrants(candidates: list[dict], most: int | None) -> list[dict]:
    """Return the candidates, or the shallowest of them, which are the cheapest to learn."""
    if most is None:
        return candidates
    return sorted(candidates, key=lambda candidate: candidate["max_depth"])[:most]


def race(
    pipeline,
    candidates: list[dict],
    X,
    y,
    folds: list[Fold],
    criterion: str,
    paid: Effort,
    seed: int,
) -> np.ndarray:
    """Compute the mean criterion of the candidates that stayed to the end; NaN for the others.

    Returns
    -------
    ndarray, (candidates,)
    """
    alive = np.arange(len(candidates))
    means = np.empty(0)
    for stage in paid.rounds:
        some = [_thinned(fold, stage.rows, seed) for fold in folds[: stage.folds]]
        light = [_with_trees(candidates[i], stage.trees) for i in alive]
        means = np.array([validate(pipeline, c, X, y, some, criterion).mean() for c in light])
        best = np.argsort(-means, kind="stable")[: stage.keep]
        alive, means = alive[best], means[best]
    if paid.settles:
        full = [validate(pipeline, candidates[i], X, y, folds, criterion) for i in alive]
        means = np.array(full).mean(axis=1)
    result = np.full(len(candidates), np.nan)
    result[alive] = means
    return result


def validate(pipeline, parameters: dict, X, y, folds: list[Fold], criterion: str) -> np.ndarray:
    """Compute scikit-learn's score of one candidate in every fold, (folds,)."""
    candidate = clone(pipeline).set_params(**named(parameters))
    return cross_val_score(candidate, X, y, cv=folds, scoring=criterion, error_score="raise")


def named(parameters: dict) -> dict:
    """Name the parameters as a pipeline knows them: those of its step `model`."""
    return {f"model__{name}": value for name, value in parameters.items()}


def _thinned(fold: Fold, rows: int | None, seed: int) -> Fold:
    """Return the fold with at most `rows` rows to learn from, drawn at random."""
    train, test = fold
    if rows is None or rows >= len(train):
        return fold
    return np.random.default_rng(seed).choice(train, rows, replace=False), test


def _with_trees(parameters: dict, trees: int | None) -> dict:
    if trees is None or MANY not in parameters:
        return parameters
    return {**parameters, MANY: min(trees, parameters[MANY])}
