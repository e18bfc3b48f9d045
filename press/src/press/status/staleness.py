"""Fresh or stale, and why: chapters, stored results, written tables, results of sweeps."""

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
from press.provenance.dependencies import OWN_PACKAGE
from press.provenance.origin import Present
from press.provenance.seal import opened
from press.provenance.store import Record, read_record, store_folder, versions
from press.sweep import reached

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
    present = Present(root)
    return [*chapters(root), *results(present), *tables(present), *sweeps(root)]


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
    present = executions.present(project)
    with_code = [c for c in read.values() if any(step for step in _steps(project, c))]
    described = [executions.described(project, chapter, {}) for chapter in with_code]
    asking = [executions.asks_for_records(description) for description in described]
    last = [chapter for chapter, asks in zip(with_code, asking, strict=True) if asks]
    for chapter in (*(c for c in with_code if c not in last), *last):
        others = executions.digest_of(fresh) if chapter in last else ""
        state = _chapter(project, chapter, others, present)
        if not state.reasons and chapter not in last:
            fresh.append(dict(state.record))
        yield state


def _steps(project: Project, chapter: Chapter) -> list[list]:
    import press.book.settings

    return executions.code_of(chapter, press.book.settings.of_chapter(project, chapter))


def _chapter(project: Project, chapter: Chapter, others: str, present: Present) -> State:
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
        *present.changes(then | {"inputs": {}}, now, importers),
        *_setting_changes(then, now),
        *executions.file_changes(record, present),
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


# --- stored results ------------------------------------------------------------------------------


def results(present: Present) -> list[State]:
    """Look at every stored result."""
    records = sorted(_records(store_folder(present.root)), key=lambda record: record.computed)
    reasons = {record.key: tuple(_result_changes(record, present)) for record in records}
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


def _damage(path: Path, record: Mapping) -> Iterator[str]:
    table = path.with_suffix(".csv")
    if not table.is_file():
        yield f"{table.name} is gone"
    elif file_sha256(table) != record["sha256"]:
        yield f"{table.name} was changed after it was written"


def _result_changes(record: Record, present: Present) -> Iterator[str]:
    now = _closure(record.starts, present)
    reached = {"modules": now.modules, "packages": versions(now)}
    yield from present.changes(vars(record), reached, now.importers)


def _closure(starts: Iterable[str], present: Present) -> dependencies.Closure:
    finder = present.finder
    return dependencies.of_names(starts, finder.roots, [OWN_PACKAGE], finder)


# --- tables --------------------------------------------------------------------------------------


def tables(present: Present) -> Iterator[State]:
    """Look at the tables of all editions: whether they have the same source and data."""
    for path in sorted((present.root / "tables").glob("*/*.json")):
        yield _written(present.root, path, "table", lambda record: _table_changes(record, present))


def _written(root: Path, path: Path, kind: str, changes: Callable[[dict], Iterable[str]]) -> State:
    """Look at a committed file by its record; one that cannot be read makes it stale."""
    name = path.with_suffix(".csv").relative_to(root).as_posix()
    try:
        record = opened(path.read_bytes())
        return State(kind, name, "", (*_damage(path, record), *changes(record)), record=record)
    except (ValueError, KeyError, TypeError, AttributeError):
        return State(kind, name, "", (f"its record {path.name} is damaged",))


def _table_changes(record: dict, present: Present) -> Iterator[str]:
    if not present.finder.defines(record["function"]):
        yield f"{record['function']} is gone"
        return
    now = _closure(record["starts"], present)
    yield from present.changes(record, {"modules": now.modules}, now.importers)


def sweeps(root: Path) -> Iterator[State]:
    """Look at the committed results of sweeps."""
    for path in sorted((root / "sweeps").glob("*.json")):
        yield _written(root, path, "sweep", lambda record: reached.changes(root, record))


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={content}" for name, content in value.items()) or "empty"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value).partition(" (")[0]
