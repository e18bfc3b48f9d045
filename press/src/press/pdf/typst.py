"""From the constructs of a resolved book to Typst: a table of handlers on pandoc's JSON.

Each handler gets the page being written and an element and returns the elements that replace it:
ordinary pandoc elements between pieces of raw Typst, which call the functions of
``templates/thesis.typ``. One call of pandoc then writes the whole book.
"""

import json
from itertools import islice
from math import ceil
from pathlib import Path

from press.document import tree
from press.document.words import word
from press.pdf.context import Context
from press.pdf.inlines import formula, icon, link, picture, span
from press.pdf.labels import Labels
from press.pdf.nodes import (
    call,
    first_sentence,
    quoted,
    raw_block,
    raw_inline,
    text_argument,
    tight,
)
from press.pdf.tables import row_count, table_nodes

LONG_TABLE = 25  # rows; a longer one stays in its place and may break across pages
LONG_TEXT = 2000  # characters; the same
OPENING_PAGE = 3000  # characters; a float so early must not go above the chapter's title
NEW_PAGE = raw_block("#pagebreak(weak: true)")


def page_nodes(page, labels: Labels, root: Path, language: str = "en") -> list:
    """Write one page: its title, then its content.

    Parameters
    ----------
    page : press.document.pages.Page
    labels : Labels
        Of the whole book.
    root : Path
        Project root, to which images are relative.
    language : str
        Of the words that are added.
    """
    context = Context(page, labels, root, ELEMENTS, levels=[1])
    opening = call(
        "chapter",
        number=text_argument(page.number),
        name=quoted(word(language, "Appendix" if page.kind == "appendix" else "Chapter")),
        id=text_argument(labels.of(page, page.identifier)),
    )
    nodes = tight(opening, _title(context, page.title), "")
    written = 0
    for block in page.blocks:
        moving = context.moving("bottom" if written < OPENING_PAGE else "auto")
        nodes += moving.rewrite([block])
        written += len(tree.plain_text(block))
    return [*nodes, raw_block("#place.flush()")]


def block_nodes(blocks: list, page, labels: Labels, root: Path) -> list:
    """Blocks that stand outside the chapters (the abstract)."""
    return Context(page, labels, root, ELEMENTS, levels=[1]).rewrite(blocks)


def enclosed(opening: str, blocks: list, closing: str = "]") -> list:
    """Blocks as the content argument of a call."""
    return [raw_block(f"{opening}["), *blocks, raw_block(closing)]


def _anchor(context: Context, element: dict) -> list:
    label = context.label(element)
    return [raw_block(f"#anchor({label})")] if label else []


def _child(div: dict, name: str) -> list:
    """Give the content of the one child of a Div that has a class; empty without it."""
    return next((child["c"][1] for child in div["c"][1] if tree.is_div(child, name)), [])


def _inlines(blocks: list) -> list:
    """Give the inlines of captions and titles, which are one Plain or Para."""
    return [inline for block in blocks for inline in block["c"]]


# ------------------------------------------------------------------------- headings and text


def _header(context: Context, header: dict) -> list:
    level, _, title = header["c"]
    context.levels.append(min(max(level, 2), context.levels[-1] + 1))
    opening = call(
        "section",
        str(context.levels[-1]),
        number=text_argument(tree.pairs_of(header).get("number")),
        id=context.label(header),
        outlined="false" if "unlisted" in tree.classes_of(header) else None,
    )
    return tight(opening, _title(context, title), "")


def _title(context: Context, inlines: list) -> list:
    """Write a title; its footnotes stay out of the contents."""
    unlisted = {"Note": lambda note: [raw_inline("#unlisted["), note, raw_inline("]")]}
    return tree.rewrite(context.rewrite(inlines), unlisted)


def _paragraph(context: Context, paragraph: dict) -> list | None:
    """Set a picture that stands alone in its paragraph as a block, in the middle."""
    inlines = paragraph["c"]
    if len(inlines) != 1 or inlines[0]["t"] != "Image":
        return None
    return enclosed("#align(center)", [tree.plain(picture(context, inlines[0]))])


def _code(context: Context, code: dict) -> list | None:
    label = context.label(code)
    if label is None:
        return None
    _, classes, _ = code["c"][0]
    return [*_anchor(context, code), tree.code_block(code["c"][1], classes)]


# --------------------------------------------------------------------------- floats and tables


def _table(context: Context, table: dict) -> list:
    """Write a table outside a float: its caption, if it has one, has no number."""
    caption = _inlines(table["c"][1][1])
    above = tight("#small", context.rewrite(caption), "") if caption else []
    cells = table_nodes(table, context.within().rewrite)
    return [*_anchor(context, table), *enclosed("#align(center)", [*above, *cells])]


def _figure(context: Context, figure: dict) -> list:
    """Write a picture with a caption but no label: it has no number."""
    caption = _inlines(figure["c"][1][1])
    inner = context.within(caption=tree.plain_text(caption).strip())
    below = tight("#small", inner.rewrite(caption), "") if caption else []
    body = [*inner.rewrite(figure["c"][2]), *below]
    return [*_anchor(context, figure), *enclosed("#align(center)", body)]


def _float(context: Context, div: dict) -> list:
    given = tree.pairs_of(div)
    kind = next(name for name in tree.classes_of(div) if name != "float")
    body, caption = _child(div, "float-body"), _inlines(_child(div, "float-caption"))
    inner = context.within(caption=tree.plain_text(caption).strip())
    long = _is_long(body)
    above = given.get("cap-location", "bottom" if kind == "figure" else "top") == "top"
    opening = call(
        "floating",
        quoted(kind),
        quoted(given["name"]),
        quoted(given["number"]),
        above="true" if above else None,
        breakable="true" if long else None,
        placement=None if long or _is_text(body) else context.placement,
        id=context.label(div),
    )
    captions = {"caption": caption, "short": first_sentence(caption)} if caption else {}
    return _captioned(inner, opening, captions, body)


def _is_long(body: list) -> bool:
    """Tell whether a float must be able to break across pages."""
    rows = sum(row_count(element) for element in tree.elements(body) if element["t"] == "Table")
    return rows > LONG_TABLE or len(tree.plain_text(body)) > LONG_TEXT


def _is_text(body: list) -> bool:
    """Tell whether a float shows neither a picture nor a table, and so is read in its place."""
    return not any(element["t"] in ("Image", "Table") for element in tree.elements(body))


def _subfloat(context: Context, div: dict) -> list:
    body, caption = _child(div, "float-body"), _inlines(_child(div, "float-caption"))
    inner = context.within(caption=tree.plain_text(caption).strip() or context.caption)
    opening = call("panel", quoted(tree.pairs_of(div)["number"]), id=context.label(div))
    return _captioned(inner, opening, {"caption": caption} if caption else {}, body)


def _captioned(context: Context, opening: str, captions: dict[str, list], body: list) -> list:
    """Write a call with captions as further arguments and the body as its content."""
    if not captions:
        return enclosed(opening, context.rewrite(body))
    nodes = [raw_block(opening[:-1])]
    for name, inlines in captions.items():
        nodes += tight(f", {name}: ", context.rewrite(inlines), "")
    return [*nodes, *enclosed(")", context.rewrite(body))]


def _layout(context: Context, div: dict) -> list:
    """Write panels (or other blocks) in rows."""
    blocks, nodes = iter(div["c"][1]), []
    for widths in _layout_rows(tree.pairs_of(div), len(div["c"][1])):
        row = list(islice(blocks, len(widths)))
        columns = ", ".join(f"{width:g}fr" for width in widths)
        nodes += _side_by_side(context, f"#panels(({columns},),", row)
    return nodes


def _layout_rows(pairs: dict[str, str], count: int) -> list[list[float]]:
    """Give the widths of the panels in each row; negative ones are gaps, and left out.

    >>> _layout_rows({"ncol": "2"}, 3), _layout_rows({"layout": "[[1,2],[1]]"}, 3)
    ([[1, 1], [1, 1]], [[1, 2], [1]])
    """
    if "layout" in pairs:
        rows = json.loads(pairs["layout"])
        rows = rows if isinstance(rows[0], list) else [rows]
        return [[width for width in row if width > 0] for row in rows]
    columns = int(pairs["ncol"])
    return [[1] * columns] * ceil(count / columns)


def _columns(context: Context, div: dict) -> list:
    columns = [child for child in div["c"][1] if tree.is_div(child, "column")]
    shares = [_share(tree.pairs_of(column).get("width"), len(columns)) for column in columns]
    return _side_by_side(context, f"#side-by-side(({', '.join(shares)},),", columns)


def _share(width: str | None, columns: int) -> str:
    """Give a column's share of the width that the gutters leave."""
    return f"{width[:-1]}fr" if width and width.endswith("%") else f"{100 / columns:g}fr"


def _side_by_side(context: Context, opening: str, items: list) -> list:
    nodes = [raw_block(opening)]
    for item in items:
        nodes += [raw_block("["), *context.within().rewrite([item]), raw_block("],")]
    return [*nodes, raw_block(")")]


# --------------------------------------------------------------------------------- boxes, pages


def _callout(context: Context, div: dict) -> list:
    title = context.rewrite(_inlines(_child(div, "callout-title")))
    body = context.within().rewrite(_child(div, "callout-body"))
    kind = quoted(tree.pairs_of(div).get("type", "note"))
    opening = tight(f"#callout({kind}, ", title, ",")
    return [*_anchor(context, div), *opening, *enclosed("", body, "])")]


def _tabset(context: Context, div: dict) -> list:
    nodes = _anchor(context, div)
    for tab in div["c"][1]:
        title = context.rewrite(_inlines(_child(tab, "tab-title")))
        nodes += tight("#tab", title, "") + context.within().rewrite(_child(tab, "tab-body"))
    return nodes


def _enclosing(function: str):
    """Make the handler of a Div whose content becomes the argument of a function."""

    def handler(context: Context, div: dict) -> list:
        body = context.within().rewrite(div["c"][1])
        return [*_anchor(context, div), *enclosed(f"#{function}", body)]

    return handler


def _page_break(context: Context, div: dict) -> list:
    return [NEW_PAGE]


def _entry(context: Context, div: dict) -> list:
    """Write an entry of the bibliography."""
    opening = f"#bibliography-entry({context.label(div)})"
    return enclosed(opening, context.rewrite(div["c"][1]))


def _plain_div(context: Context, div: dict) -> list:
    return [*_anchor(context, div), *context.rewrite(div["c"][1])]


def _div(context: Context, div: dict) -> list:
    handler = next((DIVS[name] for name in tree.classes_of(div) if name in DIVS), _plain_div)
    return handler(context, div)


DIVS = {
    "float": _float,
    "layout": _layout,
    "subfloat": _subfloat,
    "columns": _columns,
    "callout": _callout,
    "tabset": _tabset,
    "landscape": _enclosing("landscape"),
    "pagebreak": _page_break,
    "cell-code": _enclosing("source-code"),
    "cell-output": _enclosing("printed-output"),
    "csl-entry": _entry,
}

ELEMENTS = {
    "Header": _header,
    "Para": _paragraph,
    "Plain": _paragraph,
    "CodeBlock": _code,
    "Table": _table,
    "Figure": _figure,
    "Div": _div,
    "Math": formula,
    "Span": span,
    "Link": link,
    "Image": icon,
}
