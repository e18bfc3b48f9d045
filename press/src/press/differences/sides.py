"""The two sides of a comparison: where their tables, figures and pages are."""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from press.book import project as projects
from press.ground.errors import InputError

WORKING_TREE = "the working tree"


@dataclass(frozen=True)
class Side:
    """One side.

    Attributes
    ----------
    name : str
        What it is called in a report.
    root : Path
        Folder with ``tables/``, ``thesis_figures/`` and perhaps the sources.
    edition : str or None
        Folder below those that is compared; all of them without it.
    book : Path
        Folder of the rendered pages, which need not be there.
    """

    name: str
    root: Path
    edition: str | None
    book: Path

    @property
    def is_checkout(self) -> bool:
        """Whether the sources are there."""
        return (self.root / projects.CONFIG).is_file()

    def files(self, kind: str, suffix: str) -> dict[str, Path]:
        """Name the files of a kind (``"tables"``, ``"thesis_figures"``) -> where they are."""
        folder = self.root / kind / (self.edition or "")
        found = sorted(folder.rglob(f"*{suffix}"))
        return {path.relative_to(folder).with_suffix("").as_posix(): path for path in found}

    def pages(self) -> dict[str, Path]:
        """Name the rendered pages -> where they are."""
        found = sorted(self.book.rglob("*.html"))
        return {path.relative_to(self.book).as_posix(): path for path in found}

    def chapters(self) -> dict[str, Path]:
        """Name the chapters -> their sources; none without the sources."""
        if not self.is_checkout:
            return {}
        items = projects.load(self.root, self.edition).items
        return {item.source: self.root / item.source for item in items}


@contextmanager
def side(root: Path, said: str | None, edition: str | None) -> Iterator[Side]:
    """Find what a person named, and have its files at hand while the block runs.

    Parameters
    ----------
    root : Path
        Folder of the book.
    said : str or None
        An edition, a folder (a run, another checkout), or a commit; None is the working tree.
    edition : str or None
        The only one that is compared, of commits and folders.

    Raises
    ------
    InputError
        It is none of these.
    """
    if said is None:
        yield _checkout(WORKING_TREE, root, edition)
    elif edition is None and said in {path.name for path in root.glob("tables/*/")}:
        yield _checkout(f"edition {said}", root, said)
    elif Path(said).is_dir():
        yield _folder(said, edition)
    else:
        with TemporaryDirectory(prefix="press-diff-") as folder:
            _extract(root, said, Path(folder))
            yield _checkout(f"commit {said}", Path(folder), edition)


def _checkout(name: str, root: Path, edition: str | None) -> Side:
    return Side(name, root, edition, projects.load(root, edition).output)


def _folder(said: str, edition: str | None) -> Side:
    folder = Path(said).resolve()
    if (folder / projects.CONFIG).is_file():
        return _checkout(said, folder, edition)
    return Side(said, folder, edition, folder / "_book")


def _extract(root: Path, commit: str, folder: Path) -> None:
    command = ["git", "-C", str(root), "archive", "--format=tar", "--end-of-options", commit]
    done = subprocess.run(command, capture_output=True)
    if done.returncode:
        raise InputError(
            f"'{commit}' is no edition, folder or commit",
            rule="an edition with tables, a folder of a run or checkout, or a commit of the book",
            advice=f"git says: {done.stderr.decode(errors='replace').strip()}",
        )
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
