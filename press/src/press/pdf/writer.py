"""The printed thesis: a resolved book as a tagged PDF (PDF/UA-1; also PDF/A-2a if it is dated).

Pandoc turns the whole book into Typst in one call (:mod:`press.pdf.typst` has replaced what it
would lose), the ``typst`` wheel turns that into a PDF with its own fonts, so that the same book
gives the same bytes on every machine; the machine's are asked only for characters beyond those.
"""

import json
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from roman import toRoman

from press.document import pandoc, tree
from press.document.positions import line_of, refused_formula
from press.document.words import word
from press.ground.errors import RenderError
from press.pdf.labels import Labels
from press.pdf.math import restore
from press.pdf.nodes import MATH, TRIM, call, quoted, raw_block, text_argument
from press.pdf.typst import block_nodes, page_nodes

TEMPLATE = Path(__file__).parent / "templates" / "thesis.typ"
FOLDER = "_typst"  # of the sources, which exist in memory only, beside the project's own files
END_OF_PAGE = "\ue014"  # private use: separates the pages in what pandoc returns
PAPERS = {"letter": "us-letter", "legal": "us-legal", "executive": "us-executive"}
DEFAULT_TOC_DEPTH = 3
NOT_HERE = "pagebreaks are not allowed"
NO_GLYPH = "could not be displayed"  # Typst, of a character that no font has
LISTS = (("lof", "List of figures", "figure"), ("lot", "List of tables", "table"))
PANDOC_API = [1, 23, 1]


def write_pdf(book, root: Path, out: Path) -> None:
    """Write a book as a PDF.

    Parameters
    ----------
    book : press.document.pages.Book
        Resolved for the format "typst".
    root : Path
        Project root, to which the images in the book are relative.
    out : Path
        The PDF; its folder is made.

    Raises
    ------
    RenderError
        A formula that pandoc cannot read, an image that does not exist, or anything Typst
        refuses; names the chapter.
    """
    import typst

    sources = typst_sources(book, root)
    try:
        data = _compiled(sources, book, root)
    except typst.TypstError as error:
        if NO_GLYPH not in error.message:
            raise _explained(error, book, root) from error
        data = _compiled_with_any_font(sources, book, root)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(data)


def _compiled_with_any_font(sources: dict[str, str], book, root: Path) -> bytes:
    """Compile a book that depends on the fonts of the machine.

    A character that none of them has is named, as ``‹U+13000›``, and the book does not wait for it.
    """
    import typst

    while True:
        try:
            return _compiled(sources, book, root, system_fonts=True)
        except typst.TypstError as error:
            missing = _missing(error.diagnostic)
            if not any(text in source for text in missing for source in sources.values()):
                raise _explained(error, book, root) from error
            signs = ", ".join(map(_named, missing))
            print(f"warning: no font shows {signs}: the PDF names it so", file=sys.stderr)
            sources = {name: _with_names(text, missing) for name, text in sources.items()}


def _missing(diagnostic: str) -> list[str]:
    """Give the texts that no font shows, of Typst's complaints."""
    texts = re.findall(rf'text `"(.+?)"` {NO_GLYPH}', diagnostic)
    coded = re.compile(r"\\u\{(\w+)\}")
    return [coded.sub(lambda code: chr(int(code[1], 16)), text) for text in dict.fromkeys(texts)]


def _with_names(source: str, missing: list[str]) -> str:
    for text in missing:
        source = source.replace(text, _named(text))
    return source


def _named(text: str) -> str:
    return "".join(f"‹U+{ord(sign):04X}›" for sign in text)


def _compiled(sources: dict[str, str], book, root: Path, system_fonts: bool = False) -> bytes:
    import typst

    compiler: Any = typst  # its stubs do not know sources in memory
    with _drawing_fonts() as folder:
        return compiler.compile(
            {name: source.encode() for name, source in sources.items()},
            root=root,
            font_paths=typst.Fonts(include_system_fonts=system_fonts, font_paths=[folder]),
            pdf_standards=["ua-1", "a-2a"] if book.day else ["ua-1"],
            timestamp=0,
        )


@contextmanager
def _drawing_fonts() -> Iterator[Path]:
    """Give a folder of the fonts in which matplotlib, whose package has them, sets its text."""
    found = find_spec("matplotlib")
    assert found and found.origin, "it is a dependency"
    with TemporaryDirectory() as folder:
        for font in Path(found.origin).parent.glob("mpl-data/fonts/ttf/DejaVuSans*.ttf"):
            shutil.copy(font, folder)
        yield Path(folder)


def typst_sources(book, root: Path) -> dict[str, str]:
    """Typst sources by file name; the first is the one to compile.

    Parameters
    ----------
    book : press.document.pages.Book
    root : Path
        Project root.
    """
    labels = Labels(book.pages)
    untitled = tree.words(book.title)  # as on the website, for a page without a title of its own
    pages = [page if page.title else replace(page, title=untitled) for page in book.pages]
    parts = [page_nodes(page, labels, root, book.lang) for page in pages]
    parts.append(block_nodes(book.abstract or [], pages[0], labels, root))
    *chapters, abstract = _converted(parts, [*(p.source for p in pages), "_quarto.yml"], root)
    preamble = f'#import "/{FOLDER}/thesis.typ": *\n\n'
    sources = {"main.typ": preamble + _main(book, abstract)}
    sources[f"{FOLDER}/thesis.typ"] = TEMPLATE.read_text(encoding="utf-8")
    for page, chapter in zip(book.pages, chapters, strict=True):
        sources[_file_of(page)] = preamble + chapter
    return sources


def _file_of(page) -> str:
    return f"{FOLDER}/{page.source}.typ"


# ------------------------------------------------------------------------------------- pandoc


def _converted(parts: list[list], names: list[str], root: Path) -> list[str]:
    """Typst source of several lists of blocks, converted in one call of pandoc."""
    blocks = [block for part in parts for block in [*part, raw_block(END_OF_PAGE)]]
    document = {"pandoc-api-version": PANDOC_API, "meta": {}, "blocks": blocks}
    source = pandoc.convert(json.dumps(document), "json", "typst", ["--wrap=none"])
    *sources, _ = restore(re.sub(rf"\s*{TRIM}\s*", "", source)).split(END_OF_PAGE)
    for text, name in zip(sources, names, strict=True):
        _check_formulas(text, name, root)
    return [text.replace(MATH, "") for text in sources]


def _check_formulas(source: str, name: str, root: Path) -> None:
    refused = re.search(rf'#formula\("((?:[^"\\]|\\.)*)"[^\n]*?\[{MATH}\\\$', source)
    if refused:
        tex = refused[1].replace("\\\\", "\\").replace('\\"', '"')
        raise refused_formula(tex, name, root)


# ---------------------------------------------------------------------------------- main file


def _main(book, abstract: str) -> str:
    """Compose the main file: document properties, front matter, then the pages of the book."""
    front, body = _front_and_body(_with_parts(book.pages))
    opening = [page for page in front if page.kind == "index"]
    lines = [_document(book), "#show: front-matter", _title_page(book)]
    if abstract.strip():
        lines.append(f"#abstract({quoted(word(book.lang, 'Abstract'))})[\n{abstract}\n]")
    lines += _included(opening, book.lang)
    if book.options.get("toc", True):
        depth = str(book.options.get("toc-depth", DEFAULT_TOC_DEPTH))
        title = book.options.get("toc-title") or word(book.lang, "Contents")
        lines.append(call("contents", quoted(title), depth))
    for option, title, kind in LISTS:
        if book.options.get(option, True):
            own = (book.options.get("crossref") or {}).get(f"{option}-title")
            name = quoted(own or word(book.lang, title))
            lines.append(call("list-of-floats", name, quoted(kind)))
    lines += _included(front[len(opening) :], book.lang)
    lines += ["#pagebreak(weak: true)\n#show: main-matter", *_included(body, book.lang)]
    return "\n\n".join(lines) + "\n"


def _with_parts(pages) -> list:
    """Take the appendices' part from a book that has no other."""
    if any(page.part and page.kind != "appendix" for page in pages):
        return list(pages)
    return [replace(page, part=None) for page in pages]


def _front_and_body(pages) -> tuple[list, list]:
    """Pages before the first numbered chapter or part (roman page numbers), and the others."""
    starts = (i for i, page in enumerate(pages) if page.number is not None or page.part)
    start = next(starts, 0)
    return pages[:start], pages[start:]


def _included(pages, language: str) -> list[str]:
    """Inclusions of pages, with a page before each new part."""
    lines, count, part = [], 0, None
    for page in pages:
        if page.part and page.part != part:
            numbered = page.kind != "appendix"
            count += numbered
            number = quoted(f"{word(language, 'Part')} {toRoman(count)}") if numbered else None
            lines.append(call("part", quoted(page.part), number=number))
        part = page.part
        lines.append(f'#include "/{_file_of(page)}"')
    return lines


def _document(book) -> str:
    language, _, region = book.lang.partition("-")
    authors = "".join(f"{quoted(author['name'])}, " for author in book.authors)
    keywords = "".join(f"{quoted(word)}, " for word in _keywords(book.metadata))
    description = tree.plain_text(book.abstract or []).strip()
    paper = book.options.get("papersize", "a4")
    return call(
        "show: thesis.with",
        title=quoted(book.title),
        authors=f"({authors})",
        keywords=f"({keywords})",
        description=text_argument(description),
        date=_datetime(book.day) if book.day else None,
        language=quoted(language),
        region=text_argument(region.lower()),
        paper=quoted(PAPERS.get(paper, paper)),
        size=book.options.get("fontsize"),
    )


def _keywords(metadata: dict) -> list[str]:
    given = metadata.get("keywords") or metadata.get("book", {}).get("keywords") or []
    return [given] if isinstance(given, str) else [str(one) for one in given]


def _datetime(day: date) -> str:
    return f"datetime(year: {day.year}, month: {day.month}, day: {day.day})"


def _title_page(book) -> str:
    authors = "".join(
        f"(name: {quoted(author['name'])}, "
        f"affiliation: {text_argument(author.get('affiliation')) or 'none'}), "
        for author in book.authors
    )
    subtitle, dated = (text_argument(text) or "none" for text in (book.subtitle, book.date))
    return call("title-page", quoted(book.title), subtitle, f"({authors})", dated)


# ------------------------------------------------------------------------------------- errors


def _explained(error, book, root: Path) -> RenderError:
    """Name with Typst's complaint the chapter it is about and the piece of source it points at."""
    page = next((page for page in book.pages if f"{_file_of(page)}:" in error.diagnostic), None)
    too_wide = re.search(r"too wide: (.*?): (.*)", error.message)  # of the template
    if too_wide:
        return _too_wide(too_wide[1], too_wide[2], root)
    if page and NOT_HERE in error.message:
        return _break_inside(page.source, root)
    first, *_ = error.diagnostic.strip().split("\n\n")
    snippet = re.sub(rf"\S*{FOLDER}/", "", first)
    return RenderError(
        f"Typst refused the printed thesis\n{snippet}",
        file=page.source if page else None,
        rule="the PDF is tagged for screen readers (PDF/UA-1), so nothing in it may be missing",
        advice="; ".join(error.hints) or None,
    )


def _break_inside(source: str, root: Path) -> RenderError:
    found = (line_of(sign, root / source) for sign in ("< pagebreak >", "\\newpage", "\\clearpage"))
    return RenderError(
        "a page break inside of something",
        file=source,
        line=next(filter(None, found), None),
        rule="no page ends within a quotation, a list, a callout, a column, a table or a figure",
        advice="put the break before or after it",
    )


def _too_wide(source: str, name: str, root: Path) -> RenderError:
    return RenderError(
        f"the table '{name}' is too wide and too long for a page",
        file=source,
        line=line_of(name, root / source),
        rule="a table is set smaller, then turned; a number or a word in it never breaks",
        advice="show fewer columns or digits, exchange rows and columns, or put it into "
        "::: {.landscape}",
    )
