"""What pages say of themselves."""

import datetime
from dataclasses import replace

from press.site import metadata
from press.site.writer import write_site
from support.websites import whole_book


def published():
    """Make the book with an address, a picture, a licence and a repository."""
    book = whole_book()
    said = {"site-url": "https://example.org/t", "image": "chapters/disc.svg", "license": "MIT"}
    said |= {"repo-url": "https://example.org/code"}
    return replace(book, metadata={"book": said}, day=datetime.date(2026, 11, 22))


def test_a_citation_names_the_book():
    """Author, title, year, address and commit, under a key that can be typed."""
    assert metadata.bibtex(published(), "On Lithium") == "\n".join(
        [
            "@misc{authors2026lithium,",
            "  author = {The authors},",
            "  title = {{On Lithium}},",
            "  year = {2026},",
            "  url = {https://example.org/t/},",
            "  note = {Commit 0123456789abcdef},",
            "}",
        ]
    )


def test_a_page_is_found_and_cited(folder, tmp_path):
    """Description, canonical address, Open Graph, tags of citation, a map of the site."""
    write_site(published(), folder, tmp_path, pdf="thesis.pdf")
    index = (tmp_path / "index.html").read_text()
    for said in (
        '<link rel="canonical" href="https://example.org/t/index.html">',
        '<meta property="og:image" content="https://example.org/t/chapters/disc.svg">',
        '<meta name="citation_publication_date" content="2026/11/22">',
        '<meta name="citation_pdf_url" content="https://example.org/t/thesis.pdf">',
        '<meta name="description" content="Read Chapter 1,',
        'href="https://example.org/code">Source code</a>',
        "License: MIT",
    ):
        assert said in index
    sitemap = (tmp_path / "sitemap.xml").read_text()
    assert "<loc>https://example.org/t/chapters/one.html</loc>" in sitemap
    assert "There is no such page" in (tmp_path / "404.html").read_text()


def test_nothing_is_claimed_without_an_address(site):
    """A book that nobody published has no canonical address and no map."""
    assert "canonical" not in (site / "index.html").read_text()
    assert not (site / "sitemap.xml").exists()


def test_no_page_may_connect_to_another_host(pages):
    """Each says so to the browser: only itself, files beside it, and data in it."""
    for soup in pages.values():
        policy = soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
        sources = {word for part in policy.split("; ") for word in part.split()[1:]}
        allowed = {
            "'self'",
            "file:",
            "data:",
            "blob:",
            "'unsafe-inline'",
            "'unsafe-eval'",
            "'none'",
        }
        assert sources <= allowed
