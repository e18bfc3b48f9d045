"""Rules about the resolved pages: pictures, labels, what is referred to, what is loaded."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from press.authoring.findings import Finding, finding
from press.book.qmd import Chapter
from press.document import tree
from press.document.forms import Float, InternalLink, Provenance, Reference, Subfloat
from press.document.pages import Page
from press.ground.errors import Place
from press.resolving.compose import LARGE_PICTURE
from press.resolving.context import REMOTE

LOADED = re.compile(
    r"""(?:\bsrc(?:set)?|\bdata|<link\b[^>]*\bhref)\s*=\s*["']?\s*(?P<a>(?:https?:)?//[^\s"'>]+)"""
    r"""|(?:\burl\(|@import)\s*["']?\s*(?P<b>(?:https?:)?//[^\s"')]+)""",
    re.IGNORECASE,
)
MADE = ".press/"
"""Where pictures lie that cells drew; `press.authoring.prose_rules.cells` sees their words."""


def pictures(page: Page, chapter: Chapter, root: Path) -> Iterator[Finding]:
    """Find pictures without alternative text, from elsewhere, or too large."""
    for element in tree.elements(page.blocks):
        if element["t"] != "Image":
            continue
        target, pairs = element["c"][2][0], tree.pairs_of(element)
        where = _picture(chapter, target)
        words = pairs.get("alt", tree.plain_text(element["c"][1]))
        if REMOTE.match(target):
            yield finding("external", f"the picture '{target}'", where)
            continue
        if not words.strip() and not target.startswith(MADE):
            yield finding("alt-text", f"the picture '{target}' has no alternative text", where)
        path = root / unquote(target).lstrip("/")
        size = path.stat().st_size if path.is_file() else 0
        if size > LARGE_PICTURE:
            yield finding("large-picture", f"'{target}' has {size / 1024:.0f} kB", where)


def loaded(page: Page, chapter: Chapter) -> Iterator[Finding]:
    """Find addresses in raw HTML from which a browser would load something."""
    for element in tree.elements(page.blocks):
        if element["t"] in ("RawBlock", "RawInline"):
            for found in LOADED.finditer(element["c"][1]):
                address = found["a"] or found["b"]
                yield finding("external", f"loads '{address}'", chapter.locate(address))


def unlabelled(page: Page, chapter: Chapter) -> Iterator[Finding]:
    """Find tables, and pictures that stand alone, outside of figures and tables with a label."""
    outside = tree.rewrite(page.blocks, dict.fromkeys((Float, Provenance), lambda form: []))
    for element in tree.elements(outside):
        if element["t"] == "Table":
            yield finding("label", "a table without a label", _table(chapter, element))
        elif element["t"] in ("Para", "Plain") and [e["t"] for e in element["c"]] == ["Image"]:
            target = element["c"][0]["c"][2][0]
            where = _picture(chapter, target)
            yield finding("label", f"the picture '{target}' has no label", where)


def unreferenced(pages: list[Page], chapters: dict[str, Chapter]) -> Iterator[Finding]:
    """Find figures and tables that the text never refers to."""
    elements = [list(tree.elements([page.title, page.blocks])) for page in pages]
    forms = [(page, e.get("c")) for page, found in zip(pages, elements, strict=True) for e in found]
    targets = {form.target for _, form in forms if isinstance(form, Reference | InternalLink)}
    for page, form in forms:
        if isinstance(form, Float) and form.kind in ("figure", "table") and form.identifier:
            parts = (e["c"].identifier for e in tree.elements(form.body) if e["t"] is Subfloat)
            if targets.isdisjoint({form.identifier, *parts}):
                where = chapters[page.source].locate(f"#{form.identifier}", form.identifier)
                told = f"nothing refers to the {form.kind} '{form.identifier}'"
                yield finding("unreferenced", told, where)


def _picture(chapter: Chapter, target: str) -> Place:
    """Find where a picture stands, or the cell that drew it, whose number is in the file's name."""
    drawn = re.match(r"cell-(\d+)-", Path(target).name) if target.startswith(MADE) else None
    if drawn:
        cell = chapter.cells[int(drawn[1]) - 1]
        return {"file": cell.file, "line": cell.line}
    return chapter.locate(target, re.sub(r"-\d+-[0-9a-f]+$", "", Path(target).stem))


def _table(chapter: Chapter, element: dict) -> Place:
    """Find where a table stands by the words of its head; a cell's table only has its chapter."""
    cells = (e for e in tree.elements(element["c"]) if e["t"] in ("Plain", "Para"))
    first = next((text for cell in cells if (text := tree.plain_text(cell).strip())), None)
    return chapter.locate(f"| {first}") if first else {"file": chapter.source}
