"""Where provenance lines lead: to the entry of a function, its source, and the section on data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from press.document import tree
from press.document.forms import Section
from press.site.files import relative_url

if TYPE_CHECKING:
    from press.document.pages import Book

DATA = "sec-data"  # the section of a book that describes its data


@dataclass(frozen=True)
class Origins:
    """What the code in a provenance line can lead to.

    Attributes
    ----------
    places : mapping of str to str
        Identifier of each title and heading -> its address from the root of the site.
    repository : str or None
        Address below which the sources of the book's commit are, if it is known.
    root : Path
        Folder of the book, in which the sources are.
    """

    places: Mapping[str, str]
    repository: str | None
    root: Path

    @classmethod
    def of(cls, book: Book, root: Path) -> Origins:
        """Find them in a book; ``repo-url`` of the book is its repository's address."""
        places = {
            identifier: f"{page.href}#{identifier}"
            for page in book.pages
            for identifier in [page.identifier, *_headings(page.blocks)]
        }
        home = book.metadata.get("book", {}).get("repo-url")
        return cls(places, f"{home}/blob/{book.commit}" if home and book.commit else None, root)

    def linked(self, content: list, page: str) -> list:
        """Make links of the functions and data that a provenance line names, seen from a page."""

        def code(element: dict) -> list | None:
            (_, _, pairs), text = element["c"]
            if "sha256:" in dict(pairs).get("title", ""):
                return self._link(element, DATA, page)
            entry = "api-" + text.replace(".", "-").replace("_", "-").lower()
            return [*self._link(element, entry, page), *self._source(text)]

        return tree.rewrite(content, {"Code": code})

    def _link(self, element: dict, identifier: str, page: str) -> list:
        place = self.places.get(identifier)
        return [tree.link([element], relative_url(place, page))] if place else [element]

    def _source(self, function: str) -> list:
        """Link to the file that defines a function, where the repository is known."""
        module = function.rpartition(".")[0].replace(".", "/") + ".py"
        if not self.repository or not (self.root / module).is_file():
            return []
        words = tree.link([tree.text("source")], f"{self.repository}/{module}")
        return [tree.text(" ("), words, tree.text(")")]


def _headings(blocks: list) -> list[str]:
    forms = (node["c"] for node in tree.elements(blocks) if node["t"] is Section)
    return [form.identifier for form in forms if form.identifier]
