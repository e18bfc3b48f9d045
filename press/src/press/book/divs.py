"""Fenced divs that are not closed, which pandoc would close at the end without a word."""

import re
from collections.abc import Iterable

from press.ground.errors import InputError

OPENING = re.compile(r"^[ \t>]*:{3,}[ \t]*(?:\{.*|[^\s:{}]+[ \t]*(?:\{.*\})?:*)$")
CLOSING = re.compile(r"^[ \t>]*:{3,}[ \t]*$")


def refuse_unbalanced(lines: Iterable) -> None:
    """Refuse a div without its end, and an end without its div.

    Parameters
    ----------
    lines : iterable of press.book.qmd.Line
        The lines of a chapter that are prose.

    Raises
    ------
    InputError
        With the line of the fence.
    """
    opened: list = []
    for line in lines:
        text = line.text.rstrip()
        if CLOSING.match(text):
            if not opened:
                raise InputError(
                    "this ':::' closes nothing", file=line.file, line=line.number,
                    rule="each ':::' with a name or attributes is closed by one ':::' alone",
                )  # fmt: skip
            opened.pop()
        elif OPENING.match(text):
            opened.append(line)
    if opened:
        raise InputError(
            f"'{opened[-1].text.strip()}' is not closed",
            file=opened[-1].file,
            line=opened[-1].number,
            advice="close it with ':::' on a line of its own",
        )
