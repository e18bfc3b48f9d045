"""Finding what a person named: a chapter, and good values for its parameters."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from importlib.metadata import entry_points
from pathlib import Path

from press.book import parameters, qmd
from press.book.project import Project
from press.book.qmd import Chapter
from press.ground.errors import InputError
from press.provenance.dependencies import Finder

CHECKS = "thesis.parameters"
"""Entry points: callables that take parameters by name and raise InputError for a bad value.

They check the books of their own project only.
"""


def chapters_of(project: Project) -> dict[str, Chapter]:
    """Read all chapters: source -> chapter, in the order of the book."""
    root = project.root
    return {item.source: qmd.read(root / item.source, root) for item in project.items}


def works_of(project: Project, chapters: Mapping[str, Chapter]) -> list[Path]:
    """Name the bibliographies of a book and of its chapters, each once."""
    named = _several(project.config.get("bibliography"))
    files = [project.root / name for name in named]
    for source, chapter in chapters.items():
        folder = (project.root / source).parent
        files += [folder / name for name in _several(chapter.front.get("bibliography"))]
    return list(dict.fromkeys(path.resolve() for path in files))


def _several(said: object) -> list[str]:
    return [str(name) for name in said] if isinstance(said, list) else [str(said)] if said else []


def chapter_named(project: Project, name: str) -> str:
    """Find a chapter's source.

    Parameters
    ----------
    name : str
        Its path, its file's name with or without ``.qmd``, or that without the number before it:
        ``chapters/04-exploration.qmd``, ``04-exploration``, ``exploration``.

    Raises
    ------
    press.InputError
        No chapter is called that, or several are.
    """
    sources = [item.source for item in project.items]
    given = Path(name)
    if given.exists() and given.resolve().is_relative_to(project.root):
        name = given.resolve().relative_to(project.root).as_posix()
    found = [source for source in sources if name in names_of(source)]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"'{name}' may be {' or '.join(found)}", advice="give the path")
    known = {alias: source for source in sources for alias in names_of(source)}
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    raise InputError(
        f"no chapter '{name}'",
        rule=f"chapters: {', '.join(sources)}",
        advice=f"did you mean '{known[near[0]]}'?" if near else None,
    )


def names_of(source: str) -> set[str]:
    """Give what a chapter may be called, see `chapter_named`."""
    stem = Path(source).stem
    number, _, rest = stem.partition("-")
    short = {rest} if rest and (number.isdigit() or len(number) == 1) else set()
    return {source, source.removesuffix(".qmd"), Path(source).name, stem, *short}


def check_values(project: Project, chapter: Chapter, values: Mapping[str, object]) -> dict:
    """Check parameters of one chapter: names it declares, values that are allowed.

    Returns
    -------
    dict
        Those that differ from the chapter's defaults.

    Raises
    ------
    press.InputError
        An unknown name with the nearest known one, or a value that is not allowed.
    """
    declared = parameters.declared(chapter, project.environment)
    typed = parameters.read(values, [chapter], project.environment)
    defaults = {
        name: one.default
        for name, one in declared.items()
        if one.default is not parameters.Computed
    }
    for check in _checks(project.root):
        known = inspect.signature(check).parameters
        given = {n: v for n, v in {**defaults, **typed}.items() if n in known}
        required = {n for n, one in known.items() if one.default is one.empty}
        if required <= given.keys():  # else the chapter does not make what the check checks
            check(**given)
    return parameters.changes(typed, [chapter], project.environment)


def _checks(root: Path) -> Iterator[Callable]:
    for point in entry_points(group=CHECKS):
        file = Finder([root]).file_of(point.module)
        if file is not None and file.is_relative_to(root.resolve()):
            yield point.load()
