"""A chapter as a notebook that Jupyter opens and papermill runs.

Cells stay cells, with their options and tags. Prose becomes Markdown; where it holds inline
expressions it becomes a cell, its code hidden, that shows the text with the values. Signs that
only the book understands (fences of divs, identifiers of headings) are left out of the prose, and
references become words: the numbers are those of the whole book.
"""

import json
import re
from pathlib import Path

import nbformat.v4 as v4
from nbformat import NotebookNode

import press.book.settings
from press.book.project import Project
from press.book.qmd import Cell, Chapter, Comment, Front, Inline, Prose
from press.execution.executions import Execution, working_folder
from press.resolving.numbering import NAMES

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
DIV_FENCE = re.compile(r"^[ \t]*:{3,}.*\n?", re.MULTILINE)
HEADING_ATTRIBUTES = re.compile(r"^(#+ .*?)[ \t]*\{[^{}\n]*\}[ \t]*$", re.MULTILINE)
REFERENCE = re.compile(
    rf"(?P<code>(?P<fence>`+)(?!`).*?(?<!`)(?P=fence)(?!`))"
    rf"|(?<![\w\\])(?P<bare>-?)@(?P<kind>{'|'.join(NAMES)})-(?P<name>\w+(?:[-.:]\w+)*)",
    re.DOTALL,
)
HIDDEN = {"jupyter": {"source_hidden": True}}


def notebook_of(project: Project, chapter: Chapter, environment: dict[str, str]) -> NotebookNode:
    """Write a chapter as a notebook, not executed.

    Parameters
    ----------
    project : Project
        The book.
    chapter : Chapter
        The chapter.
    environment : dict
        Variables that its first cell sets, beside those of the book.
    """
    inherited = press.book.settings.of_chapter(project, chapter)
    variables = project.environment | {"QUARTO_PROFILE": ",".join(project.profiles)} | environment
    cells = [_opening(working_folder(project, chapter), variables)]
    for position, block in enumerate(chapter.blocks):
        cell = _cell_of(block, inherited)
        if cell is not None:
            cell.metadata["press"] = {"block": position, "prose": isinstance(block, Prose)}
            cells.append(cell)
    for number, cell in enumerate(cells):
        cell.metadata.setdefault("tags", [])  # papermill expects them
        cell.id = f"cell-{number}"
    return v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "title": chapter.source})


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


def execution_of(notebook: NotebookNode, record: dict) -> Execution:
    """Read what an executed notebook shows, for composing the chapter's page."""
    outputs, values = {}, {}
    for cell in notebook.cells:
        place = cell.metadata.get("press")
        if place is None or cell.cell_type != "code":
            continue
        found = [o["metadata"].get("press") for o in cell.outputs if "metadata" in o]
        if place["prose"]:
            values[place["block"]] = found[0]["values"]
        else:
            outputs[place["block"]] = cell.outputs
    return Execution(outputs, values, record)


def to_json(notebook: NotebookNode) -> bytes:
    """Write a notebook as a file's content."""
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _opening(folder: Path, variables: dict[str, str]) -> NotebookNode:
    lines = [
        "# The book's variables and folder; written by `thesis`",
        "import os",
        "from press import prose",
        *(f"os.environ[{name!r}] = {value!r}" for name, value in variables.items()),
        f"if os.path.isdir({str(folder)!r}):",
        f"    os.chdir({str(folder)!r})",
    ]
    return v4.new_code_cell("\n".join(lines), metadata=dict(HIDDEN))


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
    options = [line.text for line in cell.lines[1:-1] if line.text.lstrip().startswith("#|")]
    tags = cell.options.get("tags") or []
    tags = [tags] if isinstance(tags, str) else list(tags)
    tags += ["raises-exception"] if chosen["error"] else []
    source = "".join(options) + cell.source
    return v4.new_code_cell(source, metadata={"tags": tags})


def _prose(block: Prose) -> NotebookNode:
    """Write text and values in turn as arguments of `press.prose`."""
    written, inside_code = [], []
    for piece in block.pieces:
        if not isinstance(piece, Inline):
            written.append(repr(_readable(piece)))
            continue
        if len(written) % 2 == 0:  # no text before this value
            written.append(repr(""))
        if piece.in_code:
            inside_code.append(len(written) // 2)
        written.append(f"({piece.code})")
    if inside_code:
        written.append(f"code={inside_code}")
    arguments = "".join(f"    {argument},\n" for argument in written)
    return v4.new_code_cell(f"prose(\n{arguments})", metadata=dict(HIDDEN))


def _readable(text: str) -> str:
    return REFERENCE.sub(_in_words, HEADING_ATTRIBUTES.sub(r"\1", DIV_FENCE.sub("", text)))


def _in_words(found: re.Match) -> str:
    """Write ``@fig-violin`` as "Figure `violin`", ``-@fig-violin`` without the word."""
    if found["code"]:
        return found["code"]
    label = f"`{found['name']}`"
    return label if found["bare"] else f"{NAMES[found['kind']]} {label}"
