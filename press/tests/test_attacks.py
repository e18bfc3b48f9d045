"""What data, names and bibliographies say is shown, and never done: read back from the pages."""

import pytest
from bs4 import BeautifulSoup
from support.books import Book

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](https://example.org/pixel.png)",
    "`#read(\"/data.txt\")`{=typst}",
    "`<b>raw</b>`{=html}",
    "{{< include data.txt >}}",
    "{{< env HOME >}}",
    "`{python} 6 * 7`",
    "@tbl-law [@nobody]",
    "$x$ and \\(y\\)",
    "[span]{.content-hidden onclick=\"alert(1)\"}",
    "a | b || c",
    "*bold* _soft_ ~~gone~~ ^up^ `code`",
    "&lt;b&gt; &copy;",
    "--- ... \"quoted\" 'single'",
    "<https://example.org>",
    "\\textbf{x} \\",
]  # fmt: skip
TABLE = '''"""A law."""

import pandas as pd

CELLS = {cells!r}


def table():
    """Give what somebody else wrote, also as a name."""
    return pd.DataFrame({{"system": CELLS, CELLS[0]: range(len(CELLS))}})
'''
CHAPTER = """# One {#sec-one}

```{python}
#| include: false
from types import SimpleNamespace
from press import outputs
from lab import law
out = outputs(SimpleNamespace(edition="a", changes={}))
```

::: {#tbl-law}

```{python}
out.save_table("law", law.table)
```

What somebody else wrote.
:::
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Render a book whose table is hostile."""
    book = Book(tmp_path_factory.mktemp("attacks") / "book")
    book.write("lab/law.py", TABLE.format(cells=ATTACKS))
    book.write("chapters/01-one.qmd", CHAPTER)
    book.write("chapters/02-two.qmd", "# Two {#sec-two}\n\nText.\n")
    book.thesis("render")
    return book


@pytest.fixture(scope="module")
def page(book):
    """Parse the page of the table as browsers do."""
    return BeautifulSoup((book.root / "_book" / "chapters" / "01-one.html").read_text(), "lxml")


@pytest.mark.parametrize("number", range(len(ATTACKS)))
def test_a_cell_is_text(page, number):
    """A reader sees the signs of the data, and nothing else is in the cell."""
    cell = page.select("tbody tr")[number].find("td")
    assert cell.get_text().strip() == ATTACKS[number]
    assert not cell.find(True)


def test_a_name_is_text(page):
    """That of a column, too."""
    name = page.select("thead th")[1]
    assert name.get_text().strip() == ATTACKS[0]
    assert not name.find(True)


def test_the_print_reads_no_file(book):
    """What would be Typst stands in it as words."""
    from pypdf import PdfReader

    (pdf,) = (book.root / "_book").glob("*.pdf")
    words = "".join(page.extract_text() for page in PdfReader(pdf).pages)
    assert '#read("/data.txt")' in words.replace("\n", "")


def test_every_page_has_a_policy(book):
    """No plug-in, no other base, no form, no other host."""
    pages = [*(book.root / "_book").rglob("*.html")]
    assert pages
    for path in pages:
        parsed = BeautifulSoup(path.read_text(), "lxml")
        (policy,) = parsed.find_all("meta", {"http-equiv": "Content-Security-Policy"})
        assert "object-src 'none'" in policy["content"]
        assert "http" not in policy["content"]


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc"],
)
@pytest.mark.parametrize("where", ["text", "work"])
def test_a_link_that_does_something_is_refused(tmp_path, url, where):
    """In the text and in a bibliography; the message says which."""
    book = Book(tmp_path / "book")
    book.write("chapters/01-one.qmd", "# One {#sec-one}\n\nText.\n")
    text = f"See [this]({url})." if where == "text" else "See @work."
    book.write("chapters/02-two.qmd", f"# Two {{#sec-two}}\n\n{text}\n")
    entry = f"@misc{{work, title={{\\href{{{url}}}{{T}}}}, author={{A, B}}, year={{2020}}}}\n"
    book.write("works.bib", entry)
    config = (book.root / "_quarto.yml").read_text()
    book.write("_quarto.yml", f"{config}bibliography: works.bib\n")
    said = book.thesis("render", "--to", "html", code=2)
    assert f"a link leads to '{url}'" in said
    assert ("chapters/02-two.qmd" if where == "text" else "the work 'work'") in said


def test_other_links_stay(tmp_path):
    """The web, letters, and files of the book."""
    book = Book(tmp_path / "book")
    book.write("chapters/01-one.qmd", "# One {#sec-one}\n\nText.\n")
    links = "[a](https://example.org) [b](mailto:a@example.org) [c](../data.txt) [d](01-one.qmd)"
    book.write("chapters/02-two.qmd", f"# Two {{#sec-two}}\n\n{links}\n")
    book.thesis("render", "--to", "html")
    page = (book.root / "_book" / "chapters" / "02-two.html").read_text()
    assert "https://example.org" in page
    assert "mailto:a@example.org" in page
