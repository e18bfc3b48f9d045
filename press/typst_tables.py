"""Pandoc tables as calls of the template's ``data-table``.

Every cell says its column and row, so that the template can measure each column and choose type
size and widths; pandoc's own Typst tables neither shrink nor keep short columns together.
"""

from press.ast import plain_text
from press.typst_nodes import quoted, raw_block

_ALIGNMENTS = {
    "AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center", "AlignDefault": "left",
}  # fmt: skip


def table_nodes(table: dict, rewrite) -> list:
    """A pandoc Table as blocks between raw Typst.

    Parameters
    ----------
    table : dict
        A Table node; its caption is left to the caller.
    rewrite : callable
        Turns the blocks of a cell into blocks that pandoc can write as Typst.
    """
    _, _, columns, head, bodies, foot = table["c"]
    head_rows = head[1]
    body_rows = [row for body in bodies for part in (body[2], body[3]) for row in part]
    cells = place_cells(head_rows + body_rows + foot[1])
    if not cells:
        return []
    alignments = [_ALIGNMENTS[alignment["t"]] for alignment, _ in columns]
    words = longest_words(cells, len(columns))
    opening = (
        f"#data-table(({', '.join(alignments)},), ({', '.join(map(quoted, words))},), "
        f"head: {len(head_rows)},"
    )
    nodes = [raw_block(opening)]
    for cell in cells:
        nodes += _cell_nodes(cell, rewrite)
    return [*nodes, raw_block(")")]


def row_count(table: dict) -> int:
    """Number of rows below the header."""
    return sum(len(body[2]) + len(body[3]) for body in table["c"][4])


def place_cells(rows: list) -> list[dict]:
    """Column, row, spans, alignment and blocks of every cell, row by row.

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
            placed.append(
                {
                    "x": x, "y": y, "rowspan": rowspan, "colspan": colspan,
                    "align": alignment["t"], "blocks": blocks,
                }  # fmt: skip
            )
            x += colspan
    return placed


def longest_words(cells: list[dict], columns: int) -> list[str]:
    """The longest word of each column: what a line break cannot make narrower."""
    longest = [""] * columns
    for cell in cells:
        if cell["colspan"] == 1:
            text = " ".join(map(plain_text, cell["blocks"]))
            words = [*text.split(), longest[cell["x"]]]
            longest[cell["x"]] = max(words, key=len)
    return longest


def _cell_nodes(cell: dict, rewrite) -> list:
    options = [f"x: {cell['x']}", f"y: {cell['y']}"]
    options += [f"{span}: {cell[span]}" for span in ("rowspan", "colspan") if cell[span] > 1]
    if cell["align"] != "AlignDefault":
        options.append(f"align: {_ALIGNMENTS[cell['align']]}")
    return [
        raw_block(f"table.cell({', '.join(options)})["),
        *rewrite(cell["blocks"]),
        raw_block("],"),
    ]
