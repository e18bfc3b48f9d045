"""Sentences with computed numbers, or the reason why there are none."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd

from analysis.explore import averages, distinguishing, embedding, exploration
from analysis.ground.wording import fixed, percent
from analysis.report import sentences


def test_sizes_of_systems(lipf6, paec):
    """One number where all systems agree, a range where they do not."""
    assert sentences.sizes(lipf6) == "Each has 6 lithium ions, and each ion 8 windows."
    assert sentences.sizes(paec).endswith("and each ion between 19 and 25 windows.")


def test_sentences_about_pairs_hold_the_numbers_of_the_table(lipf6):
    """What the sentence counts is the last row of the table."""
    total = distinguishing.before_and_after(lipf6).loc["all"]
    sentence = sentences.pairs_told_apart(lipf6)
    assert f"Of {int(total.iloc[0])} comparisons, {int(total.iloc[1])} are positive" in sentence
    assert f"and {int(total.iloc[2])} when ions are permuted" in sentence


def test_features_are_named_from_most_to_fewest(lipf6):
    """The sentence names the displacement's count and features, or says that all are alike."""
    table = distinguishing.before_and_after(lipf6)
    sentence = sentences.told_apart_by(lipf6)
    assert (
        f"tells {int(table.loc['dr', 'after'])} of the {int(table.loc['dr', 'pairs'])}" in sentence
    )
    assert "Each of the features does so for 0." in sentence


def test_a_data_set_too_small_for_maps_says_so(lipf6):
    """Where there are too few windows the reason stands once, and nothing is told of scores."""
    assert sentences.mapped(lipf6) == embedding.scores(lipf6).reason
    assert sentences.organised(lipf6) == ""


def test_many_systems_are_not_named(lipf6):
    """A sentence names no more systems than it bears."""
    one, many = ("A",), tuple(f"S{k}" for k in range(1, 301))
    cases = {one: "The system of this edition is A", many: "The 300 systems of this edition go"}
    for systems, beginning in cases.items():
        windows = SimpleNamespace(systems=systems)
        assert sentences.systems(windows).startswith(beginning)


def test_what_flips_would_renew(lipf6):
    """Half the flips over what the shell holds; a shell that never changes says so."""
    ligands = list(lipf6.ligands)
    constant = {name: 2 for name in ligands} | {f"{name}-flip": 4 for name in ligands}
    said = sentences.renewal(replace(lipf6, table=lipf6.table.assign(**constant)))
    assert "renewed 1.0 times" in said
    constant |= {f"{name}-flip": 0 for name in ligands}
    said = sentences.renewal(replace(lipf6, table=lipf6.table.assign(**constant)))
    assert said.endswith("its counts never change.")


def test_conductivity_sentence(lipf6):
    """With conductivities their rank correlation is told, without them the reason."""
    assert sentences.conductivity_ranks(lipf6) == averages.rank_correlation(lipf6).reason
    rising = pd.Series([1.0, 2.0, 3.0], index=list(lipf6.systems))
    sentence = sentences.conductivity_ranks(replace(lipf6, conductivity=rising))
    assert sentence.endswith("conductivity is 1.00.")


def test_composition_sentence(lipf6, paec):
    """It holds the share with its interval, or why there is none."""
    assert sentences.composition(lipf6) == exploration.composition_share(lipf6).reason
    value, low, high = (percent(part, 1) for part in exploration.composition_share(paec))
    assert f"{value} [{low}, {high}] of the variance" in sentences.composition(paec)


def test_slowest_and_fastest(lipf6):
    """Both are named with their means; a single system is neither."""
    sentence = sentences.slowest_and_fastest(lipf6)
    assert "slowest system on average is dilute" in sentence
    assert "the fastest aged" in sentence
    alone = lipf6.where((lipf6.table["system"] == "aged").to_numpy())
    mean = fixed(alone.table["dr"].mean(), 2)
    expected = f"There is one system, aged, with a mean of {mean} Å."
    assert sentences.slowest_and_fastest(alone) == expected


def test_trend_sentence(lipf6, paec):
    """The sentence counts the steps of each descriptor, or says that there are none."""
    assert sentences.trends(lipf6) == averages.steps(lipf6).reason
    assert "of 9 steps to a higher n, 9 raise it" in sentences.trends(paec)
