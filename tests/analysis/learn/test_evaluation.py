"""Evaluations: learned on one side, judged on the other, stored one by one."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from sklearn.metrics import r2_score, roc_auc_score

from analysis.data import datasets
from analysis.ground.choices import BUDGETS
from analysis.learn import evaluation, models, splits
from analysis.learn.case import Case
from analysis.learn.scores import REPLICATES, ion_weights
from analysis.learn.search import named
from analysis.learn.tasks import target
from press import InputError
from tests.analysis.conftest import searched_among

ROOT = Path(__file__).resolve().parents[3]
CASE = Case("regression")


def test_an_evaluation_predicts_the_rows_that_were_held_out(lipf6):
    """Rows, truth and prediction belong together, and the score is scikit-learn's."""
    judged = evaluation.evaluate(lipf6, CASE, "ridge")
    ((_, test),) = splits.outer(lipf6, "ion")
    np.testing.assert_array_equal(judged.rows, test)
    np.testing.assert_array_equal(judged.truth, lipf6.table["dr"].to_numpy()[test])
    scores = evaluation.scores_of(lipf6, CASE, judged)
    assert scores["R2"] == pytest.approx(r2_score(judged.truth, judged.prediction))
    assert scores["R2 low"] <= scores["R2"] <= scores["R2 high"]


def test_a_classifier_is_ranked_by_its_score(lipf6):
    """AUC comes from the decision, not from the class."""
    case = Case("classification", split="random")
    judged = evaluation.evaluate(lipf6, case, "lightgbm")
    scores = evaluation.scores_of(lipf6, case, judged)
    assert scores["AUC"] == pytest.approx(roc_auc_score(judged.truth, judged.decision))
    assert set(np.unique(judged.prediction)) <= {0, 1}
    assert len(np.unique(judged.decision)) > 2


def test_weights_are_those_of_the_rows_predicted(lipf6):
    """Where the rows are in no order, each is weighed by how often its own ion is drawn."""
    case = Case("regression", split="random")
    judged = evaluation.evaluate(lipf6, case, "ridge")
    assert (np.diff(judged.rows) < 0).any()
    by_row = np.zeros((REPLICATES, len(lipf6.table)))
    by_row[:, judged.rows] = ion_weights(lipf6.where(judged.rows), seed=case.seed)
    for ion in np.unique(lipf6.ion.iloc[judged.rows]):
        rows = np.intersect1d(np.flatnonzero(lipf6.ion == ion), judged.rows)
        assert (np.ptp(by_row[:, rows], axis=1) == 0).all()
    draws = [
        r2_score(judged.truth, judged.prediction, sample_weight=w[judged.rows]) for w in by_row
    ]
    low, high = np.quantile(draws, [0.025, 0.975])
    scores = evaluation.scores_of(lipf6, case, judged)
    assert (scores["R2 low"], scores["R2 high"]) == pytest.approx((low, high))


@pytest.mark.parametrize("split", ["random", "ion"])
@pytest.mark.parametrize("task", ["regression", "classification"])
@pytest.mark.parametrize("model", ["ridge", "tree", "lightgbm", "system-mean"])
def test_nothing_is_learned_from_the_rows_predicted(lipf6, model, task, split):
    """With every displacement to be predicted changed, all predictions stay as they were."""
    case = Case(task, "structure", split)
    before = evaluation.evaluate(lipf6, case, model)
    dr = lipf6.table["dr"].to_numpy().copy()
    dr[before.rows] = 5 - dr[before.rows]
    changed = replace(lipf6, table=lipf6.table.assign(dr=dr))
    after = evaluation.evaluate(changed, case, model)
    assert not np.array_equal(after.truth, before.truth)
    np.testing.assert_array_equal(after.decision, before.decision)
    np.testing.assert_array_equal(after.validation, before.validation)
    assert after.parameters == before.parameters


@pytest.mark.parametrize("budget", BUDGETS)
@pytest.mark.parametrize("model", ["ridge", "svm"])
def test_the_final_model_learns_from_all_rows_to_learn_from(paced, model, budget):
    """The prediction is that of scikit-learn's pipeline with the settings found, no row less."""
    case = Case("regression", "structure", budget=budget)
    judged = evaluation.evaluate.__wrapped__(paced, case, model)
    chosen = models.model(model)
    X, y = evaluation.inputs(paced, chosen, "structure"), target(paced, "regression")
    ((train, test),) = splits.outer(paced, "ion")
    assert len(train) > 2000
    plain = chosen.pipeline("regression").set_params(**named(judged.parameters[0]))
    plain.fit(X.iloc[train], y[train])
    np.testing.assert_array_equal(judged.prediction, plain.predict(X.iloc[test]))


@pytest.fixture(scope="module")
def cg():
    """Load the data set that comes with the project, thinned to a few thousand windows."""
    windows = datasets.load("cg")
    return windows.where((windows.table["Event"] <= 4).to_numpy())


@pytest.fixture
def paced(cg, monkeypatch):
    """Return the thinned data set, to be searched among two candidates only."""
    monkeypatch.setattr(models, "MODELS", searched_among(2))
    return cg


@pytest.mark.parametrize(
    ("task", "score", "by"), [("regression", "R2", r2_score), ("classification", "AUC", None)]
)
def test_a_difference_is_judged_by_the_same_ions(lipf6, task, score, by):
    """Value and interval are those of the paired draws; one judged less itself is zero."""
    case = Case(task, "structure")
    judged, other = (evaluation.evaluate(lipf6, case, name) for name in ("lightgbm", "system-mean"))
    value, low, high = evaluation.difference(lipf6, case, judged, other, score)
    shown = [c.decision if by is None else c.prediction for c in (judged, other)]
    by = by or roc_auc_score
    assert value == pytest.approx(by(judged.truth, shown[0]) - by(judged.truth, shown[1]))
    apart = [
        by(judged.truth, shown[0], sample_weight=w) - by(judged.truth, shown[1], sample_weight=w)
        for w in ion_weights(lipf6.where(judged.rows), seed=case.seed)
    ]
    assert (low, high) == pytest.approx(tuple(np.quantile(apart, [0.025, 0.975])))
    assert evaluation.difference(lipf6, case, judged, judged, score) == (0, 0, 0)


def test_a_difference_needs_the_same_rows(lipf6):
    """Cells of different splits are not compared."""
    both = [
        evaluation.evaluate(lipf6, Case("regression", split=s), "ridge") for s in ("ion", "random")
    ]
    with pytest.raises(ValueError, match="different rows"):
        evaluation.difference(lipf6, CASE, *both)


def test_all_models_in_one_table(lipf6):
    """Without descriptors every model but the one that reads them has a row."""
    table = evaluation.score_table(lipf6, Case("regression", "structure"))
    assert "descriptors" not in table.index and "system-mean" in table.index
    assert tuple(table.index) == evaluation.available_models(lipf6, "regression")
    assert table.notna().all(axis=None)


def test_planted_signal_is_found(lipf6):
    """With dr itself among the features the ensembles see it."""
    table = lipf6.table.assign(**{"Li-flip": (100 * lipf6.table["dr"]).round().astype(int)})
    planted = replace(lipf6, table=table)
    judged = evaluation.evaluate(planted, CASE, "ridge")
    assert evaluation.scores_of(planted, CASE, judged)["R2"] > 0.95


def test_leave_one_system_out_predicts_everything_once(lipf6):
    """Each fold is one system, and the system mean falls back to the overall one."""
    judged = evaluation.evaluate(lipf6, Case("regression", "structure", "system"), "system-mean")
    np.testing.assert_array_equal(np.sort(judged.rows), np.arange(len(lipf6.table)))
    for fold in np.unique(judged.fold):
        assert len(np.unique(judged.prediction[judged.fold == fold])) == 1


def test_constant_feature_and_missing_class_are_named(lipf6):
    """Both are refused before anything is learned."""
    flat = replace(lipf6, table=lipf6.table.assign(EMC=1))
    with pytest.raises(InputError, match="'EMC' is always 1"):
        evaluation.evaluate(flat, CASE, "ridge")
    with pytest.raises(InputError, match="no window is fast"):
        evaluation.evaluate(lipf6, Case("classification", fast=1000.0), "ridge")


def test_an_unknown_model_is_refused(lipf6):
    """It gets the list of known ones."""
    with pytest.raises(InputError, match="model is one of constant"):
        evaluation.evaluate(lipf6, CASE, "x")


INTERRUPTED = """
import sys
from pathlib import Path
from analysis.data import datasets, registry
from analysis.learn import evaluation
from analysis.learn.case import Case

windows = datasets.load_entry(registry.entry("lipf6", Path(sys.argv[1]) / "registry.toml"))
for model in ("ridge", "tree", "extra-tree", "neighbours", "forest", "boosting"):
    evaluation.evaluate(windows, Case("regression", "structure"), model)
    print(model, flush=True)
"""


def test_a_killed_run_loses_at_most_what_is_in_flight(lipf6_home, tmp_path):
    """After kill -9 what was finished is on disk, and the next run does not compute it again."""
    store = tmp_path / "store"
    places = {"PRESS_STORE": str(store), "THESIS_DATA_DIR": str(lipf6_home)}
    run = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(lipf6_home)],
        cwd=ROOT,
        env={**os.environ, **places, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert [run.stdout.readline().strip() for _ in range(2)] == ["ridge", "tree"]
    run.send_signal(signal.SIGKILL)
    run.wait()
    kept = {
        path: path.stat().st_mtime_ns
        for path in store.rglob("analysis.learn.evaluation.evaluate/*.joblib")
    }
    assert len(kept) >= 2
    time.sleep(0.01)
    again = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(lipf6_home)],
        cwd=ROOT,
        env={**os.environ, **places, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(again.stdout.split()) == 6
    assert all(path.stat().st_mtime_ns == then for path, then in kept.items())


WORKING = """
import sys
from pathlib import Path
from analysis.data import datasets, registry
from analysis.learn import evaluation
from analysis.learn.case import Case

windows = datasets.load_entry(registry.entry("lipf6", Path(sys.argv[1]) / "registry.toml"))
evaluation.IDLE = 0.1
evaluation.evaluate_all(windows, Case("regression", "structure"))
"""


def test_workers_end_when_their_main_process_is_killed(lipf6_home, tmp_path):
    """After kill -9 they finish what they are at, begin nothing else, and are gone."""
    store = tmp_path / "store"
    places = {"PRESS_STORE": str(store), "THESIS_DATA_DIR": str(lipf6_home)}
    run = subprocess.Popen(
        [sys.executable, "-c", WORKING, str(lipf6_home)],
        cwd=ROOT,
        env={**os.environ, **places, "PYTHONPATH": str(ROOT)},
    )
    while not list(store.rglob("analysis.learn.evaluation.evaluate/*.joblib")):
        assert run.poll() is None
        time.sleep(0.05)
    children = psutil.Process(run.pid).children(recursive=True)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert len(children) >= evaluation.JOBS
    _, alive = psutil.wait_procs(children, timeout=120)
    assert not alive
