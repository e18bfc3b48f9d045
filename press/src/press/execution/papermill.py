"""Running a notebook with papermill, in a kernel of this very Python."""

import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from press.execution.kernel import Failure, Manager

LOG, LAST_LINES = "kernel.log", 20


class CellFailed(Exception):
    """A cell raised an error.

    Attributes
    ----------
    notebook : NotebookNode
        As far as it was executed, with the traceback in the cell's outputs.
    cell : NotebookNode
        The cell that failed.
    failure : Failure
        The exception's name, message and traceback.
    """

    def __init__(self, notebook: NotebookNode, cell: NotebookNode, failure: Failure):
        super().__init__(str(failure))
        self.notebook, self.cell, self.failure = notebook, cell, failure


class KernelDied(Exception):
    """The kernel ended in the middle of a cell; the message is what it said last."""


def run(
    notebook: NotebookNode, parameters: Mapping[str, object], environment: Mapping[str, str]
) -> NotebookNode:
    """Execute a notebook with parameters.

    Parameters
    ----------
    notebook : NotebookNode
        With a cell tagged ``parameters`` if there are any.
    parameters : mapping
        Name -> value.
    environment : mapping
        All variables of the kernel.

    Raises
    ------
    CellFailed
        A cell raised an error that it was not tagged for (``raises-exception``).
    KernelDied
        The kernel's process ended.
    """
    from nbclient.exceptions import DeadKernelError

    with _without_pyarrow():
        from papermill.exceptions import PapermillExecutionError
        from papermill.execute import execute_notebook, remove_error_markers

    with tempfile.TemporaryDirectory(prefix="press-") as scratch:
        output = Path(scratch) / "out.ipynb"
        try:
            return execute_notebook(
                notebook,
                output,
                dict(parameters),
                progress_bar=False,
                request_save_on_cell_execute=False,
                kernel_manager_class=_manager(Path(scratch), environment),
            )
        except DeadKernelError:
            said = (Path(scratch) / LOG).read_text(errors="replace").splitlines()
            raise KernelDied("\n".join(said[-LAST_LINES:])) from None
        except PapermillExecutionError:
            executed = remove_error_markers(nbformat.read(output, as_version=4))
    failed = next(((c, o) for c in executed.cells for o in _errors_of(c)), None)
    if failed is None:
        return executed
    cell, error = failed
    failure = Failure(error["ename"], error["evalue"], error["traceback"])
    raise CellFailed(executed, cell, failure)


@contextmanager
def _without_pyarrow() -> Iterator[None]:
    """Let papermill be imported without pyarrow.

    It would need it for notebooks on a Hadoop file system only, and pyarrow takes as long to
    import as a kernel takes to start. Other threads may need pyarrow just now, so that this is
    done in a program's first thread alone.
    """
    alone = threading.current_thread() is threading.main_thread()
    if not alone or "pyarrow" in sys.modules or "papermill" in sys.modules:
        yield
        return
    sys.modules["pyarrow"] = None
    try:
        yield
    finally:
        del sys.modules["pyarrow"]


def _manager(scratch: Path, environment: Mapping[str, str]) -> type[Manager]:
    """Make kernels talk through sockets in a folder, and log there; no port is opened."""

    class Here(Manager):
        def __init__(self, **options):
            super().__init__(
                transport="ipc", connection_file=str(scratch / "kernel.json"), **options
            )

        async def start_kernel(self, **options):
            with (scratch / LOG).open("wb") as log:
                await super().start_kernel(env=dict(environment), stderr=log, **options)

    return Here


def _errors_of(cell: NotebookNode) -> list[NotebookNode]:
    if cell.cell_type != "code" or "raises-exception" in cell.metadata.get("tags", []):
        return []
    return [output for output in cell.outputs if output.output_type == "error"]
