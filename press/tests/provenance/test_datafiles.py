"""Data behind committed files, then and now."""

import hashlib

import pytest
from press.provenance.datafiles import DataFiles, named

from press import InputError

REGISTRY = """
[cg]
folder = "cg"
files = [{ path = "windows.csv", sha256 = "%s" }]

[far]
folder = "far"
files = [{ path = "windows.csv", sha256 = "%s" }]
"""


def digest(text):
    """Digest a text."""
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def root(tmp_path):
    """Make a project with one data set of its own, one that is fetched, and a sweep's result."""
    (tmp_path / "data" / "cg").mkdir(parents=True)
    (tmp_path / "sweeps").mkdir()
    (tmp_path / "data" / "cg" / "windows.csv").write_text("here")
    (tmp_path / "sweeps" / "s.csv").write_text("result")
    (tmp_path / "beside.txt").write_text("beside")
    (tmp_path / "data" / "registry.toml").write_text(REGISTRY % (digest("here"), digest("far")))
    return tmp_path


def test_names_are_the_same_on_every_machine(root):
    """A path in the project, or folder and name of a file elsewhere."""
    assert named(str(root / "data" / "cg" / "windows.csv"), root) == "data/cg/windows.csv"
    assert named("/home/a/cache/far/windows.csv", root) == "far/windows.csv"


@pytest.mark.parametrize(
    ("name", "then"),
    [
        ("data/cg/windows.csv", "here"),
        ("windows.csv", "here"),
        ("windows.csv", "far"),
        ("far/windows.csv", "far"),
        ("beside.txt", "beside"),
        ("s.csv", "result"),
    ],
)
def test_a_file_is_compared_with_what_it_is_now(root, name, then):
    """By path, by name, and with what the registry promises; another digest is a change."""
    files = DataFiles(root)
    assert list(files.changes({name: digest(then)})) == []
    assert list(files.changes({name: digest("old")})) == [f"data file {name} changed"]


def test_the_file_counts_and_not_what_is_promised(root):
    """A data file that is here and changed is a change, whatever the registry says."""
    (root / "data" / "cg" / "windows.csv").write_text("other")
    fingerprint = f"cg sha256:{digest('here')} content:ab"
    found = DataFiles(root).changes({"data/cg/windows.csv": digest("here")}, [fingerprint])
    assert list(found) == ["data file data/cg/windows.csv changed", "the data of 'cg' changed"]


@pytest.mark.parametrize(("name", "then"), [("cg", "here"), ("far", "far"), ("s", "result")])
def test_fingerprints(root, name, then):
    """Data sets of the registry and results of sweeps, by their names."""
    files = DataFiles(root)
    assert list(files.changes({}, [f"{name} sha256:{digest(then)}"])) == []
    old = f"{name} sha256:{digest('old')}"
    assert list(files.changes({}, [old])) == [f"the data of '{name}' changed"]


def test_what_the_project_does_not_know_is_left_out(root):
    """A file elsewhere without a promise, a data set without an entry."""
    fingerprint = f"mine sha256:{digest('x')}"
    assert list(DataFiles(root).changes({"nowhere.csv": digest("x")}, [fingerprint])) == []


def test_a_damaged_registry(root):
    """The file is named."""
    (root / "data" / "registry.toml").write_text("[cg\n")
    with pytest.raises(InputError, match="data/registry.toml: not TOML"):
        list(DataFiles(root).changes({"a": "b"}))
