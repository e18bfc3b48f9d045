"""Small resolved books, written in Markdown, for the tests of the PDF writer."""

from datetime import date

from press.document.forms import Float
from press.document.pages import Book, Page

from support.forms_in_markdown import inlines, placed

RED = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}">'
    '<rect width="100%" height="100%" fill="red"/></svg>'
)


def page(name: str, content="Words.", *, number=None, kind="chapter", part=None) -> Page:
    """Make a chapter whose title is its name, of Markdown or of resolved blocks."""
    blocks = placed(content) if isinstance(content, str) else content
    title = inlines(name.capitalize())
    return Page(f"{name}.qmd", f"{name}.html", kind, number, title, f"sec-{name}", part, blocks)


def book(*pages: Page, **changes) -> Book:
    """Make a book; keyword arguments replace its defaults."""
    defaults = {
        "title": "A Walk",
        "subtitle": None,
        "authors": ({"name": "The authors", "affiliation": None},),
        "date": "November 22, 2026",
        "day": date(2026, 11, 22),
        "abstract": None,
        "lang": "en",
        "bibliography": {},
        "options": {},
        "metadata": {},
    }
    return Book(pages=pages, **{**defaults, **changes})


def floating(kind: str, number: str, identifier: str, body: str, caption: str) -> Float:
    """Make a figure or table."""
    above, name = kind != "figure", kind.capitalize()
    return Float(kind, identifier, placed(body), inlines(caption), above, name, number)


def svg(path, width=200, height=100) -> None:
    """Write a red rectangle."""
    path.write_text(RED.format(w=width, h=height))
