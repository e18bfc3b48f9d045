"""The rooms of the packages, and two ways through them: a table and drawings, as text."""

import ast
import importlib.util
import tomllib
from collections.abc import Iterator
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
PACKAGES = ("press", "analysis", "simulate")
A_CHAPTER = (
    "press.build.render:render",
    "press.book.project:load",
    "press.book.qmd:read",
    "press.resolving.rehearsal:rehearse",
    "press.execution.execute:execute",
    "press.execution.notebooks:notebook_of",
    "press.resolving.compose:compose",
    "press.document.pandoc:to_blocks",
    "press.resolving.constructs:handlers",
    "press.resolving.numbering:number",
    "press.resolving.crossref:link",
    "press.resolving.citations:cite",
    "press.site.writer:write_site",
    "press.pdf.writer:write_pdf",
    "press.build.fingerprint:write_stamp",
)
A_NUMBER = (
    "simulate.featurize.counting:window",
    "analysis.data.windows:validated",
    "analysis.data.datasets:load",
    "analysis.learn.evaluation:evaluate",
    "press.provenance.store:stored",
    "analysis.learn.evaluation:score_table",
    "analysis.report.learning_sentences:best",
    "press.execution.prose:prose",
    "press.resolving.compose:compose",
    "press.site.writer:write_site",
    "analysis.verify.verification:differences",
)
STEP, LANE, LEFT, TOP = 84, 44, 150, 16
HALO = 'stroke="white" stroke-width="3" paint-order="stroke"'


def layers(package: str) -> list[str]:
    """List the rooms of a package from the top down, as import-linter holds them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    of_package = (c for c in settings["contracts"] if c.get("containers") == [package])
    return [room.strip() for line in next(of_package)["layers"] for room in line.split("|")]


def module_docstring(name: str) -> str:
    """Read the first sentence of a module, without importing it."""
    found = importlib.util.find_spec(name)
    text = ast.get_docstring(ast.parse(Path(found.origin).read_text())) or ""
    return " ".join(text.partition("\n\n")[0].split())


def function_docstring(step: str) -> str:
    """Read the first sentence of a function, without importing its module.

    Raises
    ------
    LookupError
        There is no such function: the way has to be told anew.
    """
    name, _, function = step.partition(":")
    found = importlib.util.find_spec(name)
    if found is not None:
        for node in ast.walk(ast.parse(Path(found.origin).read_text())):
            if isinstance(node, ast.FunctionDef) and node.name == function:
                return " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())
    raise LookupError(f"'{step}' is gone; tell the way anew in tests/docs/rooms.py")


def room_of(step: str) -> str:
    """Name the room of a step.

    Examples
    --------
    >>> room_of("press.book.qmd:read")
    'press.book'
    """
    return ".".join(step.split(".")[:2])


def table(package: str) -> str:
    """Tabulate the rooms of a package: what each is for, what it imports."""
    graph = grimp.build_graph(*PACKAGES)
    lines = ["| room | what it is for | imports |", "| --- | --- | --- |"]
    for room in layers(package):
        whole = f"{package}.{room}"
        inner = graph.find_descendants(whole) or {whole}
        rooms = {room_of(i) for m in inner for i in graph.find_modules_directly_imported_by(m)}
        others = sorted(rooms - {whole})
        shown = ", ".join(o.removeprefix(f"{package}.") for o in others if o not in PACKAGES)
        lines.append(f"| `{room}` | {module_docstring(whole)} | {shown} |")
    return "\n".join(lines)


def told(way: tuple[str, ...]) -> str:
    """Tell a way step by step, in the words of the functions' docstrings."""
    steps = ((step.replace(":", "."), function_docstring(step)) for step in way)
    return "\n".join(f"{n}. `{name}`: {text}" for n, (name, text) in enumerate(steps, start=1))


def drawing(way: tuple[str, ...], title: str) -> str:
    """Draw a way as SVG: a lane for each room in the order of the layers, a dot for each step."""
    lanes = _lanes(way)
    width, height = LEFT + STEP * len(way) + 10, TOP + LANE * len(lanes) + 6
    places = [
        (LEFT + STEP * n + STEP // 2, TOP + LANE * lanes.index(room_of(step)) + 16)
        for n, step in enumerate(way)
    ]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="11" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        *_drawn_lanes(lanes, width),
        f'<polyline fill="none" stroke="#0072B2" stroke-width="2" '
        f'points="{" ".join(f"{x},{y}" for x, y in places)}"/>',
        *_dots(way, places),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _lanes(way: tuple[str, ...]) -> list[str]:
    """Order the rooms of a way: the packages that are built on others first, then by layers."""
    order = [f"{p}.{room}" for p in ("simulate", "analysis", "press") for room in layers(p)]
    return sorted({room_of(step) for step in way}, key=order.index)


def _drawn_lanes(lanes: list[str], width: int) -> Iterator[str]:
    for number, room in enumerate(lanes):
        y = TOP + LANE * number
        fill = "#f3f3f3" if number % 2 else "#e8eef4"
        yield f'<rect x="4" y="{y - 6}" width="{width - 8}" height="{LANE - 2}" fill="{fill}"/>'
        yield f'<text x="12" y="{y + 19}" font-weight="bold">{room}</text>'


def _dots(way: tuple[str, ...], places: list[tuple[int, int]]) -> Iterator[str]:
    for number, (step, (x, y)) in enumerate(zip(way, places, strict=True), start=1):
        yield f'<circle cx="{x}" cy="{y}" r="9" fill="#0072B2"/>'
        yield f'<text x="{x}" y="{y + 4}" fill="white" text-anchor="middle">{number}</text>'
        name = step.partition(":")[2]
        label = f'x="{x}" y="{y + 20}" text-anchor="middle" font-size="9.5" {HALO}'
        yield f"<text {label}>{name}</text>"
