"""A new thesis works with `press` alone: here, and from its wheel in a clean environment."""

import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from press.authoring.new import new
from press.ground.errors import InputError
from support.books import CHECKOUT

PRESS = CHECKOUT / "press"


def run(*command: str, folder: Path, **environment: str) -> str:
    """Run a command that must end well; give what it printed."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=folder, env=inherited | environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Build the wheel from a copy of the sources, so that nothing is left in them."""
    folder = tmp_path_factory.mktemp("wheel")
    run("cp", "-r", *map(str, (PRESS / "src", PRESS / "pyproject.toml", PRESS / "README.md")),
        str(folder), folder=folder)  # fmt: skip
    pip = (sys.executable, "-m", "pip", "wheel", "--no-deps")
    run(*pip, "--quiet", "-w", "dist", ".", folder=folder)
    (built,) = (folder / "dist").glob("*.whl")
    return built


def test_the_wheel_holds_everything_that_lies_beside_the_code(wheel):
    """Tables of options, words, templates, fonts, scripts, the thesis to begin with."""
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    source = PRESS / "src"
    files = (path for path in (source / "press").rglob("*") if path.is_file())
    wanted = {p.relative_to(source).as_posix() for p in files if p.suffix != ".pyc"}
    assert wanted - held == set()


def test_press_needs_few_packages_and_none_of_science():
    """Whoever makes tables and figures has their libraries."""
    said = tomllib.loads((PRESS / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {line.partition(">")[0] for line in said}
    assert len(names) <= 16
    assert names.isdisjoint({"numpy", "pandas", "matplotlib", "plotly", "scipy"})


def test_nothing_of_science_is_imported_by_the_face():
    """A book without tables and figures needs none of their libraries."""
    code = (
        "import sys\nimport press, press.execution.prose, press.build.render, press.site.writer\n"
        "print({'numpy', 'pandas', 'matplotlib', 'plotly'} & set(sys.modules))"
    )
    out = run(sys.executable, "-c", code, folder=PRESS, PYTHONPATH=str(PRESS / "src"))
    assert out.strip() == "set()"


def test_a_new_thesis_is_complete(tmp_path):
    """Its tests pass, its text passes the checks, and it renders; it is named as its folder."""
    folder = tmp_path / "my-thesis"
    written = {path.relative_to(folder).as_posix() for path in new(folder)}
    assert {".gitignore", ".github/workflows/ci.yml", "Makefile", "README.md"} <= written
    here = {"PYTHONPATH": f"{PRESS / 'src'}", "PYTHONDONTWRITEBYTECODE": "1"}
    thesis = (sys.executable, "-c", "from press.cli.main import main; main()")
    run(sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", folder=folder, **here)
    assert run(*thesis, "check", folder=folder, **here) == "0 findings\n"
    run(*thesis, "render", folder=folder, **here)
    answer = (folder / "_book" / "chapters" / "02-answer.html").read_text()
    assert "100 walkers were followed" in answer
    assert (folder / "_book" / "thesis.pdf").stat().st_size > 10_000
    assert "<title>My thesis" in (folder / "_book" / "index.html").read_text()
    assert (folder / "tables" / "walks" / "growth.csv").is_file()
    assert run(*thesis, "check", folder=folder, **here) == "0 findings\n"


def test_a_folder_that_holds_something_is_refused(tmp_path):
    """Nothing in it is touched."""
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        new(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.wheel
def test_the_wheel_works_in_a_clean_environment(wheel, tmp_path):
    """`thesis new` from an environment with the wheel alone, then the two commands."""
    venv.create(tmp_path / "alone", with_pip=True)
    programs = tmp_path / "alone" / "bin"
    run(str(programs / "pip"), "install", "--quiet", str(wheel), folder=tmp_path)
    run(str(programs / "thesis"), "new", "mine", folder=tmp_path)
    run("make", "test", f"PRESS={wheel}", folder=tmp_path / "mine")
    out = run("make", "thesis", f"PRESS={wheel}", folder=tmp_path / "mine")
    assert "rendered _book" in out
