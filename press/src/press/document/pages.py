"""The resolved book: what the renderer's core hands to the writers of the website and the PDF."""

import datetime
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Page:
    """One chapter.

    Attributes
    ----------
    source, href : str
        The chapter's file and its page, both relative to the book.
    kind : str
        ``"index"``, ``"chapter"``, ``"unnumbered"`` or ``"appendix"``.
    number : str or None
        ``"1"``, ``"A"``, or None for a chapter without a number.
    title : list
        Inlines of the title, without its number.
    identifier : str
        Identifier of the title.
    part : str or None
        Title of the part that the chapter stands in.
    blocks : list
        Resolved blocks, without the title.
    """

    source: str
    href: str
    kind: str
    number: str | None
    title: list
    identifier: str
    part: str | None
    blocks: list = field(repr=False)


@dataclass(frozen=True)
class Book:
    """The whole book as one format shows it.

    Attributes
    ----------
    title, subtitle, authors, date, abstract, lang
        Title page; `authors` are dictionaries with ``name`` and ``affiliation``, `date` is as
        readers see it, `abstract` is a list of blocks.
    pages : tuple of Page
        In reading order.
    bibliography : dict
        Citation key -> blocks of its formatted entry.
    options : dict
        Options of the format being written.
    metadata : dict
        The whole configuration.
    commit : str or None
        Commit of the sources, if they are in a repository.
    day : datetime.date or None
        The day that `date` names, if it names one.
    """

    title: str
    subtitle: str | None
    authors: tuple[dict, ...]
    date: str | None
    abstract: list | None
    lang: str
    pages: tuple[Page, ...]
    bibliography: dict[str, list] = field(repr=False)
    options: dict = field(repr=False)
    metadata: dict = field(repr=False)
    commit: str | None = None
    day: datetime.date | None = None
