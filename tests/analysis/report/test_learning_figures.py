"""Tables and figures of scores, on the small data set of another electrolyte."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.data import sufficiency
from analysis.ground import theme
from analysis.learn import evaluation, models
from analysis.learn.case import Case
from analysis.reference import corrections
from analysis.report import comparisons, learning_figures, learning_sentences, learning_tables

HOW_FAR, WHETHER_FAR = Case("regression"), Case("classification")


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch):
    """Let the small data set be learned from, which the thesis would not do."""
    monkeypatch.setattr(sufficiency, "FEWEST", 100)


def test_the_explorer_offers_every_score(lipf6):
    """A button shows one score of all its models; the ceiling is drawn where there is one."""
    figure = learning_figures.score_explorer(lipf6, HOW_FAR, WHETHER_FAR)
    [menu] = figure.layout.updatemenus
    assert [button.label for button in menu.buttons] == [trace.name for trace in figure.data]
    for number, button in enumerate(menu.buttons):
        assert [at for at, on in enumerate(button.args[0]["visible"]) if on] == [number]
        assert bool(button.args[1]["shapes"]) == (button.label in ("R2", "AUC"))
    trace = figure.data[0]
    reach = trace.error_x.array.max() + trace.error_x.arrayminus.max()
    assert len(trace.x) == len(trace.y) > 2 and 0 < reach < 10


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
    assert any(axes.get_xlabel() for axes in figure.axes) or figure.get_supxlabel()
    learned = evaluation.available_models(lipf6, "regression")
    titles = {axes.get_title(loc="left") for axes in figure.axes}
    if name == "parity":
        kinds = [m for m in learned if not models.model(m).is_baseline]
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
    """Without descriptors: four splits, two baselines, three feature sets seen by two learners."""
    table = learning_tables.splits_and_features(lipf6)
    assert list(table) == ["random rows", "new ions", "later windows", "new system"]
    assert list(table.index) == [
        *("Constant", "System mean"),
        *("structure", "structure, smooth", "flips", "flips, smooth"),
        *("structure+flips", "structure+flips, smooth"),
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
    """Ten rows, each with what is wrong and two numbers or names."""
    table = corrections.table(lipf6, HOW_FAR, WHETHER_FAR)
    assert len(table) == 10
    assert (table.map(len) > 0).all(axis=None)
    assert table.loc["Extra Trees are single trees", "Before"].startswith("R²")


def test_sentences_hold_for_data_without_descriptors(lipf6):
    """They say what is missing instead of failing."""
    assert "no descriptors" in learning_sentences.descriptors_for_new_polymers(lipf6)
    assert "new system" in learning_sentences.unseen_polymer(lipf6)
    assert learning_sentences.tested(lipf6, HOW_FAR).endswith("ions")
    found = learning_sentences.best(lipf6, HOW_FAR, "R2")
    assert found.text in learning_sentences.abstract(lipf6, "ion", "quick")


def test_the_best_is_judged_by_its_difference_from_the_baseline(lipf6):
    """The gap is that of the two cells on the same rows, and its interval tells the side."""
    found = learning_sentences.best(lipf6, WHETHER_FAR, "AUC")
    scores = evaluation.score_table(lipf6, WHETHER_FAR)["AUC"]
    learned = [name for name in scores.index if not models.model(name).is_baseline]
    assert found.gap[0] == pytest.approx(scores[learned].max() - scores["system-mean"])
    sides = {(0.1, 0.05, 0.2): "above", (0.1, -0.1, 0.2): "level with", (-0.3, -0.4, -0.1): "below"}
    assert all(replace(found, gap=gap).side == side for gap, side in sides.items())


def test_scores_of_a_column_have_the_same_decimals(lipf6):
    """Three, but for the squared error, which has two."""
    table = learning_tables.regression_scores(lipf6, HOW_FAR)
    decimals = {
        name: {len(number.partition(".")[2]) for cell in column for number in numbers(cell)}
        for name, column in table.items()
    }
    assert decimals == {"R²": {3}, "MAE (Å)": {3}, "MSE (Å²)": {2}, "RMSE (Å)": {3}}


def numbers(cell):
    """List the numbers in a cell of text."""
    return re.findall(r"[\d.]+", cell)


def test_parity_marks_every_window_beyond_its_axes(lipf6):
    """Windows in the cloud and at the edge are all that were predicted; none is left out."""
    cell = comparisons.learners(lipf6, HOW_FAR)["ridge"]
    cell = replace(cell, prediction=np.r_[-1.0, 99.0, cell.prediction[2:]])
    axes = theme.figure().subplots()
    learning_figures._parity_panel(axes, cell, limit=cell.truth.max())
    (cloud,), (beyond, _) = axes.collections, axes.lines
    assert beyond.get_ydata().tolist() == [0, cell.truth.max()]
    assert len(cloud.get_offsets()) == len(cell.rows) - 2


def test_scores_left_of_the_axis_are_marked_at_its_edge(lipf6):
    """An interval that goes on gets an arrow, a value that does the number, too."""
    figure = theme.figure()
    axes = figure.subplots()
    table = pd.DataFrame(
        {"R2": [0.1, 0.0, -0.3], "R2 low": [0.05, -0.2, -0.4]}, index=["tree", "svm", "forest"]
    )
    learning_figures._cut_left(axes, table, "R2", ["tree", "svm", "forest"])
    assert [line.get_ydata()[0] for line in axes.lines] == [1, 2]
    assert [text.get_text().strip() for text in axes.texts] == ["−0.30"]


def test_curves_name_the_leading_learners_and_the_baseline(lipf6):
    """All are drawn, two in colour and the best of them last, the rest under one entry."""
    figure = learning_figures.curves(lipf6, WHETHER_FAR)
    told = [text.get_text() for text in figure.legends[0].get_texts()]
    assert len(told) == 4 and {"other learners", "System mean"} <= set(told)
    assert len(figure.axes[0].lines) == len(comparisons.learners(lipf6, WHETHER_FAR)) + 2
