"""Pages that are made of one."""

from dataclasses import replace

from bs4 import BeautifulSoup
from press.document import tree
from press.document.forms import InternalLink, Provenance, Section
from press.site.search import search_entries
from press.site.splitting import with_separate_pages
from press.site.writer import write_site
from support.forms_in_markdown import inlines, placed
from support.websites import page, whole_book

LINK = InternalLink(inlines("the speed"), "api.html#api-lab-speed", "api-lab-speed")
HOME = InternalLink(inlines("up"), "#sec-api", "sec-api")
API = [
    *placed("All of it."),
    tree.div(
        [
            tree.node(Section(2, inlines("lab"), "api-lab")),
            *placed("What is measured. []{.home}", home=HOME),
            tree.node(Section(3, inlines("`speed`"), "api-lab-speed")),
            *placed("Divide."),
            tree.node(Section(2, inlines("shop"), "api-shop")),
            *placed("What is made."),
        ],
        classes=["separate-pages"],
    ),
]
ORIGIN = tree.node(
    Provenance(placed('Computed by `lab.speed`, windows `cg sha256:ab…`{title="cg sha256:abcd"}'))
)


def book():
    """Make a book with an appendix that falls into pages."""
    whole = whole_book()
    front, one, *rest = whole.pages
    one = replace(one, blocks=[*one.blocks, ORIGIN, *placed("[]{.link}", link=LINK)])
    api = page("chapters/api.html", "appendix", "B", "Functions", API, "Appendices")
    return replace(whole, pages=(front, one, *rest, api))


def test_each_section_gets_a_page():
    """The page they stood on lists them with their first paragraph."""
    pages = {page.href: page for page in with_separate_pages(book()).pages}
    assert {"chapters/api.html", "chapters/api-lab.html", "chapters/api-shop.html"} <= set(pages)
    assert "lab: What is measured." in tree.plain_text(pages["chapters/api.html"].blocks)
    assert "Divide." in tree.plain_text(pages["chapters/api-lab.html"].blocks)
    assert "What is made." not in tree.plain_text(pages["chapters/api-lab.html"].blocks)


def test_what_led_to_a_section_leads_to_its_page():
    """From other pages, and back to the rest of the page."""
    pages = {page.href: page for page in with_separate_pages(book()).pages}
    urls = [
        node["c"].url
        for node in tree.elements([page.blocks for page in pages.values()])
        if node["t"] is InternalLink
    ]
    assert "api-lab.html#api-lab-speed" in urls and "api.html#sec-api" in urls


def test_functions_are_found_by_their_qualified_names():
    """A section of a page of its own is called by both titles."""
    pages = {page.href: page for page in with_separate_pages(book()).pages}
    names = [entry["section"] for entry in search_entries(pages["chapters/api-lab.html"])]
    assert names == ["", "lab.speed"]


def test_provenance_leads_to_functions_and_data(folder, tmp_path):
    """The function to its entry, the data to the section on data."""
    write_site(book(), folder, tmp_path)
    soup = BeautifulSoup((tmp_path / "chapters/one.html").read_text(), "lxml")
    *_, line = soup.select(".provenance")
    assert [link["href"] for link in line.select("a")] == [
        "api-lab.html#api-lab-speed",
        "one.html#sec-data",
    ]
    current = BeautifulSoup((tmp_path / "chapters/api-lab.html").read_text(), "lxml")
    assert current.select_one(".sidebar-pages [aria-current]").get_text(strip=True) == "BFunctions"
