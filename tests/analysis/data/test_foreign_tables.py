"""Tables that this project did not make: read right, or refused with the cause."""

import multiprocessing
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.data import datasets, editions, headers, names, registry, timing
from analysis.learn import splits
from analysis.limits import memory
from press import Absence, InputError

ABOUT = {"origin": "tests"}


@pytest.fixture
def root(tmp_path, lipf6_home) -> Path:
    """Make a thesis with one data set."""
    return shutil.copytree(lipf6_home, tmp_path / "thesis" / "data").parent


@pytest.fixture
def rows(lipf6_home) -> pd.DataFrame:
    """Return a table whose windows of 50 ps follow one another."""
    return pd.read_csv(lipf6_home / "lipf6" / "windows.csv")


@pytest.fixture
def add(root, tmp_path):
    """Return a function that makes an edition of a table, given as such or as the text of one."""

    def added(table, **about):
        path = tmp_path / "own.csv"
        if isinstance(table, pd.DataFrame):
            table.to_csv(path, index=False)
        else:
            path.write_text(table)
        return editions.new("own", [path], ABOUT | about, root)[0]

    return added


def test_the_window_is_that_of_t(add, rows):
    """It need not be said; saying another is refused with what t says."""
    for said in (100, 7, 25):
        with pytest.raises(InputError, match="end 50 apart, the first at 50") as refused:
            add(rows, window=said)
        assert "--window 50" in str(refused.value)
    assert add(rows).window == 50


@pytest.mark.parametrize(
    ("stride", "length", "word"), [(50, 50, None), (25, 50, "overlap"), (150, 50, "gaps")]
)
def test_windows_that_do_not_follow_one_another(lipf6, stride, length, word):
    """Overlaps and gaps are told; whatever needs one window after another is absent."""
    table = lipf6.table.assign(t=length + stride * (lipf6.table["Event"] - 1.0))
    timing.check(table, length)
    windows = replace(lipf6, table=table)
    missing = timing.succession(windows)
    assert (missing is None) == (word is None)
    if word is not None:
        assert word in missing.reason


def walk(lipf6, stride: float):
    """Windows of 10 steps of ions that remember nothing, each beginning `stride` windows later."""
    steps = np.random.default_rng(3).normal(size=(300, 200, 3))
    starts = np.arange(0, 190, int(10 * stride))
    moved = np.stack([steps[:, k : k + 10].sum(axis=1) for k in starts], axis=1)
    rows = pd.DataFrame(np.argwhere(np.ones(moved.shape[:2])) + 1, columns=["idx", "Event"])
    axes = dict(zip(("dx", "dy", "dz"), moved.reshape(-1, 3).T, strict=True))
    rows = rows.assign(**axes, **dict.fromkeys(lipf6.features, 1))
    rows["t"] = lipf6.dataset.window * (1 + stride * (rows["Event"] - 1))
    rows["dr"] = np.linalg.norm(moved, axis=2).ravel()
    rows["system"] = pd.Categorical(["dilute"] * len(rows), categories=lipf6.systems)
    return replace(lipf6, table=rows)


def test_overlaps_are_no_memory(lipf6):
    """Windows that share steps are alike; those that follow one another are not."""
    for stride in (1, 0.5, 0.1):
        value, low, high = memory.of_displacement(walk(lipf6, stride))
        assert low < 0.03
        assert abs(value) < 0.06


def test_gaps_have_no_next_window(lipf6):
    """What comes two windows later is not the next one."""
    assert isinstance(memory.of_displacement(walk(lipf6, 2)), Absence)


def test_a_window_for_which_time_is_too_short(rows):
    """Overlapping windows cannot end before they are long enough."""
    with pytest.raises(InputError, match="windows of 120 are said"):
        timing.check(rows, 120)


def test_events_may_begin_anywhere(lipf6):
    """Later windows are those later in time; systems are not mixed up by their numbers."""
    shift = lipf6.table["system"].cat.codes.astype(int) * 1000 + 7
    shifted = replace(lipf6, table=lipf6.table.assign(Event=lipf6.table["Event"] + shift))
    for (train, test), expected in zip(
        splits.outer(shifted, "time"), splits.outer(lipf6, "time"), strict=True
    ):
        np.testing.assert_array_equal(np.sort(train), np.sort(expected[0]))
        np.testing.assert_array_equal(test, expected[1])
        assert set(shifted.table["system"].iloc[train]) == set(shifted.systems)
    np.testing.assert_array_equal(memory.deviations(shifted, "dr"), memory.deviations(lipf6, "dr"))


def semicolons(rows):
    """Write a table as a spreadsheet of a country with decimal commas does."""
    return rows.to_csv(index=False, sep=";", decimal=",")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (semicolons, "separated by semicolons"),
        (lambda rows: rows.to_csv(index=False, sep="\t"), "separated by tabs"),
        (lambda rows: rows.to_csv(index=False, sep=" "), "separated by blanks"),
        (lambda rows: rows.to_csv(), "a column has no name"),
        (lambda rows: rows.to_csv(index=False).replace(",dr", ", dr", 1), "' dr'.*blanks"),
        (lambda rows: rows.to_csv(index=False).replace("EMC-flip", "dr", 1), "'dr' stands twice"),
        (
            lambda rows: rows.drop(columns=["EMC-2", "EMC-2-flip"]).to_csv(index=False),
            "no second shell of EMC",
        ),
        (lambda rows: rows.iloc[:, [0, 1, 2, 3, -1]].to_csv(index=False), "no column names a part"),
        (
            lambda rows: rows.astype({"dx": str}).assign(dx="1,5").to_csv(index=False),
            "decimal point",
        ),
        (lambda rows: rows.assign(dx=1e9, dr=1e9).to_csv(index=False), "not more than 10000"),
        (lambda rows: rows.assign(EMC=10**9).to_csv(index=False), "not more than 10000"),
        (lambda rows: rows.assign(fast=1).to_csv(index=False), "--threshold"),
    ],
)
def test_refusals_name_the_cause(add, rows, root, text, message):
    """Separator, decimal comma, index, blanks, shells, values: each by its name."""
    with pytest.raises(InputError, match=message):
        add(text(rows) if callable(text) else text)
    assert registry.names(root / "data" / "registry.toml") == ("lipf6",)


def test_a_hidden_index(rows, tmp_path):
    """A parquet file whose system is the index."""
    rows.set_index("system").to_parquet(tmp_path / "own.parquet")
    with pytest.raises(InputError, match="'system' is the index"):
        datasets.parse(tmp_path / "own.parquet")


def test_lengths_in_nanometres(add, rows, root):
    """Are remarked on, and taken as they are."""
    lengths = ["dx", "dy", "dz", "dr"]
    dataset = add(rows.assign(**(rows[lengths] / 100)), threshold=0.02, rounding=0.0001)
    said = editions.remarks(dataset, root / "data")
    assert len(said) == 1
    assert "not in nm?" in said[0]


@pytest.mark.parametrize(
    "name",
    [
        "@fig-x",
        "**bold**",
        "{{< meta title >}}",
        "`r`",
        "a/b",
        " ",
        "",
        "<b>",
        "$x$",
        "a|b",
        "A--B",
    ],
)
def test_names_are_no_markup(name):
    """Systems and partners are plain text."""
    with pytest.raises(InputError, match="is called"):
        names.require_name("system", name)
    with pytest.raises(InputError, match="is called"):
        names.require_partner(name)


@pytest.mark.parametrize("name", ["dr", "system", "EC-2", "EC-flip"])
def test_partners_are_no_columns(name):
    """The error says which column the name would be taken for."""
    with pytest.raises(InputError, match="a partner is called"):
        names.require_partner(name)


@pytest.mark.parametrize("name", ["B2T1", "LP30", "PEO 20:1 (LiTFSI)", "10 % EC", "Li₃PS₄", "a_b"])
def test_usual_names(name):
    """Are taken as they are."""
    names.require_name("system", name)


def test_partners_of_a_header():
    """In their order; what ends in -flip is no partner."""
    assert headers.partners(["X-flip", "X-2-flip", "A-flip", "A-2-flip"]) == ["X", "A"]


@pytest.mark.parametrize("path", ["../windows.csv", "/etc/passwd", "a/../../b"])
def test_paths_stay_inside(lipf6, path):
    """A registry does not reach out of the folder of its data."""
    with pytest.raises(InputError, match="stay within"):
        replace(lipf6.dataset, folder=path)


def _new(root: Path, table: Path, name: str):
    editions.new(name, [table], ABOUT, root)


def test_two_at_once(root, rows, tmp_path):
    """Processes that add editions at the same time lose none."""
    path = tmp_path / "own.csv"
    rows.to_csv(path, index=False)
    added = [f"own{k}" for k in range(4)]
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_new, args=(root, path, name)) for name in added]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert sorted(registry.names(root / "data" / "registry.toml")) == ["lipf6", *added]


@pytest.mark.parametrize("survived", [1, 2, 3])
def test_repeated_after_a_kill(root, rows, tmp_path, survived, monkeypatch):
    """A process that died between two moves: the same command again makes the edition."""
    path = tmp_path / "own.csv"
    rows.to_csv(path, index=False)
    moves, replace_file = [], os.replace

    def dying(source, target):
        moves.append(target)
        if len(moves) > survived:
            raise KeyboardInterrupt
        replace_file(source, target)

    monkeypatch.setattr(editions.os, "replace", dying)
    monkeypatch.setattr(editions, "_remove", lambda place: None)
    with pytest.raises(KeyboardInterrupt):
        editions.new("own", [path], ABOUT, root)
    monkeypatch.undo()
    shutil.copytree(root / "data" / "lipf6", root / "data" / ".new-left")
    editions.new("own", [path], ABOUT, root)
    assert registry.names(root / "data" / "registry.toml") == ("lipf6", "own")
    assert not list((root / "data").glob(".new-*"))


def test_files_follow_the_umask(add, rows, root):
    """A group that may read the thesis may read an edition."""
    before = os.umask(0o027)
    try:
        add(rows)
    finally:
        os.umask(before)
    for path in (root / "data" / "own" / "windows.parquet", root / "data" / "registry.toml"):
        assert path.stat().st_mode & 0o777 == 0o640
