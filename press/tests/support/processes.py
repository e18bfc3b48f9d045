"""Small projects on disk, run by real Python processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[3]


class Project:
    """A folder of modules whose functions are called in fresh processes.

    Parameters
    ----------
    root : Path
        Where the modules are written; the store is ``root/.press/store``.
    """

    def __init__(self, root: Path):
        self.root = root
        self.store = root / ".press" / "store"
        self.environment = {
            **os.environ,
            "PYTHONPATH": f"{root}{os.pathsep}{CHECKOUT / 'press' / 'src'}",
            "PYTHONDONTWRITEBYTECODE": "1",  # a quick edit may keep the time that pycache checks
        }
        self.environment.pop("PRESS_STORE", None)

    def write(self, name: str, text: str) -> Path:
        """Write a file below the root."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def start(self, code: str, **environment: str) -> subprocess.Popen:
        """Start a process that runs the code in the root."""
        return subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=self.root,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str, **environment: str) -> str:
        """Run the code to its end and give what it printed; it must succeed."""
        process = self.start(code, **environment)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        return out.strip()

    def fail(self, code: str, **environment: str) -> str:
        """Run code that must fail and give its standard error."""
        process = self.start(code, **environment)
        _, err = process.communicate(timeout=60)
        assert process.returncode != 0
        return err

    def records(self) -> list[dict]:
        """Read the records of all stored results."""
        return [json.loads(path.read_text()) for path in sorted(self.store.rglob("*.json"))]
