"""Figures and tables of the exploration, for the reference's shape and for another electrolyte."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

from analysis.explore import exploration
from press import Absence

FIGURES = (
    exploration.violin,
    exploration.coordination,
    exploration.flips,
    exploration.first_shell,
    exploration.correlation_heatmap,
)


@pytest.mark.parametrize("draw", FIGURES)
def test_every_figure_of_another_electrolyte(lipf6, draw, tmp_path):
    """Other partners, no descriptors: each figure is drawn, with units on its axes."""
    # compositions are shown from 30 windows on, so the few windows are taken ten times
    windows = lipf6.where(np.tile(np.arange(len(lipf6.table)), 10))
    figure = draw(windows)
    assert isinstance(figure, Figure)
    figure.savefig(tmp_path / "figure.svg")
    words = " ".join(text.get_text() for axes in figure.axes for text in _texts(axes))
    assert "TFSI" not in words
    assert "Å" in words or "shell" in words or "EMC" in words


def _texts(axes):
    """Return the labels of axes."""
    titles = [axes.title, axes._left_title, axes.xaxis.label, axes.yaxis.label]
    return [*titles, *axes.get_xticklabels(), *axes.get_yticklabels()]


@pytest.mark.parametrize("draw", FIGURES)
def test_figures_are_deterministic(lipf6, draw, tmp_path):
    """The same windows give the same picture, byte for byte."""
    windows = lipf6.where(np.tile(np.arange(len(lipf6.table)), 10))
    paths = [tmp_path / name for name in ("one.svg", "two.svg")]
    for path in paths:
        draw(windows).savefig(path, metadata={"Date": None})
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_first_shell_needs_two_ligands_and_enough_windows(lipf6):
    """What cannot be shown is explained."""
    one = replace(lipf6, dataset=replace(lipf6.dataset, partners=("PF6", "Li")))
    assert "two kinds of ligands" in exploration.first_shell(one).reason
    assert isinstance(exploration.first_shell(lipf6.where(np.arange(20))), Absence)


def test_first_shell_totals(lipf6):
    """Percentages of each total sum to 100; the mean is that of the sums."""
    totals = exploration.first_shell_totals(lipf6)
    np.testing.assert_allclose(totals.drop(columns="Mean").sum(axis=1), 100)
    aged = lipf6.table[lipf6.table["system"] == "aged"]
    assert totals.loc["aged", "Mean"] == pytest.approx((aged["PF6"] + aged["EMC"]).mean())


def test_correlations_agree_with_pandas(lipf6):
    """Moments summed over ions give Pearson's r; its interval holds it."""
    table = exploration.correlations(lipf6, replicates=200)
    r = lipf6.table[[*lipf6.features, "dr"]].astype(float).corr()["dr"].drop("dr")
    np.testing.assert_allclose(table["r"], r, atol=1e-12)
    assert table["r"].between(table["2.5%"], table["97.5%"]).all()


def test_correlation_within_systems_ignores_their_means(lipf6):
    """A feature that only names the system correlates with dr overall and not within."""
    code = lipf6.table["system"].cat.codes.astype(int)
    named = replace(lipf6, table=lipf6.table.assign(**{"EMC": code, "EMC-2": code + 1}))
    noise = np.tile([0, 1], len(code) // 2)
    named.table["EMC"] = 100 * code + noise
    table = exploration.correlations(named, replicates=20)
    assert table.loc["EMC", "r"] > 0.4
    assert abs(table.loc["EMC", "r within"]) < 0.2


def test_constant_feature_has_no_correlation(lipf6):
    """It is undefined rather than zero."""
    constant = replace(lipf6, table=lipf6.table.assign(Li=0))
    assert np.isnan(exploration.correlations(constant, replicates=10).loc["Li", "r"])
    assert isinstance(exploration.correlation_heatmap(constant), Figure)


def test_annotations_use_a_true_minus_and_no_negative_zero(paec):
    """The heatmap writes numbers as the prose does."""
    axes = exploration.correlation_heatmap(paec).axes[0]
    texts = [text.get_text() for text in axes.texts]
    assert len(texts) == 12 * 13 / 2
    assert not any("-" in text for text in texts)
    assert "\N{MINUS SIGN}0.00" not in texts
    assert "\N{MINUS SIGN}0.87" in texts


def test_composition_share_sees_what_no_line_does(lipf6):
    """Two compositions at both ends go 1 angstrom, the one between them 2: all is explained."""
    table = lipf6.table.assign(PF6=lipf6.table["Event"] % 3, EMC=0)
    table["dr"] = 1.0 + (table["PF6"] == 1)
    value, low, high = exploration.composition_share(replace(lipf6, table=table))
    assert (value, low, high) == pytest.approx((1, 1, 1))


def test_composition_share_by_hand(lipf6):
    """Half the variance is between compositions: means -1 and 1, and 1 to either side of them."""
    event = lipf6.table["Event"]
    mean, side = np.where(event <= 4, -1, 1), np.where(event % 2, -1, 1)
    table = lipf6.table.assign(PF6=event > 4, EMC=0, dr=3.0 + mean + side)
    assert exploration.composition_share(replace(lipf6, table=table))[0] == pytest.approx(0.5)


def test_a_single_composition_explains_nothing(lipf6):
    """Where the first shell never changes there is nothing to compare."""
    table = lipf6.table.assign(PF6=1, EMC=1)
    assert isinstance(exploration.composition_share(replace(lipf6, table=table)), Absence)
