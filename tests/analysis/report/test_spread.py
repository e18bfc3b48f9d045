"""What the runs of the sweep have in common."""

import itertools

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from analysis.report import spread

SPLITS, SEEDS, THRESHOLDS = ("ion", "system"), (0, 1), (2.0, 3.0)


@pytest.fixture
def runs() -> spread.Runs:
    """Make runs by a formula: seeds count under the split by ions only, thresholds for AUC only."""
    rows = []
    for split, seed, fast in itertools.product(SPLITS, SEEDS, THRESHOLDS):
        for score, seen in itertools.product(("R²", "AUC"), spread.SEEN):
            value = 0.2 + 0.1 * (seen == "structure+flips") + 0.02 * seed * (split == "ion")
            value += 0.06 * (fast - 2) * (score == "AUC")
            row = {"fast": fast, "split": split, "seed": seed, "Score": score, "Seen": seen}
            ends = {"Value": value, "Low": value - 0.0196, "High": value + 0.0196}
            rows.append(row | ends | {"Constant": 0.0, "System mean": 0.21})
    return spread.Runs(pd.DataFrame(rows), "ab" * 32)


def test_runs_are_counted_once(runs):
    """A run has several rows in the table."""
    assert runs.count == 8
    assert (runs.seeds, runs.thresholds, runs.splits) == (2, [2.0, 3.0], ["ion", "system"])


def test_r2_is_taken_once_for_all_thresholds(runs):
    """Two splits, two seeds; the system mean and two feature sets."""
    assert len(spread.values(runs, "R²")) == 2 * 2 * 3
    assert len(spread.values(runs, "AUC")) == 2 * 2 * 2 * 3


def test_spread_by_origin(runs):
    """Means, deviations over seeds and thresholds, and the error of one run, by hand."""
    r2 = spread.spread(runs, "R²").loc[("new ions", "structure")]
    assert r2.to_dict() == pytest.approx({"Mean": 0.21, "Seeds": 0.02 / np.sqrt(2), "Ions": 0.01})
    auc = spread.spread(runs, "AUC").loc[("new ions", "structure")]
    assert auc[["Mean", "Seeds"]].tolist() == pytest.approx([0.24, 0.02 / np.sqrt(2)])
    assert auc["Thresholds"] == pytest.approx(0.06 / np.sqrt(2))


def test_the_system_mean_has_no_interval(runs):
    """Baselines are given as values only."""
    row = spread.spread(runs, "R²").loc[("new system", "System mean")]
    assert row.isna().to_dict() == {"Mean": False, "Seeds": False, "Ions": True}


def test_runs_above_the_system_mean(runs):
    """0.20 and 0.22 against 0.21: one of two seeds; with flips both. Nothing drawn: one run."""
    assert spread.above_system_mean(runs, "R²", "structure", ["ion"]) == "1 of 2"
    assert spread.above_system_mean(runs, "R²", "structure+flips", ["ion"]) == "2 of 2"
    assert spread.above_system_mean(runs, "R²", "structure", ["system"]) == "0 of 1"
    assert list(spread.stands(runs)["R², structure"]) == ["1 of 2", "0 of 1"]


def test_margins_are_in_widths_of_an_interval(runs):
    """Structure is 0.21 on average, as is the mean; by AUC at 3 angstrom 0.06 more."""
    assert spread.margins(runs, "R²", "structure", ["ion"]).loc["ion", 2.0] == pytest.approx(0)
    found = spread.margins(runs, "AUC", "structure", ["ion", "system"])
    assert found.loc["ion"].tolist() == pytest.approx([0, 0.06 / 0.0392])
    assert found.loc["system"].tolist() == pytest.approx([-0.01 / 0.0392, 0.05 / 0.0392])


def test_seeds_in_standard_errors(runs):
    """Splits without a draw are left out."""
    ratio = spread.seeds_to_ions(runs, "R²")
    assert set(ratio.index.get_level_values("Split")) == {"new ions"}
    assert ratio.to_numpy() == pytest.approx(np.sqrt(2))


def test_the_figure_has_a_place_for_every_split(runs):
    """Both panels share the splits as their axis."""
    upper, lower = spread.figure(runs).axes
    assert [label.get_text() for label in lower.get_xticklabels()] == ["new ions", "new system"]
    assert upper.get_ylabel() == "R² of dr"


def test_auc_of_a_difference_in_scale(lipf6):
    """The AUC of the mean where the distributions of all systems are one, scaled by hand."""
    table = lipf6.table
    mean = table.groupby("system", observed=True)["dr"].transform("mean").to_numpy()
    relative = table["dr"].to_numpy() / mean
    scaled = np.outer(mean, relative)  # every window with the relative step of every other
    truth = (scaled > 2.0).astype(int)
    expected = roc_auc_score(truth.ravel(), np.repeat(mean, len(relative)))
    assert spread.auc_of_scale(lipf6, 2.0) == pytest.approx(expected)


def test_the_committed_result_is_complete():
    """Every combination of the grid is there: ten seeds, five thresholds, all six splits."""
    runs = spread.load()
    assert (runs.seeds, len(runs.thresholds), len(runs.splits)) == (10, 5, 6)
    assert runs.count == 10 * 5 * 6
    assert len(runs.table) == runs.count * 2 * len(spread.SEEN)
    assert not runs.table.isna().any().any()


def test_runs_in_words(runs):
    """Structure is above the mean in one of two runs by R2; errors of a run are a hundredth."""
    said = spread.in_words(runs)
    assert "with structure in 1 of 2 by R²" in said
    assert "1.4 to 1.4 times" in said  # 0.02 / sqrt(2) over 0.01


def test_a_sweep_that_was_not_run_is_an_absence(monkeypatch, tmp_path):
    """The chapter shows the sentence in place of figure, table and numbers."""
    monkeypatch.setattr(spread, "FOLDER", tmp_path)
    absent = spread.of_atoms()
    assert (spread.figure(absent), spread.stands(absent)) == (absent, absent)
    assert spread.in_words(absent) == spread.NOT_RUN
