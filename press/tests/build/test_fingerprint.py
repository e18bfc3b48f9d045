"""What a rendered format depends on."""

import pytest
from press.book import lookup
from press.book import project as projects
from press.build.fingerprint import fingerprint
from press.execution.executions import NOTHING
from support.cases_and_facts import book, write

CONFIG = """
format:
  html: {bibliography: [more.bib], csl: own.csl}
"""
CHAPTER = "---\ntitle: One\nbibliography: own.bib\n---\n\n@knuth1984\n"


def prints(root) -> tuple[str, str]:
    """Fingerprints of the website and of the PDF."""
    project = projects.load(root)
    chapters = lookup.chapters_of(project)
    executions = dict.fromkeys(chapters, NOTHING)
    return tuple(fingerprint(project, chapters, executions, name) for name in ("html", "pdf"))


@pytest.mark.parametrize(
    ("file", "html", "pdf"),
    [
        ("works.bib", False, True),
        ("more.bib", True, False),
        ("own.csl", True, False),
        ("own.bib", True, True),
        ("_variables.yml", True, True),
    ],
)
def test_files_of_works_and_styles_count(tmp_path, file, html, pdf):
    """Of the book, of the format and of a chapter; each for the formats that read it."""
    root = book(tmp_path, {"one.qmd": CHAPTER}, config=CONFIG)
    names = ("more.bib", "own.bib", "own.csl", "_variables.yml")
    for name in names:
        write(root / name, "")
    before = prints(root)
    write(root / file, "a: 1\n")
    after = prints(root)
    assert (before[0] != after[0], before[1] != after[1]) == (html, pdf)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("one.qmd", "@knuth1984", "@knuth1984 again"),
        ("one.qmd", "title: One", "title: Two"),
        ("_environment", "=1", "=2"),
        ("_quarto.yml", "more.bib", "own.bib"),
    ],
)
def test_everything_else_counts(tmp_path, file, old, new):
    """Text, front matter, environment, configuration: for both formats."""
    root = book(tmp_path, {"one.qmd": CHAPTER}, config=CONFIG)
    for name, text in {"more.bib": "", "own.bib": "", "_environment": "LEVEL=1\n"}.items():
        write(root / name, text)
    before = prints(root)
    assert prints(root) == before
    (root / file).write_text((root / file).read_text().replace(old, new))
    after = prints(root)
    assert after[0] != before[0] and after[1] != before[1] and after[0] != after[1]
