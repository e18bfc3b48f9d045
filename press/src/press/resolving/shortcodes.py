"""Shortcodes such as ``{{< var name >}}``, replaced in the Markdown text."""

import os
import re
import shlex
from collections.abc import Callable

from press.book import options
from press.book.project import Project
from press.book.qmd import Block, Chapter
from press.ground.errors import InputError, Place

PAGE_BREAK = "`pagebreak`{=press}"
SHORTCODE = re.compile(r"(?<!\{)\{\{<\s*(?P<body>(?!\s).*?)\s*>\}\}(?!\})")
SHOWN = re.compile(r"\{\{\{<(.*?)>\}\}\}")


def expand(text: str, offset: int, block: Block, chapter: Chapter, project: Project) -> str:
    """Replace the shortcodes of a text.

    Parameters
    ----------
    text : str
        Part of a block.
    offset : int
        Number of line ends in the block before the text.
    block, chapter, project
        Where the text stands.

    Raises
    ------
    InputError
        The shortcode, or what it names, is unknown.
    """

    def place(match: re.Match) -> Place:
        line = block.lines[offset + text.count("\n", 0, match.start())]
        return Place(file=line.file, line=line.number)

    return _expanded(text, place, chapter, project)


def expand_option(text: object, chapter: Chapter, project: Project) -> str:
    """Replace the shortcodes of a title or another text in the metadata.

    Raises
    ------
    InputError
        The shortcode, or what it names, is unknown; places are sought in the chapter.
    """
    return _expanded(str(text), lambda match: chapter.locate(match[0]), chapter, project)


def _expanded(
    text: str, place: Callable[[re.Match], Place], chapter: Chapter, project: Project
) -> str:
    def replace(match: re.Match) -> str:
        try:
            name, *arguments = shlex.split(match["body"])
        except ValueError:
            raise InputError(
                f"a quotation in '{match[0]}' is not closed", **place(match),
                advice="close it, or write \\' for a plain quotation mark",
            ) from None  # fmt: skip
        options.refuse_name(name, "shortcode", place(match))
        if name == "include":
            raise InputError(
                "include inside a line", **place(match), rule="it stands alone on its line"
            )
        if name == "pagebreak":
            return PAGE_BREAK
        if name == "kbd":
            return f"[{' '.join(arguments)}]{{.kbd}}"
        if not arguments:
            raise InputError(f"shortcode '{name}' without a name", **place(match))
        found = _value(name, arguments, chapter, project)
        if found is None:
            where = {"var": "_variables.yml", "meta": "the metadata", "env": "the environment"}
            raise InputError(f"'{arguments[0]}' is not in {where[name]}", **place(match))
        return found

    return SHOWN.sub(r"{{<\1>}}", SHORTCODE.sub(replace, text))


def lookup(mapping, dotted: str):
    """Value under a dotted name, or None; entries of a list are counted from 1.

    Examples
    --------
    >>> lookup({"a": {"b": [10, 20]}}, "a.b.2")
    20
    """
    for key in dotted.split("."):
        if isinstance(mapping, list) and key.isdigit() and 0 < int(key) <= len(mapping):
            mapping = mapping[int(key) - 1]
        elif isinstance(mapping, dict) and key in mapping:
            mapping = mapping[key]
        else:
            return None
    return mapping


def metadata(chapter: Chapter, project: Project) -> dict:
    """Merge what ``meta`` and conditions see: the chapter's front matter over the book's."""
    return project.config | chapter.front


def _value(name: str, arguments: list[str], chapter: Chapter, project: Project) -> str | None:
    if name == "env":
        fallback = arguments[1] if len(arguments) > 1 else None
        return os.environ.get(arguments[0], project.environment.get(arguments[0], fallback))
    source = project.variables if name == "var" else metadata(chapter, project)
    found = lookup(source, arguments[0])
    if isinstance(found, bool):
        return str(found).lower()
    return None if found is None else str(found)
