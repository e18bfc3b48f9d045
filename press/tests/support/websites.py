"""A book with one of everything, resolved, as the website's writer takes it."""

import json
import re
from pathlib import PurePosixPath

from press.document import tree
from press.document.forms import (
    Callout,
    Citation,
    Equation,
    Float,
    Layout,
    Panel,
    Plotly,
    Printed,
    Provenance,
    Reference,
    References,
    Section,
    Source,
    Subfloat,
    Tab,
    Tabset,
    Work,
)  # fmt: skip
from press.document.pages import Book, Page
from press.document.pandoc import to_blocks

from support.forms_in_markdown import inlines, placed

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt"><rect/></svg>'

PLOT = {"data": [{"y": [1, 2], "name": "</script>"}], "layout": {"height": 300}}

INDEX = placed(
    """
Read []{.one}, the [scores](/tables/scores.csv) or [the notes](notes.txt).
""",
    one=Reference(inlines("Chapter 1"), "chapters/one.html#sec-one", "sec-one"),
)

DISC = """
![](/chapters/disc.svg){alt="A red disc" width=30%}

::: code
:::

::: origin
:::
"""

CODE = Source(placed("``` python\ndraw()\n```"), "true", "Show")
ORIGIN = Provenance(placed("Computed by `f` · [CSV](/tables/scores.csv)"))
LEFT = Subfloat(
    "fig-left", placed('![](/chapters/disc.svg){alt="Left disc"}'), inlines("Left"), "a"
)
RIGHT = Subfloat("fig-right", placed('![](/chapters/disc.svg){alt="Right disc"}'), [], "b")
PAIR = Layout(((Panel(0.5, [tree.node(LEFT)]), Panel(0.5, [tree.node(RIGHT)])),))

ONE = placed(
    r"""
Text with $x^2$, a note[^n] and []{.citation}. See []{.figure} and []{.table}.

[^n]: A footnote with `code`.

[]{.equation}

::: data
:::

::: disc
:::

::: pair
:::

::: deep
:::

::: callout
:::

::: tabset
:::

::: code
:::

::: printed
:::

::: plotly
:::

::: last
:::

A ![Badge](https://example.org/badge.svg) in the text.
""",
    citation=Citation(("knuth1984", "lamport1986"), inlines("(Knuth 1984; Lamport 1986)")),
    figure=Reference(inlines("Figure 1.1"), "#fig-a", "fig-a"),
    table=Reference(inlines("Table A.1"), "more.html#tbl-t", "tbl-t"),
    equation=Equation("eq-a", inlines("$$ a = b $$"), "1.1"),
    data=Section(2, inlines("Data & *methods*"), "sec-data", "1.1"),
    disc=Float(
        "figure", "fig-a", placed(DISC, code=CODE, origin=ORIGIN), inlines("A disc of $r = 1$."),
        above=False, name="Figure", number="1.1",
    ),
    pair=Float("figure", "fig-pair", [tree.node(PAIR)], [], False, "Figure", "1.2"),
    deep=Section(3, inlines("Deep"), "deep", "1.1.1"),
    callout=Callout("warning", inlines("Careful"), placed("Body of the callout."), collapse=True),
    tabset=Tabset(
        (
            Tab(inlines("Python"), placed("``` python\nx = 1\n```")),
            Tab(inlines("Shell"), placed("Run it.")),
        )
    ),
    code=CODE,
    printed=Printed(placed("``` output\nhello\n```")),
    plotly=Plotly(".press/plot.json", placed("Interactive figure; see the website.")),
    last=Section(2, inlines("Last"), "last", "1.2"),
)  # fmt: skip

MORE = [
    tree.node(
        Float(
            "table", "tbl-t", placed("| a | b |\n|:--|--:|\n| 1 | 2 |"), inlines("Numbers."),
            above=True, name="Table", number="A.1",
        )
    )
]  # fmt: skip

WORKS = {
    "ref-knuth1984": "Knuth, D. 1984. *Literate Programming*.",
    "ref-lamport1986": "Lamport, L. 1986. *LaTeX*.",
}
REFERENCES = [
    tree.node(References([tree.node(Work(name, placed(text))) for name, text in WORKS.items()]))
]

FILES = {
    "chapters/disc.svg": SVG,
    "tables/scores.csv": "a,b\n1,2\n",
    "notes.txt": "notes",
    "extra/data.txt": "extra",
    ".press/plot.json": json.dumps(PLOT),
}
"""What the book shows and links to: path -> content."""


def whole_book():
    """Make the book."""
    return Book(
        title="On *Li*^+^",
        subtitle="A test",
        authors=({"name": "The authors", "affiliation": "A place"},),
        date="November 22, 2026",
        abstract=to_blocks("What it is about."),
        lang="en",
        pages=(
            page("index.html", "index", None, "Preface", INDEX),
            page("chapters/one.html", "chapter", "1", "One $x$", ONE, "First part"),
            page("chapters/references.html", "unnumbered", None, "References", REFERENCES),
            page("chapters/more.html", "appendix", "A", "More", MORE, "Appendices"),
        ),
        bibliography={},
        options={"toc": True},
        metadata={"project": {"resources": ["extra"]}, "book": {"page-footer": "The *foot*"}},
        commit="0123456789abcdef",
    )


def page(href, kind, number, title, blocks, part=None):
    """Make a page of resolved blocks."""
    source = href.replace(".html", ".qmd")
    name = f"sec-{PurePosixPath(href).stem}"
    return Page(source, href, kind, number, inlines(title), name, part, blocks)


def data_of(site, name):
    """Value that a data script sets."""
    text = (site / "site_libs" / name).read_text()
    return json.loads(re.fullmatch(r"window\.\w+ = (.*);\n", text, re.DOTALL)[1])
