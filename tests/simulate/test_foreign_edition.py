"""From a trajectory that this project did not make to the thesis rendered for it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("analysis", "chapters", "data", "press", "simulate")
SHELLS = {
    "PF6": ("byres type 20", "2.8", "6"),
    "BN": ("byres type 5", "2.61468", "6"),
    "FEC": ("byres type 19", "2.43158", "6"),
    "Li": ("type 22", "5", "8"),
}


@pytest.fixture
def thesis(tmp_path):
    """Copy the thesis, and return a function that runs its command there."""
    root = tmp_path / "thesis"
    for part in PARTS:
        shutil.copytree(ROOT / part, root / part)
    for path in [*ROOT.glob("_quarto*.yml"), *ROOT.glob("_environment*"), *ROOT.glob("*.*")]:
        if path.is_file():
            shutil.copy(path, root)

    def run(*words: str) -> str:
        environment = os.environ | {"PYTHONPATH": str(root), "PRESS_STORE": str(tmp_path / "store")}
        command = [sys.executable, "-c", "from press.cli.main import main; main()", *words]
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run.root = root
    return run


def test_a_foreign_trajectory_becomes_a_thesis(thesis, tmp_path):
    """Featurized, added and rendered, with its own partners in every table."""
    pytest.importorskip("MDAnalysis", reason="needs the extra 'trajectories'")
    reason = "needs the extra 'foreign'"
    files = pytest.importorskip("solvation_analysis.tests.datafiles", reason=reason)
    table = str(tmp_path / "windows.parquet")
    shells = [word for name, shell in SHELLS.items() for word in ("--shell", name, *shell)]
    trajectory = [str(files.bn_fec_data), str(files.bn_fec_dcd_unwrap)]
    done = thesis(
        *("featurize", *trajectory, "--li", "type 22", *shells),
        *("--window", "3", "--frame-time", "1", "-o", table),
    )
    assert "147 rows, 49 ions in 3 windows of 3 ps" in done
    thesis("edition", "new", "bnfec", "--windows", table, "--window", "3", "--source", "elsewhere")
    thesis("render", "--edition", "bnfec", "--to", "html")
    book = thesis.root / "_book-bnfec"
    assert "147" in (book / "chapters" / "03-data-and-methods.html").read_text()
    pages = " ".join(page.read_text() for page in book.rglob("*.html"))
    assert "BN-2-flip" in pages
    assert "bn_fec" in pages
