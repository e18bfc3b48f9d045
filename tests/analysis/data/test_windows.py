"""The windows table: types, derived columns, fingerprints, and every rule of the schema."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.data.windows import schema, validated
from press import InputError
from tests.analysis.conftest import SYSTEMS, small_table


def place(row):
    """Say where a row of a test stands."""
    return {"file": "windows.csv", "line": row + 2}


def test_types_and_order(lipf6):
    """Counts are whole, `fast` is derived, systems keep the order of the data set."""
    table = lipf6.table
    assert list(table) == [column.name for column in schema(lipf6.dataset)]
    assert table["PF6"].dtype == np.int64
    assert table["fast"].dtype == bool
    assert (table["fast"] == (table["dr"] > 2.0)).all()
    assert tuple(table["system"].cat.categories) == SYSTEMS
    assert tuple(table.groupby("system", observed=True).size().index) == SYSTEMS


def test_columns_follow_the_partners(lipf6):
    """Features are named by the partners, first shell before second."""
    assert lipf6.structure == ("PF6", "EMC", "Li", "PF6-2", "EMC-2", "Li-2")
    assert lipf6.flips[0] == "PF6-flip"
    assert lipf6.ligands == ("PF6", "EMC")


def test_ion_numbers_differ_between_systems(lipf6):
    """Ion 1 of one system is not ion 1 of another."""
    groups = lipf6.table.groupby(lipf6.ion)
    assert lipf6.ion.nunique() == 18
    assert (groups["system"].nunique() == 1).all()
    assert (groups["idx"].nunique() == 1).all()
    assert (groups.size() == 8).all()


def test_is_fast_at_another_threshold(lipf6):
    """The threshold can be swept without loading again."""
    assert lipf6.is_fast().equals(lipf6.table["fast"])
    assert lipf6.is_fast(1e9).sum() == 0


def test_with_threshold(lipf6):
    """Another threshold is other data, told in the entry too; none leaves all as it was."""
    other = lipf6.with_threshold(1.5)
    assert other.table["fast"].equals(lipf6.table["dr"] > 1.5)
    assert other.dataset.threshold == 1.5
    assert other.fingerprint != lipf6.fingerprint
    assert lipf6.with_threshold(None) is lipf6


def test_fingerprint_follows_the_content(lipf6):
    """A subset, another order or a changed cell is other data; the same rows are the same."""
    same = lipf6.where(np.ones(len(lipf6.table), dtype=bool))
    assert same.fingerprint == lipf6.fingerprint
    others = [lipf6.where(np.arange(5)), lipf6.where(np.arange(len(lipf6.table))[::-1])]
    changed = lipf6.where(np.ones(len(lipf6.table), dtype=bool))
    changed.table.loc[3, "EMC"] += 1
    prints = {windows.fingerprint for windows in (lipf6, *others, changed)}
    assert len(prints) == 4
    assert all(text.startswith(f"lipf6 sha256:{lipf6.sha256}") for text in prints)


def test_described_rows(paec):
    """Each row carries the descriptors of its own system."""
    named = "B" + paec.described["n"].astype(str) + "T" + paec.described["m"].astype(str)
    assert (named == paec.table["system"].astype(str)).all()


@pytest.mark.parametrize(
    ("column", "row", "value", "rule"),
    [
        ("EMC", 3, "four", "a finite number"),
        ("EMC", 3, None, "a finite number"),
        ("EMC", 3, np.inf, "a finite number"),
        ("EMC", 3, -1, "not less than 0"),
        ("EMC-2-flip", 5, 1.5, "a whole number"),
        ("Event", 5, 0, "not less than 1"),
        ("dr", 7, 99.0, "the length of"),
        ("system", 9, "diluted", "one of dilute, concentrated, aged"),
        ("Event", 6, 1, "every window of an ion stands in one row"),
    ],
)
def test_rules(lipf6, column, row, value, rule):
    """Each rule names file, line, column, value and itself."""
    table = small_table().astype({column: object})
    table.loc[row, column] = value
    with pytest.raises(InputError) as caught:
        validated(table, lipf6.dataset, place)
    error = caught.value
    assert (error.file, error.line, error.column) == ("windows.csv", row + 2, column)
    assert error.rule.startswith(rule)
    assert ("empty" if value is None else str(value)) in error.message


def test_fast_must_agree(lipf6):
    """A `fast` that contradicts dr and the threshold is refused, a right one accepted."""
    table = small_table()
    table["fast"] = (table["dr"] > 2.0).astype(float)
    assert validated(table, lipf6.dataset, place).equals(lipf6.table)
    table.loc[4, "fast"] = 1 - table.loc[4, "fast"]
    with pytest.raises(InputError, match="fast is"):
        validated(table, lipf6.dataset, place)


@pytest.mark.parametrize("name", [column for column in small_table() if column != "d"])
def test_missing_column(lipf6, name):
    """Every column but the optional ones is required."""
    with pytest.raises(InputError, match=f"column '{name}' is missing"):
        validated(small_table().drop(columns=name), lipf6.dataset, place)


def test_header_and_size(lipf6):
    """Unknown columns and empty tables are refused."""
    with pytest.raises(InputError, match="'EC' is unknown"):
        validated(small_table().assign(EC=1), lipf6.dataset, place)
    with pytest.raises(InputError, match="no rows"):
        validated(small_table().iloc[:0], lipf6.dataset, place)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(-20, 20), min_size=3, max_size=3))
def test_rounding_is_accepted(lipf6, step):
    """Any displacement passes when all four lengths are rounded to the data set's step."""
    row = small_table().iloc[[0]].copy()
    row[["dx", "dy", "dz"]] = np.round(step, 2)
    row["dr"] = np.round(np.linalg.norm(step), 2)
    assert len(validated(row, lipf6.dataset, place)) == 1


def test_schema_units(lipf6):
    """Lengths are in angstrom and times in the data set's unit."""
    units = {column.name: column.unit for column in schema(lipf6.dataset)}
    assert units["dr"] == "angstrom"
    assert units["t"] == "ps"
    assert isinstance(lipf6.table, pd.DataFrame)
