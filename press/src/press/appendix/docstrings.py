"""Numpy-style docstrings as Markdown."""

from __future__ import annotations

import inspect
import re
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from griffe import Docstring, DocstringSection

CODE = re.compile(r"(:math:`[^`]+`|``[^`]+``|`[^`]+`)")
MATH_BLOCK = ".. math::"
SPECIAL = re.compile(r"([\\@$<>\[\]{}*_^~#|])")


def summary(docstring: Docstring | None) -> str:
    r"""Give the first paragraph as one line of Markdown.

    Examples
    --------
    >>> import griffe
    >>> summary(griffe.Docstring("Count ``n`` of @things.\n\nMore."))
    'Count `n` of \\@things.'
    """
    text = docstring.value if docstring else ""
    return _prose(" ".join(text.partition("\n\n")[0].split()))


def markdown(docstring: Docstring | None) -> str:
    """Give the whole docstring: prose, and its sections as definition lists and code."""
    import griffe  # one chapter of a book needs it

    if docstring is None:
        return ""
    as_written = griffe.Docstring(docstring.value)  # types are text, not expressions of its module
    sections = as_written.parse("numpy", warnings=False)
    return "\n\n".join(_section(section) for section in sections)


def _section(section: DocstringSection) -> str:
    kind, value = section.kind.value, section.value
    title = section.title or kind.replace("_", " ").title()
    if kind == "text":
        return _blocks(value)
    if kind == "admonition":
        return f"**{title}**\n\n{_blocks(value.contents)}"
    if kind == "examples":
        return f"**{title}**\n\n" + "\n\n".join(_blocks(text) for _, text in value)
    return f"**{title}**\n\n{_items(value)}"


def _items(values: list) -> str:
    """Write a definition list; neighbours with the same text share it."""
    if not any(value.description or _name(value) for value in values):  # a sentence
        return "\n\n".join(_prose(str(value.annotation)) for value in values)
    grouped = groupby(values, key=lambda value: (str(value.annotation), value.description))
    entries = [([_name(value) for value in group], *said) for said, group in grouped]
    return "\n\n".join(
        f"{_term(names, annotation)}\n:   {_indented(_blocks(description))}"
        for names, annotation, description in entries
    )


def _name(value) -> str:
    return getattr(value, "name", "")


def _term(names: list[str], annotation: str) -> str:
    if not any(names):
        before, colon, kind = annotation.partition(" : ")
        if not colon:
            return f"`{annotation}`"
        names, annotation = before.split(", "), kind
    written = ", ".join(f"`{name}`" for name in names)
    return written if annotation == "None" else f"{written} ({_prose(annotation)})"


def _blocks(text: str) -> str:
    """Write paragraphs, lists, formulas and doctests."""
    written = []
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.lstrip().startswith(">>>"):
            written.append(f"```python\n{inspect.cleandoc(block)}\n```")
        elif block.startswith(MATH_BLOCK):
            formula = " ".join(block.removeprefix(MATH_BLOCK).split())
            written.append(f"$$\n{formula}\n$$")
        elif block.startswith("    "):
            written.append(f"```\n{inspect.cleandoc(block)}\n```")
        else:
            written.append(_prose(block))
    return "\n\n".join(written)


def _prose(text: str) -> str:
    """Escape what pandoc would take for markup; code in backquotes and formulas stay."""
    pieces = CODE.split(text)
    pieces[::2] = [SPECIAL.sub(r"\\\1", piece) for piece in pieces[::2]]
    pieces[1::2] = map(_literal, pieces[1::2])
    return "".join(pieces)


def _literal(piece: str) -> str:
    if piece.startswith(":math:"):
        return f"${piece.removeprefix(':math:').strip('`').strip()}$"
    return f"`{piece.strip('`')}`"


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")
