"""A copy of the thesis in which editions of small tables are made and rendered."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("analysis", "chapters", "data", "press", "simulate", "sweeps")


@pytest.fixture(scope="session")
def book(tmp_path_factory) -> Callable[[str, pd.DataFrame], dict[str, str]]:
    """Return a function that makes a book of a table; it gives the text of its pages by name."""
    root = tmp_path_factory.mktemp("books") / "thesis"
    for part in PARTS:
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("tests"))
    for path in [*ROOT.glob("_quarto*.yml"), *ROOT.glob("_environment*"), *ROOT.glob("*.*")]:
        if path.is_file():
            shutil.copy(path, root)

    def run(*words: str) -> None:
        paths = f"{root}{os.pathsep}{root / 'press' / 'src'}"
        environment = os.environ | {"PYTHONPATH": paths, "PRESS_STORE": str(root.parent / "store")}
        command = [sys.executable, "-c", "from press.cli.main import main; main()", *words]
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def made(name: str, table: pd.DataFrame) -> dict[str, str]:
        table.to_csv(root / f"{name}.csv", index=False)
        said = ["--windows", f"{name}.csv", "--window", "100", "--source", "made for the tests"]
        run("edition", "new", name, *said)
        run("render", "--edition", name, "--to", "html")
        return {page.stem: prose(page) for page in (root / f"_book-{name}").rglob("*.html")}

    return made


def prose(page: Path) -> str:
    """Read the text of a page as a reader sees it, without code, tables and what stands around."""
    document = BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")
    main = document.find("main") or document
    for element in main.select("nav, script, style, pre, details, table, .provenance"):
        element.decompose()
    return " ".join(main.get_text(" ").split())
