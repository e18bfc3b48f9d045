"""A book with one of everything, resolved, as the website's writer takes it."""

import json
import re
from pathlib import PurePosixPath

from press.document import tree
from press.document.pages import Book, Page
from press.document.pandoc import to_blocks

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt"><rect/></svg>'

PLOT = {"data": [{"y": [1, 2], "name": "</script>"}], "layout": {"height": 300}}

INDEX = """
Read [Chapter 1](chapters/one.html#sec-one){.xref data-id=sec-one}, the
[scores](/tables/scores.csv) or [the notes](notes.txt).
"""

ONE = r"""
Text with $x^2$, a note[^n] and
[(Knuth 1984; Lamport 1986)]{.citation data-keys="knuth1984 lamport1986"}.
See [Figure 1.1](#fig-a){.xref data-id=fig-a} and
[Table A.1](more.html#tbl-t){.xref data-id=tbl-t}.

[^n]: A footnote with `code`.

[$$ a = b $$]{#eq-a .equation number="1.1"}

## Data & *methods* {#sec-data number="1.1"}

:::: {#fig-a .float .figure number="1.1" name="Figure"}
::: {.float-body}
![](/chapters/disc.svg){alt="A red disc" width=30%}

::: {.cell-code fold="true"}
``` python
draw()
```
:::

::: {.provenance}
Computed by `f` · [CSV](/tables/scores.csv)
:::
:::
::: {.float-caption}
A disc of $r = 1$.
:::
::::

::::::: {#fig-pair .float .figure number="1.2" name="Figure"}
:::::: {.float-body}
::::: {.layout ncol=2}
:::: {#fig-left .subfloat number="a"}
::: {.float-body}
![](/chapters/disc.svg){alt="Left disc"}
:::
::: {.float-caption}
Left
:::
::::
:::: {#fig-right .subfloat number="b"}
::: {.float-body}
![](/chapters/disc.svg){alt="Right disc"}
:::
::::
:::::
::::::
:::::::

### Deep {#deep number="1.1.1"}

:::: {.callout type="warning" collapse="true"}
::: {.callout-title}
Careful
:::
::: {.callout-body}
Body of the callout.
:::
::::

::::: {.tabset}
:::: {.tab}
::: {.tab-title}
Python
:::
::: {.tab-body}
``` python
x = 1
```
:::
::::
:::: {.tab}
::: {.tab-title}
Shell
:::
::: {.tab-body}
Run it.
:::
::::
:::::

::: {.cell-code fold="true" summary="Show"}
``` python
print("hello")
```
:::

::: {.cell-output}
``` output
hello
```
:::

::: {.plotly data=".press/plot.json"}
Interactive figure; see the website.
:::

## Last {#last number="1.2"}

A ![Badge](https://example.org/badge.svg) in the text.
"""

MORE = """
:::: {#tbl-t .float .table number="A.1" name="Table"}
::: {.float-body}
| a | b |
|:--|--:|
| 1 | 2 |
:::
::: {.float-caption}
Numbers.
:::
::::
"""

REFERENCES = """
:::: {#refs .references}
::: {#ref-knuth1984 .csl-entry}
Knuth, D. 1984. *Literate Programming*.
:::
::: {#ref-lamport1986 .csl-entry}
Lamport, L. 1986. *LaTeX*.
:::
::::
"""

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


def page(href, kind, number, title, markdown, part=None):
    """Make a page from Markdown in the dialect of resolved constructs."""
    inlines = to_blocks(title)[0]["c"] if title else []
    source = href.replace(".html", ".qmd")
    name = f"sec-{PurePosixPath(href).stem}"
    blocks = tree.rewrite(to_blocks(markdown), {"Div": plain_title})
    return Page(source, href, kind, number, inlines, name, part, blocks)


def plain_title(div):
    """Make a title or caption of a construct a text block, as in a resolved book."""
    titles = {"callout-title", "tab-title", "float-caption"}
    if titles & set(tree.classes_of(div)):
        return [{"t": "Div", "c": [tree.attr_of(div), [tree.plain(p["c"]) for p in div["c"][1]]]}]
    return None


def data_of(site, name):
    """Value that a data script sets."""
    text = (site / "site_libs" / name).read_text()
    return json.loads(re.fullmatch(r"window\.\w+ = (.*);\n", text, re.DOTALL)[1])
