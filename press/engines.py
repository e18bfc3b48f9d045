"""Where the runs of a sweep are done: processes of this machine, or a Dask cluster."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from press.errors import InputError

Job = TypeVar("Job")
SECONDS_TO_ANSWER = 5
BREAKDOWNS = 3


class WorkerLost(Exception):
    """The process that did a run ended before the run did."""


def local(
    work: Callable[[Job], None], jobs: Sequence[Job], workers: int | None = None
) -> Iterator[tuple[Job, Exception | None]]:
    """Do jobs in processes of this machine; yield each as it ends.

    When a worker is killed, joblib gives up all its processes: what had not ended is begun again
    in new ones, a few times.

    Yields
    ------
    job, error
        The error is `WorkerLost` for a job that was given up, else None.
    """
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    left = dict(enumerate(jobs))
    for _ in range(BREAKDOWNS):
        pool = Parallel(n_jobs=workers or os.cpu_count(), return_as="generator_unordered")
        try:
            for number in pool(delayed(_numbered)(work, n, job) for n, job in left.copy().items()):
                yield left.pop(number), None
        except TerminatedWorkerError:
            continue
        return
    for job in left.values():
        yield job, WorkerLost(f"processes were killed {BREAKDOWNS} times while it ran")


def _numbered(work: Callable[[Job], None], number: int, job: Job) -> int:
    work(job)
    return number


def dask(
    work: Callable[[Job], None], jobs: Sequence[Job], address: str
) -> Iterator[tuple[Job, Exception | None]]:
    """Do jobs on the workers of a Dask scheduler, each as `local` says.

    The scheduler is reached before anything else happens; it gives the jobs of a killed worker
    to others.

    Raises
    ------
    press.InputError
        Dask is not installed, or no scheduler answers at the address; nothing was begun.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise InputError(
            "Dask is not installed", advice="pip install 'li-dynamics-thesis[cluster]'"
        ) from error
    _refuse_unreachable(address)
    client = Client(address, set_as_default=False)

    def ended() -> Iterator[tuple[Job, Exception | None]]:
        with client:
            futures = {client.submit(work, job, pure=False): job for job in jobs}
            for future in as_completed(futures, loop=client.loop):
                error = future.exception()
                lost = WorkerLost(f"{type(error).__name__}: {error}") if error else None
                yield futures[future], lost

    return ended()


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
