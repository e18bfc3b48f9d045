"""What an author may write in a book: the names in ``options.toml``, and how others are met.

A name of which nothing is known is refused where Quarto allows only its own names (`project`,
`book`, `execute`, `crossref`, cells, shortcodes). At the top of a file and below a format a book
may have metadata of its own: there such a name passes, unless it is nearly a known one (four
fifths of the letters alike, or the same letters in another order), which makes it a misspelling.
"""

import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path as File

from press.book.yamlfile import Document, Path
from press.ground.errors import InputError, Place

TABLE = File(__file__).with_name("options.toml")
VERDICTS = ("applied", "harmless", "refused")
LEVELS = {
    "project": "key of project",
    "book": "key of book",
    "execute": "key of execute",
    "crossref": "key of crossref",
    "top": "key",
    "format": "format",
    "html": "option of the html format",
    "typst": "option of the typst format",
    "index": "key of the front matter",
    "chapter": "key of the front matter",
    "cell": "cell option",
    "div": "class of a div",
    "span": "class of a span",
    "fence": "kind of code cell",
    "shortcode": "shortcode",
}
"""Where a name may stand -> what it is called in messages."""
WITH_OWN_NAMES = ("top", "html", "typst", "index", "chapter")
MISSPELT = 0.8


@dataclass(frozen=True)
class Row:
    """Names that are met alike.

    Attributes
    ----------
    at : tuple of str
        Where they may stand, see `LEVELS`.
    names : tuple of str
    verdict : str
        ``"applied"``, ``"harmless"`` or ``"refused"``.
    quarto, press : str
        What Quarto makes of them, and what is made here (of what is refused: what to write).
    allowed : tuple
        Values of a refused name that change nothing; without any, those that are empty or false.
    """

    at: tuple[str, ...]
    names: tuple[str, ...]
    verdict: str
    quarto: str
    press: str
    allowed: tuple = ()


@cache
def rows() -> tuple[Row, ...]:
    """Read the table."""
    read = tomllib.loads(TABLE.read_text(encoding="utf-8"))["row"]
    return tuple(
        Row(**row | {key: tuple(row[key].split()) for key in ("at", "names")}) for row in read
    )


@cache
def at(level: str) -> dict[str, Row]:
    """Give the names that may stand at a level."""
    return {name: row for row in rows() if level in row.at for name in row.names}


def advice(level: str) -> dict[str, str]:
    """Give the refused names of a level, and what to write instead."""
    return {name: row.press for name, row in at(level).items() if row.verdict == "refused"}


def nearest(name: str, known: Collection[str]) -> str | None:
    """Give the known name that a misspelt one most resembles, if any does."""
    cutoff = 0.75 if len(name) > 3 else 0.5  # of a short name, one wrong letter is much
    close = get_close_matches(name, sorted(known), n=1, cutoff=cutoff)
    return close[0] if close else None


def misspelling(name: str, known: Collection[str]) -> str | None:
    """Give the known name of which another is nearly certainly a misspelling.

    Examples
    --------
    >>> misspelling("lnag", ["lang"]), misspelling("bibliografy", ["bibliography"])
    ('lang', 'bibliography')
    >>> misspelling("data", ["date"])
    """
    swapped = (one for one in sorted(known) if sorted(one) == sorted(name))
    close = get_close_matches(name, sorted(known), n=1, cutoff=MISSPELT)
    return next(swapped, close[0] if close else None)


def refuse(document: Document, path: Path, level: str) -> None:
    """Refuse what Quarto would do and this renderer does not, and names that nobody knows.

    Parameters
    ----------
    document : Document
        Where the names stand.
    path : tuple
        Path of the mapping whose keys are looked at.
    level : str
        See `LEVELS`.

    Raises
    ------
    InputError
        With the file, the line and what to do.
    """
    for name, value in _entries(document, path):
        place = Place(file=document.file, line=document.line((*path, name)))
        row = at(level).get(name)
        if row is None or not _changes_nothing(value, row):
            refuse_name(name, level, place)


def _changes_nothing(value: object, row: Row) -> bool:
    """Whether a value of a refused name is what is done anyway."""
    return value is None or value in row.allowed if row.allowed else not value


def refuse_name(name: str, level: str, place: Place) -> None:
    """Refuse one name.

    Parameters
    ----------
    name : str
    level : str
        See `LEVELS`.
    place : Place
        Its file and line.

    Raises
    ------
    InputError
        The name is refused, or unknown.
    """
    row = at(level).get(name)
    if row is None:
        _refuse_unknown(name, level, place)
    elif row.verdict == "refused":
        raise InputError(
            f"{LEVELS[level]} '{name}' is not understood", **place,
            rule=f"Quarto makes of it: {row.quarto}; see docs/conformance.md",
            advice=row.press,
        )  # fmt: skip


def refuse_document(document: Document, level: str) -> None:
    """Refuse in a whole file: its own names, those of its formats and of what they hold."""
    refuse(document, (), level)
    for name in _formats(document):
        place = Place(file=document.file, line=document.line(("format", name)))
        base = name.partition("+")[0]
        known = base if base in at("format") else base.rpartition("-")[2]
        refuse_name(known, "format", place)
    sections: list[Path] = [()]
    for name in ("html", "typst"):
        sections.append(("format", name))
        refuse(document, ("format", name), name if level == "top" else level)
    for section in sections:
        for name in ("execute", "crossref"):
            refuse(document, (*section, name), name)


def _formats(document: Document) -> list[str]:
    """Give the names below ``format``; those of extensions end in a format's, as ``acm-pdf``."""
    said = document.data.get("format") or ()
    return [said] if isinstance(said, str) else [str(name) for name in said]


def _entries(document: Document, path: Path) -> Iterator[tuple[str, object]]:
    mapping: object = document.data
    for key in path:
        mapping = mapping.get(key) if isinstance(mapping, dict) else None
    if isinstance(mapping, dict):
        yield from ((str(name), value) for name, value in mapping.items())


def refuse_unknown(document: Document, path: Path, known: Collection[str], what: str) -> None:
    """Refuse names of a file that is not Quarto's, such as a sweep.

    Parameters
    ----------
    document, path
        As in `refuse`.
    known : collection of str
        The names that are understood.
    what : str
        What such a name is called in the message.

    Raises
    ------
    InputError
        With the file, the line and the nearest known name.
    """
    for name, _ in _entries(document, path):
        if name not in known:
            place = Place(file=document.file, line=document.line((*path, name)))
            raise _unknown(name, known, what, nearest(name, known), place)


def _refuse_unknown(name: str, level: str, place: Place) -> None:
    known = at(level)
    own = level in WITH_OWN_NAMES
    close = misspelling(name, known) if own else nearest(name, known)
    if close or not own:
        raise _unknown(name, known, LEVELS[level], close, place)


def _unknown(
    name: str, known: Collection[str], what: str, close: str | None, place: Place
) -> InputError:
    elsewhere = [other for other in LEVELS if name in at(other)]
    return InputError(
        f"unknown {what} '{name}'",
        **place,
        rule=f"it may stand at: {', '.join(elsewhere)}" if elsewhere else None,
        advice=f"did you mean '{close}'?" if close else f"known: {', '.join(sorted(known))}",
    )
