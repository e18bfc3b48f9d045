"""A lock on a folder that several machines may share.

Who holds it is written down with host, boot and process, since a process number means nothing on
another machine or in another container, and the file's time is renewed while the holder lives.
"""

import json
import os
import platform
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

BEAT = 5
SILENCE = 60
"""Seconds between two signs of life; seconds of silence after which a holder counts as dead."""
PAUSE = 0.2


@contextmanager
def locked(path: Path, waiting: Callable[[str], None] = lambda holder: None) -> Iterator[None]:
    """Hold a lock while the block runs; wait while another holds it.

    Parameters
    ----------
    path : Path
        The lock's file, on the file system that is shared.
    waiting : callable
        Is told once who holds the lock, if it is held.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    told = False
    while not _taken(path):
        if not told:
            waiting(_holder(path))
            told = True
        time.sleep(PAUSE)
    ended = threading.Event()
    heart = threading.Thread(target=_beat, args=(path, ended), daemon=True)
    heart.start()
    try:
        yield
    finally:
        ended.set()
        heart.join()
        path.unlink(missing_ok=True)


def identity() -> dict[str, str | int]:
    """Tell who this process is, among all processes of all machines."""
    process = os.getpid()
    return {
        "host": platform.node(),
        "boot": _read("/proc/sys/kernel/random/boot_id"),
        "container": _link("/proc/self/ns/pid"),
        "process": process,
        "started": _started(process),
    }


def _taken(path: Path) -> bool:
    """Take the lock if nobody holds it, or its holder has died."""
    import filelock

    with filelock.FileLock(path.with_suffix(".guard")):  # one at a time looks, and takes
        with suppress(FileNotFoundError):
            if _is_held(path):
                return False
            path.unlink()
        try:
            with path.open("x") as file:
                json.dump(identity(), file)
        except FileExistsError:  # where the guard does not reach other machines
            return False
        return True


def _is_held(path: Path) -> bool:
    try:
        holder = json.loads(path.read_text())
    except ValueError:  # it is being written
        holder = {}
    mine = identity()
    if all(holder.get(name) == mine[name] for name in ("host", "boot", "container")):
        return _started(holder["process"]) == holder["started"] != ""
    return _now(path) - path.stat().st_mtime < SILENCE


def _now(path: Path) -> float:
    """Tell the time by the clock of the file system, which may be another machine's."""
    clock = path.with_suffix(f".{os.getpid()}.clock")
    clock.touch()
    try:
        return clock.stat().st_mtime
    finally:
        clock.unlink()


def _beat(path: Path, ended: threading.Event) -> None:
    while not ended.wait(BEAT):
        with suppress(OSError):
            os.utime(path)


def _holder(path: Path) -> str:
    try:
        holder = json.loads(path.read_text())
        return f"process {holder['process']} on {holder['host']}"
    except (OSError, ValueError, KeyError):
        return "another process"


def _started(process: int) -> str:
    """Tell when a process of this machine started; empty if it runs no more."""
    if not os.path.exists("/proc/self/stat"):
        return "running" if _runs(process) else ""
    fields = _read(f"/proc/{process}/stat").rpartition(")")[2].split()
    return fields[19] if fields else ""


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _read(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace").strip()
    except OSError:
        return ""


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""
