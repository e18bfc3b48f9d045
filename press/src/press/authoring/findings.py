"""Findings of `thesis check`: where, what, the rule and what to do; and how one is allowed.

A comment on the line above excuses what a rule finds on a line, and says why::

    <!-- allow typed-number: the year of a law, which no data change -->

In a bibliography the comment begins with a per cent sign.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from press.ground.errors import InputError, Place

RULES = {
    "source": ("the book can be read", ""),
    "reference": ("a reference, link or citation leads to something of this book", ""),
    "alt-text": (
        "every picture has alternative text",
        'say what it shows: \'#| fig-alt: "..."\' in the cell, {fig-alt="..."} at the picture',
    ),
    "label": (
        "a figure or table has a label, so that it is numbered and the text can refer to it",
        "put it into '::: {#fig-name}' or '::: {#tbl-name}' with its caption",
    ),
    "unreferenced": (
        "the text refers to every figure and table",
        "refer to it by its label with an @ before it, or leave it out",
    ),
    "typed-number": (
        "numbers in the prose of results are computed: the next data would make typed ones false",
        "write `{python} ...`, or say why not: <!-- allow typed-number: reason --> above the line",
    ),
    "term": ("one thing has one name in the whole book", ""),
    "external": (
        "the site loads nothing from elsewhere",
        "keep the file in the project; links that readers follow may lead out",
    ),
    "large-picture": (
        "a picture has at most 400 kB, so that a page opens at once",
        "draw fewer points, rasterize them, or make the picture smaller",
    ),
    "unused-work": ("every work in the bibliography is cited", "cite it, or take it out"),
    "incomplete-work": ("a work says by whom, what, when and where", "add what is missing"),
    "refuted-claim": (
        "a sentence asserts only what the data of the edition do not refute",
        "change the sentence, or show the claim's own with `{python} claims.NAME.sentence(...)`",
    ),
}
"""Name of a rule -> what it asks for, and what to do."""
ALLOWED = re.compile(r"(?:<!--|%)\s*allow ([a-z-]+):\s*[^\s-]")


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that a rule found.

    Attributes
    ----------
    file : str
    line, column : int or None
        Where, as far as it is known.
    name : str
        One of `RULES`.
    message, rule, advice : str
        What was found, what the rule asks for, what to do.
    """

    file: str
    line: int | None
    column: int | None
    name: str
    message: str
    rule: str
    advice: str

    def __str__(self) -> str:
        told = InputError(
            f"{self.message} [{self.name}]",
            file=self.file,
            line=self.line,
            column=self.column,
            rule=self.rule,
            advice=self.advice or None,
        )
        return str(told)


def finding(name: str, message: str, place: Place, advice: str = "") -> Finding:
    """Make the finding of a rule."""
    rule, usual = RULES[name]
    where = place.get("file", ""), place.get("line"), place.get("column")
    return Finding(*where, name, message, rule, advice or usual)


def of_error(name: str, error: InputError) -> Finding:
    """Make a finding of what a render would refuse."""
    place: Place = {"file": str(error.file or ""), "line": error.line}
    if isinstance(error.column, int):
        place["column"] = error.column
    found = finding(name, error.message, place, error.advice or "")
    return Finding(**asdict(found) | {"rule": error.rule or found.rule})


def is_allowed(found: Finding, root: Path) -> bool:
    """Tell whether a comment on the line above excuses a finding."""
    if not found.line or found.line < 2:
        return False
    above = _lines(root / found.file)[found.line - 2]
    return found.name in ALLOWED.findall(above)


@cache
def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").splitlines()


def as_json(found: Iterable[Finding]) -> str:
    """Write findings for programs."""
    return json.dumps([asdict(one) for one in found], indent=1, ensure_ascii=False)
