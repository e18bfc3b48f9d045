"""The website as a whole: addresses, links, valid pages, nothing from elsewhere."""

import dataclasses
import re
from urllib.parse import unquote, urlsplit

import pytest
from press.ground.errors import RenderError
from press.site.writer import write_site
from support.forms_in_markdown import placed
from support.websites import page

from press import InputError


def test_every_page_is_written_at_its_address(whole, pages):
    """One page per chapter, and no other."""
    assert set(pages) == {page.href for page in whole.pages}


def test_identifiers_are_unique(pages):
    """No identifier stands twice on a page."""
    for href, soup in pages.items():
        identifiers = [tag["id"] for tag in soup.select("[id]")]
        assert len(identifiers) == len(set(identifiers)), href


def test_links_and_anchors_resolve(site, pages):
    """Every local address leads to a file of the site, and to an anchor that is there."""
    for href, soup in pages.items():
        for tag, name in [(t, n) for n in ("href", "src") for t in soup.select(f"[{n}]")]:
            url = urlsplit(tag[name])
            if url.scheme:
                continue
            path = (site / href).parent / unquote(url.path) if url.path else site / href
            assert path.resolve().is_file(), f"{href}: {tag[name]}"
            if url.fragment:
                target = pages[path.resolve().relative_to(site.resolve()).as_posix()]
                assert target.find(id=unquote(url.fragment)), f"{href}: {tag[name]}"


def test_nothing_is_loaded_from_elsewhere(site, pages):
    """No page, style sheet or script of ours fetches an address with a host."""
    for soup in pages.values():
        loading = soup.select("[src], link[href], source[srcset], object[data], iframe, style")
        for tag in loading:
            assert not urlsplit(tag.get("src") or tag.get("href") or "").netloc, tag
    for asset in (site / "site_libs").iterdir():
        if asset.suffix == ".css":
            loaded = re.findall(r"url\(([^)]*)|(@import)", asset.read_text())
            assert all((site / "site_libs" / name.strip('"')).is_file() for name, _ in loaded)
    badge = pages["chapters/one.html"].find("a", href="https://example.org/badge.svg")
    assert badge.get_text() == "Badge"


def test_valid_nesting(site):
    """Tags close in the order in which they open, and no block stands inside a paragraph."""
    from html.parser import HTMLParser

    void = {"meta", "link", "img", "br", "hr", "input", "col", "path", "circle", "rect"}
    blocks = {"div", "p", "figure", "figcaption", "table", "details", "section", "ul", "ol", "pre"}

    class Nesting(HTMLParser):
        def __init__(self):
            super().__init__()
            self.open = []

        def handle_starttag(self, tag, attrs):
            assert not (tag in blocks and "p" in self.open), f"<{tag}> in a paragraph"
            assert not (tag == "a" and "a" in self.open), "a link inside a link"
            if tag not in void:
                self.open.append(tag)

        def handle_startendtag(self, tag, attrs):
            pass

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

    for file in site.rglob("*.html"):
        parser = Nesting()
        parser.feed(file.read_text())
        assert parser.open == []


def test_no_marks_are_left(site):
    """The comments by which pieces are found do not reach the reader."""
    assert not [f for f in site.rglob("*.html") if "<!--" in f.read_text()]


@pytest.mark.parametrize(
    "markdown", ["[x](missing.csv)", "![x](/missing.svg)", "[x](../../outside.txt)"]
)
def test_missing_files_are_named(whole, folder, tmp_path, markdown):
    """A link or image that leads nowhere stops the render with the page and the path."""
    broken = page("chapters/one.html", "chapter", "1", "One", placed(markdown))
    with pytest.raises(InputError, match="no file of the project") as error:
        write_site(dataclasses.replace(whole, pages=(broken,)), folder, tmp_path / "out")
    assert error.value.file == "chapters/one.qmd"


def test_formulas_that_cannot_be_written_are_errors(whole, folder, tmp_path):
    """TeX that MathML cannot hold is not shown raw."""
    broken = page("chapters/one.html", "chapter", "1", "One", placed(r"$\nosuchcommand{x}$"))
    with pytest.raises(RenderError, match="nosuchcommand"):
        write_site(dataclasses.replace(whole, pages=(broken,)), folder, tmp_path / "out")


def test_the_pdf_may_be_linked_to_before_it_is_written(whole, folder, tmp_path):
    """An author's link to the book's PDF is no dead end, also where only the site is written."""
    linking = page("index.html", "index", None, "", placed("[print](thesis.pdf)"))
    metadata = {"book": {"output-file": "thesis"}}
    write_site(
        dataclasses.replace(whole, pages=(linking,), metadata=metadata), folder, tmp_path / "out"
    )
    assert 'href="thesis.pdf"' in (tmp_path / "out" / "index.html").read_text()
