"""Citations of the whole book."""

import pytest
from press.document import tree
from press.document.forms import Citation
from press.ground.errors import InputError
from support.cases_and_facts import resolved

WORKS = """@book{a2020, author={Abel, A.}, title={One}, year={2020}}
@book{b2020, author={Abel, A.}, title={Two}, year={2020}}
@book{knuth1984, author={Knuth, Donald E.}, title={The TeXbook}, year={1984}}
"""
REFERENCES = "# References {.unnumbered}\n\n::: {#refs}\n:::\n"


@pytest.fixture(autouse=True)
def works(monkeypatch):
    """Let every book have these works."""
    monkeypatch.setattr("support.cases_and_facts.WORKS", WORKS)


def citations(page) -> list[tuple[str, str]]:
    """Keys and text of each citation."""
    cited = (e["c"] for e in tree.elements(page.blocks) if e["t"] is Citation)
    return [(" ".join(form.keys), tree.plain_text(form.inlines)) for form in cited]


def test_years_are_told_apart_over_chapters(tmp_path):
    """Citeproc sees the whole book: 2020a in one chapter, 2020b in a note of another."""
    chapters = {
        "one.qmd": "# O\n\n@a2020\n",
        "two.qmd": "# T\n\nx^[See [@b2020, p. 3; -@a2020].]\n",
    }
    _, one, two = resolved(tmp_path, chapters).pages
    assert citations(one) == [("a2020", "Abel (2020a)")]
    assert citations(two) == [("b2020 a2020", "(Abel 2020b, 3; 2020a)")]


def test_references_are_listed_where_told(tmp_path):
    """All works of the book, once, at the place of ``#refs``."""
    chapters = {"one.qmd": "# O\n\n@a2020\n", "refs.qmd": REFERENCES}
    book = resolved(tmp_path, chapters)
    [listed] = book.pages[-1].blocks
    assert [tree.identifier_of(work) for work in listed["c"].works] == ["ref-a2020"]
    assert list(book.bibliography) == ["a2020"]
    assert "Abel" in tree.plain_text(book.bibliography["a2020"])


def test_references_without_a_place(tmp_path):
    """Each page that cites lists its own."""
    chapters = {"one.qmd": "# O\n\n@a2020\n", "two.qmd": "# T\n\n@knuth1984\n"}
    _, one, two = resolved(tmp_path, chapters).pages
    for page, name in ((one, "ref-a2020"), (two, "ref-knuth1984")):
        assert [tree.identifier_of(work) for work in page.blocks[-1]["c"].works] == [name]


def test_works_that_are_not_cited(tmp_path):
    """``nocite`` lists them all the same."""
    book = resolved(tmp_path, {"refs.qmd": REFERENCES}, config='nocite: "@*"\n')
    assert len(book.bibliography) == 3


def test_unknown_works_are_refused(tmp_path):
    """With all places, and the nearest key."""
    with pytest.raises(InputError) as refused:
        resolved(tmp_path, {"one.qmd": "# O\n\n@a2021\n\n[@nobody]\n"})
    assert str(refused.value).splitlines()[:2] == [
        "one.qmd:3:1: '@a2021' is not in the bibliography",
        "one.qmd:5:2: '@nobody' is not in the bibliography",
    ]
    assert "'@a2020'" in str(refused.value)


def test_a_key_that_is_given_twice(tmp_path):
    """Also in two files; with both lines; comments and texts for abbreviation are no works."""
    others = "@string{jan = {January}}\n@comment{one,}\n% @book{knuth1984,\n\n"
    twice = others + "@misc(knuth1984, title={B})\n"
    (tmp_path / "more.bib").write_text(twice)
    config = "format: {html: {bibliography: [works.bib, more.bib]}}\n"
    with pytest.raises(InputError) as refused:
        resolved(tmp_path, {"one.qmd": "# One\n\n@knuth1984\n"}, config=config)
    assert str(refused.value).startswith("more.bib:5: the key 'knuth1984' is given twice")
    assert "it is also at works.bib:" in str(refused.value)


def test_the_heading_of_the_works_cited(tmp_path):
    """As the book says, else in its language."""
    config = "reference-section-title: Works\n"
    page = resolved(tmp_path, {"one.qmd": "# One\n\n@knuth1984\n"}, config=config).pages[-1]
    assert "Works" in str(page.blocks[-2])
