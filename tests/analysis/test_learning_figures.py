"""Tables and figures of scores, on the small data set of another electrolyte."""

from dataclasses import replace

import pytest

from analysis import (
    corrections,
    learning,
    learning_figures,
    learning_sentences,
    learning_tables,
    models,
    sufficiency,
)
from analysis.case import Case

HOW_FAR, WHETHER_FAR = Case("regression"), Case("classification")


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch):
    """Let the small data set be learned from, which the thesis would not do."""
    monkeypatch.setattr(sufficiency, "FEWEST", 100)


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("model_scores", (HOW_FAR, WHETHER_FAR)),
        ("parity", (HOW_FAR,)),
        ("confusion", (WHETHER_FAR,)),
        ("curves", (WHETHER_FAR,)),
    ],
)
def test_figures_of_models(lipf6, name, cases):
    """Every figure has at least one panel with a label and draws all it was given."""
    figure = getattr(learning_figures, name)(lipf6, *cases)
    assert any(axes.get_xlabel() for axes in figure.axes)
    learned = learning.available_models(lipf6, "regression")
    titles = {axes.get_title(loc="left") for axes in figure.axes}
    if name == "parity":
        kinds = [m for m in learned if models.model(m).kind != "baseline"]
        assert titles >= {models.model(m).title for m in kinds}


def test_score_tables_have_a_row_per_model_and_intervals_around_values(lipf6):
    """Cells are a value with its interval, or a value that no resample changes."""
    table = learning_tables.regression_scores(lipf6, HOW_FAR)
    assert list(table) == ["R²", "MAE (Å)", "MSE (Å²)", "RMSE (Å)"]
    assert table.loc["LightGBM", "R²"].count("[") == 1
    classes = learning_tables.class_scores(lipf6, WHETHER_FAR)
    assert classes.loc["Always fast", "Recall"] == "1.000"
    ranking = learning_tables.ranking_scores(lipf6, WHETHER_FAR)
    assert ranking.loc["Constant", "ROC AUC"] == "0.500"


def test_every_feature_set_under_every_split_that_exists(lipf6):
    """Without descriptors there are four splits, three feature sets and two baselines."""
    table = learning_tables.splits_and_features(lipf6)
    assert list(table) == ["random rows", "new ions", "later windows", "new polymer"]
    assert list(table.index) == [
        *("Constant", "System mean"),
        *("structure", "flips", "structure+flips"),
    ]
    figure = learning_figures.splits_and_features(lipf6)
    assert len([axes for axes in figure.axes if axes.lines]) == 4


def test_held_out_systems_are_all_shown(lipf6):
    """One row and one bar per system; no predictor is below the spread about its own mean."""
    table = learning_tables.held_out_errors(lipf6)
    assert list(table.index) == list(lipf6.systems)
    assert (table["Constant"] >= table["own"] - 1e-9).all()
    (axes,) = learning_figures.held_out_systems(lipf6).axes
    assert len(axes.patches) == len(lipf6.systems)


def test_one_system_is_an_absence(lipf6):
    """With one system nothing can be held out, and the figure says so."""
    alone = replace(lipf6, dataset=replace(lipf6.dataset, systems=("aged",)))
    assert "too few" in learning_figures.held_out_systems(alone).reason


def test_corrections_have_numbers_before_and_after(lipf6):
    """Nine rows, each with what is wrong and two numbers or names."""
    table = corrections.table(lipf6, HOW_FAR, WHETHER_FAR)
    assert len(table) == 9
    assert (table.map(len) > 0).all(axis=None)
    assert table.loc["Extra Trees are single trees", "Before"].startswith("R²")


def test_sentences_hold_for_data_without_descriptors(lipf6):
    """They say what is missing instead of failing."""
    assert "no descriptors" in learning_sentences.descriptors_for_new_polymers(lipf6)
    assert "new polymer" in learning_sentences.unseen_polymer(lipf6)
    assert learning_sentences.tested(lipf6, HOW_FAR).endswith("ions")
    found = learning_sentences.best(lipf6, HOW_FAR, "R2")
    assert found.text in learning_sentences.abstract(lipf6, "ion", "quick")
    sides = {found.low - 1: "above", found.value: "level with", found.high + 1: "below"}
    assert all(replace(found, baseline=at).side == side for at, side in sides.items())
