"""Reads that nobody announces, seen by the interpreter's audit events.

What code of the project, or a cell, opens, lists or asks of the environment is an input of the
running chapter or stored function, directly or through a library: files by content, folders by
the names in them, variables by value; also what is not there. Installations, temporary and
hidden folders, and what `press` itself reads do not count; nor do modules that are imported,
whose source is followed (`press.provenance.dependencies`), but for those that were imported in a
way that cannot be followed: they count by content (`strange_modules`).

What such code writes, or puts in place by renaming, is noted too, but for what it adds to the end
of a file; a run with other parameters may write in its own folder only.

Not seen are files that another program or a library in C opens by itself (Parquet by Arrow, for
one): who reads those announces them with `press.record_input`. Nor is what an earlier call
remembered for the running one, as `functools.cache` does.
"""

import atexit
import os
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from press.ground.errors import InputError
from press.ground.files import file_sha256, project_root
from press.provenance.origin import GENERATED, GONE, digest_of_folder, digest_of_variable
from press.provenance.recording import (
    is_heard,
    record_modules,
    record_named,
    record_written,
)

SYSTEM = ("/proc", "/sys", "/dev", "/etc", "/usr", "/lib", "/opt")
PLACES = ("stdlib", "platstdlib", "purelib", "platlib", "data")
IGNORED = ("PRESS_", "QUARTO_", "PYTHON", "TMP", "PWD")
VERSIONS = f"{os.sep}importlib{os.sep}metadata{os.sep}"  # who asks which packages are there
CELLS = (f"{tempfile.gettempdir()}{os.sep}ipykernel_", "<ipython-input")
RUN_FOLDER = "PRESS_RUN_DIR"
WRITING = os.O_WRONLY | os.O_CREAT | os.O_TRUNC

_at_work = threading.local()
_roots: list[str] = []
_set_by_code: set[str] = set()


def install(root: Path) -> None:
    """Watch this process from now on, for the project in a folder; once is enough."""
    folder = os.path.realpath(root) + os.sep
    if not _roots:
        sys.addaudithook(_heard)
        environ: Any = type(os.environ)
        environ.__getitem__ = _observed(environ.__getitem__)
        environ.__setitem__ = _noted(environ.__setitem__)
    if folder not in _roots:
        _roots.insert(0, folder)  # of the run's folder, below the project's, all files count
        counts.cache_clear()


def start() -> None:
    """Watch the kernel of a chapter, and tell at its end which modules it loaded."""
    install(project_root())
    if RUN_FOLDER in os.environ:
        install(_run_folder())
    atexit.register(lambda: record_modules(strange_modules(())))


def strange_modules(known: Iterable[Path], names: Iterable[str] | None = None) -> dict[str, str]:
    """Give the loaded files of code that are not among those that were followed.

    Parameters
    ----------
    known : iterable of Path
        Files that were followed.
    names : iterable of str, optional
        Modules to look at; all by default.

    Returns
    -------
    dict
        Path -> digest.
    """
    followed = {str(path) for path in known}
    files = {
        getattr(sys.modules.get(name), "__file__", None) or "" for name in names or [*sys.modules]
    }
    strange = (os.path.realpath(file) for file in files if file.endswith(".py"))
    return {
        file: file_sha256(file)
        for file in sorted(strange)
        if file not in followed and counts(file) and not _is_own(file) and os.path.isfile(file)
    }


# --- events ------------------------------------------------------------------------------------


def _heard(event: str, args: tuple) -> None:
    hear = _EVENTS.get(event)
    if hear is not None:
        _quietly(hear, *args)


def _quietly(hear: Callable, *args: object) -> None:
    """Let an event be heard, if anybody listens; what hearing itself does is none."""
    if getattr(_at_work, "yes", False):
        return
    _at_work.yes = True
    try:
        if is_heard():
            hear(*args)
    finally:
        _at_work.yes = False


def _opened(path: object, mode: str | None, flags: int) -> None:
    if isinstance(path, int):
        return
    name = _named(path)
    if name.endswith(".pyc") or not counts(name) or not _is_asked_by_code():
        return
    if flags & (os.O_WRONLY | os.O_RDWR):
        _refuse_outside(name)
    if (mode or "r")[0] == "r" and not flags & WRITING:
        record_named(name, file_sha256(name) if os.path.isfile(name) else GONE)
    elif not flags & os.O_APPEND:  # a log, to which several may add
        record_written(name)


def _moved(_: object, target: object, *folders: int) -> None:
    name = _named(target)
    if counts(name) and _is_asked_by_code():
        _refuse_outside(name)
        record_written(name)


def _run_folder() -> str:
    return os.path.realpath(project_root() / os.environ[RUN_FOLDER])


def _refuse_outside(name: str) -> None:
    """Let a run with other parameters change no file of the book's own."""
    if RUN_FOLDER in os.environ and not name.startswith(_run_folder() + os.sep):
        raise InputError(
            f"{os.path.relpath(name, project_root())} is written, outside of the run's folder "
            f"{os.path.relpath(_run_folder(), project_root())}",
            rule="a run with other parameters changes nothing outside of its folder: "
            "the file is that of the book's own parameters",
            advice=f'write it, and read it, below os.environ.get("{RUN_FOLDER}", ".")',
        )


def _listed(path: object, *_) -> None:
    if isinstance(path, int):
        return
    name = _named(path or ".")
    if counts(name + os.sep) and _is_asked_by_code():
        record_named(name + os.sep, digest_of_folder(Path(name)))


_EVENTS: Mapping[str, Callable] = {
    "open": _opened,
    "os.rename": _moved,
    "os.listdir": _listed,
    "os.scandir": _listed,
}


def _observed(original: Callable) -> Callable:
    def get(environ, name):
        if name not in _set_by_code and not str(name).startswith(IGNORED):
            _quietly(_asked, environ, name)
        return original(environ, name)

    return get


def _asked(environ, name: str) -> None:
    if _is_code(_file(_caller())):
        value = environ._data.get(environ.encodekey(name))
        said = None if value is None else environ.decodevalue(value)
        record_named(f"${name}", digest_of_variable(name, said))


def _noted(original: Callable) -> Callable:
    def put(environ, name, value):
        _set_by_code.add(name)
        return original(environ, name, value)

    return put


# --- whose -------------------------------------------------------------------------------------


def _named(path: Any) -> str:
    return os.path.abspath(os.fsdecode(path))


@cache
def counts(name: str) -> bool:
    """Whether a file or folder is one of those that count."""
    for root in _roots:
        if name.startswith(root):
            parts = name[len(root) :].split(os.sep)
            return not any(part.startswith((".", *GENERATED)) for part in parts)
    home = os.path.expanduser("~") + os.sep
    hidden = name.startswith(home + ".") or f"{os.sep}." in name.removeprefix(home)
    return not (hidden or _is_installed(name))


def _is_installed(name: str) -> bool:
    folders = [sysconfig.get_path(place) for place in PLACES]
    folders += [sys.prefix, sys.base_prefix, sys.exec_prefix, tempfile.gettempdir(), *SYSTEM]
    named = {"site-packages", "dist-packages"} & {*name.split(os.sep)}
    return bool(named) or name.startswith(tuple(f"{folder}{os.sep}" for folder in folders))


def _is_asked_by_code() -> bool:
    """Whether the innermost code that is no library is the project's or a cell."""
    frame: FrameType | None = sys._getframe(4)
    while frame is not None:
        file = _file(frame)
        if file.startswith("<frozen importlib") or VERSIONS in file or _is_own(file):
            return False
        if _is_code(file):
            return True
        frame = frame.f_back
    return False


def _caller() -> FrameType | None:
    """Give the frame that asked for a variable, past the standard library's own."""
    frame: FrameType | None = sys._getframe(4)
    while frame and _file(frame).rpartition(os.sep)[2] in ("os.py", "_collections_abc.py"):
        frame = frame.f_back
    return frame


def _file(frame: FrameType | None) -> str:
    return frame.f_code.co_filename if frame else ""


@cache
def _is_own(file: str) -> bool:
    return file.startswith(os.path.dirname(os.path.dirname(__file__)) + os.sep)


def _is_code(file: str) -> bool:
    return file.startswith(CELLS) or (file.endswith(".py") and not _is_own(file) and counts(file))
