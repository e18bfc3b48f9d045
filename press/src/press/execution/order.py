"""In which order chapters are executed of which one reads what another writes."""

import os
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from press.book.qmd import Chapter
from press.ground.errors import InputError

ONCE = "chapters that read what others write are executed after them"
APART = "let each chapter write files of its own, and keep what several need in one chapter"


def earlier(records: Mapping[str, dict]) -> dict[str, dict[str, str]]:
    """Tell which chapters come before which.

    Parameters
    ----------
    records : mapping
        Source of a chapter -> record of its execution.

    Returns
    -------
    dict
        Source -> those that write what it reads -> one such file.
    """
    writers = {path: source for source, each in records.items() for path in each["written"]}
    return {
        source: {
            writers[path]: path
            for path in sorted(record["inputs"])
            if writers.get(path, source) != source
        }
        for source, record in records.items()
    }


def guessed(records: Mapping[str, dict]) -> dict[str, dict[str, str]]:
    """Tell the order of an earlier render; none if that had none."""
    found = earlier(records)
    return found if _circle(found) is None else {}


def overtaken(records: Mapping[str, dict]) -> set[str]:
    """Name the chapters that have read what another one has written anew since."""
    return {
        source
        for source, record in records.items()
        for other, each in records.items()
        for path, digest in each["written"].items()
        if other != source and record["inputs"].get(path, digest) != digest
    }


def refuse_disorder(records: Mapping[str, dict], chapters: Mapping[str, Chapter]) -> None:
    """Refuse chapters of which no order is right.

    Raises
    ------
    InputError
        Two write the same file, or each reads what the other writes: with both places.
    """
    for path, first, second in _shared(records):
        raise InputError(
            f"{Path(path).name} is written here and by {_place(chapters[first], path)}",
            **chapters[second].locate(Path(path).name), rule=ONCE, advice=APART,
        )  # fmt: skip
    before = earlier(records)
    circle = _circle(before)
    if circle:
        steps = [(reader, writer, before[reader][writer])
                 for writer, reader in zip(circle, circle[1:], strict=False)]  # fmt: skip
        said = [
            f"{_place(chapters[reader], path)} reads {Path(path).name}, which "
            f"{_place(chapters[writer], path)} writes"
            for reader, writer, path in steps
        ]
        raise InputError("chapters wait for each other: " + "; ".join(said),
                         **chapters[circle[0]].locate(Path(steps[0][2]).name),
                         rule=ONCE, advice=APART)  # fmt: skip


def _shared(records: Mapping[str, dict]) -> Iterator[tuple[str, str, str]]:
    """Give the files that two chapters write, with both."""
    writers: dict[str, str] = {}
    for source, record in records.items():
        for path in record["written"]:
            if writers.setdefault(path, source) != source:
                yield path, writers[path], source


def _circle(before: Mapping[str, Mapping[str, str]]) -> list[str] | None:
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        return error.args[1]
    return None


def _place(chapter: Chapter, path: str) -> str:
    place = chapter.locate(os.path.basename(path))
    return f"{place['file']}:{place['line']}" if "line" in place else str(place["file"])
