"""What a record names, then and now."""

import hashlib

import pytest
from press.provenance.origin import GONE, Present, digest_of_entry, digest_of_folder, is_path

from press import InputError, entries

REGISTRY = """
[cg]
folder = "cg"
files = [{ path = "windows.csv", sha256 = "%s" }]

[far]
folder = "far"
threshold = 2.3
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
    (tmp_path / "data" / "registry.toml").write_text(REGISTRY % (digest("here"), digest("far")))
    return tmp_path


def changes(root, inputs=None, fingerprints=(), **environment):
    """Say what changed among inputs."""
    return list(Present(root, environment).input_changes(inputs or {}, fingerprints))


def test_names_are_the_same_on_every_machine(root):
    """A path in the project, that of a data set wherever it lies, else folder and name."""
    present = Present(root)
    inputs = {
        f"{root}/data/cg/windows.csv": "a",
        "/home/a/cache/far/windows.csv": "b",
        "/home/a/notes/more.csv": "c",
        "/home/a/shared/cg/windows.csv": GONE,
        f"{root}/data/registry.toml[cg]": "d",
        "lab.models.MODELS[tree]": "e",
        "$HOME": "f",
        "package lightgbm": "4.0",
    }
    assert present.committed(inputs) == {
        "data/cg/windows.csv": "a",
        "data/far/windows.csv": "b",
        "*/notes/more.csv": "c",
        "data/registry.toml[cg]": "d",
        "lab.models.MODELS[tree]": "e",
    }
    assert present.named("/home/a/notes/more.csv") == "/home/a/notes/more.csv"
    assert present.named(f"{root}/data/cg/windows.csv") == "data/cg/windows.csv"
    assert present.named(f"{root}/") == "./"
    assert present.digest("./") == digest_of_folder(root)


@pytest.mark.parametrize(
    ("name", "then", "words"),
    [
        ("data/cg/windows.csv", "here", "data file data/cg/windows.csv changed"),
        ("data/far/windows.csv", "far", "data file data/far/windows.csv changed"),
        ("sweeps/s.csv", "result", "data file sweeps/s.csv changed"),
    ],
)
def test_a_file_is_compared_with_what_it_is_now(root, name, then, words):
    """In the project, or as the registry promises it; another digest is a change."""
    assert changes(root, {name: digest(then)}) == []
    assert changes(root, {name: digest("old")}) == [words]


def test_what_came_and_went(root):
    """A file that is gone, and one that was looked for and is there now."""
    assert changes(root, {"lost.txt": digest("x")}) == ["data file lost.txt is gone"]
    assert changes(root, {"lost.txt": GONE}) == []
    (root / "lost.txt").write_text("x")
    assert changes(root, {"lost.txt": GONE}) == ["data file lost.txt is there now"]


def test_a_folder_is_what_is_in_it(root):
    """Another name in it is a change, another content is none."""
    inputs = {"sweeps/": Present(root).digest("sweeps/")}
    (root / "sweeps" / "s.csv").write_text("other")
    assert changes(root, inputs) == []
    (root / "sweeps" / "t.csv").write_text("more")
    assert changes(root, inputs) == ["what is in sweeps/ changed"]


def test_an_entry_of_the_registry(root):
    """Only the entry that was asked for counts, by content; new ones are in the list of them."""
    path = root / "data" / "registry.toml"
    asked = entries(path)
    name = "data/registry.toml[far]"
    inputs = {
        name: digest_of_entry(asked, "far"),
        "data/registry.toml[]": digest_of_entry(asked, ""),
    }
    assert changes(root, inputs) == []
    path.write_text("# words\n" + path.read_text().replace('"cg"', '"coarse"'))
    assert changes(root, inputs) == []
    path.write_text(path.read_text().replace("2.3", "2.4"))
    assert changes(root, inputs) == [f"the entry {name} changed"]
    path.write_text(path.read_text() + "\n[more]\nfolder = 'more'\n")
    assert "what is in data/registry.toml changed" in changes(root, inputs)
    path.write_text("[cg]\nfolder = 'cg'\n")
    assert f"the entry {name} is gone" in changes(root, inputs)


def test_variables(root):
    """By value; a secret only by its digest."""
    inputs = {"$LEVEL": "'3'", "$GONE": GONE}
    assert changes(root, inputs, LEVEL="3") == []
    assert changes(root, inputs, LEVEL="4") == ["the variable LEVEL changed"]
    assert changes(root, inputs, LEVEL="3", GONE="") == ["the variable GONE changed"]
    assert "hush" not in Present(root, {"API_KEY": "hush"}).digest("$API_KEY")


def test_a_package_of_an_entry(root):
    """By its version now."""
    assert changes(root, {"package numpy": "0.1"})[0].startswith("numpy was 0.1, is ")
    assert changes(root, {"package no-such-thing": "1"})[0].endswith("is not installed")


@pytest.mark.parametrize(("name", "then"), [("cg", "here"), ("far", "far"), ("s", "result")])
def test_fingerprints(root, name, then):
    """Data sets of the registry and results of sweeps, by their names."""
    assert changes(root, {}, [f"{name} sha256:{digest(then)}"]) == []
    old = f"{name} sha256:{digest('old')}"
    assert changes(root, {}, [old]) == [f"the data of '{name}' changed"]


def test_the_file_counts_and_not_what_is_promised(root):
    """A data file that is here and changed is a change, whatever the registry says."""
    (root / "data" / "cg" / "windows.csv").write_text("other")
    found = changes(root, {"data/cg/windows.csv": digest("here")}, [f"cg sha256:{digest('here')}"])
    assert found == ["data file data/cg/windows.csv changed", "the data of 'cg' changed"]


def test_what_the_project_does_not_know_is_left_out(root):
    """A file elsewhere without a promise, a data set without an entry."""
    assert changes(root, {"*/notes/more.csv": "x"}, [f"mine sha256:{digest('x')}"]) == []


def test_a_damaged_registry(root):
    """The file is named."""
    (root / "data" / "registry.toml").write_text("[cg\n")
    with pytest.raises(InputError, match="data/registry.toml: not TOML"):
        changes(root, {"data/far/windows.csv": "b"})


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("data/a.csv", True),
        ("data/", True),
        ("a.toml[x]", True),
        ("/a/b[1].csv", True),
        ("m.MODELS[x]", False),
        ("$HOME", False),
        ("package numpy", False),
    ],
)
def test_what_is_a_path(name, is_one):
    """Files, folders and entries of TOML files lie in the project; the rest does not."""
    assert is_path(name) == is_one
