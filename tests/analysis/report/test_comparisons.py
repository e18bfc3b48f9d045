"""Comparisons are worded by their interval, and find what was planted."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.data import sufficiency
from analysis.learn import importances
from analysis.learn.case import Case
from analysis.report import comparisons, learning_sentences

HOW_FAR, WHETHER_FAR = Case("regression"), Case("classification")


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch):
    """Let the small data set be learned from, which the thesis would not do."""
    monkeypatch.setattr(sufficiency, "FEWEST", 100)


@pytest.fixture(scope="module")
def planted(lipf6):
    """Let one flip follow dr, and all that is in the structure be noise."""
    noise = np.random.default_rng(0).integers(0, 30, len(lipf6.table))
    told = (60 * lipf6.table["dr"]).round().astype(int) + noise
    return replace(lipf6, table=lipf6.table.assign(**{"EMC-flip": told}))


def test_the_best_learner_stands_first_and_all_have_a_place(planted):
    """Every learner is the best, level with it, or behind it."""
    table = comparisons.behind_best(planted, HOW_FAR)
    assert table.iloc[0].tolist() == [0, 0, 0] and table["value"].is_monotonic_increasing
    assert set(table.index) == set(comparisons.learners(planted, HOW_FAR))
    text = comparisons.contenders(planted, HOW_FAR)
    assert all(learning_sentences.called(name) in text for name in table.index)


def test_contenders_by_the_interval(lipf6, monkeypatch):
    """One is level if the interval of its difference holds zero, else behind."""
    rows = {"forest": (0, 0, 0), "ridge": (0.01, -0.01, 0.02), "svm": (0.1, 0.05, 0.2)}
    table = pd.DataFrame(rows, index=["value", "low", "high"]).T
    monkeypatch.setattr(comparisons, "behind_best", lambda windows, case: table)
    assert comparisons.contenders(lipf6, HOW_FAR).endswith(
        "interval of the difference: polynomial ridge. Behind it: support vectors."
    )


@pytest.fixture
def noise(lipf6):
    """Give many ions the displacements of few, and features of windows that are not theirs."""
    draw, columns, tables = np.random.default_rng(1), list(lipf6.features), []
    for k in range(12):
        table = lipf6.table.assign(idx=lipf6.table["idx"] + 6 * k)
        table[columns] = table[columns].to_numpy()[draw.permutation(len(table))]
        tables.append(table)
    return replace(lipf6, table=pd.concat(tables, ignore_index=True))


def test_what_flips_add_is_worded_by_the_interval(planted, noise):
    """A planted flip is more than structure; noise is not."""
    assert "higher than without, by" in comparisons.flips_gain(planted, "ion")
    assert "higher" not in comparisons.flips_gain(noise, "ion")
    text = comparisons.flips_against_structure(planted)
    assert text.startswith("Flips say more about") and "in a new system R² is" in text
    assert comparisons.directions(planted, "ion").startswith(
        "Among the 6 leading features, the prediction rises with EMC-flip"
    )


def test_what_is_below_the_constant_and_what_support_vectors_aim_at(lipf6, monkeypatch):
    """Planted differences: neighbours are worse by both errors, support vectors by one."""
    worse = {"neighbours": {"R2": (-1, -2, -0.5), "MAE": (1, 0.5, 2)}}
    worse["svm"] = {"R2": (-1, -2, -0.5), "MAE": (-1, -2, -0.5)}

    def planted_difference(windows, case, found, other, score="R2"):
        return worse.get(found.model, {}).get(score, (0, -1, 1))

    monkeypatch.setattr(comparisons.evaluation, "difference", planted_difference)
    assert comparisons.below_the_constant(lipf6, HOW_FAR).endswith(
        "for nearest neighbours and support vectors; by the mean absolute error it holds for "
        "nearest neighbours."
    )
    assert "by −1.00 [−2.00, −0.50] Å" in comparisons.support_vectors(lipf6, HOW_FAR)
    worse.clear()
    assert "no learner is below" in comparisons.below_the_constant(lipf6, HOW_FAR)


def test_the_farthest_prediction_and_its_rare_count(lipf6, monkeypatch):
    """The numbers are those of the cell and of the table; only a rare count is left out."""
    monkeypatch.setattr(comparisons, "RARE", 1)
    cell = comparisons.learners(lipf6, HOW_FAR)["ridge"]
    text = comparisons.farthest(lipf6, HOW_FAR)
    place = cell.prediction.argmax()
    assert f"to {cell.prediction[place]:.2f} Å" in text
    assert f"displacement was {cell.truth[place]:.2f} Å" in text
    learned = np.setdiff1d(np.arange(len(lipf6.table)), cell.rows)
    counts = lipf6.table[list(lipf6.structure)]
    shared = (counts.iloc[learned] == counts.iloc[cell.rows[place]]).sum().min()
    assert f" in only {shared} of the {len(learned)} windows learned from. Without" in text
    monkeypatch.setattr(comparisons, "RARE", 0)
    text = comparisons.farthest(lipf6, HOW_FAR)
    assert text.endswith(f" in {shared} of the {len(learned)} windows learned from.")


def test_random_rows_against_new_ions(planted, lipf6):
    """Both predict every window, in the same order; the sentence has a verdict."""
    known, unknown = comparisons.known_and_unknown(lipf6, "structure")
    assert known.rows.tolist() == unknown.rows.tolist() == list(range(len(lipf6.table)))
    assert known.truth.tolist() == lipf6.table["dr"].tolist()
    text = comparisons.random_against_ions(lipf6)
    assert text.count("a difference of") == 2


@pytest.mark.parametrize(
    ("gains", "verdict"),
    [
        ((True, True), "With structure alone, as well as with flips,"),
        ((True, False), "With structure alone (not with flips)"),
        ((False, True), "With structure and flips (not with structure alone)"),
        ((False, False), "So it makes no difference"),
    ],
)
def test_where_known_ions_are_an_advantage_is_said(lipf6, monkeypatch, gains, verdict):
    """Planted differences, first with structure and then with flips."""
    planted = iter([(0.1, 0.05 if gain else -0.05, 0.2) for gain in gains])
    monkeypatch.setattr(comparisons.evaluation, "difference", lambda *_: next(planted))
    assert f". {verdict}" in comparisons.random_against_ions(lipf6)


def test_the_words_of_a_sign():
    """An interval that holds zero says nothing."""
    assert learning_sentences.more(0.1, 0.2) == "more"
    assert learning_sentences.more(-0.2, -0.1) == "less"
    assert learning_sentences.more(-0.1, 0.1).startswith("no more")


def test_the_most_generous_classifier_is_named(lipf6):
    """Its shares are those of its own confusion matrix."""
    cells = comparisons.learners(lipf6, WHETHER_FAR)
    most = max(cells.values(), key=lambda cell: cell.prediction.mean())
    found = most.prediction[most.truth == 1].mean()
    assert f": {found:.0%} of those that are" in comparisons.operating_points(lipf6, WHETHER_FAR)


def test_sentences_of_single_models_and_missing_descriptors(lipf6):
    """They name the model and both spreads, and what is not there."""
    assert comparisons.spread_of_predictions(lipf6, HOW_FAR).count("Å") == 2
    assert comparisons.compared(lipf6, HOW_FAR).endswith(".")
    assert "learner" in comparisons.room(lipf6, HOW_FAR)
    assert "no descriptors" in comparisons.descriptors_and_flips(lipf6)


def test_descriptors_that_are_there_are_set_beside_flips(planted):
    """A descriptor that names the system adds nothing to a flip that tells dr."""
    dataset = replace(planted.dataset, descriptors={"n": (1, 2, 3)})
    described = replace(planted, dataset=dataset)
    text = comparisons.descriptors_and_flips(described)
    assert text.startswith("For new ions R² is") and text.endswith("from the noise.")


def test_a_straight_line_in_the_descriptors_is_set_beside_trees(lipf6):
    """Displacements that grow with n and with nothing else are the line's alone."""
    n = {system: place for place, system in enumerate(lipf6.systems)}
    dataset = replace(lipf6.dataset, descriptors={"n": tuple(n.values())})
    grown = lipf6.table["dr"] + 9 * lipf6.table["system"].map(n).astype(float)
    described = replace(lipf6, dataset=dataset, table=lipf6.table.assign(dr=grown))
    text = learning_sentences.descriptors_for_new_polymers(described)
    assert "straight line says more than trees" in text
    assert text.endswith("everything say less than the straight line.")


def test_boostings_are_set_beside_each_other_with_their_learning_rates(lipf6):
    """The rates are those of the reference's space and of the fixed settings."""
    text = learning_sentences.boosting_settings(lipf6, HOW_FAR)
    assert "from 0.1 to 0.9" in text and text.count("fixed at 0.05") == 2


def test_weak_correlations_are_no_direction(lipf6, monkeypatch):
    """One feature rises, one falls, and one that does neither is named apart."""
    ranks = np.arange(100.0)
    X = pd.DataFrame({name: ranks for name in "abc"})
    shares = np.stack([3 * ranks, -2 * ranks, np.abs(ranks - 49.5)], axis=1)
    found = importances.Shapley(shares, shares, X)
    monkeypatch.setattr(importances, "shapley", lambda *_: found)
    assert comparisons.directions(lipf6, "ion").endswith(
        "the prediction rises with a and falls with b; c has no single direction."
    )


def test_too_few_windows_are_said(lipf6, monkeypatch):
    """Nothing is computed where nothing can be learned."""
    monkeypatch.setattr(sufficiency, "FEWEST", 1000)
    assert comparisons.contenders(lipf6, HOW_FAR) == sufficiency.NOT_COMPUTED
