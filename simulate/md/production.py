"""All runs of a data set: which there are, several at a time, with progress and time left."""

import multiprocessing
import threading
from collections.abc import Container, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from simulate.md import forcefield, isoconfigurational
from simulate.md.forcefield import ForceField
from simulate.md.run import Protocol, Run, execute
from simulate.md.topology import topology

SYSTEMS = tuple(f"B{n}T{m}" for n in (2, 4, 6, 8) for m in (1, 3, 5))
POLL = 1.0  # seconds between looks at what is done


# The slowest system decides whether windows are in equilibrium: its run goes on for more of them.
SLOWEST, FURTHER = "B2T1", 20
# Further boxes of `isoconfigurational.SYSTEMS`, by name: what is added to the seed, and how many
# times the molecules; windows of each.
BOXES = {"second box": (1, 1), "third box": (2, 1), "double size": (3, 2)}
BOX_WINDOWS = 10


def runs(systems: Iterable[str], work: Path, seed: int) -> list[Run]:
    """Return the production runs of systems, each in its folder below `work`."""
    return [
        Run.within(work, system, forcefield.load(), _protocol(system), seed) for system in systems
    ]


def _protocol(system: str) -> Protocol:
    return Protocol(further=FURTHER if system == SLOWEST else 0)


def boxes(work: Path, seed: int) -> dict[str, list[Run]]:
    """Return the runs of further boxes, by the name of the box."""
    field, protocol = forcefield.load(), Protocol(windows=BOX_WINDOWS)
    return {
        name: [
            Run.within(work, system, enlarged(field, times), protocol, seed + more)
            for system in isoconfigurational.SYSTEMS
        ]
        for name, (more, times) in BOXES.items()
    }


def enlarged(field: ForceField, times: int) -> ForceField:
    """Return the force field with several times the molecules."""
    return replace(field, chains=times * field.chains, lithium=times * field.lithium)


def carry_out(
    wanted: Sequence[Run], jobs: int, console: Console, rerun: Container[Run] = ()
) -> None:
    """Do what is not done of the runs, `jobs` at a time, and say how it goes.

    The iso-configurational reruns of the runs in `rerun` follow the runs. The longest come first,
    so that no processor waits for one long run at the end.
    """
    parts = [_Part(run, run in rerun) for run in wanted]
    parts.sort(key=_Part.beads, reverse=True)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool, _Progress(parts, console):
        _finish([pool.submit(execute, part.run) for part in parts])
        again = [(part.run, *which) for part in parts for which in part.missing_reruns()]
        _finish([pool.submit(isoconfigurational.execute, *arguments) for arguments in again])


def _finish(futures: list[Future]) -> None:
    """Wait for all; the first that fails stops those that have not begun, and is raised."""
    try:
        for future in futures:
            future.result()
    except BaseException:
        for future in futures:
            future.cancel()
        raise


@dataclass(frozen=True)
class _Part:
    """One run with or without its reruns; work is counted in bead-segments."""

    run: Run
    rerun: bool

    def missing_reruns(self) -> list[tuple[int, int]]:
        return isoconfigurational.missing(self.run) if self.rerun else []

    def beads(self) -> int:
        return len(topology(self.run.system, self.run.field))

    def total(self) -> int:
        reruns = len(isoconfigurational.WINDOWS) * isoconfigurational.RERUNS if self.rerun else 0
        return self.beads() * (len(self.run.protocol.stages()) + reruns)

    def done(self) -> int:
        reruns = isoconfigurational.done(self.run) if self.rerun else 0
        return self.beads() * (self.run.done() + reruns)


class _Progress:
    """A bar that counts the files which finished segments leave."""

    def __init__(self, parts: Sequence[_Part], console: Console):
        self._parts = parts
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
        )
        self._finished = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        total = sum(part.total() for part in self._parts)
        names = [part.run.system for part in self._parts]
        name = names[0] if len(names) == 1 else f"{len(names)} systems"
        self._task = self._bar.add_task(name, total=total, completed=self._done())
        self._bar.start()
        self._watcher.start()
        return self

    def __exit__(self, *_):
        self._finished.set()
        self._watcher.join()
        self._bar.update(self._task, completed=self._done())
        self._bar.stop()

    def _done(self) -> int:
        return sum(part.done() for part in self._parts)

    def _watch(self) -> None:
        while not self._finished.wait(POLL):
            self._bar.update(self._task, completed=self._done())
