"""The search index of the website: one entry per section, with its text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from press.document.forms import Printed, Provenance, Section, Source
from press.document.tree import LEAVES, lists_in, plain_text, rewrite, text
from press.site.splitting import is_separate

if TYPE_CHECKING:
    from press.document.pages import Page

COMMAND = re.compile(r"\\([A-Za-z]+|[^A-Za-z])\s?")
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SIGNS = {
    "le": "≤ ", "leq": "≤ ", "ge": "≥ ", "geq": "≥ ", "times": "× ", "cdot": "· ", "pm": "± ",
    "approx": "≈ ", "to": "→ ", "infty": "∞", "ne": "≠ ", "in": "∈ ", ",": " ", ";": " ", " ": " ",
    "langle": "⟨", "rangle": "⟩", "sqrt": "√", "AA": "Å",
}  # fmt: skip
SKIPPED = (Provenance, Source, Printed)


def search_entries(page: Page) -> list[dict[str, str]]:
    """Sections of a page: ``href``, ``title`` of the page, ``section`` and ``text``.

    The first entry is the page itself, with the text above its first heading. On a page of its own
    (of a module, as a rule) a section goes by its qualified name.
    """
    title = _line([page.number or "", plain_text(page.title)])
    of_function = is_separate(page)
    entries: list[dict[str, Any]] = [{"href": page.href, "title": title, "section": "", "text": []}]
    for found in _found(page.blocks):
        if isinstance(found, Section):
            section = _line([found.number, plain_text(found.title)])
            href = f"{page.href}#{found.identifier}" if found.identifier else page.href
            name = f"{title}.{section}" if of_function else section
            entries.append({"href": href, "title": title, "section": name, "text": []})
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
    """Leave displayed formulas out; write others as they are read, not as TeX."""
    return [] if math["c"][0]["t"] == "DisplayMath" else [text(in_unicode(math["c"][1]))]


def in_unicode(tex: str) -> str:
    r"""Write a short formula without TeX's commands and braces, as far as Unicode has its signs.

    Examples
    --------
    >>> in_unicode(r"\sigma^2 \le R^2_{\mathrm{max}}")
    'σ² ≤ R²_max'
    """
    plain = COMMAND.sub(_sign, tex.replace("\\left", "").replace("\\right", ""))
    plain = re.sub(r"\^\{?(\d)\}?", lambda found: found[1].translate(SUPERSCRIPTS), plain)
    return " ".join(re.sub(r"[{}$]|(?<= ) ", "", plain).split())


def _sign(command: re.Match) -> str:
    name = command[1]
    if name in SIGNS:
        return SIGNS[name]
    kind = "CAPITAL" if name[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(
            f"GREEK {kind} LETTER {'LAMDA' if name.lower() == 'lambda' else name}"
        )
    except KeyError:
        return ""


def _line(parts: list[str]) -> str:
    return " ".join(" ".join(parts).split())
