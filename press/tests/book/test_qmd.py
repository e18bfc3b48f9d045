"""Reading Quarto's Markdown: nothing is lost, and what is executed is found with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from press.book import qmd
from press.book.qmd import Cell, Comment, Front, Inline, Prose, Verbatim
from press.ground.errors import InputError
from support.cases_and_facts import write

LINES = st.sampled_from([
    "", "words `{python} x` more", "---", "```{python}", "#| echo: true", "x = 1", "```", "````",
    "```` markdown", "~~~", "    ```{python}", "    ```", "<!-- a", "b -->", "$$ x $$ {#eq-x}",
    "`` `{python} y` ``", "::: {.callout-note}", ":::", "# Title", "> ```{python}",
    "\\`{python} z`",
])  # fmt: skip


@given(st.lists(LINES, max_size=25), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_lines_survive(lines, end, last_line_ends):
    """The blocks' lines, one after another, are the source, unless it is refused."""
    text = end.join(lines) + (end if last_line_ends else "")
    try:
        chapter = qmd.parse_text(text, "one.qmd")
    except InputError:
        return
    assert "".join(block.text for block in chapter.blocks) == text
    for block in chapter.blocks:
        if isinstance(block, Prose):
            kept = "".join(p for p in block.pieces if isinstance(p, str))
            assert len(kept) <= len(block.text)


def blocks(text: str) -> list:
    """Parse a text."""
    return list(qmd.parse_text(text, "one.qmd").blocks)


def test_kinds_of_blocks():
    """Front matter, prose, cell, verbatim code and comment are told apart."""
    text = (
        "---\ntitle: T\n---\nwords\n```{python}\nx\n```\n```python\ny\n```\n"
        "<!--\n```{python}\n```\n-->\nend\n"
    )
    chapter = qmd.parse_text(text, "one.qmd")
    kinds = [Front, Prose, Cell, Verbatim, Comment, Prose]
    assert [type(block) for block in chapter.blocks] == kinds
    assert chapter.front == {"title": "T"}


def test_a_cell_has_options_code_and_lines():
    """Options are YAML, the code starts after them."""
    [_, cell] = blocks(
        "one\n```{python}\n#| label: fig-a\n#| tags: [b]\n#| fig-cap: |\n#|   c\nx = 1\ny\n```\n"
    )
    assert cell.options == {"label": "fig-a", "tags": ["b"], "fig-cap": "c\n"}
    assert (cell.source, cell.line, cell.code_line, cell.label) == ("x = 1\ny", 2, 7, "fig-a")


def test_an_indented_cell_is_not_indented():
    """A cell in a list item loses the item's indent."""
    [_, cell, _] = blocks("- item\n\n    ```{python}\n    if x:\n        y\n    ```\n\nend\n")
    assert cell.source == "if x:\n    y"
    assert cell.indent == "    "


def test_fences_inside_longer_fences_are_text():
    """Four backticks show a cell, they do not run it."""
    text = "```` markdown\n```{python}\n1 / 0\n```\n````\n"
    [block] = blocks(text)
    assert isinstance(block, Verbatim)


@pytest.mark.parametrize(
    ("text", "code", "in_code"),
    [
        ("a `{python} x + 1` b", "x + 1", False),
        ('`{python} f"{w[0]:.3f}"`', 'f"{w[0]:.3f}"', False),
        ("a `` `{python} x` `` b", "x", True),
        ("a `{python}\nx` b", "x", False),
    ],
)
def test_inline_expressions(text, code, in_code):
    """Expressions are found; inside a longer code span their value is code."""
    [prose] = blocks(text)
    [inline] = prose.inlines
    assert (inline.code, inline.in_code) == (code, in_code)


@pytest.mark.parametrize(
    "text", ["`{{python}} x`", "\\`{python} x`", "``{python} x``", "{python} x"]
)
def test_what_only_looks_like_an_expression(text):
    """Escaped and longer spans are text."""
    [prose] = blocks(text)
    assert prose.pieces == [text]


@pytest.mark.parametrize("text", ["`{python}x`", "`{r} x`", "`{julia} x`", "`{ojs} x`"])
def test_what_nearly_is_a_value_is_refused(text):
    """With its line: its code would be shown, where a value is meant."""
    chapter = qmd.parse_text(f"a\n\nb {text}\n", "one.qmd")
    with pytest.raises(InputError) as refused:
        print(chapter.blocks[0].pieces)
    assert str(refused.value).startswith(f"one.qmd:3: {text} is no value")


@pytest.mark.parametrize(
    "text", ["`{r}`", "``{r} x``", "`r x`", "`{=html}`", "`{python}`", "`{run}-{n}`"]
)
def test_code_with_braces_is_code(text):
    """Also the name of a language alone."""
    [prose] = blocks(text)
    assert prose.pieces == [text]


@pytest.mark.parametrize(
    "text",
    [
        "a <!-- `{python} 1/0` --> b",
        "a <!-- it`s\n\n`{python} 1/0`\n--> b",
        "a <!--\n```{python}\n1/0\n```\n--> b",
        "<!--\n```{python}\n1/0\n```\n-->\n",
        "<!--\n`{python} 1/0`\n--> b\n",
        "<!-- `{r} x` -->\n",
        "a <!-- done --> b <!-- `{python} x`\n-->\n",
    ],
)
def test_nothing_in_comments_is_evaluated(text):
    """Neither values nor cells, wherever the comment stands; what is written stays."""
    chapter = qmd.parse_text(text, "one.qmd")
    assert chapter.cells == []
    assert not any(block.inlines for block in chapter.blocks if isinstance(block, Prose))
    assert "".join(block.text for block in chapter.blocks) == text


@pytest.mark.parametrize("text", ["`<!--` `{python} x` `-->`", "<!-- a --> `{python} x`\n"])
def test_values_beside_comments_are_evaluated(text):
    """A comment ends at its end, and there is none in code."""
    chapter = qmd.parse_text(text, "one.qmd")
    assert [inline.code for inline in chapter.blocks[0].inlines] == ["x"]


def test_cells_in_other_languages_are_code():
    """They are not executed; their options are left out; two braces show the fence."""
    [bash] = blocks("```{bash}\n#| echo: false\nls\n```\n")
    assert bash.text == "``` {.bash}\nls\n```\n"
    [shown] = blocks("```{{python}}\n1\n```\n")
    assert shown.text == "````\n```{python}\n1\n```\n````\n"


def test_inline_expressions_know_their_line():
    """Lines are counted in the file."""
    chapter = qmd.parse_text("---\na: b\n---\none\n\ntwo `{python} y`\n", "one.qmd")
    assert chapter.blocks[1].inlines == [Inline("y", "one.qmd", 6)]


def test_includes_are_read_in_place(tmp_path):
    """Included lines keep their own file and number; cells in them are cells."""
    write(tmp_path / "parts/_two.qmd", "inner\n```{python}\nx\n```\n")
    write(tmp_path / "one.qmd", "one\n{{< include parts/_two.qmd >}}\nlast\n")
    chapter = qmd.read(tmp_path / "one.qmd", tmp_path)
    assert [type(block) for block in chapter.blocks] == [Prose, Cell, Prose]
    assert (chapter.cells[0].file, chapter.cells[0].line) == ("parts/_two.qmd", 2)
    assert chapter.locate("last") == {"file": "one.qmd", "line": 3, "column": 1}


def test_includes_of_nothing_and_of_themselves(tmp_path):
    """Both are refused with file and line."""
    write(tmp_path / "one.qmd", "a\n{{< include none.qmd >}}\n")
    write(tmp_path / "two.qmd", "a\n{{< include two.qmd >}}\n")
    with pytest.raises(InputError, match=r"one.qmd:2: include of 'none.qmd', which does not exist"):
        qmd.read(tmp_path / "one.qmd", tmp_path)
    with pytest.raises(InputError, match=r"two.qmd:2: 'two.qmd' includes itself"):
        qmd.read(tmp_path / "two.qmd", tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("```{python}\nx\n", "one.qmd:1: the code cell is not closed"),
        ("\n```{mermaid}\nx\n```\n", "one.qmd:2: kind of code cell 'mermaid' is not"),
        ("```{python echo=FALSE}\n```\n", "one.qmd:1: options in the fence: 'echo=FALSE'"),
        ("```{python}\n#| ehco: false\n```\n", "one.qmd:2: unknown cell option 'ehco'"),
        ("```{python}\n#| echo: [\n```\n", "one.qmd:3:1: malformed YAML"),
        ("```{python}\n#| echo: true\n#| echo: true\n```\n", "one.qmd:3: 'echo' is given twice"),
        ("---\na: b\n", "one.qmd:1: front matter is not closed"),
        ("---\na: b: c\n---\n", "one.qmd:2:5: malformed YAML"),
    ],
)
def test_what_is_refused(text, message):
    """Each error names file, line and what is wrong."""
    with pytest.raises(InputError) as refused:
        qmd.parse_text(text, "one.qmd")
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("lines", "options", "source"),
    [
        ("# | echo: false\n# | label: x\n1\n", {"echo": False, "label": "x"}, "1"),
        (
            "#| tags: [parameters]\n# | echo: false\n1\n",
            {"tags": ["parameters"], "echo": False},
            "1",
        ),
        ("# | fig-cap:\n# |   - a\n# |   - b\n1\n", {"fig-cap": ["a", "b"]}, "1"),
        ("# | a | b |\n1\n", {}, "# | a | b |\n1"),
    ],
)
def test_options_as_formatters_write_them(lines, options, source):
    """A blank after the hash changes nothing; a comment that draws a table is none."""
    [cell] = qmd.parse_text(f"```{{python}}\n{lines}```\n", "one.qmd").cells
    assert (cell.options, cell.source) == (options, source)
    assert len(cell.option_lines) + len(source.splitlines()) == len(lines.splitlines())
