"""Calling Quarto: the command line, the environment, and when there is none."""

import json
import os
import sys

import pytest
from press.build import render as builtin
from press.build.quarto import render
from press.ground.errors import InputError, RenderError
from support.cases_and_facts import case, write

FAKE = """#!{python}
import json, os, sys
if sys.argv[1:] == ["--version"]:
    print("{version}")
    sys.exit()
names = ("QUARTO_PYTHON", "PRESS_RUN_DIR")
said = {{"arguments": sys.argv[1:], "folder": os.getcwd()}}
said |= {{name: os.environ.get(name) for name in names}}
json.dump(said, open("said.json", "w"))
os.makedirs("_book/site", exist_ok=True)
open("_book/site/index.html", "w").close()
sys.exit({code})
"""


@pytest.fixture
def quarto(tmp_path, monkeypatch):
    """Put a program named quarto on the path that notes how it was called."""

    def install(version: str = "1.10.18", code: int = 0) -> None:
        text = FAKE.format(python=sys.executable, version=version, code=code)
        write(tmp_path / "bin" / "quarto", text).chmod(0o755)

    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return install


def test_the_same_profile_parameters_and_folders(tmp_path, quarto):
    """Parameters that change nothing are left out; others go to a folder of their own."""
    quarto()
    root = case("profiles", tmp_path)
    assert render(root, profile="paec", parameters={"seed": 0}) == root / "_book-paec"
    said = json.loads((root / "said.json").read_text())
    assert said["arguments"] == ["render", "--profile", "paec"]
    assert (said["QUARTO_PYTHON"], said["PRESS_RUN_DIR"]) == (sys.executable, None)
    run = render(root, profile="paec", parameters={"seed": 7}, to=["pdf"])
    said = json.loads((root / "said.json").read_text())
    folder = said["PRESS_RUN_DIR"]
    assert run == root / folder / "_book"
    assert said["arguments"] == [
        "render", "--to", "typst", "--profile", "paec", "-P", "seed:7",
        "--output-dir", f"{folder}/_book",
    ]  # fmt: skip


def test_unknown_parameters_are_refused_before(tmp_path, quarto):
    """Quarto is not called."""
    quarto()
    root = case("profiles", tmp_path)
    with pytest.raises(InputError, match="unknown parameter 'sede'"):
        render(root, parameters={"sede": 7})
    assert not (root / "said.json").exists()


def test_no_quarto_old_quarto_failing_quarto(tmp_path, quarto):
    """Each is said plainly."""
    root = case("profiles", tmp_path)
    with pytest.raises(InputError, match=r"not on this machine's PATH(?s:.*)1\.9 or later"):
        render(root)
    quarto(version="1.8.26")
    with pytest.raises(InputError, match=r"Quarto 1\.8\.26 is too old"):
        render(root)
    quarto(code=3)
    with pytest.raises(RenderError, match="Quarto ended with code 3"):
        render(root)


def test_what_quarto_may_replace_and_whose_it_is(tmp_path, quarto, monkeypatch):
    """A folder with other files is refused before; what Quarto wrote is the book's."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.defpath}")
    root = case("profiles", tmp_path)
    mine = write(root / "_book" / "mine.txt", "kept")
    quarto()
    with pytest.raises(InputError, match="it holds mine.txt, which no render of this book made"):
        render(root)
    assert mine.read_text() == "kept" and not (root / "said.json").exists()
    mine.unlink()
    output = render(root)
    assert builtin.render(root, to=["html"]) == output
    assert not (output / "site").exists()
    quarto(code=3)
    with pytest.raises(RenderError):
        render(root)
    quarto()
    render(root)
