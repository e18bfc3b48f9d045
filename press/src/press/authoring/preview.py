"""``thesis preview``: the website in a browser, a moment after a source was saved.

A loop waits for a saved file and renders again, into a folder of its own. What a saved file does
not concern is kept from the time before: executions on disk, resolved chapters and written pages
in memory.
"""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from press.authoring.serving import State, served
from press.book import lookup
from press.book import project as projects
from press.build.destinations import WRITTEN_BY_THE_BOOK
from press.execution.execute import execute
from press.ground.errors import InputError
from press.ground.files import Stamp, file_sha256, stamp
from press.ground.progress import Progress
from press.resolving.resolve import resolve
from press.site.writer import write_site

PAUSE, SETTLING = 0.2, 0.05
"""Seconds between two looks at the files, and for which a changed one must stay as it is."""


@dataclass
class Preview:
    """Renders a book's website again and again.

    Attributes
    ----------
    root : Path
        Folder of ``_quarto.yml``.
    profile : str or None
        Edition.
    folder : Path
        Where the pages are written.
    progress : callable
        Is told what the person at the terminal sees.
    state : State
        What the browsers are told.
    resolved, written : dict
        What was made before, as `resolve` and `write_site` keep it.
    """

    root: Path
    profile: str | None
    folder: Path
    progress: Progress
    state: State = field(default_factory=State)
    resolved: dict = field(default_factory=dict)
    written: dict = field(default_factory=dict)

    def render(self) -> None:
        """Render once; what is wrong with the book is told, and the pages before it stay."""
        started = time.perf_counter()
        try:
            pages = self._changed_pages()
        except InputError as error:
            self.progress(f"{error}")
            self.state.tell(error=str(error))
            return
        self.state.tell(pages=pages)
        seconds = time.perf_counter() - started
        self.progress(f"{', '.join(pages) or 'no page'} changed, in {seconds:.1f} s")

    def _changed_pages(self) -> tuple[str, ...]:
        project = projects.load(self.root, self.profile)
        chapters = lookup.chapters_of(project)
        executions = execute(project, [*chapters.values()], {}, progress=self._working)
        book = resolve(project, chapters, executions, "html", self.resolved)
        before = self._digests()
        write_site(book, self.root, self.folder, kept=self.written)
        return tuple(page for page, digest in self._digests().items() if digest != before.get(page))

    def _digests(self) -> dict[str, str]:
        pages = sorted(self.folder.rglob("*.html"))
        return {path.relative_to(self.folder).as_posix(): file_sha256(path) for path in pages}

    def _working(self, line: str) -> None:
        self.progress(line)
        self.state.tell(working=line)


def preview(root: Path, profile: str | None, say: Progress) -> None:
    """Render and serve a book until the process is interrupted.

    Parameters
    ----------
    root : Path
        Folder of ``_quarto.yml``.
    profile : str or None
        Edition; the book's default without it.
    say : callable
        Is told the address, and what is rendered.

    Raises
    ------
    InputError
        There is no book that could be read at the start.
    """
    projects.load(root, profile)
    (root / ".press").mkdir(exist_ok=True)
    with TemporaryDirectory(dir=root / ".press", prefix="preview-") as folder:
        shown = Preview(root, profile, Path(folder), say)
        shown.state.tell(working="rendering")
        with served(shown.folder, shown.state) as address:
            say(f"{address}\nCtrl-C stops the preview")
            seen: dict[Path, Stamp] = {}
            while True:
                seen = _next(seen, root)
                shown.render()


def _next(seen: dict[Path, Stamp], root: Path) -> dict[Path, Stamp]:
    """Wait until a file is another than it was, and wholly written."""
    while (now := stamps(root)) == seen:
        time.sleep(PAUSE)
    while True:
        time.sleep(SETTLING)
        before, now = now, stamps(root)
        if now == before:
            return now


def stamps(root: Path) -> dict[Path, Stamp]:
    """Tell files of a project from what they were; those that a render writes are left out."""
    found: dict[Path, Stamp] = {}
    for folder, below, files in os.walk(root):
        below[:] = [name for name in below if _is_source(Path(folder, name), root)]
        found |= {Path(folder, name): stamp(Path(folder, name)) for name in files}
    return found


def _is_source(folder: Path, root: Path) -> bool:
    written = folder.parent == root and folder.name in WRITTEN_BY_THE_BOOK
    return not written and not folder.name.startswith((".", "_"))
