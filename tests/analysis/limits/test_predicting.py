"""Scores of the sources, and the null."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.limits import learners, predicting
from press import Absence


def test_too_little_data_is_an_absence(lipf6):
    """The small data set has too few windows to learn from."""
    assert isinstance(predicting.figure(lipf6), Absence)
    assert isinstance(predicting.table(lipf6), Absence)


def test_perfect_and_constant_predictions(lipf6):
    """R2 is one and zero, and its share of the ceiling follows."""
    y = lipf6.table["dr"].to_numpy()
    rows = np.arange(len(y))
    best = predicting.judged(lipf6, predicting.Predicted(rows, y))
    none = predicting.judged(lipf6, predicting.Predicted(rows, np.full(len(y), y.mean())))
    assert best["r2"] == pytest.approx(1)
    assert best["share"] > 1
    assert none["r2"] == pytest.approx(0)


def test_exchange_keeps_records_whole(lipf6):
    """Every ion gets the whole record of one ion of its own system, and features stay."""
    moved = predicting.exchanged(lipf6, np.random.default_rng(0))
    assert (moved.table[list(lipf6.features)] == lipf6.table[list(lipf6.features)]).all(axis=None)

    def records(windows):
        groups = windows.table.groupby("system", observed=True)
        return {s: {tuple(dr) for _, dr in t.groupby("idx")["dr"]} for s, t in groups}

    assert records(moved) == records(lipf6)
    assert not moved.table["dr"].equals(lipf6.table["dr"])


@pytest.mark.parametrize("how", learners.LEARNERS)
def test_history_predicts_lasting_mobility(lipf6, how):
    """Ions of faster systems are told by their past, without their system's name."""
    found = predicting.predicted(lipf6, "history", "time", how)
    assert predicting.judged(lipf6, found)["r2"] > 0.05 or how == "trees"  # 40 rows a leaf
    assert (lipf6.table["Event"].to_numpy()[found.rows] > 1).all()


def test_a_search_never_sees_what_its_fold_predicts(lipf6):
    """Displacements of the held-out rows may be anything; the settings of the fold stay."""
    _, test = predicting.usable_folds(lipf6, "ion", 0)[0]
    spoiled = lipf6.table.copy()
    spoiled.iloc[test, spoiled.columns.get_loc("dr")] *= 1000
    before = predicting.settings(lipf6, "ion", "smooth")
    after = predicting.settings(replace(lipf6, table=spoiled), "ion", "smooth")
    assert before[0] == after[0]
    assert len(before) == 5


def test_searched_settings_are_used(lipf6, monkeypatch):
    """A search that finds a penalty beyond all bounds makes the learner predict a constant."""
    monkeypatch.setattr(predicting, "settings", lambda *_: [{"penalty": 1e12}] * 5)
    found = predicting.predicted(lipf6, "history", "ion", "smooth", search=True)
    assert np.ptp(found.values) < 0.5 < np.ptp(lipf6.table["dr"])


def test_no_share_of_a_ceiling_that_is_not_positive():
    """Steps of one length in every window leave no variance to chance, or more than there is."""
    mean, spread = 1.0, 0.1  # the variance is far below Maxwell's
    total = np.array([100.0, 100 * mean, 100 * (mean**2 + spread**2), 100 * spread**2 / 2])
    r2, share = predicting._scores(total)
    assert r2 == pytest.approx(0.5)
    assert np.isnan(share)
