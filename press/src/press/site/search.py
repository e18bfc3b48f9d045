"""The search index of the website: one entry per section, with its text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from press.document.forms import Printed, Provenance, Section, Source
from press.document.tree import LEAVES, lists_in, plain_text, rewrite

if TYPE_CHECKING:
    from press.document.pages import Page

SKIPPED = (Provenance, Source, Printed)


def search_entries(page: Page) -> list[dict[str, str]]:
    """Sections of a page: ``href``, ``title`` of the page, ``section`` and ``text``.

    The first entry is the page itself, with the text above its first heading.
    """
    title = _line([page.number or "", plain_text(page.title)])
    entries: list[dict[str, Any]] = [{"href": page.href, "title": title, "section": "", "text": []}]
    for found in _found(page.blocks):
        if isinstance(found, Section):
            section = _line([found.number, plain_text(found.title)])
            href = f"{page.href}#{found.identifier}" if found.identifier else page.href
            entries.append({"href": href, "title": title, "section": section, "text": []})
        else:
            entries[-1]["text"].append(plain_text(rewrite(found, {"Math": _inline_only})))
    return [entry | {"text": _line(entry["text"])} for entry in entries]


def _found(nodes: list) -> Iterator[Section | list]:
    """Headings and lines of text in document order, out of whatever holds them."""
    if any(isinstance(node, dict) and node["t"] in LEAVES for node in nodes):
        yield nodes
        return
    for node in nodes:
        if isinstance(node, list):
            yield from _found(node)
        elif isinstance(node, dict) and node["t"] is Section:
            yield node["c"]
        elif isinstance(node, dict) and node["t"] not in SKIPPED:
            for part in lists_in(node.get("c")):
                yield from _found(part)


def _inline_only(math: dict) -> list | None:
    """Leave displayed formulas out: their TeX is nothing to read in a list of results."""
    return [] if math["c"][0]["t"] == "DisplayMath" else None


def _line(parts: list[str]) -> str:
    return " ".join(" ".join(parts).split())
