"""One Typst label for every identifier of a book, and where each link of a page leads.

Two pages may use the same identifier (each has its own "introduction"); a PDF is one document, so
the second becomes "introduction-2".
"""

import posixpath
import re
from collections.abc import Iterator

from press.document.tree import elements, identifier_of

_WITH_ATTRIBUTES = frozenset(
    ("Header", "Div", "Span", "Code", "CodeBlock", "Link", "Image", "Table", "Figure")
)
_EXTERNAL = re.compile(r"^(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//)")


def is_external(url: str) -> bool:
    """Whether a link leaves the book (it has a scheme or a host).

    >>> is_external("https://example.org"), is_external("two.html#sec-b")
    (True, False)
    """
    return bool(_EXTERNAL.match(url))


def identifiers(node) -> Iterator[str]:
    """Find the identifiers in a piece of pandoc JSON, in document order."""
    for element in elements(node):
        has_one = isinstance(element["t"], type) or element["t"] in _WITH_ATTRIBUTES
        if has_one and identifier_of(element):
            yield identifier_of(element)


class Labels:
    """The labels of a book.

    Parameters
    ----------
    pages : tuple of press.document.pages.Page
        In reading order.
    """

    def __init__(self, pages):
        self._pages = {page.href: page for page in pages}
        self._pages |= {page.source: page for page in pages}
        self._labels: dict[tuple[str, str], str] = {}
        taken: set[str] = set()
        for page in pages:
            own = [page.identifier, *identifiers(page.title), *identifiers(page.blocks)]
            for identifier in filter(None, own):
                self._add(page.href, identifier, taken)

    def _add(self, href: str, identifier: str, taken: set[str]) -> None:
        if (href, identifier) in self._labels:
            return
        label, count = identifier, 1
        while label in taken:
            count += 1
            label = f"{identifier}-{count}"
        taken.add(label)
        self._labels[href, identifier] = label

    def of(self, page, identifier: str) -> str | None:
        """Give the label of an identifier on a page; None if the page does not have it."""
        return self._labels.get((page.href, identifier))

    def anywhere(self, identifier: str) -> str | None:
        """Give the label of an identifier that only one page can have (a bibliography entry)."""
        hrefs = (href for href, known in self._labels if known == identifier)
        return next((self._labels[href, identifier] for href in hrefs), None)

    def target(self, page, url: str, identifier: str = "") -> str | None:
        """Give the label a link leads to; None if it leads to nothing in the printed book."""
        path, _, anchor = url.partition("#")
        if path:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(page.href), path))
            page = self._pages.get(path)
            if page is None:
                return None
        return (
            self.of(page, identifier or anchor)
            or self.of(page, anchor)
            or self.of(page, page.identifier)
        )
