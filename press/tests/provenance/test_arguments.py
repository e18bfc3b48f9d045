"""Equal arguments are spelled alike, different ones are not."""

import enum
import inspect
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from press.provenance import arguments

from press import InputError


def digest(value):
    """Digest one argument."""
    signature = inspect.Signature([inspect.Parameter("x", inspect.Parameter.POSITIONAL_ONLY)])
    return arguments.of_call(signature, (value,), {}, "f").digest


@dataclass(frozen=True)
class Point:
    """A frozen value."""

    x: float
    y: float


@dataclass
class Loose:
    """A value that may change."""

    x: float


class Kind(enum.Enum):
    """An enumeration."""

    A = 1
    B = 2


class Marked:
    """An object with a fingerprint."""

    def __init__(self, fingerprint):
        self.fingerprint = fingerprint


def table(**columns):
    """Make a table."""
    return pd.DataFrame(columns)


DIFFERENT = [
    [1, 1.0, True, "1", b"1", 1j, [1], (1,), {1}, frozenset({1}), {1: 1}, None],
    [[1, 23], [12, 3], [[1], 23], [1, [23]], [1, 2, 3], "[1, 23]"],
    [{"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 2, "b": 1}, {"a": 1}],
    [0.0, -0.0, float("nan"), float("inf")],
    [np.arange(4), np.arange(4.0), np.arange(4).reshape(2, 2), np.arange(5), np.int64(1), 1],
    [np.array(["a", "b"], object), np.array(["a", "b"]), np.array(["b", "a"], object)],
    [Point(1, 2), Point(2, 1), (1, 2), Point(1.0, 2)],
    [Kind.A, Kind.B, 1],
    [Marked("a"), Marked("b"), "a"],
    [
        table(a=[1, 2]),
        table(b=[1, 2]),
        table(a=[1.0, 2.0]),
        table(a=[2, 1]),
        table(a=[1, 2]).set_axis([1, 2]),
        table(a=[1, 2]).rename_axis("n"),
        table(a=["1", "2"]),
        table(a=pd.Categorical([1, 2])),
        table(a=pd.Categorical([1, 2], [2, 1])),
        table(a=pd.Categorical([1, 2], ordered=True)),
        table(a=pd.array([1, 2], "Int64")),
        table(a=pd.array([1, None], "Int64")),
        table(a=[1, 2], b=[1, 2]),
        pd.Series([1, 2], name="a"),
        pd.Series([1, 2]),
    ],
    [pd.Timestamp("2020-01-01"), pd.Timestamp("2020-01-02"), pd.NaT, pd.NA],
]


@pytest.mark.parametrize("values", DIFFERENT)
def test_different_values_differ(values):
    """No two of these have one digest."""
    assert len({digest(value) for value in values}) == len(values)


@pytest.mark.parametrize(
    "make",
    [
        lambda: {3, 1, 2},
        lambda: np.arange(12.0).reshape(3, 4).T,
        lambda: table(a=[1, None], b=pd.to_datetime(["2020-01-01", None]), c=["x", None]),
        lambda: table(a=[1]).set_index(pd.MultiIndex.from_tuples([(1, "x")])),
        lambda: Point(1.5, float("nan")),
    ],
)
def test_equal_values_agree(make):
    """Two equal values made apart have one digest."""
    assert digest(make()) == digest(make())


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
)


@given(PLAIN, PLAIN)
def test_digests_follow_the_repr(one, other):
    """Of plain values, those of one repr and only those have one digest."""
    assert (digest(one) == digest(other)) == (repr(one) == repr(other))


def test_the_content_of_a_file_counts(tmp_path):
    """A Path stands for the file's content; a folder has none."""
    path = tmp_path / "a.txt"
    path.write_text("one")
    before = digest(path)
    path.write_text("two")
    assert digest(path) != before
    with pytest.raises(InputError):
        digest(tmp_path)


@pytest.mark.parametrize("value", [object(), Loose(1), print, [Loose(1)], np.random.default_rng()])
def test_values_without_identity_are_refused(value):
    """What may change or cannot be compared is refused, with the argument's name."""
    with pytest.raises(InputError, match="argument 'x' is a"):
        digest(value)


def test_words_are_short_and_the_same_everywhere():
    """Words hold a fingerprint, a shape or a short repr, and no address in memory."""
    assert arguments.in_words(Marked("paec sha256:12")) == "paec sha256:12"
    assert arguments.in_words(np.zeros((3, 4))) == "ndarray 3 x 4"
    assert arguments.in_words(table(a=[1, 2])) == "DataFrame 2 x 1"
    assert arguments.in_words("x" * 200).endswith("...")
    assert arguments.in_words(print) == "<built-in function print>"
    assert "0x" not in arguments.in_words(object())
