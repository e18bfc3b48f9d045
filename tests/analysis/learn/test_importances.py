"""Importances find what was planted, and groups hold what their names say."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.data import sufficiency
from analysis.learn import importances
from analysis.report import importance_figures, learning_sentences


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch):
    """Let the small data set be learned from, which the thesis would not do."""
    monkeypatch.setattr(sufficiency, "FEWEST", 100)


@pytest.fixture(scope="module")
def planted(lipf6):
    """Let one flip follow dr, and one feature follow the system alone."""
    table = lipf6.table
    noise = np.random.default_rng(0).integers(0, 30, len(table))
    told = (60 * table["dr"]).round().astype(int) + noise
    return replace(lipf6, table=table.assign(**{"EMC-flip": told}))


def test_every_measure_puts_the_planted_feature_first(planted):
    """Impurity, gain, permutation and Shapley values agree on it."""
    impurity = importances.impurity(planted)
    assert impurity["forest"].idxmax() == "EMC-flip"
    assert impurity["boosting"].idxmax() == "EMC-flip"
    np.testing.assert_allclose(impurity[["forest", "boosting"]].sum(), 1)
    assert importances.permutation(planted).mean().idxmax() == "EMC-flip"
    assert importances.permutation(planted, "classification").mean().idxmax() == "EMC-flip"
    assert importances.shapley(planted).mean_size()["right"].idxmax() == "EMC-flip"


def test_shapley_values_add_up_to_the_prediction(planted):
    """The shares of a row and the mean sum to what the model predicts."""
    trained = importances.fitted(planted)
    shares = importances.shapley(planted).right
    rest = trained.pipeline.predict(trained.X) - shares.sum(axis=1)
    np.testing.assert_allclose(rest, rest[0], atol=1e-9)


def test_permuting_within_systems_keeps_each_system_together(lipf6):
    """A permuted column has every system's values in that system's rows."""
    rows = importances.fitted(lipf6)
    system = rows.windows.table["system"].to_numpy()
    groups = [np.flatnonzero(system == name) for name in lipf6.systems]
    mixed = importances._permuted(rows.X, "EMC", groups, np.random.default_rng(0))
    for group in groups:
        before, after = rows.X["EMC"].to_numpy()[group], mixed["EMC"].to_numpy()[group]
        np.testing.assert_array_equal(np.sort(before), np.sort(after))
    assert mixed.drop(columns="EMC").equals(rows.X.drop(columns="EMC"))


def test_features_are_ordered_by_the_median_of_their_falls():
    """As the boxes of a plot: one large repeat does not move a feature up."""
    falls = pd.DataFrame({"a": [1, 1, 50], "b": [2, 2, 2], "c": [0, 0, 0]})
    assert list(importances.ascending(falls)) == ["c", "a", "b"]


def test_beyond_the_last_cut(planted):
    """Shares count rows above each tree's highest cut, found here in LightGBM's own dump."""
    shares = importances.beyond_last_cut(planted)
    trained = importances.fitted(planted)
    place = list(trained.X).index("EMC-flip")
    highest = []
    for tree in trained.pipeline["model"].booster_.dump_model()["tree_info"]:
        cuts = list(cuts_on(place, tree["tree_structure"]))
        highest += [max(cuts)] if cuts else []
    values = trained.X["EMC-flip"].to_numpy()
    expected = np.mean([(values > cut).mean() for cut in highest])
    assert shares["EMC-flip"] == pytest.approx(expected)
    assert shares.between(0, 1).all()


def cuts_on(feature, node):
    """List the thresholds of a tree's cuts on one feature."""
    if "split_feature" in node:
        if node["split_feature"] == feature:
            yield node["threshold"]
        yield from cuts_on(feature, node["left_child"])
        yield from cuts_on(feature, node["right_child"])


@pytest.mark.parametrize(
    ("shares", "ending"),
    [
        (
            {"a": 0.99, "b": 0.2, "c": 0.7},
            "exceeds 90% for a. For the others it is between 20% and 70%.",
        ),
        ({"a": 0.99}, "exceeds 90% for a."),
        ({"b": 0.2}, "exceeds 90% for no feature. For the others it is between 20% and 20%."),
    ],
)
def test_what_is_extrapolated_is_said(lipf6, monkeypatch, shares, ending):
    """Features are told apart at nine tenths."""
    monkeypatch.setattr(importances, "beyond_last_cut", lambda *args: pd.Series(shares))
    assert learning_sentences.extrapolated(lipf6, "ion").endswith(ending)


def test_signs_of_the_polymer_are_apart_in_every_repeat(lipf6, monkeypatch):
    """Boxes that overlap are no sign."""
    whole = pd.DataFrame({"a": [5.0, 6.0], "b": [2.0, 9.0]})
    falls = {False: whole, True: whole * 0 + 3}
    monkeypatch.setattr(importances, "permutation", lambda *args, within, **kw: falls[within])
    assert learning_sentences.signs_of_the_polymer(lipf6, "ion") == "This is so for a."


def test_groups_by_kind_shell_and_partner(lipf6):
    """Kinds and shells part the features in two, partners in three."""
    groups = importances.groups(lipf6)
    everything = set(lipf6.features)
    assert set(groups["all flips"]) | set(groups["all coordination numbers"]) == everything
    assert groups["the second shell"] == [
        *("PF6-2", "EMC-2", "Li-2"),
        *("PF6-2-flip", "EMC-2-flip", "Li-2-flip"),
    ]
    assert groups["everything about Li"] == ["Li", "Li-2", "Li-flip", "Li-2-flip"]


def test_leaving_out_the_planted_feature_costs_most(planted):
    """Without flips, and without the planted partner, R2 falls; the interval holds the value."""
    falls = importances.dropped(planted)
    assert falls.loc["all flips", "value"] > falls.loc["all coordination numbers", "value"]
    assert falls.loc["everything about EMC", "value"] > falls.loc["everything about Li", "value"]
    assert (falls["low"] <= falls["value"]).all() and (falls["value"] <= falls["high"]).all()


def test_figures_and_tables_are_made(planted):
    """Each figure has axes with labels; the table has a row per feature."""
    for draw in ("impurity", "permutation", "shapley"):
        figure = getattr(importance_figures, draw)(planted)
        assert any(axes.get_xlabel() for axes in figure.axes)
    table = importance_figures.table(planted)
    assert table.index[0] == "EMC-flip"
    assert sorted(table["Label in the reference's way"]) == sorted(planted.features)


def test_given_the_others_a_feature_that_is_told_twice_costs_nothing(planted, monkeypatch):
    """A copy stands in for the planted feature, whose plain permutation costs much."""
    monkeypatch.setattr(importances, "ALIKE", 2)  # of the few rows held out here
    twice = replace(planted, table=planted.table.assign(**{"Li-2-flip": planted.table["EMC-flip"]}))
    plain = importances.permutation(twice).median()
    alike = importances.conditional.__wrapped__(twice).median()
    assert plain["EMC-flip"] + plain["Li-2-flip"] > 0.1
    assert alike["EMC-flip"] + alike["Li-2-flip"] < 0.3 * (plain["EMC-flip"] + plain["Li-2-flip"])


def test_what_names_the_system_alone_is_worth_nothing_within_it(lipf6):
    """A flip that is the system's number tells its mean; leaving flips out costs that only."""
    number = 10 * lipf6.table["system"].cat.codes.astype(int)
    noise = lipf6.table["Event"] % 2
    named = replace(lipf6, table=lipf6.table.assign(**{"EMC-flip": number + noise}))
    overall = importances.dropped(named).loc["all flips", "value"]
    within = importances.dropped(named, within=True).loc["all flips", "value"]
    assert overall > 2 * abs(within)
