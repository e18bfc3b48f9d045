"""Replacing a folder as a whole: whoever looks sees the old one or the new one, never a mixture."""

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from press.ground.files import NO_ROOM, cannot_write

AT_FDCWD = -100
RENAME_EXCHANGE = 2


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Fill a new folder and put it in the place of another; one process does so at a time.

    Parameters
    ----------
    folder : Path
        The folder to replace; it may not exist yet. Of a symbolic link, its target is replaced.

    Yields
    ------
    Path
        An empty folder beside it. When the block ends well, it takes the place of `folder`;
        when it ends with an error or the process is killed, `folder` stays as it was.

    Raises
    ------
    press.InputError
        The place of the folder cannot be written, or the disk is full.
    """
    folder = folder.resolve()
    partial = folder.with_name(f".{folder.name}.partial-{os.getpid()}")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _repair(folder)
        partial.mkdir()
    except OSError as error:
        raise cannot_write(folder, error) from error
    try:
        yield partial
        put_in_place(partial, folder)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise cannot_write(folder, error) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def put_in_place(new: Path, folder: Path) -> None:
    """Give the new folder the name of the other, and the other (if there is one) its name."""
    if not folder.exists():
        os.rename(new, folder)
    elif not _exchange(new, folder):
        old = folder.with_name(f".{folder.name}.partial-{os.getpid()}-old")
        os.rename(folder, old)
        os.rename(new, folder)
        shutil.rmtree(old)


def is_mount_point(folder: Path) -> bool:
    """Whether something is mounted at a folder, which therefore can get no other name."""
    if os.path.ismount(folder):
        return True
    mounts = Path("/proc/self/mountinfo")  # on Linux; it tells of a folder of the same disk, too
    lines = mounts.read_text().splitlines() if mounts.exists() else []
    return str(folder).replace(" ", r"\040") in {line.split()[4] for line in lines}


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step, where the system can (Linux)."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    names = os.fsencode(one), os.fsencode(other)
    return rename(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0


def _repair(folder: Path) -> None:
    """Put back the folder that was being replaced by a killed process, and remove what it left."""
    for left in sorted(folder.parent.glob(f".{folder.name}.partial-*")):
        if left.name.endswith("-old") and not folder.exists():
            os.rename(left, folder)
        else:
            shutil.rmtree(left, ignore_errors=True)


def is_running(process: int) -> bool:
    """Whether another process of this machine runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()
