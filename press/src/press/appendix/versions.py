"""What a reader needs to make the thesis again: versions, data, commit, executions.

Each function looks at the project that the chapter belongs to and gives Markdown to show. What
comes from the records of executions is known to the built-in renderer alone; under another
renderer a sentence says so.
"""

import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path

from press.door.outputs import Shown
from press.ground.files import project_root
from press.provenance import dependencies, render_records

DIGITS = 16  # shown of a checksum
NO_RECORDS = "*Executions are recorded by `thesis render`; this page was rendered otherwise.*"


def environment() -> Shown:
    """Tabulate the versions of Python and of every package that the project's code imports."""
    root = project_root()
    names = [name for package in packages(root) for name in _modules_of(root / package)]
    found = dependencies.of_names(names, [root]).packages
    rows = [("Python", platform.python_version())]
    rows += [
        (n, v) for n, v in sorted(found.items(), key=_by_name) if v != dependencies.NOT_INSTALLED
    ]
    return markdown_table(("Package", "Version"), rows)


def checksums() -> Shown:
    """Tabulate the data files that the chapters read, with the beginnings of their sha256.

    Tables that rendering wrote are left out; the records of the tables have their checksums. On the
    website the whole checksum is the title of its beginning.
    """
    records = render_records.executions()
    inputs = {path: sha for record in records for path, sha in record["inputs"].items()}
    data = {Path(p).name: s for p, s in sorted(inputs.items()) if _is_data(Path(p))}
    if not data:
        return Shown.markdown(NO_RECORDS)
    rows = [(f"`{n}`", f'`{s[:DIGITS]}`{{title="{s}"}}') for n, s in data.items()]
    return markdown_table(("File", f"First {DIGITS} digits of its sha256"), rows)


def _is_data(path: Path) -> bool:
    return path.suffix != ".py" and "tables" not in path.parts


def executions() -> Shown:
    """Tabulate when each chapter was last executed, and how long that took."""
    records = render_records.executions()
    if not records:
        return Shown.markdown(NO_RECORDS)
    rows = [
        (
            r["chapter"],
            r["executed"].replace("T", " ").replace("+00:00", " UTC"),
            f"{r['seconds']:.1f}",
        )
        for r in records
    ]
    return markdown_table(("Chapter", "Executed", "Seconds"), rows)


def commit() -> str:
    """Give the commit that is checked out, with a plus sign if files have been changed since."""
    return commit_of(project_root())


def commit_of(root: Path) -> str:
    """Give the commit that is checked out in a folder; ``unknown`` outside a repository."""
    try:
        head = _git(root, "rev-parse", "--short=12", "HEAD")
        changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return head + ("+" if changed else "")


def packages(root: Path) -> list[str]:
    """Name the project's packages: folders at its root that hold an ``__init__``, tests aside."""
    found = (path.parent.name for path in root.glob("*/__init__.py"))
    return sorted(name for name in found if name != "tests" and not name.startswith((".", "_")))


def _modules_of(package: Path) -> list[str]:
    root = package.parent
    files = (path.relative_to(root).with_suffix("") for path in package.rglob("*.py"))
    return sorted(".".join(path.parts).removesuffix(".__init__") for path in files)


def _by_name(item: tuple[str, str]) -> str:
    return item[0].lower()


def _git(root: Path, *args: str) -> str:
    run = subprocess.run(["git", *args], cwd=root, check=True, capture_output=True, text=True)
    return run.stdout.strip()


def markdown_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Shown:
    """Show a table whose cells are Markdown."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    rule = ("-" * width for width in widths)
    lines = [" | ".join(line) for line in (head, rule, *rows)]
    return Shown.markdown("\n".join(f"| {line} |" for line in lines))
