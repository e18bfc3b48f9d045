"""Numbers and tables as text."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from press.door.tabulation import for_people, rounded, significant, to_csv, to_markdown

from press import InputError


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.5, 3, "0.500"),
        (0.9996, 3, "1.00"),
        (9.996, 3, "10.0"),
        (12345.6, 3, "12300"),
        (-0.05, 1, "-0.05"),
        (1e-4, 2, "0.00010"),
        (9.99e-5, 3, "9.99e-05"),
        (12345678.0, 3, "1.23e+07"),
        (float("inf"), 3, "inf"),
        (-0.0, 3, "0"),
    ],
)
def test_significant(value, digits, text):
    """So many digits count, trailing zeros included."""
    assert significant(value, digits) == text


@given(st.floats(-1e300, 1e300), st.integers(1, 10))
def test_significant_is_near(value, digits):
    """The text is within half a unit of its last digit."""
    error = abs(float(significant(value, digits)) - value)
    assert value == 0 or error <= 0.5000001 * 10 ** (
        math.floor(math.log10(abs(value))) - digits + 1
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [("1.2e-07", "1.2 × 10^−7^"), ("1e+20", "1 × 10^20^"), ("-3", "−3"), ("0.1", "0.1")],
)
def test_for_people(number, text):
    """Minus signs and powers of ten as they are printed."""
    assert for_people(number) == text


@pytest.fixture
def table():
    """Make a table with every kind of cell."""
    return pd.DataFrame(
        {
            "n": [1, -20],
            "score": [0.51234, np.nan],
            "p|q": ["a|b", None],
            "whole": pd.array([None, 3], "Int64"),
        },
        index=pd.Index(["u", "v"], name="system"),
    )


def test_csv(table):
    """Integers whole, reals rounded, missing values empty, the named index first."""
    assert to_csv(rounded(table, 3)) == ("system,n,score,p|q,whole\nu,1,0.512,a|b,\nv,-20,,,3\n")


def test_markdown(table):
    """Numbers to the right, text to the left, an en dash for what is missing."""
    assert to_markdown(rounded(table, {"score": 2})).splitlines() == [
        "| system | n | score | p\\|q | whole |",
        "| :----- | --: | ----: | :-- | ----: |",
        "| u | 1 | 0.51 | a\\|b | – |",
        "| v | −20 | – | – | 3 |",
    ]


def test_decimals_go_before_digits():
    """A column with decimals is aligned on them, without a negative zero; others keep digits."""
    table = pd.DataFrame(
        {"r": [0.00038, -0.0004, 0.12], "mean": [12.345, 1.0, 2.0], "n": [1, 2, 3]}
    )
    written = rounded(table, 3, {"r": 2})
    assert written["r"].tolist() == ["0.00", "0.00", "0.12"]
    assert written["mean"].tolist() == ["12.3", "1.00", "2.00"]
    assert rounded(table, 3, 1)["n"].tolist() == ["1", "2", "3"]


def test_an_unnamed_index_is_not_shown():
    """Row numbers say nothing."""
    assert to_csv(rounded(pd.DataFrame({"a": [1.0]}), None)) == "a\n1.0\n"


@pytest.mark.parametrize(
    ("table", "digits", "words"),
    [
        (pd.DataFrame({"a": [1]}), {"b": 2}, "digits are given for 'b', the columns are a"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), 3, "one level of columns"),
        (pd.DataFrame({("a", "b"): [1]}), 3, "one level of columns"),
    ],
)
def test_bad_tables(table, digits, words):
    """Digits of an unknown column, repeated names and levels are refused."""
    with pytest.raises(InputError) as caught:
        rounded(table, digits)
    assert words in str(caught.value)


def test_an_interval_does_not_break():
    """Inside the brackets stands a no-break space on the page, a plain one in the file."""
    table = pd.DataFrame({"R²": ["0.053 [−0.033, 0.068]", "see [a, b]"]})
    shown = to_markdown(rounded(table, 3))
    assert "| 0.053 \\[−0.033,\N{NO-BREAK SPACE}0.068\\] |" in shown
    assert "| see \\[a, b\\] |" in shown
    assert "| see [a, b] |" in to_markdown(rounded(table, 3), ["R²"])
    assert "0.053 [−0.033, 0.068]" in to_csv(rounded(table, 3))
