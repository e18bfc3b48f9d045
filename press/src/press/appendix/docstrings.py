"""Numpy-style docstrings as Markdown."""

import inspect
import re
from collections.abc import Iterator

SECTION = re.compile(r"^(\S[^\n]*)\n-{3,}[ ]*$", re.MULTILINE)
CODE = re.compile(r"(``[^`]+``|`[^`]+`)")
SPECIAL = re.compile(r"([\\@$<>\[\]{}*_^~#|])")
ITEMS = ("Parameters", "Other Parameters", "Attributes", "Returns", "Yields", "Raises", "Warns")
VALUES = ("Returns", "Yields")


def summary(docstring: str | None) -> str:
    r"""Give the first paragraph as one line of Markdown.

    Examples
    --------
    >>> summary("Count ``n`` of @things.\n\nMore.")
    'Count `n` of \\@things.'
    """
    text = inspect.cleandoc(docstring or "")
    return _prose(" ".join(text.partition("\n\n")[0].split()))


def markdown(docstring: str | None) -> str:
    """Give the whole docstring: prose, and its sections as definition lists and code."""
    text = inspect.cleandoc(docstring or "")
    pieces = SECTION.split(text)
    parts = [_blocks(pieces[0])]
    for title, content in zip(pieces[1::2], pieces[2::2], strict=True):
        write = _items if title in ITEMS else _blocks
        body = write(content.strip("\n")) if title not in VALUES else _values(content.strip("\n"))
        parts.append(f"**{title}**\n\n{body}")
    return "\n\n".join(part for part in parts if part)


def _items(content: str) -> str:
    """Write ``name : type`` lines and their indented texts as a definition list."""
    return "\n\n".join(
        f"{_term(head)}\n:   {_indented(_blocks(body))}" for head, body in _split(content)
    )


def _values(content: str) -> str:
    """Write what is returned; a line without a colon is a type, not a name."""
    entries = list(_split(content))
    if any(body for _, body in entries):
        return _items(content)
    return _blocks(content)


def _split(content: str) -> Iterator[tuple[str, str]]:
    """Yield each unindented line with the indented text below it."""
    for entry in re.split(r"\n(?=\S)", content):
        head, _, body = entry.partition("\n")
        yield head, inspect.cleandoc("\n" + body)


def _term(head: str) -> str:
    name, colon, kind = head.partition(" : ")
    names = ", ".join(f"`{part.strip()}`" for part in name.split(",")) if colon else f"`{name}`"
    return f"{names} ({_prose(kind)})" if colon else names


def _blocks(text: str) -> str:
    """Write paragraphs, lists and doctests."""
    written = []
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.lstrip().startswith(">>>"):
            written.append(f"```python\n{inspect.cleandoc(block)}\n```")
        elif block.startswith("    "):
            written.append(f"```\n{inspect.cleandoc(block)}\n```")
        else:
            written.append(_prose(block))
    return "\n\n".join(written)


def _prose(text: str) -> str:
    """Escape what pandoc would take for markup; code in backquotes stays code."""
    pieces = CODE.split(text)
    pieces[::2] = [SPECIAL.sub(r"\\\1", piece) for piece in pieces[::2]]
    pieces[1::2] = [f"`{piece.strip('`')}`" for piece in pieces[1::2]]
    return "".join(pieces)


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")
