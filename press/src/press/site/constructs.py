"""From the forms of a resolved book to HTML: a table of handlers.

Each handler gets a form (or an element of pandoc's) and the page that is written, and returns what
takes its place: ordinary pandoc elements between pieces of raw HTML. One call of pandoc then
writes the page.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from html import escape
from pathlib import Path

from press.document import forms, tree
from press.site.files import SiteFiles, is_external
from press.site.origins import Origins

DOWNLOADED = (".csv", ".csv.gz", ".svg", ".png")  # when a reader follows a link to one
NUMBERS = re.compile(r"(?=.*\d)[-−+±×\d.,%()\[\]\s]+")
LINKS = (forms.Reference, forms.InternalLink, forms.Citation)
MARGINS = {"left": "0 auto", "center": "auto", "right": "auto 0"}


@dataclass(frozen=True)
class PageTarget:
    """The page being written, as the handlers need it.

    Parameters
    ----------
    source, href : str
        The chapter's source and its page, from the root.
    files : SiteFiles
        Copies images and linked files.
    entries : dict of str to str
        Address of the bibliography entry of each citation key, seen from this page.
    origins : Origins
        Where provenance lines lead.
    wanted : frozenset of str
        Identifiers that other pages refer to: marked, so that hover cards can show them.
    """

    source: str
    href: str
    files: SiteFiles
    entries: dict[str, str]
    origins: Origins
    wanted: frozenset[str]

    @cached_property
    def _handlers(self) -> dict[object, tree.Handler]:
        return {kind: partial(write, page=self) for kind, write in TABLE.items()}

    def rewrite(self, nodes: list) -> list:
        """Blocks or inlines with every construct replaced by HTML."""
        return tree.rewrite(nodes, self._handlers)


def raw_block(text: str) -> dict:
    """Block of raw HTML."""
    return {"t": "RawBlock", "c": ["html", text]}


def raw_inline(text: str) -> dict:
    """Inline piece of raw HTML."""
    return {"t": "RawInline", "c": ["html", text]}


def without_links(inlines: list) -> list:
    """Inlines as they may stand inside a link: no links, footnotes or identifiers of their own."""
    handlers: dict[object, tree.Handler] = {
        "Note": lambda note: [],
        "Link": lambda link: without_links(link["c"][1]),
        "Span": lambda span: without_links(span["c"][1]),
    }
    for kind in LINKS:
        handlers[kind] = lambda form: without_links(form.inlines)
    return tree.rewrite(inlines, handlers)


def _named(element: dict, page: PageTarget) -> list | None:
    """Mark a Div that other pages refer to."""
    attributes, content = element["c"]
    if attributes[0] not in page.wanted:
        return None
    return _card(attributes[0], [{"t": "Div", "c": [attributes, page.rewrite(content)]}], page)


def _tag(name: str, attributes: dict[str, str | None]) -> str:
    """Write an opening tag with those attributes that have a value."""
    written = [f'{key}="{escape(value)}"' for key, value in attributes.items() if value is not None]
    return f"<{' '.join([name, *written])}>"


def _inside(name: str, blocks: list, **attributes: str | None) -> list:
    """Blocks between the tags of an HTML element; `class_` gives its class, `data_x` ``data-x``."""
    given = {key.rstrip("_").replace("_", "-"): value or None for key, value in attributes.items()}
    return [raw_block(_tag(name, given)), *blocks, raw_block(f"</{name}>")]


def _card(identifier: str, nodes: list, page: PageTarget, raw: Callable = raw_block) -> list:
    """Nodes between comments by which their HTML is found again, if a hover card wants it."""
    if identifier not in page.wanted:
        return nodes
    return [raw(f"<!--card {identifier}-->"), *nodes, raw(f"<!--/card {identifier}-->")]


def _float(form: forms.Float, page: PageTarget) -> list:
    """Write a float: body and caption in their order, then where it comes from."""
    label = f"{form.name}{tree.NBSP}{form.number}"
    link = f'<a class="caption-label" href="#{escape(form.identifier)}">{escape(label)}</a>'
    origin = [block for block in form.body if _is_origin(block)]
    content = [block for block in form.body if not _is_origin(block)]
    body = _inside("div", page.rewrite(content), class_="float-body")
    caption = _figcaption(link, f"{form.delimiter} ", form.caption, page)
    parts = [*caption, *body] if form.above else [*body, *caption]
    parts += page.rewrite(origin)
    figure = _inside("figure", parts, id=form.identifier, class_=f"float {form.kind}")
    return _card(form.identifier, figure, page)


def _is_origin(block: dict) -> bool:
    """Tell whether a block of a float says where it comes from: provenance, or code folded away."""
    return (
        block["t"] is forms.Provenance or block["t"] is forms.Source and block["c"].fold == "true"
    )


def _subfloat(form: forms.Subfloat, page: PageTarget) -> list:
    body = _inside("div", page.rewrite(form.body), class_="float-body")
    caption = _figcaption(f"({form.number})", " ", form.caption, page)
    figure = _inside("figure", [*body, *caption], id=form.identifier, class_="subfloat")
    return _card(form.identifier, figure, page)


def _figcaption(label: str, separator: str, caption: list, page: PageTarget) -> list:
    """Write a caption after its label, which is HTML; the label alone if there is none."""
    line = [raw_inline(label + separator), *page.rewrite(caption)] if caption else None
    return _inside("figcaption", [tree.plain(line or [raw_inline(label)])])


def _layout(form: forms.Layout, page: PageTarget) -> list:
    """Put panels beside each other, each with its share of the width."""
    panels = []
    for panel in itertools.chain(*form.rows):
        content = page.rewrite(panel.content)
        panels += _inside("div", content, class_="press-panel", style=f"--share: {panel.share:.4g}")
    return _inside("div", panels, class_="press-layout")


def _equation(form: forms.Equation, page: PageTarget) -> list:
    number = tree.span([tree.text(f"({form.number})")], "", ["equation-number"])
    formula = tree.span(form.formula, "", ["equation-body"])
    equation = tree.span([formula, number], form.identifier, ["press-equation"])
    return _card(form.identifier, [equation], page, raw_inline)


def _citation(form: forms.Citation, page: PageTarget) -> list:
    """Link a citation as a whole to its first entry; the hover card shows all of them."""
    entry = next((page.entries[key] for key in form.keys if key in page.entries), None)
    inlines = page.rewrite(form.inlines)
    if entry and not any(inline["t"] in ("Link", "Note") for inline in inlines):
        inlines = [tree.link(inlines, entry, ["citation-link"])]
    return [tree.span(inlines, "", ["citation"], {"data-keys": " ".join(form.keys)})]


def _callout(form: forms.Callout, page: PageTarget) -> list:
    names = {"id": form.identifier, "class_": f"callout callout-{form.kind}"}
    title = [tree.plain(page.rewrite(form.title))]
    body = _inside("div", page.rewrite(form.body), class_="callout-body")
    if form.collapse is None:
        title = _inside("div", title, class_="callout-title")
        box = _inside("div", [*title, *body], role="note", **names)
    else:
        title = _inside("summary", title, class_="callout-title")
        start = {} if form.collapse else {"open": "open"}
        box = _inside("details", [*title, *body], **names, **start)
    return _card(form.identifier, box, page)


def _theorem(form: forms.Theorem, page: PageTarget) -> list:
    title = tree.span([{"t": "Strong", "c": form.title}], "", ["theorem-title"])
    body = page.rewrite(tree.before_first([title], form.body))
    box = tree.div(body, form.identifier, ["press-theorem", form.kind, *form.classes])
    return _card(form.identifier, [box], page)


def _proof(form: forms.Proof, page: PageTarget) -> list:
    classes = [form.kind, *form.classes]
    return _named(tree.div(form.content, form.identifier, classes), page) or [
        tree.div(page.rewrite(form.content), form.identifier, classes)
    ]


def _tabset(form: forms.Tabset, page: PageTarget) -> list:
    """Panels under their titles; a script makes tabs of them, print shows them all."""
    panels = []
    for tab in form.tabs:
        title = _inside("div", [tree.plain(page.rewrite(tab.title))], class_="press-tab-title")
        body = _inside("div", page.rewrite(tab.content), class_="press-tab-body")
        panels += _inside("div", [*title, *body], class_="press-tab")
    return _inside("div", panels, class_="press-tabset", id=form.identifier)


def _columns(form: forms.Columns, page: PageTarget) -> list:
    columns = []
    for column in form.columns:
        style = f"--width: {column.width}" if column.width else None
        columns += _inside("div", page.rewrite(column.content), class_="column", style=style)
    return _inside("div", columns, class_="columns", id=form.identifier)


def _landscape(form: forms.Landscape, page: PageTarget) -> list:
    return _inside("div", page.rewrite(form.content), class_="landscape")


def _page_break(form: forms.PageBreak, page: PageTarget) -> list:
    return _inside("div", [], class_="pagebreak")


def _source(form: forms.Source, page: PageTarget) -> list:
    code = page.rewrite(form.content)
    if form.fold == "false":
        return _inside("div", code, class_="cell-code")
    summary = raw_block(f"<summary>{escape(form.summary)}</summary>")
    start = {"open": "open"} if form.fold == "show" else {}
    return _inside("details", [summary, *code], class_="cell-code", **start)


def _printed(form: forms.Printed, page: PageTarget) -> list:
    return [tree.div(page.rewrite(form.content), "", ["cell-output", *form.classes])]


def _named_code(form: forms.NamedCode, page: PageTarget) -> list:
    name = tree.plain([{"t": "Code", "c": [tree.attributes(), form.name]}])
    return [tree.div([name, *page.rewrite(form.code)], "", ["named-code"])]


def _plotly(form: forms.Plotly, page: PageTarget) -> list:
    """Show the picture; a script draws the figure in its place when a reader asks for it."""
    data = Path(page.files.root, form.data).read_text(encoding="utf-8")
    height = json.loads(data).get("layout", {}).get("height", 450)
    static = _inside("div", page.rewrite(form.static), class_="press-plotly-static")
    place = page.files.script(form.data, f"window.plotlyFigure = {data};", page.href)
    return _inside(
        "div", static, class_="press-plotly", data_figure=place, style=f"--height: {height}px"
    )


def _provenance(form: forms.Provenance, page: PageTarget) -> list:
    content = page.origins.linked(page.rewrite(form.content), page.href)
    return [tree.div(content, "", ["provenance"])]


def _references(form: forms.References, page: PageTarget) -> list:
    return [tree.div(page.rewrite(form.works), form.identifier, ["references"])]


def _work(form: forms.Work, page: PageTarget) -> list:
    entry = tree.div(page.rewrite(form.content), form.identifier, ["csl-entry"])
    return _card(form.identifier, [entry], page)


def _reference(form: forms.Reference, page: PageTarget) -> list:
    return [tree.link(page.rewrite(form.inlines), form.url, ["quarto-xref"])]


def _internal_link(form: forms.InternalLink, page: PageTarget) -> list:
    attributes = tree.attributes(form.identifier, form.classes, dict(form.pairs))
    return [{"t": "Link", "c": [attributes, page.rewrite(form.inlines), [form.url, form.title]]}]


def _image(element: dict, page: PageTarget) -> list:
    (identifier, classes, pairs), description, (url, title) = element["c"]
    given = dict(pairs)
    alt = given.get("alt", tree.plain_text(description))
    embedded = url.startswith("data:")
    if is_external(url) and not embedded:
        # The site loads nothing from elsewhere, so that it works offline and tells nobody.
        return [tree.link([tree.text(alt or url)], url)]
    address, size = (url, None) if embedded else page.files.image(url, page.source, page.href)
    styles = [
        f"{side}: {_css_length(given[side])}" for side in ("width", "height") if side in given
    ]
    if given.get("fig-align") in MARGINS:
        styles.append(f"margin-inline: {MARGINS[given['fig-align']]}")
    attributes = {
        "src": address,
        "alt": alt,
        "id": identifier or None,
        "class": " ".join(classes) or None,
        "title": title or None,
        "loading": "lazy",
        "width": str(size[0]) if size else None,
        "height": str(size[1]) if size else None,
        "style": "; ".join(styles) or None,
    }
    return [raw_inline(_tag("img", attributes))]


def _css_length(length: str) -> str:
    """Length as CSS writes it; a bare number counts pixels."""
    return f"{length}px" if length.replace(".", "").isdigit() else length


def _link(element: dict, page: PageTarget) -> list:
    [identifier, classes, pairs], inlines, (url, title) = element["c"]
    if url.endswith(DOWNLOADED) and not is_external(url):
        pairs = [*pairs, ["download", url.rpartition("/")[2]]]
    url = page.files.link(url, page.source, page.href)
    attributes = [identifier, classes, pairs]
    return [{"t": "Link", "c": [attributes, page.rewrite(inlines), [url, title]]}]


def _section(form: forms.Section, page: PageTarget) -> list:
    """Write a heading with its number and a link to itself."""
    inlines = page.rewrite(form.title)
    if form.number:
        number = tree.span([tree.text(form.number)], "", ["section-number"])
        inlines = [number, tree.SPACE, *inlines]
    if form.identifier:
        address = f"#{form.identifier}"
        label = "Link to this section"
        anchor: dict[str, str | None] = {"class": "anchor", "href": address, "aria-label": label}
        inlines = [*inlines, raw_inline(_tag("a", anchor) + "</a>")]
    return [tree.header(form.level, inlines, form.identifier, form.classes)]


def _table(element: dict, page: PageTarget) -> list:
    cells: dict[object, tree.Handler] = {kind: _unbroken for kind in ("Plain", "Para")}
    table = {"t": "Table", "c": page.rewrite(tree.rewrite(element["c"], cells))}
    return _inside("div", [table], class_="table-scroll")


def _unbroken(block: dict) -> list | None:
    """Keep a number and its interval on one line."""
    if not NUMBERS.fullmatch(tree.plain_text(block)):
        return None
    spaces: dict[object, tree.Handler] = {"Space": lambda space: [tree.text(tree.NBSP)]}
    return [{**block, "c": tree.rewrite(block["c"], spaces)}]


TABLE: Mapping[object, Callable[..., list | None]] = forms.complete(
    {
        forms.Section: _section,
        forms.Float: _float,
        forms.Subfloat: _subfloat,
        forms.Equation: _equation,
        forms.Theorem: _theorem,
        forms.Callout: _callout,
        forms.Layout: _layout,
        forms.Columns: _columns,
        forms.Tabset: _tabset,
        forms.Landscape: _landscape,
        forms.PageBreak: _page_break,
        forms.Proof: _proof,
        forms.Source: _source,
        forms.Printed: _printed,
        forms.Plotly: _plotly,
        forms.Provenance: _provenance,
        forms.NamedCode: _named_code,
        forms.Reference: _reference,
        forms.InternalLink: _internal_link,
        forms.Citation: _citation,
        forms.References: _references,
        forms.Work: _work,
        "Div": _named,
        "Image": _image,
        "Link": _link,
        "Table": _table,
    }
)
