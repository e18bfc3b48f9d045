"""Scores against scikit-learn, and intervals against what they should cover."""

import numpy as np
import pytest
import sklearn.metrics as sk
from hypothesis import given
from hypothesis import strategies as st

from analysis.data.bootstrap import ion_draws
from analysis.learn import scores

TIED = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=12, max_size=12)
COUNTS = st.lists(st.integers(0, 3), min_size=12, max_size=12)
CLASSES = np.array([0, 1] * 6)


def close(a, b):
    """Compare to nine digits."""
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


@given(TIED, TIED)
def test_regression_scores_are_scikit_learns(y, p):
    """R2, MAE, MSE and RMSE agree, unweighted and with integer weights."""
    y, p = np.array([*y, 2.0]), np.array([*p, 0.0])
    w = np.arange(len(y)) % 3 + 1.0
    close(scores.r2(y, p), sk.r2_score(y, p))
    close(scores.r2(y, p, w), sk.r2_score(y, p, sample_weight=w))
    close(scores.mae(y, p, w), sk.mean_absolute_error(y, p, sample_weight=w))
    close(scores.mse(y, p, w), sk.mean_squared_error(y, p, sample_weight=w))
    close(scores.rmse(y, p, w) ** 2, scores.mse(y, p, w))


@given(st.lists(st.booleans(), min_size=12, max_size=12))
def test_class_scores_are_scikit_learns(called):
    """Accuracy, recall, precision and F1 agree, also when no window is called fast."""
    p = np.array(called).astype(int)
    close(scores.accuracy(CLASSES, p), sk.accuracy_score(CLASSES, p))
    close(scores.recall(CLASSES, p), sk.recall_score(CLASSES, p))
    close(scores.precision(CLASSES, p), sk.precision_score(CLASSES, p, zero_division=0))
    close(scores.f1(CLASSES, p), sk.f1_score(CLASSES, p, zero_division=0))


@given(TIED, COUNTS)
def test_ranking_scores_are_scikit_learns(s, counts):
    """AUC and average precision agree with ties and weights."""
    s, w = np.array(s), np.array(counts) + 1.0
    close(scores.roc_auc(CLASSES, s), sk.roc_auc_score(CLASSES, s))
    close(scores.roc_auc(CLASSES, s, w), sk.roc_auc_score(CLASSES, s, sample_weight=w))
    close(scores.average_precision(CLASSES, s), sk.average_precision_score(CLASSES, s))
    expected = sk.average_precision_score(CLASSES, s, sample_weight=w)
    close(scores.average_precision(CLASSES, s, w), expected)


def test_auc_by_hand():
    """Of four pairs one is a tie and two are right: (2 + 0.5) / 4."""
    assert scores.roc_auc(np.array([1, 1, 0, 0]), np.array([3.0, 1.0, 1.0, 2.0])) == 0.625


@pytest.mark.parametrize("score", [scores.r2, scores.f1, scores.roc_auc, scores.mae])
def test_replicates_are_scores_of_repeated_rows(score):
    """Weights of a replicate do what repeating rows does."""
    draw = np.random.default_rng(0)
    y, p = draw.integers(0, 2, 30), draw.integers(0, 2, 30)
    weights = draw.integers(0, 3, (120, 30)).astype(float)
    expected = [score(np.repeat(y, w.astype(int)), np.repeat(p, w.astype(int))) for w in weights]
    close(scores.replicated(score, y, p, weights), expected)


def test_windows_of_an_ion_are_drawn_together(lipf6):
    """All rows of an ion have one weight, and every system keeps its number of ions."""
    weights = scores.ion_weights(lipf6, replicates=5)
    ion = lipf6.ion.to_numpy()
    for one in np.unique(ion):
        assert (np.ptp(weights[:, ion == one], axis=1) == 0).all()
    for system in lipf6.systems:
        rows = (lipf6.table["system"] == system).to_numpy()
        assert (weights[:, rows].sum(axis=1) == rows.sum()).all()


def test_intervals_cover():
    """Of 300 samples of correlated rows the 95 % interval of the MSE holds the truth in most.

    Ions differ (a common error per ion), so an interval from single rows would be far too
    narrow; with 40 ions the percentile interval covers a little less than 95 %.
    """
    draw = np.random.default_rng(1)
    ions, windows, trials = 40, 10, 300
    truth = 1 + 1.0**2  # variance of an ion's error and of a row's
    covered = by_row = 0
    for _ in range(trials):
        error = np.repeat(draw.normal(size=ions), windows) + draw.normal(size=ions * windows)
        zero = np.zeros_like(error)
        rows = np.repeat(np.arange(ions), windows)
        draws = ion_draws(np.zeros(ions, dtype=int), 200, seed=int(draw.integers(1 << 30)))
        low, high = np.quantile(
            scores.replicated(scores.mse, error, zero, draws[:, rows]), [0.025, 0.975]
        )
        covered += low <= truth <= high
        spread = np.std(error**2) / np.sqrt(len(error))
        by_row += abs(np.mean(error**2) - truth) <= 1.96 * spread
    assert 0.87 <= covered / trials <= 0.98
    assert by_row / trials < covered / trials - 0.1
