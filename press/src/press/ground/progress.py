"""What a person sees of a render at work: lines, and on a terminal a bar below them."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str], None]
"""What is called with a line for each step, some of them a `Step`."""


class Notice(str):
    """What a person should see to although the work goes on; it goes to standard error."""


class Step(str):
    """A line that also tells how many of the steps of its kind have ended.

    Examples
    --------
    >>> step = Step("executed index.qmd in 2.0 s", ended=1, total=3)
    >>> print(step, step.ended, step.total)
    executed index.qmd in 2.0 s 1 3
    """

    ended: int
    total: int

    def __new__(cls, line: str, ended: int, total: int):
        """Make the line, and remember the counts."""
        step = super().__new__(cls, line)
        step.ended, step.total = ended, total
        return step


@contextmanager
def shown() -> Iterator[Progress]:
    """Print what is said while the block runs, at once; on a terminal, above a bar."""
    if not sys.stdout.isatty():
        yield lambda line: print(line, file=_stream(line), flush=True)
        return
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn())
    with Bars(*columns, transient=True) as bars:
        bar = bars.add_task("", total=None, visible=False)

        def say(line: str) -> None:
            if isinstance(line, Notice):
                print(line, file=sys.stderr, flush=True)
                return
            bars.console.print(line, markup=False, highlight=False, soft_wrap=True)
            if isinstance(line, Step):
                left = line.ended < line.total
                bars.update(bar, completed=line.ended, total=line.total, visible=left)

        yield say


def _stream(line: str):
    return sys.stderr if isinstance(line, Notice) else sys.stdout
