"""Choosing a chapter and checking the parameters that it is given."""

from pathlib import Path

import pytest
from press.book import lookup, qmd
from press.book import project as projects

from press import InputError

BOOK = "project:\n  type: book\nbook:\n  title: T\n  chapters:\n    - index.qmd\n    - seeded.qmd\n"
SEEDED = "# Seeded\n\n```{python}\n#| tags: [parameters]\nseed = 0\n```\n"


def _study(dataset, seed=0):
    """Refuse seeds below zero, as the check of a thesis does."""
    if seed < 0:
        raise InputError("seed is below zero")


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Give a book of two chapters: one without parameters, one with a seed and no data set."""
    (tmp_path / "_quarto.yml").write_text(BOOK)
    (tmp_path / "index.qmd").write_text("# Index\n")
    (tmp_path / "seeded.qmd").write_text(SEEDED)
    monkeypatch.setattr(lookup, "_checks", lambda root: [_study])
    return projects.load(tmp_path)


def _chapter(book, source: str):
    return qmd.read(book.root / Path(source), book.root)


def test_a_chapter_without_what_a_check_needs_is_not_checked(book):
    """No data set, so no study is made: neither of no parameters nor of a seed."""
    assert lookup.check_values(book, _chapter(book, "index.qmd"), {}) == {}
    assert lookup.check_values(book, _chapter(book, "seeded.qmd"), {"seed": -3}) == {"seed": -3}


def test_a_check_sees_defaults_and_values(book):
    """With a data set in the parameters cell the seed is refused."""
    text = SEEDED.replace("seed = 0", 'dataset = "a"\nseed = 0')
    (book.root / "seeded.qmd").write_text(text)
    with pytest.raises(InputError, match="below zero"):
        lookup.check_values(book, _chapter(book, "seeded.qmd"), {"seed": -3})
