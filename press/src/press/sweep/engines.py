"""Where the runs of a sweep are done: processes of this machine, or a Dask cluster.

An engine takes a function and jobs, does them, and yields each job as it ends, with the error
`WorkerLost` if it was given up, else None.
"""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import TypeVar

from press.ground.errors import InputError, RenderError

Job = TypeVar("Job")
Ended = Iterator[tuple[Job, Exception | None]]
Engine = Callable[[Callable[[Job], None], Sequence[Job]], Ended]
SECONDS_TO_ANSWER = 5
BREAKDOWNS = 3


class WorkerLost(Exception):
    """The process that did a run ended before the run did."""


def local(workers: int | None = None) -> Engine:
    """Do jobs in processes of this machine, as many at a time as told or as it has processors.

    When a worker is killed, joblib gives up all its processes: what had not ended is begun again
    in new ones, a few times.
    """
    return partial(_locally, workers or os.cpu_count() or 1)


def _locally(workers: int, work: Callable[[Job], None], jobs: Sequence[Job]) -> Ended:
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    left = dict(enumerate(jobs))
    for _ in range(BREAKDOWNS):
        pool = Parallel(n_jobs=workers, return_as="generator_unordered")
        try:
            tasks = (delayed(_done)(work, n, job, os.getpid()) for n, job in left.copy().items())
            for number in pool(tasks):
                yield left.pop(number), None
        except TerminatedWorkerError:
            continue
        return
    for job in left.values():
        yield job, WorkerLost(f"processes were killed {BREAKDOWNS} times while it ran")


def _done(work: Callable[[Job], None], number: int, job: Job, parent: int) -> int:
    _end_with(parent)
    work(job)
    return number


@cache
def _end_with(parent: int) -> None:
    """End this process when its parent does, however that ends; once per process."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    if parent != os.getpid():  # a single worker is the process itself
        threading.Thread(target=watch, daemon=True).start()


def dask(address: str) -> Engine:
    """Do jobs on the workers of a Dask scheduler, which gives those of a killed worker to others.

    Raises
    ------
    press.InputError
        Dask is not installed, or no scheduler answers at the address.
    """
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise InputError(
            "Dask is not installed", advice="pip install 'li-dynamics-thesis[cluster]'"
        ) from error
    _refuse_unreachable(address)
    return partial(_on_cluster, address)


def _on_cluster(address: str, work: Callable[[Job], None], jobs: Sequence[Job]) -> Ended:
    from distributed import Client, as_completed

    # it logs a traceback when the scheduler is gone, which is said below
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    with Client(address, set_as_default=False) as client:
        futures = {client.submit(work, job, pure=False): job for job in jobs}
        for future in as_completed(futures, loop=client.loop):
            if future.cancelled():  # nobody cancels a run: there is no one left to ask for it
                raise RenderError(
                    f"the Dask scheduler at {address} went away",
                    advice="start it again; the same command with --resume does the rest",
                )
            error = future.exception()
            lost = WorkerLost(f"{type(error).__name__}: {error}") if error else None
            yield futures[future], lost


def _refuse_unreachable(address: str) -> None:
    """Ask the scheduler who it is; a client that finds none would take long to give up."""
    try:
        asyncio.run(asyncio.wait_for(_identity(address), SECONDS_TO_ANSWER))
    except Exception as error:  # what is no scheduler may answer anything
        raise InputError(
            f"no Dask scheduler answers at {address}",
            rule="the address is that of a running scheduler, such as tcp://host:8786",
            advice="start one with `dask scheduler`, see docs/sweeps.md",
        ) from error


async def _identity(address: str) -> dict:
    from distributed import Security, rpc

    async with rpc(address, connection_args=Security().get_connection_args("client")) as scheduler:
        return await scheduler.identity()
