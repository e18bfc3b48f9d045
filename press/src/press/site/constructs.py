"""From the constructs of a resolved book to HTML: a table of handlers on pandoc's JSON.

Each handler gets an element and the page that is written, and returns what takes its place:
ordinary pandoc elements between pieces of raw HTML. One call of pandoc then writes the page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from html import escape
from pathlib import Path

from press.document import tree
from press.site.files import SiteFiles, is_external

MARGINS = {"left": "0 auto", "center": "auto", "right": "auto 0"}
CALLOUTS = ("note", "tip", "warning", "important", "caution")


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
    wanted : frozenset of str
        Identifiers that other pages refer to: marked, so that hover cards can show them.
    """

    source: str
    href: str
    files: SiteFiles
    entries: dict[str, str]
    wanted: frozenset[str]

    @cached_property
    def _handlers(self) -> dict[str, tree.Handler]:
        return {kind: partial(write, page=self) for kind, write in TYPES.items()}

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
    return tree.rewrite(
        inlines,
        {
            "Note": lambda note: [],
            "Link": lambda link: without_links(link["c"][1]),
            "Span": lambda span: without_links(span["c"][1]),
        },
    )


def _container(element: dict, page: PageTarget) -> list | None:
    """Hand a Div or Span to the handler of its class; ordinary ones stay."""
    attributes, content = element["c"]
    write = next((CLASSES[name] for name in attributes[1] if name in CLASSES), None)
    if write:
        return write(element, page)
    if element["t"] == "Div" and attributes[0] in page.wanted:
        return _card(attributes[0], [{"t": "Div", "c": [attributes, page.rewrite(content)]}], page)
    return None


def _content(element: dict) -> list:
    return element["c"][1]


def _child(element: dict, name: str) -> list:
    """Content of a container's child of a class; empty if there is no such child."""
    return next((_content(child) for child in _content(element) if tree.is_div(child, name)), [])


def _tag(name: str, attributes: dict[str, str | None]) -> str:
    """Write an opening tag with those attributes that have a value."""
    written = [f'{key}="{escape(value)}"' for key, value in attributes.items() if value is not None]
    return f"<{' '.join([name, *written])}>"


def _inside(name: str, blocks: list, **attributes: str | None) -> list:
    """Blocks between the tags of an HTML element; `class_` gives its class."""
    given = {key.rstrip("_"): value or None for key, value in attributes.items()}
    return [raw_block(_tag(name, given)), *blocks, raw_block(f"</{name}>")]


def _card(identifier: str, nodes: list, page: PageTarget, raw: Callable = raw_block) -> list:
    """Nodes between comments by which their HTML is found again, if a hover card wants it."""
    if identifier not in page.wanted:
        return nodes
    return [raw(f"<!--card {identifier}-->"), *nodes, raw(f"<!--/card {identifier}-->")]


def _float(element: dict, page: PageTarget) -> list:
    """Write a float: body and caption in their order, then where it comes from."""
    identifier, given = tree.identifier_of(element), tree.pairs_of(element)
    kind = next(name for name in tree.classes_of(element) if name != "float")
    label = f"{given['name']}{tree.NBSP}{given['number']}"
    link = f'<a class="caption-label" href="#{escape(identifier)}">{escape(label)}</a>'
    content = _child(element, "float-body")
    origin = [block for block in content if _is_origin(block)]
    content = [block for block in content if not _is_origin(block)]
    body = _inside("div", page.rewrite(content), class_="float-body")
    caption = _figcaption(link, ": ", _child(element, "float-caption"), page)
    top = given.get("cap-location", "bottom" if kind == "figure" else "top") == "top"
    parts = [*caption, *body] if top else [*body, *caption]
    parts += page.rewrite(origin)
    return _card(identifier, _inside("figure", parts, id=identifier, class_=f"float {kind}"), page)


def _is_origin(block: dict) -> bool:
    """Tell whether a block of a float says where it comes from: provenance, or code folded away."""
    folded = tree.is_div(block, "cell-code") and tree.pairs_of(block).get("fold") == "true"
    return folded or tree.is_div(block, "provenance")


def _subfloat(element: dict, page: PageTarget) -> list:
    identifier = tree.identifier_of(element)
    body = _inside("div", page.rewrite(_child(element, "float-body")), class_="float-body")
    label = f"({tree.pairs_of(element)['number']})"
    caption = _figcaption(label, " ", _child(element, "float-caption"), page)
    figure = _inside("figure", [*body, *caption], id=identifier, class_="subfloat")
    return _card(identifier, figure, page)


def _figcaption(label: str, separator: str, caption: list, page: PageTarget) -> list:
    """Write a caption after its label, which is HTML; the label alone if there is none."""
    if not caption:
        return _inside("figcaption", [tree.plain([raw_inline(label)])])
    first, *rest = caption
    line = tree.plain([raw_inline(label + separator), *page.rewrite(first["c"])])
    return _inside("figcaption", [line, *page.rewrite(rest)])


def _layout(element: dict, page: PageTarget) -> list:
    """Put children beside each other, each with its share of the width."""
    children = iter(_content(element))
    panels = []
    for share in shares_of(tree.pairs_of(element), len(_content(element))):
        content = page.rewrite([next(children)]) if share > 0 else []
        panels += _inside("div", content, class_="panel", style=f"--share: {abs(share):.4g}")
    return _inside("div", panels, class_="layout")


def shares_of(pairs: dict[str, str], count: int) -> Iterator[float]:
    """Give each of `count` panels its part of the width; negative parts stay empty.

    Examples
    --------
    >>> list(shares_of({"layout": "[[1, -1, 2], [1]]"}, 3))
    [0.25, -0.25, 0.5, 1.0]
    >>> list(shares_of({"ncol": "2"}, 3))
    [0.5, 0.5, 0.5]
    """
    columns = int(pairs.get("ncol", 1))
    rows = json.loads(pairs.get("layout", "[]"))
    rows = [rows] if rows and not isinstance(rows[0], list) else rows
    while count > 0:
        row = rows.pop(0) if rows else [1] * columns
        for weight in row:
            if count > 0:
                yield weight / sum(map(abs, row))
            count -= weight > 0


def _equation(element: dict, page: PageTarget) -> list:
    identifier = tree.identifier_of(element)
    shown = f"({tree.pairs_of(element)['number']})"
    number = tree.span([tree.text(shown)], "", ["equation-number"])
    formula = tree.span(_content(element), "", ["equation-body"])
    equation = tree.span([formula, number], identifier, ["equation"])
    return _card(identifier, [equation], page, raw_inline)


def _citation(element: dict, page: PageTarget) -> list:
    """Link a citation as a whole to its first entry; the hover card shows all of them."""
    keys = tree.pairs_of(element).get("data-keys", "").split()
    entry = next((page.entries[key] for key in keys if key in page.entries), None)
    inlines = page.rewrite(_content(element))
    if entry and not any(inline["t"] in ("Link", "Note") for inline in inlines):
        inlines = [tree.link(inlines, entry, ["citation-link"])]
    return [{"t": "Span", "c": [tree.attr_of(element), inlines]}]


def _callout(element: dict, page: PageTarget) -> list:
    given = tree.pairs_of(element)
    kind = given["type"] if given.get("type") in CALLOUTS else "note"
    names = {"id": tree.identifier_of(element), "class_": f"callout callout-{kind}"}
    title = page.rewrite(_child(element, "callout-title"))
    body = _inside("div", page.rewrite(_child(element, "callout-body")), class_="callout-body")
    if "collapse" not in given:
        title = _inside("div", title, class_="callout-title")
        box = _inside("div", [*title, *body], role="note", **names)
    else:
        title = _inside("summary", title, class_="callout-title")
        start = {} if given["collapse"] == "true" else {"open": "open"}
        box = _inside("details", [*title, *body], **names, **start)
    return _card(names["id"], box, page)


def _tabset(element: dict, page: PageTarget) -> list:
    """Panels under their titles; a script makes tabs of them, print shows them all."""
    panels = []
    for tab in _content(element):
        title = _inside("div", page.rewrite(_child(tab, "tab-title")), class_="tab-title")
        body = _inside("div", page.rewrite(_child(tab, "tab-body")), class_="tab-body")
        panels += _inside("div", [*title, *body], class_="tab")
    return _inside("div", panels, class_="tabset", id=tree.identifier_of(element))


def _column(element: dict, page: PageTarget) -> list:
    width = tree.pairs_of(element).get("width")
    style = f"--width: {width}" if width else None
    return _inside("div", page.rewrite(_content(element)), class_="column", style=style)


def _cell_code(element: dict, page: PageTarget) -> list:
    given = tree.pairs_of(element)
    if given.get("fold", "false") == "false":
        return _inside("div", _content(element), class_="cell-code")
    summary = raw_block(f"<summary>{escape(given.get('summary', 'Code'))}</summary>")
    start = {"open": "open"} if given["fold"] == "show" else {}
    return _inside("details", [summary, *_content(element)], class_="cell-code", **start)


def _plotly(element: dict, page: PageTarget) -> list:
    """Put the figure's JSON into the page, and what to show where no script runs."""
    data = Path(page.files.root, tree.pairs_of(element)["data"]).read_text(encoding="utf-8")
    height = json.loads(data).get("layout", {}).get("height", 450)
    script = data.replace("</", r"<\/")
    static = _inside("div", page.rewrite(_content(element)), class_="plotly-static")
    blocks = [*static, raw_block(f'<script type="application/json">{script}</script>')]
    return _inside("div", blocks, class_="plotly", style=f"--height: {height}px")


def _references(element: dict, page: PageTarget) -> list:
    entries = []
    for entry in page.rewrite(_content(element)):
        entries += _card(tree.identifier_of(entry), [entry], page)
    return [{"t": "Div", "c": [tree.attr_of(element), entries]}]


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
        "width": str(size[0]) if size else None,
        "height": str(size[1]) if size else None,
        "style": "; ".join(styles) or None,
    }
    return [raw_inline(_tag("img", attributes))]


def _css_length(length: str) -> str:
    """Length as CSS writes it; a bare number counts pixels."""
    return f"{length}px" if length.replace(".", "").isdigit() else length


def _link(element: dict, page: PageTarget) -> list:
    (identifier, classes, pairs), inlines, (url, title) = element["c"]
    if "xref" in classes:
        classes = ["quarto-xref" if name == "xref" else name for name in classes]
    elif "chapter-link" not in classes:
        url = page.files.link(url, page.source, page.href)
    attributes = [identifier, classes, [pair for pair in pairs if pair[0] != "data-id"]]
    return [{"t": "Link", "c": [attributes, page.rewrite(inlines), [url, title]]}]


def _header(element: dict, page: PageTarget) -> list:
    """Write a heading with its number and a link to itself."""
    level, (identifier, classes, pairs), inlines = element["c"]
    inlines = page.rewrite(inlines)
    number = dict(pairs).get("number")
    if number:
        inlines = [tree.span([tree.text(number)], "", ["section-number"]), tree.SPACE, *inlines]
    if identifier:
        anchor = {"class": "anchor", "href": f"#{identifier}", "aria-label": "Link to this section"}
        inlines = [*inlines, raw_inline(_tag("a", anchor) + "</a>")]
    return [tree.header(level, inlines, identifier, classes)]


def _table(element: dict, page: PageTarget) -> list:
    table = {"t": "Table", "c": page.rewrite(element["c"])}
    return _inside("div", [table], class_="table-scroll")


CLASSES: dict[str, Callable[[dict, PageTarget], list]] = {
    "float": _float,
    "subfloat": _subfloat,
    "layout": _layout,
    "equation": _equation,
    "citation": _citation,
    "callout": _callout,
    "tabset": _tabset,
    "column": _column,
    "cell-code": _cell_code,
    "plotly": _plotly,
    "references": _references,
}
TYPES: dict[str, Callable[[dict, PageTarget], list | None]] = {
    "Div": _container,
    "Span": _container,
    "Image": _image,
    "Link": _link,
    "Header": _header,
    "Table": _table,
}
