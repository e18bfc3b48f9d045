"""What was rendered from what, so that an up-to-date book is not written again."""

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path

from press.book.lookup import works_of
from press.book.project import Project
from press.book.qmd import Chapter
from press.execution.executions import Execution
from press.ground.files import file_sha256, write_atomically

FOLDER = Path(".press") / "rendered"
FORMATS = {"html": "html", "pdf": "typst"}
"""What is written -> the format of Quarto that says how."""
MARK = ".press-book"
SHOWN_VARIABLE = re.compile(r"\{\{<\s*env\s+(\S+)")


@dataclass(frozen=True)
class Stamp:
    """What is in a folder of a rendered book, by format.

    Attributes
    ----------
    prints : dict
        Fingerprint of what it was rendered from.
    files : dict
        Files that were written, relative to the folder.
    used : dict
        Files of the project that it shows or links to.
    sizes : dict
        Size and time of each written file.
    contents : dict
        Digest of each used file.
    """

    prints: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=dict)
    used: dict[str, list[str]] = field(default_factory=dict)
    sizes: dict[str, list[int]] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    root: str = ""

    def is_current(self, name: str, print_now: str, output: Path) -> bool:
        """Whether a format needs not be written again."""
        return (
            self.prints.get(name) == print_now
            and all(_size(output / file) == self.sizes[file] != [] for file in self.files[name])
            and all(
                _digest(Path(self.root) / file) == self.contents[file] for file in self.used[name]
            )
        )


def read_stamp(root: Path, output: Path) -> Stamp:
    """Read what is known about a folder; an empty stamp if nothing is."""
    try:
        return Stamp(**json.loads(_path(root, output).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Stamp()


def lock_of(root: Path, output: Path) -> Path:
    """Give the file that a process holds while it writes a folder."""
    return _path(root, output).with_suffix(".lock")


def write_stamp(root: Path, output: Path, stamp: Stamp) -> None:
    """Note what a folder holds now."""
    complete = asdict(stamp) | {
        "sizes": {file: _size(output / file) for files in stamp.files.values() for file in files},
        "contents": {file: _digest(root / file) for used in stamp.used.values() for file in used},
        "root": str(root),
    }
    write_atomically(_path(root, output), json.dumps(complete).encode())


def mark(new: Path, output: Path, root: Path) -> None:
    """Say in a new folder, which will stand at `output`, that it is a render of this book.

    The book is named by the way from the folder to its sources, so that a copy of both, or another
    title, changes nothing.
    """
    way = Path(os.path.relpath(root, output.resolve())).as_posix()
    said = (
        f"{way}\nRendered from the book in the folder above; a render replaces all that is here.\n"
    )
    (new / MARK).write_text(said, encoding="utf-8")


def is_marked(folder: Path, root: Path) -> bool:
    """Whether a render of the book at `root` made the folder."""
    try:
        way = (folder / MARK).read_text(encoding="utf-8").partition("\n")[0]
        return (folder.resolve() / way).resolve() == root
    except (OSError, ValueError):
        return False


def foreign_to(root: Path, output: Path) -> list[str]:
    """Name what lies in a folder that no render of this book made.

    Without a mark, a folder is still known if the notes of an earlier render list its files.

    Raises
    ------
    OSError
        It is no folder, or cannot be read.
    """
    if not output.exists() or is_marked(output, root):
        return []
    known = {name for files in read_stamp(root, output).files.values() for name in files}
    files = (path for path in output.rglob("*") if not path.is_dir())
    found = files if known else output.iterdir()
    return sorted({path.relative_to(output).as_posix() for path in found} - known)


def fingerprint(
    project: Project,
    chapters: dict[str, Chapter],
    executions: dict[str, Execution],
    format_name: str,
) -> str:
    """Fingerprint of all that a rendered format depends on, files that it shows excepted."""
    seen = project.in_format(FORMATS[format_name])
    style = seen.config.get("csl")
    files = [*works_of(seen, chapters), *([project.root / style] if style else [])]
    described = {
        "format": format_name,
        "config": project.config,
        "profiles": project.profiles,
        "variables": project.variables,
        "environment": project.environment | _shown_variables(chapters),
        "chapters": {s: [b.text for b in chapter.blocks] for s, chapter in chapters.items()},
        "front": {source: chapter.front for source, chapter in chapters.items()},
        "executions": {source: execution.record for source, execution in executions.items()},
        "references": [_digest(path) for path in files],
        "resources": _resources(project),
        "press": _press(),
        "commit": _head(project.root),
    }
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


def _shown_variables(chapters: dict[str, Chapter]) -> dict[str, str | None]:
    """Give the variables that pages show by a shortcode."""
    texts = (block.text for chapter in chapters.values() for block in chapter.blocks)
    names = {name.strip("'\"") for text in texts for name in SHOWN_VARIABLE.findall(text)}
    return {name: os.environ.get(name) for name in names}


def _resources(project: Project) -> dict[str, list[int]]:
    named = (project.config.get("project") or {}).get("resources") or []
    found: dict[str, list[int]] = {}
    for pattern in [named] if isinstance(named, str) else named:
        for path in project.root.glob(str(pattern).lstrip("/")):
            inner = path.rglob("*") if path.is_dir() else [path]
            found |= {str(p): _size(p) for p in inner if p.is_file()}
    return found


@cache
def _press() -> list:
    """Say which renderer this is: its own files and the programs it is built on."""
    here = Path(__file__).parents[1]
    own = [path for path in sorted(here.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    versions = [metadata.version(name) for name in ("pypandoc_binary", "typst", "jinja2")]
    return [hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in own] + versions


def _head(root: Path) -> str | None:
    from press.resolving.resolve import commit

    return commit(root)


def _size(path: Path) -> list[int]:
    try:
        status = path.stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]


def _digest(path: Path) -> str:
    return file_sha256(path) if path.is_file() else ""


def _path(root: Path, output: Path) -> Path:
    name = hashlib.sha256(str(output.resolve()).encode()).hexdigest()[:16]
    return root / FOLDER / f"{name}.json"
