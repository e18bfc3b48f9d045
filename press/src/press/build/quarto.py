"""Rendering with Quarto instead of the built-in renderer, from the same sources."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from press.book import parameters as parameters_of
from press.book import project as projects
from press.book import qmd
from press.build.destinations import refuse_to_overwrite
from press.build.fingerprint import mark
from press.door.outputs import run_folder
from press.ground.errors import InputError, RenderError

OLDEST = (1, 9)
FORMATS = {"html": "html", "pdf": "typst"}


def render(
    root: Path,
    *,
    profile: str | None = None,
    parameters: Mapping[str, object] | None = None,
    to: Iterable[str] = ("html", "pdf"),
    progress: Callable[[str], None] = lambda line: None,
) -> Path:
    """Render a book with Quarto.

    The parameters are those of `press.build.render.render`; so are the folders that are written
    to, and which of them may be replaced.

    Raises
    ------
    InputError
        Quarto is missing or too old, a profile or parameter is unknown, or the folder holds what
        no render of this book made.
    RenderError
        Quarto failed.
    """
    quarto = _program()
    project = projects.load(Path(root), profile)
    chapters = [qmd.read(project.root / item.source, project.root) for item in project.items]
    changes = parameters_of.changes(parameters or {}, chapters, project.environment)
    profiles = ",".join(project.profiles)
    run = run_folder(profiles, changes) if changes else None
    output = project.root / run / "_book" if run else project.output
    refuse_to_overwrite(output, project)
    call = command(quarto, profiles, changes, run, list(to))
    progress(" ".join(call))
    environment = os.environ | {"QUARTO_PYTHON": sys.executable}
    environment |= {"PRESS_RUN_DIR": run} if run else {}
    done = subprocess.run(call, cwd=project.root, env=environment)
    if output.is_dir():
        mark(output, output, project.root)
    if done.returncode:
        raise RenderError(f"Quarto ended with code {done.returncode}; its message is above")
    return output


def command(
    quarto: str, profiles: str, changes: Mapping[str, object], run: str | None, to: list[str]
) -> list[str]:
    """Write the command line that renders a book.

    Examples
    --------
    >>> " ".join(command("quarto", "paec", {"seed": 7}, "_runs/ab", ["html"]))
    'quarto render --to html --profile paec -P seed:7 --output-dir _runs/ab/_book'
    """
    call = [quarto, "render"]
    if set(to) != set(FORMATS):
        call += ["--to", FORMATS[to[0]]]
    call += ["--profile", profiles] if profiles else []
    for name, value in changes.items():
        call += ["-P", f"{name}:{value if isinstance(value, str) else json.dumps(value)}"]
    call += ["--output-dir", f"{run}/_book"] if run else []
    return call


def _program() -> str:
    found = shutil.which("quarto")
    needed = ".".join(map(str, OLDEST))
    advice = f"install Quarto {needed} or later from quarto.org, or leave out --engine quarto"
    if found is None:
        raise InputError("Quarto is not on this machine's PATH", advice=advice)
    said = subprocess.run([found, "--version"], capture_output=True, text=True).stdout.strip()
    version = tuple(int(part) for part in re.findall(r"\d+", said)[:2])
    if version < OLDEST:
        raise InputError(f"Quarto {said or 'of an unknown version'} is too old", advice=advice)
    return found
