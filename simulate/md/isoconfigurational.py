"""The iso-configurational ensemble: one configuration, run many times with fresh velocities.

Whatever differs between the reruns of a configuration no function of the configuration can predict;
what their mean keeps is all that any such function could. A rerun is looked at after several
lengths of time, and the beads that hold Li+ are followed beside the ions.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd

from simulate.featurize.counting import Distances
from simulate.md.engine import Engine, thermostat_seed
from simulate.md.run import Run, steps
from simulate.md.topology import topology
from simulate.md.watch import group, shells

SYSTEMS = ("B2T1", "B4T3", "B8T5")
WINDOWS = (2, 8, 14, 20)  # 300 ps apart: windows that the reruns repeat
RERUNS = 20
LENGTHS = (10.0, 20.0, 50.0, 100.0, 200.0)  # CG ps after the start
PARTNERS = ("EC", "TFSI")
ROUNDING = 2  # decimals of an angstrom that are kept


def state_before(run: Run, number: int) -> Path:
    """Name the state of the run from which its window `number` (from 1) starts."""
    return run.restart(run.numbers("window")[number - 1] - 1)


def missing(run: Run) -> list[tuple[int, int]]:
    """List the windows and reruns of a run that are not done."""
    wanted = ((number, rerun) for number in WINDOWS for rerun in range(1, RERUNS + 1))
    return [part for part in wanted if not _result(run, *part).exists()]


def execute(run: Run, number: int, rerun: int) -> None:
    """Do one rerun of a window of a finished run and keep how far ions and partners move."""
    made = topology(run.system, run.field)
    seed = thermostat_seed(run.seed, number, rerun)
    with Engine(made, run.field) as engine:
        engine.read(state_before(run, number))
        engine.velocities(seed)
        engine.thermostat(seed)
        engine.steps(0, first=True)
        start, moved = engine.frame(), []
        for length in np.diff(LENGTHS, prepend=0):
            engine.steps(steps(length, run.field))
            moved.append(engine.frame().positions - start.positions)
    vectors = np.array(moved)
    found = {"ions": vectors[:, made.of("Li")]}
    found |= {name: vectors[:, group(made, name)] for name in PARTNERS}
    _save(_result(run, number, rerun), {k: v.astype(np.float32) for k, v in found.items()})


def done(run: Run) -> int:
    """Count the reruns that are finished."""
    return sum(1 for _ in run.folder.glob("isoconfigurational-*.npz"))


def table(runs: list[Run]) -> pd.DataFrame:
    """One row per system, window, length, rerun and ion: the displacement, in angstrom.

    `Event` and `idx` are those of the windows table, whose counts describe the configuration.
    """
    return pd.concat(
        [_ions(run, number, rerun) for run in runs for number, rerun in _all()], ignore_index=True
    )


def propensities(runs: list[Run]) -> pd.DataFrame:
    """One row per system, window, length and partner bead: how far it moves, over the reruns.

    `mean` and `deviation` of the distance, angstrom; `bead` numbers a partner's from 1.
    """
    parts = [_partner(run, n, name) for run in runs for n in WINDOWS for name in PARTNERS]
    return pd.concat(parts, ignore_index=True)


def neighbours(runs: list[Run]) -> pd.DataFrame:
    """One row per ion and partner bead in its first shell at the start of a repeated window."""
    parts = [_first_shell(run, n, name) for run in runs for n in WINDOWS for name in PARTNERS]
    return pd.concat(parts, ignore_index=True)


def _all() -> list[tuple[int, int]]:
    return [(number, rerun) for number in WINDOWS for rerun in range(1, RERUNS + 1)]


def _ions(run: Run, number: int, rerun: int) -> pd.DataFrame:
    with np.load(_result(run, number, rerun)) as found:
        moved = found["ions"].round(ROUNDING)
    lengths, ions, _ = moved.shape
    names = {
        "system": run.system,
        "idx": np.tile(np.arange(1, ions + 1, dtype=np.int16), lengths),
        "Event": np.int16(number),
        "length": np.repeat(np.float32(LENGTHS), ions),
        "rerun": np.int16(rerun),
    }
    return pd.DataFrame(names | dict(zip(("dx", "dy", "dz"), moved.reshape(-1, 3).T, strict=True)))


def _partner(run: Run, number: int, name: str) -> pd.DataFrame:
    moved = []
    for rerun in range(1, RERUNS + 1):
        with np.load(_result(run, number, rerun)) as found:
            moved.append(np.linalg.norm(found[name], axis=-1))
    distance = np.array(moved)
    lengths, beads = distance.shape[1:]
    names = {
        "system": run.system,
        "Event": np.int16(number),
        "partner": name,
        "length": np.repeat(np.float32(LENGTHS), beads),
        "bead": np.tile(np.arange(1, beads + 1, dtype=np.int16), lengths),
    }
    values = {"mean": distance.mean(axis=0), "deviation": distance.std(axis=0, ddof=1)}
    return pd.DataFrame(names | {k: v.ravel().round(ROUNDING) for k, v in values.items()})


def _first_shell(run: Run, number: int, name: str) -> pd.DataFrame:
    made = topology(run.system, run.field)
    shell = shells(made)[name]
    with Engine(made, run.field) as engine:
        engine.read(state_before(run, number))
        engine.steps(0, first=True)
        nearest = Distances(made.of("Li"), shell).of(engine.frame())
    bead, ion = np.nonzero(nearest < shell.radii[0])
    ends = {"idx": (ion + 1).astype(np.int16), "bead": (bead + 1).astype(np.int16)}
    return pd.DataFrame({"system": run.system, "Event": np.int16(number), "partner": name, **ends})


def _result(run: Run, number: int, rerun: int) -> Path:
    return run.folder / f"isoconfigurational-{number:03d}-{rerun:03d}.npz"


def _save(path: Path, arrays: dict[str, np.ndarray]) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez_compressed(file, **arrays)
    os.replace(part, path)
