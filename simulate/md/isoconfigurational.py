"""The iso-configurational ensemble: one configuration, run many times with fresh velocities.

Whatever differs between the reruns of a configuration no function of the configuration can predict;
what their mean keeps is all that any such function could. A rerun is looked at after several
lengths of time, and the beads that hold Li+ are followed beside the ions.
"""

import os
from collections.abc import Sequence
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
RERUNS = 20  # of each, as long as a window
LONG_WINDOWS, LONG_RERUNS = (8,), 8  # the first reruns of these windows go on and keep more
LENGTHS = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0)  # CG ps after the start at which they are looked at
PARTNERS = ("EC", "TFSI")
ROUNDING = 2  # decimals of an angstrom that are kept


def state_before(run: Run, number: int) -> Path:
    """Name the state of the run from which its window `number` (from 1) starts."""
    return run.restart(run.numbers("window")[number - 1] - 1)


def missing(run: Run, parts: list[tuple[int, int]] | None = None) -> list[tuple[int, int]]:
    """List the windows and reruns of a run that are not done, of all or of those named."""
    return [part for part in parts or every() if not _result(run, *part).exists()]


def every() -> list[tuple[int, int]]:
    """List all windows and reruns."""
    return [(number, rerun) for number in WINDOWS for rerun in range(1, RERUNS + 1)]


def long() -> list[tuple[int, int]]:
    """List the windows and reruns that go on beyond the length of a window."""
    return [(number, rerun) for number in LONG_WINDOWS for rerun in range(1, LONG_RERUNS + 1)]


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
        for length in np.diff(_lengths(run, number, rerun), prepend=0):
            engine.steps(steps(length, run.field))
            moved.append(engine.frame().positions - start.positions)
    vectors = np.array(moved, dtype=np.float32)
    found = {"ions": vectors[:, made.of("Li")]}
    found |= {name: vectors[:, group(made, name)] for name in PARTNERS}
    _save(_result(run, number, rerun), found)


def _lengths(run: Run, number: int, rerun: int) -> tuple[float, ...]:
    return LENGTHS if (number, rerun) in long() else (run.protocol.segment,)


def done(run: Run) -> int:
    """Count the reruns that are finished."""
    return sum(1 for _ in run.folder.glob("isoconfigurational-*.npz"))


def table(runs: Sequence[Run]) -> pd.DataFrame:
    """One row per system, window, rerun and ion: the displacement over a window, in angstrom.

    `Event` and `idx` are those of the windows, whose counts describe the configuration.
    """
    parts = []
    for run in runs:
        for part in every():
            rows = _ions(run, *part)
            parts.append(rows[rows["length"] == run.protocol.segment].drop(columns="length"))
    return pd.concat(parts, ignore_index=True)


def lengths(runs: Sequence[Run]) -> pd.DataFrame:
    """One row per system, window, length, rerun and ion: the displacement, in angstrom."""
    return pd.concat([_ions(run, *part) for run in runs for part in long()], ignore_index=True)


def propensities(runs: Sequence[Run]) -> pd.DataFrame:
    """One row per system, window, length and partner bead: how far it moves, over the reruns.

    `mean` and `deviation` of the distance, angstrom; `bead` numbers a partner's from 1.
    """
    parts = [_partner(run, n, name) for run in runs for n in LONG_WINDOWS for name in PARTNERS]
    return pd.concat(parts, ignore_index=True)


def neighbours(runs: Sequence[Run]) -> pd.DataFrame:
    """One row per ion and partner bead in its first shell at the start of a repeated window."""
    parts = [_first_shell(run, n, name) for run in runs for n in LONG_WINDOWS for name in PARTNERS]
    return pd.concat(parts, ignore_index=True)


def _ions(run: Run, number: int, rerun: int) -> pd.DataFrame:
    with np.load(_result(run, number, rerun)) as found:
        moved = found["ions"].round(ROUNDING)
    times, (_, ions, _) = _lengths(run, number, rerun), moved.shape
    names = {
        "system": run.system,
        "idx": np.tile(np.arange(1, ions + 1, dtype=np.int16), len(times)),
        "Event": np.int16(number),
        "length": np.repeat(np.asarray(times, dtype=np.float32), ions),
        "rerun": np.int16(rerun),
    }
    return pd.DataFrame(names | dict(zip(("dx", "dy", "dz"), moved.reshape(-1, 3).T, strict=True)))


def _partner(run: Run, number: int, name: str) -> pd.DataFrame:
    moved = []
    for rerun in range(1, LONG_RERUNS + 1):
        with np.load(_result(run, number, rerun)) as found:
            moved.append(np.linalg.norm(found[name], axis=-1))
    distance = np.array(moved)
    beads = distance.shape[-1]
    names = {
        "system": run.system,
        "Event": np.int16(number),
        "partner": name,
        "length": np.repeat(np.asarray(LENGTHS, dtype=np.float32), beads),
        "bead": np.tile(np.arange(1, beads + 1, dtype=np.int16), len(LENGTHS)),
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
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    os.replace(part, path)
