"""The data commands, as a person runs them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.data import datasets

ROOT = Path(__file__).resolve().parents[2]


def thesis(*words: str, **environment: str) -> subprocess.CompletedProcess:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from press.cli.main import main; main()", *words],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


def test_list_describes_every_data_set():
    """Names, systems, origin and place are told, whether the files are there or not."""
    done = thesis("data", "list")
    assert done.returncode == 0
    assert "paec" in done.stdout
    assert "B2T1, B2T3" in done.stdout
    assert "MIT" in done.stdout


def test_verify_without_the_files(tmp_path):
    """A named data set that is not there: exit code 2 and what helps."""
    elsewhere = {"THESIS_DATA_DIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    done = thesis("data", "verify", "paec", **elsewhere)
    assert done.returncode == 2
    assert "thesis data add paec --from DIR" in done.stderr
    assert "Traceback" not in done.stderr


def test_add_then_verify(paec, tmp_path):
    """The reference data set, added from its folder, verifies from the cache."""
    source = datasets.find(paec.dataset, paec.dataset.files[0]).parent
    cached = {"THESIS_DATA_DIR": "", "XDG_CACHE_HOME": str(tmp_path)}
    assert thesis("data", "add", "paec", "--from", str(source), **cached).returncode == 0
    done = thesis("data", "verify", "paec", **cached)
    assert done.returncode == 0, done.stderr
    assert "24900 rows obey the schema" in done.stdout
    assert "12 raw files hold the same rows" in done.stdout


@pytest.mark.parametrize("words", [("verify", "pac"), ("add", "paec", "--from", "/nowhere/at/all")])
def test_bad_words(words):
    """A misspelt data set or a folder that is not there: exit code 2."""
    assert thesis("data", *words).returncode == 2


def test_damaged_file_names_the_cell(paec, tmp_path):
    """An altered cell is told with file, line, column, value and rule; exit code 2."""
    source = datasets.find(paec.dataset, paec.dataset.files[0]).parent
    target = tmp_path / "ml-md-spe"
    target.mkdir()
    lines = (source / "parsed_data.csv").read_text().splitlines()
    lines[12] = lines[12].replace(",3.0,", ",three,", 1)
    (target / "parsed_data.csv").write_text("\n".join(lines))
    done = thesis("data", "verify", "paec", THESIS_DATA_DIR=str(tmp_path))
    assert done.returncode == 2
    assert "parsed_data.csv:13:" in done.stderr
    assert "'three'" in done.stderr
    assert "rule: a finite number" in done.stderr
