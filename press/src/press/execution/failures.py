"""An exception of a cell as data: made where it was raised, in the kernel; read outside."""

import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from press.ground.errors import InputError, RenderError


@dataclass(eq=False)
class Failure(Exception):
    """What went wrong in a kernel.

    Attributes
    ----------
    name, message : str
        The exception's class and what it says.
    traceback : str
        Without colours.
    line : int or None
        Line of the cell that failed, counted from 1.
    kind : str
        ``"input"`` or ``"render"`` for what `press` raises so, and knows rule and advice of.
    rule, advice : str or None
        As `InputError` has them.
    """

    name: str
    message: str
    traceback: str = ""
    line: int | None = None
    kind: str = ""
    rule: str | None = None
    advice: str | None = None

    def __str__(self) -> str:
        return f"{self.name}: {self.message}"

    def at(self, file: str, line: int | None, consequence: str) -> InputError:
        """Say where in a chapter's source it went wrong; bad input says itself what to do."""
        if self.kind:
            kind = RenderError if self.kind == "render" else InputError
            return kind(self.message, file=file, line=line, rule=self.rule, advice=self.advice)
        indented = "\n".join(f"    {text}" for text in self.traceback.splitlines())
        message = f"{self.name}: {self.message}\n\n{indented}\n"
        return RenderError(message, file=file, line=line, rule=consequence)


class Last:
    """The last exception that this kernel has shown, as JSON for who asks for it."""

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        from IPython import get_ipython

        names = get_ipython().user_global_ns
        return {"application/json": described(sys.last_value or Exception(), names)}


def described(error: BaseException | None, names: Mapping) -> dict:
    """Give the fields of a `Failure`, without its traceback.

    Parameters
    ----------
    error : BaseException
        What was raised.
    names : mapping
        The globals of the code of cells.
    """
    found = {"name": type(error).__name__, "message": str(error), "line": _line(error, names)}
    if not isinstance(error, InputError):
        return found
    kind = "render" if isinstance(error, RenderError) else "input"
    said = {"message": error.first_line, "rule": error.rule, "advice": error.advice}
    return found | said | {"kind": kind}


def _line(error: Any, names: Mapping) -> int | None:
    """Line of the cell that called what failed, or that does not compile."""
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_globals is names:
            return line
    return error.lineno if isinstance(error, SyntaxError) else None
