"""Rules about what authors write: typed numbers, terms, refuted claims, cells without words."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from press.authoring.findings import Finding, finding
from press.authoring.wanted import Wanted
from press.book.qmd import Chapter, Prose
from press.door.claims import FAILS
from press.ground.errors import Place

NO_TEXT = (
    r"\$\$.*?\$\$(\s*\{#.*?\})?",
    r"\$[^$]+\$",
    r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)",
    r"\{[^}]*\}",
    r"<[^>]*>",
    r"@[\w-]+",
    r"(?<=\])\([^)]*\)",
)
LINK = r"\[[^\]]*\]\([^)]*\)"  # what a link says may be the name of its target
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
FENCE = re.compile(r"^\s*:{3,}\s*(\S.*)?$")
LABEL = re.compile(r"#(fig|tbl)-[\w-]+")
PROFILE = re.compile(r"""\.content-(visible|hidden)\s+(when|unless)-profile=["']([\w-]+)["']""")
CALLED = re.compile(r"(?<=[.`\s(])(\w+)\((?=[^`]*`)")
ROW = re.compile(r"\[(?P<name>[\w-]+)\]\{#claim-(?P<edition>[\w-]+?)-(?P=name)\}")


def text_of(prose: Prose, patterns: tuple[str, ...]) -> str:
    """Blank in prose what is none of its words, so that every place stays where it is."""
    text = prose.text
    for pattern in patterns:
        blank = re.compile(pattern, re.DOTALL)
        text = blank.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    return text


def place(prose: Prose, text: str, position: int) -> Place:
    """Tell where a position in the text of a block stands in its file."""
    line = prose.lines[text.count("\n", 0, position)]
    column = position - text.rfind("\n", 0, position)
    return {"file": line.file, "line": line.number, "column": column}


def typed_numbers(chapter: Chapter, wanted: Wanted) -> Iterator[Finding]:
    """Find digits in the sentences of a chapter of results."""
    if chapter.source not in wanted.results:
        return
    for prose in _prose(chapter):
        text = text_of(prose, (LINK, *NO_TEXT, *wanted.names))
        for number in NUMBER.finditer(text):
            where = place(prose, text, number.start())
            yield finding("typed-number", f"the number {number[0]} is typed", where)


def terms(chapter: Chapter, wanted: Wanted) -> Iterator[Finding]:
    """Find other spellings of the field's terms."""
    for prose in _prose(chapter):
        text = text_of(prose, NO_TEXT)
        for pattern, term in wanted.terms.items():
            for found in re.finditer(pattern, text):
                where = place(prose, text, found.start())
                yield finding("term", f"'{found[0]}'", where, f"write '{term}'")


def cells(chapter: Chapter) -> Iterator[Finding]:
    """Find cells that draw a figure without alternative text, or caption one without a label."""
    opened: list[str] = []
    for block in chapter.blocks:
        if isinstance(block, Prose):
            opened = _opened(block.text, opened)
            continue
        options = getattr(block, "options", None)
        if options is None or options.get("include") is False or options.get("eval") is False:
            continue
        inside = next((found[1] for o in reversed(opened) if (found := LABEL.search(o))), "")
        kind = str(options.get("label", "")).partition("-")[0] or inside
        where: Place = {"file": block.file, "line": block.line}
        if (kind == "fig" or "fig-cap" in options) and not options.get("fig-alt"):
            yield finding("alt-text", "the figure of this cell has no alternative text", where)
        for name, other in (("fig-cap", "fig"), ("tbl-cap", "tbl")):
            if name in options and kind != other:
                yield finding("label", f"{name} without a label '{other}-...'", where)


def refuted(root: Path, profiles: tuple[str, ...]) -> dict[str, str]:
    """Read which claims do not hold: name in code -> the ledger that says so.

    Parameters
    ----------
    root : Path
        Folder of the book.
    profiles : tuple of str
        The edition's; the ledger of another edition does not count.
    """
    found = {}
    for path in sorted(root.glob("tables/*/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            if not {"Claim", "Verdict"} <= {*(rows.fieldnames or ())}:
                continue
            for row in rows:
                claim = ROW.fullmatch(row["Claim"])
                if claim and claim["edition"] in profiles and FAILS in row["Verdict"]:
                    found[claim["name"].replace("-", "_")] = path.relative_to(root).as_posix()
    return found


def claims(
    chapter: Chapter, against: dict[str, str], profiles: tuple[str, ...]
) -> Iterator[Finding]:
    """Find sentences with the bare mark of a claim that does not hold, where they are shown."""
    opened: list[str] = []
    for prose in _prose(chapter):
        for line in prose.lines:
            opened = _opened(line.text, opened)
            if any(_hides(attributes, profiles) for attributes in opened):
                continue
            for found in CALLED.finditer(line.text):
                if found[1] in against:
                    column = found.start(1) + 1
                    where: Place = {"file": line.file, "line": line.number, "column": column}
                    told = f"the claim '{found[1]}' does not hold, says {against[found[1]]}"
                    yield finding("refuted-claim", told, where)


def _prose(chapter: Chapter) -> Iterator[Prose]:
    return (block for block in chapter.blocks if isinstance(block, Prose))


def _opened(text: str, opened: list[str]) -> list[str]:
    """Give the attributes of the divs that are open after a text."""
    opened = [*opened]
    for line in text.splitlines():
        fence = FENCE.match(line)
        if fence and fence[1]:
            opened.append(fence[1])
        elif fence:
            opened = opened[:-1]
    return opened


def _hides(attributes: str, profiles: tuple[str, ...]) -> bool:
    """Tell whether a block with these attributes is not shown with these profiles."""
    condition = PROFILE.search(attributes)
    if condition is None:
        return False
    shown = (condition[2] == "when") == (condition[3] in profiles)
    return shown != (condition[1] == "visible")
