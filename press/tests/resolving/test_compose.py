"""What a cell shows, from its outputs and options."""

import pytest
from press.book import project as projects
from press.book.qmd import Cell, parse_text
from press.document import tree
from press.document.forms import Printed, Subfloat
from press.document.pandoc import to_blocks
from press.execution.executions import Execution
from press.ground.errors import InputError
from press.resolving.compose import compose
from press.resolving.constructs import handlers
from press.resolving.context import Scope
from support.cases_and_facts import SVG, book

TEXT = {"output_type": "stream", "name": "stdout", "text": "said"}
WARNING = {"output_type": "stream", "name": "stderr", "text": "careful"}


def display(**data: str) -> dict:
    """Make an output; dashes and slashes of MIME types are written as underscores."""
    kinds = {"plain": "text/plain", "svg": "image/svg+xml", "html": "text/html",
             "markdown": "text/markdown", "plotly": "application/vnd.plotly.v1+json"}  # fmt: skip
    return {"output_type": "display_data", "data": {kinds[k]: v for k, v in data.items()}}


def shown(
    folder, options: str, outputs: list, code: str = "f()", format_name: str = "html"
) -> list:
    """Resolve a chapter with one cell."""
    project = projects.load(book(folder, {"one.qmd": "# One\n"}))
    lines = "".join(f"#| {line}\n" for line in options.splitlines())
    chapter = parse_text(f"```{{python}}\n{lines}{code}\n```\n", "one.qmd")
    text = compose(project, chapter, Execution({0: outputs}, {}, {}), format_name)
    scope = Scope(project, chapter, format_name, folder / "memory", handlers)
    return scope.resolve(to_blocks(text))


def inline(folder, text: str, value: str) -> list:
    """Resolve a text with one expression, of a value."""
    project = projects.load(book(folder, {"one.qmd": "# One\n"}))
    chapter = parse_text(text, "one.qmd")
    execution = Execution({}, {0: [{"text/plain": value}]}, {})
    scope = Scope(project, chapter, "html", folder / "memory", handlers)
    return scope.resolve(to_blocks(compose(project, chapter, execution, "html")))


def shapes(blocks: list) -> list:
    """Types of elements, as text."""
    return [b["t"].__name__ if isinstance(b["t"], type) else b["t"] for b in blocks]


def test_of_a_long_output_the_middle_is_left_out(tmp_path):
    """A sentence says how much; what a bar overwrote does not count."""
    said = "0%\r" * 5000 + "".join(f"{n}\n" for n in range(5000))
    printed = {"output_type": "stream", "name": "stdout", "text": said}
    [output] = shown(tmp_path, "echo: false", [printed])
    [block] = [e for e in tree.elements([output]) if e["t"] == "CodeBlock"]
    lines = block["c"][1].splitlines()
    assert lines[:1] + lines[998:1002] + lines[-1:] == [
        "0", "998", "999", "[3000 lines with 15000 characters are left out here]", "4000", "4999"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", ["Source", "Printed", "Printed"]),
        ("echo: false", ["Printed", "Printed"]),
        ("warning: false", ["Source", "Printed"]),
        ("output: false", ["Source"]),
        ("include: false", []),
    ],
)
def test_what_is_shown(tmp_path, options, expected):
    """Options choose between code, output and warnings."""
    found = shown(tmp_path, options, [TEXT, WARNING])
    assert shapes(found) == expected
    printed = [form["c"].classes for form in found if form["t"] is Printed]
    assert printed == [(), ("stderr",)][: len(printed)]


def test_code_is_shown_as_told(tmp_path):
    """Folded, or with its fence and options."""
    [folded] = shown(tmp_path, "code-fold: true\ncode-summary: See", [])
    assert (folded["c"].fold, folded["c"].summary) == ("true", "See")
    [fenced] = shown(tmp_path, "echo: fenced", [])
    assert tree.plain_text(fenced["c"].content) == "```{python}\n#| echo: fenced\nf()\n```"


def test_labelled_figure(tmp_path):
    """A float with the picture, its caption and its alternative text; other text before it."""
    options = 'echo: false\nlabel: fig-a\nfig-cap: "A *b*"\nfig-alt: \'say "x"\''
    loose, figure = shown(tmp_path, options, [TEXT, display(svg=SVG, plain="<Figure>")])
    assert shapes([loose, figure]) == ["Printed", "Float"]
    [image] = [e for e in tree.elements(figure) if e["t"] == "Image"]
    assert tree.pairs_of(image) == {"alt": 'say "x"'}
    assert (tmp_path / image["c"][2][0]).read_text() == SVG
    assert tree.plain_text(figure["c"].caption) == "A b"


def test_figure_that_is_a_link(tmp_path):
    """The picture leads there, and only the picture."""
    options = "echo: false\nlabel: fig-a\nfig-cap: A\nfig-link: https://e.org"
    [figure] = shown(tmp_path, options, [display(svg=SVG)])
    [link] = [e for e in tree.elements(figure) if e["t"] == "Link"]
    assert (link["c"][1][0]["t"], link["c"][2][0]) == ("Image", "https://e.org")


def test_part_figures_from_one_cell(tmp_path):
    """One for each output, with its own caption and alternative text."""
    options = "echo: false\nlabel: fig-a\nfig-subcap: [L, R]\nfig-alt: [l, r]\nlayout-ncol: 2"
    [figure] = shown(tmp_path, options, [display(svg=SVG), display(svg=SVG.replace("9", "8"))])
    parts = [e["c"] for e in tree.elements(figure) if e["t"] is Subfloat]
    assert [part.identifier for part in parts] == ["fig-a-1", "fig-a-2"]
    assert [tree.plain_text(part.caption) for part in parts] == ["L", "R"]
    images = [e for e in tree.elements(figure) if e["t"] == "Image"]
    assert [tree.pairs_of(image)["alt"] for image in images] == ["l", "r"]


def test_interactive_figure(tmp_path):
    """The website gets its data, print its picture or a sentence."""
    output = display(plotly='{"data": []}')
    options = "echo: false\nlabel: fig-a"
    [figure] = shown(tmp_path, options, [output])
    [plotly] = figure["c"].body
    assert (tmp_path / plotly["c"].data).is_file()
    [printed] = shown(tmp_path / "t", options, [output], format_name="typst")
    assert tree.plain_text(printed) == "Interactive figure; see the website."


def test_tables_from_html_and_markdown(tmp_path):
    """Both are real tables, in both formats."""
    html = display(html="<table><tr><td>1</td></tr></table>", plain="1")
    markdown = display(markdown="| a |\n|---|\n| 1 |", plain="x")
    for name in ("html", "typst"):
        found = shown(tmp_path / name, "echo: false", [html, markdown], format_name=name)
        assert shapes(found) == ["Table", "Table"]


def test_other_html(tmp_path):
    """Stays for the website; print shows the text."""
    output = display(html="<b>x</b>", plain="x")
    assert shapes(shown(tmp_path, "echo: false", [output])) == ["RawBlock"]
    assert shapes(shown(tmp_path / "t", "echo: false", [output], format_name="typst")) == [
        "Printed"
    ]


class Map:
    """Knows only HTML."""


HTML_ONLY = [
    ("<p>Result: <b>77</b></p>", "<IPython.core.display.HTML object>", "Result: 77"),
    ("<div>a map</div>", repr(Map()), "a map"),
    ("<script>draw()</script><div id='m'></div>", repr(Map()), "Interactive output; see"),
]


@pytest.mark.parametrize(("html", "plain", "said"), HTML_ONLY, ids=["text", "picture", "script"])
def test_objects_that_know_only_html(tmp_path, html, plain, said):
    """Print shows what the HTML says, or a sentence; never an address in memory."""
    found = shown(tmp_path, "echo: false", [display(html=html, plain=plain)], format_name="typst")
    assert tree.plain_text(found).startswith(said)
    assert "0x" not in tree.plain_text(found)


def test_printed_objects_are_alike_in_every_run(tmp_path):
    """The address of an object is not shown, in neither format."""
    for name in ("html", "typst"):
        output = display(plain=repr(Map()))
        [printed] = shown(tmp_path / name, "echo: false", [output], format_name=name)
        assert tree.plain_text(printed).endswith("Map object>")


def test_tables_of_polars(tmp_path):
    """The line on the shape that stands above does not hide that it is a table."""
    html = "<div><style>.x {}</style><small>shape: (1, 1)</small><table><tr><td>7</td></tr></table>"
    output = display(html=f"{html}</div>", plain="shape: (1, 1)")
    for name in ("html", "typst"):
        found = shown(tmp_path / name, "echo: false", [output], format_name=name)
        assert shapes(found) == ["Table"]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("\x1b[31mred\x1b[0m plain", "red plain"),
        ("\x1b]8;;https://example.org\x07link\x1b]8;;\x07", "link"),
        ("10%\r20%\r\n30%", "20%\n30%"),
        ("abc\b\bx", "ax"),
        ("a\x00b\x07", "ab"),
        ("at 0x10 in memory", "at 0x10 in memory"),
    ],
)
def test_control_characters(tmp_path, said, text):
    """Text is as a terminal would show it, in both formats."""
    for name in ("html", "typst"):
        found = shown(tmp_path / name, "echo: false", [TEXT | {"text": said}], format_name=name)
        assert tree.plain_text(found) == text


VALUES = ("--seed 3", "a--b.csv", "wait...", "a & b &lt; c", "1. first", "'x' *z* `w`", "-3", "# A")


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(("before", "after"), [("", ""), ("Is ", "."), ("", " it is")])
def test_inline_values_are_text(tmp_path, value, before, after):
    """What is computed is shown sign for sign, wherever it stands in the paragraph."""
    [paragraph] = inline(tmp_path, f"{before}`{{python}} x`{after}", value)
    assert paragraph["t"] == "Para"
    assert tree.plain_text(paragraph) == f"{before}{value}{after}"


@pytest.mark.parametrize(
    ("value", "tex"),
    [
        ("-3", "-3"), ("+0.5", "+0.5"), ("50%", r"50\%"), ("a_1", "a_1"),
        ("1e-05", r"1 \times 10^{-5}"), (r"\alpha", r"\alpha"), ("inf", r"\infty"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", ["$y = `{python} x`$", "$$\ny = `{python} x`\n$$"])
def test_values_in_formulas(tmp_path, text, value, tex):
    """A value is written as TeX."""
    found = inline(tmp_path, f"It costs 5 \\$. {text}", value)
    [math] = [e for e in tree.elements(found) if e["t"] == "Math"]
    assert math["c"][1].strip() == f"y = {tex}"


@pytest.mark.parametrize("value", ["a$b", "{", "a}", "#", "x\\"])
def test_values_that_cannot_stand_in_a_formula(tmp_path, value):
    """Are refused with the line of the expression."""
    with pytest.raises(InputError, match="one.qmd:2: the value of 'x' cannot stand in a formula"):
        inline(tmp_path, "First\n$y = `{python} x`$", value)


def test_a_price_is_no_formula(tmp_path):
    """Dollars that pandoc does not take for a formula leave a value text."""
    [paragraph] = inline(tmp_path, "From $5 to `{python} x` and $7.", "a_b")
    assert tree.plain_text(paragraph) == "From $5 to a_b and $7."


@pytest.mark.parametrize(
    "plain",
    [
        "Text(0.5, 1.0, 'abc')",
        "(array([1.]), array([0.]), <BarContainer object of 10 artists>)",
        "<BarContainer object of 3 artists>",
        "[Text(0, 0, 'a')]",
        "(0.0, 1.0, 0.0, 1.0)",
        "(np.float64(0.0), np.float64(1.5))",
        "{'whiskers': [<matplotlib.lines.Line2D at 0x7f>]}",
    ],
)
def test_what_plotting_gives_back_is_not_shown_beside_the_plot(tmp_path, plain):
    """Without a plot it is a value like others."""
    result = display(plain=plain) | {"output_type": "execute_result"}
    assert shapes(shown(tmp_path, "echo: false", [result, display(svg=SVG)])) == ["Para"]
    if "matplotlib" not in plain:
        assert shapes(shown(tmp_path, "echo: false", [result])) == ["Printed"]


def test_objects_of_plotting_are_not_shown(tmp_path):
    """The text of axes and lines is noise."""
    outputs = [display(plain="[<matplotlib.lines.Line2D at 0x1>]"), display(svg=SVG)]
    assert shapes(shown(tmp_path, "echo: false", outputs)) == ["Para"]


def test_markdown_as_it_is(tmp_path):
    """Printed Markdown becomes part of the chapter, headings too."""
    output = TEXT | {"text": "## Title\n\n- item\n"}
    found = shown(tmp_path, "echo: false\noutput: asis", [output])
    assert shapes(found) == ["Header", "BulletList"]


@pytest.mark.parametrize("kind", ["fig", "tbl"])
def test_markdown_with_a_label(tmp_path, kind):
    """What a labelled cell prints as Markdown is its figure or table, with its caption."""
    printed = {"fig": "![](a.svg)\n", "tbl": "| a |\n|---|\n| 1 |\n"}[kind]
    options = f"echo: false\noutput: asis\nlabel: {kind}-a\n{kind}-cap: A *b*"
    [made] = shown(tmp_path, options, [TEXT | {"text": printed}])
    assert (made["c"].identifier, tree.plain_text(made["c"].caption)) == (f"{kind}-a", "A b")


def test_captions_without_a_label(tmp_path):
    """Each picture has one, without a number; shortcodes in them are replaced."""
    options = "echo: false\nfig-cap: [One, 'of {{< meta book.title >}}']"
    found = shown(tmp_path, options, [display(svg=SVG), display(svg=SVG)])
    assert [tree.plain_text(figure["c"][1][1]) for figure in found] == ["One", "of A book"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("label: fig-a\nfig-cap: [A, B]", "one.qmd:1: 2 captions for 1 outputs"),
        ("label: fig-a\nfig-subcap: [A, B]", "one.qmd:1: 2 captions for 1 outputs"),
        ("label: fig-a\ntbl-cap: A", "one.qmd:1: 'tbl-cap' of a cell with the label 'fig-a'"),
        ("label: tbl-a\nfig-cap: A", "one.qmd:1: 'fig-cap' of a cell with the label 'tbl-a'"),
        ("label: fig a", "one.qmd:2: label: fig a"),
    ],
)
def test_captions_and_labels_that_fit_nothing(tmp_path, options, message):
    """They would be lost."""
    with pytest.raises(InputError) as refused:
        shown(tmp_path, options, [display(svg=SVG)])
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("indent", ["> ", "- a\n\n  "])
def test_cells_in_quotations_and_lists(tmp_path, indent):
    """What they show stands there, too."""
    project = projects.load(book(tmp_path, {"one.qmd": "# One\n"}))
    lines = "\n".join(" " * 2 + line if "-" in indent else f"> {line}" for line in ["f()", "```"])
    chapter = parse_text(f"{indent}```{{python}}\n{lines}\n\nAfter.\n", "one.qmd")
    [position] = [n for n, block in enumerate(chapter.blocks) if isinstance(block, Cell)]
    text = compose(project, chapter, Execution({position: [TEXT, TEXT]}, {}, {}), "html")
    [around, after] = to_blocks(text)
    assert around["t"] in ("BlockQuote", "BulletList") and after["t"] == "Para"
    assert tree.plain_text(around).count("said") == 2


def test_options_must_be_true_or_false(tmp_path):
    """Anything else is refused with the line of the cell."""
    with pytest.raises(InputError, match=r"one.qmd:1: echo: nope\n.*true, false, fenced"):
        shown(tmp_path, "echo: nope", [])
