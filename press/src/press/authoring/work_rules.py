"""Rules about the bibliography: nothing in it that is not cited, nothing left out of an entry."""

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from press.authoring.findings import Finding, finding
from press.document import pandoc
from press.ground.errors import Place
from press.ground.files import read_text
from press.resolving.citations import ENTRY

FORMATS = {".bib": "biblatex", ".json": "csljson", ".yaml": "markdown", ".yml": "markdown"}
EVERYWHERE = (("author", "editor"), ("title",), ("issued",))
BESIDES = {
    "article-journal": (("container-title",), ("volume", "DOI", "number", "status")),
    "paper-conference": (("container-title",),),
    "chapter": (("container-title",), ("publisher",)),
    "book": (("publisher",),),
    "thesis": (("publisher",),),
    "webpage": (("URL",),),
}
"""Kind of work, in the words of CSL -> fields of which each group needs one."""


def works(path: Path, shown: str, cited: Collection[str], memory: Path) -> Iterator[Finding]:
    """Check a bibliography.

    Parameters
    ----------
    path : Path
        The file.
    shown : str
        Its name in messages.
    cited : collection of str
        Keys of the works that are cited.
    memory : Path
        Where pandoc's answers are remembered.
    """
    text = read_text(path, shown)
    lines = {found["key"]: text.count("\n", 0, found.start("key")) + 1
             for found in ENTRY.finditer(text)}  # fmt: skip
    for work in json.loads(pandoc.convert(text, FORMATS[path.suffix], "csljson", memory=memory)):
        key = work["id"]
        where: Place = {"file": shown, "line": lines.get(key)}
        if key not in cited:
            yield finding("unused-work", f"'{key}' is not cited", where)
        lacking = [" or ".join(group) for group in _needed(work) if not any(map(work.get, group))]
        if lacking:
            yield finding("incomplete-work", f"'{key}' has no {', no '.join(lacking)}", where)


def cited_in(text: str) -> set[str]:
    """Name everything that a text cites or refers to.

    Examples
    --------
    >>> sorted(cited_in("As @knuth1984, and [-@lamport:94, p. 3]."))
    ['knuth1984', 'lamport:94']
    """
    return set(re.findall(r"(?<![\w.])@\{?([\w][\w:.#$%&+?~/-]*\w|\w)", text))


def _needed(work: dict) -> tuple[tuple[str, ...], ...]:
    return EVERYWHERE + BESIDES.get(work["type"], ())
