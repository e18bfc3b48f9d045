"""Numbers as prose writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.ground import wording

MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (wording.fixed(-0.0004, 3), "0.000"),
        (wording.fixed(-0.0006, 3), f"{MINUS}0.001"),
        (wording.fixed(1234567.0, 1), "1,234,567.0"),
        (wording.fixed(float("nan"), 2), "–"),
        (wording.number(0), "0"),
        (wording.number(99.96), "100.0"),
        (wording.count(1200), "1,200"),
        (wording.percent(0.38153), "38%"),
        (wording.percent(float("nan")), "–"),
        (wording.with_error(2.85890, 0.0114), "2.859 ± 0.011"),
        (wording.with_error(310.1, 34), "310 ± 34"),
        (wording.with_interval(0.0103, -0.0221, 0.0412), f"0.010 [{MINUS}0.022, 0.041]"),
        (wording.with_interval(0.0103, -0.0221, 0.0412, decimals=2), f"0.01 [{MINUS}0.02, 0.04]"),
        (wording.p_value(0.001), "p = 0.001"),
        (wording.p_value(0.00099), "p < 0.001"),
        (wording.listed(["EC"]), "EC"),
        (wording.listed(["EC", "Li"]), "EC and Li"),
    ],
)
def test_by_hand(text, expected):
    """Each formatter on values with a trap in them."""
    assert text == expected


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_fixed_can_be_read_back(value, decimals):
    """What is written is the rounded number."""
    text = wording.fixed(value, decimals).replace(MINUS, "-").replace(",", "")
    assert float(text) == pytest.approx(round(value, decimals), abs=10**-decimals)
    assert len(text.partition(".")[2]) == decimals
