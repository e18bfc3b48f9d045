"""Executing the chapters of a book: one kernel each, several at a time, only where needed."""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path

import press.book.settings
from press.book import parameters
from press.book.project import Project
from press.book.qmd import Chapter
from press.execution import executions
from press.execution.executions import Execution
from press.ground.errors import InputError, RenderError
from press.ground.progress import Progress, Step

FIGURES = """
_config = get_ipython().config.InlineBackend
_config.figure_formats = {{"svg", "retina"}}
_config.print_figure_kwargs = {{"bbox_inches": "tight", "metadata": {{"Date": None}}}}
_config.rc = {{"figure.figsize": {size}, "figure.dpi": 96, "svg.hashsalt": "press"}}
del _config
"""


def execute(
    project: Project,
    chapters: list[Chapter],
    changes: dict[str, object],
    *,
    run_folder: Path | None = None,
    workers: int | None = None,
    before: Callable[[], None] = lambda: None,
    progress: Progress = lambda line: None,
) -> dict[str, Execution]:
    """Execute the chapters of a book, or find what an earlier execution gave.

    Parameters
    ----------
    project : Project
        The book.
    chapters : list of Chapter
        Its chapters.
    changes : dict
        Parameters that differ from their defaults.
    run_folder : Path, optional
        Where a render with such parameters writes.
    workers : int, optional
        How many chapters at a time; as many as there are processors.
    before : callable
        Is called once before the first chapter is executed, if any is.
    progress : callable
        Is told about each executed chapter.

    Returns
    -------
    dict
        The chapter's source -> its execution.

    Raises
    ------
    RenderError
        A cell or an inline expression failed: with the line of the source and the traceback.
    """
    with_code = [c for c in chapters if executions.code_of(c, _inherited(project, c))]
    last = [chapter for chapter in with_code if executions.asks_for_records(chapter)]
    first = [chapter for chapter in with_code if chapter not in last]
    workers = workers or os.cpu_count() or 1
    run = _Run(project, changes, run_folder, workers, cache(before), progress)
    done = run.execute(first, None)
    done |= run.execute(last, [done[chapter.source].record for chapter in first])
    return dict.fromkeys((chapter.source for chapter in chapters), executions.NOTHING) | done


@dataclass(frozen=True)
class _Run:
    """What the executions of one render have in common; the fields are those of `execute`."""

    project: Project
    changes: dict[str, object]
    run_folder: Path | None
    workers: int
    before: Callable[[], None]
    progress: Progress

    def execute(self, chapters: list[Chapter], records: list[dict] | None) -> dict[str, Execution]:
        """Execute chapters, or find them; `records` are those of the others, for who asks."""
        done: dict[str, Execution] = {}
        jobs = []
        others = "" if records is None else executions.digest_of(records)
        for chapter in chapters:
            own = parameters.declared(chapter, self.project.environment)
            mine = {name: value for name, value in self.changes.items() if name in own}
            description = executions.described(self.project, chapter, mine, others)
            kept = executions.find(self.project, chapter, executions.key_of(description))
            if kept is None:
                jobs.append((chapter, mine, description))
            else:
                done[chapter.source] = kept
        if jobs:
            self.before()
            names = ", ".join(chapter.source for chapter, _, _ in jobs)
            self.progress(Step(f"executing {names}", 0, len(jobs)))
            done |= asyncio.run(self.execute_jobs(jobs, records))
        return done

    async def execute_jobs(self, jobs: list, records: list[dict] | None) -> dict[str, Execution]:
        """Execute several chapters at a time; an error stops them all."""
        at_a_time = asyncio.Semaphore(self.workers)
        ended = count(1)

        async def one(chapter: Chapter, mine: dict, description: dict) -> tuple[str, Execution]:
            async with at_a_time:
                started = time.perf_counter()
                notebook, record = await self.execute_chapter(chapter, mine, records)
                seconds = time.perf_counter() - started
            key = executions.key_of(description)
            record |= {"key": key, "seconds": round(seconds, 2), "depends_on": description}
            line = f"executed {chapter.source} in {seconds:.1f} s"
            self.progress(Step(line, next(ended), len(jobs)))
            return chapter.source, executions.keep(self.project, chapter, key, notebook, record)

        tasks = [asyncio.create_task(one(*job)) for job in jobs]
        try:
            return dict(await asyncio.gather(*tasks))
        except BaseException:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise

    async def execute_chapter(
        self, chapter: Chapter, mine: dict, records: list[dict] | None
    ) -> tuple[dict, dict]:
        """Execute one chapter; give its notebook and what it read and wrote."""
        from press.execution.kernel import session

        notebook = _notebook(chapter, _inherited(self.project, chapter), mine)
        figures = FIGURES.format(size=press.book.settings.figure_size(self.project, chapter))
        with tempfile.TemporaryDirectory(prefix="press-") as name:
            scratch = Path(name)
            events = scratch / "events"
            events.touch()
            environment = environment_of(self.project, events, self.run_folder)
            if records is not None:
                (scratch / "records").write_text(json.dumps(records))
                environment[executions.RECORDS] = str(scratch / "records")
            folder = executions.working_folder(self.project, chapter)
            async with session(notebook, folder, environment, figures, scratch) as running:
                for position, cell in enumerate(notebook.cells):
                    await _run_step(running, chapter, position, cell)
            heard = [json.loads(line) for line in events.read_text().splitlines()]
        record = {
            "chapter": chapter.source,
            "executed": datetime.now(UTC).isoformat(timespec="seconds"),
            "profiles": list(self.project.profiles),
            "parameters": {name: repr(value) for name, value in mine.items()},
            "inputs": {e["path"]: e["sha256"] for e in heard if e["kind"] == "input"},
            "results": [e for e in heard if e["kind"] == "result"],
            "outputs": [e for e in heard if e["kind"] == "output"],
        }
        return json.loads(json.dumps(notebook)), record


async def _run_step(running, chapter: Chapter, position: int, cell) -> None:
    from press.execution.kernel import Failure

    place = cell.metadata.get("press")
    block = chapter.blocks[place["block"]] if place else None
    try:
        if cell.cell_type == "code":
            await running.run(position)
        else:
            place["values"] = await running.evaluate(place["expressions"])
    except Failure as failure:
        if block is None:
            place_of = parameters.cell_of(chapter)
            file, line, what = place_of.file, place_of.line, "the values given to the parameters"
        elif cell.cell_type == "code":
            file, line = block.file, block.code_line + (failure.line or 1) - 1
            what = "a cell"
        else:
            inline = block.inlines[failure.args[1]]
            file, line, what = inline.file, inline.line, f"the inline expression '{inline.code}'"
        if failure.name == InputError.__name__:  # it says itself what to do; no traceback needed
            raise InputError(failure.value, file=file, line=line) from None
        raise RenderError(
            f"{failure.name}: {failure.value}\n\n{_indented(failure.traceback)}\n",
            file=file,
            line=line,
            rule=f"{what} of {chapter.source} failed; the book that was there is unchanged",
        ) from None


def _notebook(chapter: Chapter, inherited: dict, mine: dict):
    """Notebook of the code cells; inline expressions stand between them as raw cells."""
    import nbformat.v4 as v4

    notebook = v4.new_notebook(metadata={"kernelspec": {
        "name": "python3", "display_name": "Python 3", "language": "python",
    }})  # fmt: skip
    injected_after = parameters.cell_of(chapter) if mine else None
    for block, kind, code, *error in executions.code_of(chapter, inherited):
        place = {"block": block}
        if kind == "inline":
            place["expressions"] = code
            notebook.cells.append(v4.new_raw_cell("\n".join(code), metadata={"press": place}))
            continue
        tags = ["raises-exception"] if error[0] else []
        tags += ["parameters"] if chapter.blocks[block] is injected_after else []
        metadata = {"press": place, "tags": tags}
        notebook.cells.append(v4.new_code_cell(code, metadata=metadata))
    if not mine:
        return notebook
    from papermill.parameterize import parameterize_notebook

    for part in (notebook, *notebook.cells):  # papermill expects these to be there
        part.metadata.setdefault("tags", [])
        part.metadata["papermill"] = {}
    return parameterize_notebook(notebook, mine, kernel_name="python3", language="python")


def environment_of(project: Project, events: Path, run_folder: Path | None) -> dict[str, str]:
    """Give the variables of a kernel that executes a chapter."""
    path = [str(project.root), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | project.environment | {
        "PYTHONPATH": os.pathsep.join(path),
        "QUARTO_PROFILE": ",".join(project.profiles),
        "QUARTO_PROJECT_ROOT": str(project.root),
        "QUARTO_PROJECT_DIR": str(project.root),
        "PRESS_RECORD": str(events),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }  # fmt: skip
    return environment | ({"PRESS_RUN_DIR": str(run_folder)} if run_folder else {})


def _inherited(project: Project, chapter: Chapter) -> dict:
    return press.book.settings.of_chapter(project, chapter)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
