"""Numbers of the whole book.

`number` gives every chapter, section, figure, table, listing, equation, theorem and labelled
callout its number, as one format shows the book, and says in an index where each label is.
"""

import re
from dataclasses import dataclass, field, replace

from roman import toRoman

from press.book.labels import KINDS
from press.book.project import Project
from press.book.qmd import Chapter
from press.document import tree
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
    >>> written(41, "roman"), written(2, "alpha a"), written(3, "alpha A"), written(2, ["x", "y"])
    ('xli', 'b', 'C', 'y')
    """
    if isinstance(style, list):
        return str(style[(count - 1) % len(style)])
    name, _, first = str(style).partition(" ")
    if name == "alpha":
        return chr(ord(first or "a") + count - 1)
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
    counts: dict[str, int] = {}
    for page in pages:
        if style.options.get("chapters", True):
            counts = {}
        numbering = _Numbering(page, style, counts)
        blocks = tree.rewrite(page.blocks, numbering.handlers())
        numbered.append(replace(page, blocks=blocks))
        for target in [_chapter_target(page), *numbering.targets]:
            if not LABEL.match(target.identifier):
                anchors.setdefault(target.identifier, target)
            elif target.identifier in index:
                place = chapters[page.source].locate(
                    f"#{target.identifier}", f"label: {target.identifier}"
                )
                other = index[target.identifier].href
                raise TextError(
                    f"the label '{target.identifier}' is used twice",
                    **place,
                    rule=f"a label names one thing in the whole book; it is also on {other}",
                )
            else:
                index[target.identifier] = target
    return numbered, anchors | index


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
        return {"Header": self.header, "Div": self.div, "Span": self.span}

    def header(self, element: dict) -> list:
        level, [identifier, classes, _], title = element["c"]
        new_title = tree.rewrite(title, self.handlers())
        bare = {"t": "Header", "c": [level, element["c"][1], new_title]}
        has_number = self.page.number and self.style.sections and "unnumbered" not in classes
        shown = ""
        if has_number and 2 <= level <= self.style.depth:
            depth = level - 1
            self.sections = (self.sections + [0] * depth)[:depth]
            self.sections[-1] += 1
            shown = ".".join([self.page.number, *map(str, self.sections)])
            bare = tree.with_pairs(bare, number=shown)
        self.targets.append(Target(identifier, "sec", shown, self.page.href, new_title))
        return [bare]

    def div(self, element: dict) -> list | None:
        identifier, classes, _ = tree.attr_of(element)
        if "float" in classes:
            return [self.float(element, identifier, FLOAT_NAMES[classes[1]])]
        if "theorem" in classes:
            return [self.theorem(element, identifier)]
        kind = identifier.partition("-")[0]
        if "callout" in classes and kind in KINDS:
            return [self.callout(element, identifier, kind)]
        if identifier:
            self.targets.append(Target(identifier, "", "", self.page.href))
        return None

    def span(self, element: dict) -> list | None:
        identifier, classes, _ = tree.attr_of(element)
        if "equation" in classes:
            shown = self.next("eq", identifier)
            return [tree.with_pairs(element, number=shown)]
        if identifier:
            self.targets.append(Target(identifier, "", "", self.page.href))
        return None

    def float(self, element: dict, identifier: str, kind: str) -> dict:
        shown = self.next(kind, identifier)
        parts = iter(range(1, 1000))

        def part(child: dict) -> list | None:
            if not tree.is_div(child, "subfloat"):
                return self.div(child)
            letter = written(next(parts), self.style.options.get("subref-labels", "alpha a"))
            name = tree.identifier_of(child)
            self.targets.append(Target(name, kind, f"{shown} ({letter})", self.page.href))
            inner = tree.rewrite(child["c"][1], handlers)
            return [tree.with_pairs({"t": "Div", "c": [child["c"][0], inner]}, number=letter)]

        handlers = self.handlers() | {"Div": part}
        blocks = tree.rewrite(element["c"][1], handlers)
        whole = {"t": "Div", "c": [element["c"][0], blocks]}
        return tree.with_pairs(whole, number=shown, name=self.style.name(kind))

    def theorem(self, element: dict, identifier: str) -> dict:
        """Put "Theorem 2.1 (Name)" before the first words."""
        kind = identifier.partition("-")[0]
        shown = f"{self.style.name(kind)}{tree.NBSP}{self.next(kind, identifier)}"
        heading, *blocks = tree.rewrite(element["c"][1], self.handlers())
        name = heading["c"][1][0]["c"]
        title = [tree.text(shown)]
        title += [tree.SPACE, tree.text("("), *name, tree.text(")")] if name else []
        strong = {"t": "Strong", "c": title}
        opening = [tree.span([strong], classes=["theorem-title"]), tree.SPACE]
        if blocks and blocks[0]["t"] in ("Para", "Plain"):
            blocks = [tree.para(opening + blocks[0]["c"]), *blocks[1:]]
        else:
            blocks = [tree.para(opening[:1]), *blocks]
        return {"t": "Div", "c": [element["c"][0], blocks]}

    def callout(self, element: dict, identifier: str, kind: str) -> dict:
        """Put "Note 2.1: " before the title."""
        shown = f"{self.style.name(kind)}{tree.NBSP}{self.next(kind, identifier)}"
        title, body = tree.rewrite(element["c"][1], self.handlers())
        inlines = title["c"][1][0]["c"]
        own = tree.plain_text(inlines) != word(self.style.language, KINDS[kind])
        inlines = [tree.text(shown + ":"), tree.SPACE, *inlines] if own else [tree.text(shown)]
        title = tree.div([tree.plain(inlines)], classes=["callout-title"])
        return {"t": "Div", "c": [element["c"][0], [title, body]]}

    def next(self, kind: str, identifier: str) -> str:
        """Count one more of a kind and put it into the index."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        shown = self.style.counted(kind, self.counts[kind])
        by_chapter = self.style.options.get("chapters", True)
        if by_chapter and self.page.number:
            shown = f"{self.page.number}.{shown}"
        self.targets.append(Target(identifier, kind, shown, self.page.href))
        return shown
