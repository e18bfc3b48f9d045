"""Fresh or stale, and why: chapters, stored results, written tables, results of sweeps."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from press.book import lookup
from press.book import project as projects
from press.book.project import Project
from press.book.qmd import Chapter
from press.execution import executions
from press.ground.errors import InputError
from press.ground.files import file_sha256
from press.provenance import dependencies
from press.provenance.datafiles import DataFiles
from press.provenance.store import (
    OWN_PACKAGE,
    Record,
    changed_inputs,
    read_record,
    store_folder,
    versions,
)

FRESH, STALE, SUPERSEDED = "fresh", "stale", "superseded"


@dataclass(frozen=True)
class State:
    """Whether one thing is up to date.

    Attributes
    ----------
    kind : str
        ``"chapter"``, ``"result"``, ``"table"`` or ``"sweep"``.
    name : str
        Source of a chapter, dotted name of a function, path of a table.
    key : str
        Edition of a chapter, key of a result; empty for a table.
    reasons : tuple of str
        Why it is stale; empty if it is fresh.
    superseded : bool
        Whether it is stale and a fresh or later result of the same call exists.
    record : Mapping
        What was written down when it was made.
    """

    kind: str
    name: str
    key: str
    reasons: tuple[str, ...] = ()
    superseded: bool = False
    record: Mapping = field(default_factory=dict, repr=False)

    @property
    def state(self) -> str:
        """Give ``"fresh"``, ``"stale"`` or ``"superseded"``."""
        if not self.reasons:
            return FRESH
        return SUPERSEDED if self.superseded else STALE


def survey(root: Path) -> list[State]:
    """Look at everything: chapters of each edition that was executed, results, tables, sweeps."""
    finder = dependencies.Finder([root])
    return [*chapters(root), *results(root, finder), *tables(root, finder), *sweeps(root)]


# --- chapters ------------------------------------------------------------------------------------


def chapters(root: Path) -> Iterator[State]:
    """Look at the chapters of the default edition and of every edition that was executed."""
    project = projects.load(root)
    read = lookup.chapters_of(project)
    seen = {project.profiles}
    yield from _edition(project, read)
    for chapter in read.values():
        for record in executions.records_of(project, chapter).values():
            profiles = tuple(record["profiles"])
            if profiles not in seen and not record["parameters"]:
                seen.add(profiles)
                yield from _other_edition(root, profiles)


def _other_edition(root: Path, profiles: tuple[str, ...]) -> Iterator[State]:
    try:
        project = projects.load(root, ",".join(profiles))
    except InputError:  # the edition is gone; so is what was said about it
        return
    yield from _edition(project, lookup.chapters_of(project))


def _edition(project: Project, read: dict[str, Chapter]) -> Iterator[State]:
    fresh: list[dict] = []
    with_code = [c for c in read.values() if any(step for step in _steps(project, c))]
    described = [executions.described(project, chapter, {}) for chapter in with_code]
    asking = [executions.asks_for_records(description) for description in described]
    last = [chapter for chapter, asks in zip(with_code, asking, strict=True) if asks]
    for chapter in (*(c for c in with_code if c not in last), *last):
        others = executions.digest_of(fresh) if chapter in last else ""
        state = _chapter(project, chapter, others)
        if not state.reasons and chapter not in last:
            fresh.append(dict(state.record))
        yield state


def _steps(project: Project, chapter: Chapter) -> list[list]:
    import press.book.settings

    return executions.code_of(chapter, press.book.settings.of_chapter(project, chapter))


def _chapter(project: Project, chapter: Chapter, others: str) -> State:
    now = executions.described(project, chapter, {}, others)
    kept = executions.records_of(project, chapter)
    edition = ",".join(project.profiles)
    record = kept.get(executions.key_of(now))
    if record is None:
        mine = [
            r
            for r in kept.values()
            if tuple(r["profiles"]) == project.profiles and not r["parameters"]
        ]
        if not mine:
            return State("chapter", chapter.source, edition, ("it was never executed",))
        record = mine[-1]
    then = record["depends_on"]
    importers = executions.closure_of(project, chapter).importers
    reasons = [
        *_code_changes(then["steps"], now["steps"], chapter, _steps(project, chapter)),
        *module_changes(then["modules"], now["modules"], importers),
        *version_changes(then["packages"], now["packages"]),
        *_setting_changes(then, now),
        *_file_changes(record),
    ]
    return State("chapter", chapter.source, edition, tuple(reasons), record=record)


def _code_changes(then: list, now: list, chapter: Chapter, steps: list) -> Iterator[str]:
    if then == now:
        return
    if len(then) != len(now):
        yield f"it has {len(now)} pieces of code, {len(then)} were executed"
        return
    for before, after, step in zip(then, now, steps, strict=True):
        if before != after:
            block = chapter.blocks[step[0]]
            yield f"the {step[1]} code at {block.file}:{block.line} changed"


def _setting_changes(then: dict, now: dict) -> Iterator[str]:
    for name in ("root", "environment", "profiles", "figure", "folder", "python", "version"):
        if then[name] != now[name]:
            yield f"{name} was {_words(then[name])}, is {_words(now[name])}"
    if then["others"] != now["others"]:
        yield "the executions of other chapters, which it prints, changed"


def _file_changes(record: Mapping) -> Iterator[str]:
    for path, digest in record["inputs"].items():
        if not Path(path).is_file():
            yield f"data file {_shown(path)} is gone"
        elif file_sha256(path) != digest:
            yield f"data file {_shown(path)} changed"
    for output in record["outputs"]:
        if not Path(output["path"]).exists():
            yield f"{_shown(output['path'])}, which it wrote, is gone"


# --- stored results ------------------------------------------------------------------------------


def results(root: Path, finder: dependencies.Finder) -> list[State]:
    """Look at every stored result."""
    records = sorted(_records(store_folder(root)), key=lambda record: record.computed)
    reasons = {record.key: tuple(_result_changes(record, root, finder)) for record in records}
    # of one call, the result that counts is a fresh one, else the last one
    counting = {_call(record): record for record in records}
    counting |= {_call(record): record for record in records if not reasons[record.key]}
    return [
        State(
            "result",
            record.function,
            record.key,
            reasons[record.key],
            bool(reasons[record.key]) and counting[_call(record)] is not record,
            vars(record),
        )
        for record in sorted(records, key=lambda record: (record.function, record.key))
    ]


def _records(folder: Path) -> Iterator[Record]:
    for path in sorted(folder.glob("*/*.json")):
        try:
            yield read_record(path)
        except ValueError:  # damaged, or of another format: the store will compute it again
            continue


def _call(record: Record) -> tuple[str, str]:
    return record.function, record.arguments_digest


def _result_changes(record: Record, root: Path, finder: dependencies.Finder) -> Iterator[str]:
    now = dependencies.of_modules(record.starts, finder.roots, [OWN_PACKAGE], finder)
    yield from module_changes(record.modules, now.modules, now.importers)
    yield from version_changes(record.packages, versions(now))
    for path in changed_inputs(record, root):
        gone = "changed" if path.is_file() else "is gone"
        yield f"data file {_shown(path)} {gone}"


# --- tables --------------------------------------------------------------------------------------


def tables(root: Path, finder: dependencies.Finder) -> Iterator[State]:
    """Look at the tables of all editions: whether they have the same source and data."""
    files = DataFiles(root)
    for path in sorted((root / "tables").glob("*/*.json")):
        yield _written(root, path, "table", lambda record: _table_changes(record, finder, files))


def _written(root: Path, path: Path, kind: str, changes: Callable[[dict], Iterable[str]]) -> State:
    """Look at a committed file by its record; one that cannot be read makes it stale."""
    name = path.with_suffix(".csv").relative_to(root).as_posix()
    try:
        record = json.loads(path.read_bytes())
        return State(kind, name, "", tuple(changes(record)), record=record)
    except (ValueError, KeyError, TypeError, AttributeError):
        return State(kind, name, "", (f"its record {path.name} is damaged",))


def _table_changes(
    provenance: dict, finder: dependencies.Finder, files: DataFiles
) -> Iterator[str]:
    yield from files.changes(provenance["files"], provenance["data"].values())
    function = provenance["function"]
    module = function.rpartition(".")[0]
    while module and finder.file_of(module) is None:
        module = module.rpartition(".")[0]
    if not module:
        yield f"{function} is gone"
        return
    now = dependencies.of_modules([module], finder.roots, [OWN_PACKAGE], finder)
    if now.digest != provenance["source"]:
        yield f"the source that {function} reaches changed since it was written"


def sweeps(root: Path) -> Iterator[State]:
    """Look at the committed results of sweeps."""
    for path in sorted((root / "sweeps").glob("*.json")):
        from press.sweep import compare

        yield _written(root, path, "sweep", lambda record: compare.changes(root, record))


# --- what changed --------------------------------------------------------------------------------


def module_changes(
    then: Mapping[str, str], now: Mapping[str, str], importers: Mapping[str, str]
) -> Iterator[str]:
    """Say which modules changed, and through which imports they are reached."""
    for name in sorted({*then, *now}):
        if name not in now:
            yield f"{name} is not reached any more"
        elif then.get(name) != now[name]:
            what = "changed" if name in then else "is reached now"
            chain = list(_chain(name, importers))
            through = f" (imported by {', by '.join(chain)})" if chain else ""
            yield f"{name} {what}{through}"


def _chain(name: str, importers: Mapping[str, str]) -> Iterator[str]:
    while name in importers:
        name = importers[name]
        yield name


def version_changes(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """Say which packages have another version, or came or went."""
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            yield f"{name} was {then.get(name, 'not used')}, is {now.get(name, 'not used')}"


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={content}" for name, content in value.items()) or "empty"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value).partition(" (")[0]


def _shown(path: str) -> str:
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative
