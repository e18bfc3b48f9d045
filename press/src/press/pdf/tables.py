"""Pandoc tables as calls of the template's ``data-table``.

Every cell says its column and row, so that the template can measure each column and choose type
size and widths; pandoc's own Typst tables neither shrink nor keep short columns together.
"""

import re
from dataclasses import dataclass

from press.document.tree import plain_text
from press.pdf.nodes import quoted, raw_block

BREAKABLE = 24  # characters, as in the template
NUMERIC = re.compile(r"[\d.,:;()%×±/eE−–+-]*\d[\d.,:;()%×±/eE−–+-]*$")  # the same
NARROW, WIDE = frozenset(".,:;'!|()iIjlft"), frozenset("mwMW%@−±×")

_ALIGNMENTS = {
    "AlignDefault": "left",
    "AlignLeft": "left",
    "AlignCenter": "center",
    "AlignRight": "right",
}


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its column and row, its spans, its alignment and its blocks."""

    x: int
    y: int
    rowspan: int
    colspan: int
    alignment: str
    blocks: list


def table_nodes(table: dict, rewrite, source: str = "", name: str = "") -> list:
    """Write a pandoc Table as blocks between raw Typst.

    Parameters
    ----------
    table : dict
        A Table node; its caption is left to the caller.
    rewrite : callable
        Turns the blocks of a cell into blocks that pandoc can write as Typst.
    source, name : str
        Where it stands and what to call it if it does not fit the page; its first words without
        a name.
    """
    _, _, columns, head, bodies, foot = table["c"]
    head_rows = head[1]
    body_rows = [row for body in bodies for part in (body[2], body[3]) for row in part]
    cells = place_cells(head_rows + body_rows + foot[1])
    if not cells:
        return []
    alignments = [_ALIGNMENTS[alignment["t"]] for alignment, _ in columns]
    head = len(head_rows)
    headers = longest_words([cell for cell in cells if cell.y < head], len(columns))
    entries = longest_words([cell for cell in cells if cell.y >= head], len(columns))
    words = zip(map(quoted, headers), map(quoted, entries), strict=True)
    longest = ", ".join(f"({header}, {entry})" for header, entry in words)
    name = name or next(filter(None, (plain_text(cell.blocks) for cell in cells)), "")
    options = f"head: {head}, name: {quoted(f'{source}: {name}')},"
    nodes = [raw_block(f"#data-table(({', '.join(alignments)},), ({longest},), {options}")]
    for cell in cells:
        nodes += _cell_nodes(cell, rewrite)
    return [*nodes, raw_block(")")]


def row_count(table: dict) -> int:
    """Count the rows below the header."""
    return sum(len(body[2]) + len(body[3]) for body in table["c"][4])


def place_cells(rows: list) -> list[Cell]:
    """Give every cell its column and row, row by row.

    Parameters
    ----------
    rows : list
        Pandoc rows: ``[attr, [cell, ...]]``.
    """
    taken: set[tuple[int, int]] = set()
    placed = []
    for y, (_, cells) in enumerate(rows):
        x = 0
        for _, alignment, rowspan, colspan, blocks in cells:
            while (x, y) in taken:
                x += 1
            taken |= {(x + i, y + j) for i in range(colspan) for j in range(rowspan)}
            placed.append(Cell(x, y, rowspan, colspan, alignment["t"], blocks))
            x += colspan
    return placed


def longest_words(cells: list[Cell], columns: int) -> list[str]:
    """Find in each column what a line break cannot make narrower.

    The template breaks words after dots, underscores and slashes, and what is longer than
    `BREAKABLE` characters between these anywhere, unless it is a number.
    """
    longest = [""] * columns
    for cell in cells:
        if cell.colspan == 1:
            words = " ".join(map(plain_text, cell.blocks)).split()
            parts = [part for word in words for part in _unbreakable(word)]
            longest[cell.x] = max([*parts, longest[cell.x]], key=_width)
    return longest


def _unbreakable(word: str) -> list[str]:
    """Parts of a word between which a line may end."""
    if NUMERIC.match(word):
        return [word]
    return [part[:BREAKABLE] for part in re.split(r"(?<=[_./])", word)]


def _width(word: str) -> float:
    """Estimate the width of a word in digits."""
    return sum(0.5 if c in NARROW else 1.5 if c in WIDE else 1 for c in word)


def _cell_nodes(cell: Cell, rewrite) -> list:
    options = [f"x: {cell.x}", f"y: {cell.y}"]
    spans = {"rowspan": cell.rowspan, "colspan": cell.colspan}
    options += [f"{name}: {span}" for name, span in spans.items() if span > 1]
    if cell.alignment != "AlignDefault":
        options.append(f"align: {_ALIGNMENTS[cell.alignment]}")
    return [
        raw_block(f"table.cell({', '.join(options)})["),
        *rewrite(cell.blocks),
        raw_block("],"),
    ]
