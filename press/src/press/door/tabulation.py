"""A table as text: Markdown for the page, CSV for the file, with the digits that mean something."""

import csv
import io
import math
import numbers
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from press.ground.errors import InputError
from press.ground.markdown import escaped

MISSING = "–"
PAIR = re.compile(r"(\[[−-]?[\d.,]+,) (?=[−-]?[\d.,]+\])")  # an interval: [0.033, 0.068]
PLACE = re.compile(r"\]\{#[^}]*\}")  # the identifier of a span: [words]{#place}
ESCAPE = re.compile(r"\\([^\w\s])")
UNBROKEN = "\N{NO-BREAK SPACE}"
PLAIN_FROM, PLAIN_BELOW = 1e-4, 1e7  # outside, numbers are written with a power of ten


def significant(value: float, digits: int) -> str:
    """Write a number with so many significant digits, as a program reads it.

    Examples
    --------
    >>> [significant(x, 3) for x in (0.5, 12.345, 98765.0, -0.00123456, 0.0)]
    ['0.500', '12.3', '98800', '-0.00123', '0']
    >>> significant(1.2345e-9, 3)
    '1.23e-09'
    """
    value = float(value)
    if value == 0:
        return "0"
    if not math.isfinite(value):
        return str(value)
    scientific = f"{value:.{digits - 1}e}"
    if not PLAIN_FROM <= abs(float(scientific)) < PLAIN_BELOW:
        return scientific
    exponent = int(scientific.partition("e")[2])
    return f"{float(scientific):.{max(digits - 1 - exponent, 0)}f}"


def for_people(number: str) -> str:
    """Turn a program's number into Markdown: a true minus sign, a raised power of ten.

    Examples
    --------
    >>> for_people("-0.25"), for_people("1.23e-09")
    ('−0.25', '1.23 × 10^−9^')
    """
    mantissa, _, exponent = number.replace("-", "−").partition("e")
    if not exponent:
        return mantissa
    sign = "−" if exponent.startswith("−") else ""
    return f"{mantissa} × 10^{sign}{exponent.lstrip('+−0')}^"


Precision = int | Mapping[str, int] | None


def rounded(table: pd.DataFrame, digits: Precision, decimals: Precision = None) -> pd.DataFrame:
    """Write every cell as text; missing values stay missing (None).

    Parameters
    ----------
    table : DataFrame
        With flat, unique column names; named index levels become columns.
    digits : int or mapping of column to int, or None
        Significant digits of real numbers; columns without digits are written in full.
    decimals : int or mapping of column to int, or None
        Decimals of real numbers, for columns whose values have one uncertainty; they go before
        `digits`.

    Returns
    -------
    DataFrame of str or None
        With the attribute ``attrs["numeric"]``: the columns that hold numbers.

    Raises
    ------
    press.InputError
        For columns in levels or of one name, for digits or decimals of an unknown column.
    """
    table = _flat(table)
    digits_of, decimals_of = _by_column(table, digits), _by_column(table, decimals)
    cells = {
        str(name): [_cell(value, digits_of[name], decimals_of[name]) for value in column]
        for name, column in table.items()
    }
    written = pd.DataFrame(cells, dtype=object)
    is_numeric = pd.api.types.is_numeric_dtype
    written.attrs["numeric"] = [str(n) for n, c in table.items() if is_numeric(c)]
    return written


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    if any(name is not None for name in table.index.names):
        table = table.reset_index()
    if table.columns.nlevels > 1 or not table.columns.is_unique:
        raise InputError(
            f"the table's columns are {list(table.columns)}",
            rule="a saved table has one level of columns, each with a name of its own",
        )
    return table


def _by_column(table: pd.DataFrame, precision: Precision) -> dict:
    """Give the precision of each column, None for those without one."""
    if not isinstance(precision, Mapping):
        return dict.fromkeys(table.columns, precision)
    unknown = [name for name in precision if name not in table.columns]
    if unknown:
        columns = ", ".join(map(str, table.columns))
        raise InputError(f"digits are given for {unknown[0]!r}, the columns are {columns}")
    return {name: precision.get(name) for name in table.columns}


def _cell(value: Any, digits: int | None, decimals: int | None) -> str | None:
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    is_real = isinstance(value, numbers.Real) and not isinstance(value, numbers.Integral)
    if is_real and decimals is not None:
        return f"{float(value):z.{decimals}f}"
    return significant(value, digits) if is_real and digits is not None else str(value)


def to_csv(written: pd.DataFrame) -> str:
    """Write rounded cells as CSV: comma, LF, missing values empty."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(written.columns)
    writer.writerows(written.itertuples(index=False))
    return file.getvalue()


def from_csv(text: str) -> pd.DataFrame:
    """Read what `to_csv` wrote; columns of nothing but numbers are numeric again."""
    written = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    numbers_in = written.apply(pd.to_numeric, errors="coerce").notna()
    is_numeric = (numbers_in | (written == "")).all() & numbers_in.any()
    written = written.astype(object).where(written != "", None)
    written.attrs["numeric"] = list(written.columns[is_numeric])
    return written


def to_markdown(written: pd.DataFrame, markdown: Collection[str] = ()) -> str:
    """Write rounded cells as a pipe table.

    Cells and names are text, which the page shows as it is, but for the columns in `markdown`.
    A narrow cell breaks before an interval and not inside it. The dashes under a name are as many
    as its column is wide, because pandoc takes the relative widths of a wide table from them.
    """
    numeric = written.attrs["numeric"]
    columns = []
    for name in written.columns:
        write = _in_one_line if name in markdown else _as_text
        cells = [MISSING if cell is None else for_people(cell) if name in numeric else write(cell)
                 for cell in written[name]]  # fmt: skip
        cells = [write(name), *cells]
        width = max(3, *(_width(cell) for cell in cells))
        rule = "-" * (width - 1) + ":" if name in numeric else ":" + "-" * (width - 1)
        columns.append([cells[0], rule, *cells[1:]])
    return "\n".join(f"| {' | '.join(row)} |" for row in zip(*columns, strict=True))


def _in_one_line(text: str) -> str:
    return PAIR.sub(rf"\1{UNBROKEN}", " ".join(text.replace("|", "\\|").split()))


def _as_text(text: str) -> str:
    return escaped(PAIR.sub(rf"\1{UNBROKEN}", " ".join(text.split())))


def _width(text: str) -> int:
    """Count characters as they are seen: marks, escapes and names of places have no width."""
    text = ESCAPE.sub(r"\1", PLACE.sub("]", text))
    return sum(not unicodedata.combining(character) for character in text)
