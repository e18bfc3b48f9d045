"""The functions of the thesis, on walks whose distances are known."""

import pandas as pd
import pytest
from walks import distances
from walks.data import FILE, Walks, load

from press import InputError


def straight(steps: int) -> Walks:
    """Make one walker who takes all steps to the right."""
    rows = {"walker": 0, "step": range(steps + 1), "x": range(steps + 1)}
    return Walks(pd.DataFrame(rows), "straight")


def test_a_straight_walk_grows_with_the_square():
    """After t steps the squared distance is t^2."""
    assert list(distances.mean_squared(straight(3))) == [1, 4, 9]
    assert distances.exponent(straight(10)) == pytest.approx(2)


def test_the_table_has_the_steps_that_were_walked():
    """Three steps have two rows."""
    assert list(distances.table(straight(3)).index) == [1, 2]


def test_other_data_are_refused(tmp_path):
    """A file of which one byte is another has another checksum."""
    copy = tmp_path / "walks.csv"
    copy.write_bytes(FILE.read_bytes().replace(b"1", b"2", 1))
    copy.with_suffix(".csv.sha256").write_text(FILE.with_suffix(".csv.sha256").read_text())
    with pytest.raises(InputError, match="sha256"):
        load(copy)
