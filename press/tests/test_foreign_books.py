"""Books as strangers write them: they render rightly, or stop with file, line and advice."""

from pathlib import Path

import pypdf
import pytest
from bs4 import BeautifulSoup
from press.build.render import render
from press.ground.errors import InputError

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><path d="M0 0h9"/></svg>'
CONFIG = """project:
  type: book
book:
  title: A book
  chapters:
    - index.qmd
    - one.qmd
"""

HANDBOOK = {
    "_quarto.yml": """project:
  type: book
book:
  title: "Methods *handbook*"
  author:
    - name: Ada Field
      affiliations:
        - name: University of Somewhere
  date: 2025-03-01
  date-format: "MMMM YYYY"
  chapters:
    - index.qmd
    - part: "Basics"
      chapters:
        - basics/errors.qmd
    - summary.qmd
format:
  html:
    theme: [cosmo]
    grid:
      body-width: 900px
  typst:
    papersize: us-letter
""",
    "index.qmd": """---
title: Preface
number-sections: false
---

See @sec-errors and [the bars](basics/errors.qmd#sec-bars).
""",
    "basics/_metadata.yml": "fig-cap-location: top\n",
    "basics/errors.qmd": r"""---
title: Errors {#sec-errors}
subtitle: "Of *all* kinds"
---

{{< include ../_snippets/intro.qmd >}}

## Bars {#sec-bars}

<table><tr><td>x</td><td>y</td></tr></table>

\begin{align}
E &= mc^2
\end{align}

```{.python filename="run.py"}
print(1)
```

```{#lst-customers .sql lst-cap="Customers"}
SELECT 1
```

::: {#tip-one .callout-tip}
## A tip

See @lst-customers, @tip-one, @thm-line, @fig-pair-b and @tbl-panel.
:::

::: {#thm-line}
## Line

It is $y = mx + b$.
:::

::: {#fig-pair layout-ncol=2}
![First](/picture.svg){#fig-pair-a}

![Second](../picture.svg){#fig-pair-b}

Two pictures
:::

::: {#tbl-panel layout-ncol=2}
| a |
|---|
| 1 |

: One {#tbl-first}

| b |
|---|
| 2 |

: Two {#tbl-second}

Both
:::
""",
    "_snippets/intro.qmd": "Included.\n\n{{< include deep/more.qmd >}}\n",
    "_snippets/deep/more.qmd": "Included *twice*.\n",
    "summary.qmd": "# Summary {.unnumbered}\n\nSee @tbl-second, @sec-bars.\n",
    "picture.svg": PICTURE,
}

GERMAN = {
    "_quarto.yml": """project:
  type: book
lang: de
crossref:
  chapters: false
  fig-title: Abb.
book:
  title: Ein kleines Buch
  date: 2025-03-01
  chapters: [index.qmd, eins.qmd]
  appendices: [mehr.qmd]
""",
    "index.qmd": "# Vorwort {.unnumbered}\n\nText.\n",
    "eins.qmd": """# Größen {#sec-größen}

![Ein Bild](bild.svg){#fig-eins}

::: {.callout-warning}
Achtung!
:::

::: {.proof}
Klar, nach @fig-eins, @tbl-eins, @sec-größen und @sec-mehr.
:::

| a |
|---|
| 1 |

: Eine Tabelle {#tbl-eins}
""",
    "mehr.qmd": "# Mehr {#sec-mehr}\n\nText.\n",
    "bild.svg": PICTURE,
}


def written(root: Path, files: dict[str, str]) -> Path:
    """Write the files of a book."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def page(book: Path, name: str) -> BeautifulSoup:
    """Read the main part of a page."""
    return BeautifulSoup((book / name).read_text(encoding="utf-8"), "lxml").find("main")


def printed(book: Path) -> str:
    """Text of the PDF, its line ends and no-break spaces as spaces."""
    [pdf] = book.glob("*.pdf")
    return " ".join(" ".join(p.extract_text() for p in pypdf.PdfReader(pdf).pages).split())


def test_a_handbook(tmp_path):
    """Parts, folders, nested includes, labels in front matter, code and formulas of many kinds."""
    book = render(written(tmp_path, HANDBOOK))
    errors = page(book, "basics/errors.html")
    text = " ".join(errors.get_text().split())
    assert "Of all kinds Included. Included twice." in text
    assert "run.py print(1)" in text
    assert "Tip 1.1: A tip" in text
    assert "See Listing 1.1, Tip 1.1, Theorem 1.1, Figure 1.1 (b) and Table 1.1." in text
    assert [cell.text.strip() for cell in errors.find("table").find_all("td")] == ["x", "y"]
    assert errors.find("annotation", string=lambda tex: tex and "mc^2" in tex)
    caption = errors.find(string=lambda part: part and "Two pictures" in part)
    assert caption.find_next("img") is not None  # the folder's metadata puts captions on top
    assert "See Table 1.1 (b), Section 1.1." in " ".join(page(book, "summary.html").text.split())
    assert "Chapter 1" not in page(book, "index.html").text  # unnumbered pages name titles
    paper = printed(book)
    assert "March 2025" in paper
    for words in ("Of all kinds", "run.py", "Listing 1.1: Customers", "Figure 1.1: Two pictures"):
        assert words in paper


def test_a_german_book(tmp_path):
    """The words that the renderer adds are German, those that the book chooses are its own."""
    book = render(written(tmp_path, GERMAN))
    text = " ".join(page(book, "eins.html").get_text().split())
    assert "Abb. 1: Ein Bild" in text
    assert "Warnung Achtung!" in text
    assert "Beweis. Klar, nach Abb. 1, Tabelle 1, Kapitel 1 und Anhang A." in text
    assert "Anhang A — Mehr" in " ".join(page(book, "mehr.html").get_text().split())
    paper = printed(book)
    for words in ("1. März 2025", "Inhalt", "Abbildungsverzeichnis", "Kapitel 1", "Anhang A"):
        assert words in paper


@pytest.mark.parametrize(
    ("files", "place", "advice"),
    [
        ({"one.qmd": "# One\n\n```{mermaid}\nflowchart\n```\n"}, "one.qmd:3:", "without braces"),
        ({"one.qmd": "# One\n\n```{r}\n1\n```\n"}, "one.qmd:3:", "without braces"),
        ({"one.qmd": "# One\n\n{{< video a.mp4 >}}\n"}, "one.qmd:3:", "a link"),
        ({"one.qmd": "# One\n\n::: {.callout-note}\nText\n"}, "one.qmd:3:", "close it"),
        ({"one.qmd": "# One\n\nText\n\n:::\n"}, "one.qmd:5:", "closes nothing"),
        ({"one.qmd": "# One\n\n::: {.callout-nte}\nA\n:::\n"}, "one.qmd:3:", ".callout-note"),
        ({"one.qmd": "# One\n\n$$\n\\nothing{x}\n$$\n"}, "one.qmd:4:", "standard commands"),
        ({"one.qmd": "# One\n\n![A](no.png)\n"}, "one.qmd:3:", "relative to the chapter"),
        ({"one.qmd": "# One\n\nSee @fig-no.\n"}, "one.qmd:3:", "names a label"),
        ({"one.qmd": "---\ntitle: a: b\n---\n"}, "one.qmd:2:", "quote a text"),
        ({"_metadata.yml": "a: b: c\n"}, "_metadata.yml:1:", "quote a text"),
        ({"_quarto.yml": f"{CONFIG}filters: [a.lua]\n"}, "_quarto.yml:8:", "--engine quarto"),
        (
            {"_quarto.yml": CONFIG.replace("book\nbook", "book\n  pre-render: a.py\nbook")},
            "_quarto.yml:3:",
            "take it out",
        ),
        (
            {
                "_quarto.yml": f"{CONFIG}bibliography: a.bib\n",
                "one.qmd": "# One\n\n@a\n",
                "a.bib": "@book{a, title={x\n",
            },
            "a.bib:2:1:",
            "close the braces",
        ),
        ({"one.qmd": "# One\n\n> {{< pagebreak >}}\n"}, "one.qmd:3:", "before or after"),
    ],
)
def test_what_is_not_understood(tmp_path, files, place, advice):
    """Nothing is left out in silence: the error names the place and what to do."""
    usual = {"_quarto.yml": CONFIG, "index.qmd": "# Hello\n", "one.qmd": "# One\n"}
    with pytest.raises(InputError) as error:
        render(written(tmp_path, usual | files))
    assert str(error.value).startswith(place)
    assert advice in str(error.value)
    assert not (tmp_path / "_book").exists()


def test_characters_beyond_the_fonts_of_the_pdf(tmp_path, capfd):
    """A character that no font has is named, and nothing waits for it."""
    files = {"_quarto.yml": CONFIG, "index.qmd": "# Hello\n", "one.qmd": "# One\n\nA\U0010fffd.\n"}
    render(written(tmp_path, files))
    assert "no font shows ‹U+10FFFD›" in capfd.readouterr().err
    [pdf] = (tmp_path / "_book").glob("*.pdf")
    assert "A‹U+10FFFD›." in "".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages)
