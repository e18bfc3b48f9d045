"""What stands around the text of a page: title, sidebar, foot; headings and colours."""

import re
from pathlib import PurePosixPath

import pytest
from bs4 import BeautifulSoup
from press.document.pages import Book, Page
from press.site.writer import write_site


def test_titles_have_their_numbers(pages):
    """Chapters `1 One`, appendices `Appendix A — More`, the index the book's title."""
    titles = {
        href: soup.select_one("h1.title").get_text(" ", strip=True) for href, soup in pages.items()
    }
    assert titles["chapters/one.html"].startswith("1 One")
    assert titles["chapters/more.html"] == "Appendix A — More"
    assert pages["index.html"].select_one("h1.title").get_text() == "On Li+"
    assert pages["index.html"].title.get_text() == "On Li+"
    assert pages["chapters/more.html"].title.get_text() == "Appendix A — More – On Li+"


def test_sidebar_lists_parts_and_chapters_in_order(pages):
    """The same entries on every page, the current one marked."""
    for href, soup in pages.items():
        entries = soup.select("#quarto-sidebar .sidebar-item-text, #quarto-sidebar .menu-text")
        texts = [" ".join(e.get_text().split()) for e in entries]
        assert [t for t in texts if "One" not in t] == [
            "Preface", "First part", "References", "Appendices", "A More"
        ]  # fmt: skip
        current = soup.select("#quarto-sidebar a[aria-current=page]")
        assert [PurePosixPath(a["href"]).name for a in current] == [PurePosixPath(href).name]


def test_headings_are_in_order(pages):
    """No level is left out on the way down."""
    for href, soup in pages.items():
        levels = [int(h.name[1]) for h in soup.select("main :is(h1, h2, h3, h4, h5, h6)")]
        assert levels[0] == 1
        assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False)), href


def test_the_foot(pages):
    """It says what the book's metadata say, and the commit."""
    foot = pages["index.html"].select_one("footer.site-footer")
    assert foot.p.decode_contents() == "The <em>foot</em>"
    assert "0123456789ab" in foot.get_text()


def test_a_book_of_a_title_alone(tmp_path):
    """No author, date, abstract, text or title of the preface: still a page."""
    only = Page("index.qmd", "index.html", "index", None, [], "", None, [])
    bare = Book("Bare", None, (), None, None, "en", (only,), {}, {}, {}, None)
    write_site(bare, tmp_path, tmp_path / "out")
    soup = BeautifulSoup((tmp_path / "out" / "index.html").read_text(), "lxml")
    assert soup.select_one("h1").get_text() == "Bare"
    assert len(soup.select("h1")) == 1


def luminance(colour):
    """Compute the relative luminance of `#rrggbb` as WCAG 2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("ink", ["ink", "muted", "accent"])
@pytest.mark.parametrize("ground", ["paper", "surface", "raised", "accent-wash"])
def test_text_has_enough_contrast(site, theme, ink, ground):
    """Every colour of text on every ground has a contrast of at least 4.5, light and dark."""
    css = (site / "site_libs" / "base.css").read_text()
    tokens = dict(re.findall(r"--([\w-]+): light-dark\((.*?)\);", css))
    dark, light = sorted(luminance(tokens[n].split(", ")[theme]) for n in (ink, ground))
    assert (light + 0.05) / (dark + 0.05) >= 4.5
