"""The iso-configurational ensemble: one configuration, run many times with fresh velocities.

Whatever differs between the reruns of a configuration no function of the configuration can predict;
what their mean keeps is all that any such function could.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd

from simulate.md.engine import Engine, thermostat_seed
from simulate.md.run import Run, steps
from simulate.md.topology import topology

SYSTEMS = ("B2T1", "B4T3", "B8T5")
WINDOWS = (2, 8, 14, 20)  # 300 ps apart: windows that the reruns repeat
RERUNS = 20


def state_before(run: Run, number: int) -> Path:
    """Name the state of the run from which its window `number` (from 1) starts."""
    return run.restart(run.numbers("window")[number - 1] - 1)


def missing(run: Run) -> list[tuple[int, int]]:
    """List the windows and reruns of a run that are not done."""
    wanted = ((number, rerun) for number in WINDOWS for rerun in range(1, RERUNS + 1))
    return [part for part in wanted if not _result(run, *part).exists()]


def execute(run: Run, number: int, rerun: int) -> None:
    """Do one rerun of a window of a finished run and keep the displacements of its ions."""
    made = topology(run.system, run.field)
    ions = made.of("Li")
    seed = thermostat_seed(run.seed, number, rerun)
    with Engine(made, run.field) as engine:
        engine.read(state_before(run, number))
        engine.velocities(seed)
        engine.thermostat(seed)
        start = engine.frame().positions[ions]
        engine.steps(steps(run.protocol.segment, run.field), first=True)
        _save(_result(run, number, rerun), engine.frame().positions[ions] - start)


def done(run: Run) -> int:
    """Count the reruns that are finished."""
    return sum(1 for _ in run.folder.glob("isoconfigurational-*.npy"))


def table(runs: list[Run]) -> pd.DataFrame:
    """One row per system, window, rerun and ion: the displacement, in angstrom.

    `Event` and `idx` are those of the windows table, whose counts describe the configuration.
    """
    return pd.concat([_rows(run) for run in runs], ignore_index=True)


def _rows(run: Run) -> pd.DataFrame:
    parts = []
    for number in WINDOWS:
        for rerun in range(1, RERUNS + 1):
            moved = np.load(_result(run, number, rerun)).astype(np.float32)
            names = dict(zip(("dx", "dy", "dz"), moved.T, strict=True))
            where = {"Event": np.int16(number), "rerun": np.int16(rerun)}
            ions = {"idx": np.arange(1, len(moved) + 1, dtype=np.int16)}
            parts.append(pd.DataFrame({"system": run.system, **ions, **where, **names}))
    return pd.concat(parts, ignore_index=True)


def _result(run: Run, number: int, rerun: int) -> Path:
    return run.folder / f"isoconfigurational-{number:03d}-{rerun:03d}.npy"


def _save(path: Path, values: np.ndarray) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.save(file, values)
    os.replace(part, path)
