"""Resolving a book before it is executed, so that mistakes are told in seconds, not in minutes.

Placeholders stand for what the cells will show. A cell can print nearly everything that the text
may lack, a label for instance, so that what is missing is a notice; it cannot add a work to the
bibliography, and take nothing away: a second title or label is an error at once.
"""

from collections.abc import Iterable

from press.book.project import Project
from press.book.qmd import Cell, Chapter, Prose
from press.execution.executions import Execution
from press.ground.errors import InputError, TextError
from press.ground.progress import Notice
from press.resolving import citations
from press.resolving.resolve import MEMORY, linked

EMPTY_TABLE = "|   |\n|---|\n|   |\n"
UNLESS = "unless a cell makes what is missing, the render will fail after executing"


def rehearse(
    project: Project, chapters: dict[str, Chapter], formats: Iterable[str]
) -> list[InputError]:
    """Find what cannot be resolved.

    Parameters
    ----------
    project : Project
        The book.
    chapters : dict
        Source -> chapter.
    formats : iterable of str
        ``"html"``, ``"typst"``, or both.

    Returns
    -------
    list of InputError
        What a cell may still mend, each once.

    Raises
    ------
    InputError
        A work is not in the bibliography, a chapter has no title or two, or a label stands twice
        in the text.
    """
    shown = {source: placeholder(chapter) for source, chapter in chapters.items()}
    found: dict[str, InputError] = {}
    for name in formats:
        seen = project.in_format(name)
        try:
            pages, problems = linked(seen, chapters, shown, name)
        except TextError:
            raise
        except InputError as error:
            pages, problems = [], [error]
        found |= {problem.first_line: problem for problem in problems}
        citations.cite(pages, chapters, seen, project.root / MEMORY)
    return list(found.values())


def notice(problem: InputError) -> Notice:
    """Say before executing what may fail afterwards."""
    return Notice(f"{problem}\n  note: {UNLESS}")


def placeholder(chapter: Chapter) -> Execution:
    """Stand for a chapter that is not executed, so that its figures and tables are counted."""
    outputs, values = {}, {}
    for position, block in enumerate(chapter.blocks):
        if isinstance(block, Prose):
            values[position] = [{"text/plain": "…"} for _ in block.inlines]
        elif isinstance(block, Cell) and block.label:
            panels = block.options.get("fig-subcap") or block.options.get("tbl-subcap")
            count = len(panels) if isinstance(panels, list) else 1
            shown = {"output_type": "display_data", "data": {"text/markdown": EMPTY_TABLE}}
            outputs[position] = [shown | {"metadata": {}}] * count
    return Execution(outputs, values, {})
