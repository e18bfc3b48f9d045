"""References and links of whole books."""

import pytest
from press.document import tree
from press.document.forms import InternalLink, Reference
from press.ground.errors import InputError
from support.cases_and_facts import resolved


def texts(book, source: str) -> list[str]:
    """Text of each paragraph of a page."""
    page = next(page for page in book.pages if page.source == source)
    return [
        tree.plain_text(e).replace(tree.NBSP, " ")
        for e in tree.elements(page.blocks)
        if e["t"] == "Para"
    ]


ONE = """
# One {#sec-one}

![A](a.svg){#fig-a}

$$ x $$ {#eq-x}

## Deep {#sec-deep}

## Bare {#sec-bare .unnumbered}
"""


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("@fig-a", "Figure 1.1"),
        ("@Fig-a", "Figure 1.1"),
        ("[-@fig-a]", "1.1"),
        ("[Fig. -@fig-a]", "Fig. 1.1"),
        ("[Panel @fig-a]", "Panel 1.1"),
        ("[@fig-a; @eq-x]", "Figure 1.1, Equation 1.1"),
        ("@sec-one and @sec-deep.", "Chapter 1 and Section 1.1."),
        ("@sec-bare", "Bare"),
        ("[link](one.qmd#fig-a)", "link"),
        ("[link](#sec-deep)", "link"),
        ("[link](%6Fne.qmd#sec-deep)", "link"),
    ],
)
def test_references(tmp_path, written, shown):
    """Groups, prefixes, capitals, suppressed prefixes, links."""
    book = resolved(tmp_path, {"one.qmd": ONE, "two.qmd": f"# Two\n\n{written}\n"})
    assert texts(book, "two.qmd") == [shown]


def test_unnumbered_pages_of_the_website_show_titles(tmp_path):
    """Of chapters, as Quarto does on a preface; in print, and of all else, there is the number."""
    chapters = {"index.qmd": "# P {.unnumbered}\n\n@sec-one, @fig-a, @sec-deep\n", "one.qmd": ONE}
    shown = texts(resolved(tmp_path, chapters), "index.qmd")
    assert shown == ["1 One, Figure 1.1, Section 1.1"]
    shown = texts(resolved(tmp_path, chapters, "typst"), "index.qmd")
    assert shown == ["Chapter 1, Figure 1.1, Section 1.1"]


def test_no_two_figures_of_unnumbered_pages_have_the_same_number(tmp_path):
    """Those of all such pages are counted together; numbered chapters begin anew."""
    page = "# P {.unnumbered}\n\n![A](a.svg){#fig-NAME}\n"
    chapters = {
        "index.qmd": page.replace("NAME", "p"),
        "one.qmd": ONE,
        "last.qmd": page.replace("NAME", "l") + "\n@fig-p, @fig-a, @fig-l\n",
    }
    shown = texts(resolved(tmp_path, chapters), "last.qmd")[-1]
    assert shown == "Figure 1, Figure 1.1, Figure 2"


def test_styles_of_numbers(tmp_path):
    """Prefixes, titles, labels and plain counting come from the configuration."""
    config = """
    crossref:
      chapters: false
      fig-prefix: Abb.
      fig-labels: roman
      eq-labels: alpha A
    """
    chapters = {"one.qmd": ONE, "two.qmd": "# Two\n\n![B](a.svg){#fig-b}\n\n@fig-b @eq-x\n"}
    book = resolved(tmp_path, chapters, config=config)
    assert texts(book, "two.qmd")[-1] == "Abb. ii Equation A"


def test_appendices_have_letters(tmp_path):
    """Their floats and sections too."""
    chapters = {"one.qmd": ONE, "two.qmd": "# Two\n\n@fig-a @sec-one @sec-deep\n"}
    book = resolved(tmp_path, chapters, appendices=["one.qmd"])
    assert texts(book, "two.qmd") == ["Figure A.1 Appendix A Section A.1"]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("@fig-aa", "two.qmd:3:1: the reference '@fig-aa' has no target\n.*\n.*'@fig-a'"),
        ("[@fig-a; @knuth1984]", "'@knuth1984' has no target, and works cited cannot stand"),
        ("[x](three.qmd)", "two.qmd:3:5: the link to 'three.qmd' leads to no chapter"),
        ("[x](one.qmd#sec-x)", "'one.qmd' has no '#sec-x'"),
        ("[x](#nowhere)", "the link to '#nowhere' leads nowhere"),
        ("![A](a.svg){#fig-a}", "two.qmd:3:13: the label 'fig-a' is used twice, also at one.qmd:4"),
    ],
)
def test_what_cannot_be_resolved(tmp_path, written, message):
    """File, line, and the nearest label."""
    with pytest.raises(InputError, match=message):
        resolved(tmp_path, {"one.qmd": ONE, "two.qmd": f"# Two\n\n{written}\n"})


def test_all_that_is_unresolved_is_listed(tmp_path):
    """Not only the first."""
    with pytest.raises(InputError) as refused:
        resolved(tmp_path, {"one.qmd": "# One\n\n@fig-x\n\n@tbl-y\n"})
    assert "one.qmd:3:1: the reference '@fig-x'" in str(refused.value)
    assert "one.qmd:5:1: the reference '@tbl-y'" in str(refused.value)


def test_links_are_relative(tmp_path):
    """From folder to folder; on the same page only the anchor."""
    chapters = {
        "one.qmd": ONE,
        "deep/two.qmd": "# Two\n\n@fig-a [up](../one.qmd) @fig-b\n\n![B](../a.svg){#fig-b}\n",
    }
    book = resolved(tmp_path, chapters)
    found = tree.elements(book.pages[2].blocks)
    links = [e["c"].url for e in found if e["t"] in (Reference, InternalLink)]
    assert links == ["../one.html#fig-a", "../one.html", "#fig-b"]


def test_a_labelled_cell_that_shows_nothing_is_named(tmp_path):
    """The reference is right; what is missing is the figure."""
    cell = "```{python}\n#| label: fig-b\nx = 1\n```\n"
    chapters = {"one.qmd": f"# One\n\n@fig-b\n\n{cell}"}
    with pytest.raises(InputError, match="one.qmd:5: the cell 'fig-b' shows nothing"):
        resolved(tmp_path, chapters)
