"""What a cell starts, when `thesis` ends in whatever way."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from press.execution import running
from support.books import Book

CELL = """# One {#sec-one}

```{python}
import os, subprocess, sys, time
deaf = "import signal, time; [signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15)]; time.sleep(99)"
far = subprocess.Popen([sys.executable, "-c", deaf], start_new_session=True)
with open(".pids.tmp", "w") as file:
    file.write(f"{os.getpid()} {far.pid}")
time.sleep(1)
os.rename(".pids.tmp", ".pids")
HOLD
```
"""
SLEEP = "time.sleep(99)"
IN_C = "import re; re.match('(a+)+$', 'a' * 99 + 'b')  # holds the interpreter"
SECONDS = 10


def is_alive(process: int) -> bool:
    """Whether a process runs; one that has ended and is not asked for does not."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def gone(*processes: int) -> bool:
    """Whether processes end soon."""
    until = time.monotonic() + SECONDS
    while any(map(is_alive, processes)) and time.monotonic() < until:
        time.sleep(0.05)
    return not any(map(is_alive, processes))


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="looks into /proc")
@pytest.mark.parametrize(
    ("command", "number", "hold"),
    [
        (("render", "--to", "html"), signal.SIGKILL, SLEEP),
        (("render", "--to", "html"), signal.SIGTERM, IN_C),
        (("rerun", "one", "-o", "out"), signal.SIGHUP, SLEEP),
        (("rerun", "one", "-o", "out"), signal.SIGINT, IN_C),
    ],
)
def test_nothing_outlives_thesis(tmp_path, command, number, hold):
    """Neither the kernel nor a deaf program in a session of its own, nor temporary files."""
    book = Book(tmp_path / "book")
    scratch = Path(tempfile.mkdtemp())  # a short path, as sockets need
    cell = CELL.replace("HOLD", hold)
    book.write("chapters/01-one.qmd", cell)
    book.write("chapters/02-two.qmd", "# Two {#sec-two}\n")
    process = book.start(*command, TMPDIR=str(scratch))
    while not (book.root / ".pids").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    started = [int(number) for number in (book.root / ".pids").read_text().split()]
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert gone(*started)
    until = time.monotonic() + SECONDS
    while list(scratch.glob("press-*")) and time.monotonic() < until:
        time.sleep(0.05)
    assert not list(scratch.glob("press-*"))
    assert process.returncode != 0
    if number == signal.SIGINT:
        assert err.strip().splitlines() == ["Aborted!"]


def test_a_later_run_removes_what_was_left(tmp_path, monkeypatch):
    """Scratch folders of processes that are gone, when they are old; no others."""
    monkeypatch.setattr(running, "_room_for_sockets", lambda: str(tmp_path))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    old, new = tmp_path / f"press-{gone.pid}-old", tmp_path / f"press-{gone.pid}-new"
    mine = tmp_path / f"press-{os.getpid()}-mine"
    for folder in (old, new, mine):
        folder.mkdir()
    for folder in (old, mine):
        os.utime(folder, (0, 0))
    with running.scratch_folder() as made:
        assert sorted(tmp_path.iterdir()) == sorted([new, mine, made])
