"""Small resolved books, written in Markdown, for the tests of the PDF writer."""

import json

from press.document import pandoc
from press.document.pages import Book, Page

RED = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}">'
    '<rect width="100%" height="100%" fill="red"/></svg>'
)


def blocks(markdown: str) -> list:
    """Pandoc blocks of Markdown in which the resolved constructs are fenced divs."""
    source = "markdown-implicit_figures"
    return json.loads(pandoc.convert(markdown, source, "json"))["blocks"]


def page(name: str, markdown: str = "Words.", *, number=None, kind="chapter", part=None) -> Page:
    """Make a chapter whose title is its name."""
    title = blocks(name.capitalize())[0]["c"]
    identifier = f"sec-{name}"
    return Page(
        f"{name}.qmd", f"{name}.html", kind, number, title, identifier, part, blocks(markdown)
    )


def book(*pages: Page, **changes) -> Book:
    """Make a book; keyword arguments replace its defaults."""
    defaults = {
        "title": "A Walk",
        "subtitle": None,
        "authors": ({"name": "The authors", "affiliation": None},),
        "date": "November 22, 2026",
        "abstract": None,
        "lang": "en",
        "bibliography": {},
        "options": {},
        "metadata": {},
    }
    return Book(pages=pages, **{**defaults, **changes})


def floating(kind: str, number: str, identifier: str, body: str, caption: str) -> str:
    """Write a figure or table as the resolved book has it."""
    return f"""
::::: {{#{identifier} .float .{kind} name={kind.capitalize()} number="{number}"}}
:::: float-body
{body}
::::
:::: float-caption
{caption}
::::
:::::
"""


def svg(path, width=200, height=100) -> None:
    """Write a red rectangle."""
    path.write_text(RED.format(w=width, h=height))
