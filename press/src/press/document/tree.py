"""Small helpers to make, read and rewrite pandoc's JSON document tree.

An element is a dictionary ``{"t": type, "c": content}``; an attribute list is
``[identifier, [class, ...], [[key, value], ...]]``. An element may also carry one of
`press.document.forms`: its type is then the form's class and its content the form. Trees are
never changed in place: `rewrite` shares what it leaves alone, so that a pass over a long document
is cheap.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

NBSP = "\N{NO-BREAK SPACE}"
SPACE = {"t": "Space"}
LEAVES = frozenset({"Str", "Space", "SoftBreak", "LineBreak", "Code", "Math", "RawInline"})

Handler = Callable[[Any], list | None]


def node(form) -> dict:
    """Make the element that carries a form."""
    return {"t": type(form), "c": form}


def attributes(identifier: str = "", classes=(), pairs: Mapping[str, str] | None = None) -> list:
    """Make an attribute list."""
    return [identifier, list(classes), [[k, str(v)] for k, v in (pairs or {}).items()]]


def text(string: str) -> dict:
    """Make a string inline; spaces inside it do not break."""
    return {"t": "Str", "c": string}


def para(inlines: list) -> dict:
    """Paragraph."""
    return {"t": "Para", "c": inlines}


def plain(inlines: list) -> dict:
    """Text block without paragraph spacing."""
    return {"t": "Plain", "c": inlines}


def div(blocks: list, identifier: str = "", classes=(), pairs=None) -> dict:
    """Block container."""
    return {"t": "Div", "c": [attributes(identifier, classes, pairs), blocks]}


def span(inlines: list, identifier: str = "", classes=(), pairs=None) -> dict:
    """Inline container."""
    return {"t": "Span", "c": [attributes(identifier, classes, pairs), inlines]}


def link(inlines: list, url: str, classes=(), pairs=None) -> dict:
    """Hyperlink."""
    return {"t": "Link", "c": [attributes("", classes, pairs), inlines, [url, ""]]}


def image(target: str, pairs=None, description=()) -> dict:
    """Image."""
    return {"t": "Image", "c": [attributes("", (), pairs), list(description), [target, ""]]}


def header(level: int, inlines: list, identifier: str = "", classes=()) -> dict:
    """Heading."""
    return {"t": "Header", "c": [level, attributes(identifier, classes), inlines]}


def code_block(code: str, classes=(), pairs=None) -> dict:
    """Block of code."""
    return {"t": "CodeBlock", "c": [attributes("", classes, pairs), code]}


def words(string: str) -> list:
    """Inlines of a plain text, with breakable spaces."""
    inlines: list = []
    for word in string.split():
        inlines += [SPACE, text(word)] if inlines else [text(word)]
    return inlines


def attr_of(element: dict) -> list:
    """Attribute list of a Div, Span, Link, Image, CodeBlock, Table, Figure or Header."""
    return element["c"][1 if element["t"] == "Header" else 0]


def identifier_of(element: dict) -> str:
    """Give the identifier of an element with attributes, or of a form; empty without one."""
    if is_dataclass(element["c"]):
        return getattr(element["c"], "identifier", "")
    return attr_of(element)[0]


def classes_of(element: dict) -> list[str]:
    """Classes of an element with attributes."""
    return attr_of(element)[1]


def pairs_of(element: dict) -> dict[str, str]:
    """Key-value attributes of an element with attributes."""
    return dict(attr_of(element)[2])


def is_div(element: dict, name: str) -> bool:
    """Whether an element is a Div of the given class."""
    return element["t"] == "Div" and name in classes_of(element)


def with_pairs(element: dict, **pairs: str) -> dict:
    """Copy of a Div, Span, Image or Header with further key-value attributes."""
    position = 1 if element["t"] == "Header" else 0
    identifier, classes, old = element["c"][position]
    content = list(element["c"])
    content[position] = attributes(identifier, classes, dict(old) | pairs)
    return {"t": element["t"], "c": content}


def rewrite(node, handlers: Mapping[Any, Handler]):
    """Rewrite a tree from the top down.

    Parameters
    ----------
    node : list or dict
        List of blocks or inlines, or one element.
    handlers : mapping
        Element type -> function of the element, or class of a form -> function of the form. It
        returns a list of elements that takes the element's place (it has then cared for the
        children itself), or None to leave the element and go on with its children.

    Returns
    -------
    list or dict
        The new tree; unchanged parts are shared with the old one.
    """
    if isinstance(node, dict):
        content = node.get("c")
        if node.get("t") in LEAVES or content is None:
            return node
        new = _rewritten(content, handlers)
        return node if new is content else {**node, "c": new}
    out, changed = [], False
    for child in node:
        if isinstance(child, dict):
            kind = child.get("t", "")
            handler = handlers.get(kind)
            form_or_child = child["c"] if isinstance(kind, type) else child
            replacement = handler(form_or_child) if handler else None
            if replacement is not None:
                out += replacement
                changed = True
                continue
            if kind in LEAVES:
                out.append(child)
                continue
        elif not isinstance(child, list) or not child or isinstance(child[0], str):
            out.append(child)  # attributes, addresses and texts hold no elements
            continue
        new = rewrite(child, handlers)
        changed = changed or new is not child
        out.append(new)
    return out if changed else node


def _rewritten(content, handlers: Mapping[Any, Handler]):
    """Rewrite the lists in the content of an element: a list, or a form and its parts."""
    if isinstance(content, list):
        return rewrite(content, handlers)
    if isinstance(content, tuple):
        parts = tuple(_rewritten(part, handlers) for part in content)
        return content if all(a is b for a, b in zip(parts, content, strict=True)) else parts
    if not is_dataclass(content) or isinstance(content, type):
        return content
    old = {field.name: getattr(content, field.name) for field in fields(content)}
    new = {name: _rewritten(value, handlers) for name, value in old.items()}
    changes = {name: value for name, value in new.items() if value is not old[name]}
    return replace(content, **changes) if changes else content


def lists_in(content) -> Iterator[list]:
    """Give the lists of elements in a form and its parts, in document order."""
    if isinstance(content, list):
        yield content
    elif isinstance(content, tuple):
        for part in content:
            yield from lists_in(part)
    elif is_dataclass(content):
        for field in fields(content):
            yield from lists_in(getattr(content, field.name))


def before_first(opening: list, blocks: list) -> list:
    """Put inlines before the first words of blocks."""
    if blocks and blocks[0]["t"] in ("Para", "Plain"):
        return [para([*opening, SPACE, *blocks[0]["c"]]), *blocks[1:]]
    return [para(opening), *blocks]


def elements(node) -> Iterator[dict]:
    """All elements of a tree in document order."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if "t" in node:
                yield node
            node = None if node.get("t") in LEAVES else node.get("c")
            if not isinstance(node, list) and is_dataclass(node):
                waiting += reversed([*lists_in(node)])
                continue
        # a list that begins with a text is an attribute or an address: it holds no elements
        if isinstance(node, list) and node and not isinstance(node[0], str):
            waiting += reversed(node)


def plain_text(node) -> str:
    """Text of inlines or blocks, without formatting and without footnotes."""
    if isinstance(node, list):
        return "".join(plain_text(child) for child in node)
    if not isinstance(node, dict):
        return ""
    kind: str = node["t"]
    content: Any = node.get("c")
    if kind == "Str":
        return content
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return " "
    if kind in ("Code", "Math", "CodeBlock"):
        return content[1]
    if kind == "Quoted":
        marks = "‘’" if content[0]["t"] == "SingleQuote" else "“”"
        return marks[0] + plain_text(content[1]) + marks[1]
    if kind == "Cite":
        return plain_text(content[1])
    if kind in ("Note", "RawInline", "RawBlock") or content is None:
        return ""
    return "".join(map(plain_text, lists_in(content)))
