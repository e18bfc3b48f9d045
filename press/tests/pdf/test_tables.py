"""Tables: where each cell stands, and what bounds the width of a column."""

import json

from press.document import pandoc
from press.pdf.tables import longest_words, place_cells, row_count, table_nodes

SPANS = """<table><thead><tr><th rowspan="2">a</th><th colspan="2">wide</th></tr>
<tr><th>b</th><th>c</th></tr></thead>
<tbody><tr><td>1</td><td>two words</td><td>3</td></tr></tbody></table>"""


def table(html: str) -> dict:
    """Pandoc's table of a piece of HTML."""
    return json.loads(pandoc.convert(html, "html", "json"))["blocks"][0]


def rows(node: dict) -> list:
    """Rows of a table, header first."""
    return node["c"][3][1] + node["c"][4][0][3]


def test_cells_stand_beside_spans():
    """A cell that spans rows or columns pushes its neighbours aside."""
    cells = place_cells(rows(table(SPANS)))
    assert [(c.x, c.y, c.rowspan, c.colspan) for c in cells] == [
        (0, 0, 2, 1), (1, 0, 1, 2),
        (1, 1, 1, 1), (2, 1, 1, 1),
        (0, 2, 1, 1), (1, 2, 1, 1), (2, 2, 1, 1),
    ]  # fmt: skip


def test_longest_words():
    """Cells that span columns do not count; very long words may break."""
    cells = place_cells(rows(table(SPANS.replace("<td>3", f"<td>{'x' * 90}"))))
    assert longest_words(cells, 3) == ["1", "words", "x" * 24]


def test_row_count():
    """Rows of the header do not count."""
    assert row_count(table(SPANS)) == 1


def test_source():
    """Alignments, longest words and header rows come first, then the cells."""
    opening, *cells, closing = table_nodes(table(SPANS), lambda blocks: blocks)
    assert opening["c"][1].startswith("#data-table((left, left, left,), ")
    assert "head: 2" in opening["c"][1]
    assert cells[0]["c"][1] == "table.cell(x: 0, y: 0, rowspan: 2)["
    assert closing["c"][1] == ")"
