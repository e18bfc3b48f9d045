"""Every construct of the table, from Markdown to what the writers are promised."""

import pytest
from press.document import tree
from press.document.forms import PageBreak
from press.ground.errors import InputError
from support.cases_and_facts import resolved


def blocks(folder, markdown: str, format_name: str = "html", **kwargs) -> list:
    """Resolve the text of a chapter."""
    book = resolved(folder, {"one.qmd": f"# One\n\n{markdown}\n"}, format_name, **kwargs)
    return book.pages[1].blocks


def types(blocks: list) -> list:
    """Types of blocks."""
    return [block["t"] for block in blocks]


def test_figure(tmp_path):
    """Number, name, caption, picture with path and alternative text."""
    [element] = blocks(tmp_path, '![A *b*](a.svg){#fig-a width=30% fig-alt="Red"}')
    figure = element["c"]
    assert (figure.kind, figure.identifier) == ("figure", "fig-a")
    assert (types(figure.body), tree.plain_text(figure.caption)) == (["Plain"], "A b")
    assert (figure.name, figure.number, figure.above) == ("Figure", "1.1", False)
    [image] = [e for e in tree.elements(figure.body) if e["t"] == "Image"]
    assert tree.pairs_of(image) == {"width": "30%", "alt": "Red"}
    assert image["c"][2][0] == "a.svg"


def test_figure_without_caption(tmp_path):
    """It is numbered all the same."""
    [figure] = blocks(tmp_path, "![](a.svg){#fig-a}")
    assert (figure["c"].number, figure["c"].caption) == ("1.1", [])


def test_figure_without_label(tmp_path):
    """Its caption has no number; the caption is the alternative text."""
    [figure] = blocks(tmp_path, "![A *b*](a.svg)")
    [image] = [e for e in tree.elements([figure]) if e["t"] == "Image"]
    assert (figure["t"], tree.pairs_of(image)["alt"]) == ("Figure", "A b")


@pytest.mark.parametrize(
    "text",
    [
        "[![A *b*](a.svg){#fig-a}](https://e.org)",
        '![A *b*](a.svg){#fig-a fig-link="https://e.org"}',
    ],
)
def test_figure_that_is_a_link(tmp_path, text):
    """It has its number and caption, and its picture leads there."""
    [figure] = blocks(tmp_path, text)
    [link] = [e for e in tree.elements(figure["c"].body) if e["t"] == "Link"]
    assert (figure["c"].number, tree.plain_text(figure["c"].caption)) == ("1.1", "A b")
    assert (link["c"][1][0]["t"], link["c"][2][0]) == ("Image", "https://e.org")


def test_picture_from_elsewhere(tmp_path):
    """The website shows it; it is not for print, and nothing takes its place in silence."""
    text = "![A](https://e.org/a.png)"
    [figure] = blocks(tmp_path / "h", text)
    assert [e["c"][2][0] for e in tree.elements([figure]) if e["t"] == "Image"] == [text[5:-1]]
    with pytest.raises(InputError, match="one.qmd:3:6: .* is not in the project"):
        blocks(tmp_path / "t", text, "typst")


def test_table_and_computed_caption(tmp_path):
    """The last paragraph of a div is its caption."""
    [table] = blocks(tmp_path, "::: {#tbl-a}\n| a |\n|--:|\n| 1 |\n\nThe *caption*.\n:::")
    assert (table["c"].kind, table["c"].above) == ("table", True)
    assert types(table["c"].body) == ["Table"]
    assert tree.plain_text(table["c"].caption) == "The caption."


def test_table_with_widths(tmp_path):
    """Widths are shares of the whole."""
    text = '| a | b |\n|--|--|\n| 1 | 2 |\n\n: C {#tbl-a tbl-colwidths="[20,80]"}'
    [table] = [e for e in tree.elements(blocks(tmp_path, text)) if e["t"] == "Table"]
    assert [width["c"] for _, width in table["c"][2]] == [0.2, 0.8]


def test_part_figures(tmp_path):
    """They have letters, and the layout has columns."""
    text = """::: {#fig-a layout-ncol=2}
![L](a.svg){#fig-l}

![R](a.svg){#fig-r}

Both.
:::

@fig-l and @fig-r.
"""
    figure, words = blocks(tmp_path, text)
    [layout] = figure["c"].body
    [row] = layout["c"].rows
    assert [panel.share for panel in row] == [0.5, 0.5]
    assert [panel.content[0]["c"].number for panel in row] == ["a", "b"]
    assert tree.plain_text(words).replace(tree.NBSP, " ") == "Figure 1.1 (a) and Figure 1.1 (b)."


def test_layout_without_label(tmp_path):
    """Neighbouring pictures of one paragraph stand beside each other."""
    [layout] = blocks(tmp_path, "::: {layout-ncol=2}\n![](a.svg)\n![](a.svg)\n:::")
    [row] = layout["c"].rows
    assert [types(panel.content) for panel in row] == [["Para"], ["Para"]]


@pytest.mark.parametrize(
    ("options", "count", "shares"),
    [
        ("layout-ncol=2", 3, [[0.5, 0.5], [0.5, -0.5]]),
        ("layout-nrow=2", 3, [[0.5, 0.5], [0.5, -0.5]]),
        ('layout="[70, 30]"', 2, [[0.7, 0.3]]),
        ('layout="[[1, -1, 2], [1]]"', 3, [[0.25, -0.25, 0.5], [1]]),
        ('layout="[[1]]"', 2, [[1], [1]]),
    ],
)
def test_panels_share_the_width(tmp_path, options, count, shares):
    """Weights are shares of their row, gaps are empty (here negative), no panel is left out."""
    pictures = "\n\n".join(["![](a.svg)"] * count)
    [layout] = blocks(tmp_path, f"::: {{{options}}}\n{pictures}\n:::")
    assert shares == [
        [panel.share if panel.content else -panel.share for panel in row]
        for row in layout["c"].rows
    ]


def test_equation(tmp_path):
    """The label's text is gone, what follows it stays."""
    [paragraph] = blocks(tmp_path, "$$ x $$ {#eq-x}, and more.")
    equation, *rest = paragraph["c"]
    assert (equation["c"].identifier, equation["c"].number) == ("eq-x", "1.1")
    assert tree.plain_text(rest) == ", and more."


def test_equation_with_attributes(tmp_path):
    """They are no text, and do not hide the label."""
    [paragraph] = blocks(tmp_path, '$$ x $$ {#eq-x .big alt="an x"} more')
    assert paragraph["c"][0]["c"].number == "1.1"
    assert tree.plain_text(paragraph["c"][1:]).strip() == "more"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("::: {.callout-note}\nBody.\n:::", "Note"),
        ("::: {.callout-tip}\n## A *title*\nBody.\n:::", "A title"),
        ('::: {.callout-warning title="Mind *it*" collapse="true"}\nBody.\n:::', "Mind it"),
        ("::: {#nte-a .callout-note}\n## Hello\nBody.\n:::", "Note 1.1: Hello"),
        ("::: {#nte-a .callout-note}\nBody.\n:::", "Note 1.1"),
    ],
)
def test_callout(tmp_path, text, title):
    """Its title is given, a heading, or its kind; with a label it has a number."""
    [callout] = blocks(tmp_path, text)
    assert types(callout["c"].body) == ["Para"]
    assert tree.plain_text(callout["c"].title).replace(tree.NBSP, " ") == title


def test_tabset_columns_landscape(tmp_path):
    """Containers of the promised form."""
    text = """::: {.panel-tabset}
## One
a

## Two
b
:::

:::: {.columns}
::: {.column width="60%"}
a
:::
::: {.column}
b
:::
::::

::: {.landscape}
a
:::
"""
    tabset, columns, landscape = blocks(tmp_path, text)
    tabs = [(tree.plain_text(tab.title), types(tab.content)) for tab in tabset["c"].tabs]
    assert tabs == [("One", ["Para"]), ("Two", ["Para"])]
    assert [column.width for column in columns["c"].columns] == ["60%", None]
    assert types(landscape["c"].content) == ["Para"]


def test_theorems_and_proofs(tmp_path):
    """A theorem has its number and name as title; the kind of a proof opens it."""
    text = '::: {#thm-a name="Pythagoras"}\nWords.\n:::\n\n::: {.proof}\nDone.\n:::\n\n@thm-a'
    theorem, proof, words = (
        tree.plain_text(b).replace(tree.NBSP, " ") for b in blocks(tmp_path, text)
    )
    assert theorem == "Theorem 1.1 (Pythagoras)Words."
    assert proof == "Proof. Done."
    assert words == "Theorem 1.1"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('::: {.proof name="Of *it*"}\nx\n:::', "Proof (Of it). x"),
        ("::: {.remark}\n## Of it\nx\n:::", "Remark (Of it). x"),
        ("::: {#rem-a .remark}\nx\n:::\n\n@rem-a", "Remark 1.1xRemark 1.1"),
        ("::: {#sol-a}\nx\n:::\n\n@sol-a", "Solution 1.1xSolution 1.1"),
        ("::: {#alg-a}\n## Sort\nx\n:::\n\n@alg-a", "Algorithm 1.1 (Sort)xAlgorithm 1.1"),
    ],
)
def test_names_and_numbers_of_proofs_and_algorithms(tmp_path, text, shown):
    """A name is shown behind the kind, and is no section; labels have numbers."""
    assert tree.plain_text(blocks(tmp_path, text)).replace(tree.NBSP, " ") == shown


def test_listing(tmp_path):
    """Code with a label is a numbered listing."""
    [listing] = blocks(tmp_path, '```{#lst-a .python lst-cap="A *b*"}\nx\n```')
    assert (listing["c"].kind, types(listing["c"].body)) == ("listing", ["CodeBlock"])


CONDITIONS = [
    ('when-format="html"', True),
    ('when-format="typst"', False),
    ('unless-format="typst"', True),
    ('when-profile="cg"', False),
    ('unless-profile="cg"', True),
    ('when-meta="status.on"', True),
    ('unless-meta="status.on"', False),
    ('when-format="html" when-profile="cg"', False),
]


@pytest.mark.parametrize(("condition", "visible"), CONDITIONS)
@pytest.mark.parametrize("kind", ["visible", "hidden"])
def test_conditions(tmp_path, condition, visible, kind):
    """For blocks and for words; all conditions must hold; hidden is the opposite."""
    attributes = f"{{.content-{kind} {condition}}}"
    text = f"::: {attributes}\nblock\n:::\n\nand [word]{attributes} `span`{attributes}\n\n"
    text += f"``` {attributes}\nfence\n```\n"
    found = blocks(tmp_path, text, config="status:\n  on: true\n")
    is_shown = visible if kind == "visible" else not visible
    assert [name in str(found) for name in ("block", "word", "span", "fence")] == [is_shown] * 4


def test_hidden_figures_have_no_number(tmp_path):
    """Numbers follow the document as the format shows it."""
    text = """::: {.content-visible when-format="typst"}
![A](a.svg){#fig-a}
:::

![B](a.svg){#fig-b}
"""
    assert blocks(tmp_path / "h", text)[0]["c"].number == "1.1"
    assert blocks(tmp_path / "t", text, "typst")[1]["c"].number == "1.2"


def test_page_breaks(tmp_path):
    """As a shortcode in a line or alone, or as LaTeX."""
    found = blocks(tmp_path, "a {{< pagebreak >}} b\n\n{{< pagebreak >}}\n\n\\newpage\n\nc")
    assert types(found) == ["Para", PageBreak, "Para", PageBreak, PageBreak, "Para"]


def test_shortcodes(tmp_path, monkeypatch):
    """Metadata, environment, keys; three braces show the shortcode itself."""
    monkeypatch.setenv("NAME", "value")
    text = "{{< meta deep.a >}} {{< env NAME >}} {{< env NONE x >}} "
    text += "{{< kbd Ctrl-C >}} {{{< meta a >}}} {{< meta list.1 >}}"
    [paragraph] = blocks(tmp_path, text, config="deep:\n  a: yes\nlist: [one, two]\n")
    assert tree.plain_text(paragraph) == "yes value x Ctrl-C {{< meta a >}} one"


def test_raw_text(tmp_path):
    """Kept for its own format; comments never."""
    text = "`<b>`{=html}x`#h(1em)`{=typst}\n\n```{=typst}\n#v(1em)\n```\n\n<!-- c -->\n"
    html, typst = blocks(tmp_path / "h", text), blocks(tmp_path / "t", text, "typst")
    assert [e["c"][0] for e in tree.elements(html) if e["t"].startswith("Raw")] == ["html"]
    assert [e["c"][0] for e in tree.elements(typst) if e["t"].startswith("Raw")] == [
        "typst",
        "typst",
    ]


def test_html_tables_are_tables(tmp_path):
    """Their columns of numbers are set to the right."""
    html = "<div><style>x</style><table><thead><tr><th></th><th>n</th></tr></thead>"
    html += (
        "<tbody><tr><th>a</th><td>-1.5</td></tr><tr><th>b</th><td>2</td></tr></tbody></table></div>"
    )
    [table] = blocks(tmp_path, f"```{{=html}}\n{html}\n```")
    assert [alignment["t"] for alignment, _ in table["c"][2]] == ["AlignLeft", "AlignRight"]


@pytest.mark.parametrize(
    "cell",
    [
        '<span data-qmd="**b** @fig-a">text</span>',
        '<div data-qmd-base64="KipiKiogQGZpZy1h">text</div>',
    ],
)
def test_markdown_in_html_tables(tmp_path, cell):
    """What an HTML table says as Markdown is shown so, with its references."""
    html = f"<table><tr><td>{cell}</td></tr></table>"
    found = blocks(tmp_path, f"![A](a.svg){{#fig-a}}\n\n```{{=html}}\n{html}\n```")
    [table] = [e for e in tree.elements(found) if e["t"] == "Table"]
    assert tree.plain_text([table]).replace(tree.NBSP, " ") == "b Figure 1.1"
    assert any(e["t"] == "Strong" for e in tree.elements([table]))


def test_definitions_of_latex_are_for_formulas(tmp_path):
    """Macros are known in formulas, and are nothing in the text."""
    text = "\\newcommand{\\half}{\\frac{1}{2}}\n\nIt is $\\half$.\n"
    [words] = blocks(tmp_path, text)
    [math] = [e for e in tree.elements(words) if e["t"] == "Math"]
    assert math["c"][1] == "\\frac{1}{2}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("![x](none.svg)", "one.qmd:3:6: the picture 'none.svg' does not exist"),
        ("::: {.panel-input}\nx\n:::", "one.qmd:3:7: '.panel-input' is not understood"),
        ("::: {.panel-tabset}\nx\n:::", "one.qmd:3:7: a tabset that does not begin with a heading"),
        ('::: {layout="[[-1]]"}\nx\n:::', "one.qmd:3:6: layout: [[-1]]"),
        (":::: {.columns}\nx\n::::", "one.qmd:3:7: columns that hold something else"),
        ('::: {.content-visible when-format="htlm"}\nx\n:::', "unknown format 'htlm'"),
        ("\\begin{tabular}{l}\nx\n\\end{tabular}", "one.qmd:3:1: LaTeX outside of mathematics"),
        ("It was \\textbf{42} at", "one.qmd:3:8: LaTeX outside of mathematics: \\textbf{42}"),
        ("as in \\cite{smith2020}", "one.qmd:3:7: LaTeX outside of mathematics"),
        ("so.\\footnote{Only dry}", "one.qmd:3:4: LaTeX outside of mathematics"),
        ("\\vspace{1cm}", "one.qmd:3:1: LaTeX outside of mathematics: \\vspace{1cm}"),
        ("$$\nx \\label{eq:x}\n$$", "one.qmd:4:3: '\\label{eq:x}' in a formula"),
        ("\\begin{align}\nx \\label{a}\n\\end{align}", "one.qmd:4:3: '\\label{a}' in a formula"),
        ("$$ x \\tag{7} $$", "one.qmd:3:6: '\\tag{7}' in a formula"),
        ("as $\\eqref{x}$", "one.qmd:3:5: '\\eqref{x}' in a formula"),
        ("[x]{.aside}", "'.aside' is not understood"),
        ("::: {.column-margin}\nx\n:::", "'.column-margin' is not understood"),
        ("::: {.grid}\nx\n:::", "'.grid' is not understood"),
        ("::: {#fig-a}\n:::", "one.qmd:3:6: 'fig-a' shows nothing"),
        ("::: {.callout}\nx\n:::", "'.callout' is not understood"),
        ("::: {.list-table}\n* - x\n:::", "'.list-table' is not understood"),
        ("::: {.press-source}\nx\n:::", "one.qmd:3:7: the class 'press-source' is the renderer"),
        ("::: press-plotly\nx\n:::", "one.qmd:3:5: the class 'press-plotly' is the renderer"),
        ("::: {.panel-fill}\nx\n:::", "'.panel-fill' is not understood"),
        ("a {{< vra x >}}", "one.qmd:3: unknown shortcode 'vra'"),
        ("a\nb {{< meta none >}}", "one.qmd:4: 'none' is not in the metadata"),
        ("a {{< include x.qmd >}}", "one.qmd:3: include inside a line"),
        ("# Again", "one.qmd:3:1: a second heading of level 1, 'Again'"),
    ],
)
def test_what_is_refused(tmp_path, text, message):
    """File, line, and what is wrong."""
    with pytest.raises(InputError) as refused:
        blocks(tmp_path, text)
    assert message in str(refused.value)
