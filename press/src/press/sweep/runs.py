"""Doing a sweep: many runs at a time, each recorded as it ends.

A run is a rerun of one chapter in a folder of its own below the sweep's. When it ends, well or
not, it writes its record, ``run.json``, there; the records are what counts, so that a killed
sweep loses only the runs that were under way. ``manifest.json`` collects them.
"""

import json
import shutil
import time
import traceback
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from press.appendix.versions import commit_of
from press.book import lookup, parameters
from press.book import project as projects
from press.build.destinations import writable
from press.execution import executions
from press.ground.errors import InputError
from press.ground.files import write_atomically
from press.ground.locks import locked
from press.provenance.origin import Present
from press.sweep.engines import Engine
from press.sweep.plan import Run, Sweep

RECORD = "run.json"
MANIFEST = "manifest.json"
DONE, FAILED, UNDONE = "done", "failed", "missing"


@dataclass(frozen=True)
class Job:
    """A run and all that a worker, maybe on another machine, needs to do it."""

    root: str
    folder: str
    run: Run
    commit: str


def work(job: Job) -> None:
    """Do a run and write its record; a run that fails is recorded, not raised."""
    from press.build.rerun import rerun

    folder = Path(job.folder)
    begin = time.perf_counter()
    try:
        done = rerun(
            Path(job.root),
            job.run.chapter,
            folder=folder,
            profile=job.run.edition or None,
            parameters=job.run.parameters,
            page=False,
        )
        outcome = {"status": DONE, "record": done.record}
    except Exception as error:  # whatever stops one run must not stop the others
        trace = str(error) if isinstance(error, InputError) else traceback.format_exc()
        outcome = {"status": FAILED, "error": trace}
    write_record(job, outcome, time.perf_counter() - begin)


def write_record(job: Job, outcome: dict, seconds: float) -> None:
    """Write how a run ended."""
    entry = {
        **asdict(job.run),
        **outcome,
        "commit": job.commit,
        "ended": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "seconds": round(seconds, 2),
    }
    content = json.dumps(entry, indent=1).encode()
    write_atomically(Path(job.folder) / RECORD, content, durable=True)


class Sweeping:
    """A sweep and the folder that its runs are in.

    Parameters
    ----------
    sweep : Sweep
        What to do.
    root : Path
        Folder of the book.
    folder : Path
        Folder of the sweep.

    Raises
    ------
    press.InputError
        The folder cannot be written.
    """

    def __init__(self, sweep: Sweep, root: Path, folder: Path):
        self.sweep, self.root, self.folder = sweep, root, writable(folder)
        self._present = Present(root)

    def left(self, resume: bool) -> list[Run]:
        """List the runs that must be done: all, or those missing, failed or stale.

        Raises
        ------
        press.InputError
            There are records, and the sweep is not to be resumed.
        """
        if not resume:
            if any(self.folder.glob(f"*/{RECORD}")):
                raise InputError(
                    f"{self.folder} has runs already",
                    advice="--resume to do what is missing or failed, or another folder",
                )
            return list(self.sweep.runs)
        good = Good(self.root)
        return [run for run in self.sweep.runs if not good(run, self.record(run))]

    def record(self, run: Run) -> dict | None:
        """Read a run's record; None if it did not end."""
        return read_record(self.folder / run.name)

    def do(self, runs: list[Run], engine: Engine) -> Iterator[tuple[Run, dict]]:
        """Do runs; yield each with its record as it ends, and keep the manifest.

        Raises
        ------
        press.InputError
            Another sweep works in this folder.
        """
        commit = commit_of(self.root)
        jobs = [Job(str(self.root), str(self.folder / r.name), r, commit) for r in runs]
        with locked(self.folder / ".lock", self._refuse):
            self._begin(runs)
            for job, lost in engine(work, jobs):
                if lost is not None:
                    write_record(job, {"status": FAILED, "error": str(lost)}, 0.0)
                self.write_manifest()
                yield job.run, self.record(job.run) or {}

    def _refuse(self, holder: str) -> NoReturn:
        raise InputError(f"another sweep is at work in {self.folder}: {holder}")

    def _begin(self, runs: list[Run]) -> None:
        """Forget what earlier attempts left of the runs to be done."""
        for run in runs:
            shutil.rmtree(self.folder / run.name, ignore_errors=True)
        self.write_manifest()

    def write_manifest(self) -> None:
        """Collect the records of all runs in one file."""
        entries = [self._entry(run) for run in self.sweep.runs]
        manifest = {**asdict(self.sweep), "runs": entries}
        content = json.dumps(manifest, indent=1).encode()
        write_atomically(self.folder / MANIFEST, content)

    def _entry(self, run: Run) -> dict:
        record = self.record(run) or {"status": UNDONE}
        inputs = record.pop("record", {}).get("inputs", {})
        data = self._present.committed(inputs)
        return {"folder": run.name, **asdict(run), "data": data, **record}


def read_record(folder: Path) -> dict | None:
    """Read the record in a run's folder; None if there is none that can be read."""
    try:
        return json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


class Good:
    """Tells whether a run that was done still says what doing it now would say.

    Parameters
    ----------
    root : Path
        Folder of the book.
    """

    def __init__(self, root: Path):
        self.root = root
        self._editions: dict = {}

    def __call__(self, run: Run, record: dict | None) -> bool:
        """Tell it of a run and its record."""
        if record is None or record["status"] != DONE:
            return False
        project, chapters = self._edition(run.edition)
        if run.chapter not in chapters:
            return False
        chapter = chapters[run.chapter]
        changes = parameters.changes(run.parameters, [chapter], project.environment)
        now = executions.described(project, chapter, changes)
        done = record["record"]
        return done["depends_on"] == json.loads(json.dumps(now)) and executions.is_good(
            done, executions.present(project)
        )

    def _edition(self, edition: str):
        if edition not in self._editions:
            project = projects.load(self.root, edition or None)
            self._editions[edition] = project, lookup.chapters_of(project)
        return self._editions[edition]
