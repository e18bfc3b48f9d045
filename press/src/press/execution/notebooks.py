"""A chapter as the notebook that is executed, that Jupyter opens and that papermill runs.

Cells stay cells, with their options and tags. Prose becomes Markdown; where it holds inline
expressions it becomes a cell, its code hidden, that shows the text with the values. Signs that
only the book understands (fences of divs, identifiers of headings) are left out of the prose, and
references become words: the numbers are those of the whole book.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import nbformat.v4 as v4
from nbformat import NotebookNode

import press.book.settings
from press.book import parameters
from press.book.labels import KINDS
from press.book.project import Project
from press.book.qmd import Cell, Chapter, Comment, Front, Inline, Prose
from press.execution.executions import working_folder

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
DIV_FENCE = re.compile(r"^[ \t]*:{3,}.*\n?", re.MULTILINE)
HEADING_ATTRIBUTES = re.compile(r"^(#+ .*?)[ \t]*\{[^{}\n]*\}[ \t]*$", re.MULTILINE)
REFERENCE = re.compile(
    rf"(?P<code>(?P<fence>`+)(?!`).*?(?<!`)(?P=fence)(?!`))"
    rf"|(?<![\w\\])(?P<bare>-?)@(?P<kind>{'|'.join(KINDS)})-(?P<name>\w+(?:[-.:]\w+)*)",
    re.DOTALL,
)
HIDDEN = {"jupyter": {"source_hidden": True}}
OPENING = """\
# The book's variables, folder and figures; written by `thesis`
import os as _os
import sys as _sys
from press.execution.prose import prose as _prose
from press.provenance.tracing import start as _start
_start()  # from here on it is seen what cells read
_os.environ |= {variables}
if _os.path.isdir({folder!r}):
    _os.chdir({folder!r})
exit = quit = _sys.exit  # at this cell; a notebook's own would let the cells after it run
_config = get_ipython().config.InlineBackend
_config.figure_formats = {{"svg", "retina"}}
_config.print_figure_kwargs = {{"bbox_inches": "tight", "metadata": {{"Date": None}}}}
_config.rc = {{"figure.figsize": {size}, "figure.dpi": 96, "svg.hashsalt": "press"}}
del _config"""


@dataclass(frozen=True)
class Place:
    """Where in its chapter a cell of the notebook comes from.

    Attributes
    ----------
    file : str
    line : int or None
        Of the source; None for what does not stand in the chapter.
    what : str
        The piece of code, for messages.
    """

    file: str
    line: int | None
    what: str


def notebook_of(
    project: Project,
    chapter: Chapter,
    environment: Mapping[str, str],
    values: Mapping[str, object] | None = None,
) -> NotebookNode:
    """Write a chapter as a notebook, not executed.

    Parameters
    ----------
    project : Project
        The book.
    chapter : Chapter
        The chapter.
    environment : mapping
        Variables that its first cell sets, beside those of the book.
    values : mapping, optional
        Parameters that are given other values, in a cell that papermill injects.
    """
    inherited = press.book.settings.of_chapter(project, chapter)
    cells = [_opening(project, chapter, environment)]
    for position, block in enumerate(chapter.blocks):
        cell = _cell_of(block, inherited)
        if cell is not None:
            options = len(block.option_lines) if isinstance(block, Cell) else 0
            place = {"block": position, "prose": isinstance(block, Prose), "options": options}
            cell.metadata["press"] = place
            cells.append(cell)
    about = {"kernelspec": KERNEL, "title": chapter.source, "papermill": {}}
    notebook = _marked(v4.new_notebook(cells=cells, metadata=about))
    if not values:
        return notebook
    from press.execution.injection import parameterized

    return _marked(parameterized(notebook, values))


def _marked(notebook: NotebookNode) -> NotebookNode:
    """Give every cell what papermill expects to be there, and the same name every time."""
    for number, cell in enumerate(notebook.cells):
        cell.metadata.setdefault("tags", [])
        cell.metadata["papermill"] = {}
        cell.id = f"cell-{number}"
    return notebook


def code_in(cell: NotebookNode) -> str:
    """Give the code of a cell, without its options, so that its lines are counted from there."""
    lines = cell.source.splitlines(keepends=True)
    return "".join(lines[cell.metadata.get("press", {}).get("options", 0) :])


def place_of(chapter: Chapter, cell: NotebookNode, line: int | None) -> Place:
    """Tell which place of a chapter a line of a cell's code comes from."""
    position = cell.metadata.get("press")
    if position is None:
        declared = parameters.cell_of(chapter)
        if declared is None:
            return Place(chapter.source, None, "the first cell")
        return Place(declared.file, declared.line, "the values given to the parameters")
    block = chapter.blocks[position["block"]]
    if isinstance(block, Cell):
        return Place(block.file, block.code_line + (line or 1) - 1, "a cell")
    before = [inline for first, inline in _expressions(block) if first <= (line or 1)]
    if not before:
        return Place(block.file, block.line, "showing a value of the paragraphs")
    return Place(before[-1].file, before[-1].line, f"the inline expression '{before[-1].code}'")


def without_warnings(notebook: NotebookNode, project: Project, chapter: Chapter) -> NotebookNode:
    """Leave out the warnings of cells that show none in the book: they name this machine's files.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; it is changed.
    project, chapter : Project, Chapter
        What it was made of.
    """
    inherited = press.book.settings.of_chapter(project, chapter)
    for cell in notebook.cells:
        place = cell.metadata.get("press")
        block = chapter.blocks[place["block"]] if place else None
        if cell.cell_type != "code" or not isinstance(block, Cell):
            continue
        chosen = press.book.settings.of_cell(inherited, block)
        if not (chosen["include"] and chosen["warning"]):
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    return notebook


def to_json(notebook: NotebookNode) -> bytes:
    """Write a notebook as a file's content."""
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _opening(project: Project, chapter: Chapter, environment: Mapping[str, str]) -> NotebookNode:
    profiles = {"QUARTO_PROFILE": ",".join(project.profiles)}
    source = OPENING.format(
        variables=dict(project.environment) | profiles | dict(environment),
        folder=str(working_folder(project, chapter)),
        size=press.book.settings.figure_size(project, chapter),
    )
    return v4.new_code_cell(source, metadata=dict(HIDDEN))


def _cell_of(block, inherited: dict) -> NotebookNode | None:
    if isinstance(block, Cell):
        return _code(block, press.book.settings.of_cell(inherited, block))
    if isinstance(block, (Front, Comment)):
        return None
    if isinstance(block, Prose) and block.inlines:
        return _prose(block)
    text = _readable(block.text) if isinstance(block, Prose) else block.text
    return v4.new_markdown_cell(text.strip("\n")) if text.strip() else None


def _code(cell: Cell, chosen: dict) -> NotebookNode:
    if not chosen["eval"]:
        return v4.new_markdown_cell(f"```python\n{cell.source}\n```")
    tags = cell.options.get("tags") or []
    tags = [tags] if isinstance(tags, str) else list(tags)
    tags += ["raises-exception"] if chosen["error"] else []
    source = "".join(cell.option_lines) + cell.source
    return v4.new_code_cell(source, metadata={"tags": tags})


def _prose(block: Prose) -> NotebookNode:
    arguments = "".join(f"    {argument},\n" for argument, _ in _arguments(block))
    return v4.new_code_cell(f"_prose(\n{arguments})", metadata=dict(HIDDEN))


def _arguments(block: Prose) -> list[tuple[str, Inline | None]]:
    """Write text and values in turn as arguments of `press.execution.prose.prose`."""
    written: list[tuple[str, Inline | None]] = []
    inside_code = []
    for piece in block.pieces:
        if not isinstance(piece, Inline):
            written.append((repr(_readable(piece)), None))
            continue
        if len(written) % 2 == 0:  # no text before this value
            written.append((repr(""), None))
        if piece.in_code:
            inside_code.append(len(written) // 2)
        written.append((f"({piece.code})", piece))
    return [*written, (f"code={inside_code}", None)] if inside_code else written


def _expressions(block: Prose) -> list[tuple[int, Inline]]:
    """Give each inline expression with its first line in the cell that `_prose` writes."""
    line, found = 2, []
    for argument, inline in _arguments(block):
        found += [(line, inline)] if inline else []
        line += argument.count("\n") + 1
    return found


def _readable(text: str) -> str:
    return REFERENCE.sub(_in_words, HEADING_ATTRIBUTES.sub(r"\1", DIV_FENCE.sub("", text)))


def _in_words(found: re.Match) -> str:
    """Write ``@fig-violin`` as "Figure `violin`", ``-@fig-violin`` without the word."""
    if found["code"]:
        return found["code"]
    label = f"`{found['name']}`"
    return label if found["bare"] else f"{KINDS[found['kind']]} {label}"
