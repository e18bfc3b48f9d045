"""References and links of the whole book.

`link` replaces references to labels by their numbers and links to other chapters by addresses,
with the index that `press.resolving.numbering` made, as one format shows the book.
"""

import posixpath
import re
from collections.abc import Collection
from dataclasses import replace
from urllib.parse import unquote

from press.book.options import nearest
from press.book.qmd import Cell, Chapter
from press.document import tree
from press.document.forms import InternalLink, Reference
from press.document.pages import Page
from press.document.words import word
from press.ground.errors import InputError
from press.resolving.numbering import LABEL, Style, Target

RAW = ("RawBlock", "RawInline")


def link(
    pages: list[Page],
    index: dict[str, Target],
    chapters: dict[str, Chapter],
    style: Style,
    format_name: str,
    unexecuted: Collection[str] = (),
) -> tuple[list[Page], list[InputError]]:
    """Replace references to labels and links to chapters.

    A link to a place in an `unexecuted` chapter, which a cell may make, leads to the chapter.

    Returns
    -------
    tuple
        The pages, and what is wrong: what is referred to and does not exist.
    """
    problems: list[InputError] = []
    linked = []
    sources = {page.source: page for page in pages}
    cells = {cell.label: cell for chapter in chapters.values() for cell in chapter.cells}
    for page in pages:
        chapter = chapters[page.source]
        linker = _Linker(page, sources, index, chapter, style, format_name, problems, cells)
        linker.unexecuted = unexecuted
        handlers = {"Cite": linker.cite, "Link": linker.link}
        title = tree.rewrite(page.title, handlers)
        linked.append(replace(page, title=title, blocks=tree.rewrite(page.blocks, handlers)))
    return linked, problems


class _Linker:
    """Replaces the references of one page."""

    unexecuted: Collection[str] = ()

    def __init__(self, page, sources, index, chapter, style, format_name, problems, cells):
        self.page, self.sources, self.index = page, sources, index
        self.chapter, self.style, self.problems = chapter, style, problems
        self.cells = cells
        self.titled = {"sec", "chapter", "appendix", ""} if not style.sections else set()
        if format_name == "html" and page.number is None:
            self.titled |= {"chapter", "appendix"}  # as Quarto's website has them

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
            found += [tree.text(","), tree.SPACE] if found else []
            found.append(self.reference(target, citation))
            found += tree.rewrite(citation["citationSuffix"], {"Cite": self.cite})
        return found

    def unresolved(self, name: str) -> None:
        if name in self.cells:
            self.problems.append(self.shows_nothing(name, self.cells[name]))
            return
        close = nearest(name, self.index)
        mixed = "" if LABEL.match(name) else ", and works cited cannot stand among references"
        self.problems.append(
            InputError(
                f"the reference '@{name}' has no target{mixed}",
                **self.chapter.locate(f"@{name}"),
                rule="a reference names a label of this book, shown in this format",
                advice=f"did you mean '@{close}'?" if close else None,
            )
        )  # fmt: skip

    def shows_nothing(self, name: str, cell: Cell) -> InputError:
        return InputError(
            f"the cell '{name}' shows nothing that '@{name}' could refer to",
            file=cell.file,
            line=cell.line,
            rule="a labelled cell shows a figure or table, in this format",
            advice="end the cell with what it shows, or take the reference out",
        )

    def reference(self, target: Target, citation: dict) -> dict:
        prefix = citation["citationPrefix"]
        bare = citation["citationMode"]["t"] == "SuppressAuthor"
        inlines, number = self.number(target)
        if prefix:
            words = [*tree.rewrite(prefix, {"Cite": self.cite}), tree.text(tree.NBSP)]
        elif bare or not number:
            words = []
        else:
            words = [tree.text(self.style.prefix(target.kind) + tree.NBSP)]
        shown = _joined(words + inlines)
        if not self.style.options.get("ref-hyperlink", True):
            return tree.span(shown)
        return tree.node(
            Reference(shown, self.url(target.href, target.identifier), target.identifier)
        )

    def number(self, target: Target) -> tuple[list, str]:
        """Give what is shown for a target, and its number (empty where its title is shown)."""
        if target.number and target.kind not in self.titled:
            return [tree.text(target.number)], target.number
        if target.kind == "appendix" and target.number:
            delimiter = str(self.style.options.get("appendix-delim", " —"))
            word_for_it = word(self.style.language, "Appendix")
            name = str(self.style.options.get("appendix-title", word_for_it))
            before = f"{name}{tree.NBSP}{target.number}{delimiter}"
            return [*tree.words(before), tree.SPACE, *target.title], ""
        if target.kind == "chapter" and target.number and self.style.sections:
            return [tree.text(target.number + tree.NBSP), *target.title], ""
        return target.title or [tree.text(target.identifier)], ""

    def link(self, element: dict) -> list | None:
        url = element["c"][2][0]
        path, _, anchor = map(unquote, url.partition("#"))
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
        if target is None and page.source in self.unexecuted:
            anchor = ""
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
        raw = (e["c"][1] for e in tree.elements(self.page.blocks) if e["t"] in RAW)
        found = {name for text in raw for name in re.findall(r"""id=["']([^"']+)""", text)}
        return found | {
            tree.identifier_of(e)
            for e in tree.elements(self.page.blocks)
            if e["t"] in ("CodeBlock", "Code", "Image", "Figure", "Table", "Link")
        }

    def broken(self, needle: str, message: str) -> None:
        place = self.chapter.locate(needle)
        rule = "a link inside the book has a target"
        self.problems.append(InputError(message, **place, rule=rule))

    def linked(self, element: dict, url: str, identifier: str) -> dict:
        [own, classes, pairs], inlines, [_, title] = element["c"]
        inlines = tree.rewrite(inlines, {"Cite": self.cite})
        attributes = tuple(classes), tuple(map(tuple, pairs))
        return tree.node(InternalLink(inlines, url, identifier, own, title, *attributes))

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
            joined[-1] = tree.text(joined[-1]["c"] + inline["c"])
        else:
            joined.append(inline)
    return joined
