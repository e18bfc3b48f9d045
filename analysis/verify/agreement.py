"""Whether a table made again is the committed one, and where it is not.

How near numbers must be follows from how they were printed:

- A count (an integer) is equal, also within words.
- A real number, rounded as it was when it was printed, is at most one unit of the last printed
  digit away; other processors and library versions move no more than that. So is a number with
  decimals within words.
- A real number that was printed in full differs by at most 1e-9 of its size.

Everything is compared as decimal numbers, which are exact: 0.601 is one unit away from 0.600.
"""

import csv
import math
import numbers
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pandas as pd

NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:[eE][-+]?\d{1,2})?(?!\w)")
IN_FULL = Decimal("1e-9")  # relative
NOTHING = Decimal("1e-12")  # what rounding errors leave of a zero

Precision = int | Mapping[str, int] | None


@dataclass(frozen=True)
class Difference:
    """Something in a committed table that is not what it is when made again.

    Parameters
    ----------
    file : Path
        The committed table.
    row, column : str
        The row's key and the column's name; empty where all are meant.
    expected, found : str
        What is committed, and what was computed.
    """

    file: Path
    row: str
    column: str
    expected: str
    found: str

    def __str__(self) -> str:
        places = [("row", self.row), ("column", self.column)]
        where = ", ".join(f"{kind} '{name}'" for kind, name in places if name)
        return (
            f"{self.file}: {where}{': ' * bool(where)}expected {self.expected}, found {self.found}"
        )


# --- tables --------------------------------------------------------------------------------------


def compare(
    file: Path, made: pd.DataFrame, digits: Precision = None, decimals: Precision = None
) -> Iterator[Difference]:
    """Yield every column, row and cell of a committed table that is another in the one just made.

    Parameters
    ----------
    file : Path
        The committed table, CSV.
    made : DataFrame
        Named index levels count as columns.
    digits, decimals : int, or mapping of column to int, or None
        With which the committed table was written.
    """
    if any(name is not None for name in made.index.names):
        made = made.reset_index()
    made = made.set_axis([str(name) for name in made.columns], axis=1)
    with file.open(newline="", encoding="utf-8") as lines:
        header, *rows = [*csv.reader(lines)] or [[]]
    yield from _names(file, "column", header, list(made.columns))
    uneven = [n for n, row in enumerate(rows, start=2) if len(row) != len(header)]
    if uneven:
        cells = f"{len(rows[uneven[0] - 2])} cells"
        yield Difference(file, f"line {uneven[0]}", "", cells, f"{len(header)} columns")
    keys = key_columns(made)
    if uneven or len({*header}) < len(header) or not {*keys} <= {*header}:
        return
    committed = pd.DataFrame(rows, columns=header, dtype=object)
    committed.index, made.index = labels(committed, keys), labels(made, keys)
    yield from _names(file, "row", list(committed.index), list(made.index))
    shared = [name for name in header if name in made.columns]
    for row in committed.index.intersection(made.index, sort=False):
        for name in shared:
            expected, value = committed.at[row, name], made.at[row, name]
            rounding = _of(digits, name), _of(decimals, name)
            if not agrees(expected, value, *rounding):
                yield Difference(file, row, name, expected, printed(value, *rounding))


def key_columns(made: pd.DataFrame) -> list[str]:
    """Return the first columns, as many as tell the rows apart; real numbers are no keys."""
    names = []
    for name in made.columns:
        if pd.api.types.is_float_dtype(made[name]):
            break
        names.append(name)
        if not made.duplicated(names).any():
            break
    return names


def labels(table: pd.DataFrame, keys: list[str]) -> list[str]:
    """Name the rows by their keys, and by a count where those repeat."""
    seen: Counter[str] = Counter()
    names = []
    for cells in table[keys].to_numpy(dtype=object):
        name = " / ".join(printed(cell) for cell in cells)
        seen[name] += 1
        repeats = not name or seen[name] > 1
        names.append(f"{name} ({seen[name]})".strip() if repeats else name)
    return names


def _names(file: Path, kind: str, expected: list[str], found: list[str]) -> Iterator[Difference]:
    """Yield the names that only one side has, or else another order."""

    def difference(name: str, expected: str, found: str) -> Difference:
        row, column = (name, "") if kind == "row" else ("", name)
        return Difference(file, row, column, expected, found)

    for name in expected:
        if name not in found:
            yield difference(name, f"this {kind}", "none")
    for name in found:
        if name not in expected:
            yield difference(name, "none", f"this {kind}")
    if expected != found and sorted(expected) == sorted(found):
        yield Difference(file, "", "", f"the {kind}s {', '.join(expected)}", ", ".join(found))


def _of(precision: Precision, column: str) -> int | None:
    return precision.get(column) if isinstance(precision, Mapping) else precision


# --- cells ---------------------------------------------------------------------------------------


def agrees(expected: str, value, digits: int | None = None, decimals: int | None = None) -> bool:
    """Say whether a value is what a committed cell says, as the module's docstring defines it.

    Examples
    --------
    >>> agrees("0.129", 0.1301, decimals=3), agrees("0.129", 0.1306, decimals=3)
    (True, False)
    >>> agrees("98800", 98765.0, digits=3), agrees("98765", 98764), agrees("0", 0.9, digits=2)
    (True, False, False)
    >>> agrees("0.13 [0.11, 0.15]", "0.13 [0.10, 0.15]"), agrees("12 of 14", "13 of 14")
    (True, False)
    """
    text = printed(value, digits, decimals)
    if not _is_real(value) or not (NUMBER.fullmatch(expected) and NUMBER.fullmatch(text)):
        return words_agree(expected, text)
    a, b = _decimal(expected), _decimal(text)
    if a != _decimal(printed(float(a), digits, decimals)):
        return False  # it has more digits than it was written with
    if decimals is not None:
        return abs(a - b) <= Decimal(1).scaleb(-decimals)
    if digits is None:
        return abs(a - b) <= max(IN_FULL * max(abs(a), abs(b)), NOTHING)
    if a == 0 or b == 0:
        return abs(a - b) <= NOTHING
    # Of two neighbours on both sides of a power of ten, the smaller one has the finer unit.
    return abs(a - b) <= Decimal(1).scaleb(min(a.adjusted(), b.adjusted()) - digits + 1)


def printed(value, digits: int | None = None, decimals: int | None = None) -> str:
    """Write a value as in a table; nothing for a missing one."""
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    if not _is_real(value) or not math.isfinite(value):
        return str(value)
    if decimals is not None:
        return f"{float(value):z.{decimals}f}"
    if digits is not None:
        return f"{Decimal(f'{float(value):.{digits - 1}e}'):f}"
    return str(value)


def words_agree(expected: str, found: str) -> bool:
    """Compare words; numbers with decimals may be one unit of their last digit away."""
    if NUMBER.sub("#", expected) != NUMBER.sub("#", found):
        return False
    pairs = zip(NUMBER.findall(expected), NUMBER.findall(found), strict=True)
    return all(_near(_decimal(a), _decimal(b)) for a, b in pairs)


def _near(a: Decimal, b: Decimal) -> bool:
    last = int(a.as_tuple().exponent), int(b.as_tuple().exponent)
    if max(last) >= 0:  # a whole number
        return a == b
    return abs(a - b) <= Decimal(1).scaleb(min(last))


def _is_real(value) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, numbers.Integral)


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace("−", "-").replace(",", ""))
