"""What the search and the cards of references know."""

import dataclasses

import pytest
from press.document import tree
from press.document.forms import Callout, Equation, Proof, Reference, Section, Theorem
from press.site.writer import write_site
from support.forms_in_markdown import inlines, placed
from support.websites import data_of, page


def test_search_knows_every_heading_and_text(whole, site, pages):
    """Each heading is an entry that leads to it; the text is found under its heading."""
    entries = data_of(site, "search-data.js")
    sections = {entry["href"]: entry["section"] for entry in entries}
    for href, soup in pages.items():
        for heading in soup.select("main :is(h2, h3, h4)[id]"):
            assert sections[f"{href}#{heading['id']}"] == " ".join(heading.get_text().split())
    assert {entry["title"] for entry in entries} == {
        " ".join([*filter(None, [p.number]), tree.plain_text(p.title)]) for p in whole.pages
    }
    found = [e["href"] for e in entries if "Body of the callout" in e["text"]]
    assert found == ["chapters/one.html#deep"]


def test_cards_hold_what_other_pages_refer_to(site):
    """Floats, entries and titles that a link of another page leads to."""
    cards = data_of(site, "card-data.js")
    assert set(cards) == {"tbl-t", "sec-one", "ref-knuth1984", "ref-lamport1986"}
    assert cards["tbl-t"]["page"] == "chapters/more.html"
    assert "<figcaption>" in cards["tbl-t"]["html"]
    assert "<!--" not in cards["tbl-t"]["html"]


@pytest.mark.parametrize(
    "form",
    [
        Theorem("thm", "x", inlines("Theorem 1"), placed("Text.")),
        Proof("proof", placed("Text."), "x"),
        Callout("tip", inlines("Tip"), placed("Text."), "x"),
        Equation("x", inlines("$$a$$"), "1"),
        Section(2, inlines("Text."), "x"),
    ],
    ids=lambda form: type(form).__name__,
)
def test_everything_with_a_reference_has_a_card(whole, folder, tmp_path, form):
    """What another page refers to is in the cards, whatever it is."""
    there = Reference(inlines("there"), "one.html#x", "x")
    first = page("index.html", "index", None, "", placed("[]{.there}", there=there))
    content = [tree.para([tree.node(form)])] if isinstance(form, Equation) else [tree.node(form)]
    second = page("one.html", "chapter", "1", "One", content)
    write_site(dataclasses.replace(whole, pages=(first, second)), folder, tmp_path / "out")
    card = data_of(tmp_path / "out", "card-data.js")["x"]
    assert card["page"] == "one.html"
    assert "Text." in card["html"] or "<math" in card["html"]
