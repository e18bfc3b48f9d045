"""Pages that are made of one page: each section of a Div ``.separate-pages`` gets its own.

A printed book keeps the sections together; on the website a page of a hundred thousand pixels
would be read by nobody.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from press.document import tree
from press.document.forms import InternalLink, Reference, Section

if TYPE_CHECKING:
    from press.document.pages import Book, Page

CLASS = "separate-pages"


def with_separate_pages(book: Book) -> Book:
    """Give each section that shall stand alone a page, in the folder of the one it stood on.

    What leads to its headings leads to the new page; in its place stands a list of the new pages.
    """
    pages = [new for page in book.pages for new in _split(page)]
    moved = {identifier: page.href for page in pages for identifier in _identifiers(page)}
    return replace(book, pages=tuple(_relinked(page, moved) for page in pages))


def is_separate(page: Page) -> bool:
    """Tell whether a page was a section of another."""
    return posixpath.basename(page.href) != posixpath.basename(_own_href(page))


def _own_href(page: Page) -> str:
    return posixpath.splitext(page.source)[0] + ".html"


def _split(page: Page) -> list[Page]:
    kept, made = [], []
    for block in page.blocks:
        if block["t"] == "Div" and CLASS in tree.classes_of(block):
            new = [_new_page(page, *section) for section in _sections(block["c"][1])]
            made += new
            kept.append(_list_of(new))
        else:
            kept.append(block)
    return [replace(page, blocks=kept), *made] if made else [page]


def _sections(blocks: list) -> list[tuple[Section, list]]:
    """Headings of level 2, with which the Div begins, each with what stands below it."""
    starts = [at for at, block in enumerate(blocks) if _is_second_level(block)]
    ends = [*starts[1:], len(blocks)]
    return [
        (blocks[start]["c"], blocks[start + 1 : end])
        for start, end in zip(starts, ends, strict=True)
    ]


def _is_second_level(block: dict) -> bool:
    return block["t"] is Section and block["c"].level == 2


def _new_page(page: Page, section: Section, blocks: list) -> Page:
    def raised(inner: Section) -> list:
        return [tree.node(replace(inner, level=inner.level - 1))]

    return replace(
        page,
        href=posixpath.join(posixpath.dirname(page.href), f"{section.identifier}.html"),
        kind="unnumbered",
        number=None,
        title=section.title,
        identifier=section.identifier,
        blocks=tree.rewrite(blocks, {Section: raised}),
    )


def _list_of(pages: list[Page]) -> dict:
    """List the new pages, each with the first paragraph on it."""
    items = []
    for page in pages:
        url = posixpath.basename(page.href)
        link = tree.node(InternalLink(page.title, url, page.identifier))
        said: list = next((block["c"] for block in page.blocks if block["t"] == "Para"), [])
        items.append(
            [tree.plain([{"t": "Strong", "c": [link]}, tree.text(":"), tree.SPACE, *said])]
        )
    return {"t": "BulletList", "c": items}


def _identifiers(page: Page) -> list[str]:
    if not is_separate(page):
        return []
    headings = (node["c"].identifier for node in tree.elements(page.blocks) if node["t"] is Section)
    return [page.identifier, *headings]


def _relinked(page: Page, moved: dict[str, str]) -> Page:
    """Lead links to where their targets stand now."""

    def relinked(form: Reference | InternalLink) -> list | None:
        if form.target in moved:
            url = f"{moved[form.target]}#{form.target}"
        elif is_separate(page) and form.url.startswith("#"):
            url = _own_href(page) + form.url
        else:
            return None
        folder = posixpath.dirname(page.href) or "."
        return [tree.node(replace(form, url=posixpath.relpath(url, folder)))]

    handlers = {Reference: relinked, InternalLink: relinked}
    return replace(page, blocks=tree.rewrite(page.blocks, handlers))
