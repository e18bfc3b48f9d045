"""From the forms of a resolved book to Typst: a table of handlers.

Each handler gets the page being written and a form (or an element of pandoc's) and returns what
replaces it:
ordinary pandoc elements between pieces of raw Typst, which call the functions of
``templates/thesis.typ``. One call of pandoc then writes the whole book.
"""

from pathlib import Path
from urllib.parse import unquote

import imagesize

from press.document import forms, tree
from press.document.words import word
from press.pdf.context import Context
from press.pdf.inlines import citation, equation, formula, icon, internal_link, link, picture, span
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
ONE_PAGE = 3000  # characters; at the top of a page a float could stand above what is so near
PART_OF_PAGE = 600  # characters
TALL = 0.65  # times its width; as wide as the text, such a picture takes half a page
NEW_PAGE = raw_block("#pagebreak(weak: true)")


def page_nodes(page, labels: Labels, root: Path, language: str = "en") -> list:
    """Write one page: its title, then its content.

    A float goes to the top of a page, but stays in its place where it could else stand above the
    chapter's title or another float in its place. One that is too tall for what is left of a page
    moves on, so that the text fills the page.

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
    context = Context(page, labels, root, TABLE, levels=[1])
    opening = call(
        "chapter",
        number=text_argument(page.number),
        name=quoted(word(language, "Appendix" if page.kind == "appendix" else "Chapter")),
        id=text_argument(labels.of(page, page.identifier)),
    )
    nodes = tight(opening, _title(context, page.title), "")
    since_fixed = written = 0
    for block in page.blocks:
        moves_on = written > ONE_PAGE and since_fixed > PART_OF_PAGE and _is_tall(block, root)
        near = since_fixed < ONE_PAGE and not moves_on
        nodes += context.moving(None if near else "top").rewrite([block])
        is_fixed = block["t"] is forms.Float and (near or _is_long(block["c"].body))
        length = len(tree.plain_text(block))
        since_fixed, written = 0 if is_fixed else since_fixed + length, written + length
    return [*nodes, raw_block("#place.flush()")]


def block_nodes(blocks: list, page, labels: Labels, root: Path) -> list:
    """Blocks that stand outside the chapters (the abstract)."""
    return Context(page, labels, root, TABLE, levels=[1]).rewrite(blocks)


def enclosed(opening: str, blocks: list, closing: str = "]") -> list:
    """Blocks as the content argument of a call."""
    return [raw_block(f"{opening}["), *blocks, raw_block(closing)]


def _anchor(context: Context, identifier: str) -> list:
    label = context.label(identifier)
    return [raw_block(f"#anchor({label})")] if label else []


# ------------------------------------------------------------------------- headings and text


def _section(context: Context, form: forms.Section) -> list:
    context.levels.append(min(max(form.level, 2), context.levels[-1] + 1))
    opening = call(
        "section",
        str(context.levels[-1]),
        number=text_argument(form.number),
        id=context.label(form.identifier),
        outlined="false" if "unlisted" in form.classes else None,
    )
    return tight(opening, _title(context, form.title), "")


def _header(context: Context, header: dict) -> list:
    """Write a heading of the abstract, which is no chapter."""
    level, _, title = header["c"]
    return _section(context, forms.Section(level, title))


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
    identifier, classes, _ = tree.attr_of(code)
    anchor = _anchor(context, identifier)
    return [*anchor, tree.code_block(code["c"][1], classes)] if anchor else None


def _named_code(context: Context, form: forms.NamedCode) -> list:
    name = tree.plain([{"t": "Code", "c": [tree.attributes(), form.name]}])
    return [name, *context.rewrite(form.code)]


def _theorem(context: Context, form: forms.Theorem) -> list:
    title = {"t": "Strong", "c": form.title}
    body = context.rewrite(tree.before_first([title], form.body))
    return [*_anchor(context, form.identifier), *body]


# --------------------------------------------------------------------------- floats and tables


def _table(context: Context, table: dict) -> list:
    """Write a table outside a float: its caption, if it has one, has no number."""
    above = _unnumbered(context, table["c"][1])
    place = context.page.source, context.inside
    cells = table_nodes(table, context.within().rewrite, *place)
    anchor = _anchor(context, tree.identifier_of(table))
    return [*anchor, *enclosed("#align(center)", [*above, *cells])]


def _figure(context: Context, figure: dict) -> list:
    """Write a picture with a caption but no label: it has no number."""
    attributes, caption, blocks = figure["c"]
    inner = context.within(caption=tree.plain_text(caption).strip())
    body = [*inner.rewrite(blocks), *_unnumbered(inner, caption)]
    return [*_anchor(context, attributes[0]), *enclosed("#align(center)", body)]


def _unnumbered(context: Context, caption: list) -> list:
    """Write a caption of pandoc's, if there is one."""
    inlines = [inline for block in caption[1] for inline in block["c"]]
    return tight("#small", context.rewrite(inlines), "") if inlines else []


def _float(context: Context, form: forms.Float) -> list:
    inner = context.within(caption=tree.plain_text(form.caption).strip(), inside=form.identifier)
    long = _is_long(form.body)
    opening = call(
        "floating",
        quoted(form.kind),
        quoted(form.name),
        quoted(form.number),
        delimiter=quoted(form.delimiter),
        above="true" if form.above else None,
        breakable="true" if long else None,
        placement=None if long or _is_text(form.body) else context.placement,
        id=context.label(form.identifier),
    )
    captions = {"caption": form.caption, "short": first_sentence(form.caption)}
    return _captioned(inner, opening, captions if form.caption else {}, form.body)


def _is_long(body: list) -> bool:
    """Tell whether a float must be able to break across pages."""
    rows = sum(row_count(element) for element in tree.elements(body) if element["t"] == "Table")
    return rows > LONG_TABLE or len(tree.plain_text(body)) > LONG_TEXT


def _is_tall(block: dict, root: Path) -> bool:
    """Tell whether a block is a float with a picture that takes more than half a page."""
    if block["t"] is not forms.Float:
        return False
    images = (element for element in tree.elements(block["c"].body) if element["t"] == "Image")
    files = (root / unquote(image["c"][2][0]).lstrip("/") for image in images)
    sizes = (imagesize.get(file) for file in files if file.is_file())
    return any(height > TALL * width for width, height in sizes)


def _is_text(body: list) -> bool:
    """Tell whether a float shows neither a picture nor a table, and so is read in its place."""
    return not any(element["t"] in ("Image", "Table") for element in tree.elements(body))


def _subfloat(context: Context, form: forms.Subfloat) -> list:
    inner = context.within(caption=tree.plain_text(form.caption).strip() or context.caption)
    opening = call("panel", quoted(form.number), id=context.label(form.identifier))
    captions = {"caption": form.caption} if form.caption else {}
    return _captioned(inner, opening, captions, form.body)


def _captioned(context: Context, opening: str, captions: dict[str, list], body: list) -> list:
    """Write a call with captions as further arguments and the body as its content."""
    if not captions:
        return enclosed(opening, context.rewrite(body))
    nodes = [raw_block(opening[:-1])]
    for name, inlines in captions.items():
        nodes += tight(f", {name}: ", context.rewrite(inlines), "")
    return [*nodes, *enclosed(")", context.rewrite(body))]


def _layout(context: Context, form: forms.Layout) -> list:
    """Write panels (or other blocks) in rows."""
    nodes = []
    for row in form.rows:
        widths = ", ".join(f"{panel.share:.4g}fr" for panel in row)
        nodes += _side_by_side(context, f"#panels(({widths},),", [panel.content for panel in row])
    return nodes


def _columns(context: Context, form: forms.Columns) -> list:
    shares = ", ".join(_share(column.width, len(form.columns)) for column in form.columns)
    contents = [column.content for column in form.columns]
    return [
        *_anchor(context, form.identifier),
        *_side_by_side(context, f"#side-by-side(({shares},),", contents),
    ]


def _share(width: str | None, columns: int) -> str:
    """Give a column's share of the width that the gutters leave."""
    return f"{width[:-1]}fr" if width and width.endswith("%") else f"{100 / columns:g}fr"


def _side_by_side(context: Context, opening: str, contents: list[list]) -> list:
    nodes = [raw_block(opening)]
    for content in contents:
        nodes += [raw_block("["), *context.within().rewrite(content), raw_block("],")]
    return [*nodes, raw_block(")")]


# --------------------------------------------------------------------------------- boxes, pages


def _callout(context: Context, form: forms.Callout) -> list:
    title = context.rewrite(form.title)
    body = context.within().rewrite(form.body)
    opening = tight(f"#callout({quoted(form.kind)}, ", title, ",")
    return [*_anchor(context, form.identifier), *opening, *enclosed("", body, "])")]


def _tabset(context: Context, form: forms.Tabset) -> list:
    nodes = _anchor(context, form.identifier)
    for tab in form.tabs:
        nodes += tight("#tab", context.rewrite(tab.title), "")
        nodes += context.within().rewrite(tab.content)
    return nodes


def _enclosing(function: str):
    """Make the handler of a form whose content becomes the argument of a function."""

    def handler(context: Context, form: forms.Landscape | forms.Source | forms.Printed) -> list:
        return enclosed(f"#{function}", context.within().rewrite(form.content))

    return handler


def _page_break(context: Context, form: forms.PageBreak) -> list:
    return [NEW_PAGE]


def _plotly(context: Context, form: forms.Plotly) -> list:
    return context.rewrite(form.static)


def _proof(context: Context, form: forms.Proof) -> list:
    return [*_anchor(context, form.identifier), *context.rewrite(form.content)]


def _provenance(context: Context, form: forms.Provenance) -> list:
    return context.rewrite(form.content)


def _references(context: Context, form: forms.References) -> list:
    return [*_anchor(context, form.identifier), *context.rewrite(form.works)]


def _work(context: Context, form: forms.Work) -> list:
    """Write an entry of the bibliography."""
    opening = f"#bibliography-entry({context.label(form.identifier)})"
    return enclosed(opening, context.rewrite(form.content))


def _div(context: Context, div: dict) -> list:
    return [*_anchor(context, tree.identifier_of(div)), *context.rewrite(div["c"][1])]


TABLE = forms.complete(
    {
        forms.Section: _section,
        forms.Float: _float,
        forms.Subfloat: _subfloat,
        forms.Equation: equation,
        forms.Theorem: _theorem,
        forms.Callout: _callout,
        forms.Layout: _layout,
        forms.Columns: _columns,
        forms.Tabset: _tabset,
        forms.Landscape: _enclosing("landscape"),
        forms.PageBreak: _page_break,
        forms.Proof: _proof,
        forms.Source: _enclosing("source-code"),
        forms.Printed: _enclosing("printed-output"),
        forms.Plotly: _plotly,
        forms.Provenance: _provenance,
        forms.NamedCode: _named_code,
        forms.Reference: internal_link,
        forms.InternalLink: internal_link,
        forms.Citation: citation,
        forms.References: _references,
        forms.Work: _work,
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
)
