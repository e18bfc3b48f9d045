"""Reads that nobody announces, seen by the interpreter's audit events.

What code of the project, or a cell, opens, lists or asks of the environment is an input of the
running chapter or stored function, directly or through a library: files by content, folders by
the names in them, variables by value; also what is not there. Installations, temporary and
hidden folders, and what `press` itself reads do not count; nor do modules that are imported,
whose source is followed (`press.provenance.dependencies`), but for those that were imported in a
way that cannot be followed: they count by content. Other Pythons that the code starts are watched
like itself; other programs are told of with their command.

What such code writes, or puts in place by renaming, is noted too, but for what it adds to the end
of a file; a run with other parameters may write in its own folder only.

Not seen are files that such a program or a library in C opens by itself (Parquet by Arrow, for
one): who reads those announces them with `press.record_input`. Nor is what an earlier call
remembered for the running one, as `functools.cache` does. `docs/inputs.md` lists both.
"""

import os
import shlex
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Callable, Mapping
from functools import cache, wraps
from opcode import opname
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from press.ground.errors import InputError
from press.ground.files import file_sha256, project_root
from press.provenance.origin import GENERATED, GONE, digest_of_folder, digest_of_variable
from press.provenance.recording import (
    is_heard,
    record_module,
    record_named,
    record_program,
    record_written,
)

SYSTEM = ("/proc", "/sys", "/dev", "/etc", "/usr", "/lib", "/opt")
PLACES = ("stdlib", "platstdlib", "purelib", "platlib", "data")
IGNORED = ("PRESS_", "QUARTO_", "PYTHON", "TMP", "PWD")
OF_THE_KERNEL = ("CLICOLOR", "FORCE_COLOR", "TERM", "PAGER", "GIT_PAGER", "MPLBACKEND", "JPY_")
"""Beginnings of the variables that do not count: of this program, and those that ipykernel sets."""
VERSIONS = f"{os.sep}importlib{os.sep}metadata{os.sep}"  # who asks which packages are there
SHELLS = ("IPython", "ipykernel", "pexpect", "ptyprocess")
CELLS = (f"{tempfile.gettempdir()}{os.sep}ipykernel_", "<ipython-input")
RUN_FOLDER = "PRESS_RUN_DIR"
WRITING = os.O_WRONLY | os.O_CREAT | os.O_TRUNC

_at_work = threading.local()
_roots: list[str] = []
_set_by_code: set[str] = set()
executed: dict[str, str] = {}
"""File of each module that code has run -> its digest, in order."""


def install(root: Path) -> None:
    """Watch this process from now on, for the project in a folder; once is enough."""
    folder = os.path.realpath(root) + os.sep
    if not _roots:
        sys.addaudithook(_heard)
        environ: Any = type(os.environ)
        environ.__getitem__ = _observed(environ.__getitem__)
        environ.__setitem__ = _noted(environ.__setitem__)
        seen: Any = _watched(os.stat)
        for able in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
            able.update({seen} if os.stat in able else ())
        os.stat = seen
    if folder not in _roots:
        _roots.insert(0, folder)  # of the run's folder, below the project's, all files count
        counts.cache_clear()


def start() -> None:
    """Watch a kernel, or another Python that it has started, and those that this one starts."""
    children = os.path.join(os.path.dirname(__file__), "children")
    path = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys([children, *filter(None, path)]))
    install(project_root())
    if RUN_FOLDER in os.environ:
        install(Path(_run_folder()))


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
    if flags & (os.O_WRONLY | os.O_RDWR):
        _written(name, flags)
    if (mode or "r")[0] == "r" and not flags & WRITING:
        _asked_for(name)


def _written(name: str, flags: int = 0) -> None:
    if not name.endswith(".pyc") and counts(name) and _is_asked_by_code():
        _refuse_outside(name)
        if not flags & os.O_APPEND:  # a log, to which several may add
            record_written(name)


def _asked_for(name: str) -> None:
    is_source = name.endswith((".py", ".pyc"))  # read by an import, which is followed
    if not name.endswith(".pyc") and counts(name) and _is_asked_by_code(imports=not is_source):
        record_named(name, file_sha256(name) if os.path.isfile(name) else GONE)


def _moved(_: object, target: object, *folders: int) -> None:
    _written(_named(target))


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


def _ran(code: object) -> None:
    """Note the file of a module that is run, however it was found."""
    file = code.co_filename if isinstance(code, CodeType) else ""
    if file.endswith(".py") and _is_code(file) and os.path.isfile(file):
        path = os.path.realpath(file)
        executed[path] = file_sha256(path)
        record_module(path, executed[path])


def _started(program: Any, args: Any = None, *_) -> None:
    frame = _past_the_library()
    if frame is None or not _is_code(_file(frame)) or program == sys.executable:
        return
    if isinstance(args, (list, tuple)):
        command = shlex.join(os.fsdecode(word) for word in args)
    else:
        command = os.fsdecode(args or program)
    record_program(command, frame)


_EVENTS: Mapping[str, Callable] = {
    "open": _opened,
    "os.rename": _moved,
    "os.listdir": _listed,
    "os.scandir": _listed,
    "exec": _ran,
    "sqlite3.connect": lambda path: _opened(path, None, 0),
    "subprocess.Popen": _started,
    "os.system": _started,
    "os.exec": _started,
    "os.posix_spawn": _started,
}


def _watched(original: Callable) -> Callable:
    """Let it be heard when `os.stat`, of which no event tells, finds nothing."""

    @wraps(original)
    def look(path, *args, **kwargs):
        try:
            return original(path, *args, **kwargs)
        except (FileNotFoundError, NotADirectoryError):
            _quietly(_asked_for, _named(path))
            raise

    return look


def _observed(original: Callable) -> Callable:
    def get(environ, name):
        if name not in _set_by_code and not str(name).startswith(IGNORED + OF_THE_KERNEL):
            _quietly(_asked, environ, name)
        return original(environ, name)

    return get


def _asked(environ, name: str) -> None:
    if _is_copying(_asking()) or not _is_code(_file(_past_the_library())):
        return
    value = environ._data.get(environ.encodekey(name))
    said = None if value is None else environ.decodevalue(value)
    record_named(f"${name}", digest_of_variable(name, said))


def _is_copying(frame: Any) -> bool:
    """Whether all variables are taken, as for a program that is started: none counts by itself."""
    operation = opname[frame.f_code.co_code[frame.f_lasti]]
    return frame.f_code.co_name == "__iter__" or not operation.startswith("BINARY")


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
            is_metadata = ".egg-info" in name  # of the project's own installation
            return not is_metadata and not any(p.startswith((".", *GENERATED)) for p in parts)
    home = os.path.expanduser("~") + os.sep
    hidden = name.startswith(home + ".") or f"{os.sep}." in name.removeprefix(home)
    return not (hidden or _is_installed(name))


def _is_installed(name: str) -> bool:
    folders = [sysconfig.get_path(place) for place in PLACES]
    folders += [sys.prefix, sys.base_prefix, sys.exec_prefix, tempfile.gettempdir(), *SYSTEM]
    named = {"site-packages", "dist-packages"} & {*name.split(os.sep)}
    return bool(named) or name.startswith(tuple(f"{folder}{os.sep}" for folder in folders))


def _is_asked_by_code(imports: bool = False) -> bool:
    """Whether the innermost code that is no library is the project's or a cell.

    With `imports`, also if it is asked by the machinery that imports, for a file of data.
    """
    frame = _asking()
    while frame is not None:
        file = _file(frame)
        is_importing = file.startswith("<frozen importlib") and not imports
        if is_importing or VERSIONS in file or _is_own(file):
            return False
        if _is_code(file):
            return True
        frame = frame.f_back
    return False


def _past_the_library() -> FrameType | None:
    """Give the frame that asked, past what does as it is told and nothing of its own accord."""
    frame = _asking()
    while frame and _is_obedient(_file(frame)):
        frame = frame.f_back
    return frame


def _asking() -> FrameType | None:
    """Give the frame that made an event happen."""
    frame: FrameType | None = sys._getframe(1)
    while frame and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return frame


@cache
def _is_obedient(file: str) -> bool:
    """Whether a file is of the standard library, or of those through which cells start programs."""
    _, installed, name = file.rpartition(f"{os.sep}site-packages{os.sep}")
    if installed:
        return name.partition(os.sep)[0] in SHELLS
    return file.startswith(("<frozen ", sysconfig.get_path("stdlib") + os.sep))


def _file(frame: FrameType | None) -> str:
    return frame.f_code.co_filename if frame else ""


@cache
def _is_own(file: str) -> bool:
    return file.startswith(os.path.dirname(os.path.dirname(__file__)) + os.sep)


def _is_code(file: str) -> bool:
    return file.startswith(CELLS) or (file.endswith(".py") and not _is_own(file) and counts(file))
