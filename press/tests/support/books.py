"""A small book on disk, and the command line in real processes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[3]

CONFIG = """
project:
  type: book
  execute-dir: project
book:
  title: A small book
  chapters:
    - index.qmd
    - chapters/01-one.qmd
    - chapters/02-two.qmd
"""

PARAMETERS = """```{python}
#| tags: [parameters]
#| include: false
import os
dataset = os.environ.get("EDITION", "a")
seed = 0
```
"""

SETUP = """```{python}
#| include: false
from types import SimpleNamespace
from press import outputs
from lab import law
changes = {"seed": seed} if seed else {}
out = outputs(SimpleNamespace(edition=dataset, changes=changes))
```
"""

ONE = f"""# One {{#sec-one}}

{PARAMETERS}
{SETUP}
The seed is `{{python}} seed`, see @tbl-law and @sec-two.

::: {{#tbl-law}}

```{{python}}
out.save_table("law", law.table, seed)
```

The law with seed `{{python}} seed`.
:::
"""

TWO = f"""# Two {{#sec-two}}

{PARAMETERS}
{SETUP}
The first value of @tbl-law is `{{python}} law.values(seed)[0]`.
"""

CONSTANTS = "FACTOR = 2\n"

LAW = '''"""A law."""

import pandas as pd

from lab import constants
from press import record_input, stored
from press.ground.files import file_sha256


@stored
def values(seed):
    """Compute values."""
    record_input("data.txt", file_sha256("data.txt"))
    offset = int(open("data.txt").read())
    return [constants.FACTOR * (seed + step) + offset for step in range(3)]


def table(seed):
    """Tabulate them."""
    return pd.DataFrame({"step": [0, 1, 2], "value": [float(v) for v in values(seed)]})
'''


class Book:
    """A book of three chapters with a package, a data file and one parameter.

    Parameters
    ----------
    root : Path
        Empty folder.
    """

    def __init__(self, root: Path):
        self.root = root
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(CHECKOUT / "press" / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "COLUMNS": "200",
        }
        for name in ("PRESS_STORE", "PRESS_RUN_DIR", "PRESS_RECORD", "QUARTO_PROFILE"):
            self.environment.pop(name, None)
        for name, text in {
            "_quarto.yml": CONFIG,
            "index.qmd": "# Preface {.unnumbered}\n\nRead @sec-one.\n",
            "chapters/01-one.qmd": ONE,
            "chapters/02-two.qmd": TWO,
            "lab/__init__.py": "",
            "lab/constants.py": CONSTANTS,
            "lab/law.py": LAW,
            "data.txt": "0",
        }.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> Path:
        """Write a file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def start(self, *args: str, **environment: str) -> subprocess.Popen:
        """Start the command in the book's folder, as the leader of a process group."""
        return subprocess.Popen(
            [sys.executable, "-c", "from press.cli.main import main; main()", *args],
            cwd=self.root,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # a shell starts what is in the background deaf to interrupts
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def thesis(self, *args: str, code: int = 0, **environment: str) -> str:
        """Run the command; it must end with the code. Give what it printed (errors if any)."""
        process = self.start(*args, **environment)
        out, err = process.communicate(timeout=120)
        assert process.returncode == code, out + err
        return out if code == 0 else out + err

    def files(self, *below: str) -> dict[str, bytes]:
        """Read all files below some folders: name -> content."""
        paths = (path for name in below for path in sorted((self.root / name).rglob("*")))
        return {str(p.relative_to(self.root)): p.read_bytes() for p in paths if p.is_file()}
