"""What pandoc warns of while it reads a chapter, or prints as it is: footnotes above all."""

import re

from press.book.qmd import Chapter
from press.document import tree
from press.ground.errors import InputError, refuse

WARNING = re.compile(r"^\[WARNING\] (?P<said>.*)$", re.MULTILINE)
PLACE = re.compile(r" (?:defined )?at line (?P<line>\d+) column \d+")
TWICE = re.compile(r"Duplicate note reference '(?P<name>.*)'")
UNUSED = re.compile(r"Note with key '(?P<name>.*)' but not used")
MARK = re.compile(r"\[\^(?P<name>[^\]\s]+)\]")
TOLERATED = (
    "Duplicate identifier"  # in content for one format or another; labels are looked at later
)


def refuse_warned(text: str, chapter: Chapter, complaints: str) -> None:
    """Refuse a chapter of which pandoc complained.

    Parameters
    ----------
    text : str
        What pandoc read.
    chapter : Chapter
        Where the text comes from.
    complaints : str
        Pandoc's warnings.

    Raises
    ------
    InputError
        There are warnings; each with the line of the chapter's source, or of what it includes.
    """
    said = (found["said"] for found in WARNING.finditer(complaints))
    refuse([_refused(one, text, chapter) for one in said if not one.startswith(TOLERATED)])


def _refused(said: str, text: str, chapter: Chapter) -> InputError:
    place, message = PLACE.search(said), PLACE.sub("", said)
    lines = text.splitlines()
    at = (
        chapter.locate(lines[int(place["line"]) - 1].strip()) if place else {"file": chapter.source}
    )
    if twice := TWICE.match(message):
        message = f"the footnote '[^{twice['name']}]' is defined twice"
        rule = "a chapter and what it includes are one text"
        return InputError(message, **at, rule=rule, advice="give one of them another name")
    if unused := UNUSED.match(message):
        message = f"the footnote '[^{unused['name']}]' is not referred to"
        return InputError(message, **at, advice="refer to it, or take it out")
    return InputError(message, **at, rule="pandoc warns of it")


def refuse_undefined(blocks: list, chapter: Chapter) -> None:
    """Refuse a reference to a footnote that does not exist, which pandoc leaves as text.

    Raises
    ------
    InputError
        There is one.
    """
    texts = [element["c"] for element in tree.elements(blocks) if element["t"] == "Str"]
    marks = dict.fromkeys(mark[0] for text in texts for mark in MARK.finditer(text))
    places = {mark: chapter.locate(mark) for mark in marks}
    refuse([
        InputError(
            f"the footnote '{mark}' is not defined", **place,
            rule=f"its text stands below: {mark}: ...",
            advice=r"write \[^ for the signs themselves",
        )
        for mark, place in places.items() if "line" in place
    ])  # fmt: skip
