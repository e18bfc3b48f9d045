"""What a book asks `thesis check` for besides: ``check:`` in ``_quarto.yml``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from press.book.project import CONFIG, Project
from press.ground.errors import InputError


@dataclass(frozen=True)
class Wanted:
    """The keys of ``check:``.

    Attributes
    ----------
    results : tuple of str
        Chapters in whose prose no number is typed.
    names : tuple of str
        Patterns of what holds digits and is no number, such as the name of a system.
    terms : mapping
        Pattern of a wrong spelling -> the right one.
    """

    results: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    terms: Mapping[str, str] = field(default_factory=dict)


def of(project: Project) -> Wanted:
    """Read what a book asks for.

    Raises
    ------
    InputError
        An unknown key, a chapter that is none, or a pattern that is no regular expression.
    """
    said = project.config.get("check") or {}
    known = [one.name for one in fields(Wanted)]
    sources = [item.source for item in project.items]
    for key in said:
        _refuse(key not in known, f"check.{key}", f"one of {', '.join(known)}")
    for source in said.get("results", ()):
        _refuse(source not in sources, f"check.results: {source}", "a chapter of the book")
    for pattern in (*said.get("names", ()), *said.get("terms", ())):
        _refuse(not _is_pattern(pattern), f"check: {pattern}", "a regular expression of Python")
    results, names = tuple(said.get("results", ())), tuple(said.get("names", ()))
    return Wanted(results, names, dict(said.get("terms", {})))


def _refuse(is_wrong: bool, message: str, rule: str) -> None:
    if is_wrong:
        raise InputError(message, file=CONFIG, rule=rule)


def _is_pattern(text: str) -> bool:
    try:
        return bool(re.compile(text))
    except re.error:
        return False
