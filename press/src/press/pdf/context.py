"""What the handlers of the PDF writer know of the page that they write."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from press.document import tree
from press.pdf.labels import Labels
from press.pdf.nodes import text_argument


@dataclass(frozen=True)
class Context:
    """The page being written and the place in it.

    Parameters
    ----------
    page : press.document.pages.Page
        The page.
    labels : Labels
        Of the whole book.
    root : Path
        Project root, to which images are relative.
    handlers : mapping
        Form or pandoc's type -> function of a context and the form or element, which returns the
        elements that take its place, or None to leave it and go on with its children.
    levels : list of int
        Level of each heading so far: a tagged PDF must not skip one.
    caption : str
        Text of the caption around the element: describes an image without alternative text.
    inside : str
        Label of the float around the element.
    placement : str, optional
        Where a float may move to ("auto": top or bottom of a page); None inside another construct.
    """

    page: Any
    labels: Labels
    root: Path
    handlers: Mapping[object, Callable]
    levels: list
    caption: str = ""
    inside: str = ""
    placement: str | None = None

    def rewrite(self, nodes: list) -> list:
        """Pandoc elements with every construct in them replaced by Typst."""
        return tree.rewrite(nodes, {kind: partial(f, self) for kind, f in self.handlers.items()})

    def within(self, **changes) -> "Context":
        """Give the context inside another construct, where floats stay in place."""
        return replace(self, placement=None, **changes)

    def moving(self, placement: str | None) -> "Context":
        """Give the context where floats may move to a place on the page."""
        return replace(self, placement=placement)

    def label(self, identifier: str) -> str | None:
        """Give the label of an identifier of the page as a Typst string, None without one."""
        return text_argument(self.labels.of(self.page, identifier))
