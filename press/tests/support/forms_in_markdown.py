"""Resolved text of tests: Markdown in which names stand for forms."""

import json

from press.document import pandoc, tree


def placed(markdown: str, **forms) -> list:
    """Pandoc's blocks of a text.

    Parameters
    ----------
    markdown : str
        ``::: name`` (a div) or ``[]{.name}`` (a span) stands for the form of that name.
    **forms
        Name -> form.
    """

    def place(element: dict) -> list | None:
        found = [forms[name] for name in tree.classes_of(element) if name in forms]
        return [tree.node(found[0])] if found else None

    text = pandoc.convert(markdown, "markdown-implicit_figures", "json")
    return tree.rewrite(json.loads(text)["blocks"], {"Div": place, "Span": place})


def inlines(markdown: str, **forms) -> list:
    """Inlines of one paragraph."""
    return placed(markdown, **forms)[0]["c"] if markdown else []
