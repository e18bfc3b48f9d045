"""Numbers and words of committed tables that are not what they were."""

import csv
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from press.differences.change import Change
from press.door.agreement import NUMBER, changed, standard_error, steps

Row = list[str]


def compare(name: str, before: Path, after: Path) -> Iterator[Change]:
    """Compare a table, row by row and column by column.

    Rows are matched by their words, so that a new row does not shift those below it.
    """
    (old_names, *old), (new_names, *new) = _rows(before), _rows(after)
    for column in old_names:
        if column not in new_names:
            yield Change("column", f"{name}: {column}", column, "")
    for column in new_names:
        if column not in old_names:
            yield Change("column", f"{name}: {column}", "", column)
    for one, other in _matched(old, new):
        if one is None or other is None:
            yield Change("row", f"{name}: {_key(one or other or [])}", _said(one), _said(other))
        else:
            where = f"{name}: {_key(other)}"
            yield from _cells(
                where,
                dict(zip(old_names, one, strict=False)),
                dict(zip(new_names, other, strict=False)),
            )


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file)) or [[]]


def _matched(old: list[Row], new: list[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Pair the rows with the same words; those that have no counterpart stand alone."""
    words = [[tuple(NUMBER.sub("#", cell) for cell in row) for row in rows] for rows in (old, new)]
    for what, i, j, k, m in SequenceMatcher(None, words[0], words[1], autojunk=False).get_opcodes():
        if what == "equal" or j - i == m - k:
            yield from zip(old[i:j], new[k:m], strict=True)
        else:
            yield from ((row, None) for row in old[i:j])
            yield from ((None, row) for row in new[k:m])


def _cells(where: str, old: dict[str, str], new: dict[str, str]) -> Iterator[Change]:
    for column in old.keys() & new.keys():
        before, after = old[column], new[column]
        place = f"{where}, {column}"
        if before == after:
            continue
        if steps(before, after) is None:
            yield Change("words", place, before, after)
        elif moved := list(changed(before, after)):
            error = standard_error(before) or standard_error(after)
            first = moved[0]
            size = float(abs(first.distance)) / error if error else None
            units = float(abs(first.distance) / first.unit) if first.unit else None
            yield Change("number", place, before, after, size, units)


def _key(row: Row) -> str:
    """Name a row by its cells of words, or by its first one."""
    words = [cell for cell in row if cell and not NUMBER.match(cell)]
    return " / ".join(words[:3]) or (row[0] if row else "")


def _said(row: Row | None) -> str:
    return ", ".join(row or [])
