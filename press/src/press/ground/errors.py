"""Errors that a person can act on: what was wrong, where, the rule, and what to do."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TypedDict


class Place(TypedDict, total=False):
    """Where something stands, as `InputError` takes it."""

    file: str
    line: int | None
    column: int


class InputError(Exception):
    """Bad input: nothing was written; the command ends with exit code 2.

    Parameters
    ----------
    message : str
        What was wrong, with the value.
    file, line, column
        Where, as far as it is known.
    rule : str, optional
        The rule that was broken.
    advice : str, optional
        What to do instead.

    Attributes
    ----------
    read : mapping
        What a chapter that failed had read, as its record would have it.
    """

    read: Mapping[str, str] = MappingProxyType({})

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        line: int | None = None,
        column: int | str | None = None,
        rule: str | None = None,
        advice: str | None = None,
    ):
        super().__init__(message)
        self.message, self.file, self.line, self.column = message, file, line, column
        self.rule, self.advice = rule, advice

    @property
    def first_line(self) -> str:
        """Where and what, without the rule and the advice."""
        parts = (self.file, self.line, self.column)
        place = ":".join(str(part) for part in parts if part is not None)
        return f"{place}: {self.message}" if place else self.message

    def __str__(self) -> str:
        lines = [self.first_line]
        if self.rule:
            lines.append(f"  rule: {self.rule}")
        if self.advice:
            lines.append(f"  do:   {self.advice}")
        return "\n".join(lines)


class TextError(InputError):
    """Bad input that stands in the text itself: nothing that a cell shows can mend it."""


class RenderError(InputError):
    """A render or another piece of work failed; the command ends with exit code 1."""


def refuse(problems: Sequence[InputError]) -> None:
    """Raise one error that lists all problems, if there are any.

    Raises
    ------
    InputError
        With the place, the rule and the advice of the first, and the others' first lines.
    """
    if not problems:
        return
    first, *others = problems
    message = "\n".join([first.message, *(other.first_line for other in others)])
    raise InputError(
        message, file=first.file, line=first.line, column=first.column,
        rule=first.rule, advice=first.advice,
    )  # fmt: skip
