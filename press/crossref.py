"""Numbers and references of the whole book.

`number` gives every chapter, section, figure, table, listing, equation, theorem and labelled
callout its number and says in an index where each label is; `link` then replaces references and
links to other chapters. Both work on the book as one format shows it.
"""

import posixpath
import re
from dataclasses import dataclass, field, replace

from press import ast
from press.book import Page
from press.errors import InputError
from press.options import nearest
from press.project import Project
from press.qmd import Chapter

NAMES = {
    "fig": "Figure", "tbl": "Table", "lst": "Listing", "eq": "Equation", "sec": "Section",
    "thm": "Theorem", "lem": "Lemma", "cor": "Corollary", "prp": "Proposition",
    "cnj": "Conjecture", "def": "Definition", "exm": "Example", "exr": "Exercise",
    "nte": "Note", "tip": "Tip", "wrn": "Warning", "imp": "Important", "cau": "Caution",
}  # fmt: skip
FLOAT_NAMES = {"figure": "fig", "table": "tbl", "listing": "lst"}
LABEL = re.compile(rf"^(?P<kind>{'|'.join(NAMES)})-.+$", re.IGNORECASE)
ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


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
    """

    options: dict
    sections: bool = True
    depth: int = 6

    @classmethod
    def of(cls, project: Project, format_name: str) -> "Style":
        """Read the style of a book."""
        chosen = project.config | project.format_options(format_name)
        return cls(
            project.crossref,
            bool(chosen.get("number-sections", True)),
            int(chosen.get("number-depth", 6)),
        )

    def name(self, kind: str) -> str:
        """Give the title of a kind, as its captions begin."""
        return str(self.options.get(f"{kind}-title", NAMES[kind]))

    def prefix(self, kind: str) -> str:
        """Give the word before the number in a reference."""
        if kind in ("chapter", "appendix"):
            short = {"chapter": "ch", "appendix": "apx"}[kind]
            return str(self.options.get(f"{short}-prefix", kind.capitalize()))
        return str(self.options.get(f"{kind}-prefix", self.name(kind)))

    def counted(self, kind: str, count: int, fallback: str = "arabic") -> str:
        """Write a count in the style of its kind."""
        return written(count, self.options.get(f"{kind}-labels", fallback))


def written(count: int, style) -> str:
    """Write a count: ``arabic``, ``roman``, ``alpha a``, or one of a list of texts.

    Examples
    --------
    >>> written(4, "roman"), written(2, "alpha a"), written(3, "alpha A"), written(2, ["x", "y"])
    ('iv', 'b', 'C', 'y')
    """
    if isinstance(style, list):
        return str(style[(count - 1) % len(style)])
    name, _, first = str(style).partition(" ")
    if name == "alpha":
        return chr(ord(first or "a") + count - 1)
    if name == "roman":
        text = ""
        for value, sign in ROMAN:
            text, count = text + sign * (count // value), count % value
        return text.upper() if first == "I" else text
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
        blocks = ast.rewrite(page.blocks, numbering.handlers())
        numbered.append(replace(page, blocks=blocks))
        for target in [_chapter_target(page), *numbering.targets]:
            if not LABEL.match(target.identifier):
                anchors.setdefault(target.identifier, target)
            elif target.identifier in index:
                file, line = chapters[page.source].locate(
                    f"#{target.identifier}", f"label: {target.identifier}"
                )
                other = index[target.identifier].href
                raise InputError(
                    f"the label '{target.identifier}' is used twice",
                    file=file,
                    line=line,
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
        new_title = ast.rewrite(title, self.handlers())
        bare = {"t": "Header", "c": [level, element["c"][1], new_title]}
        has_number = self.page.number and self.style.sections and "unnumbered" not in classes
        shown = ""
        if has_number and 2 <= level <= self.style.depth:
            depth = level - 1
            self.sections = (self.sections + [0] * depth)[:depth]
            self.sections[-1] += 1
            shown = ".".join([self.page.number, *map(str, self.sections)])
            bare = ast.with_pairs(bare, number=shown)
        self.targets.append(Target(identifier, "sec", shown, self.page.href, new_title))
        return [bare]

    def div(self, element: dict) -> list | None:
        identifier, classes, _ = ast.attr_of(element)
        if "float" in classes:
            return [self.float(element, identifier, FLOAT_NAMES[classes[1]])]
        if "theorem" in classes:
            return [self.theorem(element, identifier)]
        kind = identifier.partition("-")[0]
        if "callout" in classes and kind in NAMES:
            return [self.callout(element, identifier, kind)]
        if identifier:
            self.targets.append(Target(identifier, "", "", self.page.href))
        return None

    def span(self, element: dict) -> list | None:
        identifier, classes, _ = ast.attr_of(element)
        if "equation" in classes:
            shown = self.next("eq", identifier)
            return [ast.with_pairs(element, number=shown)]
        if identifier:
            self.targets.append(Target(identifier, "", "", self.page.href))
        return None

    def float(self, element: dict, identifier: str, kind: str) -> dict:
        shown = self.next(kind, identifier)
        parts = iter(range(1, 1000))

        def part(child: dict) -> list | None:
            if not ast.is_div(child, "subfloat"):
                return self.div(child)
            letter = written(next(parts), self.style.options.get("subref-labels", "alpha a"))
            name = ast.identifier_of(child)
            self.targets.append(Target(name, kind, f"{shown} ({letter})", self.page.href))
            inner = ast.rewrite(child["c"][1], handlers)
            return [ast.with_pairs({"t": "Div", "c": [child["c"][0], inner]}, number=letter)]

        handlers = self.handlers() | {"Div": part}
        blocks = ast.rewrite(element["c"][1], handlers)
        whole = {"t": "Div", "c": [element["c"][0], blocks]}
        return ast.with_pairs(whole, number=shown, name=self.style.name(kind))

    def theorem(self, element: dict, identifier: str) -> dict:
        """Put "Theorem 2.1 (Name)" before the first words."""
        kind = identifier.partition("-")[0]
        shown = f"{self.style.name(kind)}{ast.NBSP}{self.next(kind, identifier)}"
        heading, *blocks = ast.rewrite(element["c"][1], self.handlers())
        name = heading["c"][1][0]["c"]
        title = [ast.text(shown)]
        title += [ast.SPACE, ast.text("("), *name, ast.text(")")] if name else []
        strong = {"t": "Strong", "c": title}
        opening = [ast.span([strong], classes=["theorem-title"]), ast.SPACE]
        if blocks and blocks[0]["t"] in ("Para", "Plain"):
            blocks = [ast.para(opening + blocks[0]["c"]), *blocks[1:]]
        else:
            blocks = [ast.para(opening[:1]), *blocks]
        return {"t": "Div", "c": [element["c"][0], blocks]}

    def callout(self, element: dict, identifier: str, kind: str) -> dict:
        """Put "Note 2.1: " before the title."""
        shown = f"{self.style.name(kind)}{ast.NBSP}{self.next(kind, identifier)}"
        title, body = ast.rewrite(element["c"][1], self.handlers())
        inlines = title["c"][1][0]["c"]
        own = ast.plain_text(inlines) != NAMES[kind]
        inlines = [ast.text(shown + ":"), ast.SPACE, *inlines] if own else [ast.text(shown)]
        title = ast.div([ast.plain(inlines)], classes=["callout-title"])
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


def link(
    pages: list[Page],
    index: dict[str, Target],
    chapters: dict[str, Chapter],
    style: Style,
    format_name: str,
) -> list[Page]:
    """Replace references to labels and links to chapters.

    Raises
    ------
    InputError
        Something that is referred to does not exist; the message lists all such places.
    """
    problems: list[InputError] = []
    linked = []
    sources = {page.source: page for page in pages}
    for page in pages:
        linker = _Linker(page, sources, index, chapters[page.source], style, format_name, problems)
        handlers = {"Cite": linker.cite, "Link": linker.link}
        title = ast.rewrite(page.title, handlers)
        linked.append(replace(page, title=title, blocks=ast.rewrite(page.blocks, handlers)))
    if problems:
        first, *others = problems
        also = [f"{p.file}:{p.line}: {p.message}" for p in others]
        message = "\n".join([first.message, *also])
        raise InputError(
            message, file=first.file, line=first.line, rule=first.rule, advice=first.advice
        )
    return linked


class _Linker:
    """Replaces the references of one page."""

    def __init__(self, page, sources, index, chapter, style, format_name, problems):
        self.page, self.sources, self.index = page, sources, index
        self.chapter, self.style, self.problems = chapter, style, problems
        self.shows_titles = (format_name == "html" and page.number is None) or not style.sections

    def cite(self, element: dict) -> list | None:
        citations = element["c"][0]
        if not any(LABEL.match(citation["citationId"]) for citation in citations):
            return None
        found: list = []
        for citation in citations:
            name = citation["citationId"]
            identifier = name[0].lower() + name[1:]
            target = self.index.get(identifier)
            if target is None:
                self.unresolved(name)
                continue
            found += [ast.text(","), ast.SPACE] if found else []
            found.append(self.reference(target, citation))
            found += ast.rewrite(citation["citationSuffix"], {"Cite": self.cite})
        return found

    def unresolved(self, name: str) -> None:
        file, line = self.chapter.locate(f"@{name}")
        close = nearest(name, self.index)
        mixed = "" if LABEL.match(name) else ", and works cited cannot stand among references"
        self.problems.append(
            InputError(
                f"the reference '@{name}' has no target{mixed}", file=file, line=line,
                rule="a reference names a label of this book, shown in this format",
                advice=f"did you mean '@{close}'?" if close else None,
            )
        )  # fmt: skip

    def reference(self, target: Target, citation: dict) -> dict:
        prefix = citation["citationPrefix"]
        bare = citation["citationMode"]["t"] == "SuppressAuthor"
        inlines, number = self.number(target)
        if prefix:
            words = [*ast.rewrite(prefix, {"Cite": self.cite}), ast.text(ast.NBSP)]
        elif bare or not number:
            words = []
        else:
            words = [ast.text(self.style.prefix(target.kind) + ast.NBSP)]
        return self.xref(_joined(words + inlines), target)

    def number(self, target: Target) -> tuple[list, str]:
        """Give what is shown for a target, and its number (empty where its title is shown)."""
        is_heading = target.kind in ("sec", "chapter", "appendix", "")
        if target.number and not (self.shows_titles and is_heading):
            return [ast.text(target.number)], target.number
        if target.kind == "appendix" and target.number:
            delimiter = str(self.style.options.get("appendix-delim", " —"))
            name = str(self.style.options.get("appendix-title", "Appendix"))
            before = f"{name}{ast.NBSP}{target.number}{delimiter}"
            return [*ast.words(before), ast.SPACE, *target.title], ""
        if target.kind == "chapter" and target.number and self.style.sections:
            return [ast.text(target.number + ast.NBSP), *target.title], ""
        return target.title or [ast.text(target.identifier)], ""

    def xref(self, inlines: list, target: Target) -> dict:
        url = self.url(target.href, target.identifier)
        return ast.link(inlines, url, ["xref"], {"data-id": target.identifier})

    def link(self, element: dict) -> list | None:
        url = element["c"][2][0]
        path, _, anchor = url.partition("#")
        if ":" in path.split("/")[0]:
            return None
        if path.endswith((".qmd", ".md")):
            return self.chapter_link(element, path, anchor)
        if not path and anchor:
            return self.anchor_link(element, anchor)
        return None

    def chapter_link(self, element: dict, path: str, anchor: str) -> list | None:
        here = posixpath.dirname(self.page.source)
        source = path.lstrip("/") if path.startswith("/") else posixpath.join(here, path)
        page = self.sources.get(posixpath.normpath(source))
        if page is None:
            if path.endswith(".md"):
                return None
            self.broken(path, f"the link to '{path}' leads to no chapter of this book")
            return None
        target = self.index.get(anchor) if anchor else None
        if anchor and target is None:
            self.broken(f"{path}#{anchor}", f"'{path}' has no '#{anchor}'")
            return None
        identifier = target.identifier if target else page.identifier
        href = self.url(page.href, identifier if anchor else "")
        return [self.linked(element, href, identifier)]

    def anchor_link(self, element: dict, anchor: str) -> list | None:
        target = self.index.get(anchor)
        if target is None:
            if anchor not in self.raw_identifiers():
                self.broken(f"#{anchor}", f"the link to '#{anchor}' leads nowhere")
            return None
        return [self.linked(element, self.url(target.href, anchor), anchor)]

    def raw_identifiers(self) -> set[str]:
        """Collect identifiers that stand on the page, those in raw HTML too."""
        raw = (e["c"][1] for e in ast.elements(self.page.blocks) if e["t"].startswith("Raw"))
        found = {name for text in raw for name in re.findall(r"""id=["']([^"']+)""", text)}
        return found | {
            ast.identifier_of(e)
            for e in ast.elements(self.page.blocks)
            if e["t"] in ("CodeBlock", "Code", "Image", "Figure", "Table", "Link")
        }

    def broken(self, needle: str, message: str) -> None:
        file, line = self.chapter.locate(needle)
        self.problems.append(
            InputError(message, file=file, line=line, rule="a link inside the book has a target")
        )

    def linked(self, element: dict, url: str, identifier: str) -> dict:
        [own, classes, pairs], inlines, [_, title] = element["c"]
        pairs = [*pairs, ["data-id", identifier]]
        inlines = ast.rewrite(inlines, {"Cite": self.cite})
        return {"t": "Link", "c": [[own, [*classes, "chapter-link"], pairs], inlines, [url, title]]}

    def url(self, href: str, identifier: str) -> str:
        anchor = f"#{identifier}" if identifier else ""
        if href == self.page.href and anchor:
            return anchor
        return posixpath.relpath(href, posixpath.dirname(self.page.href) or ".") + anchor


def _joined(inlines: list) -> list:
    """Join neighbouring texts, so that "Figure 2.1" is one."""
    joined: list = []
    for inline in inlines:
        if joined and inline["t"] == joined[-1]["t"] == "Str":
            joined[-1] = ast.text(joined[-1]["c"] + inline["c"])
        else:
            joined.append(inline)
    return joined
