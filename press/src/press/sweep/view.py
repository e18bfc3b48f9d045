"""What a person sees of a sweep at work: a live table on a terminal, lines otherwise."""

import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from press.sweep.plan import Run
from press.sweep.runs import DONE, RECORD

SHOWN = 12
STYLES = {DONE: "green", "running": "yellow"}


class View:
    """Shows runs as they end.

    Parameters
    ----------
    folder : Path
        Folder of the sweep; a run is under way when it has a folder and no record.
    runs : list of Run
        What is to be done.
    """

    def __init__(self, folder: Path, runs: list[Run]):
        self.folder, self.runs = folder, runs
        self.counts: Counter[str] = Counter()
        self.ended: deque[tuple[Run, dict]] = deque(maxlen=SHOWN)
        self.begin = time.monotonic()
        self.console = Console()

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the table while the block runs, if a terminal is attached."""
        if not self.console.is_terminal:
            yield
            return
        with Live(get_renderable=self._table, console=self.console, refresh_per_second=2):
            yield

    def note(self, run: Run, record: dict) -> None:
        """Take notice of a run that ended."""
        self.counts[record["status"]] += 1
        self.ended.append((run, record))
        if not self.console.is_terminal:
            number = sum(self.counts.values())
            line = f"{number}/{len(self.runs)} {record['status']} {label(run)}"
            self.console.print(f"{line} in {record['seconds']:.1f} s", soft_wrap=True)

    def _table(self) -> Group:
        table = Table(box=None, pad_edge=False)
        for heading in ("", "chapter", "parameters", "seconds"):
            table.add_column(heading, justify="right" if heading == "seconds" else "left")
        for run, record in self.ended:
            status = record["status"]
            words = Text(status, style=STYLES.get(status, "red"))
            table.add_row(words, run.chapter, settings(run), f"{record['seconds']:.1f}")
        for run in self._running():
            table.add_row(Text("running", style=STYLES["running"]), run.chapter, settings(run), "")
        ended = sum(self.counts.values())
        counted = ", ".join(f"{count} {status}" for status, count in self.counts.items())
        seconds = time.monotonic() - self.begin
        summary = f"{ended}/{len(self.runs)} runs, {counted or 'none ended'}, {seconds:.0f} s"
        return Group(table, ProgressBar(total=len(self.runs), completed=ended), Text(summary))

    def _running(self) -> Iterator[Run]:
        for run in self.runs:
            folder = self.folder / run.name
            if folder.is_dir() and not (folder / RECORD).exists():
                yield run


def label(run: Run) -> str:
    """Name a run in words."""
    return " ".join(part for part in (run.chapter, run.edition, settings(run)) if part)


def settings(run: Run) -> str:
    """Write a run's parameters."""
    return " ".join(f"{name}={value}" for name, value in run.parameters.items())
