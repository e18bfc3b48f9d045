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
    """Return a copy of the smoke run whose windows 1 and 3 are to be run twice, 3 for longer."""
    monkeypatch.setattr(iso, "WINDOWS", (1, 3))
    monkeypatch.setattr(iso, "RERUNS", 2)
    monkeypatch.setattr(iso, "LONG_WINDOWS", (3,))
    monkeypatch.setattr(iso, "LONG_RERUNS", 2)
    monkeypatch.setattr(iso, "LENGTHS", (1.0, 2.0, 3.0))
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
    kept.write_bytes(b"kept")
    execute_missing(run)
    assert lost.read_bytes() == before
    assert kept.read_bytes() == b"kept"


def test_configurations_are_those_of_the_windows(run):
    """The rerun of window 1 starts where the stage *settle* ended."""
    number = run.numbers("settle")[-1]
    assert iso.state_before(run, 1) == run.restart(number)
    assert iso.state_before(run, 3) == run.restart(number + 2)


def test_several_lengths_and_the_partners(run):
    """Window 3 is looked at three times; at the length of a window it gives the same as `table`."""
    execute_missing(run)
    several = iso.lengths([run])
    assert sorted(several["length"].unique()) == [1.0, 2.0, 3.0]
    whole = iso.table([run])
    ours = several[several["length"] == run.protocol.segment].drop(columns="length")
    theirs = whole[whole["Event"] == 3]
    np.testing.assert_array_equal(ours[["dx", "dy", "dz"]], theirs[["dx", "dy", "dz"]])
    partners = iso.propensities([run])
    assert partners.groupby(["partner", "length"]).size().to_dict() == {
        (name, length): beads for name, beads in (("EC", 40), ("TFSI", 16)) for length in (1, 2, 3)
    }
    assert (partners["mean"] > 0).all()


def test_neighbours_are_those_of_the_window(run):
    """As many partners per ion as the window counts at its start."""
    pairs = iso.neighbours([run])
    for name in iso.PARTNERS:
        held = pairs[pairs["partner"] == name].groupby("idx").size()
        counts = run.windows()[2].counts[name][:, 0]
        np.testing.assert_array_equal(held.reindex(range(1, 9), fill_value=0), counts)
