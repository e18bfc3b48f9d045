"""The search index of the website: one entry per section, with its text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from press.document.tree import classes_of, plain_text, rewrite

if TYPE_CHECKING:
    from press.document.pages import Page

INLINE_HOLDERS = ("Para", "Plain")
SKIPPED = ("provenance", "cell-code", "cell-output")


def search_entries(page: Page) -> list[dict[str, str]]:
    """Sections of a page: ``href``, ``title`` of the page, ``section`` and ``text``.

    The first entry is the page itself, with the text above its first heading.
    """
    title = _line([page.number or "", plain_text(page.title)])
    entries = [{"href": page.href, "title": title, "section": "", "text": []}]
    for node in _leaves(page.blocks):
        if node["t"] == "Header":
            _, (identifier, _, pairs), inlines = node["c"]
            section = _line([dict(pairs).get("number", ""), plain_text(inlines)])
            href = f"{page.href}#{identifier}" if identifier else page.href
            entries.append({"href": href, "title": title, "section": section, "text": []})
        else:
            entries[-1]["text"].append(plain_text(rewrite(node, {"Math": _inline_only})))
    return [entry | {"text": _line(entry["text"])} for entry in entries]


def _leaves(nodes) -> Iterator[dict]:
    """Headings and paragraphs in document order, out of whatever holds them."""
    if isinstance(nodes, list):
        for node in nodes:
            yield from _leaves(node)
    elif isinstance(nodes, dict) and "t" in nodes:
        if nodes["t"] in ("Header", *INLINE_HOLDERS):
            yield nodes
        elif nodes["t"] != "Div" or not set(SKIPPED) & set(classes_of(nodes)):
            yield from _leaves(nodes.get("c"))


def _inline_only(math: dict) -> list | None:
    """Leave displayed formulas out: their TeX is nothing to read in a list of results."""
    return [] if math["c"][0]["t"] == "DisplayMath" else None


def _line(parts: list[str]) -> str:
    return " ".join(" ".join(parts).split())
