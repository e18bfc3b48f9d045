"""Citations of the whole book, formatted by citeproc in one call.

Citeproc reads a small document that holds only the citations, in the order of the book, so that
numbers, "2020a" and "et al." are right for the book as a whole.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from press.book.lookup import works_of
from press.book.options import nearest
from press.book.project import Project
from press.book.qmd import Chapter
from press.document import pandoc, tree
from press.document.forms import Citation, References, Section, Work
from press.document.pages import Page
from press.document.words import word
from press.ground.errors import InputError, RenderError, refuse
from press.ground.files import read_text

ENTRY = re.compile(
    r"^[ \t]*@(?!comment\b|string\b|preamble\b)\w+\s*[{(]\s*(?P<key>[^,\s}]+)\s*,",
    re.MULTILINE | re.IGNORECASE,
)
UNREADABLE = re.compile(
    r"reading bibliography file (?P<file>.+):\s+"
    r"(?:\(line (?P<line>\d+), column (?P<column>\d+)\):)?"
)


def cite(
    pages: list[Page], chapters: dict[str, Chapter], project: Project, memory: Path
) -> tuple[list[Page], dict[str, list]]:
    """Format the citations and the list of works cited.

    Parameters
    ----------
    pages : list of Page
        The book, its cross-references already replaced.
    chapters : dict
        Source of a page -> its chapter, for messages.
    project : Project
        Whose configuration names the bibliography and the style.
    memory : Path
        Where pandoc's answers are remembered.

    Returns
    -------
    tuple
        The pages, and citation key -> blocks of its formatted entry.

    Raises
    ------
    InputError
        A work is not in the bibliography, or a key is there twice.
    """
    cites = [(page, found) for page in pages for found in _cites(page)]
    files = _bibliographies(project, chapters)
    extra = project.config.get("nocite")
    if not cites and not extra:
        return pages, {}
    if not files:
        page, found = cites[0]
        name = found["c"][0][0]["citationId"]
        raise InputError(
            f"'@{name}' is cited, but there is no bibliography",
            **chapters[page.source].locate(f"@{name}"),
            advice="'bibliography: references.bib' in _quarto.yml; write \\@ for a plain @",
        )  # fmt: skip
    _refuse_keys_given_twice(files)
    texts, entries = _citeproc([found for _, found in cites], files, extra, project, memory)
    _refuse_unknown(cites, entries, chapters, files)
    finished = iter(texts)

    def place(element: dict) -> list:
        keys = tuple(citation["citationId"] for citation in element["c"][0])
        return [tree.node(Citation(keys, next(finished)))]

    handlers = {"Cite": place}
    cited = [
        replace(
            page,
            title=tree.rewrite(page.title, handlers),
            blocks=tree.rewrite(page.blocks, handlers),
        )
        for page in pages
    ]
    return _with_references(cited, entries, _heading(project)), entries


def _heading(project: Project) -> list:
    """Give the heading above the works that a page cites."""
    said = project.config.get("reference-section-title")
    return tree.words(str(said or word(str(project.config.get("lang", "en")), "References")))


def _cites(page: Page) -> list[dict]:
    found: list[dict] = []

    def note(element: dict) -> list:
        found.append(element)
        return [element]

    tree.rewrite([page.title, page.blocks], {"Cite": note})
    return found


def _bibliographies(project: Project, chapters: dict[str, Chapter]) -> list[Path]:
    files = works_of(project, chapters)
    for path in files:
        if not path.is_file():
            raise InputError(
                f"the bibliography '{path.name}' does not exist", file="_quarto.yml",
                rule="paths are relative to the project",
            )  # fmt: skip
    return files


def _citeproc(cites: list[dict], files: list[Path], extra, project: Project, memory: Path):
    meta: dict = {
        "bibliography": _strings([str(path) for path in files]),
        "lang": _string(str(project.config.get("lang", "en"))),
        "link-citations": {"t": "MetaBool", "c": False},
    }
    style = project.config.get("csl")
    if style:
        path = project.root / style
        if not path.is_file():
            raise InputError(f"the citation style '{style}' does not exist", file="_quarto.yml")
        meta["csl"] = _string(str(path))
    if extra:
        meta["nocite"] = {
            "t": "MetaInlines",
            "c": pandoc.to_blocks(", ".join(extra if isinstance(extra, list) else [extra]))[0]["c"],
        }
    document = {
        "pandoc-api-version": [1, 23, 1],
        "meta": meta,
        "blocks": [tree.para([found]) for found in cites],
    }
    contents = [read_text(path, path.name) for path in files]
    contents += [read_text(project.root / style, style)] if style else []
    text = _remembered(json.dumps(document, sort_keys=True), contents, memory)
    blocks = json.loads(text)["blocks"]
    finished = [block["c"][0]["c"][1] for block in blocks[: len(cites)]]
    entries = {
        tree.identifier_of(entry).removeprefix("ref-"): entry["c"][1]
        for block in blocks[len(cites) :]
        if block["t"] == "Div"
        for entry in block["c"][1]
    }
    return finished, entries


def _remembered(document: str, contents: list[str], memory: Path) -> str:
    """Call citeproc; the bibliography's content is part of what the answer is known by."""
    from hashlib import sha256

    key = sha256("\0".join([pandoc.program(), document, *contents]).encode()).hexdigest()
    try:
        return pandoc.remembered(
            memory / f"citeproc-{key}.txt",
            lambda: pandoc.convert(document, "json", "json", ["--citeproc"]),
        )
    except RenderError as error:
        raise _unreadable(error) from None


def _unreadable(error: RenderError) -> InputError:
    """Say where a bibliography cannot be read; other complaints stay as they are."""
    found = UNREADABLE.search(error.message)
    if not found:
        return error
    reason = " ".join(error.message[found.end() :].split())
    return InputError(
        f"the bibliography cannot be read: {reason}",
        file=Path(found["file"]).name, line=int(found["line"]), column=found["column"],
        advice="close the braces and quotes of each entry",
    )  # fmt: skip


def _refuse_unknown(
    cites: list, entries: dict, chapters: dict[str, Chapter], files: list[Path]
) -> None:
    problems: dict[str, InputError] = {}
    for page, found in cites:
        for citation in found["c"][0]:
            name = citation["citationId"]
            if name in entries:
                continue
            close = nearest(name, _keys_in(files))
            problem = InputError(
                f"'@{name}' is not in the bibliography",
                **chapters[page.source].locate(f"@{name}", f"@{{{name}}}"),
                advice=f"did you mean '@{close}'?" if close else None,
            )
            problems.setdefault(problem.first_line, problem)
    refuse(list(problems.values()))


def _refuse_keys_given_twice(files: list[Path]) -> None:
    """Refuse two works with one key, of which citeproc would take the last."""
    seen: dict[str, tuple[str, int]] = {}
    for key, file, line in _keys(files):
        if key in seen:
            raise InputError(
                f"the key '{key}' is given twice", file=file, line=line,
                rule="a key names one work; it is also at {}:{}".format(*seen[key]),
                advice="give one of the two another key, or take it out",
            )  # fmt: skip
        seen[key] = file, line


def _keys_in(files: list[Path]) -> set[str]:
    return {key for key, _, _ in _keys(files)}


def _keys(files: list[Path]) -> Iterator[tuple[str, str, int]]:
    """Yield the keys of BibTeX files with file and line; other kinds of bibliography give none."""
    for path in files:
        text = read_text(path, path.name) if path.suffix == ".bib" else ""
        for found in ENTRY.finditer(text):
            yield found["key"], path.name, text.count("\n", 0, found.start("key")) + 1


def _with_references(pages: list[Page], entries: dict[str, list], title: list) -> list[Page]:
    """Put the entries where ``::: {#refs}`` stands, or at the end of each page that cites."""
    formatted = {key: tree.node(Work(f"ref-{key}", blocks)) for key, blocks in entries.items()}

    def fill(form: References) -> list:
        return [tree.node(replace(form, works=list(formatted.values())))]

    filled = [replace(page, blocks=tree.rewrite(page.blocks, {References: fill})) for page in pages]
    if any(new.blocks is not old.blocks for new, old in zip(filled, pages, strict=True)):
        return filled
    return [_with_own_references(page, formatted, title) for page in pages]


def _with_own_references(page: Page, formatted: dict[str, dict], title: list) -> Page:
    keys = {
        key
        for element in tree.elements([page.title, page.blocks])
        if element["t"] is Citation
        for key in element["c"].keys
    }
    if not keys:
        return page
    own = [entry for key, entry in formatted.items() if key in keys]
    heading = Section(2, title, "references", classes=("unnumbered",))
    return replace(page, blocks=[*page.blocks, tree.node(heading), tree.node(References(own))])


def _string(text: str) -> dict:
    return {"t": "MetaString", "c": text}


def _strings(texts: list[str]) -> dict:
    return {"t": "MetaList", "c": [_string(text) for text in texts]}
