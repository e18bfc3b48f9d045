"""Formulas, links, citations and pictures as calls of the template's functions."""

import re
from pathlib import Path
from urllib.parse import unquote

from press.document import tree
from press.document.forms import Citation, Equation, InternalLink, Reference
from press.ground.errors import RenderError
from press.pdf.context import Context
from press.pdf.labels import is_external
from press.pdf.math import protect
from press.pdf.nodes import MATH, call, quoted, raw_inline, text_argument

LARGE_SVG = 1_500_000  # bytes; above it the PNG beside the SVG prints as well and far faster

_LENGTH = re.compile(r"([\d.]+)(px|pt|pc|in|cm|mm|em|%|)")
_POINTS = {"": 0.75, "px": 0.75, "pc": 12}  # units that Typst does not know


def formula(context: Context, math: dict, **options: str | None) -> list:
    """Write a formula, read aloud as its TeX source."""
    kind, tex = math["c"]
    opening = call("formula", quoted(tex), **options)
    formula = {"t": "Math", "c": [kind, protect(tex)]}
    return [raw_inline(f"{opening}[{MATH}"), formula, raw_inline("]")]


def equation(context: Context, form: Equation) -> list:
    """Write a formula with its number."""
    [math] = form.formula
    number, label = text_argument(form.number), context.label(form.identifier)
    return formula(context, math, number=number, id=label)


def span(context: Context, span: dict) -> list:
    """Write an anchor with its text."""
    identifier, classes, pairs = tree.attr_of(span)
    label = context.label(identifier)
    content = context.rewrite(span["c"][1])
    if {"smallcaps", "underline", "mark"} & set(classes):
        content = [tree.span(content, "", classes, dict(pairs))]
    return [raw_inline(f"#anchor({label})"), *content] if label else content


def citation(context: Context, form: Citation) -> list:
    """Each work cited leads to its entry; "(One 2020; Two 2021)" is split at the semicolons."""
    parts, keys = _split_after(";", form.inlines), form.keys
    if len(parts) != len(keys):
        parts, keys = [form.inlines], keys[:1]
    linked = []
    for key, part in zip(keys, parts, strict=True):
        label = context.labels.anywhere(f"ref-{key}")
        linked += goto(label, context.rewrite(part)) if label else context.rewrite(part)
    return linked


def _split_after(mark: str, inlines: list) -> list[list]:
    parts: list[list] = [[]]
    for inline in inlines:
        parts[-1].append(inline)
        if inline["t"] == "Str" and inline["c"].endswith(mark):
            parts.append([])
    return [part for part in parts if part]


def goto(label: str, inlines: list) -> list:
    """Inlines that lead to a label."""
    return [raw_inline(f"#goto({quoted(label)})["), *inlines, raw_inline("]")]


def link(context: Context, link: dict) -> list | None:
    """Write a link that leaves the book; one to a file of the website keeps its text alone."""
    _, inlines, (url, _) = link["c"]
    return None if is_external(url) else context.rewrite(inlines)


def internal_link(context: Context, form: Reference | InternalLink) -> list:
    """Write a reference or a link inside the book."""
    label = context.labels.target(context.page, form.url, form.target)
    content = context.rewrite(form.inlines)
    return goto(label, content) if label else content


def icon(context: Context, image: dict) -> list:
    """Show a picture in a line of text."""
    return _shown(context, image, "icon")


def picture(context: Context, image: dict) -> list:
    """Show a picture by itself, never wider or higher than the page."""
    return _shown(context, image, "picture")


def _shown(context: Context, image: dict, function: str) -> list:
    _, description, (target, _) = image["c"]
    if is_external(target):
        text = tree.plain_text(description) or target
        return [tree.link([tree.text(text)], target)]
    given = tree.pairs_of(image)
    alternative = given.get("alt") or tree.plain_text(description).strip() or context.caption
    opening = call(
        function,
        quoted("/" + _printed_file(target, context)),
        alt=text_argument(alternative),
        width=_length(given.get("width")),
        height=_length(given.get("height")),
    )
    return [raw_inline(opening)]


def _printed_file(target: str, context: Context) -> str:
    """Path from the root of the file to print: a PNG in place of a very large SVG."""
    path = Path(unquote(target).lstrip("/"))
    if not (context.root / path).is_file():
        raise RenderError(
            f"image '{target}' does not exist",
            file=context.page.source,
            advice="correct the path, or let the cell that draws it write it",
        )
    raster = path.with_suffix(".png")
    if path.suffix == ".svg" and (context.root / path).stat().st_size > LARGE_SVG:
        path = raster if (context.root / raster).is_file() else path
    return path.as_posix()


def _length(css: str | None) -> str | None:
    """Give a CSS length in Typst's units.

    >>> _length("300px"), _length("50%"), _length("auto")
    ('225pt', '50%', None)
    """
    match = _LENGTH.fullmatch(css or "")
    if match is None:
        return None
    value, unit = match.groups()
    return f"{float(value) * _POINTS[unit]:g}pt" if unit in _POINTS else f"{value}{unit}"
