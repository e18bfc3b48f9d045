"""What the handler of a construct knows: the chapter, the format, and how to go on inside."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote

from press.book.project import Project
from press.book.qmd import Chapter
from press.document import pandoc, tree
from press.ground.errors import InputError

REMOTE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


@dataclass(frozen=True)
class Scope:
    """Where an element stands.

    Attributes
    ----------
    project, chapter
        The book and the chapter.
    format : str
        ``"html"`` or ``"typst"``.
    memory : Path
        Where pandoc's answers are remembered.
    handlers : function
        Scope -> handlers of the elements inside.
    inside_float : bool
        Whether a figure or table around it makes a figure a part of that one.
    """

    project: Project
    chapter: Chapter
    format: str
    memory: Path
    handlers: Callable[["Scope"], dict] = field(repr=False)
    inside_float: bool = False

    @property
    def language(self) -> str:
        """Language of the book."""
        return str(self.project.config.get("lang", "en"))

    def resolve(self, elements: list) -> list:
        """Resolve the constructs of blocks or inlines."""
        return tree.rewrite(elements, self.handlers(self))

    def within_float(self) -> "Scope":
        """Give the scope of the parts of a figure or table."""
        return replace(self, inside_float=True)

    def markdown_inlines(self, markdown: str) -> list:
        """Read a text that stands in an attribute, such as the title of a callout."""
        blocks = self.markdown_blocks(markdown)
        return self.resolve(blocks[0]["c"]) if blocks else []

    def markdown_blocks(self, markdown: str) -> list:
        """Read Markdown."""
        return pandoc.to_blocks(markdown, self.memory)

    def html_blocks(self, html: str) -> list:
        """Read HTML."""
        import json

        text = pandoc.convert(html, "html", "json", memory=self.memory)
        return json.loads(text)["blocks"]

    def asset(self, target: str) -> str:
        """Path of a picture relative to the project.

        Raises
        ------
        InputError
            There is no such file.
        """
        if REMOTE.match(target):
            return target
        root = self.project.root
        base = root if target.startswith("/") else (root / self.chapter.source).parent
        path = (base / unquote(target).lstrip("/")).resolve()
        if not path.is_file():
            self.refuse(
                target,
                f"the picture '{target}' does not exist",
                rule="paths are relative to the chapter, or to the project after a '/'",
            )
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)

    def refuse(
        self, needle: str, message: str, *, rule: str | None = None, advice=None
    ) -> NoReturn:
        """Stop, naming the line that holds a text.

        Raises
        ------
        InputError
            Always.
        """
        raise InputError(message, **self.chapter.locate(needle), rule=rule, advice=advice)
