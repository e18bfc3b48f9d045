"""``thesis check``: everything that can be said of a book's sources without executing them.

Where a chapter's kept execution is good, its pages are checked with what its cells showed;
elsewhere placeholders stand for it.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from press.authoring import page_rules, prose_rules, wanted, work_rules
from press.authoring.findings import Finding, is_allowed, of_error
from press.book import lookup, settings
from press.book import project as projects
from press.book.project import Project
from press.book.qmd import Chapter
from press.document.pages import Page
from press.execution import executions
from press.execution.executions import Execution
from press.ground.errors import InputError
from press.resolving import rehearsal
from press.resolving.resolve import MEMORY

FORMATS = ("html", "typst")


def check(root: Path, profile: str | None = None) -> list[Finding]:
    """Check a book.

    Parameters
    ----------
    root : Path
        Folder of ``_quarto.yml``.
    profile : str, optional
        Edition; the book's default without it.

    Returns
    -------
    list of Finding
        In the order of the files and lines; without those that a comment allows.
    """
    try:
        project = projects.load(root, profile)
        chapters = lookup.chapters_of(project)
        asked = wanted.of(project)
        found = [*_of_sources(project, chapters, asked), *_of_pages(project, chapters)]
    except InputError as error:
        return [of_error("source", error)]
    left = {one for one in found if not is_allowed(one, project.root)}
    return sorted(left, key=_place)


def _place(found: Finding) -> tuple:
    return found.file, found.line or 0, found.column or 0, found.name, found.message


def _of_sources(
    project: Project, chapters: dict[str, Chapter], asked: wanted.Wanted
) -> Iterator[Finding]:
    """Check what authors wrote."""
    against = prose_rules.refuted(project.root, project.profiles)
    for chapter in chapters.values():
        yield from prose_rules.typed_numbers(chapter, asked)
        yield from prose_rules.terms(chapter, asked)
        yield from prose_rules.cells(chapter)
        yield from prose_rules.claims(chapter, against, project.profiles)


def _of_pages(project: Project, chapters: dict[str, Chapter]) -> Iterator[Finding]:
    """Check what readers would see."""
    shown = {source: _shown(project, chapter) for source, chapter in chapters.items()}
    pages: list[Page] = []
    for name in reversed(FORMATS):  # the pages of the website are looked at further
        try:
            pages, problems = rehearsal.rehearsed(project, chapters, shown, name)
        except InputError as error:
            yield of_error("reference", error)
            return
        yield from (of_error("reference", problem) for problem in problems)
    for page in pages:
        chapter = chapters[page.source]
        yield from page_rules.pictures(page, chapter, project.root)
        yield from page_rules.loaded(page, chapter)
        yield from page_rules.unlabelled(page, chapter)
    yield from page_rules.unreferenced(pages, chapters)
    yield from _of_works(project, chapters, shown.values())


def _shown(project: Project, chapter: Chapter) -> Execution:
    """Give what a chapter's cells showed, if that is known, or what stands for it."""
    if not executions.code_of(chapter, settings.of_chapter(project, chapter)):
        return executions.NOTHING
    key = executions.key_of(executions.described(project, chapter, {}))
    return executions.find(project, chapter, key) or rehearsal.placeholder(chapter)


def _of_works(
    project: Project, chapters: dict[str, Chapter], shown: Iterable[Execution]
) -> Iterator[Finding]:
    """Check the bibliographies; a work that a cell's text cites counts as cited."""
    texts = [block.text for chapter in chapters.values() for block in chapter.blocks]
    texts += [str(execution.outputs) + str(execution.values) for execution in shown]
    cited = work_rules.cited_in(f"{' '.join(texts)} {project.config.get('nocite', '')}")
    for path in lookup.works_of(project, chapters):
        name = path.relative_to(project.root).as_posix()
        yield from work_rules.works(path, name, cited, project.root / MEMORY)
