"""What `thesis check` finds in a book, where it says it is, and what a comment allows."""

import json

import pytest
from press.authoring import work_rules
from press.authoring.check import check
from support.books import Book
from support.cases_and_facts import SVG, book, write

GOOD = """# One {#sec-one}

As @knuth1984 says, @fig-a shows a square and @tbl-b a row.

![A square.](a.svg){#fig-a fig-alt="A black square."}

| x | y |
|---|---|
| a | b |

: A row. {#tbl-b}
"""
WORKS = """@book{knuth1984, author={Knuth, Donald E.}, title={The TeXbook}, year={1984},
  publisher={Addison-Wesley}}
"""
HTML_ONLY = '::: {.content-visible when-format="html"}'
LEDGER = """Claim,Statement,Verdict,Value,Rule
[ions-return]{#claim-cg-ions-return},Ions return.,✓ holds,1,above 0
[shells-know]{#claim-cg-shells-know},Shells know.,✗ does not hold,-1,above 0
"""


def checked(folder, text=GOOD, config="", works=WORKS, profile=None):
    """Check a book with one chapter: the name of each rule, with its line and column."""
    root = book(folder, {"one.qmd": text}, config=config)
    write(root / "works.bib", works)
    write(root / "b.svg", SVG)
    found = check(root, profile)
    return [(one.name, one.file, one.line, one.column) for one in found]


def test_a_good_book_passes(tmp_path):
    """Nothing is found where nothing is wrong."""
    assert checked(tmp_path) == []


@pytest.mark.parametrize(
    ("added", "found"),
    [
        ("See @fig-nothing.", ("reference", 13, 5)),
        ("See [here](one.qmd#sec-none).", ("reference", 13, 12)),
        ('See @fig-c.\n\n![Words.](b.svg){#fig-c fig-alt=""}', ("alt-text", 15, 11)),
        ('![](b.svg){fig-alt="A square."}', ("label", 13, 5)),
        ('![A square.](a.svg){#fig-c fig-alt="A square."}', ("unreferenced", 13, 21)),
        ("| first | y |\n|---|---|\n| c | d |", ("label", 13, 1)),
        (
            f"{HTML_ONLY}\nA [picture]{{.x}} ![s](https://example.org/a.png)\n:::",
            ("external", 14, 22),
        ),
        ('```{=html}\n<img src="https://example.org/b.png">\n```', ("external", 14, 11)),
    ],
)
def test_what_readers_would_miss_is_found(tmp_path, added, found):
    """Each with the line and the column of what is wrong."""
    name, line, column = found
    assert checked(tmp_path, f"{GOOD}\n{added}\n") == [(name, "one.qmd", line, column)]


def test_a_cell_needs_words_and_a_label(tmp_path):
    """A figure that a cell draws has alternative text; a caption has a label."""
    cells = """
```{python}
#| label: fig-c
1
```

::: {#fig-d}

```{python}
1
```

Caption.
:::

```{python}
#| tbl-cap: A table.
1
```
@fig-c, @fig-d.
"""
    found = checked(tmp_path, GOOD + cells)
    assert [(name, line) for name, _, line, _ in found] == [
        ("alt-text", 13), ("alt-text", 20), ("label", 27),
    ]  # fmt: skip


def test_a_large_picture_is_found(tmp_path):
    """One of more than 400 kB."""
    write(tmp_path / "large.svg", f"<svg>{' ' * 410_000}</svg>")
    large = GOOD.replace("a.svg", "large.svg")
    assert [one[:3] for one in checked(tmp_path, large)] == [("large-picture", "one.qmd", 5)]


RESULTS = """
check:
  results: [one.qmd]
  names: ['B\\dT\\d']
  terms:
    '[Dd]ataset': data set
"""


def test_numbers_of_results_are_not_typed(tmp_path):
    """But in code, formulas, names and attributes they are none, and a comment allows one."""
    text = """
Of 12 ions `{python} 3`, $x_4$, B1T2 and `code 5`, [7]{width=8} stay [9](https://a.org/10).

<!-- allow typed-number: a law of that year -->
The law of 1905.

<!-- allow typed-number: -->
No reason 6.
"""
    found = checked(tmp_path, GOOD + text, RESULTS)
    assert [one[2:] for one in found] == [(13, 4), (13, 53), (19, 11)]


def test_terms_have_one_spelling(tmp_path):
    """The advice has the right word; code may spell it otherwise."""
    root = book(tmp_path, {"one.qmd": GOOD + "\nTwo datasets of `dataset`.\n"}, config=RESULTS)
    write(root / "works.bib", WORKS)
    (found,) = check(root)
    assert (found.name, found.line, found.column) == ("term", 13, 5)
    assert found.advice == "write 'data set'"


@pytest.mark.parametrize(
    "config",
    ["check:\n  result: [one.qmd]", "check:\n  results: [two.qmd]", "check:\n  names: ['(']"],
)
def test_what_cannot_be_asked_for_is_found(tmp_path, config):
    """An unknown key, a chapter that is none, a pattern that is none."""
    assert [one[:2] for one in checked(tmp_path, config=config)] == [("source", "_quarto.yml")]


def test_the_bibliography_is_used_and_complete(tmp_path):
    """An entry that nothing cites, one without a journal; one that a comment allows."""
    works = WORKS + (
        "@article{a1, author={A}, title={T}, year={2000}, volume={1}}\n"
        "% allow incomplete-work: never printed\n"
        "@article{b2, author={A}, title={T}, year={2000}}\n"
    )
    found = checked(tmp_path, GOOD + "\n[@b2]\n", works=works)
    assert found == [
        ("incomplete-work", "works.bib", 3, None),
        ("unused-work", "works.bib", 3, None),
    ]


def test_an_unknown_work_is_found(tmp_path):
    """As a render would refuse it."""
    assert checked(tmp_path, GOOD + "\n[@nobody2000]\n")[0][:3] == ("reference", "one.qmd", 13)


def test_sentences_rest_on_claims_that_hold(tmp_path):
    """A bare mark of a refuted claim is found, where the edition shows it."""
    write(tmp_path / "tables" / "cg" / "claims-cg.csv", LEDGER)
    write(tmp_path / "_quarto-cg.yml", "lang: en\n")
    write(tmp_path / "_quarto-b.yml", "lang: en\n")
    text = """
Ions return `{python} claims.ions_return(w)`, or `{python} claims.shells_know.sentence(w)`.

::: {.content-visible when-profile="b"}
Shells know `{python} claims.shells_know(w)`.
:::

Shells know `{python} claims.shells_know(w)`.
"""
    assert checked(tmp_path, GOOD + text, profile="cg") == [("refuted-claim", "one.qmd", 19, 30)]
    assert checked(tmp_path, GOOD + text, profile="b") == []


def test_a_source_that_cannot_be_read_is_a_finding(tmp_path):
    """With the place and the rule of the reader."""
    assert checked(tmp_path, GOOD + "\n::: {#fig-x}\n") == [("source", "one.qmd", 13, None)]


def test_what_cells_showed_counts(tmp_path):
    """After a render the label that a cell prints is known; before, it is not."""
    small = Book(tmp_path)
    text = (
        "# One {#sec-one}\n\n```{python}\n#| output: asis\n"
        'print("## Printed {#sec-printed}")\n```\n\nSee @sec-printed.\n'
    )
    small.write("chapters/01-one.qmd", text)
    small.write("chapters/02-two.qmd", "# Two\n")
    assert "'@sec-printed' has no target [reference]" in small.thesis("check", code=1)
    small.thesis("render", "--to", "html")
    assert small.thesis("check") == "0 findings\n"


def test_json_has_everything(tmp_path):
    """Each finding as an object; the exit code is 1."""
    small = Book(tmp_path)
    small.write("index.qmd", "# Preface {.unnumbered}\n\nSee @sec-two and @fig-none.\n")
    found = json.loads(small.thesis("check", "--json", code=1))
    assert [one["name"] for one in found] == ["reference"]
    (first,) = found
    assert (first["file"], first["line"], first["column"]) == ("index.qmd", 3, 18)
    assert first["message"] and first["rule"]


def test_citations_in_texts():
    """Citations are told from addresses."""
    assert work_rules.cited_in("a@b.org, see [@x:y]") == {"x:y"}
