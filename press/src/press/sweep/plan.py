"""Reading a sweep: which chapters are run with which parameters. The format: docs/sweeps.md."""

import hashlib
import itertools
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from press.book import lookup, options, parameters, yamlfile
from press.book import project as projects
from press.book.project import Project
from press.book.qmd import Chapter
from press.ground.errors import InputError
from press.ground.files import file_sha256, read_text

KEYS = ("chapters", "editions", "grid", "runs", "compare")
COMPARE_KEYS = ("table", "value", "across", "by")
RANGE = re.compile(r"(-?\d{1,18})\.\.(-?\d{1,18})")
MOST_RUNS = 10_000


@dataclass(frozen=True)
class Run:
    """One chapter, in one edition, with one set of parameters.

    Attributes
    ----------
    chapter : str
        Its source.
    edition : str
        Profiles, separated by commas; empty for a book without.
    parameters : dict
        Those that the sweep sets and the chapter declares.
    """

    chapter: str
    edition: str
    parameters: dict

    @property
    def name(self) -> str:
        """Name of the run's folder: the chapter and a hash of everything."""
        text = json.dumps([self.chapter, self.edition, self.parameters], sort_keys=True)
        return f"{Path(self.chapter).stem}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


@dataclass(frozen=True)
class Sweep:
    """A sweep, checked.

    Attributes
    ----------
    name : str
        Name of its file without the suffix.
    file : str
        Its file, relative to the book if it lies there.
    sha256 : str
        Digest of the file.
    runs : tuple of Run
        Each once, in the order of the file.
    compare : dict
        What ``thesis compare`` shows by default.
    """

    name: str
    file: str
    sha256: str
    runs: tuple[Run, ...]
    compare: dict = field(default_factory=dict)


def read(path: Path, root: Path) -> Sweep:
    """Read a sweep file and check it against the chapters it names.

    Raises
    ------
    press.InputError
        With file, line and rule: a malformed file, an unknown chapter, edition or parameter
        (with the nearest known name), a value that is not allowed.
    """
    if not path.is_file():
        raise InputError("no such sweep file", file=path, advice="see docs/sweeps.md")
    shown = _shown(path, root)
    document = yamlfile.load(read_text(path, shown), shown)
    options.refuse_unknown(document, (), KEYS, "key of a sweep")
    reader = _Reader(document, root)
    compare = reader.compare()
    runs = tuple({run.name: run for run in reader.runs()}.values())
    return Sweep(path.stem, shown, file_sha256(path), runs, compare)


def _shown(path: Path, root: Path) -> str:
    full = path.resolve()
    return full.relative_to(root).as_posix() if full.is_relative_to(root) else str(path)


@dataclass(frozen=True)
class _Setting:
    """One set of parameters, and where the file gives it.

    Attributes
    ----------
    values : dict
        Parameter -> value.
    places : dict
        Parameter -> path of its value in the file.
    place : tuple
        Path of the whole.
    """

    values: dict
    places: dict
    place: tuple


class _Reader:
    """Turns the file into runs; every complaint has line and column."""

    def __init__(self, document: yamlfile.Document, root: Path):
        self.document, self.root = document, root

    def compare(self) -> dict:
        found = self.document.data.get("compare")
        if found is not None and not isinstance(found, dict):
            rule = f"names and values: {', '.join(COMPARE_KEYS)}"
            raise self._wrong(f"compare: {found}", ("compare",), rule)
        options.refuse_unknown(self.document, ("compare",), COMPARE_KEYS, "key of compare")
        for key, value in (found or {}).items():
            if not isinstance(value, str):
                raise self._wrong(f"{key}: {value}", ("compare", key), "the name of one column")
        return found or {}

    def runs(self) -> Iterator[Run]:
        self._refuse_too_many()
        settings = [*self._grid(), *self._single()]
        if not settings:
            raise self._wrong("the sweep has no runs", (), "give a grid, or runs, or both")
        for project, chapters in self._editions():
            sources = [*self._chapters(project)]
            self._refuse_unknown_names(project, [chapters[source] for source in sources])
            for source, setting in itertools.product(sources, settings):
                yield self._run(project, chapters[source], setting)

    def _refuse_too_many(self) -> None:
        """Count the runs before any is made: a slip of the pen can ask for millions."""
        grid = self._mapping(self.document.data.get("grid"), ("grid",))
        counts = {name: self._count(name, values) for name, values in grid.items()}
        for name, count in counts.items():
            self._refuse_more(count, f"{name} has {{}} values", ("grid", name))
        combinations = math.prod(counts.values()) if counts else 0
        self._refuse_more(combinations, "the grid has {} combinations", ("grid",))
        given = combinations + len(self._listed("runs", []))
        count = given * len(self._listed("chapters", [])) * len(self._listed("editions", [None]))
        self._refuse_more(count, "the sweep has {} runs", ("grid",) if grid else ("runs",))

    def _refuse_more(self, count: int, message: str, place: tuple) -> None:
        if count > MOST_RUNS:
            raise self._wrong(
                message.format(f"{count:,}"),
                place,
                f"a sweep has at most {MOST_RUNS:,} runs",
                "give fewer values, or make several sweeps",
            )

    def _count(self, name: str, values: object) -> int:
        span = self._span(values)
        if span is not None:
            return len(span)
        if not isinstance(values, list) or not values:
            rule = "a parameter of the grid has a list of values, or a range upwards such as 0..9"
            raise self._wrong(f"{name}: {values}", ("grid", name), rule)
        return len(values)

    @staticmethod
    def _span(values: object) -> range | None:
        """Read a range upwards, such as 0..9."""
        found = RANGE.fullmatch(values) if isinstance(values, str) else None
        return range(int(found[1]), int(found[2]) + 1) or None if found else None

    def _run(self, project: Project, chapter: Chapter, setting: _Setting) -> Run:
        declared = parameters.declared(chapter, project.environment)
        mine = {name: value for name, value in setting.values.items() if name in declared}
        error = _refusal(project, chapter, mine)
        if error is not None:
            alone = [n for n, v in mine.items() if _refusal(project, chapter, {n: v})]
            place = setting.places[alone[0]] if alone else setting.place
            raise self._wrong(error.message, place, error.rule, error.advice)
        typed = parameters.read(mine, [chapter], project.environment)
        return Run(chapter.source, ",".join(project.profiles), typed)

    def _editions(self) -> Iterator[tuple[Project, dict[str, Chapter]]]:
        names = self._listed("editions", [None])
        for position, name in enumerate(names):
            try:
                project = projects.load(self.root, name)
            except InputError as error:
                place = ("editions", position)
                raise self._wrong(error.message, place, error.rule, error.advice) from None
            yield project, lookup.chapters_of(project)

    def _chapters(self, project: Project) -> Iterator[str]:
        names = self._listed("chapters", [])
        if not names:
            raise self._wrong("the sweep names no chapters", ("chapters",), "chapters: [NAME, ...]")
        for position, name in enumerate(names):
            try:
                yield lookup.chapter_named(project, str(name))
            except InputError as error:
                place = ("chapters", position)
                raise self._wrong(error.message, place, error.rule, error.advice) from None

    def _grid(self) -> Iterator[_Setting]:
        grid = self._mapping(self.document.data.get("grid"), ("grid",))
        if not grid:
            return
        columns = [self._values(name, values) for name, values in grid.items()]
        for combination in itertools.product(*columns):
            values = {name: value for name, (value, _) in zip(grid, combination, strict=True)}
            places = {name: place for name, (_, place) in zip(grid, combination, strict=True)}
            yield _Setting(values, places, ("grid",))

    def _values(self, name: str, values: list | str) -> list[tuple[object, tuple]]:
        """Give each value of a parameter of the grid, and its path in the file."""
        place = ("grid", name)
        span = self._span(values)
        if span is not None:
            return [(value, place) for value in span]
        values = [self._written(value, (*place, position)) for position, value in enumerate(values)]
        written = [json.dumps(value) for value in values]
        for position, value in enumerate(written):
            if value in written[:position]:
                raise self._wrong(
                    f"{name}: {value} again", (*place, position), "each value stands once"
                )
        return [(value, (*place, position)) for position, value in enumerate(values)]

    def _written(self, value: object, path: tuple) -> object:
        """Give a value as it stands in the file, if it has no quotes: the chapter says its type."""
        plain = self.document.plain.get(path)
        return value if plain is None else parameters.Written(plain)

    def _single(self) -> Iterator[_Setting]:
        for position, run in enumerate(self._listed("runs", [])):
            place = ("runs", position)
            values = {
                name: self._written(value, (*place, name))
                for name, value in self._mapping(run, place).items()
            }
            yield _Setting(values, {name: (*place, name) for name in values}, place)

    def _refuse_unknown_names(self, project: Project, chapters: list[Chapter]) -> None:
        """Refuse parameters that no chapter of the sweep declares."""
        known = {n for c in chapters for n in parameters.declared(c, project.environment)}
        grid = self.document.data.get("grid") or {}
        given: list[yamlfile.Path] = [("grid", str(name)) for name in grid]
        for position, run in enumerate(self.document.data.get("runs") or []):
            given += [("runs", position, str(name)) for name in run or ()]
        for path in given:
            name = str(path[-1])
            if name not in known:
                close = options.nearest(name, known)
                rule = f"known: {', '.join(sorted(known)) or 'none, the chapters declare none'}"
                advice = f"did you mean '{close}'?" if close else None
                message = f"unknown parameter '{name}'"
                raise self._wrong(message, path, rule, advice, places=self.document.keys)

    def _listed(self, key: str, default: list) -> list:
        found = self.document.data.get(key, default)
        if isinstance(found, str):
            return [found]
        if not isinstance(found, list):
            raise self._wrong(f"{key}: {found}", (key,), f"{key} is a list")
        return found

    def _mapping(self, found: object, place: tuple) -> dict:
        if found is None:
            return {}
        if not isinstance(found, dict):
            raise self._wrong(f"'{found}'", place, "names of parameters with their values")
        return found

    def _wrong(
        self,
        message: str,
        path: tuple,
        rule: str | None = None,
        advice: str | None = None,
        places: Mapping | None = None,
    ) -> InputError:
        """Complain about the value at a path of the file, or what stands there in `places`."""
        line, column = (places or self.document.values).get(path, (None, None))
        file = self.document.file
        return InputError(message, file=file, line=line, column=column, rule=rule, advice=advice)


def _refusal(project: Project, chapter: Chapter, values: Mapping) -> InputError | None:
    """Say why a chapter refuses values; None if it takes them."""
    try:
        lookup.check_values(project, chapter, values)
    except InputError as error:
        return error
    return None
