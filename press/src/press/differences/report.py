"""How differences are told: as text, as JSON, and as one page that a reviewer opens."""

import base64
import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from press.differences.change import KINDS, Change
from press.differences.sides import Side


def text(changes: list[Change]) -> Iterator[str]:
    """Write the changes, a kind after the other."""
    for kind, mine in groupby(changes, key=lambda change: change.kind):
        listed = list(mine)
        yield f"{KINDS[kind]}: {len(listed)}"
        for change in listed:
            size = f"  ({change.size})" if change.size else ""
            yield f"  {change.where}{size}"
            yield from (f"    {sign} {said}" for sign, said in _sides(change) if said)


def as_json(before: Side, after: Side, changes: Iterable[Change], left: list[str]) -> str:
    """Write everything but the pictures for programs."""
    names = ("kind", "where", "before", "after", "errors", "units")
    told = [{name: getattr(change, name) for name in names} for change in changes]
    sides = {"before": before.name, "after": after.name, "not_compared": left}
    return json.dumps(sides | {"changes": told}, indent=1, ensure_ascii=False)


def page(before: Side, after: Side, changes: list[Change], left: list[str]) -> str:
    """Write one HTML page with everything in it."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    environment.filters["embedded"] = _embedded
    kinds = [(KINDS[kind], [*mine]) for kind, mine in groupby(changes, key=lambda c: c.kind)]
    template = environment.get_template("page.html")
    return template.render(before=before, after=after, kinds=kinds, left=left)


def _sides(change: Change) -> tuple[tuple[str, str], ...]:
    return ("-", change.before), ("+", change.after)


def _embedded(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"
