"""What files say is parsed once, and again when the file or what is kept of it is another."""

import pytest
from press.ground.files import stamp
from press.provenance import syntax

TEXT = """import os
from press import Catalogue
A = {"x": os.name}
SHAPES = Catalogue([Shape("square", 4), Shape("line", 2)])
def f(a=A):
    A["y"] = vars()
"""


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Give a file of Python in a project, read once."""
    (tmp_path / ".press").mkdir()
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "law.py"
    path.write_text(TEXT)
    read(path)
    return path


def read(path):
    """Read a file as a new process does."""
    syntax._sources.clear()
    return syntax.read(path, stamp(path))


def test_an_unchanged_file_is_not_parsed(file, monkeypatch):
    """It says what it said."""
    said = syntax._parsed(file, TEXT.encode())
    monkeypatch.setattr(syntax, "_parsed", None)
    assert read(file) == said
    assert list(said.parts["SHAPES"].entries) == ["square", "line"]


def test_a_changed_file_is_parsed(file):
    """By its content, whatever its time says."""
    file.write_text(TEXT.replace('"square"', '"round"'))
    assert list(read(file).parts["SHAPES"].entries) == ["round", "line"]


@pytest.mark.parametrize("place", [0, 40, 100, -1])
def test_damage_is_noticed(file, place):
    """A file of the cache in which one byte is another is as good as none."""
    said = read(file)
    (kept,) = file.parent.glob(".press/parsed/*")
    content = bytearray(kept.read_bytes())
    content[place] ^= 1
    kept.write_bytes(content)
    assert read(file) == said
    assert kept.read_bytes() != content


def test_nothing_is_kept_outside_of_a_project(tmp_path, monkeypatch):
    """A folder without a store gets none."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "law.py").write_text(TEXT)
    read(tmp_path / "law.py")
    assert [path.name for path in tmp_path.iterdir()] == ["law.py"]
