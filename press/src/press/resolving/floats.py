"""Figures, tables and listings with a number: everything that carries such a label."""

import json
import math
import re
from base64 import b64decode

from press.document import tree
from press.document.forms import Float, Layout, Panel, Subfloat
from press.resolving.context import Scope

KINDS = {"fig": "figure", "tbl": "table", "lst": "listing"}
LABEL = re.compile(r"^(fig|tbl|lst)-\S+$")
NUMBER = re.compile(r"^[−–+-]?[\d.,]+(?:[eE][−+-]?\d+)?\s*%?$")
LAYOUT = ("layout", "layout-ncol", "layout-nrow", "layout-valign", "layout-align")


def is_label(identifier: str) -> bool:
    """Whether an identifier is the label of a float."""
    return bool(LABEL.match(identifier))


def make(scope: Scope, identifier: str, body: list, caption: list | None, pairs: dict) -> dict:
    """Make a float, or a part of one inside another."""
    if not body:
        scope.refuse(
            f"#{identifier}", f"'{identifier}' shows nothing in this format",
            rule="what has a number shows a figure, table or code",
            advice="put it inside, or the whole into ::: {.content-visible when-format=...}",
        )  # fmt: skip
    if scope.inside_float:
        return tree.node(Subfloat(identifier, body, caption or []))
    kind = identifier.partition("-")[0]
    place = pairs.get("cap-location") or _default_location(scope, kind)
    above = place == "top" if place else kind != "fig"
    return tree.node(Float(KINDS[kind], identifier, body, caption or [], above))


def labelled_div(element: dict, scope: Scope) -> list:
    """``::: {#fig-name}``: the last paragraph is the caption."""
    identifier, pairs = tree.identifier_of(element), tree.pairs_of(element)
    content, caption = split_caption(element["c"][1])
    named = pairs.get(f"{identifier.partition('-')[0]}-cap")
    if named is not None:
        content, caption = element["c"][1], scope.markdown_inlines(named)
    inner = scope.within_float()
    content = _separate_images(content) if _is_laid_out(pairs) else content
    if caption is None and len(content) == 1 and content[0]["t"] in ("Figure", "Table"):
        content, caption = _own_caption(content[0])
    if identifier.startswith("tbl-"):
        content = [_with_widths(block, pairs, scope) for block in content]
    body = inner.resolve(content)
    if _is_laid_out(pairs) or any(block["t"] is Subfloat for block in body):
        body = [_laid_out(body, pairs, scope)]
    return [make(scope, identifier, body, caption and scope.resolve(caption), pairs)]


def captioned_div(element: dict, scope: Scope) -> list:
    """Cell with a caption but no label: the caption has no number."""
    content, caption = split_caption(element["c"][1])
    pairs = tree.pairs_of(element)
    body = scope.resolve(content)
    if _is_laid_out(pairs):
        body = [_laid_out(body, pairs, scope)]
    if not caption:
        return body
    shown = [None, [tree.plain(scope.resolve(caption))]]
    if len(body) == 1 and body[0]["t"] == "Table":
        attr, _, *rest = body[0]["c"]
        return [{"t": "Table", "c": [attr, shown, *rest]}]
    return [{"t": "Figure", "c": [tree.attributes(), shown, body]}]


def layout_div(element: dict, scope: Scope) -> list:
    """``::: {layout-ncol=2}`` without a label."""
    content = scope.resolve(_separate_images(element["c"][1]))
    identifier, classes, _ = tree.attr_of(element)
    laid_out = _laid_out(content, tree.pairs_of(element), scope)
    return [tree.div([laid_out], identifier, classes)] if identifier or classes else [laid_out]


def split_caption(blocks: list) -> tuple[list, list | None]:
    """Separate the blocks of a float from the inlines of its caption."""
    for position, block in enumerate(blocks):
        if tree.is_div(block, "press-caption"):
            inner = block["c"][1]
            inlines = inner[0]["c"] if inner and inner[0]["t"] in ("Para", "Plain") else []
            return blocks[:position] + blocks[position + 1 :], inlines
    if len(blocks) > 1 and blocks[-1]["t"] == "Para" and not _only_images(blocks[-1]):
        return blocks[:-1], blocks[-1]["c"]
    return blocks, None


def figure(element: dict, scope: Scope) -> list:
    """``![caption](file){#fig-name}``; without a label, the caption has no number."""
    attr, [_, caption], blocks = element["c"]
    image = next((e for e in tree.elements(blocks) if e["t"] == "Image"), None)
    inlines = caption[0]["c"] if caption else []
    if is_label(attr[0]):
        described = tree.rewrite(blocks, {"Image": lambda i: [_undescribed(i)]})
        body = scope.within_float().resolve(described)
        pairs = tree.pairs_of(image) if image else {}
        return [make(scope, attr[0], body, scope.resolve(inlines), pairs)]
    shown = [None, [tree.plain(scope.resolve(inlines))] if inlines else []]
    return [{"t": "Figure", "c": [attr, shown, scope.resolve(blocks)]}]


def image(element: dict, scope: Scope) -> list:
    """Picture: its path from the project's folder, its alternative text as an attribute."""
    identifier, classes, _ = tree.attr_of(element)
    pairs = tree.pairs_of(element)
    alt = pairs.pop("fig-alt", pairs.pop("alt", tree.plain_text(element["c"][1])))
    target, title = element["c"][2]
    shown = [identifier, classes, [*map(list, pairs.items()), ["alt", alt]]]
    if scope.format != "html" and target.startswith(("http:", "https:", "//")):
        scope.refuse(
            target, f"the picture '{target}' is not in the project",
            rule="the PDF holds all that it shows; nothing is fetched",
            advice="save it beside the chapter, or show it on the website only: "
            '::: {.content-visible when-format="html"}',
        )  # fmt: skip
    shown[2] = [pair for pair in shown[2] if pair[0] != "fig-link"]
    picture = {"t": "Image", "c": [shown, [], [scope.asset(target), title]]}
    return [tree.link([picture], pairs["fig-link"])] if "fig-link" in pairs else [picture]


def linked_figure(element: dict, scope: Scope) -> list | None:
    """``[![caption](file){#fig-name}](address)``: a figure that is a link."""
    attr, [picture], target = element["c"][0]["c"]
    [identifier, classes, pairs], caption, file = picture["c"]
    if not caption and not is_label(identifier):
        return None
    bare = {"t": "Image", "c": [["", classes, pairs], caption, file]}
    body = [tree.plain([{"t": "Link", "c": [attr, [bare], target]}])]
    shown = [None, [tree.plain(caption)] if caption else []]
    named = tree.attributes(identifier)
    return figure({"t": "Figure", "c": [named, shown, body]}, scope)


def image_paragraph(element: dict, scope: Scope) -> list | None:
    """``![](file){#fig-name}``: a figure without a caption."""
    inlines = element["c"]
    if len(inlines) != 1 or inlines[0]["t"] != "Image":
        return None
    identifier = tree.identifier_of(inlines[0])
    if not is_label(identifier):
        return None
    bare = _without_identifier(inlines[0])
    return [make(scope, identifier, scope.resolve([tree.plain([bare])]), None, {})]


def table(element: dict, scope: Scope) -> list:
    """Table; with a label it is a float."""
    attr, [_, caption], *rest = element["c"]
    pairs = dict(attr[2])
    if not is_label(attr[0]):
        return [tree.rewrite(_with_widths(element, pairs, scope), scope.handlers(scope))]
    bare = {"t": "Table", "c": [tree.attributes("", attr[1]), [None, []], *rest]}
    body = tree.rewrite(_with_widths(bare, pairs, scope), scope.handlers(scope))
    inlines = caption[0]["c"] if caption else []
    return [make(scope, attr[0], [body], scope.resolve(inlines), pairs)]


def listing(element: dict, scope: Scope) -> list | None:
    """Code with a label: a numbered listing."""
    [identifier, classes, _], code = element["c"]
    pairs = tree.pairs_of(element)
    if not is_label(identifier):
        return None
    caption = scope.markdown_inlines(pairs.pop("lst-cap")) if "lst-cap" in pairs else None
    body = scope.resolve([tree.code_block(code, classes, pairs)])
    return [make(scope, identifier, body, caption, {})]


def html_table(html: str, scope: Scope) -> list:
    """Tables of HTML outputs as real tables; columns of numbers are set to the right."""
    blocks = _html_blocks(html, scope)
    return [numbers_right(block) if block["t"] == "Table" else block for block in blocks]


def html_in_print(html: str, scope: Scope) -> list:
    """Blocks of an output that knows only HTML; a sentence where HTML holds no text."""
    blocks = _html_blocks(html, scope)
    if tree.plain_text(blocks).strip():
        return scope.resolve(blocks)
    return [tree.para(tree.words("Interactive output; see the website."))]


def _html_blocks(html: str, scope: Scope) -> list:
    """Read HTML without its divs; where it says so, Markdown (``data-qmd``) takes its place."""

    def unwrapped(element: dict) -> list | None:
        markdown = _markdown_of(element)
        if element["t"] == "Span":
            return None if markdown is None else scope.markdown_inlines(markdown)
        content = scope.resolve(scope.markdown_blocks(markdown)) if markdown else element["c"][1]
        return tree.rewrite(content, handlers)

    handlers = {"Div": unwrapped, "Span": unwrapped, "RawBlock": lambda raw: []}
    return tree.rewrite(scope.html_blocks(html), handlers)


def _markdown_of(element: dict) -> str | None:
    pairs = tree.pairs_of(element)
    coded = pairs.get("qmd-base64")
    return b64decode(coded).decode() if coded else pairs.get("qmd")


def numbers_right(element: dict) -> dict:
    """Set the columns of a table to the right whose body holds only numbers."""
    attr, caption, columns, head, bodies, foot = element["c"]
    rows = [row for body in bodies for row in body[3]]
    if any(alignment["t"] != "AlignDefault" for alignment, _ in columns) or not rows:
        return element
    texts = [[tree.plain_text(cell[4]).strip() for cell in cells] for _, cells in rows]
    if any(len(cells) != len(columns) for cells in texts):
        return element
    numeric = [
        all(NUMBER.match(text) for text in column if text) for column in zip(*texts, strict=True)
    ]
    aligned = [
        [{"t": "AlignRight" if is_numeric else "AlignLeft"}, width]
        for is_numeric, (_, width) in zip(numeric, columns, strict=True)
    ]
    return {"t": "Table", "c": [attr, caption, aligned, head, bodies, foot]}


def _own_caption(block: dict) -> tuple[list, list | None]:
    """Take the caption from the only figure or table of a div."""
    attr, [_, caption], *rest = block["c"]
    inlines = caption[0]["c"] if caption else None
    if block["t"] == "Table":
        return [{"t": "Table", "c": [attr, [None, []], *rest]}], inlines
    if is_label(attr[0]):
        return [block], None
    return tree.rewrite(rest[0], {"Image": lambda i: [_undescribed(i)]}), inlines


def _default_location(scope: Scope, kind: str) -> str | None:
    options = scope.project.format_options(scope.format) | scope.chapter.front
    return options.get(f"{kind}-cap-location", options.get("cap-location"))


def _is_laid_out(pairs: dict) -> bool:
    return any(name in pairs for name in LAYOUT)


def _laid_out(blocks: list, pairs: dict, scope: Scope) -> dict:
    try:
        rows = _weights(pairs, len(blocks))
    except (ValueError, TypeError, ZeroDivisionError):
        name = next(name for name in LAYOUT if name in pairs)
        scope.refuse(
            name,
            f"{name}: {pairs[name]}",
            rule="a number, or for layout a list of rows that each have a panel: [[1,-1,1],[1]]",
        )
    return tree.node(Layout(laid_out(blocks, rows)))


def laid_out(blocks: list, rows: list[list[float]]) -> tuple[tuple[Panel, ...], ...]:
    """Put blocks into rows of panels.

    Parameters
    ----------
    blocks : list
        What to lay out, each in a panel of its own.
    rows : list of list of float
        Weights of the panels in each row, gaps negative; where rows are lacking, the longest one
        sets how many equal panels the others have.
    """
    waiting = list(blocks)
    made: list[tuple[Panel, ...]] = []
    longest = max(sum(weight > 0 for weight in row) for row in rows)
    while waiting:
        row = rows[len(made)] if len(made) < len(rows) else [1] * longest
        whole = sum(map(abs, row))
        filled = [[waiting.pop(0)] if weight > 0 and waiting else [] for weight in row]
        panels = zip(row, filled, strict=True)
        made.append(tuple(Panel(abs(weight) / whole, content) for weight, content in panels))
    return tuple(made)


def _weights(pairs: dict, count: int) -> list[list[float]]:
    """Weights of the panels in each row that the options of a layout say.

    Raises
    ------
    ValueError, TypeError, ZeroDivisionError
        They are not numbers or lists of them, or a row has no panel.
    """
    if "layout-ncol" in pairs:
        rows = [[1.0] * int(pairs["layout-ncol"])]
    elif "layout-nrow" in pairs:
        rows = [[1.0] * math.ceil(max(1, count) / int(pairs["layout-nrow"]))]
    else:
        rows = json.loads(pairs.get("layout", "[1]"))
        rows = rows if rows and isinstance(rows[0], list) else [rows]
    if not all(any(weight > 0 for weight in row) for row in rows):
        raise ValueError("a row without a panel")
    return rows


def _separate_images(blocks: list) -> list:
    """Make a paragraph of each picture where one paragraph holds several."""
    separate = []
    for block in blocks:
        images = [e for e in block["c"] if e["t"] == "Image"] if _only_images(block) else []
        separate += [tree.para([i]) for i in images] if len(images) > 1 else [block]
    return separate


def _only_images(block: dict) -> bool:
    breaks = ("Image", "Space", "SoftBreak", "LineBreak")
    return block["t"] in ("Para", "Plain") and all(e["t"] in breaks for e in block["c"])


def _undescribed(element: dict) -> dict:
    attr, _, target = element["c"]
    return {"t": "Image", "c": [attr, [], target]}


def _without_identifier(element: dict) -> dict:
    [_, classes, pairs], description, target = element["c"]
    return {"t": "Image", "c": [["", classes, pairs], description, target]}


def _with_widths(element: dict, pairs: dict, scope: Scope) -> dict:
    """Apply ``tbl-colwidths="[20,80]"`` (in percent)."""
    widths = pairs.get("tbl-colwidths", "")
    if element["t"] != "Table" or not widths.startswith("["):
        return element
    try:
        shares = [float(share) for share in json.loads(widths)]
    except (ValueError, TypeError):
        scope.refuse(widths, f"tbl-colwidths: {widths}", rule="numbers in brackets: [20,80]")
    columns = element["c"][2]
    if len(shares) != len(columns):
        return element
    sized = [
        [alignment, {"t": "ColWidth", "c": share / 100}]
        for share, (alignment, _) in zip(shares, columns, strict=True)
    ]
    content = list(element["c"])
    content[2] = sized
    return {"t": "Table", "c": content}
