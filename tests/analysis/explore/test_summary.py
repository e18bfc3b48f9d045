"""Tables that describe a data set."""

import numpy as np
import pytest

from analysis.explore import summary


def test_data_card_of_another_electrolyte(lipf6):
    """The card says what there is and what there is not."""
    card = summary.data_card(lipf6)[""]
    assert card["Partners"] == "PF6, EMC and Li"
    assert card["Descriptors"] == card["Conductivity"] == "none"
    assert card["Size"] == "144 windows of 18 Li^+^ ions"


def test_columns_are_listed_with_units_and_ranges(lipf6):
    """Each column of the table has a row."""
    table = summary.columns(lipf6)
    assert len(table) == lipf6.table.shape[1]
    assert table.loc["`dr`", "Unit"] == "Å"
    assert table.loc["`idx`", "Range"] == "1 to 6"
    assert table.loc["`system`", "Range"] == "3 names"


def test_contents(lipf6, paec):
    """Ions, windows and the length of the record, with descriptors where there are any."""
    table = summary.contents(lipf6)
    assert table.loc["aged"].tolist() == [6, 8, 48, 400.0]
    assert list(summary.contents(paec).columns[:2]) == ["n", "m"]
    assert summary.contents(paec)["Windows"].sum() == 24_900


def test_averages(lipf6):
    """Means by system, in the order of the data set."""
    table = summary.averages(lipf6, ["EMC"])
    rows = lipf6.table[lipf6.table["system"] == "aged"]
    assert list(table.index) == ["dilute", "concentrated", "aged"]
    assert table.loc["aged", "EMC"] == pytest.approx(rows["EMC"].mean())


def test_mobility(lipf6, paec):
    """Means lie in their intervals; the faster system is faster; conductivity where known."""
    table = summary.mobility(lipf6, replicates=200)
    assert table["Mean dr (Å)"].is_monotonic_increasing
    assert table["Mean dr (Å)"].between(table["2.5%"], table["97.5%"]).all()
    assert len(table.columns) == 7
    assert summary.mobility(paec, replicates=20).columns[-1] == "Conductivity (mS/cm)"


def test_interval_of_the_mean_is_as_wide_as_its_standard_error(paec):
    """The bootstrap over ions agrees with the standard error of the ions' own means."""
    table = summary.mobility(paec)
    b2t1 = paec.table[paec.table["system"] == "B2T1"]
    error = b2t1.groupby("idx")["dr"].mean().sem()
    half = (table.loc["B2T1", "97.5%"] - table.loc["B2T1", "2.5%"]) / 2
    assert half == pytest.approx(1.96 * error, rel=0.1)
    assert np.isfinite(table.to_numpy()).all()
