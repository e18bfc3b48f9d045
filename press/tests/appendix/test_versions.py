"""What the appendix on reproducing shows."""

import json
import subprocess

import numpy as np
import pytest
from press.appendix import versions


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Stand in a book with one package."""
    (tmp_path / "_quarto.yml").write_text("")
    for folder in ("lab", "tests"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text("")
    (tmp_path / "lab" / "a.py").write_text("def f():\n    import numpy, no_such_thing\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def text_of(shown):
    """Give the Markdown that is shown."""
    return shown.parts[0][0]["text/markdown"]


def test_environment_lists_what_the_code_imports(book):
    """Python and the packages imported anywhere in the project's packages, with versions."""
    text = text_of(versions.environment())
    assert f"| numpy | {np.__version__} |" in text
    assert "| Python | 3." in text
    assert "no_such_thing" not in text


def test_commit_is_that_of_the_checkout(book):
    """The commit is shown short; a plus sign tells of changes."""
    assert versions.commit() == "unknown"
    git = ["git", "-c", "user.name=n", "-c", "user.email=e"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "lab"], check=True)
    subprocess.run([*git, "commit", "-qm", "m"], check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True).stdout
    assert versions.commit() == head[:12]
    (book / "lab" / "a.py").write_text("")
    assert versions.commit() == head[:12] + "+"


def test_executions_and_checksums_come_from_the_records(book, monkeypatch):
    """Chapters with their times, data files with their digests; a sentence without records."""
    assert "thesis render" in text_of(versions.executions())
    assert "thesis render" in text_of(versions.checksums())
    record = {
        "chapter": "one.qmd",
        "executed": "2026-01-02T03:04:05+00:00",
        "seconds": 2.5,
        "inputs": {
            "/data/a.csv": "ab" * 32,
            "/book/lab/a.py": "cd" * 32,
            "/book/tables/cg/t.csv": "ef" * 32,
        },
    }
    (book / "records").write_text(json.dumps([record]))
    monkeypatch.setenv("PRESS_EXECUTIONS", str(book / "records"))
    assert "| one.qmd | 2026-01-02 03:04:05 UTC | 2.5 |" in text_of(versions.executions())
    said = text_of(versions.checksums())
    assert f'| `a.csv` | `{"ab" * 8}`{{title="{"ab" * 32}"}} |' in said
    assert "a.py" not in said and "t.csv" not in said
