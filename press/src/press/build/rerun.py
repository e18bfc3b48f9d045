"""One chapter with other parameters, in a folder of its own.

The chapter is executed as its notebook, with the parameters that papermill injects. Its page is
resolved with the whole book, so that its numbers and references are those of the book, but nothing
else is executed; links to other chapters become plain text. Figures and tables go to the folder
too: nothing outside it changes, except that the store gains results.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nbformat import NotebookNode

from press.book import lookup
from press.book import project as projects
from press.book.project import Project
from press.book.qmd import Chapter
from press.build.destinations import writable
from press.execution import executions, notebooks
from press.execution.executions import Execution
from press.execution.running import Job, run
from press.ground.files import write_atomically
from press.ground.progress import Progress


@dataclass(frozen=True)
class Rerun:
    """What a rerun gave.

    Attributes
    ----------
    notebook : Path
        The executed notebook.
    record : dict
        When, how long, what it depended on, read and wrote.
    page : Path or None
        The chapter as a page.
    """

    notebook: Path
    record: dict
    page: Path | None = None


def rerun(
    root: Path,
    chapter: str,
    *,
    folder: Path,
    profile: str | None = None,
    parameters: Mapping[str, object] | None = None,
    page: bool = True,
    progress: Progress = lambda line: None,
) -> Rerun:
    """Execute a chapter with other parameters.

    Parameters
    ----------
    root : Path
        Folder of the book.
    chapter : str
        Name of the chapter, see `press.book.lookup.chapter_named`.
    folder : Path
        Where the notebook, the page, figures and tables are written.
    profile : str, optional
        Edition; the book's default without it.
    parameters : mapping, optional
        Name -> value.
    page : bool
        Whether to write the chapter as a page too.
    progress : callable
        Is told what may stop the page from being written.

    Raises
    ------
    InputError
        An unknown chapter, edition or parameter, a value that is not allowed, a citation of
        nothing, or a folder that cannot be written; nothing has run.
    RenderError
        The chapter failed; the notebook in the folder shows where.
    """
    project = projects.load(root, profile)
    chapters = lookup.chapters_of(project)
    source = lookup.chapter_named(project, chapter)
    changes = lookup.check_values(project, chapters[source], parameters or {})
    if page:
        from press.resolving import rehearsal

        for problem in rehearsal.rehearse(project, chapters, ["html"]):
            progress(rehearsal.notice(problem))
    folder = writable(folder)
    notebook = folder / f"{Path(source).stem}.ipynb"
    description = executions.described(project, chapters[source], changes)
    job = Job(project, chapters[source], changes, description, folder)
    executed, record = _execute(job, notebook)
    if not page:
        return Rerun(notebook, record)
    done = {name: rehearsal.placeholder(other) for name, other in chapters.items()}
    done[source] = Execution.from_notebook(executed, record)
    written = _write_page(project, chapters, done, source, changes, folder)
    return Rerun(notebook, record, written)


def _execute(job: Job, target: Path) -> tuple[NotebookNode, dict]:
    """Run the chapter's notebook, and write it as it goes, also when a cell failed."""

    def write(notebook: NotebookNode) -> None:
        write_atomically(target, notebooks.to_json(notebook))

    notebook, record = asyncio.run(run(job, f"{target} shows where", write))
    write(notebooks.without_warnings(notebook, job.project, job.chapter))
    return notebook, record


def _write_page(
    project: Project,
    chapters: dict[str, Chapter],
    done: dict[str, Execution],
    source: str,
    changes: Mapping[str, object],
    folder: Path,
) -> Path:
    from press.resolving.resolve import resolve
    from press.site.writer import write_site

    book = resolve(project, chapters, done, "html")
    page = next(page for page in book.pages if page.source == source)
    href = f"{Path(source).stem}.html"
    blocks = [_notice(changes, book.commit), *_without_other_pages(page.blocks, page.href)]
    alone = replace(page, href=href, blocks=blocks)
    config = {**book.metadata, "project": {**book.metadata.get("project", {}), "resources": []}}
    with tempfile.TemporaryDirectory(dir=folder, prefix=".page-") as scratch:
        write_site(replace(book, pages=(alone,), metadata=config), project.root, Path(scratch))
        for made in sorted(Path(scratch).iterdir()):
            _put(made, folder / made.name)
    return folder / href


def _notice(changes: Mapping[str, object], commit: str | None) -> dict:
    """Say that the page is of a rerun, with which parameters and at which commit."""
    from press.document import tree
    from press.document.forms import Provenance

    given = ", ".join(f"{name} = {value}" for name, value in changes.items())
    with_what = f"with {given}" if given else "with the parameters of the book"
    at = f", at commit {commit[:12]}" if commit else ""
    return tree.node(Provenance([tree.para(tree.words(f"Rerun {with_what}{at}."))]))


def _without_other_pages(blocks: list, href: str) -> list:
    """Turn links to other chapters into their text."""
    from press.document import tree
    from press.document.forms import InternalLink, Reference

    def unlinked(link: Reference | InternalLink) -> list | None:
        return None if link.url.startswith("#") else tree.rewrite(link.inlines, handlers)

    handlers = dict.fromkeys((Reference, InternalLink), unlinked)
    return tree.rewrite(blocks, handlers)


def _put(made: Path, target: Path) -> None:
    if target.is_dir() and made.is_dir():
        shutil.copytree(made, target, dirs_exist_ok=True)
    elif made.is_dir():
        shutil.move(made, target)
    else:
        os.replace(made, target)
