"""One running Python kernel that executes the cells of a notebook."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from press.execution import guardian
from press.execution.client import Client
from press.execution.failures import Failure

DIED = "the process of the cell ended: it was killed (out of memory?), crashed or left by itself"
LOST = "the cell ended, and its outputs did not arrive; the same again may do"
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
LAST = "__import__('press.execution.failures', fromlist=['Last']).Last()"
SECONDS_TO_ANSWER = 10
SECONDS_TO_LEAVE = 5
LAST_LINES = 20


class Manager(AsyncKernelManager):
    """Starts this very Python, whatever kernels are installed for other programs."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """Describe the kernel: this Python under its guardian, without a history file."""
        scratch = str(Path(self.connection_file).parent)
        argv = [sys.executable, "-I", "-S", guardian.__file__, scratch]
        argv += [sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher"]
        argv += ["--HistoryManager.enabled=False", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


class Session:
    """A kernel that executes one notebook; made by `session`."""

    def __init__(self, client: Client, log: Path):
        self._client, self._log = client, log

    async def run(self, position: int, code: str, counted: bool) -> None:
        """Execute the notebook's cell at a position; its outputs are put into the notebook.

        Parameters
        ----------
        position : int
            Of the cell.
        code : str
            What is executed: the cell's source without what is no code.
        counted : bool
            Whether the kernel counts the cell.

        Raises
        ------
        Failure
            The code raised an error, or the kernel ended.
        """
        cell = self._client.nb.cells[position]
        source, cell.source = cell.source, code
        try:
            await self._client.async_execute_cell(cell, position, store_history=counted)
        except CellExecutionError as error:
            raise await self._failure(error, cell) from None
        except CellTimeoutError:
            raise Failure("OutputLost", LOST) from None
        except DeadKernelError:
            if await self._client.km.is_alive():  # the wait was cancelled; nbclient says this too
                raise asyncio.CancelledError from None
            said = self._log.read_text(errors="replace").splitlines()[-LAST_LINES:]
            raise Failure("DeadKernelError", DIED, "\n".join(said)) from None
        finally:
            cell.source = source

    async def _failure(self, error: CellExecutionError, cell: NotebookNode) -> Failure:
        shown = [output for output in cell.outputs if output.output_type == "error"]
        traceback = ANSI.sub("", "\n".join(shown[-1].traceback if shown else [str(error)]))
        known = {"name": error.ename, "message": error.evalue}
        with suppress(TimeoutError, KeyError):
            reply = await self._client.kc.execute(
                "",
                silent=True,
                store_history=False,
                user_expressions={"last": LAST},
                reply=True,
                timeout=SECONDS_TO_ANSWER,
            )
            found = reply["content"]["user_expressions"]["last"]["data"]["application/json"]
            known = found if found["name"] == error.ename else known
        return Failure(**known, traceback=traceback)


@asynccontextmanager
async def session(
    notebook: NotebookNode, folder: Path, environment: Mapping[str, str], scratch: Path
) -> AsyncIterator[Session]:
    """Start a kernel in a folder, with an environment, and stop it afterwards.

    Parameters
    ----------
    notebook : NotebookNode
        Whose cells are executed.
    folder : Path
        Working directory.
    environment : mapping
        All variables of the process.
    scratch : Path
        Folder for the sockets (no port is opened) and for what the kernel logs.
    """
    manager = Manager(transport="ipc", connection_file=str(scratch / "kernel.json"))
    client = Client(notebook, manager)
    log = scratch / "kernel.log"
    guarded, lifeline = os.pipe()
    try:
        with log.open("wb") as stderr:
            await manager.start_kernel(
                cwd=str(folder), env=dict(environment), stderr=stderr, stdin=guarded
            )
        await client.async_start_new_kernel_client()
        yield Session(client, log)
        await _leave(manager)
    finally:
        os.close(guarded)
        os.close(lifeline)  # its guardian ends the kernel and what it has started
        if client.kc:
            client.kc.stop_channels()
        if manager.has_kernel:
            await _end_of(manager)
            await manager.shutdown_kernel(now=True)


async def _leave(manager: Manager) -> None:
    """Let a kernel end by itself, so that what it does at its exit is done."""
    await manager.request_shutdown()
    with suppress(TimeoutError):
        await asyncio.wait_for(_end_of(manager), SECONDS_TO_LEAVE)


async def _end_of(manager: Manager) -> None:
    while await manager.is_alive():
        await asyncio.sleep(0.01)
