"""What a page says of itself to search engines, to programs that cite, and to browsers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from press.document import tree

if TYPE_CHECKING:
    from press.document.pages import Book, Page

LONGEST = 300  # characters of a description
POLICY = "; ".join(
    [
        "default-src 'self' file: data: blob:",
        "script-src 'self' file: 'unsafe-inline' 'unsafe-eval'",  # cells may show scripts
        "style-src 'self' file: 'unsafe-inline'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
)
"""No page connects to another host; ``file:`` is the site itself, read from a folder."""


def address_of(book: Book) -> str:
    """Give the address at which the book will be read, ending in a slash; empty if unknown."""
    url = book.metadata.get("book", {}).get("site-url") or ""
    return f"{url.rstrip('/')}/" if url else ""


def about(book: Book, page: Page, title: str, pdf: str | None) -> list[tuple[str, str]]:
    """Names and contents of the ``meta`` elements of a page."""
    said = [("author", author["name"]) for author in book.authors]
    said.append(("description", description(book, page)))
    if page.kind == "index":
        said += _citation(book, title, pdf)
    return [(name, content) for name, content in said if content]


def _citation(book: Book, title: str, pdf: str | None) -> list[tuple[str, str]]:
    said = [("citation_title", title)]
    said += [("citation_author", author["name"]) for author in book.authors]
    day = book.day.strftime("%Y/%m/%d") if book.day else ""
    said += [("citation_publication_date", day), ("citation_language", book.lang)]
    address = address_of(book)
    return [*said, ("citation_pdf_url", f"{address}{pdf}" if address and pdf else "")]


def graph(book: Book, page: Page, title: str, site: str) -> list[tuple[str, str]]:
    """Properties of the Open Graph; addresses where the site's own is known."""
    address, image = address_of(book), book.metadata.get("book", {}).get("image")
    said = [
        ("og:type", "book" if page.kind == "index" else "article"),
        ("og:title", title),
        ("og:site_name", site),
        ("og:description", description(book, page)),
        ("og:url", address and address + page.href),
        ("og:image", f"{address}{image}" if address and image else ""),
    ]
    return [(name, content) for name, content in said if content]


def description(book: Book, page: Page) -> str:
    """Say what a page is about: the book's ``description``, or the page's first paragraph."""
    own = book.metadata.get("book", {}).get("description") if page.kind == "index" else None
    paragraphs = (node for node in tree.elements(page.blocks) if node["t"] == "Para")
    text = own or next((text for text in map(tree.plain_text, paragraphs) if text.strip()), "")
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0] + " …"


def bibtex(book: Book, title: str) -> str:
    """Cite the book, for LaTeX.

    Its key is the last name of the first author, the year and the first word of the title.
    """
    year = str(book.day.year) if book.day else ""
    first = book.authors[0]["name"].split()[-1] if book.authors else ""
    words = re.findall(r"\w{4,}", title)
    key = re.sub(r"\W", "", f"{first}{year}{words[0] if words else ''}".lower())
    fields = {
        "author": " and ".join(author["name"] for author in book.authors),
        "title": f"{{{title}}}",
        "year": year,
        "url": address_of(book),
        "note": f"Commit {book.commit}" if book.commit else "",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}"])
