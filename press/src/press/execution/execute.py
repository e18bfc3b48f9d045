"""Executing the chapters of a book: one kernel each, several at a time, only where needed.

A chapter that reads what another one writes comes after it, as the records of what they have read
and written say. What no record tells yet is seen when it happens: a chapter that fails because it
lacks a file which another one then writes is executed again, and so is one that has read what
another changed since.
"""

import asyncio
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from pathlib import Path

import press.book.settings
from press.book import parameters
from press.book.project import Project
from press.book.qmd import Chapter
from press.execution import executions, order
from press.execution.executions import Execution
from press.execution.running import Job, run
from press.ground.errors import InputError
from press.ground.progress import Progress, Step
from press.provenance import origin, tracing
from press.provenance.origin import GONE


def execute(
    project: Project,
    chapters: list[Chapter],
    changes: dict[str, object],
    *,
    run_folder: Path | None = None,
    workers: int | None = None,
    anew: bool = False,
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
    anew : bool
        Whether to execute also what has been executed and is up to date.
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
    jobs = []
    for chapter in chapters:
        if executions.code_of(chapter, press.book.settings.of_chapter(project, chapter)):
            own = parameters.declared(chapter, project.environment)
            mine = {name: value for name, value in changes.items() if name in own}
            description = executions.described(project, chapter, mine)
            if tracing.RUN_FOLDER in str(description["steps"]):  # it reads what others write there
                description["run_folder"] = str(run_folder)
            jobs.append(Job(project, chapter, mine, description, run_folder))
    last = [job for job in jobs if executions.asks_for_records(job.description)]
    first = [job for job in jobs if job not in last]
    at_once = _Jobs(workers or os.cpu_count() or 1, anew, cache(before), progress)
    done = at_once.execute(first)
    records = [execution.record for execution in done.values()]
    done |= at_once.execute([_with_records(job, records) for job in last])
    return dict.fromkeys((chapter.source for chapter in chapters), executions.NOTHING) | done


def _with_records(job: Job, records: list[dict]) -> Job:
    described = job.description | {"others": executions.digest_of(records)}
    return replace(job, others=records, description=described)


@dataclass(frozen=True)
class _Jobs:
    """Executes jobs; the fields are those of `execute`."""

    workers: int
    anew: bool
    before: Callable[[], None]
    progress: Progress

    def execute(self, jobs: list[Job]) -> dict[str, Execution]:
        """Execute chapters, or find them, until none has read what another has changed since."""
        done = {} if self.anew else _found(jobs)
        chapters = {job.chapter.source: job.chapter for job in jobs}
        while left := [job for job in jobs if job.chapter.source not in done]:
            self.before()
            names = ", ".join(job.chapter.source for job in left)
            self.progress(Step(f"executing {names}", 0, len(left)))
            known = _known(left) | _records(done)
            ended = asyncio.run(self.execute_at_once(left, order.guessed(known)))
            done |= {name: each for name, each in ended.items() if isinstance(each, Execution)}
            order.refuse_disorder(_records(done), chapters)
            for job in left:
                failure = ended[job.chapter.source]
                if isinstance(failure, InputError) and not _read_changes(job, failure):
                    raise failure
            for source in order.overtaken(_records(done)):
                del done[source]
        return {source: done[source] for source in chapters}

    async def execute_at_once(
        self, jobs: list[Job], after: Mapping[str, Collection[str]]
    ) -> dict[str, Execution | InputError]:
        """Execute several chapters at a time, each after those that it comes after.

        An error stops them all, but for that of a chapter which lacks a file: another may write it.
        """
        at_a_time = asyncio.Semaphore(self.workers)
        ended = count(1)
        tasks: dict[str, asyncio.Task] = {}

        async def one(job: Job) -> Execution | InputError:
            source = job.chapter.source
            await asyncio.gather(
                *(tasks[other] for other in after.get(source, ()) if other in tasks)
            )
            try:
                async with at_a_time:
                    notebook, record = await run(job)
            except InputError as error:
                lacking = _named_as_absent(error)
                if len(jobs) == 1 or not lacking:
                    raise
                self.progress(f"{source} lacks {lacking}, which another chapter may write yet")
                return error
            line = f"executed {source} in {record['seconds']:.1f} s"
            self.progress(Step(line, next(ended), len(jobs)))
            for table in _reproduced(record):
                self.progress(f"{table}: reproduced within one unit of its last digits, and left")
            return executions.keep(*_kept_as(job), notebook, record)

        tasks |= {job.chapter.source: asyncio.create_task(one(job)) for job in jobs}
        try:
            return dict(zip(tasks, await asyncio.gather(*tasks.values()), strict=True))
        except BaseException:
            for task in tasks.values():
                task.cancel()
            await asyncio.gather(*tasks.values(), return_exceptions=True)
            raise


def _found(jobs: list[Job]) -> dict[str, Execution]:
    kept = {job.chapter.source: executions.find(*_kept_as(job)) for job in jobs}
    return {source: execution for source, execution in kept.items() if execution}


def _known(jobs: list[Job]) -> dict[str, dict]:
    """Give the last record of each chapter that has one."""
    kept = {job.chapter.source: executions.records_of(job.project, job.chapter) for job in jobs}
    return {source: list(records.values())[-1] for source, records in kept.items() if records}


def _records(done: Mapping[str, Execution]) -> dict[str, dict]:
    return {source: execution.record for source, execution in done.items()}


def _named_as_absent(error: InputError) -> str | None:
    """Name the file that a chapter looked for in vain, if its error speaks of that file."""
    gone = [os.path.basename(name) for name, digest in error.read.items() if digest == GONE]
    return next((name for name in gone if name in str(error)), None)


def _read_changes(job: Job, failure: InputError) -> bool:
    """Whether something that a chapter read before it failed has come or changed since."""
    return any(executions.present(job.project).input_changes(failure.read))


def _reproduced(record: dict) -> list[str]:
    """Name the tables that differ from those that were there only as another machine's would."""
    paths = [Path(output["path"]) for output in record["outputs"] if output.get("reproduced")]
    return [origin.shown(str(path)) for path in paths if path.suffix == ".csv"]


def _kept_as(job: Job) -> tuple[Project, Chapter, str]:
    return job.project, job.chapter, executions.key_of(job.description)
