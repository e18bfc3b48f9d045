"""From the data to the chapters: the graph that the store and the executions have recorded."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from pathlib import Path

from press.appendix.versions import NO_RECORDS, markdown_table
from press.door.absence import Absence
from press.door.outputs import Shown
from press.ground.files import project_root
from press.provenance.origin import is_path
from press.provenance.render_records import executions
from press.provenance.store import Record, read_record, store_folder

COLUMNS = ("data", "function", "output", "chapter")
HEADINGS = ("Data", "Stored results", "Figures and tables", "Chapters")
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
GREY = "#8c8c8c"
INK = "#262626"
BACKGROUND = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6}
WIDTH, TALLEST, PITCH = 6.3, 9.0, 0.15  # inches; PITCH: from one line to the next
LARGEST = 7.0  # points
LABELS = 0.68  # part of the width that labels may take; the rest is for the arrows
GAP = 0.008  # between a label and an arrow
LONG = 24  # signs; longer labels are written on two lines

Node = tuple[str, str]


@dataclass
class Graph:
    """Nodes (column, name) in the order of the book, and arrows between them.

    Attributes
    ----------
    nodes : dict
        Column -> its nodes, in order.
    arrows : dict
        (from, to) -> the chapters that made it.
    counts : dict
        Function -> how many of its results were used.
    """

    nodes: dict[str, dict[Node, None]] = field(
        default_factory=lambda: {column: {} for column in COLUMNS}
    )
    arrows: dict[tuple[Node, Node], set[str]] = field(default_factory=lambda: defaultdict(set))
    counts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def join(self, start: Node, end: Node, chapter: str) -> None:
        """Add an arrow and its ends."""
        for node in (start, end):
            self.nodes[node[0]].setdefault(node)
        self.arrows[start, end].add(chapter)


def lineage():
    """Draw the way from the data over stored results, figures and tables to the chapters.

    Nothing in it is written by hand: it is what the chapters' executions and the store recorded.

    Returns
    -------
    matplotlib.figure.Figure or Absence
        An absence where no executions were recorded.
    """
    records = executions()
    if not records:
        return Absence(NO_RECORDS.strip("*"))
    return _drawn(graph_of(records, _store()))


def lineage_table() -> Shown:
    """Tabulate the same by chapter: figures and tables, the function, data and results of each."""
    records = executions()
    if not records:
        return Shown.markdown(NO_RECORDS)
    graph = graph_of(records, _store())
    makers = {_output(o["path"]): o["function"] for r in records for o in r["outputs"]}
    rows = []
    for chapter, nodes in groupby(graph.nodes["output"], lambda node: _chapters(graph, node)):
        rows.append((f"**{chapter}**", "", ""))
        for node in nodes:
            before = sorted(_ancestors(graph, node))
            data = [name for column, name in before if column == "data"]
            results = _by_module(name for column, name in before if column == "function")
            origin = "; ".join([", ".join(data), *results] if data else results)
            rows.append((node[1], f"`{_short(makers[node])}`", origin))
    return markdown_table(("Figure or table", "Made by", "From the data and the results of"), rows)


def _by_module(functions: Iterable[str]) -> list[str]:
    """Write sorted names of functions module by module, which fits into a narrow column.

    Examples
    --------
    >>> _by_module(["learning.cell", "learning.cells", "memory.fit"])
    ['learning: `cell`, `cells`', 'memory: `fit`']
    """
    grouped = groupby(functions, key=lambda name: name.rpartition(".")[0])
    names = ((module, [name.rpartition(".")[2] for name in group]) for module, group in grouped)
    return [f"{module}: " + ", ".join(f"`{name}`" for name in group) for module, group in names]


def _chapters(graph: Graph, output: Node) -> str:
    """Name the chapters that show a figure or table."""
    return ", ".join(sorted(end[1] for start, end in graph.arrows if start == output))


def graph_of(records: Iterable[Mapping], results: Mapping[tuple[str, str], Record]) -> Graph:
    """Join executions of chapters and records of results into one graph.

    Parameters
    ----------
    records : iterable of dict
        Executions of chapters.
    results : mapping
        (function, key) -> the record of the stored result.
    """
    graph = Graph()
    for record in records:
        _add_chapter(graph, record, results)
    return graph


def _add_chapter(graph: Graph, record: Mapping, results: Mapping) -> None:
    chapter = Path(record["chapter"]).stem
    end = ("chapter", chapter)
    inputs = record["inputs"].items()
    files = {path: sha for path, sha in inputs if is_path(path) and not path.endswith(".py")}
    data = {sha256: ("data", _data_name(path)) for path, sha256 in files.items()}
    carried = {Path(path).stem: ("data", _data_name(path)) for path in files if _edition_of(path)}
    explained: set[tuple[str, str]] = set()
    for output in record["outputs"]:
        node = _output(output["path"])
        graph.join(node, end, chapter)
        if node[1] in carried:
            graph.join(carried[node[1]], node, chapter)
        for used in map(tuple, output["results"]):
            explained.add(used)
            graph.join(("function", _short(used[0])), node, chapter)
        if not output["results"]:
            given = " ".join(output["data"])
            for sha256, file in data.items():
                if sha256 in given:
                    graph.join(file, node, chapter)
    used_by_chapter = [(event["function"], event["key"]) for event in record["results"]]
    below = _below(used_by_chapter, results)
    for used in used_by_chapter:
        if used not in explained and used not in below:
            graph.join(("function", _short(used[0])), end, chapter)
    for used in used_by_chapter:
        _add_result(graph, used, results, data, chapter)
    used_data = {start for (start, _), chapters in graph.arrows.items() if chapter in chapters}
    for node in data.values():
        if node not in used_data:
            graph.join(node, end, chapter)


def _add_result(graph: Graph, used, results: Mapping, data: Mapping, chapter: str) -> None:
    """Add what a stored result was computed from: data by checksum, other results."""
    function = ("function", _short(used[0]))
    graph.nodes["function"].setdefault(function)
    graph.counts[function[1]].add(used[1])
    record = results.get(used)
    if record is None:
        return
    words = " ".join(record.arguments.values())
    sums = {*record.inputs.values()}
    for sha256, node in data.items():
        if sha256 in sums or sha256 in words:
            graph.join(node, function, chapter)
    for inner in map(tuple, record.results):
        start = ("function", _short(inner[0]))
        if start != function:
            graph.join(start, function, chapter)
            _add_result(graph, inner, results, data, chapter)


def _below(used: Iterable[tuple[str, str]], results: Mapping) -> set[tuple[str, str]]:
    """Find the results that were used only on the way to others."""
    return {tuple(inner) for one in used if one in results for inner in results[one].results}


def _store() -> dict[tuple[str, str], Record]:
    found = {}
    for path in store_folder(project_root()).glob("*/*.json"):
        try:
            record = read_record(path)
        except ValueError:
            continue
        found[record.function, record.key] = record
    return found


def _ancestors(graph: Graph, node: Node) -> set[Node]:
    above = {start for start, end in graph.arrows if end == node}
    return above | {further for start in above for further in _ancestors(graph, start)}


def _output(path: str) -> Node:
    return "output", Path(path).name.partition(".")[0]


def _data_name(path: str) -> str:
    """Name a data file; the tables of another edition, with their records, are one."""
    edition = _edition_of(path)
    return f"tables of {edition} (carried over)" if edition else Path(path).name


def _edition_of(path: str) -> str | None:
    """Name the edition whose table, or its record, a file is."""
    *_, folder, edition, _ = ("", "", *Path(path).parts)
    return edition if folder == "tables" else None


def _short(function: str) -> str:
    """Leave out the package: all functions of a thesis are of the same one or two."""
    return function.partition(".")[2] or function


# --- drawing -------------------------------------------------------------------------------------


def _drawn(graph: Graph):
    from matplotlib.figure import Figure

    columns = {column: list(nodes) for column, nodes in graph.nodes.items()}
    after = columns["output"] + columns["chapter"]
    columns["function"] = _near(graph, columns["function"], after)
    columns["data"] = _near(graph, columns["data"], columns["function"] + after)
    labels = {node: _label(node, graph) for nodes in columns.values() for node in nodes}
    longest = max(sum(_lines(labels[node]) for node in nodes) for nodes in columns.values())
    height = min(TALLEST, 0.4 + PITCH * longest)
    size, left = _fitted(columns, labels, 72 * 0.72 * (height - 0.4) / longest)
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0.005, 0.005, 0.99, 0.99))
    axes.set(xlim=(0, 1), ylim=(1.0, -0.3 / height))
    axes.axis("off")
    places = _places(graph, columns, labels)
    colours = {
        node[1]: COLOURS[number % len(COLOURS)] for number, node in enumerate(columns["chapter"])
    }
    for (start, end), chapters in sorted(graph.arrows.items()):
        colour = colours[min(chapters)] if len(chapters) == 1 else GREY
        begin = (left[start[0]] + _width(labels[start], size) + GAP, places[start])
        target = (left[end[0]] - GAP, places[end])
        if start[0] == end[0]:
            _draw_bow(axes, (target[0], begin[1]), target, colour)
        else:
            _draw_arrow(axes, begin, target, colour)
    for column, heading in zip(COLUMNS, HEADINGS, strict=True):
        axes.text(left[column], -0.15 / height, heading, fontsize=7.5, weight="bold", va="center")
        for node in columns[column]:
            axes.text(
                left[column],
                places[node],
                labels[node],
                fontsize=size,
                color=colours[node[1]] if column == "chapter" else INK,
                verticalalignment="center" if "\n" in labels[node] else "center_baseline",
                linespacing=1.0,
                bbox=BACKGROUND,
            )
    return figure


def _fitted(columns: Mapping, labels: Mapping, largest: float) -> tuple[float, dict[str, float]]:
    """Find the size of the labels and where columns begin, from the longest label of each."""
    size = min(LARGEST, largest)
    widths = [max((_width(labels[n], size) for n in columns[c]), default=0.0) for c in COLUMNS]
    shrink = min(1.0, LABELS / sum(widths))
    between = (1 - shrink * sum(widths)) / (len(COLUMNS) - 1)
    begins = accumulate((shrink * width + between for width in widths[:-1]), initial=0.0)
    return shrink * size, dict(zip(COLUMNS, begins, strict=True))


def _places(
    graph: Graph, columns: Mapping[str, list[Node]], labels: Mapping[Node, str]
) -> dict[Node, float]:
    """Give each node its height: columns spread by their lines, chapters beside what they show."""
    places, most = {}, 1
    for nodes in columns.values():
        ends = list(accumulate(_lines(labels[node]) for node in nodes))
        most = max([most, *ends])
        for node, end in zip(nodes, ends, strict=True):
            places[node] = (end - _lines(labels[node]) / 2) / ends[-1]
    step = 1 / most
    wished = 0.0
    for chapter in columns["chapter"]:
        shown = [
            places[start] for start, end in graph.arrows if end == chapter and start[0] == "output"
        ]
        wished = max(wished, sum(shown) / len(shown) if shown else 0.0, step / 2)
        places[chapter] = wished
        wished += step
    lowest = 1 - step / 2
    for chapter in reversed(columns["chapter"]):
        places[chapter] = min(places[chapter], lowest)
        lowest = places[chapter] - step
    return places


def _width(label: str, size: float) -> float:
    """Width of a label's longest line as a part of the figure's width."""
    from matplotlib.textpath import TextPath

    lines = [TextPath((0, 0), line, size=size) for line in label.splitlines()]
    return max(line.get_extents().width for line in lines) / (72 * WIDTH * 0.99)


def _near(graph: Graph, nodes: list[Node], anchors: list[Node]) -> list[Node]:
    """Order nodes by the mean place of what they lead to, so that few arrows cross."""
    place = {node: (number + 0.5) / len(anchors) for number, node in enumerate(anchors)}

    def mean(node: Node) -> float:
        ends = [place[end] for start, end in graph.arrows if start == node and end in place]
        return sum(ends) / len(ends) if ends else 1.0

    return sorted(nodes, key=mean)


def _draw_arrow(axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    half = (start[0] + end[0]) / 2
    _draw_curve(axes, [start, (half, start[1]), (half, end[1]), end], colour)


def _draw_bow(axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    """Join two nodes of one column by a bow on its left."""
    out = end[0] - 0.05
    _draw_curve(axes, [start, (out, start[1]), (out, end[1]), end], colour)


def _draw_curve(axes, points: list[tuple[float, float]], colour: str) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Curve

    curve = Curve(points, [Curve.MOVETO, Curve.CURVE4, Curve.CURVE4, Curve.CURVE4])
    axes.add_patch(PathPatch(curve, fill=False, edgecolor=colour, linewidth=0.6, alpha=0.5))


def _label(node: Node, graph: Graph) -> str:
    """Write a node's name, with the number of its results; on two lines where it is long."""
    count = len(graph.counts.get(node[1], ())) if node[0] == "function" else 1
    text = f"{node[1]} ({count})" if count > 1 else node[1]
    breaks = [m.end() for m in re.finditer(r"\.| (?=\()", text)]
    breaks = breaks or [m.end() for m in re.finditer(r"[-_ ]", text)]
    if len(text) <= LONG or not breaks:
        return text
    middle = min(breaks, key=lambda position: abs(position - len(text) / 2))
    return f"{text[:middle].rstrip()}\n{text[middle:]}"


def _lines(label: str) -> int:
    return label.count("\n") + 1
