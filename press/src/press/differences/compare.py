"""Everything that changed in the results from one side to the other."""

from collections.abc import Iterator
from pathlib import Path

from press.differences import figures, sentences, tables
from press.differences.change import Change
from press.differences.sides import Side


def compare(before: Side, after: Side) -> list[Change]:
    """Compare two sides: the largest changes of each kind first."""
    found = [*_tables(before, after), *_pages(before, after), *_figures(before, after)]
    return sorted([*found, *_stale(before, after)], key=lambda change: change.rank)


def not_compared(before: Side, after: Side) -> Iterator[str]:
    """Say what could not be compared, and why."""
    for one in (before, after):
        if not one.pages():
            yield f"{one.name} has no rendered pages: sentences are not compared"
        if not one.files("thesis_figures", ".png"):
            yield f"{one.name} has no figures: they are not compared"


def _tables(before: Side, after: Side) -> Iterator[Change]:
    old, new = before.files("tables", ".csv"), after.files("tables", ".csv")
    yield from _added_and_gone("table", old, new)
    for name in old.keys() & new.keys():
        yield from tables.compare(name, old[name], new[name])


def _figures(before: Side, after: Side) -> Iterator[Change]:
    old, new = (side.files("thesis_figures", ".png") for side in (before, after))
    if old and new:
        yield from _added_and_gone("figure", old, new)
    for name in old.keys() & new.keys():
        yield from figures.compare(name, old[name], new[name])


def _pages(before: Side, after: Side) -> Iterator[Change]:
    sources = before.chapters(), after.chapters()
    if all(sources):
        yield from _added_and_gone("page", *sources)
    old, new = before.pages(), after.pages()
    for name in old.keys() & new.keys():
        yield from sentences.compare(name, old[name], new[name])


def _added_and_gone(kind: str, old: dict, new: dict) -> Iterator[Change]:
    yield from (Change(kind, name, "there", "gone") for name in old.keys() - new.keys())
    yield from (Change(kind, name, "not there", "added") for name in new.keys() - old.keys())


def _stale(before: Side, after: Side) -> Iterator[Change]:
    """Say what is stale on one side and not on the other, where both have been rendered."""
    if not all(_was_rendered(side) for side in (before, after)):
        return
    old, new = _stale_in(before.root), _stale_in(after.root)
    yield from (Change("stale", name, "stale", "fresh") for name in old - new)
    yield from (Change("stale", name, "fresh", "stale") for name in new - old)


def _was_rendered(side: Side) -> bool:
    return side.is_checkout and (side.root / ".press").is_dir()


def _stale_in(root: Path) -> set[str]:
    from press.status import staleness

    states = staleness.survey(root)
    return {f"{s.kind} {s.name}" for s in states if s.state == staleness.STALE}
