"""Reruns of one configuration: same start, other velocities, repeatable, resumable."""

import shutil

import numpy as np
import pytest

from simulate.md import isoconfigurational as iso
from simulate.md.run import Run


def execute_missing(run: Run) -> None:
    """Do every rerun that is not done."""
    for part in iso.missing(run):
        iso.execute(run, *part)


@pytest.fixture
def run(smoke_run, tmp_path, monkeypatch) -> Run:
    """Return a copy of the smoke run whose windows 1 and 3 are to be run twice."""
    monkeypatch.setattr(iso, "WINDOWS", (1, 3))
    monkeypatch.setattr(iso, "RERUNS", 2)
    folder = tmp_path / smoke_run.folder.name
    shutil.copytree(smoke_run.folder, folder)
    return Run(smoke_run.system, smoke_run.field, smoke_run.protocol, smoke_run.seed, folder)


def test_reruns_differ_and_repeat(run):
    """Fresh velocities give other displacements; the same seeds give the same again."""
    execute_missing(run)
    first = iso.table([run])
    assert len(first) == 2 * 2 * 8
    by_rerun = first.pivot(index=["Event", "idx"], columns="rerun", values="dx")
    assert (by_rerun[1] != by_rerun[2]).all()
    for path in run.folder.glob("isoconfigurational-*"):
        path.unlink()
    assert iso.done(run) == 0
    execute_missing(run)
    assert iso.table([run]).equals(first)


def test_only_missing_reruns_are_done(run):
    """What is there is kept, what is missing is made."""
    execute_missing(run)
    kept, lost = sorted(run.folder.glob("isoconfigurational-*"))[:2]
    before = lost.read_bytes()
    lost.unlink()
    np.save(kept, np.zeros((8, 3)))
    execute_missing(run)
    assert lost.read_bytes() == before
    assert not np.load(kept).any()


def test_configurations_are_those_of_the_windows(run):
    """The rerun of window 1 starts where the stage *settle* ended."""
    number = run.numbers("settle")[-1]
    assert iso.state_before(run, 1) == run.restart(number)
    assert iso.state_before(run, 3) == run.restart(number + 2)
