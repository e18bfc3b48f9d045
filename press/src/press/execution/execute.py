"""Executing the chapters of a book: one kernel each, several at a time, only where needed."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from pathlib import Path

import press.book.settings
from press.book import parameters
from press.book.project import Project
from press.book.qmd import Chapter
from press.execution import executions
from press.execution.executions import Execution
from press.execution.running import Job, run
from press.ground.progress import Progress, Step


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
        """Execute chapters, or find them, in the order of the book."""
        found = {
            job.chapter.source: None if self.anew else executions.find(*_kept_as(job))
            for job in jobs
        }
        done = {source: execution for source, execution in found.items() if execution}
        left = [job for job in jobs if job.chapter.source not in done]
        if left:
            self.before()
            names = ", ".join(job.chapter.source for job in left)
            self.progress(Step(f"executing {names}", 0, len(left)))
            done |= asyncio.run(self.execute_at_once(left))
        return {source: done[source] for source in found}

    async def execute_at_once(self, jobs: list[Job]) -> dict[str, Execution]:
        """Execute several chapters at a time; an error stops them all."""
        at_a_time = asyncio.Semaphore(self.workers)
        ended = count(1)

        async def one(job: Job) -> tuple[str, Execution]:
            async with at_a_time:
                notebook, record = await run(job)
            source = job.chapter.source
            line = f"executed {source} in {record['seconds']:.1f} s"
            self.progress(Step(line, next(ended), len(jobs)))
            return source, executions.keep(*_kept_as(job), notebook, record)

        tasks = [asyncio.create_task(one(job)) for job in jobs]
        try:
            return dict(await asyncio.gather(*tasks))
        except BaseException:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise


def _kept_as(job: Job) -> tuple[Project, Chapter, str]:
    return job.project, job.chapter, executions.key_of(job.description)
