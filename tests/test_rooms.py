"""The contracts between the rooms: who may import whom, and what a chapter may hold."""

import ast
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports
from press.book.qmd import Cell, read

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted([ROOT / "index.qmd", *(ROOT / "chapters").glob("*.qmd")], key=str)
LONGEST_CELL = 18  # lines; the set-up cell builds the study and loads the data


def test_packages_import_one_way():
    """The import contracts of pyproject.toml hold."""
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml")) == EXIT_STATUS_SUCCESS


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapters_ask_the_analysis(path):
    """A chapter imports the analysis and the public face of press, never simulate."""
    imported = {name for cell in _cells(path) for name in _imports(cell)}
    strange = {name for name in imported if name.split(".")[0] not in {"analysis", "press", "os"}}
    assert not strange
    inner = {name for name in imported if name.startswith("press.")}
    assert all(name.startswith("press.appendix") for name in inner)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_cells_are_short(path):
    """What is computed stands in the analysis, so cells stay short."""
    assert all(len(cell.splitlines()) <= LONGEST_CELL for cell in _cells(path))


def _cells(path: Path) -> list[str]:
    return [block.source for block in read(path, ROOT).blocks if isinstance(block, Cell)]


def _imports(code: str) -> list[str]:
    nodes = ast.walk(ast.parse(code))
    found = []
    for node in nodes:
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append(node.module)
    return found
