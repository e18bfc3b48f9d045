"""Parameters: what ``-P name:value`` may set, and which chapters hear of it.

A chapter declares its parameters in a cell tagged ``parameters``, one assignment each. Only
chapters that declare a name are given its value.
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from press.book.options import nearest
from press.book.qmd import Cell, Chapter
from press.ground.errors import InputError


class Computed:
    """Marks a default that cannot be known without running the cell."""


@dataclass(frozen=True)
class Declared:
    """One parameter of one chapter, and its default (`Computed` if it must be run)."""

    name: str
    default: object
    file: str
    line: int


def parse(assignments: Iterable[str]) -> dict[str, object]:
    """Read ``name:value`` texts; a value is a Python literal if it can be, else a text.

    Examples
    --------
    >>> parse(["seed:7", "fast:2.5", "dataset:paec", "fast2:None"])
    {'seed': 7, 'fast': 2.5, 'dataset': 'paec', 'fast2': None}
    """
    values: dict[str, object] = {}
    for assignment in assignments:
        name, colon, text = assignment.partition(":")
        if not colon or not name.isidentifier():
            name, equals, text = assignment.partition("=")
            meant = f"{name}:{text}" if equals and name.isidentifier() else "seed:7"
            raise InputError(
                f"parameter '{assignment}'", rule="a parameter is name:value", advice=f"-P {meant}"
            )
        if name in values:
            raise InputError(f"the parameter '{name}' is given twice")
        try:
            values[name] = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            values[name] = text
    return values


def cell_of(chapter: Chapter) -> Cell | None:
    """Find the chapter's parameters cell, if it has one."""
    tagged = [cell for cell in chapter.cells if "parameters" in _tags(cell)]
    if len(tagged) > 1:
        raise InputError(
            "a second parameters cell", file=tagged[1].file, line=tagged[1].line,
            rule="a chapter has one",
        )  # fmt: skip
    return tagged[0] if tagged else None


def declared(chapter: Chapter, environment: Mapping[str, str]) -> dict[str, Declared]:
    """Parameters that a chapter declares.

    Parameters
    ----------
    chapter : Chapter
        The chapter.
    environment : mapping
        Variables that a default may be read from, as in ``os.environ["EDITION"]``.
    """
    cell = cell_of(chapter)
    if cell is None:
        return {}
    try:
        statements = ast.parse(cell.source).body
    except SyntaxError as error:
        raise InputError(
            f"the parameters cell is not Python: {error.msg}",
            file=cell.file,
            line=cell.code_line + (error.lineno or 1) - 1,
        ) from None
    found: dict[str, Declared] = {}
    for statement in statements:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets = [statement.target]
        for target in targets:
            if isinstance(target, ast.Name):
                line = cell.code_line + statement.lineno - 1
                default = _default(statement.value, environment)
                found[target.id] = Declared(target.id, default, cell.file, line)
    return found


def changes(
    values: Mapping[str, object], chapters: Iterable[Chapter], environment: Mapping[str, str]
) -> dict[str, object]:
    """Values that differ from what some chapter declares as the default.

    Raises
    ------
    InputError
        No chapter declares a name.
    """
    declarations = [declared(chapter, environment) for chapter in chapters]
    known = {name for names in declarations for name in names}
    for name in values:
        if name not in known:
            close = nearest(name, known)
            raise InputError(
                f"unknown parameter '{name}'",
                rule=f"known: {', '.join(sorted(known)) or 'none, no chapter declares any'}",
                advice=f"did you mean '{close}'?" if close else None,
            )
    return {
        name: value
        for name, value in values.items()
        if any(_differs(value, names[name].default) for names in declarations if name in names)
    }


def _tags(cell: Cell) -> list[str]:
    tags = cell.options.get("tags") or []
    return [tags] if isinstance(tags, str) else list(tags)


def _differs(value: object, default: object) -> bool:
    same_kind = isinstance(value, bool) == isinstance(default, bool)
    return default is Computed or not same_kind or value != default


def _default(value: ast.expr, environment: Mapping[str, str]) -> object:
    """Value of a literal, of ``os.environ[NAME]``, or of ``os.environ.get(NAME, literal)``."""
    try:
        return ast.literal_eval(value)
    except ValueError:
        pass
    written = ast.unparse(value)
    if isinstance(value, ast.Subscript) and ast.unparse(value.value) == "os.environ":
        return environment.get(_default(value.slice, {}), Computed)
    if written.startswith(("os.environ.get(", "os.getenv(")):
        name, *fallback = [_default(argument, {}) for argument in value.args]
        return environment.get(name, fallback[0] if fallback else None)
    return Computed
