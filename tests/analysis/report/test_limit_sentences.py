"""Sentences about memory, drift and time scales say what the numbers say."""

from dataclasses import replace

import pandas as pd

from analysis.ground.wording import with_interval
from analysis.limits import memory, predicting
from analysis.report import limit_sentences


def test_memory_sentences(lipf6, paec):
    """They hold the estimated correlations with intervals, or why there are none."""
    few = lipf6.where(lipf6.table["Event"].to_numpy() <= 2)
    assert limit_sentences.mobility_memory(few) == ""  # the reason was told before
    assert limit_sentences.displacement_memory(few) == memory.TOO_FEW
    assert limit_sentences.displacement_memory(lipf6) == memory.TOO_FEW
    for estimate in (memory.of_mobility, memory.of_lengths):
        assert with_interval(*estimate(paec)) in limit_sentences.mobility_memory(paec)
    assert with_interval(*memory.of_displacement(paec)) in limit_sentences.displacement_memory(paec)


def test_returns_are_named_as_such(paec):
    """The components of the reference's displacements are anticorrelated."""
    assert "come back" in limit_sentences.returns(paec)


def test_drift_sentence(lipf6):
    """Random columns do not drift."""
    assert "no drift is found" in limit_sentences.drifting(lipf6)


def test_sentence_on_longer_windows(lipf6):
    """It counts the systems where the ceiling rises, falls, or does neither."""
    assert "From one window to 4 merged ones" in limit_sentences.longer_windows(lipf6)


def test_compositions_are_named_with_their_means(paec):
    """The shortest and the longest, of those that are common enough."""
    assert "EC" in limit_sentences.compositions(paec)


def test_searches_are_worded(lipf6, monkeypatch):
    """Ranges over the folds, and what they add."""
    found = {"smooth": [{"penalty": 10.0}, {"penalty": 100.0}]}
    found["trees"] = [{"num_leaves": 4, "n_estimators": 90}, {"num_leaves": 4, "n_estimators": 70}]
    monkeypatch.setattr(limit_sentences, "shortfall", lambda windows: None)
    monkeypatch.setattr(predicting, "settings", lambda windows, split, how, seed: found[how])
    monkeypatch.setattr(predicting, "gain", lambda *_: (0.01, 0.0, 0.02))
    said = limit_sentences.searched(lipf6)
    assert "a penalty of 10 to 100 (change of R² 0.0100 [0.0000, 0.0200])" in said
    assert "70 to 90 trees of 4 leaves" in said


def test_too_few_compositions(lipf6):
    """A small data set has none that is common."""
    assert limit_sentences.compositions(lipf6).startswith("Too few")


def test_flips_that_go_together(lipf6):
    """Independent counts do not correlate."""
    between, pair = limit_sentences.flips_together(lipf6)
    assert len(between) == 2
    assert abs(pair) < 0.3


def test_constant_displacements_have_sentences_without_numbers(lipf6):
    """Nothing is said of numbers that are none."""
    still = replace(lipf6, table=lipf6.table.assign(dx=1.0, dy=0.0, dz=0.0, dr=1.0))
    said = limit_sentences.longer_windows(still), limit_sentences.budgeted(still)
    assert all(sentence.startswith("Displacements that never change") for sentence in said)


def test_a_threshold_beyond_all_displacements_leaves_nothing_to_rank(lipf6):
    """The sentence says so, and gives no area."""
    assert "nothing to rank" in limit_sentences.ranking(lipf6.with_threshold(1e4))
    assert "would reach an AUC of 0." in limit_sentences.ranking(lipf6)


def test_no_ceiling_to_divide(lipf6, monkeypatch):
    """An estimate that is not positive is no share of the variance."""
    table = pd.DataFrame([(-0.4, -10.8, 0.2), (0.0, 0.0, 0.0)], ["all systems", "between systems"])
    table.columns = ["value", "low", "high"]
    monkeypatch.setattr(limit_sentences.budget, "ceilings", lambda *_: table)
    assert "as far as can be told, nothing" in limit_sentences.budgeted(lipf6)
