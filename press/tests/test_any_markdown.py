"""Whatever Markdown is written: a page, or an advice with its place; never anything else."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from press.book import options
from press.ground.errors import InputError, RenderError
from press.pdf.writer import write_pdf
from press.site.writer import write_site
from support.cases_and_facts import resolved

CLASSES = [n for row in options.rows() if {"div", "span"} & {*row.at} for n in row.names]
LABELS = ["fig-a", "tbl-a", "lst-a", "eq-a", "thm-a", "sec-a", "nte-a", "rem-a", "refs", "x"]
NAMES = [
    "layout", "layout-ncol", "layout-nrow", "layout-valign", "width", "height", "title", "name",
    "collapse", "tbl-colwidths", "fig-link", "fig-alt", "fig-cap", "tbl-cap", "lst-cap", "filename",
    "when-format", "group", "cap-location",
]  # fmt: skip
VALUES = ["2", "0", "-1", "html", "typst", "[[1,-1],[1]]", "[]", "50%", "50 %", "abc", "true",
          "A *b*", "@fig-a", "$x$", "", "[10,90]", "3in", "#"]  # fmt: skip
WORDS = ["word", "*em*", "`code`", "$x$", "$$y$$ {#eq-b}", "[l](https://e.org)", "![c](a.svg)",
         "![c](a.svg){#fig-b}", "@fig-a", "@eq-b", "@knuth1984", "^[note]", "\\newpage", "<b>x</b>",
         "{{< pagebreak >}}", "<!-- c -->", "[s]{.kbd}", "[](index.qmd)", "`x`{=html}", "|",
         "{"]  # fmt: skip
BLOCKS = ["## H", "| a | b |\n|---|--:|\n| 1 | 2 |", "| a |\n|---|\n| 1 |\n\n: Cap {#tbl-b}",
          "```python\nx\n```", "```{=html}\n<table><tr><td>1</td></tr></table>\n```", "- a\n- b",
          "a\n: b", "| line", "<div>x</div>", "\\begin{align}x\\end{align}", "---"]  # fmt: skip
WITH_ATTRIBUTES = ["``` A\ncode\n```", "[words]A", "![cap](a.svg)A", "[![cap](a.svg)A](https://e.org)",
                   "$$ x $$ A", "## Head A", "| a |\n|---|\n| 1 |\n\n: Cap A"]  # fmt: skip

attribute = st.one_of(
    st.sampled_from(CLASSES).map(".{}".format),
    st.sampled_from(LABELS).map("#{}".format),
    st.builds('{}="{}"'.format, st.sampled_from(NAMES), st.sampled_from(VALUES)),
)
attributes = st.lists(attribute, min_size=1, max_size=3).map(lambda a: "{" + " ".join(a) + "}")
leaf = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
    st.sampled_from(BLOCKS),
    st.builds(lambda text, a: text.replace("A", a), st.sampled_from(WITH_ATTRIBUTES), attributes),
)


def within(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Put blocks into a div, a quotation or a list."""
    several = st.lists(inner, max_size=3).map("\n\n".join)
    div = st.builds("::::: {}\n\n{}\n\n:::::".format, attributes, several)
    quotation = inner.map(lambda text: "> " + text.replace("\n", "\n> "))
    return st.one_of(div, quotation, inner.map(lambda text: "- " + text.replace("\n", "\n  ")))


documents = st.lists(st.recursive(leaf, within, max_leaves=6), min_size=1, max_size=4)


@pytest.mark.parametrize("format_name", ["html", "typst"])
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(blocks=documents)
def test_any_markdown_gives_a_page_or_an_advice(format_name, blocks):
    """Nested divs, attributes, labels, fences; what is refused says where and is no riddle."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        text = "# One\n\n" + "\n\n".join(blocks) + "\n"
        try:
            book = resolved(root, {"one.qmd": text}, format_name)
            if format_name == "html":
                write_site(book, root, root / "site", None)
            else:
                write_pdf(book, root, root / "a.pdf")
        except RenderError as error:
            assert "Typst refused" not in str(error), text
        except InputError as error:
            assert str(error.file).endswith(("one.qmd", "_quarto.yml")), (error, text)
