"""What a rendered format depends on: everything in it is in its fingerprint."""

import pytest
from press.book import lookup
from press.book import project as projects
from press.build.fingerprint import fingerprint

CONFIG = """project: {type: book, resources: [extra]}
book: {title: B, chapters: [index.qmd]}
bibliography: refs.bib
csl: style.csl
"""
FILES = {
    "_quarto.yml": CONFIG,
    "_variables.yml": "name: one\n",
    "_environment": "LEVEL=1\n",
    "index.qmd": "---\nabstract: short\n---\n\n# P\n\nText {{< var name >}}.\n",
    "refs.bib": "@book{a, title = {A}}\n",
    "style.csl": "<style/>\n",
    "extra/data.txt": "1\n",
}


@pytest.fixture
def book(tmp_path):
    """Write a book that has all of them."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def print_of(book, format_name="html"):
    """Fingerprint the book as it is now."""
    project = projects.load(book)
    return fingerprint(project, lookup.chapters_of(project), {}, format_name)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("_quarto.yml", "title: B", "title: C"),
        ("_variables.yml", "one", "two"),
        ("_environment", "=1", "=2"),
        ("index.qmd", "Text", "Words"),
        ("index.qmd", "short", "long"),
        ("refs.bib", "{A}", "{B}"),
        ("style.csl", "<style/>", "<style></style>"),
        ("extra/data.txt", "1", "22"),
    ],
)
def test_every_change_is_another_fingerprint(book, name, old, new):
    """Configuration, variables, environment, text, front matter, references, style, resources."""
    before = print_of(book)
    assert print_of(book) == before
    (book / name).write_text(FILES[name].replace(old, new))
    assert print_of(book) != before


def test_formats_differ(book):
    """A page is no print."""
    assert print_of(book, "html") != print_of(book, "typst")
