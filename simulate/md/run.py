"""One system from nothing to its windows, in segments that survive being killed.

A run is a list of segments. Segment k reads the state that segment k - 1 left, seeds its thermostat
from (seed, k), and leaves first its results (`NNN.npz`), then its state (`NNN.restart`), each whole
or not at all: a segment with a state is done. A run that is started again goes on with the first
segment that is not, always from a file, so that a killed run and an undisturbed one give the same
windows.

The stages: *start* (place, relax, compress and anneal hot), *pressure* (the density finds its
value at 1 atm), *settle* (constant volume, the mean of the second half of *pressure*; watched but
not used), *window* (constant volume; one segment makes one window of every Li+) and *further* (more
of the same, kept apart: they show whether the windows were in equilibrium).
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from simulate.featurize.counting import Frame, Window
from simulate.md.engine import Engine, thermostat_seed
from simulate.md.forcefield import ForceField
from simulate.md.topology import AVOGADRO, build
from simulate.md.watch import Watch, unpack


@dataclass(frozen=True)
class Protocol:
    """How long a run is and what it records; times in ps of the coarse-grained model.

    Attributes
    ----------
    compress, anneal : float
        Shrinking the box to `density`, then staying, both at temperature `hot`.
    segment : float
        Length of a window, and of each segment of the stages *pressure* and *settle*.
    pressure, settle, windows, further : int
        Segments of each stage.
    frame, coarse, sparse : float
        Time between the frames that windows are made of, between those in which flips are counted
        a second time, and between those kept and counted into voxels and radial distributions.
    hot, density : float
        Kelvin; g/cm3.
    """

    compress: float = 30.0
    anneal: float = 70.0
    segment: float = 50.0
    pressure: int = 4
    settle: int = 3
    windows: int = 20
    further: int = 0
    frame: float = 0.5
    coarse: float = 2.0
    sparse: float = 5.0
    hot: float = 600.0
    density: float = 1.1

    def stages(self) -> list[str]:
        """Stage of each segment, from segment 0."""
        return (
            ["start"]
            + ["pressure"] * self.pressure
            + ["settle"] * self.settle
            + ["window"] * self.windows
            + ["further"] * self.further
        )


@dataclass(frozen=True)
class Run:
    """A system, its force field, protocol and seed, and the folder where its segments lie."""

    system: str
    field: ForceField
    protocol: Protocol
    seed: int
    folder: Path

    @classmethod
    def within(
        cls, work: Path, system: str, field: ForceField, protocol: Protocol, seed: int
    ) -> "Run":
        """Run in a folder of its own below `work`; any other setting has another folder."""
        key = hashlib.sha256(repr((field, protocol, seed)).encode()).hexdigest()[:8]
        return cls(system, field, protocol, seed, work / f"{system}-{key}")

    def restart(self, number: int) -> Path:
        """Name the file of the state that a segment leaves."""
        return self.folder / f"{number:03d}.restart"

    def results(self, number: int) -> Path:
        """Name the file of what a segment found."""
        return self.folder / f"{number:03d}.npz"

    def done(self) -> int:
        """How many segments are finished."""
        stages = self.protocol.stages()
        missing = (k for k in range(len(stages)) if not self.restart(k).exists())
        return next(missing, len(stages))

    def numbers(self, stage: str) -> list[int]:
        """Numbers of the segments of a stage."""
        return [k for k, name in enumerate(self.protocol.stages()) if name == stage]

    def load(self, number: int) -> dict[str, np.ndarray]:
        """Results of a finished segment."""
        with np.load(self.results(number)) as arrays:
            return dict(arrays)

    def windows(self, stage: str = "window") -> list[Window]:
        """Return the windows of a stage, in order."""
        return [unpack(self.load(number)) for number in self.numbers(stage)]


def execute(run: Run, told: Callable[[int], None] = lambda number: None) -> None:
    """Do every segment that is not done; `told` hears the number of each when it is."""
    run.folder.mkdir(parents=True, exist_ok=True)
    topology, positions, box = build(run.system, run.field, run.seed)
    stages = {"start": _start, "pressure": _pressure}
    for number, stage in enumerate(run.protocol.stages()):
        if number < run.done():
            continue
        with Engine(topology, run.field) as engine:
            if stage == "start":
                engine.start(positions, box, run.folder)
            else:
                engine.read(run.restart(number - 1))
            began, woke = time.process_time(), time.monotonic()
            found = stages.get(stage, _watch)(engine, run, number)
            spent = np.array([time.process_time() - began, time.monotonic() - woke])
            _save(run.results(number), found | dict(zip(("seconds", "wall"), spent, strict=True)))
            engine.write(run.restart(number))
        told(number)


def _start(engine: Engine, run: Run, number: int) -> dict[str, np.ndarray]:
    protocol, seed = run.protocol, thermostat_seed(run.seed, number)
    engine.relax()
    engine.velocities(seed, protocol.hot)
    engine.thermostat(seed, protocol.hot)
    volume = engine.topology.mass(run.field) / (protocol.density * AVOGADRO)
    engine.compress(volume ** (1 / 3), steps(protocol.compress, run.field))
    engine.steps(steps(protocol.anneal, run.field), first=True)
    return _averages([_thermo(engine)])


def _pressure(engine: Engine, run: Run, number: int) -> dict[str, np.ndarray]:
    engine.thermostat(thermostat_seed(run.seed, number), pressure=True)
    return _averages([_thermo(engine) for _ in _frames(engine, run)])


def _watch(engine: Engine, run: Run, number: int) -> dict[str, np.ndarray]:
    if number == run.numbers("settle")[0]:
        engine.resize(_settled_volume(run) ** (1 / 3))
    engine.thermostat(thermostat_seed(run.seed, number))
    protocol, records = run.protocol, []
    every = (round(time / protocol.frame) for time in (protocol.coarse, protocol.sparse))
    watch = Watch(engine.topology, *every)
    for frame in _frames(engine, run):
        records.append(_thermo(engine))
        watch.add(frame)
    return _averages(records) | watch.arrays()


def steps(time: float, field: ForceField) -> int:
    """Time steps in a time in ps."""
    return round(time / field.time_step)


def _frames(engine: Engine, run: Run) -> Iterator[Frame]:
    """Frames of one segment while it runs, both ends included."""
    between = steps(run.protocol.frame, run.field)
    engine.steps(0, first=True)
    yield engine.frame()
    for _ in range(round(run.protocol.segment / run.protocol.frame)):
        engine.steps(between)
        yield engine.frame()


def _thermo(engine: Engine) -> dict[str, float]:
    quantities = {"temperature": "temp", "energy": "etotal", "volume": "vol"}
    return {name: engine.thermo(quantity) for name, quantity in quantities.items()}


def _averages(records: list[dict[str, float]]) -> dict[str, Any]:
    """Mean of each recorded quantity over the segment: kelvin, kcal/mol, cubic angstrom."""
    return {name: np.mean([record[name] for record in records]) for name in records[0]}


def _settled_volume(run: Run) -> float:
    numbers = run.numbers("pressure")
    return float(np.mean([run.load(k)["volume"] for k in numbers[len(numbers) // 2 :]]))


def _save(path: Path, arrays: dict[str, np.ndarray]) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    os.replace(part, path)


SMOKE_PROTOCOL = Protocol(
    compress=3.0,
    anneal=2.0,
    segment=2.0,
    pressure=2,
    settle=1,
    windows=3,
    frame=0.5,
    coarse=1.0,
    sparse=1.0,
)


def smoke_field(field: ForceField) -> ForceField:
    """Return the force field with a composition of 8 Li+, 104 beads for B2T1: runs in seconds."""
    return replace(field, chains=4, lithium=8)
