"""What is told about a book before it is executed."""

import pytest
from press.book import lookup
from press.book import project as projects
from press.build.render import render
from press.ground.errors import InputError
from press.resolving.rehearsal import rehearse
from support.books import Book
from support.cases_and_facts import book

CITING = "# One\n\n```{python}\nopen('ran', 'w')\n```\n\nSee @fig-gone.\n"
LABELLING = """# One

See @fig-made and @sec-two.

```{python}
#| output: asis
print("![A](a.svg){#fig-made}")
```

## Two {#sec-two}

::: {#tbl-t}

```{python}
1
```

Caption with `{python} 2` rows. See @tbl-t.
:::
"""


def problems(tmp_path, chapters, formats=("html", "typst")):
    """Rehearse a book; give the first line of each problem."""
    project = projects.load(book(tmp_path, chapters))
    return [p.first_line for p in rehearse(project, lookup.chapters_of(project), formats)]


def test_a_good_book_has_no_problems(tmp_path):
    """Labels on headings, on divs around cells and on cells are known before executing."""
    good = LABELLING.replace("@fig-made and ", "")
    cell = "# Three\n\nSee @fig-c.\n\n```{python}\n#| label: fig-c\n#| fig-cap: C\n1\n```\n"
    assert problems(tmp_path, {"one.qmd": good, "three.qmd": cell}) == []


def test_each_problem_is_told_once_with_its_place(tmp_path):
    """File, line and column; both formats have the same ones."""
    text = "# One\n\n@fig-gone and\nthen @fig-gonegone, [x](#nowhere).\n"
    assert problems(tmp_path, {"one.qmd": text}) == [
        "one.qmd:3:1: the reference '@fig-gone' has no target",
        "one.qmd:4:6: the reference '@fig-gonegone' has no target",
        "one.qmd:4:25: the link to '#nowhere' leads nowhere",
    ]


def test_what_a_format_does_not_show_is_no_problem_there(tmp_path):
    """Only the formats that are asked for count."""
    text = '# One\n\n::: {.content-visible when-format="typst"}\n@fig-gone\n:::\n'
    assert problems(tmp_path, {"one.qmd": text}, ["html"]) == []
    assert len(problems(tmp_path, {"one.qmd": text})) == 1


def test_a_label_that_a_cell_prints_is_a_notice(tmp_path):
    """It is told before executing, and the render succeeds."""
    lines = []
    render(book(tmp_path, {"one.qmd": LABELLING}), to=["html"], progress=lines.append)
    assert lines[0].startswith("one.qmd:3:5: the reference '@fig-made' has no target")
    assert "unless a cell makes what is missing" in lines[0]
    assert lines[1] == "executing one.qmd"


def test_a_citation_of_nothing_is_an_error_before_executing(tmp_path):
    """No cell can add a work to the bibliography."""
    root = book(tmp_path, {"one.qmd": CITING.replace("@fig-gone", "@nobody1999")})
    with pytest.raises(InputError, match="one.qmd:7:5: '@nobody1999' is not in the bibliography"):
        render(root, to=["html"])
    assert not (root / "ran").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Words.\n", "one.qmd:1: the chapter has no title"),
        ("# One\n\n# Two\n", "one.qmd:3:1: a second heading of level 1, 'Two'"),
        (
            "# One\n\n![A](a.svg){#fig-a}\n\n![B](a.svg){#fig-a}\n",
            "one.qmd:5:13: the label 'fig-a' is used twice, also at one.qmd:3",
        ),
    ],
)
def test_what_no_cell_can_mend_stops_at_once(tmp_path, text, message):
    """Titles and labels of the text are settled before executing."""
    root = book(tmp_path, {"one.qmd": f"{text}\n```{{python}}\nopen('ran', 'w')\n```\n"})
    with pytest.raises(InputError) as refused:
        render(root, to=["html"])
    assert str(refused.value).startswith(message)
    assert not (root / "ran").exists()


def test_a_cell_may_print_the_title(tmp_path):
    """Then a missing one is a notice."""
    text = "```{python}\n#| output: asis\nprint('# One')\n```\n"
    assert problems(tmp_path, {"one.qmd": text})[0].endswith("the chapter has no title")


def test_nothing_to_execute_needs_no_rehearsal(tmp_path):
    """The error itself comes at once, once."""
    lines = []
    root = book(tmp_path, {"one.qmd": "# One\n\nSee @fig-gone.\n"})
    with pytest.raises(InputError, match="one.qmd:3:5: the reference '@fig-gone'"):
        render(root, to=["html"], progress=lines.append)
    assert lines == []


@pytest.mark.parametrize("command", [["render", "--to", "html"], ["rerun", "one", "-o", "out"]])
def test_notices_go_to_standard_error(tmp_path, command):
    """Of a render and of a rerun; the chapter is executed, and then it is an error."""
    small = Book(tmp_path / "book")
    one = (small.root / "chapters" / "01-one.qmd").read_text()
    small.write("chapters/01-one.qmd", f"{one}\nSee @fig-gone.\n")
    process = small.start(*command)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 2
    assert err.count("the reference '@fig-gone' has no target") == 2
    assert "the reference" not in out
    assert (small.root / ".press" / "store").exists()


@pytest.mark.parametrize("command", [["render"], ["rerun", "one", "-o", "out"]])
def test_a_citation_of_nothing_starts_nothing(tmp_path, command):
    """Neither results nor the folder of the rerun are there afterwards."""
    small = Book(tmp_path / "book")
    small.write("chapters/02-two.qmd", "# Two {#sec-two}\n\nSee @nobody1999.\n")
    assert "chapters/02-two.qmd:3:5: '@nobody1999' is cited" in small.thesis(*command, code=2)
    assert not (small.root / "out").exists()
    assert not (small.root / ".press" / "store").exists()
