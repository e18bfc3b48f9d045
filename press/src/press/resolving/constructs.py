"""The constructs of Quarto that are understood, in one table: construct -> handler.

A handler takes an element and its `Scope` and returns the blocks or inlines that take its
place: pandoc's own elements and `press.document.forms`, but without numbers, which need the whole
book and are given by `press.resolving.numbering`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from press.book import options
from press.document import tree
from press.document.forms import (
    Equation,
    NamedCode,
    PageBreak,
    Plotly,
    Printed,
    Provenance,
    References,
    Source,
)
from press.resolving import conditions, containers, floats
from press.resolving.context import Scope

EQUATION_LABEL = re.compile(r"^\{#(eq-[^\s}]+)(?:\s[^}]*)?\}(.*)$", re.DOTALL)
LATEX_BREAK = re.compile(r"^\s*\\(newpage|pagebreak|clearpage|cleardoublepage)\s*(\{\})?\s*$")
LATEX_FORMULA = re.compile(
    r"\\begin\{(equation|align|gather|multline|eqnarray|flalign|alignat)\*?\}"
)
DEFINITION = re.compile(
    r"\s*\\((re)?newcommand|(re)?newenvironment|def|let|providecommand|Declare)"
)
LATEX_NUMBER = re.compile(r"\\(label|tag|ref|eqref|cite)\b\*?\s*\{[^}]*\}")


@dataclass(frozen=True)
class Construct:
    """One row of the table.

    Attributes
    ----------
    name : str
        What an author calls it.
    element : str
        Pandoc's element type.
    matches : function
        Whether an element of that type is such a construct.
    handler : function
        Element and scope -> what takes its place (None: leave it, go on inside).
    example : str
        How it is written.
    """

    name: str
    element: str
    matches: Callable[[dict], bool]
    handler: Callable[[dict, Scope], list | None]
    example: str


def handlers(scope: Scope) -> dict[str, Callable[[dict], list | None]]:
    """Handlers of a scope, by element type."""

    def dispatch(rows: list[Construct], element: dict) -> list | None:
        for row in rows:
            if row.matches(element):
                return row.handler(element, scope)
        return None

    return {kind: partial(dispatch, rows) for kind, rows in _BY_ELEMENT.items()}


# --- handlers ---------------------------------------------------------------------------------


def conditional(element: dict, scope: Scope) -> list:
    """Content shown or hidden by format, profile or metadata."""
    if not conditions.is_visible(element, scope):
        return []
    identifier, classes, pairs = tree.attr_of(element)
    classes = [name for name in classes if name not in conditions.CLASSES]
    pairs = [pair for pair in pairs if pair[0] not in conditions.NAMES]
    is_code = element["t"] in ("CodeBlock", "Code")
    if not identifier and not classes and not pairs and not is_code:
        return scope.resolve(element["c"][1])
    bare = {"t": element["t"], "c": [[identifier, classes, pairs], element["c"][1]]}
    return scope.resolve([bare])


def cell(element: dict, scope: Scope) -> list:
    """All that a cell shows: its alternative text and sizes go to its pictures."""
    pairs = tree.pairs_of(element)
    classes = [name for name in tree.classes_of(element) if name != "press-cell"]

    def described(picture: dict) -> list:
        return [tree.with_pairs(picture, **(pairs | tree.pairs_of(picture)))]

    content = element["c"][1]
    if pairs:
        content = tree.rewrite(content, {"Image": described})
    content = scope.resolve(content)
    return [tree.div(content, classes=classes)] if classes and content else content


def unwrapped(element: dict, scope: Scope) -> list:
    """Panel of a layout: its content as one block."""
    content = scope.resolve(element["c"][1])
    return content if len(content) == 1 else [tree.div(content)]


def references(element: dict, scope: Scope) -> list:
    """Place of the list of works cited."""
    return [tree.node(References([]))]


def named_code(element: dict, scope: Scope) -> list:
    """Code with the name of its file above it."""
    [identifier, classes, _], code = element["c"]
    pairs = tree.pairs_of(element)
    name = pairs.pop("filename")
    bare = {"t": "CodeBlock", "c": [tree.attributes(identifier, classes, pairs), code]}
    return [tree.node(NamedCode(name, [bare]))]


def source(element: dict, scope: Scope) -> list:
    """Code of a cell."""
    pairs = tree.pairs_of(element)
    content = scope.resolve(element["c"][1])
    return [tree.node(Source(content, pairs["fold"], pairs["summary"]))]


def printed(element: dict, scope: Scope) -> list:
    """Text that a cell printed."""
    classes = tuple(name for name in tree.classes_of(element) if name != "press-printed")
    return [tree.node(Printed(scope.resolve(element["c"][1]), classes))]


def plotly(element: dict, scope: Scope) -> list:
    """Interactive figure that a cell displayed."""
    data = tree.pairs_of(element)["data"]
    return [tree.node(Plotly(data, scope.resolve(element["c"][1])))]


def provenance(element: dict, scope: Scope) -> list:
    """Line below a figure or table that says where it comes from."""
    return [tree.node(Provenance(scope.resolve(element["c"][1])))]


def hidden(element: dict, scope: Scope) -> list:
    """Content that only defines something, as macros of mathematics."""
    return []


def refused(element: dict, scope: Scope) -> NoReturn:
    """Construct of Quarto that is not understood."""
    advice = options.advice(element["t"].lower())
    name = next(name for name in tree.classes_of(element) if name in advice)
    scope.refuse(
        name, f"'.{name}' is not understood", rule="see docs/conformance.md", advice=advice[name]
    )


def formula(element: dict, scope: Scope) -> list | None:
    """Refuse a formula that LaTeX would number."""
    found = LATEX_NUMBER.search(element["c"][1])
    if found:
        scope.refuse(
            found[0], f"'{found[0]}' in a formula",
            rule="labels are Quarto's, and numbers follow from them",
            advice="write $$ ... $$ {#eq-name}, and @eq-name to refer to it",
        )  # fmt: skip
    return None


def paragraph(element: dict, scope: Scope) -> list:
    """Paragraph: labels of equations, page breaks inside it."""
    inlines = scope.resolve(_labelled_equations(element["c"]))
    pieces: list = []
    current: list = []
    for inline in inlines:
        if inline["t"] == "RawInline" and _is_page_break(inline):
            pieces += [_stripped(element["t"], current), tree.node(PageBreak())]
            current = []
        else:
            current.append(inline)
    pieces.append(_stripped(element["t"], current))
    return [piece for piece in pieces if piece["c"]]


def raw_block(element: dict, scope: Scope) -> list:
    """Raw text of a format: kept where it belongs, tables of HTML as real tables."""
    from press.resolving.compose import BESIDE_TABLES, is_table

    kind, text = element["c"]
    if kind == "html" and is_table(text):
        return floats.html_table(BESIDE_TABLES.sub("", text), scope)
    if kind == "html-in-print":
        return floats.html_in_print(BESIDE_TABLES.sub("", text), scope)
    if kind == "tex" and LATEX_BREAK.match(text):
        return [tree.node(PageBreak())]
    if kind == "tex" and not DEFINITION.match(text):
        refuse_latex(text, scope)
    belongs = kind == scope.format or (kind in ("html4", "html5") and scope.format == "html")
    without_comments = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL) if kind == "html" else text
    return [element] if belongs and without_comments.strip() else []


def refuse_latex(text: str, scope: Scope) -> None:
    """Refuse LaTeX, which would not be written."""
    first = text.strip().splitlines()[0]
    scope.refuse(
        first, f"LaTeX outside of mathematics: {first}", rule="LaTeX is not written",
        advice="write Markdown: **bold**, *italic*, ^[footnote], @fig-name, [@work], "
        "$$ ... $$ {#eq-name}",
    )  # fmt: skip


def latex_formula(element: dict, scope: Scope) -> list:
    """Environment of LaTeX's mathematics that stands in the text, without dollars."""
    _, text = element["c"]
    return scope.resolve([{"t": "Math", "c": [{"t": "DisplayMath"}, text]}])


def raw_inline(element: dict, scope: Scope) -> list:
    """Raw text in a line."""
    kind, text = element["c"]
    if kind == "html" and re.match(r"<br\s*/?>$", text, re.IGNORECASE):
        return [{"t": "LineBreak"}]
    if kind == "html" and text.startswith("<!--"):
        return []
    if kind == "tex" and not _is_page_break(element) and not DEFINITION.match(text):
        refuse_latex(text, scope)
    belongs = kind == scope.format or _is_page_break(element)
    return [element] if belongs else []


def _labelled_equations(inlines: list) -> list:
    """Join display mathematics and the label behind it."""
    joined: list = []
    for inline in _with_whole_attributes(inlines):
        label = EQUATION_LABEL.match(inline["c"]) if inline["t"] == "Str" else None
        if label:
            before = [*joined]
            while before and before[-1]["t"] in ("Space", "SoftBreak"):
                before.pop()
            if before and before[-1]["t"] == "Math":
                joined = [*before[:-1], tree.node(Equation(label[1], [before[-1]]))]
                joined += [tree.text(label[2])] if label[2] else []
                continue
        joined.append(inline)
    return joined


def _with_whole_attributes(inlines: list) -> list:
    """Join the attributes behind a formula, which pandoc reads as words, to one text."""
    for start, inline in enumerate(inlines):
        if inline["t"] != "Str" or not inline["c"].startswith("{#eq-") or "}" in inline["c"]:
            continue
        for end in range(start + 1, len(inlines)):
            if inlines[end]["t"] == "Str" and "}" in inlines[end]["c"]:
                whole = tree.text(tree.plain_text(inlines[start : end + 1]))
                return [*inlines[:start], whole, *_with_whole_attributes(inlines[end + 1 :])]
    return inlines


def _is_page_break(inline: dict) -> bool:
    kind, text = inline["c"]
    return kind == "press" or (kind == "tex" and bool(LATEX_BREAK.match(text)))


def _stripped(kind: str, inlines: list) -> dict:
    blank = ("Space", "SoftBreak", "LineBreak")
    while inlines and inlines[0]["t"] in blank:
        inlines = inlines[1:]
    while inlines and inlines[-1]["t"] in blank:
        inlines = inlines[:-1]
    return {"t": kind, "c": inlines}


# --- the table --------------------------------------------------------------------------------


def _has_class(*names: str):
    return lambda element: any(name in tree.classes_of(element) for name in names)


def _has_label(*kinds: str):
    return lambda element: (
        tree.identifier_of(element).partition("-")[0] in kinds
        and ("-" in tree.identifier_of(element))
    )


def _has_layout(element: dict) -> bool:
    return any(name in tree.pairs_of(element) for name in floats.LAYOUT)


def _is_linked_picture(element: dict) -> bool:
    inlines = element["c"]
    if len(inlines) != 1 or inlines[0]["t"] != "Link":
        return False
    within = inlines[0]["c"][1]
    return len(within) == 1 and within[0]["t"] == "Image"


def _always(element: dict) -> bool:
    return True


TABLE = (
    Construct("conditional content", "Div", _has_class(*conditions.CLASSES), conditional,
              '`::: {.content-visible when-format="html"}`'),
    Construct("conditional text", "Span", _has_class(*conditions.CLASSES), conditional,
              '`[text]{.content-hidden when-profile="draft"}`'),
    *(Construct("conditional code", kind, _has_class(*conditions.CLASSES), conditional,
                '```` ```{.python .content-visible when-format="html"} ````' if block else "")
      for kind, block in (("CodeBlock", True), ("Code", False))),
    Construct("code cell", "Div", _has_class("press-cell"), cell, "```` ```{python} ````"),
    Construct("code of a cell", "Div", _has_class("press-source"), source, ""),
    Construct("printed output", "Div", _has_class("press-printed"), printed, ""),
    Construct("interactive figure", "Div", _has_class("press-plotly"), plotly, ""),
    Construct("provenance", "Div", _has_class("provenance"), provenance, ""),
    Construct("output beside others", "Div", _has_class("press-panel"), unwrapped,
              "`#| layout-ncol: 2`"),
    Construct("caption without a label", "Div", _has_class("press-captioned"),
              floats.captioned_div, "`#| fig-cap: ...`"),
    Construct("figure, table or listing", "Div", _has_label("fig", "tbl", "lst"),
              floats.labelled_div, "`::: {#fig-name}` ... caption `:::`"),
    Construct("callout", "Div", _has_class(*containers.CALLOUTS), containers.callout,
              "`::: {.callout-note}`"),
    Construct("unknown callout", "Div",
              lambda e: any(name.startswith("callout-") for name in tree.classes_of(e)),
              containers.unknown_callout, ""),
    Construct("tabset", "Div", _has_class("panel-tabset"), containers.tabset,
              "`::: {.panel-tabset}`"),
    Construct("columns", "Div", _has_class("columns"), containers.columns, "`:::: {.columns}`"),
    Construct("landscape", "Div", _has_class("landscape"), containers.landscape,
              "`::: {.landscape}`"),
    Construct("theorem", "Div", _has_label(*containers.THEOREMS), containers.theorem,
              "`::: {#thm-name}`"),
    Construct("proof", "Div", _has_class(*containers.PROOFS), containers.proof, "`::: {.proof}`"),
    Construct("works cited", "Div", lambda e: tree.identifier_of(e) == "refs", references,
              "`::: {#refs}`"),
    Construct("hidden", "Div", _has_class("hidden"), hidden, "`::: {.hidden}`"),
    Construct("div not understood", "Div", _has_class(*options.advice("div")), refused, ""),
    Construct("span not understood", "Span", _has_class(*options.advice("span")), refused, ""),
    Construct("formula", "Math", _always, formula, ""),
    Construct("layout", "Div", _has_layout, floats.layout_div, "`::: {layout-ncol=2}`"),
    Construct("figure", "Figure", _always, floats.figure, "`![Caption](file.svg){#fig-name}`"),
    Construct("figure without caption", "Para",
              lambda e: len(e["c"]) == 1 and e["c"][0]["t"] == "Image"
              and floats.is_label(tree.identifier_of(e["c"][0])),
              floats.image_paragraph, "`![](file.svg){#fig-name}`"),
    Construct("figure that is a link", "Para", _is_linked_picture, floats.linked_figure,
              "`[![Caption](file.svg){#fig-name}](https://...)`"),
    Construct("paragraph", "Para", _always, paragraph, "`$$ ... $$ {#eq-name}`"),
    Construct("paragraph of a tight list", "Plain", _always, paragraph, ""),
    Construct("picture", "Image", _always, floats.image, "`![](file.svg)`"),
    Construct("table", "Table", _always, floats.table, "`: Caption {#tbl-name}`"),
    Construct("listing", "CodeBlock", lambda e: floats.is_label(tree.identifier_of(e)),
              floats.listing, '```` ```{#lst-name .python lst-cap="..."} ````'),
    Construct("code with the name of its file", "CodeBlock",
              lambda e: "filename" in tree.pairs_of(e), named_code,
              '```` ```{.python filename="run.py"} ````'),
    Construct("raw block", "RawBlock", _always, raw_block, "```` ```{=html} ````"),
    Construct("formula of LaTeX", "RawInline",
              lambda e: e["c"][0] == "tex" and bool(LATEX_FORMULA.match(e["c"][1])),
              latex_formula, r"`\begin{align} ... \end{align}` in the text"),
    Construct("raw text", "RawInline", _always, raw_inline, "`` `<br>`{=html} ``"),
)  # fmt: skip

_BY_ELEMENT: dict[str, list[Construct]] = {}
for _row in TABLE:
    _BY_ELEMENT.setdefault(_row.element, []).append(_row)
