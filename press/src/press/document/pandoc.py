"""Pandoc, called as a program and remembered by content."""

import hashlib
import json
import subprocess
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from press.ground.errors import RenderError
from press.ground.files import write_atomically

MARKDOWN = "markdown+autolink_bare_uris"


@cache
def program() -> str:
    """Path of the pandoc program that comes with ``pypandoc_binary``."""
    import pypandoc

    return pypandoc.get_pandoc_path()


def convert(
    text: str,
    source: str,
    target: str,
    options: Sequence[str] = (),
    *,
    memory: Path | None = None,
    warned: Callable[[str], None] | None = None,
) -> str:
    """Convert a document from one format to another.

    Parameters
    ----------
    text : str
        The document.
    source, target : str
        Pandoc's names of the formats, for example ``"markdown"`` and ``"json"``.
    options : sequence of str
        Further options of the pandoc program.
    memory : Path, optional
        Folder that remembers results by content: the same call is answered from it. Files
        that the options name are not part of the content, so leave it out when they matter.
    warned : function, optional
        Gets what pandoc complained of, and may raise; then nothing is remembered.

    Raises
    ------
    RenderError
        Pandoc refused the document; the message is pandoc's own.
    """
    if memory is None:
        return _run(text, source, target, options, warned)
    key = hashlib.sha256(
        json.dumps([program(), source, target, *options, text, bool(warned)]).encode()
    )
    kept = memory / f"{key.hexdigest()}.txt"
    return remembered(kept, lambda: _run(text, source, target, options, warned))


def remembered(kept: Path, make: Callable[[], str]) -> str:
    """Read an answer from a file, or make it and keep it there.

    Its digest stands above the answer, so that a damaged file is made again.
    """
    if kept.exists():
        digest, _, answer = kept.read_bytes().partition(b"\n")
        if digest == _digest(answer):
            return answer.decode()
    text = make()
    answer = text.encode()
    write_atomically(kept, _digest(answer) + b"\n" + answer)
    return text


def _digest(answer: bytes) -> bytes:
    return hashlib.sha256(answer).hexdigest().encode()


def to_blocks(markdown: str, memory: Path | None = None, warned=None) -> list:
    """Pandoc blocks of a Markdown text; `memory` and `warned` are those of `convert`."""
    return json.loads(convert(markdown, MARKDOWN, "json", memory=memory, warned=warned))["blocks"]


def _run(text, source, target, options, warned) -> str:
    done = subprocess.run(
        [program(), "--from", source, "--to", target, *options],
        input=text.encode(),
        capture_output=True,
    )
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode:
        raise RenderError(f"pandoc: {said}")
    if said and warned:
        warned(said)
    return done.stdout.decode()
