"""Which folders may be written to: the book's own, and those of reruns, sweeps and notebooks."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from press.book import project as projects
from press.book.project import Project
from press.build.fingerprint import foreign_to, is_marked, read_stamp
from press.ground.errors import InputError
from press.ground.files import cannot_write
from press.ground.folders import is_mount_point

WRITTEN_BY_THE_BOOK = ("tables", "thesis_figures", ".press")
OF_A_RERUN = ("*.ipynb", "tables", "thesis_figures")
OF_A_SWEEP = ("manifest.json", ".lock")
ANOTHER_FOLDER = "name a folder of its own as output-dir in _quarto.yml"
ADVICE = "name a folder of its own, such as _runs/seed3"


def refuse_folder_in_use(folder: Path, root: Path, marks: Iterable[str]) -> None:
    """Refuse a folder whose files belong to something else, before anything is written.

    Parameters
    ----------
    folder : Path
        Where to write.
    root : Path
        Folder of the book.
    marks : iterable of str
        Patterns of which a folder that holds anything must hold one: `OF_A_RERUN`, `OF_A_SWEEP`.

    Raises
    ------
    press.InputError
        The folder holds the book, or other files, or lies where the book is written.
    """
    refuse_place_of_the_book(folder, root)
    full = folder.resolve()
    if root.is_relative_to(full):
        raise InputError(f"{folder} holds the book", advice=ADVICE)
    if full.is_dir() and any(full.iterdir()) and not any(any(full.glob(m)) for m in marks):
        raise InputError(f"{folder} holds other files", advice=ADVICE)


def refuse_place_of_the_book(path: Path, root: Path) -> None:
    """Refuse a path below what a render writes.

    Raises
    ------
    press.InputError
        It lies in ``tables``, ``thesis_figures``, ``.press`` or a rendered book.
    """
    full = path.resolve()
    inside = full.relative_to(root).parts[:1] if full.is_relative_to(root) else ()
    books = (parent for parent in (full, *full.parents) if parent.is_relative_to(root))
    rendered = any(is_marked(book, root) or read_stamp(root, book).files for book in books)
    if set(inside) & set(WRITTEN_BY_THE_BOOK) or rendered:
        raise InputError(
            f"{path} lies where the book is written",
            rule="only a render writes tables, thesis_figures and the book",
            advice=ADVICE,
        )


def writable(folder: Path) -> Path:
    """Make a folder if needed and try to write into it, before anything is computed."""
    folder = folder.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise cannot_write(folder, error) from error
    return folder


def refuse_to_overwrite(output: Path, project: Project) -> None:
    """Refuse to render into a folder that is not new, empty, or made by a render of this book.

    Raises
    ------
    press.InputError
        With what lies there, or why it cannot be replaced.
    """
    real = Path(os.path.realpath(output))
    sources = [
        project.root / name for name in (projects.CONFIG, *(i.source for i in project.items))
    ]
    if any(source.is_relative_to(real) for source in sources):
        raise _not_into(output, "it holds the sources of the book", ANOTHER_FOLDER)
    if real.is_symlink():
        raise _not_into(output, "it is a symbolic link to itself", ANOTHER_FOLDER)
    if is_mount_point(real):
        raise _not_into(output, "it is a mount point", "name a folder inside it")
    try:
        others = foreign_to(project.root, real)
    except OSError as error:
        raise cannot_write(output, error) from error
    if others:
        more = f" and {len(others) - 4} more" if len(others) > 4 else ""
        holds = f"it holds {', '.join(others[:4])}{more}, which no render of this book made"
        raise _not_into(output, holds, f"{ANOTHER_FOLDER}, or remove what nobody needs")


def _not_into(output: Path, why: str, advice: str) -> InputError:
    return InputError(
        f"cannot render into {output}: {why}",
        rule="a render replaces the folder as a whole: it must be new, empty or of this book",
        advice=advice,
    )
