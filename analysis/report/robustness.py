"""Whether a finding hangs on a seed, a threshold or a split: one run of the many that a sweep does.

A run learns with one quick model, sees one feature set and then the other, and is judged beside
the baselines on the rows that one split holds out. Runs share what they would find alike: `dr`
does not depend on the threshold of `fast`, and nothing depends on the seed where a split draws
nothing, because the learner draws nothing either.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.data.bootstrap import interval
from analysis.data.sufficiency import sufficient
from analysis.data.windows import Windows
from analysis.learn import evaluation, models, scores, splits
from analysis.learn.case import Case
from press import Absence, stored

LEARNER = "lightgbm"
DRAWN = ("random", "ion")  # splits that draw rows or ions
SEEN = ("structure", "structure+flips")
SCORES = {"regression": ("R²", scores.r2), "classification": ("AUC", scores.roc_auc)}


@sufficient
def one_run(
    windows: Windows, split: str = "ion", seed: int = 0, fast: float | None = None
) -> pd.DataFrame | Absence:
    """Score the learner on `dr` and on `fast`, with what it sees and what the baselines reach.

    Parameters
    ----------
    windows : Windows
        The data.
    split : str
        How rows are held out, one of `splits.SPLITS`.
    seed : int
        Of the rows or ions that the split draws, if it does.
    fast : float, optional
        Threshold in angstrom; by default the data set's own.

    Returns
    -------
    DataFrame or Absence
        Index Score and Seen; columns Value, the ends Low and High of its 95 % interval, and the
        values of the baselines by their titles. An absence where there is no such split.
    """
    lacking = splits.absence(windows, split)
    if lacking is not None:
        return lacking
    drawn = seed if split in DRAWN else 0
    how_far = Case("regression", split=split, seed=drawn)
    whether_far = Case("classification", split=split, seed=drawn, fast=fast)
    return pd.concat([judged(windows, how_far), judged(windows, whether_far)])


@stored
def judged(windows: Windows, case: Case) -> pd.DataFrame:
    """Score a case with every feature set of `SEEN`; the rows are described in `one_run`."""
    title, score = SCORES[case.task]
    cases = [replace(case, features=seen) for seen in SEEN]
    found = [evaluation.evaluate(windows, one, LEARNER) for one in cases]
    weights = scores.ion_weights(windows.where(found[0].rows), seed=case.seed)
    table = pd.DataFrame(
        [_with_interval(score, one, weights) for one in found],
        index=pd.MultiIndex.from_product([[title], SEEN], names=["Score", "Seen"]),
        columns=["Value", "Low", "High"],
    )
    for name in evaluation.available_models(windows, "regression"):  # those of both tasks
        baseline = models.model(name)
        if baseline.is_baseline:
            one = evaluation.evaluate(windows, cases[0], name)
            table[baseline.title] = float(score(one.truth, one.decision))
    return table


def _with_interval(score: scores.Score, one: evaluation.Evaluation, weights: np.ndarray) -> tuple:
    draws = scores.replicated(score, one.truth, one.decision, weights)
    return float(score(one.truth, one.decision)), *map(float, interval(draws))
