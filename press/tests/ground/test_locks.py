"""Locks between processes, containers and machines."""

import json
import os
import subprocess
import sys
import threading

import pytest
from press.ground import locks

HOLD = """
import pathlib, sys, time
from press.ground.locks import locked
with locked(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def hold(path, seconds):
    """Start a process that holds the lock."""
    command = [sys.executable, "-c", HOLD, str(path), str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    return process


def test_one_at_a_time(tmp_path):
    """The second waits for the first, and is told who it is."""
    path, told = tmp_path / "a.lock", []
    first = hold(path, 1)
    with locks.locked(path, told.append):
        assert first.wait(timeout=10) == 0
        assert locks._is_held(path)
    assert told == [f"process {first.pid} on {locks.platform.node()}"]
    assert not path.exists()


def test_the_lock_of_a_killed_process_is_free_at_once(tmp_path):
    """On the same machine nobody waits for its silence."""
    path = tmp_path / "a.lock"
    process = hold(path, 99)
    process.kill()
    process.wait()
    with locks.locked(path, pytest.fail):
        pass


@pytest.mark.parametrize("other", [{"host": "far"}, {"boot": "x"}, {"container": "pid:[1]"}])
def test_a_process_elsewhere_lives_while_it_gives_signs(tmp_path, other):
    """Its number may be free here, or that of a process of ours; its heart says what counts."""
    path = tmp_path / "a.lock"
    path.write_text(json.dumps(locks.identity() | other | {"process": 999_999}))
    assert locks._is_held(path)
    silent = path.stat().st_mtime - locks.SILENCE - 1
    os.utime(path, (silent, silent))
    assert not locks._is_held(path)


def test_a_number_that_another_process_has_now(tmp_path):
    """A process of the same number that started at another time is not the holder."""
    path = tmp_path / "a.lock"
    path.write_text(json.dumps(locks.identity()))
    assert locks._is_held(path)
    path.write_text(json.dumps(locks.identity() | {"started": "1"}))
    assert not locks._is_held(path)


def test_a_holder_gives_signs_of_life(tmp_path, monkeypatch):
    """While the block runs, the time of the file is renewed."""
    monkeypatch.setattr(locks, "BEAT", 0.01)
    path, beaten = tmp_path / "a.lock", threading.Event()
    monkeypatch.setattr(locks.os, "utime", lambda path: beaten.set())
    with locks.locked(path):
        assert beaten.wait(timeout=10)
