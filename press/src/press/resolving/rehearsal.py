"""Resolving a book before it is executed, so that mistakes are told in seconds, not in minutes.

Placeholders stand for what the cells will show. A cell can print nearly everything that the text
may lack, a label for instance, so that what is missing is a notice; it cannot add a work to the
bibliography, and take nothing away: a second title or label is an error at once.
"""

from collections.abc import Iterable

from press.book.project import Project
from press.book.qmd import Cell, Chapter, Prose
from press.document.pages import Page
from press.execution.executions import Execution
from press.ground.errors import InputError, TextError
from press.ground.progress import Notice
from press.resolving import citations
from press.resolving.resolve import MEMORY, linked

EMPTY_TABLE = "|   |\n|---|\n|   |\n"
CAPTIONS = ("fig-subcap", "tbl-subcap", "fig-cap", "tbl-cap")
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
        _, problems = rehearsed(project, chapters, shown, name)
        found |= {problem.first_line: problem for problem in problems}
    return list(found.values())


def rehearsed(
    project: Project, chapters: dict[str, Chapter], shown: dict[str, Execution], format_name: str
) -> tuple[list[Page], list[InputError]]:
    """Resolve a book for one format with what is `shown` for its cells; see `rehearse`.

    Returns
    -------
    tuple
        The pages, none if a construct cannot be resolved; and what is wrong.
    """
    seen = project.in_format(format_name)
    try:
        pages, problems = linked(seen, chapters, shown, format_name)
    except TextError:
        raise
    except InputError as error:
        return [], [error]
    pages, _ = citations.cite(pages, chapters, seen, project.root / MEMORY)
    return pages, problems


def notice(problem: InputError) -> Notice:
    """Say before executing what may fail afterwards."""
    return Notice(f"{problem}\n  note: {UNLESS}")


def placeholder(chapter: Chapter) -> Execution:
    """Stand for a chapter that is not executed, so that its figures and tables are counted."""
    outputs, values = {}, {}
    for position, block in enumerate(chapter.blocks):
        if isinstance(block, Prose):
            values[position] = [{"text/plain": "…"} for _ in block.inlines]
        elif isinstance(block, Cell):
            captions = [block.options.get(name) for name in CAPTIONS]
            count = max(len(each) if isinstance(each, list) else 1 for each in captions)
            text = EMPTY_TABLE if block.label else "…"
            shown = {"output_type": "display_data", "data": {"text/markdown": text}}
            outputs[position] = [shown | {"metadata": {}}] * count
    return Execution(outputs, values, {})
