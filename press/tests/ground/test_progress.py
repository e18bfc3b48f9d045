"""Lines in a pipe, a bar as well on a terminal."""

import os
import pty
import subprocess
import sys

SAYING = """
import time
from press.ground.progress import Step, shown
with shown() as say:
    say(Step("executing a, b", 0, 2))
    time.sleep(0.3)
    say(Step("executed a [1]", 1, 2))
    time.sleep(0.3)
"""


def test_a_pipe_gets_the_lines_and_nothing_else():
    """No bar and no colours where nobody looks."""
    done = subprocess.run([sys.executable, "-c", SAYING], capture_output=True, text=True)
    assert done.stdout == "executing a, b\nexecuted a [1]\n"


def test_a_terminal_gets_a_bar_too():
    """The bar counts; the lines stand there as they were said."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm"}
    process = subprocess.Popen([sys.executable, "-c", SAYING], stdout=theirs, env=environment)
    os.close(theirs)
    text = b""
    while part := _read(ours):
        text += part
    assert process.wait() == 0
    assert b"executed a [1]" in text
    assert b"0/2" in text and b"1/2" in text


def _read(terminal: int) -> bytes:
    """Read what there is; a terminal that nobody holds open any more is an error on Linux."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""
