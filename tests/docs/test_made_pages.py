"""Pages of docs/ and tables of the READMEs that are made from the code are as the code is now.

`REMAKE_DOCS=1 python -m pytest tests/docs` makes them anew.
"""

import os
import re

import pytest
from press.book import options
from press.resolving.constructs import TABLE

from tests.docs import conformance, rooms

AGAIN = "make it anew: REMAKE_DOCS=1 python -m pytest tests/docs"
WAYS = {
    "chapter": (rooms.A_CHAPTER, "The way of a chapter to its page"),
    "number": (rooms.A_NUMBER, "The way of a number from the data to a sentence"),
}
MADE = {
    "docs/conformance.md": conformance.page,
    **{
        f"docs/pictures/way-of-a-{name}.svg": lambda way=way: rooms.drawing(*way)
        for name, way in WAYS.items()
    },
}
BLOCK = re.compile(r"(<!-- made: (?P<name>[\w ]+) -->\n\n).*?(\n\n<!-- end -->)", re.DOTALL)
BLOCKS = {
    "chapter": lambda: rooms.told(rooms.A_CHAPTER),
    "number": lambda: rooms.told(rooms.A_NUMBER),
    **{f"rooms of {package}": lambda p=package: rooms.table(p) for package in rooms.PACKAGES},
    "constructs": lambda: _constructs(),
    "cells": lambda: _names("cell"),
}
WITH_BLOCKS = ("docs/way-of-a-chapter.md", "press/README.md")


def _constructs() -> str:
    written = {one.name: one.example.replace("|", "\\|") for one in TABLE if one.example}
    shown = [f"| {name} | {example} |" for name, example in written.items()]
    return "\n".join(["| construct | written as |", "| --- | --- |", *shown])


def _names(level: str) -> str:
    applied = [name for name, row in options.at(level).items() if row.verdict == "applied"]
    return ", ".join(f"`{name}`" for name in applied) + "."


def is_as_made(file: str, made: str) -> bool:
    """Compare a file with what the code makes of it; with REMAKE_DOCS set, write it."""
    path = rooms.ROOT / file
    if os.environ.get("REMAKE_DOCS"):
        path.write_text(made, encoding="utf-8")
    return path.is_file() and path.read_text(encoding="utf-8") == made


@pytest.mark.parametrize("file", MADE)
def test_whole_pages(file):
    """The conformance page and the drawings."""
    assert is_as_made(file, MADE[file]()), AGAIN


@pytest.mark.parametrize("file", WITH_BLOCKS)
def test_parts_of_pages(file):
    """What stands between `<!-- made: NAME -->` and `<!-- end -->`."""
    text = (rooms.ROOT / file).read_text(encoding="utf-8")
    assert BLOCK.search(text), "nothing in it is made"
    made = BLOCK.sub(lambda found: f"{found[1]}{BLOCKS[found['name']]()}{found[3]}", text)
    assert is_as_made(file, made), AGAIN


def test_a_step_that_is_gone_is_named():
    """A way that leads through a function which was renamed has to be told anew."""
    with pytest.raises(LookupError, match="'press.book.qmd:gone' is gone"):
        rooms.function_docstring("press.book.qmd:gone")


def test_steps_follow_the_imports():
    """Each room of the chapter's way is imported by the room that renders, or is it."""
    import grimp

    graph = grimp.build_graph("press")
    reached = graph.find_upstream_modules("press.build.render") | {"press.build.render"}
    steps = {step.partition(":")[0] for step in rooms.A_CHAPTER}
    assert steps <= reached
