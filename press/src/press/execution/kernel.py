"""One running Python kernel: cells with their outputs, expressions with their Markdown."""

import asyncio
import re
import sys
from collections.abc import Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

SETUP = '''
class __press_inline__:
    """Shows the value of an inline expression: as Markdown if it can, else as its text."""

    def __init__(self, value):
        self.value = value

    def _repr_mimebundle_(self, include=None, exclude=None):
        for kind, name in (("markdown", "_repr_markdown_"), ("markdown", "_repr_latex_")):
            represent = getattr(self.value, name, None)
            found = represent() if represent and not isinstance(self.value, type) else None
            if isinstance(found, tuple):
                found = found[0]
            if found is not None:
                return {"text/" + kind: found}
        return {"text/plain": str(self.value)}
'''
DIED = "the process of the cell ended: it was killed (out of memory?), crashed or left by itself"
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Failure(Exception):
    """Code in the kernel raised an error.

    Attributes
    ----------
    name, value : str
        The exception's class and message.
    traceback : str
        Without colours.
    line : int or None
        Line of the code that failed, counted from 1.
    """

    def __init__(self, name: str, value: str, traceback: list[str]):
        super().__init__(f"{name}: {value}")
        self.name, self.value = name, value
        self.traceback = ANSI.sub("", "\n".join(traceback))
        found = re.search(r"Cell In\[\d+\],? line (\d+)", self.traceback)
        self.line = int(found[1]) if found else None


class Manager(AsyncKernelManager):
    """Starts this very Python, whatever kernels are installed for other programs."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """Describe the kernel: this Python, without a history file."""
        argv = [sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher"]
        argv += ["--HistoryManager.enabled=False", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


class Session:
    """A kernel that executes one chapter; made by `session`."""

    def __init__(self, client: NotebookClient, log: Path):
        self._client, self._log = client, log

    async def run(self, position: int) -> None:
        """Execute the notebook's cell at a position; its outputs are put into the notebook."""
        cell = self._client.nb.cells[position]
        try:
            await self._client.async_execute_cell(cell, position)
        except CellExecutionError as error:
            shown = next(
                (o for o in reversed(cell.outputs) if o.output_type == "error"),
                {"ename": error.ename, "evalue": error.evalue, "traceback": [str(error)]},
            )
            raise Failure(shown["ename"], shown["evalue"], shown["traceback"]) from None
        except DeadKernelError:
            if await self._client.km.is_alive():  # the wait was cancelled; nbclient says this too
                raise asyncio.CancelledError from None
            said = self._log.read_text(errors="replace").splitlines()[-20:]
            raise Failure("DeadKernelError", DIED, said) from None

    async def evaluate(self, expressions: list[str]) -> list[dict]:
        """Values of expressions: each as ``{"text/plain": ...}`` or ``{"text/markdown": ...}``.

        Raises
        ------
        Failure
            An expression failed; its ``args[1]`` is the expression's position.
        """
        wrapped = {
            str(position): f"__press_inline__(({code}\n))"
            for position, code in enumerate(expressions)
        }
        reply = await self._execute("", wrapped)
        values = []
        for position in range(len(expressions)):
            result = reply["content"]["user_expressions"][str(position)]
            if result["status"] != "ok":
                failure = Failure(result["ename"], result["evalue"], result["traceback"])
                failure.args = (*failure.args, position)
                raise failure
            values.append(result["data"])
        return values

    async def _execute(self, code: str, expressions: Mapping[str, str]) -> dict:
        return await self._client.kc.execute(
            code, silent=True, store_history=False, user_expressions=dict(expressions), reply=True
        )


@asynccontextmanager
async def session(
    notebook: nbformat.NotebookNode,
    folder: Path,
    environment: Mapping[str, str],
    figure: str,
    scratch: Path,
):
    """Start a kernel in a folder, with an environment, and stop it afterwards.

    Parameters
    ----------
    notebook : NotebookNode
        Whose cells are executed.
    folder : Path
        Working directory.
    environment : mapping
        All variables of the process.
    figure : str
        Size and formats of figures, as code that is run first.
    scratch : Path
        Folder for the sockets (no port is opened) and for what the kernel logs.
    """
    manager = Manager(transport="ipc", connection_file=str(scratch / "kernel.json"))
    client = NotebookClient(notebook, km=manager, timeout=None, coalesce_streams=True)
    log = scratch / "kernel.log"
    with log.open("wb") as stderr:
        await manager.start_kernel(cwd=str(folder), env=dict(environment), stderr=stderr)
        ended_well = False
        try:
            await client.async_start_new_kernel_client()
            running = Session(client, log)
            await running._execute(SETUP + figure, {})
            yield running
            ended_well = True
        finally:
            client.kc.stop_channels()
            await manager.shutdown_kernel(now=not ended_well)
