"""Tables and cells are compared as decimal numbers, by how they were printed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.verify.agreement import agrees, compare

COUNTS = st.integers(1, 10**6)
DECIMALS = st.integers(1, 6)
NEIGHBOURS = [(-2, False), (-1, True), (0, True), (1, True), (2, False)]


def text(units: int, decimals: int) -> str:
    """Write so many units of the last decimal, without floating point."""
    digits = f"{abs(units):0{decimals + 1}d}"
    return "-" * (units < 0) + f"{digits[:-decimals]}.{digits[-decimals:]}"


@pytest.mark.parametrize(("apart", "near"), NEIGHBOURS)
@given(units=COUNTS, decimals=DECIMALS)
def test_numbers_in_words_may_be_one_unit_away(apart, near, units, decimals):
    """Exactly one: neither float error nor a second unit passes."""
    expected = f"{text(units, decimals)} [0.576, 0.620]"
    assert agrees(expected, f"{text(units + apart, decimals)} [0.576, 0.620]") is near


@pytest.mark.parametrize(("apart", "near"), NEIGHBOURS)
@given(units=COUNTS, decimals=DECIMALS)
def test_numbers_of_fixed_decimals_may_be_one_unit_away(apart, near, units, decimals):
    """The value is printed as the committed one was, then compared."""
    value = float(text(units + apart, decimals))
    assert agrees(text(units, decimals), value, decimals=decimals) is near


@pytest.mark.parametrize(("apart", "near"), NEIGHBOURS)
@given(units=st.integers(102, 997), power=st.integers(-4, 4))
def test_numbers_of_three_digits_may_be_one_unit_away(apart, near, units, power):
    """Whatever their size, and also where they are printed without decimals."""
    expected = f"{units * 10**power}" if power >= 0 else text(units, -power)
    assert agrees(expected, (units + apart) * 10.0**power, digits=3) is near


@pytest.mark.parametrize(
    ("expected", "value", "digits", "near"),
    [
        ("0.100", 0.0999, 3, True),
        ("0.100", 0.0998, 3, False),
        ("0.0999", 0.1, 3, True),
        ("10", 9.0, 2, False),
        ("1.23e-09", 1.24e-9, 3, True),
        ("0", 0.0, 3, True),
        ("0", 1e-17, 3, True),
        ("0", 0.9, 3, False),
        ("1", 0.0, 2, False),
        ("0.6012", 0.601, 3, False),
        ("0.75", 0.75 + 1e-12, None, True),
        ("0.75", 0.7501, None, False),
        ("0.75", float("nan"), None, False),
        ("", float("nan"), 3, True),
        ("", 0.5, 3, False),
        ("inf", float("inf"), 3, True),
    ],
)
def test_real_numbers(expected, value, digits, near):
    """Powers of ten, zeros, numbers written in full, missing ones; too many digits are no match."""
    assert agrees(expected, value, digits) is near
    assert agrees(expected, np.float64(value), digits) is near


@pytest.mark.parametrize(
    ("expected", "value", "near"),
    [
        ("24900", 24900, True),
        ("24950", 24900, False),
        ("24900", np.int64(24901), False),
        ("13 of 14", "13 of 14", True),
        ("13 of 14", "14 of 14", False),
        ("50 to 1,000", "50 to 1,001", False),
        ("−0.004 ± 0.002", "−0.005 ± 0.002", True),
        ("−0.004 ± 0.002", "0.004 ± 0.002", False),
        ("0", "0.1", False),
        ("EC", "TFSI", False),
        ("True", True, True),
    ],
)
def test_counts_and_words_are_equal(expected, value, near):
    """A count has no rounding that could differ, alone or within words."""
    assert agrees(expected, value) is near


MADE = pd.DataFrame(
    {"kind": ["x", "x", "y"], "count": [1, 2, 3], "share": [0.1234, 0.5, 0.75]},
    index=pd.Index(["a", "b", "a"], name="name"),
)
TRUE = [
    ["name", "kind", "count", "share"],
    ["a", "x", "1", "0.12"],
    ["b", "x", "2", "0.50"],
    ["a", "y", "3", "0.75"],
]


def found(tmp_path, lines, **rounding):
    """Compare a table of these lines with the one that was made."""
    file = tmp_path / "table.csv"
    file.write_text("".join(",".join(line) + "\n" for line in lines))
    differences = list(compare(file, MADE, **rounding or {"decimals": 2}))
    assert all(difference.file == file for difference in differences)
    return [(d.row, d.column, d.expected, d.found) for d in differences]


def test_the_same_table_has_no_differences(tmp_path):
    """Precision may be given for a column."""
    assert found(tmp_path, TRUE) == []
    assert found(tmp_path, TRUE, decimals={"share": 2}) == []
    assert found(tmp_path, TRUE, digits={"count": 2}, decimals={"share": 2}) == []


@pytest.mark.parametrize("row", [1, 2, 3])
@pytest.mark.parametrize(("column", "planted"), [(2, "9"), (3, "0.63")])
def test_a_change_is_found_in_every_cell(tmp_path, row, column, planted):
    """First row and last column included; the row is named by the columns that tell it apart."""
    lines = [list(line) for line in TRUE]
    lines[row][column] = planted
    ((key, name, expected, _),) = found(tmp_path, lines)
    assert key == " / ".join(TRUE[row][:2])
    assert (name, expected) == (TRUE[0][column], planted)


@pytest.mark.parametrize("row", [1, 2, 3])
def test_a_missing_and_another_row_are_named(tmp_path, row):
    """Rows are found by their key, so that one missing does not shift the others."""
    key = " / ".join(TRUE[row][:2])
    assert found(tmp_path, TRUE[:row] + TRUE[row + 1 :]) == [(key, "", "none", "this row")]
    more = [*TRUE[:row], ["c", "z", "7", "0.70"], *TRUE[row:]]
    assert found(tmp_path, more) == [("c / z", "", "this row", "none")]
    assert found(tmp_path, [*TRUE, TRUE[row]]) == [(f"{key} (2)", "", "this row", "none")]


@pytest.mark.parametrize("column", range(4))
def test_a_renamed_column_is_named(tmp_path, column):
    """Under both names; what stands in the others is still compared where rows can be told."""
    lines = [list(line) for line in TRUE]
    lines[0][column] = "other"
    lines[1][2] = "9"
    differences = found(tmp_path, lines)
    assert ("", "other", "this column", "none") in differences
    assert ("", TRUE[0][column], "none", "this column") in differences
    assert (("a / x", "count", "9", "1") in differences) is (column == 3)


def test_another_order_is_found(tmp_path):
    """Of rows and of columns."""
    ((*_, expected, made),) = found(tmp_path, [TRUE[0], TRUE[2], TRUE[1], TRUE[3]])
    assert (expected, made) == ("the rows b / x, a / x, a / y", "a / x, b / x, a / y")
    ((*_, expected, made),) = found(tmp_path, [line[::-1] for line in TRUE])
    assert (expected, made) == ("the columns share, count, kind, name", "name, kind, count, share")


def test_what_is_no_table(tmp_path):
    """A line that is too short is named; an empty file lacks every column."""
    ((row, _, expected, made),) = found(tmp_path, [*TRUE[:2], TRUE[2][:2], TRUE[3]])
    assert (row, expected, made) == ("line 3", "2 cells", "4 columns")
    assert [column for _, column, *_ in found(tmp_path, [])] == TRUE[0]


def test_rows_without_a_key_are_counted(tmp_path):
    """Where the first column holds real numbers, rows are known by their place."""
    file = tmp_path / "table.csv"
    file.write_text("x\n0.10\n0.25\n")
    (difference,) = compare(file, pd.DataFrame({"x": [0.1, 0.2]}), decimals=2)
    assert str(difference) == f"{file}: row '(2)', column 'x': expected 0.25, found 0.20"
