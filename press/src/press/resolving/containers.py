"""Divs that arrange what is in them: callouts, tabsets, columns, landscape, theorems, proofs."""

from press.book.options import nearest
from press.document import tree
from press.document.words import word
from press.resolving.context import Scope

CALLOUTS = {
    "callout-note": "Note",
    "callout-tip": "Tip",
    "callout-warning": "Warning",
    "callout-important": "Important",
    "callout-caution": "Caution",
}
THEOREMS = ("thm", "lem", "cor", "prp", "cnj", "def", "exm", "exr")
PROOFS = {"proof": "Proof", "remark": "Remark", "solution": "Solution"}


def callout(element: dict, scope: Scope) -> list:
    """Box with a title."""
    identifier, classes, _ = tree.attr_of(element)
    pairs, content = tree.pairs_of(element), element["c"][1]
    kind = next(name for name in classes if name in CALLOUTS)
    if "title" in pairs:
        title = scope.markdown_inlines(pairs["title"])
    elif content and content[0]["t"] == "Header":
        title, content = scope.resolve(content[0]["c"][2]), content[1:]
    else:
        title = tree.words(word(scope.language, CALLOUTS[kind]))
    parts = [
        tree.div([tree.plain(title)], classes=["callout-title"]),
        tree.div(scope.resolve(content), classes=["callout-body"]),
    ]
    kept = {"type": kind.removeprefix("callout-")}
    kept |= {name: pairs[name] for name in ("collapse", "appearance", "icon") if name in pairs}
    return [tree.div(parts, identifier, ["callout"], kept)]


def unknown_callout(element: dict, scope: Scope) -> list:
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
    level, tabs = content[0]["c"][0], []
    for block in content:
        if block["t"] == "Header" and block["c"][0] == level:
            tabs.append((scope.resolve(block["c"][2]), []))
        else:
            tabs[-1][1].append(block)
    made = [
        tree.div(
            [
                tree.div([tree.plain(title)], classes=["tab-title"]),
                tree.div(scope.resolve(blocks), classes=["tab-body"]),
            ],
            classes=["tab"],
        )
        for title, blocks in tabs
    ]
    return [tree.div(made, tree.identifier_of(element), ["tabset"])]


def columns(element: dict, scope: Scope) -> list:
    """Columns beside each other."""
    made = []
    for child in element["c"][1]:
        if not tree.is_div(child, "column"):
            scope.refuse(
                ".columns", "columns that hold something else than ::: {.column}",
                rule="everything inside ::: {.columns} stands in a ::: {.column}",
            )  # fmt: skip
        width = tree.pairs_of(child).get("width")
        pairs = {"width": width} if width else {}
        made.append(tree.div(scope.resolve(child["c"][1]), classes=["column"], pairs=pairs))
    return [tree.div(made, tree.identifier_of(element), ["columns"])]


def landscape(element: dict, scope: Scope) -> list:
    """Pages on their side."""
    return [tree.div(scope.resolve(element["c"][1]), classes=["landscape"])]


def theorem(element: dict, scope: Scope) -> list:
    """Theorem, definition, example...; the name is its heading or its ``name``."""
    identifier, classes, _ = tree.attr_of(element)
    pairs, content = tree.pairs_of(element), element["c"][1]
    name: list = []
    if content and content[0]["t"] == "Header":
        name, content = scope.resolve(content[0]["c"][2]), content[1:]
    elif "name" in pairs:
        name = scope.markdown_inlines(pairs["name"])
    title = tree.div([tree.plain(name)], classes=["theorem-name"])
    kind = identifier.partition("-")[0]
    parts = [title, *scope.resolve(content)]
    return [tree.div(parts, identifier, ["theorem", kind, *classes])]


def proof(element: dict, scope: Scope) -> list:
    """Proof, remark or solution: begins with its kind."""
    identifier, classes, _ = tree.attr_of(element)
    kind = next(name for name in classes if name in PROOFS)
    content = scope.resolve(element["c"][1])
    opening = [
        {"t": "Emph", "c": [tree.text(f"{word(scope.language, PROOFS[kind])}.")]},
        tree.SPACE,
    ]
    if content and content[0]["t"] in ("Para", "Plain"):
        content = [{"t": "Para", "c": opening + content[0]["c"]}, *content[1:]]
    else:
        content = [tree.para(opening[:1]), *content]
    return [tree.div(content, identifier, classes)]
