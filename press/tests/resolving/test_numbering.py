"""Numbers of whole books."""

from hypothesis import given, settings
from hypothesis import strategies as st
from press.book.qmd import parse_text
from press.document import tree
from press.document.forms import Equation, Float, Theorem
from press.document.pages import Page
from press.resolving.numbering import LABEL, Style, number

PARTS = st.lists(st.sampled_from(["fig", "tbl", "eq", "lst", "thm", "h2", "h3"]), max_size=8)


def block(kind: str, label: str) -> dict:
    """Make a construct with a label, before numbering."""
    if kind in ("h2", "h3"):
        return tree.header(int(kind[1]), [tree.text("Title")], label)
    if kind == "eq":
        math = {"t": "Math", "c": [{"t": "DisplayMath"}, "x"]}
        return tree.para([tree.node(Equation(label, [math]))])
    if kind == "thm":
        return tree.node(Theorem("thm", label, [], []))
    names = {"fig": "figure", "tbl": "table", "lst": "listing"}
    return tree.node(Float(names[kind], label, [tree.para([tree.text("body")])], [], False))


@settings(max_examples=60)
@given(st.lists(PARTS, min_size=1, max_size=4))
def test_numbering_is_a_bijection(chapters):
    """Each label has one number and no two of a kind share one; numbers follow the book."""
    pages, sources = [], {}
    for position, kinds in enumerate(chapters, start=1):
        source = f"{position}.qmd"
        blocks = []
        for place, kind in enumerate(kinds):
            prefix = "sec" if kind.startswith("h") else kind
            blocks.append(block(kind, f"{prefix}-{position}-{place}"))
        title, href = [tree.text("T")], f"{position}.html"
        pages.append(
            Page(source, href, "chapter", str(position), title, f"sec-{position}", None, blocks)
        )
        sources[source] = parse_text("", source)
    numbered, index = number(pages, sources, Style({}))
    labels = {name for name in index if LABEL.match(name)}
    kinds = [kind for kinds in chapters for kind in kinds]
    assert len(labels) == len(kinds) + len(chapters)
    shown = [(index[name].kind, index[name].number) for name in labels]
    assert len(set(shown)) == len(shown)
    for kind in ("fig", "tbl", "eq"):
        found = [
            tuple(map(int, e["c"].number.split(".")))
            for e in tree.elements([page.blocks for page in numbered])
            if e["t"] in (Float, Equation) and e["c"].identifier.startswith(f"{kind}-")
        ]
        assert found == sorted(found)
        assert [c for c, _ in found] == [
            c for c, ks in enumerate(chapters, start=1) for k in ks if k == kind
        ]
