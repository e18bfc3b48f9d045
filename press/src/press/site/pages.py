"""HTML of the pages' parts: body, title, headings, and what hover cards of other pages show."""

from __future__ import annotations

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

from press.document import pandoc, tree
from press.document.forms import Plotly, Reference, Section, Work
from press.document.positions import refused_formula
from press.ground.errors import RenderError
from press.site.constructs import PageTarget, raw_block, without_links
from press.site.files import SiteFiles, relative_url
from press.site.origins import Origins

if TYPE_CHECKING:
    from press.document.pages import Book, Page

PANDOC_API = [1, 23, 1, 1]
PIECE = re.compile(r"<!--piece (\S+)-->(.*?)<!--/piece-->\n?", re.DOTALL)
OPTIONS = ("--mathml", "--wrap=none", "--fail-if-warnings")
REFUSED_FORMULA = re.compile(r"Could not convert TeX math\s+(.+?)\s*, rendering as TeX", re.DOTALL)
CARD = re.compile(r"<!--/?card \S+-->\n?")


@dataclass(frozen=True)
class Heading:
    """A heading below the title, as the page's contents show it."""

    identifier: str
    level: int
    number: str | None
    title: str


@dataclass(frozen=True)
class WrittenPage:
    """HTML of a page's parts, before they are put into the template.

    Parameters
    ----------
    page : Page
        What was written.
    title, body : str
        HTML of the title without its number, and of everything below it.
    abstract : str
        HTML of the abstract, on the index page.
    headings : tuple of Heading
        In the order of the page.
    cards : dict of str to str
        HTML of what other pages refer to, by identifier.
    plotted : frozenset of str
        Types of the traces in its interactive figures.
    """

    page: Page
    title: str
    body: str
    abstract: str
    headings: tuple[Heading, ...]
    cards: dict[str, str]
    plotted: frozenset[str]


def write_pages(
    book: Book, files: SiteFiles, memory: Path, origins: Origins, kept: dict | None = None
) -> list[WrittenPage]:
    """HTML of every page of a book, with one call of pandoc per page, side by side.

    `memory` is the folder in which `pandoc.convert` remembers its results; `origins` is what
    provenance lines lead to. `kept` holds the pages of the call before, and then of this one: what
    is as it was is not written again.
    """
    kept = {} if kept is None else kept
    entries = _entry_addresses(book)
    wanted = _referred_from_elsewhere(book, entries)
    around = (entries, wanted, origins, book.abstract)
    old = {key: written for key, (before, written) in kept.items() if before == around}
    new = [p for p in book.pages if p.href not in old or old[p.href].page != p]
    documents = [_document(book, page, files, entries, origins, wanted) for page in new]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        texts = pool.map(_page_html, new, documents, repeat(files.root), repeat(memory))
        for page, text in zip(new, texts, strict=True):
            old[page.href] = _written(page, text, wanted, files.root)
    kept |= {key: (around, written) for key, written in old.items()}
    return [old[page.href] for page in book.pages]


def markdown_html(text: str, memory: Path) -> str:
    """HTML of one line of Markdown, such as the book's title."""
    html = pandoc.convert(text, pandoc.MARKDOWN, "html5", OPTIONS, memory=memory) if text else ""
    return re.sub(r"^<p>|</p>$", "", html.strip())


def plain_text(html: str) -> str:
    """Text of a piece of HTML, on one line.

    Examples
    --------
    >>> plain_text("Li<sup>+</sup> &amp; others")
    'Li+ & others'
    """
    without_tex = re.sub(r"<annotation\b.*?</annotation>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", without_tex)).split())


def headings_of(page: Page) -> list[Section]:
    """List the page's headings that can be linked to."""
    sections = (node["c"] for node in tree.elements(page.blocks) if node["t"] is Section)
    return [section for section in sections if section.identifier]


def _entry_addresses(book: Book) -> dict[str, str]:
    """Page and anchor of the bibliography entry of each citation key."""
    return {
        node["c"].identifier.removeprefix("ref-"): f"{page.href}#{node['c'].identifier}"
        for page in book.pages
        for node in tree.elements(page.blocks)
        if node["t"] is Work
    }


def _referred_from_elsewhere(book: Book, entries: dict[str, str]) -> frozenset[str]:
    """Find the identifiers whose HTML other pages need for their hover cards."""
    found = (n["c"] for p in book.pages for n in tree.elements(p.blocks) if n["t"] is Reference)
    references = {form.url.partition("#")[2] for form in found if not form.url.startswith("#")}
    return frozenset(references | {f"ref-{key}" for key in entries})


def _document(
    book: Book,
    page: Page,
    files: SiteFiles,
    entries: dict,
    origins: Origins,
    wanted: frozenset,
) -> str:
    """Pandoc document of a page: the pieces that stand elsewhere on it, then its blocks."""
    from_here = {key: relative_url(address, page.href) for key, address in entries.items()}
    target = PageTarget(page.source, page.href, files, from_here, origins, wanted)
    pieces = _piece("title", [_title(page.title)])
    for at, section in enumerate(headings_of(page)):
        pieces += _piece(f"heading-{at}", [_title(section.title)])
    if page.kind == "index" and book.abstract:
        pieces += _piece("abstract", target.rewrite(book.abstract))
    blocks = [*pieces, *target.rewrite(page.blocks)]
    return json.dumps({"pandoc-api-version": PANDOC_API, "meta": {}, "blocks": blocks})


def _piece(name: str, blocks: list) -> list:
    return [raw_block(f"<!--piece {name}-->"), *blocks, raw_block("<!--/piece-->")]


def _title(inlines: list) -> dict:
    return {"t": "Plain", "c": without_links(inlines)}


def _page_html(page: Page, document: str, root: Path, memory: Path) -> str:
    try:
        return pandoc.convert(document, "json", "html5", OPTIONS, memory=memory)
    except RenderError as error:
        formula = REFUSED_FORMULA.search(error.message)
        if formula:
            raise refused_formula(formula[1], page.source, root) from None
        raise RenderError(error.message, file=page.source) from None


def _written(page: Page, html: str, wanted: frozenset[str], root: Path) -> WrittenPage:
    """Take a page's pieces and cards out of its HTML."""
    pieces = {name: piece.strip() for name, piece in PIECE.findall(html)}
    html = PIECE.sub("", html)
    headings = tuple(
        Heading(form.identifier, form.level, form.number, pieces[f"heading-{at}"])
        for at, form in enumerate(headings_of(page))
    )
    cards = {identifier: _card(html, identifier) for identifier in wanted}
    titles = [Heading(page.identifier, 1, page.number, pieces["title"]), *headings]
    cards |= {h.identifier: _heading_card(h, html) for h in titles}
    cards = {
        identifier: card for identifier, card in cards.items() if card and identifier in wanted
    }
    body = CARD.sub("", html)
    abstract = pieces.get("abstract", "")
    return WrittenPage(page, pieces["title"], body, abstract, headings, cards, _plotted(page, root))


def _plotted(page: Page, root: Path) -> frozenset[str]:
    forms = (node["c"] for node in tree.elements(page.blocks) if node["t"] is Plotly)
    figures = (json.loads((root / form.data).read_text(encoding="utf-8")) for form in forms)
    return frozenset(trace.get("type", "scatter") for f in figures for trace in f.get("data", []))


def _heading_card(heading: Heading, html: str) -> str:
    """Write a heading and the first paragraph below it."""
    rest = html
    if heading.level > 1:
        _, _, rest = html.partition(f'id="{heading.identifier}"')
        _, _, rest = rest.partition("</h")
    paragraph = re.match(r"(?:(?!<h[1-6]).)*?(<p>.*?</p>)", rest, re.DOTALL)
    title = f"<p><strong>{heading.number or ''} {heading.title}</strong></p>"
    return title + (CARD.sub("", paragraph[1]) if paragraph else "")


def _card(html: str, identifier: str) -> str:
    """HTML of a marked construct; empty if it stands on another page."""
    _, _, rest = html.partition(f"<!--card {identifier}-->")
    card, _, _ = rest.partition(f"<!--/card {identifier}-->")
    return re.sub(r"<script\b.*?</script>", "", CARD.sub("", card), flags=re.DOTALL).strip()
