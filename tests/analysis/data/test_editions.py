"""A reader's own windows become an edition, whole or not at all."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from analysis.commands import edition
from analysis.data import datasets, editions, registry
from press import InputError

ABOUT = {"title": 'LiPF6 "in" EMC', "origin": "tests", "licence": "MIT", "window": 50}


@pytest.fixture
def root(tmp_path, lipf6_home) -> Path:
    """Make a thesis with one data set."""
    return shutil.copytree(lipf6_home, tmp_path / "thesis" / "data").parent


@pytest.fixture
def table(tmp_path, lipf6_home) -> Path:
    """Return a windows table in a file."""
    return Path(shutil.copy(lipf6_home / "lipf6" / "windows.csv", tmp_path / "own.csv"))


def content(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder with its content, but for the lock."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return {str(path): path.read_bytes() for path in files}


def test_an_edition_is_added(root, table, monkeypatch):
    """Entry, data, profile and environment are written; the data set loads; the others stay."""
    before = content(root)
    dataset, written = editions.new("own", [table], ABOUT, root)
    assert [path.exists() for path in written] == [True] * 4
    assert dataset.partners == ("PF6", "EMC", "Li")
    assert dataset.systems == ("dilute", "concentrated", "aged")
    known = root / "data" / "registry.toml"
    assert registry.names(known) == ("lipf6", "own")
    assert known.read_bytes().startswith(before[str(known)].rstrip(b"\n"))
    monkeypatch.setenv("THESIS_DATA_DIR", str(root / "data"))
    windows = datasets.load_entry(registry.entry("own", known))
    expected = pd.read_csv(table)
    found = windows.table[expected.columns].astype({"system": str})
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    assert dataset.threshold == round(expected["dr"].median(), 1)
    profile = (root / "_quarto-own.yml").read_text()
    assert "output-dir: _book-own" in profile
    assert "Polymer" not in profile
    assert (
        "facts:\n  own: false\n  regression: false\n  classification: false\n  systems: true"
        in profile
    )
    assert r'subtitle: "LiPF6 \"in\" EMC"' in profile
    assert (root / "_environment-own").read_text() == "THESIS_DATASET=own\n"
    assert {k: v for k, v in content(root).items() if k in before and k != str(known)} == {
        k: v for k, v in before.items() if k != str(known)
    }


def test_systems_in_several_files(root, table, tmp_path):
    """Files are joined in their order; the order of the systems and descriptors can be told."""
    rows = pd.read_csv(table)
    paths = []
    for system in ("aged", "dilute", "concentrated"):
        paths.append(tmp_path / f"{system}.parquet")
        rows[rows["system"] == system].to_parquet(paths[-1])
    dataset, _ = editions.new("joined", paths, ABOUT, root)
    assert dataset.systems == ("aged", "dilute", "concentrated")
    systems = [
        {"name": n, "salt c": c} for n, c in (("dilute", 1), ("concentrated", 3), ("aged", 1))
    ]
    told = {"systems": systems, "descriptors": {"salt c": "mol/l"}, "threshold": 1.5}
    dataset, _ = editions.new("told", paths, ABOUT | told, root)
    assert dataset.described["salt c"].to_dict() == {"dilute": 1, "concentrated": 3, "aged": 1}
    assert dataset.threshold == 1.5


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("lipf6", {}, "'lipf6' exists already"),
        ("Own", {}, "cannot name an edition"),
        ("../own", {}, "cannot name an edition"),
        ("own", {"origin": None}, "not said: origin"),
        ("own", {"systems": ["dilute"]}, "system is 'concentrated' in row 49"),
        ("own", {"systems": ["dilute", "concentrated", "aged", "new"]}, "no row of new"),
        ("own", {"partners": ["PF6", "EMC"]}, "column 'Li' is unknown"),
        ("own", {"window": -1.0}, "window is -1.0"),
        ("own", {"window": "long"}, "window is long"),
        ("own", {"window": float("nan")}, "window is nan"),
        ("own", {"threshold": float("inf")}, "threshold is inf"),
        ("own", {"window": 7.0}, "windows of 7 are said, and those of dilute end 50 apart"),
        ("own", {"partners": ["PF6", "dr"]}, "called 'dr', but 'dr' is a column of its own"),
        ("own", {"rounding": 1e-6}, "dr is"),
    ],
)
def test_bad_input_changes_nothing(root, table, name, changes, message):
    """The error names the value; the thesis is as it was."""
    before = content(root)
    about = {key: value for key, value in (ABOUT | changes).items() if value is not None}
    with pytest.raises(InputError, match=message):
        editions.new(name, [table], about, root)
    assert content(root) == before
    assert not list((root / "data").glob(".new*"))


@pytest.mark.parametrize("taken", ["_quarto-own.yml", "_environment-own", "data/own/windows.csv"])
def test_files_of_that_name_are_kept(root, table, taken):
    """Nothing that exists is overwritten, even if the registry does not know it."""
    (root / taken).parent.mkdir(exist_ok=True)
    (root / taken).write_text("mine\n")
    with pytest.raises(InputError, match="exists already"):
        editions.new("own", [table], ABOUT, root)
    assert (root / taken).read_text() == "mine\n"


@pytest.mark.parametrize("failing", ["own", "_quarto-own.yml", "_environment-own", "registry.toml"])
def test_a_failing_write_leaves_nothing(root, table, failing, monkeypatch):
    """Whichever of the moves fails, what was moved before is gone again."""
    before = content(root)
    replace = editions.os.replace

    def full(source, target):
        if Path(target).name == failing:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(editions.os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        editions.new("own", [table], ABOUT, root)
    assert content(root) == before
    assert not (root / "data" / "own").exists()


def test_a_system_in_two_files(root, table, tmp_path):
    """Both files are named."""
    copy = shutil.copy(table, tmp_path / "copy.csv")
    with pytest.raises(InputError, match="dilute is also in .*own.csv"):
        editions.new("own", [table, Path(copy)], ABOUT, root)


def test_descriptions(tmp_path):
    """Unknown keys are refused with the nearest known one; broken TOML with its place."""
    path = tmp_path / "about.toml"
    path.write_text('title = "x"\nlicense = "MIT"\n')
    with pytest.raises(InputError) as refused:
        editions.described(path)
    assert "did you mean 'licence'?" in str(refused.value)
    path.write_text("title = \n")
    with pytest.raises(InputError, match="not valid TOML.*line 1"):
        editions.described(path)


def test_command_says_what_is_missing(table):
    """Options and file together; what neither says is asked for."""
    words = ["new", "own", "--windows", str(table), "--title", "Mine", "--systems", "dilute, aged"]
    with pytest.raises(InputError, match="not said: origin"):
        CliRunner().invoke(edition, words, catch_exceptions=False)
