"""What a person sees of a sweep."""

import io

import pytest
from press.sweep.plan import Run
from press.sweep.view import View
from rich.console import Console

RUNS = [Run("one.qmd", "", {"seed": seed}) for seed in range(3)]


@pytest.fixture
def view(tmp_path):
    """Make a view of three runs that writes into a text."""
    view = View(tmp_path, RUNS)
    view.console = Console(file=io.StringIO(), width=100)
    return view


def test_lines_without_a_terminal(view):
    """One plain line per run that ended."""
    with view.shown():
        view.note(RUNS[0], {"status": "done", "seconds": 1.25})
        view.note(RUNS[2], {"status": "failed", "seconds": 0.5})
    assert view.console.file.getvalue().splitlines() == [
        "1/3 done one.qmd seed=0 in 1.2 s",
        "2/3 failed one.qmd seed=2 in 0.5 s",
    ]


def test_a_table_on_a_terminal(view, tmp_path):
    """Ended and running runs with their parameters, and a summary."""
    (tmp_path / RUNS[1].name).mkdir()
    view.note(RUNS[0], {"status": "done", "seconds": 1.25})
    view.console.print(view._table())
    shown = view.console.file.getvalue()
    assert "running  one.qmd  seed=1" in shown
    assert "done     one.qmd  seed=0" in shown
    assert "1/3 runs, 1 done" in shown
