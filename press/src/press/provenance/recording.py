"""What a running chapter or stored function takes in and gives out.

Two listeners hear the same events: the stored functions that are running in this process, and
the file named by the environment variable ``PRESS_RECORD`` (one JSON object per line, each once),
which also hears worker processes. The events:

``{"kind": "input", "path": ..., "sha256": ...}``
    a data file was read, or something else that `press.provenance.origin` names;
``{"kind": "module", "path": ..., "sha256": ...}``
    the file of a module of the project was run;
``{"kind": "program", "command": ..., "file": ..., "line": ..., "by": ...}``
    another program was started, by this line of that code;
``{"kind": "announcement", "by": ...}``
    that code has announced an input;
``{"kind": "written", "path": ...}``
    a file was opened to be written, or put in place, by what is no part of `press`;
``{"kind": "result", "function": ..., "key": ..., "found": true, "seconds": ...}``
    a stored result was asked for, and found or computed (which took `seconds`);
``{"kind": "output", "path": ..., "sha256": ..., "function": ..., "results": [[function, key], ...],
"data": [fingerprint, ...]}``
    a figure or table was written, computed from these results and from data given to it.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType


@dataclass
class Recording:
    """What one piece of work has used so far.

    Attributes
    ----------
    inputs : dict[str, str]
        Name of each input -> its digest (`press.provenance.origin`); files by absolute paths.
    results : dict[tuple[str, str], None]
        (function, key) of each stored result, in order of first use.
    """

    inputs: dict[str, str] = field(default_factory=dict)
    results: dict[tuple[str, str], None] = field(default_factory=dict)


RECORD = "PRESS_RECORD"
_said: set[tuple[str, bytes]] = set()
"""What was appended to which file: an event that says nothing new is not written again."""
_running: ContextVar[tuple[Recording, ...]] = ContextVar("running", default=())


@contextmanager
def recording() -> Iterator[Recording]:
    """Note what the work inside the block uses.

    Of nested blocks the innermost one hears of a stored result; data files reach the outer
    blocks too, because their results depend on the same bytes.
    """
    mine = Recording()
    token = _running.set((*_running.get(), mine))
    try:
        yield mine
    finally:
        _running.reset(token)
        for outer in _running.get()[-1:]:
            outer.inputs.update(mine.inputs)


def record_input(path: str | Path, sha256: str) -> None:
    """Tell the running chapter or stored function that it depends on a data file.

    Whoever loads a data file calls this, so that a change in the file makes stale what was
    computed from it; so does the function that starts a program which reads it.

    Parameters
    ----------
    path : path
        The file that was read.
    sha256 : str
        Digest of its content, 64 hexadecimal digits.
    """
    record_named(os.path.abspath(path), sha256)
    _append({"kind": "announcement", "by": _code(sys._getframe(1))})


def record_named(name: str, digest: str) -> None:
    """Tell the running chapter or stored function that it depends on an input of this name."""
    for listener in _running.get()[-1:]:
        listener.inputs[name] = digest
    _append({"kind": "input", "path": name, "sha256": digest})


def record_module(path: str, sha256: str) -> None:
    """Tell the running chapter that the file of a module was run."""
    _append({"kind": "module", "path": path, "sha256": sha256})


def record_program(command: str, frame: FrameType) -> None:
    """Tell the running chapter that code has started another program."""
    event = {"kind": "program", "command": command, "by": _code(frame)}
    _append(event | {"file": frame.f_code.co_filename, "line": frame.f_lineno})


def _code(frame: FrameType) -> str:
    return f"{frame.f_code.co_filename} {frame.f_code.co_qualname}"


def record_written(path: str) -> None:
    """Tell the running chapter that it writes a file of its own."""
    _append({"kind": "written", "path": path})


def is_heard() -> bool:
    """Whether anybody listens."""
    return bool(_running.get()) or RECORD in os.environ


def record_result(function: str, key: str, found: bool, seconds: float) -> None:
    """Tell the running chapter or stored function that it used a stored result."""
    for listener in _running.get()[-1:]:
        listener.results[function, key] = None
    event = {"kind": "result", "function": function, "key": key}
    _append(event | {"found": found, "seconds": round(seconds, 3)})


def record_output(
    path: str | Path,
    sha256: str,
    function: str,
    results: list[tuple[str, str]],
    data: list[str],
    is_reproduced: bool = False,
) -> None:
    """Tell the running chapter that a figure or table was written, or reproduced and left."""
    event: dict = {"kind": "output", "path": os.path.abspath(path), "sha256": sha256}
    event |= {"reproduced": True} if is_reproduced else {}
    _append(event | {"function": function, "results": results, "data": data})


def _append(event: dict) -> None:
    """Append one line to the record file; a single write, so that processes do not mix lines."""
    path = os.environ.get(RECORD)
    line = (json.dumps(event) + "\n").encode()
    if not path or (path, line) in _said:
        return
    _said.add((path, line))
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)
