"""The graph from data to chapters."""

import json
from types import SimpleNamespace

import pytest
from press.appendix import lineage
from support.books import Book

SHA = "ab" * 32


def result(function, key, arguments="", results=(), inputs=()):
    """Make the record of a stored result, as far as the graph looks at it."""
    return (function, key), SimpleNamespace(
        arguments={"windows": arguments},
        results=[list(used) for used in results],
        inputs={path: SHA for path in inputs},
    )


def chapter(name, results=(), outputs=()):
    """Make the record of an executed chapter."""
    return {
        "chapter": f"chapters/{name}.qmd",
        "inputs": {"/data/windows.csv": SHA, "/code/a.py": "cd" * 32},
        "results": [{"function": function, "key": key} for function, key in results],
        "outputs": outputs,
    }


def arrows(records, results):
    """Build the graph: names of the ends of each arrow."""
    graph = lineage.graph_of(records, dict(results))
    return {(start[1], end[1]) for start, end in graph.arrows}


def test_a_result_stands_between_data_and_table():
    """Data -> stored function -> table -> chapter; the data's checksum joins them."""
    used = ("lab.law.values", "k1")
    table = {"path": "/tables/law.csv", "function": "lab.law.table", "results": [used], "data": []}
    found = arrows(
        [chapter("one", [used], [table])], [result(*used, arguments=f"paec sha256:{SHA}")]
    )
    assert found == {("windows.csv", "law.values"), ("law.values", "law"), ("law", "one")}


def test_results_on_results():
    """What a result was computed from is joined to it, not to the chapter."""
    inner, outer = ("lab.a.inner", "k1"), ("lab.b.outer", "k2")
    found = arrows(
        [chapter("one", [inner, outer])],
        [result(*inner, inputs=["/data/windows.csv"]), result(*outer, results=[inner])],
    )
    assert found == {
        ("windows.csv", "a.inner"),
        ("a.inner", "b.outer"),
        ("b.outer", "one"),
    }


def test_a_function_that_uses_its_own_results_is_no_loop():
    """Of the same function with other arguments: one node, no arrow to itself, and an end."""
    first, second = ("lab.a.steps", "k1"), ("lab.a.steps", "k2")
    found = arrows(
        [chapter("one", [second])],
        [
            result(*first, inputs=["/data/windows.csv"], results=[second]),
            result(*second, inputs=["/data/windows.csv"], results=[first]),
        ],
    )
    assert found == {("windows.csv", "a.steps"), ("a.steps", "one")}


def test_a_figure_straight_from_the_data():
    """A figure whose function got the data itself, and a chapter that only read them."""
    figure = {"path": "/f/violin.svg", "function": "lab.f", "results": [], "data": [f"x {SHA}"]}
    found = arrows([chapter("one", [], [figure]), chapter("two")], [])
    assert found == {("windows.csv", "violin"), ("violin", "one"), ("windows.csv", "two")}


def test_tables_of_another_edition_are_one():
    """They and their records are no raw data; each leads to the table of its name."""
    record = chapter("one", [], [
        {"path": f"/tables/a/{name}.csv", "function": "lab.f", "results": [], "data": []}
        for name in ("law", "rule")
    ])  # fmt: skip
    record["inputs"] = {
        f"/tables/b/{name}.{kind}": f"{name}{kind}"
        for name in ("law", "rule")
        for kind in ("csv", "json")
    }
    carried = "tables of b (carried over)"
    assert arrows([record], []) == {
        (carried, "law"), (carried, "rule"), ("law", "one"), ("rule", "one"),
    }  # fmt: skip


def test_labels_do_not_run_into_the_next_column(monkeypatch):
    """However long the names are, each label ends where the next column has not begun."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    used = ("lab.a_module_of_a_long_name.and_a_function_of_a_longer_one", "k1")
    table = {"path": f"/tables/{'long-' * 12}name.csv", "function": "lab.f", "results": [used]}
    record = chapter("a-chapter-of-a-long-name", [used], [table | {"data": []}])
    results = dict([result(*used, arguments=SHA)])
    monkeypatch.setattr(lineage, "executions", lambda: [record])
    monkeypatch.setattr(lineage, "_store", lambda: results)
    figure = lineage.lineage()
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [text.get_window_extent(renderer) for text in figure.axes[0].texts]
    begins = sorted({round(box.x0) for box in boxes})
    assert len(begins) == 4
    for box in boxes:
        later = [begin for begin in begins if begin > round(box.x0)]
        assert box.x1 < min(later, default=figure.bbox.width + 1)


def test_nothing_recorded_is_an_absence(monkeypatch):
    """Another renderer keeps no records; the sentence says so."""
    monkeypatch.delenv("PRESS_EXECUTIONS", raising=False)
    absence = lineage.lineage()
    assert not absence and "thesis render" in absence.reason
    assert "thesis render" in lineage.lineage_table().parts[0][0]["text/markdown"]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Render a book with a page that shows the lineage of the others."""
    book = Book(tmp_path_factory.mktemp("lineage") / "book")
    config = (book.root / "_quarto.yml").read_text()
    book.write("_quarto.yml", config + "    - lineage.qmd\n")
    book.write(
        "lineage.qmd",
        "# Lineage {#sec-lineage}\n\n```{python}\nfrom types import SimpleNamespace\n"
        "from press import outputs\nfrom press.appendix.lineage import lineage, lineage_table\n"
        "out = outputs(SimpleNamespace(edition='a', changes={}))\n```\n\n"
        '```{python}\n#| fig-alt: "Lines."\nout.save_figure("lineage", lineage)\n```\n\n'
        "```{python}\nlineage_table()\n```\n",
    )
    book.thesis("render", "--to", "html")
    return book


def test_the_page_shows_what_was_recorded(book):
    """Data, stored result, table and chapters of the real book stand in picture and table."""
    from bs4 import BeautifulSoup

    page = BeautifulSoup((book.root / "_book" / "lineage.html").read_text(), "lxml")
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in page.main.find_all("tr")]
    assert rows[rows.index(["01-one", "", ""]) + 1][0] == "law"
    assert ["law", "law.table", "data.txt; law: values"] in rows
    assert (book.root / "thesis_figures" / "a" / "lineage.svg").stat().st_size > 1000


def test_the_page_follows_the_other_chapters(book):
    """When another chapter is executed again, the lineage is drawn again."""
    one = book.root / "chapters" / "01-one.qmd"
    one.write_text(one.read_text().replace('"law", law.table', '"renamed", law.table'))
    said = book.thesis("render", "--to", "html")
    assert "executed lineage.qmd" in said and "executed chapters/02-two.qmd" not in said
    provenance = json.loads((book.root / "tables" / "a" / "renamed.json").read_text())
    assert provenance["results"] == ["lab.law.values"]
    assert "renamed" in (book.root / "_book" / "lineage.html").read_text()
