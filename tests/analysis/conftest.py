"""Data sets for the tests: a small one of another electrolyte, and the reference's where it is."""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.data import datasets, registry
from analysis.data.windows import Windows
from analysis.learn import models
from press import InputError

PARTNERS = ("PF6", "EMC", "Li")
SYSTEMS = ("dilute", "concentrated", "aged")  # not the order of the alphabet
IONS, WINDOWS = 6, 8
STEP = 0.01  # angstrom, rounding

ENTRY = """
[lipf6]
title = "LiPF6 in ethyl methyl carbonate"
origin = "made for the tests"
licence = "MIT"
folder = "lipf6"
partners = ["PF6", "EMC", "Li"]
window = 50.0
time_unit = "ps"
threshold = 2.0
rounding = 0.01
windows_file = "windows.csv"
raw_files = ["dilute.txt", "concentrated.txt", "aged.txt"]
systems = [{ name = "dilute" }, { name = "concentrated" }, { name = "aged" }]
files = [
"""


def small_table() -> pd.DataFrame:
    """Make windows of three systems: the later the system, the faster the ions."""
    draw = np.random.default_rng(0)
    rows = []
    for speed, system in enumerate(SYSTEMS, start=1):
        for event in range(1, WINDOWS + 1):
            for idx in range(1, IONS + 1):
                row = {"t": 50.0 * event, "Steps": 100 * event, "Event": event, "idx": idx}
                for shell in ("", "-2"):
                    for partner in PARTNERS:
                        row[partner + shell] = draw.integers(0, 4)
                        row[f"{partner}{shell}-flip"] = draw.integers(0, 40)
                step = np.round(speed * draw.normal(size=3), 2)
                row |= dict(zip(("dx", "dy", "dz"), step, strict=True))
                row |= {"dr": np.round(np.linalg.norm(step), 2), "d": 1.0, "system": system}
                rows.append(row)
    return pd.DataFrame(rows)


def write_data_set(folder: Path, table: pd.DataFrame) -> Path:
    """Write a table, its raw files and a registry of it; return the registry."""
    home = folder / "lipf6"
    home.mkdir(parents=True, exist_ok=True)
    table.to_csv(home / "windows.csv", index=False)
    for system in SYSTEMS:
        rows = table[table["system"] == system].drop(columns="system")
        rows.to_csv(home / f"{system}.txt", sep=" ", header=False, index=False)
    lines = []
    for path in sorted(home.iterdir()):
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        lines.append(f'{{ path = "{path.name}", bytes = {len(content)}, sha256 = "{sha256}" }},')
    path = folder / "registry.toml"
    path.write_text(ENTRY + "\n".join(lines) + "\n]\n")
    return path


@pytest.fixture(autouse=True, scope="session")
def own_store(tmp_path_factory):
    """Keep what the tests compute out of the project's store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRESS_STORE", str(tmp_path_factory.mktemp("store")))
        yield


@pytest.fixture(scope="session")
def lipf6_home(tmp_path_factory) -> Path:
    """Write the small data set of another electrolyte; return the folder of its registry."""
    folder = tmp_path_factory.mktemp("data")
    write_data_set(folder, small_table())
    return folder


@pytest.fixture
def lipf6_folder(lipf6_home, tmp_path, monkeypatch) -> Path:
    """Return a copy that a test may damage; it is where data sets are looked for."""
    folder = shutil.copytree(lipf6_home, tmp_path / "data")
    monkeypatch.setenv("THESIS_DATA_DIR", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


@pytest.fixture(scope="session")
def lipf6(lipf6_home) -> Windows:
    """Load the small data set of another electrolyte: other partners, no descriptors."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THESIS_DATA_DIR", str(lipf6_home))
        return datasets.load_entry(registry.entry("lipf6", lipf6_home / "registry.toml"))


@pytest.fixture(scope="session")
def paec() -> Windows:
    """Load the reference data set, where it can be had."""
    try:
        return datasets.load("paec")
    except InputError as error:
        pytest.skip(error.message)


@pytest.fixture(scope="session")
def cg() -> Windows:
    """Load the data set that comes with the project."""
    return datasets.load("cg")


def searched_among(count: int) -> dict[str, models.Model]:
    """Return the table of models, each searched among that many candidates only."""
    return {
        name: replace(model, search=model.search and replace(model.search, count=count))
        for name, model in models.MODELS.items()
    }
