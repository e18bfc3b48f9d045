"""From executed chapters to the resolved book of one format."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

from press.book.project import Item, Project
from press.book.qmd import Chapter
from press.document import dates, pandoc, tree
from press.document.pages import Book, Page
from press.document.words import word
from press.execution.executions import Execution
from press.ground.errors import InputError, TextError, refuse
from press.resolving import citations, constructs, crossref, footnotes, numbering, shortcodes
from press.resolving.compose import compose
from press.resolving.context import Scope

MEMORY = Path(".press") / "pandoc"
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
GOOD_SCHEMES = ("http", "https", "mailto")


def resolve(
    project: Project,
    chapters: dict[str, Chapter],
    executions: dict[str, Execution],
    format_name: str,
    kept: dict | None = None,
) -> Book:
    """Resolve a book for one format.

    Parameters
    ----------
    project : Project
        The book.
    chapters : dict
        Source -> chapter.
    executions : dict
        Source -> what executing the chapter gave.
    format_name : str
        ``"html"`` or ``"typst"``; conditional content differs, so the numbers may.
    kept : dict, optional
        The chapters of the call before, and then of this one: what is as it was is not read again.

    Returns
    -------
    Book
        Complete: numbered, linked, cited.

    Raises
    ------
    InputError
        A construct, reference, link or citation cannot be resolved.
    """
    memory = project.root / MEMORY
    project = project.in_format(format_name)
    pages, problems = linked(project, chapters, executions, format_name, kept)
    refuse(problems)
    if not numbering.Style.of(project, format_name).sections:
        pages = [replace(page, number=None) for page in pages]
    pages, bibliography = citations.cite(pages, chapters, project, memory)
    works = {f"the work '{key}'": blocks for key, blocks in bibliography.items()}
    shown = {page.source: page.blocks for page in pages} | works
    refuse([problem for place, blocks in shown.items() for problem in _bad_links(place, blocks)])
    return _book(project, chapters, pages, bibliography, format_name, memory)


def _bad_links(place: str, blocks: list) -> Iterator[InputError]:
    """Find links that do something else than lead to a page, a letter or a file of the book."""
    for element in tree.elements(blocks):
        url = element["c"][2][0] if element["t"] == "Link" else ""
        scheme = SCHEME.match(re.sub(r"[\x00-\x20]", "", url))  # as browsers read it
        if scheme and scheme[1].lower() not in GOOD_SCHEMES:
            yield InputError(
                f"a link leads to {url!r}",
                file=place,
                rule=f"links are {', '.join(GOOD_SCHEMES)}, or lead to files of the book",
                advice="correct it where it is written: in the text, the bibliography or the data",
            )


def linked(
    project: Project,
    chapters: dict[str, Chapter],
    executions: dict[str, Execution],
    format_name: str,
    kept: dict | None = None,
) -> tuple[list[Page], list[InputError]]:
    """Resolve everything but the citations; the parameters are those of `resolve`.

    Returns
    -------
    tuple
        The pages, and the references and links that lead nowhere.

    Raises
    ------
    InputError
        A construct cannot be resolved.
    """
    style = numbering.Style.of(project, format_name)
    counter = _ChapterNumbers()
    kept = {} if kept is None else kept
    pages = []
    for item in project.items:
        chapter, execution = chapters[item.source], executions[item.source]
        scope = Scope(project, chapter, format_name, project.root / MEMORY, constructs.handlers)
        origin = (project, chapter, execution.record)
        if kept.get(item.source, (None,))[0] != origin:
            kept[item.source] = origin, scope.resolve(_blocks(scope, execution))
        pages.append(_page(item, chapter, kept[item.source][1], scope, counter))
    pages = _with_part_titles(pages)
    pages, index = numbering.number(pages, chapters, style)
    unexecuted = [source for source, each in executions.items() if each.values and not each.record]
    return crossref.link(pages, index, chapters, style, format_name, unexecuted)


def _blocks(scope: Scope, execution: Execution) -> list:
    """Read a chapter, with what its cells showed, into pandoc's blocks."""
    chapter = scope.chapter
    text = compose(scope.project, chapter, execution, scope.format)
    warned = partial(footnotes.refuse_warned, text, chapter)
    blocks = pandoc.to_blocks(text, scope.memory, warned)
    footnotes.refuse_undefined(blocks, chapter)
    return blocks


class _ChapterNumbers:
    """Counts chapters and appendices."""

    def __init__(self):
        self.chapters = self.appendices = 0

    def next(self, appendix: bool) -> str:
        if appendix:
            self.appendices += 1
            return numbering.written(self.appendices, "alpha A")
        self.chapters += 1
        return str(self.chapters)


def _page(item: Item, chapter: Chapter, blocks: list, scope: Scope, counter) -> Page:
    title, identifier, classes, blocks = _title(item, chapter, blocks, scope)
    numbered = "unnumbered" not in classes and chapter.front.get("number-sections") is not False
    is_index = item.source.startswith("index.")
    if is_index and not title:
        numbered = False
    _refuse_second_title(chapter, blocks, numbered)
    number = counter.next(item.appendix) if numbered else None
    kind = "index" if is_index else "unnumbered"
    if numbered and not is_index:
        kind = "appendix" if item.appendix else "chapter"
    href = str(Path(item.source).with_suffix(".html").as_posix())
    part = word(scope.language, item.part) if item.appendix and item.part else item.part
    blocks = [*_subtitle(chapter, is_index, scope), *blocks]
    return Page(item.source, href, kind, number, title, identifier, part, blocks)


def _subtitle(chapter: Chapter, is_index: bool, scope: Scope) -> list:
    """Subtitle of a chapter; that of the first page is the book's."""
    said = chapter.front.get("subtitle")
    if is_index or not said:
        return []
    text = shortcodes.expand_option(said, chapter, scope.project)
    inlines = [{"t": "Emph", "c": scope.markdown_inlines(text)}]
    return [tree.div([tree.para(inlines)], classes=["subtitle"])]


def _title(item: Item, chapter: Chapter, blocks: list, scope: Scope):
    """Separate the title from the blocks: the first heading, or the front matter's title."""
    if "title" in chapter.front:
        said = shortcodes.expand_option(chapter.front["title"], chapter, scope.project)
        heading = f"# {' '.join(said.split())}"  # may have attributes
        _, [identifier, classes, _], title = pandoc.to_blocks(heading, scope.memory)[0]["c"]
        return scope.resolve(title), identifier, classes, blocks
    for position, block in enumerate(blocks):
        if block["t"] == "Header" and block["c"][0] == 1:
            _, [identifier, classes, _], title = block["c"]
            return title, identifier, classes, blocks[:position] + blocks[position + 1 :]
        if block["t"] not in ("RawBlock", "Div"):
            break
    if item.source.startswith("index."):
        return [], "", ["unnumbered"], blocks
    prints = any(cell.options.get("output") == "asis" for cell in chapter.cells)
    raise (InputError if prints else TextError)(
        "the chapter has no title",
        file=chapter.source,
        line=1,
        rule="a chapter begins with '# Title {#sec-name}', or has 'title:' in its front matter",
    )


def _refuse_second_title(chapter: Chapter, blocks: list, numbered: bool) -> None:
    for block in blocks:
        if block["t"] == "Header" and block["c"][0] == 1 and numbered:
            if "unnumbered" in tree.classes_of(block):
                continue
            text = tree.plain_text(block["c"][2])
            raise TextError(
                f"a second heading of level 1, '{text}'", **chapter.locate(f"# {text}"),
                rule="a chapter has one, which is its title",
                advice="write '## ' for a section, or make it a chapter of its own",
            )  # fmt: skip


def _with_part_titles(pages: list[Page]) -> list[Page]:
    """Give parts that are named by a file the title of that file."""
    titles = {page.source: tree.plain_text(page.title) for page in pages}
    return [replace(page, part=titles.get(page.part or "", page.part)) for page in pages]


def slug(text: str) -> str:
    """Make the identifier that pandoc gives to a heading.

    Examples
    --------
    >>> slug("Data & methods, part 2")
    'data-methods-part-2'
    """
    kept = re.sub(r"[^\w\s.-]", "", text.lower())
    return re.sub(r"^[^a-z]+", "", re.sub(r"\s+", "-", kept.strip())) or "section"


def _book(project, chapters, pages, bibliography, format_name, memory) -> Book:
    said = project.book
    first = chapters[project.items[0].source]

    def named(name: str):
        found = said.get(name, project.config.get(name, first.front.get(name)))
        is_text = isinstance(found, str)
        return shortcodes.expand_option(found, first, project) if is_text else found

    abstract, language = named("abstract"), str(project.config.get("lang", "en"))
    day = _day(named("date"), project)
    return Book(
        title=plain(str(named("title") or "Untitled"), memory),
        subtitle=plain(str(named("subtitle")), memory) if named("subtitle") else None,
        authors=tuple(_authors(named("author"))),
        date=_date(named("date"), day, named("date-format"), language),
        abstract=pandoc.to_blocks(str(abstract), memory) if abstract else None,
        lang=language,
        pages=tuple(pages),
        bibliography=bibliography,
        options=project.format_options(format_name),
        metadata=project.config,
        commit=commit(project.root),
        day=day,
    )


SUPERSCRIPTS = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
SUBSCRIPTS = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")


def plain(markdown: str, memory: Path | None = None) -> str:
    """Text of a title without its markup; ``Li^+^`` becomes Li⁺."""
    handlers = {
        "Superscript": lambda e: [tree.text(tree.plain_text(e["c"]).translate(SUPERSCRIPTS))],
        "Subscript": lambda e: [tree.text(tree.plain_text(e["c"]).translate(SUBSCRIPTS))],
    }
    return tree.plain_text(tree.rewrite(pandoc.to_blocks(markdown, memory), handlers))


def _authors(said) -> list[dict]:
    if not said:
        return []
    entries = said if isinstance(said, list) else [said]
    authors = []
    for entry in entries:
        if not isinstance(entry, dict):
            authors.append({"name": str(entry), "affiliation": None})
            continue
        name = entry.get("name", "")
        if isinstance(name, dict):
            name = (
                name.get("literal") or f"{name.get('given', '')} {name.get('family', '')}".strip()
            )
        authors.append({"name": str(name), "affiliation": _affiliation(entry)})
    return authors


def _affiliation(entry: dict) -> str | None:
    said = entry.get("affiliation", entry.get("affiliations"))
    if not said:
        return None
    places = said if isinstance(said, list) else [said]
    return ", ".join(str(p.get("name", "")) if isinstance(p, dict) else str(p) for p in places)


def _day(said, project: Project) -> date | None:
    """Give the day that a book's ``date`` names; None for other words."""
    text = str(said).strip()
    if text in ("today", "now"):
        return date.today()
    if text == "last-modified":
        latest = max((project.root / item.source).stat().st_mtime for item in project.items)
        return date.fromtimestamp(latest)
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def _date(said, day: date | None, written_as, language: str) -> str | None:
    """Give a book's date as readers see it."""
    if day is None:
        return str(said).strip() if said else None
    return dates.written(day, written_as and str(written_as), language)


def commit(root: Path) -> str | None:
    """Commit that is checked out, if the book is in a repository."""
    done = subprocess.run(
        ["git", "-C", str(root), "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True
    )
    return done.stdout.strip() if done.returncode == 0 else None
