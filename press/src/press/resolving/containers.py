"""Divs that arrange what is in them: callouts, tabsets, columns, landscape, theorems, proofs."""

from typing import NoReturn

from press.book.options import nearest
from press.document import tree
from press.document.forms import Callout, Column, Columns, Landscape, Proof, Tab, Tabset, Theorem
from press.document.words import word
from press.resolving.context import Scope

CALLOUTS = {
    "callout-note": "Note",
    "callout-tip": "Tip",
    "callout-warning": "Warning",
    "callout-important": "Important",
    "callout-caution": "Caution",
}
THEOREMS = ("thm", "lem", "cor", "prp", "cnj", "def", "exm", "exr", "rem", "sol", "alg")
PROOFS = {"proof": "Proof", "remark": "Remark", "solution": "Solution"}


def callout(element: dict, scope: Scope) -> list:
    """Box with a title."""
    identifier, classes, _ = tree.attr_of(element)
    pairs = tree.pairs_of(element)
    kind = next(name for name in classes if name in CALLOUTS)
    title, content = _titled(element["c"][1], pairs.get("title"), scope)
    made = Callout(
        kind.removeprefix("callout-"),
        title or tree.words(word(scope.language, CALLOUTS[kind])),
        scope.resolve(content),
        identifier,
        pairs["collapse"] == "true" if "collapse" in pairs else None,
    )
    return [tree.node(made)]


def _titled(content: list, given: str | None, scope: Scope) -> tuple[list, list]:
    """Separate a title from the blocks below: as an attribute, or else the first heading."""
    if given is not None:
        return scope.markdown_inlines(given), content
    if content and content[0]["t"] == "Header":
        return scope.resolve(content[0]["c"][2]), content[1:]
    return [], content


def unknown_callout(element: dict, scope: Scope) -> NoReturn:
    """Refuse a callout of a kind that does not exist."""
    name = next(name for name in tree.classes_of(element) if name.startswith("callout-"))
    close = nearest(name, CALLOUTS)
    scope.refuse(
        name, f"unknown callout '.{name}'", rule=f"known: {', '.join(CALLOUTS)}",
        advice=f"did you mean '.{close}'?" if close else None,
    )  # fmt: skip


def tabset(element: dict, scope: Scope) -> list:
    """Tabs, one for each heading of the first heading's level."""
    content = element["c"][1]
    if not content or content[0]["t"] != "Header":
        scope.refuse(
            "panel-tabset", "a tabset that does not begin with a heading",
            rule="each tab begins with a heading, which is its title",
        )  # fmt: skip
    level = content[0]["c"][0]
    tabs: list[tuple[list, list]] = []
    for block in content:
        if block["t"] == "Header" and block["c"][0] == level:
            tabs.append((scope.resolve(block["c"][2]), []))
        else:
            tabs[-1][1].append(block)
    made = tuple(Tab(title, scope.resolve(blocks)) for title, blocks in tabs)
    return [tree.node(Tabset(made, tree.identifier_of(element)))]


def columns(element: dict, scope: Scope) -> list:
    """Columns beside each other."""
    made = []
    for child in element["c"][1]:
        if not tree.is_div(child, "column"):
            scope.refuse(
                ".columns", "columns that hold something else than ::: {.column}",
                rule="everything inside ::: {.columns} stands in a ::: {.column}",
            )  # fmt: skip
        made.append(Column(tree.pairs_of(child).get("width"), scope.resolve(child["c"][1])))
    return [tree.node(Columns(tuple(made), tree.identifier_of(element)))]


def landscape(element: dict, scope: Scope) -> list:
    """Pages on their side."""
    return [tree.node(Landscape(scope.resolve(element["c"][1])))]


def theorem(element: dict, scope: Scope) -> list:
    """Theorem, definition, example...; the name is its ``name`` or its heading."""
    identifier, classes, _ = tree.attr_of(element)
    name, content = _titled(element["c"][1], tree.pairs_of(element).get("name"), scope)
    kind = identifier.partition("-")[0]
    return [tree.node(Theorem(kind, identifier, name, scope.resolve(content), tuple(classes)))]


def proof(element: dict, scope: Scope) -> list:
    """Proof, remark or solution: begins with its kind, and with its name if it has one."""
    identifier, classes, _ = tree.attr_of(element)
    kind = next(name for name in classes if name in PROOFS)
    name, content = _titled(element["c"][1], tree.pairs_of(element).get("name"), scope)
    named = [tree.SPACE, tree.text("("), *name, tree.text(")")] if name else []
    opening = [tree.text(word(scope.language, PROOFS[kind])), *named, tree.text(".")]
    content = tree.before_first([{"t": "Emph", "c": opening}], scope.resolve(content))
    own = tuple(name for name in classes if name != kind)
    return [tree.node(Proof(kind, content, identifier, own))]
