"""nbclient's client, that waits for no lost message and keeps no endless output.

The notebook gets all that a cell prints, up to a size that no book has; what the book shows of it
is decided by `press.resolving.compose`.
"""

import asyncio
from queue import Empty
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode
from nbformat.v4 import new_output

from press.execution.excerpts import Excerpt

PATIENCE = 2
"""Seconds after which a wait is begun anew, and the kernel is asked whether it still works."""
OUTPUT_SECONDS = 60
"""Within which the outputs of a cell arrive that has ended."""
LARGEST_DISPLAY = 50_000_000
"""Characters of one figure or table, or of what a cell prints."""


class Client(NotebookClient):
    """Executes cells; the outputs of a cell come in the order in which it made them."""

    kc: Any  # the asynchronous client, of which nbclient's types know nothing
    km: Any

    def __init__(self, notebook: NotebookNode, manager):
        super().__init__(
            notebook,
            km=manager,
            timeout=PATIENCE,
            iopub_timeout=OUTPUT_SECONDS,
            raise_on_iopub_timeout=True,
        )
        self._excerpts: list[tuple[NotebookNode, Excerpt]] = []

    def process_message(self, msg: dict, cell: NotebookNode, cell_index: int):
        """Keep what a message shows, within limits."""
        if msg["msg_type"] == "stream":
            self._print(msg["content"], cell)
            return None
        if msg["msg_type"] in ("display_data", "execute_result", "update_display_data"):
            msg["content"]["data"] = _limited(msg["content"]["data"])
        try:
            return super().process_message(msg, cell, cell_index)
        except CellExecutionComplete:
            for output, excerpt in self._excerpts:
                output["text"] = excerpt.text
            self._excerpts = []
            raise

    def _print(self, content: dict, cell: NotebookNode) -> None:
        """Add to what was printed since the last figure or table."""
        for output in reversed(cell.outputs):
            if output["output_type"] != "stream":
                break
            for mine, excerpt in self._excerpts:
                if mine is output and output["name"] == content["name"]:
                    excerpt.add(content["text"])
                    return
        output = new_output("stream", name=content["name"], text="")
        printed = Excerpt(content["text"], LARGEST_DISPLAY, LARGEST_DISPLAY)
        self._excerpts.append((output, printed))
        place = len(cell.outputs)
        if content["name"] == "stdout" and place and cell.outputs[-1].get("name") == "stderr":
            place -= 1  # the two streams come in any order: the same one every time
        cell.outputs.insert(place, output)

    async def _async_poll_output_msg(
        self, parent_msg_id: str, cell: NotebookNode, cell_index: int
    ) -> None:
        while True:
            try:
                message = await self.kc.iopub_channel.get_msg(timeout=PATIENCE)
            except Empty:
                continue
            if message["parent_header"].get("msg_id") == parent_msg_id:
                try:
                    self.process_message(message, cell, cell_index)
                except CellExecutionComplete:
                    return
            await asyncio.sleep(0)  # so that an interrupt is heard between many messages

    async def _async_handle_timeout(self, timeout: int, cell: NotebookNode | None = None):
        """Ask the kernel, which answers in order: the cell's reply comes first, or was lost."""
        question = self.kc.kernel_info()
        while True:
            try:
                message = await self.kc.shell_channel.get_msg(timeout=PATIENCE)
            except Empty:
                await self._async_check_alive()
                continue
            if message["msg_type"] == "execute_reply":
                return message
            if message["parent_header"].get("msg_id") == question:
                return {"content": _ending_of(cell)}


def _ending_of(cell: NotebookNode | None) -> dict:
    """Tell how a cell ended from what it shows."""
    errors = [output for output in cell.outputs if output["output_type"] == "error"] if cell else []
    if not errors:
        return {"status": "ok"}
    return {"status": "error"} | {
        name: errors[-1][name] for name in ("ename", "evalue", "traceback")
    }


def _limited(data: dict) -> dict:
    size = sum(len(content) for content in data.values() if isinstance(content, str))
    if size > LARGEST_DISPLAY:
        said = f"[an output of {size} characters is left out: a cell shows {LARGEST_DISPLAY}]"
        return {"text/plain": said}
    return data
