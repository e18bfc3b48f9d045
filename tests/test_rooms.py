"""The contracts between the rooms: who may import whom, and what a chapter may hold."""

import ast
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports
from press.book.qmd import Cell, read

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted([ROOT / "index.qmd", *(ROOT / "chapters").glob("*.qmd")], key=str)
LONGEST_CELL = 18  # lines; the set-up cell builds the study and loads the data
MOST_MODULES = 14


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


def _rooms() -> list[Path]:
    packages = (ROOT / "analysis", ROOT / "simulate", ROOT / "press" / "src" / "press")
    return [path.parent for package in packages for path in sorted(package.glob("*/__init__.py"))]


@pytest.mark.parametrize("room", _rooms(), ids=lambda room: f"{room.parent.name}.{room.name}")
def test_a_room_can_be_seen_at_a_glance(room):
    """A room says what it is for in a line, holds nothing else there, and has about 12 modules."""
    body = ast.parse((room / "__init__.py").read_text(encoding="utf-8")).body
    assert len(body) == 1 and isinstance(body[0], ast.Expr), "a sentence, and nothing else"
    purpose = ast.literal_eval(body[0].value)
    assert purpose.endswith(".") and "\n" not in purpose
    modules = [path.stem for path in room.glob("*.py") if path.stem != "__init__"]
    assert 0 < len(modules) <= MOST_MODULES, f"{len(modules)} modules: divide the room"


@pytest.mark.parametrize("package", ["analysis", "simulate"])
def test_a_package_holds_its_rooms_and_its_commands(package):
    """Everything lives in a room, but for the commands that the package adds to `thesis`."""
    modules = {path.stem for path in (ROOT / package).glob("*.py")} - {"conftest"}
    assert modules == {"__init__", "commands"}
    body = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8")).body
    assert len(body) == 1 and isinstance(body[0], ast.Expr)
