"""The website of a resolved book: a page per chapter, search, hover cards."""

from __future__ import annotations

import itertools
import json
import shutil
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from press.document.words import translations, word
from press.site import metadata
from press.site.files import SiteFiles, relative_url
from press.site.origins import DATA, Origins
from press.site.pages import WrittenPage, markdown_html, plain_text, write_pages
from press.site.search import search_entries
from press.site.splitting import is_separate, with_separate_pages

if TYPE_CHECKING:
    from press.document.pages import Book

HERE = Path(__file__).parent
LIBRARY = "site_libs"
INTERACTIVE = 'class="press-plotly"'
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SMALL_PLOTLY = "plotly-gl3d.min.js"
PLOTTED_BY_SMALL = {
    "scatter",
    "scatter3d",
    "surface",
    "isosurface",
    "volume",
    "mesh3d",
    "cone",
    "streamtube",
}
"""What the library for three dimensions draws, a third of the whole one."""


def write_site(
    book: Book, root: Path, out: Path, pdf: str | None = None, kept: dict | None = None
) -> None:
    """Write the website of a book.

    Parameters
    ----------
    book : Book
        Resolved for HTML.
    root : Path
        Folder of the project: images and linked files are copied from it.
    out : Path
        Folder to write to.
    pdf : str, optional
        Name of the book's PDF in `out`, to which the pages link.
    kept : dict, optional
        What an earlier call wrote to the same folder, see `press.site.pages.write_pages`.

    Raises
    ------
    InputError
        If a page shows or links to a file that does not exist.
    RenderError
        If a formula cannot be written as MathML.
    """
    book = with_separate_pages(book)
    out.mkdir(parents=True, exist_ok=True)
    memory = root / ".press" / "pandoc"
    files = SiteFiles(root, out, {page.href for page in book.pages} | _pdf_names(book))
    files.resources(_listed(book.metadata.get("project", {}).get("resources")))
    origins = Origins.of(book, root)
    written = write_pages(book, files, memory, origins, kept)
    _write_templates(book, written, origins, out, pdf, memory)
    _write_sitemap(book, written, out)
    _write_library(written, out, book.lang)


def _pdf_names(book: Book) -> set[str]:
    """Name the PDF that authors may link to, whether or not it is written this time."""
    name = book.metadata.get("book", {}).get("output-file")
    return {f"{name}.pdf"} if name else set()


def _listed(value) -> list:
    return [] if value is None else value if isinstance(value, list) else [value]


def _write_templates(
    book: Book,
    written: list[WrittenPage],
    origins: Origins,
    out: Path,
    pdf: str | None,
    memory: Path,
) -> None:
    """Put every page into the template and write it."""
    title = markdown_html(book.title, memory)
    site = {
        "book": book,
        "word": partial(word, book.lang),
        "title": title,
        "text_title": plain_text(title),
        "subtitle": markdown_html(book.subtitle or "", memory),
        "footers": [markdown_html(text, memory) for text in _footers(book)],
        "groups": _groups(written),
        "policy": metadata.POLICY,
        "address": metadata.address_of(book),
        "license": book.metadata.get("book", {}).get("license"),
        "data": origins.places.get(DATA),
        "plotly": _plotly_of(written)[0],
        "library_name": LIBRARY,
    }
    site["bibtex"] = metadata.bibtex(book, site["text_title"])
    template = _template("page.html")
    neighbours = zip([None, *written[:-1]], written, [*written[1:], None], strict=True)
    for before, page, after in neighbours:
        file = out / page.page.href
        file.parent.mkdir(parents=True, exist_ok=True)
        context = site | _page_context(book, site["text_title"], page, before, after, pdf)
        file.write_text(template.render(context), encoding="utf-8")
    (out / "404.html").write_text(_template("404.html").render(site), encoding="utf-8")


def _template(name: str):
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"html": Markup, "text": plain_text}
    return environment.get_template(name)


def _page_context(
    book: Book, text_title: str, written: WrittenPage, before, after, pdf: str | None
) -> dict:
    """Give what the template needs of one page; `url` leads from it to other files."""
    href = written.page.href
    title = plain_text(written.title) or text_title
    depth = int(book.options.get("toc-depth", 3)) if book.options.get("toc", True) else 0

    def url(target: str) -> str:
        return relative_url(target, href)

    return {
        "written": written,
        "page": written.page,
        "before": before,
        "after": after,
        "contents": _nested([h for h in written.headings if h.level <= depth]),
        "contents_title": book.options.get("toc-title") or word(book.lang, "On this page"),
        "interactive": INTERACTIVE in written.body,
        "pdf": pdf,
        "code": book.metadata.get("book", {}).get("repo-url"),
        "about": metadata.about(book, written.page, text_title, pdf),
        "graph": metadata.graph(book, written.page, title, text_title),
        "url": url,
        "library": url(LIBRARY),
    }


def _footers(book: Book) -> list[str]:
    """Read the page footer in Quarto's forms: one text, or texts for left, center, right."""
    footer = book.metadata.get("book", {}).get("page-footer") or ""
    if isinstance(footer, str):
        footer = {"left": footer}
    texts = (footer.get(side) for side in ("left", "center", "right"))
    return [text for text in texts if isinstance(text, str) and text]


def _groups(written: list[WrittenPage]) -> list[tuple[str | None, list[WrittenPage]]]:
    """Pages as the sidebar shows them: by part, in order, but for those made of another."""
    shown = (page for page in written if not is_separate(page.page))
    grouped = itertools.groupby(shown, key=lambda page: page.page.part)
    return [(part, list(pages)) for part, pages in grouped]


def _nested(headings: list) -> list[tuple]:
    """Headings as a tree: each with the list of those below it."""
    tree: list[tuple] = []
    for heading in headings:
        siblings = tree
        while siblings and siblings[-1][0].level < heading.level:
            siblings = siblings[-1][1]
        siblings.append((heading, []))
    return tree


def _write_library(written: list[WrittenPage], out: Path, language: str) -> None:
    """Write styles, scripts and the data that the scripts read.

    The data are scripts that set a variable, because a page opened as a file may not fetch others.
    """
    library = out / LIBRARY
    library.mkdir(exist_ok=True)
    shutil.copytree(HERE / "assets", library, copy_function=shutil.copyfile, dirs_exist_ok=True)
    _write_data(library / "words.js", "words", translations(language))
    entries = [entry for page in written for entry in search_entries(page.page)]
    _write_data(library / "search-data.js", "searchEntries", entries)
    cards = {
        identifier: {"page": page.page.href, "html": card}
        for page in written
        for identifier, card in page.cards.items()
    }
    _write_data(library / "card-data.js", "cards", cards)
    _write_data(library / "editions.js", "editions", [])  # those of a site of several books
    name, source = _plotly_of(written)
    if any(INTERACTIVE in page.body for page in written):
        shutil.copyfile(source, library / name)


def _plotly_of(written: list[WrittenPage]) -> tuple[str, Path]:
    """Choose the library that draws the interactive figures: the small one where it is enough."""
    kinds = set().union(*(page.plotted for page in written))
    if kinds <= PLOTTED_BY_SMALL:
        return SMALL_PLOTLY, HERE / "plotly" / SMALL_PLOTLY
    import plotly

    return "plotly.min.js", Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


def _write_sitemap(book: Book, written: list[WrittenPage], out: Path) -> None:
    """List the pages for search engines, where the address of the site is known."""
    address = metadata.address_of(book)
    if not address:
        return
    places = "".join(f"<url><loc>{escape(address + p.page.href)}</loc></url>\n" for p in written)
    text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{places}</urlset>\n'
    (out / "sitemap.xml").write_text(f"{XML}{text}", encoding="utf-8")


def _write_data(file: Path, name: str, value) -> None:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=0)
    file.write_text(f"window.{name} = {text};\n", encoding="utf-8")
