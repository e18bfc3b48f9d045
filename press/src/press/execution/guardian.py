"""A process between `thesis` and a kernel, so that nothing of a cell outlives `thesis`.

It starts the kernel, adopts what the kernel's processes leave behind, and ends all of them when
the kernel ends, or when `thesis` closes the pipe that is this process's input: on purpose, or by
dying in whatever way. Run as a file, with the standard library alone, to start at once.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
ROUNDS = 200
"""How often to look for processes that were started while the others were ended."""


def main(scratch: str, *command: str) -> int:
    """Start the kernel and wait for its end; give its exit code.

    Parameters
    ----------
    scratch : str
        Folder that is removed if `thesis` has died and cannot do it.
    *command : str
        The kernel.
    """
    thesis = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    variables = os.environ | {"JPY_PARENT_PID": str(os.getpid())}  # whose end the kernel watches
    kernel = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, env=variables, start_new_session=True
    )
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_input, args=(kernel.pid,), daemon=True).start()
    code = _waited_for(kernel.pid)
    _end_all(kernel.pid)
    if os.getppid() != thesis:
        shutil.rmtree(scratch, ignore_errors=True)
    return code


def _end_with_input(kernel: int) -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    _end_all(kernel)


def _waited_for(kernel: int) -> int:
    """Wait for a process, and for the orphans that end meanwhile."""
    while True:
        process, status = os.wait()
        if process == kernel:
            return os.waitstatus_to_exitcode(status)


def _end_all(kernel: int) -> None:
    """Kill all processes below this one; where they cannot be found, the kernel's group."""
    if not Path("/proc/self/stat").exists():
        _kill(-kernel)
        return
    for _ in range(ROUNDS):
        left = _below(os.getpid())
        if not left:
            return
        for process in left:
            _kill(process)
        time.sleep(0.01)


def _below(process: int) -> list[int]:
    """Find the processes that a process has started, directly or not, and that still run."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:  # the name in parentheses may hold anything
            state, parent = path.read_text(errors="replace").rpartition(")")[2].split()[:2]
        except (OSError, ValueError):
            continue
        if state != "Z":
            children.setdefault(int(parent), []).append(int(path.parent.name))
    found = list(children.get(process, ()))
    for one in found:
        found += children.get(one, ())
    return found


def _kill(process: int) -> None:
    try:
        if process > 0:
            os.kill(process, signal.SIGKILL)
        else:
            os.killpg(-process, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
