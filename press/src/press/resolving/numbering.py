"""Numbers of the whole book.

`number` gives every chapter, section, figure, table, listing, equation, theorem and labelled
callout its number, as one format shows the book, and says in an index where each label is.
"""

import itertools
import re
from dataclasses import dataclass, field, replace
from typing import Any

from roman import toRoman

from press.book.labels import KINDS
from press.book.project import Project
from press.book.qmd import Chapter
from press.document import tree
from press.document.forms import (
    Callout,
    Columns,
    Equation,
    Float,
    Proof,
    Section,
    Subfloat,
    Tabset,
    Theorem,
)
from press.document.pages import Page
from press.document.words import word
from press.ground.errors import TextError

FLOAT_NAMES = {"figure": "fig", "table": "tbl", "listing": "lst"}
LABEL = re.compile(rf"^(?P<kind>{'|'.join(KINDS)})-.+$", re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """What a label names.

    Attributes
    ----------
    identifier, kind : str
        The label, and its kind: ``"fig"``, ``"sec"``, ... or ``"chapter"``, ``"appendix"``.
    number : str
        Complete, for example ``"2.1"`` or ``"2.1 (a)"``; empty if it has none.
    href : str
        The page it is on.
    title : list
        Inlines of a heading's title.
    """

    identifier: str
    kind: str
    number: str
    href: str
    title: list = field(default_factory=list, repr=False)


@dataclass(frozen=True)
class Style:
    """How the book numbers: its ``crossref`` options and ``number-sections``.

    Attributes
    ----------
    options : dict
        The ``crossref`` options.
    sections : bool
        Whether headings have numbers.
    depth : int
        Down to which level.
    language : str
        Of the words that are added.
    """

    options: dict
    sections: bool = True
    depth: int = 6
    language: str = "en"

    @classmethod
    def of(cls, project: Project, format_name: str) -> "Style":
        """Read the style of a book."""
        chosen = project.config | project.format_options(format_name)
        return cls(
            project.crossref,
            bool(chosen.get("number-sections", True)),
            int(chosen.get("number-depth", 6)),
            str(project.config.get("lang", "en")),
        )

    @property
    def delimiter(self) -> str:
        """What stands between a number and its caption."""
        return str(self.options.get("title-delim", ":"))

    def name(self, kind: str) -> str:
        """Give the title of a kind, as its captions begin."""
        return str(self.options.get(f"{kind}-title", word(self.language, KINDS[kind])))

    def prefix(self, kind: str) -> str:
        """Give the word before the number in a reference."""
        if kind in ("chapter", "appendix"):
            short = {"chapter": "ch", "appendix": "apx"}[kind]
            name = word(self.language, kind.capitalize())
            return str(self.options.get(f"{short}-prefix", name))
        return str(self.options.get(f"{kind}-prefix", self.name(kind)))

    def counted(self, kind: str, count: int, fallback: str = "arabic") -> str:
        """Write a count in the style of its kind."""
        style = self.options.get(f"{kind}-labels", self.options.get("labels", fallback))
        return written(count, style)


def written(count: int, style) -> str:
    """Write a count: ``arabic``, ``roman``, ``alpha a``, or one of a list of texts.

    Examples
    --------
    >>> written(41, "roman"), written(2, "alpha a"), written(28, "alpha A"), written(2, ["x", "y"])
    ('xli', 'b', 'AB', 'y')
    """
    if isinstance(style, list):
        return str(style[(count - 1) % len(style)])
    name, _, first = str(style).partition(" ")
    if name == "alpha":
        before, letter = divmod(count - 1, 26)
        return (written(before, style) if before else "") + chr(ord(first or "a") + letter)
    if name == "roman":
        return toRoman(count) if first == "I" else toRoman(count).lower()
    return str(count)


def number(
    pages: list[Page], chapters: dict[str, Chapter], style: Style
) -> tuple[list[Page], dict[str, Target]]:
    """Give everything its number.

    Parameters
    ----------
    pages : list of Page
        The book, its chapters already numbered.
    chapters : dict
        Source of a page -> its chapter, for messages.
    style : Style
        How to number.

    Returns
    -------
    tuple
        The pages with numbers, and the index of all labels and headings.

    Raises
    ------
    InputError
        A label is used twice.
    """
    index: dict[str, Target] = {}
    anchors: dict[str, Target] = {}
    numbered = []
    shared: dict[str, int] = {}
    by_chapter = style.options.get("chapters", True)
    for page in pages:
        counts = {} if by_chapter and page.number else shared
        numbering = _Numbering(page, style, counts)
        blocks = tree.rewrite(page.blocks, numbering.handlers())
        numbered.append(replace(page, blocks=blocks))
        for target in [_chapter_target(page), *numbering.targets]:
            if not LABEL.match(target.identifier):
                anchors.setdefault(target.identifier, target)
            elif target.identifier in index:
                other = index[target.identifier].href
                raise _used_twice(target.identifier, chapters, page.source, other)
            else:
                index[target.identifier] = target
    return numbered, anchors | index


def _used_twice(
    label: str, chapters: dict[str, Chapter], source: str, other_page: str
) -> TextError:
    """Name both places of a label; those that cells print are known by their pages only."""
    pattern = rf"(?:(?<![(\w])#|label:\s*[\"']?){re.escape(label)}(?![\w-])"
    first, *others = [
        *(place for chapter in chapters.values() for place in chapter.places(pattern)),
        {"file": source},
    ]
    place = others[0] if len(others) > 1 else chapters[source].locate(label)
    other = f"{first['file']}:{first['line']}" if len(others) > 1 else other_page
    return TextError(
        f"the label '{label}' is used twice, also at {other}",
        **place, rule="a label names one thing in the whole book", advice="rename one of them",
    )  # fmt: skip


def _chapter_target(page: Page) -> Target:
    kind = "appendix" if page.kind == "appendix" else "chapter"
    return Target(page.identifier, kind, page.number or "", page.href, page.title)


class _Numbering:
    """Counters while one page is walked in document order."""

    def __init__(self, page: Page, style: Style, counts: dict[str, int]):
        self.page, self.style, self.counts = page, style, counts
        self.sections: list[int] = []
        self.targets: list[Target] = []

    def handlers(self) -> dict:
        named = dict.fromkeys((Columns, Tabset, Proof), self.named)
        return named | {
            "Header": self.header, "Div": self.anchor, "Span": self.anchor, Float: self.float,
            Theorem: self.theorem, Callout: self.callout, Equation: self.equation,
        }  # fmt: skip

    def within(self, content: list) -> list:
        return tree.rewrite(content, self.handlers())

    def header(self, element: dict) -> list:
        level, [identifier, classes, _], title = element["c"]
        new_title = self.within(title)
        shown, chapter = "", self.page.number if self.style.sections else None
        if chapter and "unnumbered" not in classes and 2 <= level <= self.style.depth:
            depth = level - 1
            self.sections = (self.sections + [0] * depth)[:depth]
            self.sections[-1] += 1
            shown = ".".join([chapter, *map(str, self.sections)])
        self.targets.append(Target(identifier, "sec", shown, self.page.href, new_title))
        return [tree.node(Section(level, new_title, identifier, shown, tuple(classes)))]

    def anchor(self, element: dict) -> None:
        """Note where an element with an identifier of its own is."""
        self.note(tree.identifier_of(element))

    def named(self, form: Any) -> None:
        """Note where a form that has no number is."""
        self.note(form.identifier)

    def note(self, identifier: str) -> None:
        if identifier:
            self.targets.append(Target(identifier, "", "", self.page.href))

    def equation(self, form: Equation) -> list:
        return [tree.node(replace(form, number=self.next("eq", form.identifier)))]

    def float(self, form: Float) -> list:
        kind = FLOAT_NAMES[form.kind]
        shown = self.next(kind, form.identifier)
        parts = itertools.count(1)

        def part(inner: Subfloat) -> list:
            letter = written(next(parts), self.style.options.get("subref-labels", "alpha a"))
            number = f"{shown} ({letter})"
            self.targets.append(Target(inner.identifier, kind, number, self.page.href))
            body, caption = self.within([inner.body, inner.caption])
            return [tree.node(replace(inner, body=body, caption=caption, number=letter))]

        handlers = self.handlers() | {Subfloat: part}
        body, caption = tree.rewrite([form.body, form.caption], handlers)
        named = replace(form, name=self.style.name(kind), number=shown, body=body, caption=caption)
        return [tree.node(replace(named, delimiter=self.style.delimiter))]

    def theorem(self, form: Theorem) -> list:
        """Make "Theorem 2.1 (Name)" of the name."""
        shown = f"{self.style.name(form.kind)}{tree.NBSP}{self.next(form.kind, form.identifier)}"
        name, body = self.within([form.title, form.body])
        title = [tree.text(shown)]
        title += [tree.SPACE, tree.text("("), *name, tree.text(")")] if name else []
        return [tree.node(replace(form, title=title, body=body))]

    def callout(self, form: Callout) -> list | None:
        """Put "Note 2.1: " before the title of one with a label."""
        kind = form.identifier.partition("-")[0]
        if kind not in KINDS:
            self.named(form)
            return None
        shown = f"{self.style.name(kind)}{tree.NBSP}{self.next(kind, form.identifier)}"
        title, body = self.within([form.title, form.body])
        own = tree.plain_text(title) != word(self.style.language, KINDS[kind])
        title = (
            [tree.text(shown + self.style.delimiter), tree.SPACE, *title]
            if own
            else [tree.text(shown)]
        )
        return [tree.node(replace(form, title=title, body=body))]

    def next(self, kind: str, identifier: str) -> str:
        """Count one more of a kind and put it into the index."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        shown = self.style.counted(kind, self.counts[kind])
        by_chapter = self.style.options.get("chapters", True)
        if by_chapter and self.page.number:
            shown = f"{self.page.number}.{shown}"
        self.targets.append(Target(identifier, kind, shown, self.page.href))
        return shown
