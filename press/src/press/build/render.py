"""Rendering a book: read, execute, resolve, write, and put in place as a whole."""

import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from press.book import lookup, qmd
from press.book import parameters as parameters_of
from press.book import project as projects
from press.book.project import Project
from press.build.destinations import refuse_to_overwrite
from press.build.fingerprint import (
    FORMATS,
    Stamp,
    fingerprint,
    lock_of,
    mark,
    read_stamp,
    write_stamp,
)
from press.document.pages import Book
from press.execution.execute import execute
from press.execution.executions import Execution
from press.ground.folders import replacing
from press.ground.locks import locked
from press.ground.progress import Progress


def render(
    root: Path,
    *,
    profile: str | None = None,
    parameters: Mapping[str, object] | None = None,
    to: Iterable[str] = ("html", "pdf"),
    output: Path | None = None,
    anew: bool = False,
    progress: Progress = lambda line: None,
) -> Path:
    """Render a book to a website and a PDF.

    Parameters
    ----------
    root : Path
        Folder of ``_quarto.yml``.
    profile : str, optional
        Profiles to activate, separated by commas; the book's default without it.
    parameters : mapping, optional
        Name -> value. With values other than the chapters' defaults the book is written under
        ``_runs/HASH/``.
    to : iterable of str
        ``"html"``, ``"pdf"``, or both.
    output : Path, optional
        Folder to write to, instead of the book's own.
    anew : bool
        Whether to execute also the chapters that are up to date.
    progress : callable
        Is told about each step.

    Returns
    -------
    Path
        The folder of the rendered book.

    Raises
    ------
    InputError
        The sources are wrong, or the folder holds what no render of this book made; nothing was
        written.
    RenderError
        A cell failed, or a writer did; the book that was there before is unchanged.
    """
    started = time.perf_counter()
    project = projects.load(Path(root), profile)
    chapters = {item.source: qmd.read(project.root / item.source, project.root)
                for item in project.items}  # fmt: skip
    changes = parameters_of.changes(parameters or {}, chapters.values(), project.environment)
    for chapter in chapters.values() if changes else ():
        declared = parameters_of.declared(chapter, project.environment)
        mine = {name: value for name, value in changes.items() if name in declared}
        lookup.check_values(project, chapter, mine)
    run_folder = _run_folder(project, changes)
    output = output or (project.root / run_folder / "_book" if run_folder else project.output)
    refuse_to_overwrite(output, project)
    wanted = [name for name in FORMATS if name in set(to)]

    def rehearse() -> None:
        from press.resolving import rehearsal

        for problem in rehearsal.rehearse(project, chapters, [FORMATS[name] for name in wanted]):
            progress(rehearsal.notice(problem))

    executions = execute(
        project,
        list(chapters.values()),
        changes,
        run_folder=run_folder,
        anew=anew,
        before=rehearse,
        progress=progress,
    )
    with locked(lock_of(project.root, output), lambda who: progress(f"waiting for {who}")):
        stale = _write(project, chapters, executions, output, wanted, progress)
    seconds = time.perf_counter() - started
    what = "rendered" if stale else "nothing changed in"
    progress(f"{what} {_shown(output, project.root)} in {seconds:.1f} s")
    return output


def _write(
    project: Project,
    chapters: dict[str, qmd.Chapter],
    executions: dict[str, Execution],
    output: Path,
    wanted: list[str],
    progress: Progress,
) -> list[str]:
    """Write the formats that are not up to date; tell which."""
    kept = read_stamp(project.root, output)
    prints = {name: fingerprint(project, chapters, executions, name) for name in FORMATS}
    has_pdf = "pdf" in wanted or "pdf" in kept.files
    if kept.prints.get("html") == _linking(prints["html"], not has_pdf):
        wanted = [*FORMATS]  # the website links to the PDF, or does so no more
    stale = [
        name
        for name in wanted
        if not kept.is_current(name, _linking(prints[name], has_pdf), output)
    ]
    if not stale:
        return []
    books = {name: _resolve(project, chapters, executions, FORMATS[name]) for name in stale}
    pdf = _name_of_pdf(books[stale[0]])
    others = [name for name in FORMATS if name not in stale and name in kept.files]
    if "pdf" in others and kept.files["pdf"] != [pdf]:  # it has an earlier title
        others.remove("pdf")
    has_pdf = "pdf" in (*stale, *others)
    with replacing(output) as folder:
        for name in others:
            _carry_over(output, folder, kept.files[name])
        written: dict[str, list[str]] = {}
        jobs = {}
        with ThreadPoolExecutor(max_workers=len(stale)) as pool:
            for name in stale:
                job = partial(_write_format, name, books[name], project.root, folder, has_pdf)
                jobs[name] = pool.submit(_timed, job)
            for name, running in jobs.items():
                written[name], seconds = running.result()
                progress(f"wrote {name} in {seconds:.1f} s")
        mark(folder, output, project.root)
        refuse_to_overwrite(output, project)  # again: executing may have taken hours
    stamp = Stamp(
        prints={n: _linking(prints[n], has_pdf) for n in stale}
        | {n: kept.prints[n] for n in others},
        files=written | {n: kept.files[n] for n in others},
        used={n: _used(books[n], project.root) for n in stale} | {n: kept.used[n] for n in others},
    )
    write_stamp(project.root, output, stamp)
    return stale


def _resolve(project, chapters, executions, format_name: str) -> Book:
    from press.resolving.resolve import resolve

    return resolve(project, chapters, executions, format_name)


def _write_format(name: str, book: Book, root: Path, folder: Path, has_pdf: bool) -> list[str]:
    """Write one format into the folder; tell which files it wrote."""
    pdf = _name_of_pdf(book)
    if name == "pdf":
        from press.pdf.writer import write_pdf

        write_pdf(book, root, folder / pdf)
        return [pdf]
    from press.site.writer import write_site

    write_site(book, root, folder, pdf if has_pdf else None)
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(file for file in files if file != pdf)


def _name_of_pdf(book: Book) -> str:
    from press.resolving.resolve import slug

    return f"{book.metadata.get('book', {}).get('output-file') or slug(book.title)}.pdf"


def _linking(fingerprint: str, has_pdf: bool) -> str:
    """Tell a book with a PDF, to which the website links, from one without."""
    return f"{fingerprint} {'with' if has_pdf else 'without'} PDF"


def _timed(job: Callable):
    started = time.perf_counter()
    return job(), time.perf_counter() - started


def _carry_over(output: Path, folder: Path, files: list[str]) -> None:
    """Keep the files of a format that is not written now."""
    for name in files:
        if (output / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(output / name, folder / name)


def _used(book: Book, root: Path) -> list[str]:
    """Files of the project that a book shows or links to."""
    from press.document import tree
    from press.document.forms import Plotly

    targets = set()
    for element in tree.elements([page.blocks for page in book.pages]):
        if element["t"] in ("Image", "Link"):
            targets.add(element["c"][2][0].partition("#")[0].lstrip("/"))
        elif element["t"] is Plotly:
            targets.add(element["c"].data)
    return sorted(target for target in targets if target and (root / target).is_file())


def _run_folder(project: Project, changes: dict[str, object]) -> Path | None:
    if not changes:
        return None
    from press.door.outputs import run_folder

    return Path(run_folder(",".join(project.profiles), changes))


def _shown(path: Path, root: Path) -> str:
    return os.path.relpath(path, root) if path.is_relative_to(root) else str(path)
