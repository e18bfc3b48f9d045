"""One chapter with other parameters, by real processes."""

import json
import subprocess
import sys

import nbformat
import pytest
from press.execution import notebooks
from support.books import Book


@pytest.fixture
def book(tmp_path):
    """Make a small book."""
    book = Book(tmp_path / "book")
    book.write("s.yml", "chapters: [one]\ngrid: {seed: [1]}\n")
    return book


def test_a_rerun_stands_apart(book):
    """The folder gets notebook, page and tables; the book's own stay as they were."""
    book.thesis("render", "--to", "html")
    before = book.files("_book", "tables")
    assert b"1,2.00" in before["tables/a/law.csv"]
    book.thesis("rerun", "one", "-P", "seed:7", "-o", "out")
    assert book.files("_book", "tables") == before
    assert not (book.root / "_runs").exists()
    made = book.files("out")
    assert {"out/01-one.ipynb", "out/01-one.html", "out/tables/a/law.csv"} <= made.keys()
    assert made["out/tables/a/law.csv"] == b"step,value\n0,14.0\n1,16.0\n2,18.0\n"


def test_the_notebook_is_real(book):
    """It is valid, executed, tagged, and its prose shows the values."""
    book.thesis("rerun", "01-one", "-P", "seed:7", "-o", "out")
    notebook = nbformat.read(book.root / "out" / "01-one.ipynb", as_version=4)
    nbformat.validate(notebook)
    tags = [tag for cell in notebook.cells for tag in cell.metadata["tags"]]
    assert tags == ["parameters", "injected-parameters"]
    shown = "".join(
        output.get("data", {}).get("text/markdown", "")
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
    assert "The seed is 7, see Table `law` and Section `two`" in shown
    assert "| 0 | 14.0 |" in shown


def test_the_page_has_the_books_numbers(book):
    """References within the chapter are links; those to other chapters are text."""
    from bs4 import BeautifulSoup

    book.thesis("rerun", "chapters/01-one.qmd", "-P", "seed:7", "-o", "out")
    page = BeautifulSoup((book.root / "out" / "01-one.html").read_text(), "lxml")
    text = " ".join(page.main.get_text(" ", strip=True).split())
    assert "Table 1.1 and Chapter 2" in text
    assert "The law with seed 7" in text
    notice = page.main.find("header").find_next("p").get_text()
    assert notice == "Rerun with seed = 7."
    targets = [link["href"] for link in page.main.find_all("a") if link.get("href")]
    assert targets and all(target.startswith("#") for target in targets)


def test_the_books_own_pages_are_no_reruns(book):
    """Only a rerun says that it is one; one without changes has the book's parameters."""
    book.thesis("render", "--to", "html")
    assert "Rerun with" not in (book.root / "_book" / "chapters" / "01-one.html").read_text()
    book.thesis("rerun", "one", "-o", "out")
    assert "Rerun with the parameters of the book." in (book.root / "out/01-one.html").read_text()


def test_hidden_cells_show_no_warnings(book):
    """Neither a cell that is not included nor one without warnings; others show theirs."""
    cell = "```{{python}}\n#| {}\nimport warnings\nwarnings.warn('from {}')\nprint('said')\n```\n\n"
    source = book.root / "chapters" / "01-one.qmd"
    cells = [("include: false", "a"), ("warning: false", "b"), ("warning: true", "c")]
    source.write_text(source.read_text() + "\n" + "".join(cell.format(*one) for one in cells))
    book.thesis("rerun", "one", "-o", "out")
    notebook = nbformat.read(book.root / "out" / "01-one.ipynb", as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    streams = [(o.name, o.text) for o in outputs if o.output_type == "stream"]
    assert [name for name, _ in streams].count("stdout") == 3
    (warning,) = [text for name, text in streams if name == "stderr"]
    assert "from c" in warning


@pytest.mark.parametrize(
    ("prose", "words"),
    [
        ("see @fig-violin.", "see Figure `violin`."),
        ("(@sec-a-b; [-@tbl-x])", "(Section `a-b`; [`x`])"),
        ("write `@fig-violin`, cite @smith2020", "write `@fig-violin`, cite @smith2020"),
        ("```\n@fig-violin\n```\n", "```\n@fig-violin\n```\n"),
    ],
)
def test_references_become_words(prose, words):
    """Labels mean nothing outside the book; code and citations stay."""
    assert notebooks._readable(prose) == words


def test_plain_papermill_runs_the_notebook(book):
    """``thesis notebook`` writes what papermill alone can run with other parameters."""
    book.thesis("notebook", "two", "-o", "x.ipynb")
    subprocess.run(
        [sys.executable, "-m", "papermill", "x.ipynb", "y.ipynb", "-p", "seed", "3"],
        cwd=book.root,
        env=book.environment,
        check=True,
        capture_output=True,
    )
    notebook = json.loads((book.root / "y.ipynb").read_text())
    shown = json.dumps([cell.get("outputs") for cell in notebook["cells"]])
    assert "The first value of Table `law` is 6." in shown


def test_an_executed_notebook_runs_again(book):
    """In plain papermill, with other parameters in the place of those that were injected."""
    book.thesis("rerun", "two", "-P", "seed:7", "-o", "out")
    executed = nbformat.read(book.root / "out" / "02-two.ipynb", as_version=4)
    ran = [cell.metadata["papermill"] for cell in executed.cells if cell.cell_type == "code"]
    assert {one["status"] for one in ran} == {"completed"}
    assert executed.metadata.papermill.parameters == {"seed": 7}
    subprocess.run(
        [sys.executable, "-m", "papermill", "out/02-two.ipynb", "y.ipynb", "-p", "seed", "3"],
        cwd=book.root,
        env=book.environment,
        check=True,
        capture_output=True,
    )
    again = nbformat.read(book.root / "y.ipynb", as_version=4)
    injected = [c.source for c in again.cells if "injected-parameters" in c.metadata["tags"]]
    assert injected == ["# Parameters\nseed = 3\n"]
    assert "The first value of Table `law` is 6." in json.dumps(again)


def test_the_edition_reaches_the_notebook(book):
    """A profile's variables are the chapter's defaults."""
    book.write("_environment-b", "EDITION=b\n")
    book.thesis("rerun", "one", "--edition", "b", "-o", "out")
    assert "out/tables/b/law.csv" in book.files("out")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["rerun", "onee", "-o", "out"], "did you mean 'chapters/01-one.qmd'?"),
        (["rerun", "one", "-P", "sed:1", "-o", "out"], "did you mean 'seed'?"),
        (["rerun", "one", "--edition", "x", "-o", "out"], "unknown profile 'x'"),
        (["rerun", "one", "-o", "data.txt/out"], "cannot write"),
        (["rerun", "one", "-P", "seed=3", "-o", "out"], "-P seed:3"),
        (["rerun", "one", "-o", "."], "holds the book"),
        (["rerun", "one", "-o", ".."], "holds the book"),
        (["rerun", "one", "-o", "chapters"], "holds other files"),
        (["rerun", "one", "-o", "tables/a"], "lies where the book is written"),
        (["sweep", "s.yml", "-o", "thesis_figures/s"], "lies where the book is written"),
        (["sweep", "s.yml", "-o", "lab"], "holds other files"),
        (["notebook", "one", "-o", "chapters/01-one.qmd"], "ends in .ipynb"),
        (["notebook", "one", "-o", "tables/x.ipynb"], "lies where the book is written"),
        (["compare", "x", "-o", "x.qmd"], "ends in .csv"),
        (["notebook", "twoo", "-o", "x.ipynb"], "did you mean 'chapters/02-two.qmd'?"),
    ],
)
def test_bad_input_runs_nothing(book, args, words):
    """Misspelt names get the nearest ones; nothing is written, and no folder is made."""
    before = set(book.root.rglob("*"))
    assert words in book.thesis(*args, code=2)
    made = set(book.root.rglob("*")) - before
    assert {path.relative_to(book.root).parts[:2] for path in made} <= {
        (".press",),
        (".press", "pandoc"),
    }


def test_a_rendered_book_is_no_place_for_anything_else(book):
    """Whatever the folder of the book is called."""
    book.write("_quarto-b.yml", "project: {output-dir: _b}\n")
    book.thesis("render", "--to", "html", "--edition", "b")
    before = book.files("_b")
    for folder in ("_b", "_b/new"):
        assert "where the book is written" in book.thesis("rerun", "one", "-o", folder, code=2)
    assert book.files("_b") == before


def test_the_same_folder_twice(book):
    """A rerun replaces an earlier one; a notebook that may hold work is left alone."""
    book.thesis("rerun", "one", "-P", "seed:7", "-o", "out")
    book.thesis("rerun", "one", "-P", "seed:8", "-o", "out")
    assert b"16.0" in book.files("out")["out/tables/a/law.csv"]
    book.thesis("notebook", "one", "-o", "x.ipynb")
    before = book.files(".")["x.ipynb"]
    assert "x.ipynb exists" in book.thesis("notebook", "two", "-o", "x.ipynb", code=2)
    assert book.files(".")["x.ipynb"] == before


def test_a_failing_cell_is_located(book):
    """The error names file and line; the notebook shows the traceback; no page is written."""
    path = book.root / "chapters" / "02-two.qmd"
    path.write_text(path.read_text() + "\n```{python}\n#| echo: false\nx = 1\nx / 0\n```\n")
    line = path.read_text().splitlines().index("x / 0") + 1
    said = book.thesis("rerun", "two", "-o", "out", code=1)
    assert f"chapters/02-two.qmd:{line}: ZeroDivisionError" in said
    assert "ZeroDivisionError" in (book.root / "out" / "02-two.ipynb").read_text()
    assert not (book.root / "out" / "02-two.html").exists()


def test_what_was_done_before_the_kernel_died_is_kept(book):
    """The notebook holds the outputs up to that cell, whose line is told."""
    path = book.root / "chapters" / "02-two.qmd"
    cells = "\n```{python}\nprint('dear result')\n```\n\n```{python}\nimport os; os._exit(3)\n```\n"
    path.write_text(path.read_text() + cells)
    line = path.read_text().splitlines().index("import os; os._exit(3)") + 1
    said = book.thesis("rerun", "two", "-o", "out", code=1)
    assert f"chapters/02-two.qmd:{line}: DeadKernelError" in said
    notebook = nbformat.read(book.root / "out" / "02-two.ipynb", as_version=4)
    assert notebook.cells[-2].outputs[0].text == "dear result\n"
    assert notebook.cells[-1].metadata["papermill"]["status"] == "failed"


def test_an_expected_error_is_no_failure(book):
    """A cell with ``error: true`` may raise."""
    path = book.root / "chapters" / "02-two.qmd"
    path.write_text(path.read_text() + "\n```{python}\n#| error: true\n1 / 0\n```\n")
    book.thesis("rerun", "two", "-o", "out")
    assert "ZeroDivisionError" in (book.root / "out" / "02-two.html").read_text()
