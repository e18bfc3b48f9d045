"""What happens where the optional package is not installed."""

import subprocess
import sys


def test_the_error_says_how_to_install_it(tmp_path):
    """The command ends with exit code 2 and one sentence, without a traceback."""
    for name in ("topology.data", "run.dcd"):
        (tmp_path / name).write_text("")
    words = ["featurize", "topology.data", "run.dcd", "--li", "all", "-o", "windows.csv"]
    words += ["--shell", "X", "all", "2", "4"]
    absent = "import sys; sys.modules['MDAnalysis'] = None; from press.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", absent, *words], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "MDAnalysis, which reads trajectories, is not installed" in done.stderr
    assert "pip install" in done.stderr
    assert "Traceback" not in done.stderr
