"""A small book in the form that the website's writer takes, and its website."""

import pytest
from bs4 import BeautifulSoup
from press.site.writer import write_site
from support import websites


@pytest.fixture(scope="session")
def whole():
    """Make a small book with one of everything."""
    return websites.whole_book()


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Make the project folder that the book's files lie in."""
    folder = tmp_path_factory.mktemp("project")
    for name, text in websites.FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="session")
def site(whole, folder):
    """Write the website of the book."""
    out = folder / "_book"
    write_site(whole, folder, out, pdf="thesis.pdf")
    (out / "thesis.pdf").write_bytes(b"%PDF")
    return out


@pytest.fixture(scope="session")
def pages(site):
    """Parse the pages: address -> what it holds."""
    files = sorted(set(site.rglob("*.html")) - {site / "404.html"})
    return {f.relative_to(site).as_posix(): BeautifulSoup(f.read_text(), "lxml") for f in files}
