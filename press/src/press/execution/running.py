"""One chapter's run: its notebook executed in a kernel of its own, and the record of it."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from press.book.project import Project
from press.book.qmd import Chapter
from press.execution import executions
from press.ground.errors import InputError
from press.ground.files import file_sha256
from press.ground.folders import is_running
from press.provenance import render_records
from press.provenance.origin import shown

if TYPE_CHECKING:
    from nbformat import NotebookNode

LONGEST_FOLDER = 60
"""Bytes; the path of a socket, 40 more, must stay below 104 on macOS and 108 on Linux."""
SECONDS_TO_KEEP = 3600
"""Of a scratch folder whose process cannot be found: it may be that of another container."""
KEPT = "the book that was there is unchanged"


@dataclass(frozen=True)
class Job:
    """A chapter that is to be executed.

    Attributes
    ----------
    project, chapter : Project, Chapter
        What of.
    values : dict
        Parameters of the chapter that differ from their defaults.
    description : dict
        What the execution depends on, see `press.execution.executions.described`.
    run_folder : Path or None
        Where figures and tables go, if not to the book's own folders.
    others : list of dict or None
        Records of the other chapters, for a chapter that prints them.
    """

    project: Project
    chapter: Chapter
    values: dict[str, object]
    description: dict = field(repr=False)
    run_folder: Path | None = None
    others: list[dict] | None = None


async def run(
    job: Job,
    consequence: str = KEPT,
    after_cell: Callable[["NotebookNode"], None] = lambda notebook: None,
) -> tuple["NotebookNode", dict]:
    """Execute a chapter; give its notebook and the record of what it read and wrote.

    Parameters
    ----------
    job : Job
        What to do.
    consequence : str
        What a failure means for who reads of it.
    after_cell : callable
        Is called with the notebook after each cell, also one that failed.

    Raises
    ------
    InputError
        A cell or an inline expression says that its input is bad; with the line of the source.
    RenderError
        One failed, or the kernel ended; with line and traceback.
    """
    from press.execution.kernel import session
    from press.execution.notebooks import notebook_of

    begin = time.perf_counter()
    events: list[dict] = []
    own = {"PRESS_RUN_DIR": str(job.project.root / job.run_folder)} if job.run_folder else {}
    notebook = notebook_of(job.project, job.chapter, own, job.values)
    with scratch_folder() as scratch:
        environment = _environment(job, scratch) | own
        folder = executions.working_folder(job.project, job.chapter)
        try:
            async with session(notebook, folder, environment, scratch) as kernel:
                for position, cell in enumerate(notebook.cells):
                    if cell.cell_type == "code":
                        try:
                            await _run_cell(kernel, job.chapter, position, cell, consequence)
                        finally:
                            after_cell(notebook)
                        events += _placed(_events(scratch)[len(events) :], job, cell)
        except InputError as error:
            error.read = _digests(_events(scratch), "input")
            raise
        events += _events(scratch)[len(events) :]
    _warn_of_programs(events)
    return notebook, _record(job, events, time.perf_counter() - begin)


def _events(scratch: Path) -> list[dict]:
    return [json.loads(line) for line in (scratch / "events").read_text().splitlines()]


def _digests(events: list[dict], kind: str) -> dict[str, str]:
    return {event["path"]: event["sha256"] for event in events if event["kind"] == kind}


def _written(events: list[dict]) -> dict[str, str]:
    """Digest what was written and is still there."""
    paths = {event["path"]: None for event in events if event["kind"] == "written"}
    return {path: file_sha256(path) for path in paths if os.path.isfile(path)}


def _placed(events: list[dict], job: Job, cell: "NotebookNode") -> list[dict]:
    """Say of the programs that a cell has started where that stands."""
    from press.execution.notebooks import place_of

    for event in events:
        if event["kind"] == "program":
            event["place"] = shown(event["file"])
            if not Path(event["file"]).is_relative_to(job.project.root):
                place = place_of(job.chapter, cell, event["line"])
                event["place"], event["line"] = place.file, place.line
    return events


def _warn_of_programs(events: list[dict]) -> None:
    """Name, once, the programs of which nobody has told what they read."""
    announced = {event["by"] for event in events if event["kind"] == "announcement"}
    for event in events:
        if event["kind"] == "program" and event["by"] not in announced:
            place = f"{event.get('place', event['file'])}:{event['line']}"
            executions.warn(
                f"{place} starts `{event['command']}`: what that reads cannot be seen; there, "
                "announce each file with press.record_input(path, sha256)"
            )


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a folder for sockets and logs, and remove it; remove what killed runs have left, too."""
    folder = _room_for_sockets()
    for left in Path(folder).glob("press-[0-9]*-*"):
        if _is_abandoned(left):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        prefix=f"press-{os.getpid()}-", dir=folder, ignore_cleanup_errors=True
    ) as name:
        yield Path(name)


def _room_for_sockets() -> str:
    """Give the folder of temporary files, or /tmp where a socket's path in it would be too long."""
    folder = tempfile.gettempdir()
    return folder if len(os.fsencode(folder)) <= LONGEST_FOLDER else "/tmp"


def _is_abandoned(folder: Path) -> bool:
    process = folder.name.split("-")[1]
    try:
        is_old = time.time() - folder.stat().st_mtime > SECONDS_TO_KEEP
    except OSError:
        return False
    return is_old and process != str(os.getpid()) and not is_running(int(process))


async def _run_cell(
    kernel, chapter: Chapter, position: int, cell: "NotebookNode", consequence: str
) -> None:
    from press.execution.failures import Failure
    from press.execution.notebooks import code_in, place_of

    started = datetime.now(UTC)
    done = "completed"
    try:
        counted = "press" in cell.metadata and not cell.metadata["press"]["prose"]
        await kernel.run(position, code_in(cell), counted)
    except Failure as failure:
        done = "failed"
        place = place_of(chapter, cell, failure.line)
        rule = f"{place.what} of {chapter.source} failed; {consequence}"
        raise failure.at(place.file, place.line, rule) from None
    finally:
        ended = datetime.now(UTC)
        cell.metadata["papermill"] = {
            "start_time": started.isoformat(),
            "end_time": ended.isoformat(),
            "duration": (ended - started).total_seconds(),
            "status": done,
            "exception": done == "failed",
        }


def _environment(job: Job, scratch: Path) -> dict[str, str]:
    """Give the variables of the kernel; its scratch folder gets the files that they name."""
    project = job.project
    path = [str(project.root), *filter(None, [os.environ.get("PYTHONPATH")])]
    (scratch / "events").touch()
    environment = os.environ | project.environment | {
        "PYTHONPATH": os.pathsep.join(path),
        "QUARTO_PROFILE": ",".join(project.profiles),
        "QUARTO_PROJECT_ROOT": str(project.root),
        "QUARTO_PROJECT_DIR": str(project.root),
        "PRESS_RECORD": str(scratch / "events"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }  # fmt: skip
    if job.others is None:
        return environment
    (scratch / "records").write_text(json.dumps(job.others))
    return environment | {render_records.VARIABLE: str(scratch / "records")}


def _record(job: Job, events: list[dict], seconds: float) -> dict:
    return {
        "chapter": job.chapter.source,
        "executed": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
        "profiles": list(job.project.profiles),
        "parameters": {name: repr(value) for name, value in job.values.items()},
        "key": executions.key_of(job.description),
        "depends_on": job.description,
        "inputs": _digests(events, "input"),
        "loaded": _digests(events, "module"),
        "programs": [e["command"] for e in events if e["kind"] == "program"],
        "written": _written(events),
        "results": [e for e in events if e["kind"] == "result"],
        "outputs": [e for e in events if e["kind"] == "output"],
    }
