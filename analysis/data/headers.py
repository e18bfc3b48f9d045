"""Tables of other programs: what is wrong with the header, in words of its cause."""

import csv
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from press import InputError

FLIP, SECOND = "-flip", "-2"
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def require_header(path: Path, frame: pd.DataFrame) -> None:
    """Refuse a table whose header shows how it was saved, and say how to save it instead.

    Raises
    ------
    InputError
        For another separator than the comma, an index that became a column or hides one, blanks
        around a name, a column that stands twice.
    """
    names = _written(path) if path.suffix == ".csv" else [str(name) for name in frame.columns]
    for fault in (_separator, _index, _blanks, _twice):
        found = fault(names, frame)
        if found is not None:
            message, rule, advice = found
            raise InputError(message, file=path, rule=rule, advice=advice)


def _written(path: Path) -> list[str]:
    """Return the names as the file has them; pandas numbers those that stand twice."""
    with open(path, encoding="utf-8-sig", newline="", errors="replace") as lines:
        return next(csv.reader(lines), [])


def _separator(names: list[str], _) -> tuple[str, str, str] | None:
    only = names[0] if len(names) == 1 else ""
    mark = next((mark for mark in SEPARATORS if mark in only), " " if " " in only.strip() else "")
    if not mark:
        return None
    return (
        f"the columns are separated by {SEPARATORS.get(mark, 'blanks')}",
        "columns are separated by commas, and numbers have a decimal point",
        f"save it so; with pandas: read_csv(FILE, sep={mark!r}, decimal=',' or '.')"
        ".to_csv(NEW, index=False)",
    )


def _index(names: list[str], frame: pd.DataFrame) -> tuple[str, str, str] | None:
    hidden = [str(name) for name in frame.index.names if name is not None]
    if not hidden and not any(name.startswith("Unnamed:") or not name for name in names):
        return None
    what = f"'{hidden[0]}' is the index of the table" if hidden else "a column has no name"
    advice = "reset_index() before writing" if hidden else "write with index=False"
    return f"{what}, as pandas writes it", "every column has a name, and is a column", advice


def _blanks(names: list[str], _) -> tuple[str, str, str] | None:
    found = next((name for name in names if name != name.strip()), None)
    if found is None:
        return None
    return (
        f"a column is called {found!r}, with blanks around its name",
        "names of columns have no blanks around them",
        "with pandas: read_csv(FILE, skipinitialspace=True).to_csv(NEW, index=False)",
    )


def _twice(names: list[str], _) -> tuple[str, str, str] | None:
    found = next((name for name in names if names.count(name) > 1), None)
    if found is None:
        return None
    return f"column '{found}' stands twice", "every column stands once", "rename one of them"


def partners(names: Iterable[str]) -> list[str]:
    """Return the partners that the columns of a table name, in their order.

    Raises
    ------
    InputError
        Where there is none, or one without a second shell.

    Examples
    --------
    >>> partners(["EC", "EC-flip", "EC-2", "EC-2-flip", "dr"])
    ['EC']
    """
    flips = [name.removesuffix(FLIP) for name in names if name.endswith(FLIP)]
    found = [name.removesuffix(SECOND) for name in flips if name.endswith(SECOND)]
    alone = [name for name in flips if not name.endswith(SECOND) and name not in found]
    if alone or not found:
        message = (
            f"there is no second shell of {alone[0]}" if alone else "no column names a partner"
        )
        raise InputError(
            message,
            rule="a partner X has the columns X and X-flip for its first shell, X-2 and X-2-flip"
            " for its second",
            advice="count both shells; thesis featurize does",
        )
    return found
