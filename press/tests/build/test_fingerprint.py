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
