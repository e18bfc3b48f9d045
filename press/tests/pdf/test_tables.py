"""Tables: where each cell stands, and what bounds the width of a column."""

import json

import pypdf
import pytest
from press.document import pandoc
from press.ground.errors import RenderError
from press.pdf.tables import longest_words, place_cells, row_count, table_nodes
from press.pdf.writer import write_pdf
from support.printed import book, page

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


def test_numbers_are_never_cut():
    """However long they are; narrow letters count less than digits."""
    cells = place_cells(rows(table(SPANS.replace("<td>3", f"<td>illii {'1' * 30} {'x' * 90}"))))
    assert longest_words(cells, 3) == ["1", "words", "1" * 30]


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


def columns(entry: str, count: int, rows: int = 3) -> str:
    """Write a table whose entries are all the same."""
    row = "|" + f"{entry}|" * count + "\n"
    return "|" + "a|" * count + "\n|" + "--:|" * count + "\n" + row * rows


def printed(folder, content: str) -> list[str]:
    """Print a chapter of one table; words of the page that shows it."""
    small = book(page("one", f"Before.\n\n{content}", number="1"), options={"toc": False})
    write_pdf(small, folder, folder / "a.pdf")
    sheets = pypdf.PdfReader(folder / "a.pdf").pages[1:]
    return " ".join(sheet.extract_text() for sheet in sheets).split()


@pytest.mark.parametrize("count", range(10, 25))
def test_short_entries_in_many_columns(tmp_path, count):
    """An 11 x 11 matrix of correlations is a table, as is one of 10 or 24 columns."""
    assert printed(tmp_path, columns("0.12", count)).count("0.12") == 3 * count


@pytest.mark.parametrize(
    ("entry", "count"),
    [("123456.789", 13), ("1.2e-05", 18), ("-0.1–0.2", 16), ("0.123±0.004", 12)],
)
def test_a_number_never_breaks(tmp_path, entry, count):
    """A table of many columns is set smaller, or turned; each number is found whole."""
    assert printed(tmp_path, columns(entry, count)).count(entry) == 3 * count


@pytest.mark.parametrize(("count", "rows"), [(60, 3), (13, 90)])
def test_a_table_that_fits_no_page_is_refused(tmp_path, count, rows):
    """With the name of the table, and what to do."""
    text = columns("123456.789", count, rows).replace("|a|", "|first|", 1)
    with pytest.raises(RenderError, match=r"the table 'first' is too wide .*") as refused:
        printed(tmp_path, text)
    assert refused.value.file == "one.qmd"
    assert "landscape" in refused.value.advice
