"""Sweeps by real processes: records, resuming, kills, and a real Dask scheduler."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import psutil
import pytest
from support.books import PARAMETERS, SETUP, Book

MANIFEST = "_runs/sweeps/s/manifest.json"

SLOW = f"""# Two {{#sec-two}}

{PARAMETERS}
{SETUP}
```{{python}}
import time
from pathlib import Path
Path(".begun").mkdir(exist_ok=True)
(Path(".begun") / str(seed)).touch()
while not Path(".go").exists():
    time.sleep(0.05)
```
"""


@pytest.fixture
def book(tmp_path):
    """Make a small book with a sweep of four light runs."""
    book = Book(tmp_path / "book")
    book.write("s.yml", "chapters: [one]\ngrid:\n  seed: 1..4\n")
    return book


def manifest(book):
    """Read the manifest's runs by seed."""
    runs = json.loads((book.root / MANIFEST).read_text())["runs"]
    return {run["parameters"]["seed"]: run for run in runs}


def statuses(book):
    """Give each run's status."""
    return {seed: run["status"] for seed, run in manifest(book).items()}


def wait_for(condition, process=None):
    """Wait until something holds, at most a minute."""
    for _ in range(1200):
        if condition():
            return
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise AssertionError("it never came")


def kill_all(process):
    """Kill -9 a process and everything that it started."""
    family = [process.pid, *(p.pid for p in psutil.Process(process.pid).children(recursive=True))]
    for pid in family:
        os.kill(pid, signal.SIGKILL)
    process.wait()


def test_all_runs_are_done_and_compared(book):
    """Every run has its folder, record and table; compare collects them."""
    said = book.thesis("sweep", "s.yml", "--jobs", "2")
    assert "4/4 done" in said
    assert statuses(book) == dict.fromkeys(range(1, 5), "done")
    run = manifest(book)[3]
    assert run["data"].keys() == {"data.txt"} and run["seconds"] > 0 and run["commit"]
    assert not (book.root / "tables").exists()
    book.thesis("compare", "_runs/sweeps/s", "-o", "sweeps/s.csv")
    tidy = pd.read_csv(book.root / "sweeps" / "s.csv")
    assert list(tidy.columns) == ["seed", "step", "value"]
    assert tidy[tidy["seed"] == 4]["value"].tolist() == [8.0, 10.0, 12.0]
    assert {"sweeps/s.svg", "sweeps/s.png", "sweeps/s.json"} <= book.files("sweeps").keys()


def test_stale_runs_are_not_compared(book):
    """After a change of a module nothing is collected, and what was is not touched."""
    book.thesis("sweep", "s.yml", "--jobs", "2")
    book.thesis("compare", "_runs/sweeps/s", "-o", "sweeps/s.csv")
    before = book.files("sweeps")
    book.write("lab/constants.py", "FACTOR = 3\n")
    said = book.thesis("compare", "_runs/sweeps/s", "-o", "sweeps/s.csv", code=2)
    assert "_runs/sweeps/s: 4 of 4 runs are stale" in said
    assert "thesis sweep s.yml --resume" in said
    assert book.files("sweeps") == before


def test_the_sweep_file_says_what_is_compared(book):
    """Value, axis and colours are the file's, unless the command line has others."""
    chosen = "compare: {table: law, value: value, across: step, by: seed}\n"
    book.write("s.yml", "chapters: [one]\ngrid:\n  seed: 1..2\n" + chosen)
    book.thesis("sweep", "s.yml", "--jobs", "2")
    book.thesis("compare", "_runs/sweeps/s")
    picture = (book.root / "_runs" / "sweeps" / "s" / "law.svg").read_text()
    assert ">step<" in picture and ">value<" in picture
    said = book.thesis("compare", "_runs/sweeps/s", "--across", "sed", code=2)
    assert "no column 'sed' for --across" in said


def test_a_failed_run_stops_no_other(book):
    """It is recorded with its traceback, the exit code is 1, and resume does it alone."""
    law = (book.root / "lab" / "law.py").read_text()
    broken = law.replace("    record_input", "    1 / (seed - 2)\n    record_input")
    book.write("lab/law.py", broken)
    said = book.thesis("sweep", "s.yml", "--jobs", "2", code=1)
    assert "failed: chapters/01-one.qmd seed=2" in said
    assert statuses(book) == {1: "done", 2: "failed", 3: "done", 4: "done"}
    assert "ZeroDivisionError" in manifest(book)[2]["error"]
    said = book.thesis("compare", "_runs/sweeps/s", "-o", "sweeps/s.csv", code=1)
    assert "1 of 4 runs failed, and is not in the table" in said
    assert set(pd.read_csv(book.root / "sweeps" / "s.csv")["seed"]) == {1, 3, 4}
    assert "has runs already" in book.thesis("sweep", "s.yml", code=2)
    assert "1 of 4 runs to do" in book.thesis("sweep", "s.yml", "--resume", code=1)
    book.write("lab/law.py", law)
    assert "4 of 4 runs to do" in book.thesis("sweep", "s.yml", "--resume", "--jobs", "2")
    assert statuses(book) == dict.fromkeys(range(1, 5), "done")


def test_resume_does_what_is_missing_or_stale(book):
    """Nothing when all is there; a run whose folder is gone; all when the data changed."""
    book.thesis("sweep", "s.yml", "--jobs", "2")
    assert "0 of 4 runs to do" in book.thesis("sweep", "s.yml", "--resume")
    (book.root / "_runs" / "sweeps" / "s" / manifest(book)[2]["folder"] / "run.json").unlink()
    assert "1 of 4 runs to do" in book.thesis("sweep", "s.yml", "--resume")
    book.write("s.yml", "chapters: [one]\ngrid:\n  seed: 1..5\n")
    assert "1 of 5 runs to do" in book.thesis("sweep", "s.yml", "--resume")
    book.write("data.txt", "7")
    assert "5 of 5 runs to do" in book.thesis("sweep", "s.yml", "--resume", "--jobs", "2")


def test_resume_asks_what_a_run_is_made_of(book):
    """Prose, comments and modules that the chapter does not reach make no run stale."""
    book.write("lab/__init__.py", 'LATER = {"drawn": "lab.plots"}\n')
    book.write("lab/plots.py", "drawn = 1\n")
    book.thesis("sweep", "s.yml", "--jobs", "2")
    one = (book.root / "chapters" / "01-one.qmd").read_text()
    book.write("chapters/01-one.qmd", one.replace("The law", "Some law"))
    book.write("lab/plots.py", "drawn = 2\n")
    book.write("lab/constants.py", "FACTOR = 2  # twice\n")
    assert "0 of 4 runs to do" in book.thesis("sweep", "s.yml", "--resume")
    book.write("lab/constants.py", "FACTOR = 3\n")
    assert "4 of 4 runs to do" in book.thesis("sweep", "s.yml", "--resume", "--jobs", "2")


def test_a_killed_sweep_loses_only_what_was_under_way(book):
    """Kill -9 the whole family in the middle: done runs stay, resume does the rest."""
    book.write("chapters/02-two.qmd", SLOW.replace('".go"', '(".go" if seed > 2 else "data.txt")'))
    book.write("s.yml", "chapters: [two]\ngrid:\n  seed: 1..4\n")
    process = book.start("sweep", "s.yml", "--jobs", "2")
    wait_for(lambda: len(list((book.root / ".begun").glob("*"))) == 4, process)
    kill_all(process)
    assert statuses(book) == {1: "done", 2: "done", 3: "missing", 4: "missing"}
    book.write(".go", "")
    assert "2 of 4 runs to do" in book.thesis("sweep", "s.yml", "--resume", "--jobs", "2")
    assert statuses(book) == dict.fromkeys(range(1, 5), "done")


@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, -15), (signal.SIGINT, 1)]
)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_nothing_outlives_the_command(book, how, code, jobs):
    """Killed alone or interrupted, it leaves no worker and no kernel; resume does the rest."""
    book.write("chapters/02-two.qmd", SLOW)
    book.write("s.yml", "chapters: [two]\ngrid:\n  seed: 1..2\n")
    process = book.start("sweep", "s.yml", "--jobs", jobs)
    wait_for(lambda: len(list((book.root / ".begun").glob("*"))) == int(jobs), process)
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(how)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == code
    assert ("interrupted; the same command with --resume" in out) == (how == signal.SIGINT)
    _, alive = psutil.wait_procs(family, timeout=30)
    assert alive == []
    book.write(".go", "")
    assert "2 of 2 runs to do" in book.thesis("sweep", "s.yml", "--resume")


def test_a_killed_worker_is_replaced(book):
    """When one worker process is killed, its run is begun again."""
    book.write("chapters/02-two.qmd", SLOW)
    book.write("s.yml", "chapters: [two]\ngrid:\n  seed: 1..2\n")
    process = book.start("sweep", "s.yml", "--jobs", "2")
    wait_for(lambda: len(list((book.root / ".begun").glob("*"))) == 2, process)
    kernel = next(
        child
        for child in psutil.Process(process.pid).children(recursive=True)
        if child.cmdline()[2:4] == ["-m", "ipykernel_launcher"]
    )
    kernel.parent().kill()
    book.write(".go", "")
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, out + err
    assert statuses(book) == {1: "done", 2: "done"}


def test_a_killed_kernel_is_a_failed_run(book):
    """A run whose kernel dies is recorded as failed; the other is done."""
    book.write("chapters/02-two.qmd", SLOW)
    book.write("s.yml", "chapters: [two]\ngrid:\n  seed: 1..2\n")
    process = book.start("sweep", "s.yml", "--jobs", "2")
    wait_for(lambda: len(list((book.root / ".begun").glob("*"))) == 2, process)
    kernels = [
        child
        for child in psutil.Process(process.pid).children(recursive=True)
        if child.cmdline()[2:4] == ["-m", "ipykernel_launcher"]
    ]
    kernels[0].kill()
    book.write(".go", "")
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1, out + err
    assert sorted(statuses(book).values()) == ["done", "failed"]
    failed = next(run for run in manifest(book).values() if run["status"] == "failed")
    assert "DeadKernelError" in failed["error"]


def test_two_sweeps_do_not_share_a_folder(book):
    """The second one is told so and changes nothing."""
    book.write("chapters/02-two.qmd", SLOW)
    book.write("s.yml", "chapters: [two]\ngrid:\n  seed: [1]\n")
    process = book.start("sweep", "s.yml")
    wait_for(lambda: (book.root / ".begun" / "1").exists(), process)
    assert "another sweep is at work" in book.thesis("sweep", "s.yml", "--resume", code=2)
    book.write(".go", "")
    assert process.wait(timeout=60) == 0


def test_the_committed_result_goes_stale(book):
    """Status tells that a module, the sweep or the chapter changed; prose does not count."""
    book.write("sweeps/s.yml", (book.root / "s.yml").read_text())
    book.thesis("sweep", "sweeps/s.yml", "--jobs", "2")
    book.thesis("compare", "_runs/sweeps/s", "-o", "sweeps/s.csv")

    def reasons():
        process = book.start("status", "--json")
        states = json.loads(process.communicate(timeout=60)[0])
        return next(state["reasons"] for state in states if state["kind"] == "sweep")

    assert reasons() == []
    one = (book.root / "chapters" / "01-one.qmd").read_text()
    book.write("chapters/01-one.qmd", one.replace("The law", "Some law"))
    assert reasons() == []
    book.write("lab/constants.py", "FACTOR = 3\n")
    assert reasons() == ["lab.constants changed"]
    book.write("lab/constants.py", "FACTOR = 2\n")
    book.write("chapters/01-one.qmd", one.replace("law.table, seed", "law.table, seed + 1"))
    assert reasons() == ["the code of its chapters changed"]
    book.write("chapters/01-one.qmd", one)
    book.write("sweeps/s.yml", "chapters: [one]\ngrid: {seed: [1]}\n")
    assert reasons() == ["sweeps/s.yml changed"]
    book.write("data.txt", "7")
    assert reasons() == ["sweeps/s.yml changed", "data file data.txt changed"]


def test_a_chapter_reads_the_committed_result(book, monkeypatch):
    """`swept` gives the table, and says how to make it where it is missing."""
    from press import InputError, swept

    monkeypatch.chdir(book.root)
    with pytest.raises(InputError, match="is not there") as caught:
        swept("s")
    assert "thesis sweep sweeps/s.yml" in str(caught.value)
    book.write("sweeps/s.csv", "seed,value\n1,2.5\n")
    assert swept("s")["value"].tolist() == [2.5]
    content = (book.root / "sweeps" / "s.csv").read_bytes()
    assert swept("s").attrs["sha256"] == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["compare", "nowhere"], "holds no sweep"),
        (["sweep", "none.yml"], "no such sweep file"),
        (["sweep", "s.yml", "-o", "data.txt/x"], "cannot write"),
    ],
)
def test_bad_input(book, args, words):
    """Clear errors; nothing is started."""
    assert words in book.thesis(*args, code=2)
    assert not (book.root / "_runs").exists()


# --- Dask ------------------------------------------------------------------------------------


@pytest.fixture
def cluster(book):
    """Start a scheduler and two workers on loopback; give its address, workers, itself."""
    pytest.importorskip("distributed")
    options = {"cwd": book.root, "env": book.environment, "stdout": subprocess.DEVNULL}
    scheduler = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1"]
        + ["--port", "0", "--no-dashboard", "--scheduler-file", "scheduler.json"],
        stderr=subprocess.DEVNULL,
        **options,
    )
    file = book.root / "scheduler.json"
    wait_for(lambda: file.exists() and file.read_text(), scheduler)
    address = json.loads(file.read_text())["address"]
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-dashboard"]
            + ["--nthreads", "1", "--no-nanny", "--local-directory", str(book.root / "dask")],
            stderr=subprocess.DEVNULL,
            **options,
        )
        for _ in range(2)
    ]
    yield address, workers, scheduler
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


def test_a_cluster_gives_what_this_machine_gives(book, cluster):
    """The same runs on two Dask workers write the same tables."""
    address, _, _ = cluster
    book.thesis("sweep", "s.yml", "-o", "here", "--jobs", "2")
    book.thesis("sweep", "s.yml", "-o", "there", "--scheduler", address)
    here = {name[5:]: c for name, c in book.files("here").items() if name.endswith(".csv")}
    there = {name[6:]: c for name, c in book.files("there").items() if name.endswith(".csv")}
    assert len(here) == 4 and here == there


def with_two_runs_begun(book, address):
    """Start a sweep of four slow runs on the cluster, and wait until both workers are at one."""
    book.write("chapters/02-two.qmd", SLOW)
    book.write("s.yml", "chapters: [two]\ngrid:\n  seed: 1..4\n")
    process = book.start("sweep", "s.yml", "--scheduler", address)
    wait_for(lambda: len(list((book.root / ".begun").glob("*"))) == 2, process)
    return process


def test_a_killed_dask_worker_loses_nothing(book, cluster):
    """The scheduler gives the killed worker's run to the other one."""
    address, workers, _ = cluster
    process = with_two_runs_begun(book, address)
    kill_all(workers[0])
    book.write(".go", "")
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, out + err
    assert statuses(book) == dict.fromkeys(range(1, 5), "done")


def test_a_killed_scheduler_ends_the_sweep(book, cluster):
    """It is said in two lines how to go on, and the manifest is whole."""
    address, _, scheduler = cluster
    process = with_two_runs_begun(book, address)
    kill_all(scheduler)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert err.splitlines() == [
        f"the Dask scheduler at {address} went away",
        "  do:   start it again; the same command with --resume does the rest",
    ]
    assert statuses(book) == dict.fromkeys(range(1, 5), "missing")


def test_an_unreachable_scheduler(book):
    """A clear error and nothing else: no runs are announced, no folder is made."""
    said = book.thesis("sweep", "s.yml", "--scheduler", "tcp://127.0.0.1:9", code=2)
    assert said.startswith("no Dask scheduler answers at tcp://127.0.0.1:9\n")
    assert not (book.root / "_runs").exists()
