"""The page that compares this renderer with Quarto, made from the table of options."""

from importlib.metadata import version
from itertools import groupby

from press.book import options

HEAD = """# What Quarto makes, what press makes

Made from `press/src/press/book/options.toml`, which the renderer reads; a test runs through every
row. Written for Quarto 1.10 and press {version}.

**Applied** names have Quarto's effect. **Harmless** ones style Quarto's own pages or concern
another format; nothing that the book says is lost. **Refused** ones stop the render with file and
line and the advice that stands in the last column; a value that changes nothing (false, or one
named there) passes.

Names that nobody knows are refused in `project`, `book`, `execute`, `crossref`, in cells and as
shortcodes. At the top of a file and below a format a book may have metadata of its own: there such
a name passes, unless four fifths of its letters are those of a known name, or all of them in
another order.
"""
LEVELS = {
    "project": "`project:`",
    "book": "`book:`",
    "execute": "`execute:`",
    "crossref": "`crossref:`",
    "top": "top of `_quarto.yml`",
    "format": "names below `format:`",
    "html": "`format: html:`",
    "typst": "`format: typst:`",
    "index": "front matter of the first page",
    "chapter": "front matter of a chapter",
    "cell": "options of a cell",
    "div": "class of a div",
    "span": "class of a span",
    "fence": "fenced code",
    "shortcode": "shortcode",
}
DIFFERENCES = (
    (
        "`freeze` and `cache` decide what runs again",
        "what a cell depends on decides",
        "a key of the text alone serves stale numbers",
    ),
    (
        "`-P` reaches every chapter",
        "only chapters that declare the name",
        "a misspelt name would change nothing, in silence",
    ),
    (
        "a reference to a figure of a page without a number shows its caption",
        "it shows its number",
        "the same words on the website and in print",
    ),
    (
        "a reference to a section from such a page shows its title",
        "it shows its number; chapters and appendices are shown on the website as Quarto does, "
        '"1 One", and in print "Chapter 1"',
        "a title alone is hard to find in print",
    ),
    (
        "each page without a number counts its figures from 1",
        "they are counted together",
        "no two figures are both Figure 1",
    ),
    (
        "`{python}x`, `{r} x` in a text are shown as code",
        "they are refused, with their line",
        "a value is meant, and was forgotten in silence",
    ),
    (
        "each format numbers and cites by itself",
        "numbers and citations are settled on the whole book",
        "website and PDF cannot disagree",
    ),
    (
        "several headings of level 1 in a chapter",
        "one, which is its title",
        "numbers would begin anew within a chapter",
    ),
    (
        "HTML tables of cells in print as far as asked for",
        "always real tables",
        "they can be read aloud",
    ),
)
"""What Quarto makes, what press makes, and why the difference is kept."""


def page() -> str:
    """Write the page."""
    parts = [HEAD.format(version=version("thesis-press"))]
    for at, rows in groupby(options.rows(), key=lambda row: row.at):
        parts.append(f"## {', '.join(LEVELS[level] for level in at)}\n\n{_table(list(rows))}\n")
    kept = ["| Quarto | press | why |", "| --- | --- | --- |"]
    kept += [f"| {' | '.join(row)} |" for row in DIFFERENCES]
    parts.append("## Differences that are kept on purpose\n\n" + "\n".join(kept) + "\n")
    return "\n".join(parts)


def _table(rows: list[options.Row]) -> str:
    lines = ["| names | | Quarto | press |", "| --- | --- | --- | --- |"]
    for row in rows:
        names = ", ".join(f"`{name}`" for name in row.names)
        passes = [f"`{str(value).lower()}`" for value in row.allowed]
        press = row.press + (f" ({', '.join(passes)} passes)" if passes else "")
        lines.append(f"| {names} | {row.verdict} | {_cell(row.quarto)} | {_cell(press)} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
