"""Quarto's Markdown, read line by line: front matter, prose, verbatim text, code cells.

Nothing is lost: the lines of a chapter's blocks, one after another, are the lines of its
source. Meaning is added beside them (options of a cell, inline expressions of prose).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from press.book import options, yamlfile
from press.book.divs import refuse_unbalanced
from press.ground.errors import InputError, Place
from press.ground.files import read_text

FENCE = re.compile(r"^(?P<indent>[ \t>]*)(?P<fence>`{3,}|~{3,})(?P<info>[^`\n]*)$")
CELL_INFO = re.compile(r"^\{(?P<language>[A-Za-z][\w.+-]*)(?P<rest>[ ,][^}]*)?\}\s*$")
INCLUDE = re.compile(r"^\s*\{\{<\s*include\s+(?P<target>\S+)\s*>\}\}\s*$")
EXPRESSION = re.compile(r"(?<!`)(?P<span>`\{python\}[ \t\n](?P<code>[^`]+)`)(?!`)")
NEARLY = re.compile(r"`\{(?:python|r|julia|ojs)\}[^`]*[^`\s][^`]*`")
SHOWN_INFO = re.compile(r"^\{\{[A-Za-z][^{}]*\}\}$")
FOREIGN_OPTION = re.compile(r"^[ \t>]*(?:#|//|--|%%)[ \t]*\|.*\n", re.MULTILINE)
ANNOTATION = re.compile(r"(?:#|//|--|%)\s*<\d+>\s*$")
FORMULA = re.compile(r"\$\$(?:(?!\n\s*\n)[^$])+\$\$|\$(?![\s$])(?:(?!\n\s*\n)[^$])*(?<!\s)\$(?!\d)")
OPTION = re.compile(r"^#[ \t]*\| ?(?P<yaml>.*)$")  # formatters write a blank after the #
NO_OPTION = re.compile(r"^#[ \t]+\|(?! *[\w-]+:)")  # a drawing of a table, say


@dataclass(frozen=True)
class Line:
    """One line of source, its end included, and where it stands."""

    text: str
    file: str
    number: int


@dataclass(frozen=True)
class Inline:
    """An expression in prose, written `` `{python} expression` ``.

    Attributes
    ----------
    code : str
        The expression.
    file : str
    line : int
        Where it stands.
    in_code, in_formula : bool
        Whether it stands inside a longer code span, or inside a formula.
    """

    code: str
    file: str
    line: int
    in_code: bool = False
    in_formula: bool = False


@dataclass(frozen=True)
class Block:
    """Neighbouring lines of one kind."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The block as it stands in the source."""
        return "".join(line.text for line in self.lines)

    @property
    def file(self) -> str:
        """File of the first line."""
        return self.lines[0].file

    @property
    def line(self) -> int:
        """Number of the first line."""
        return self.lines[0].number


@dataclass(frozen=True)
class Front(Block):
    """Metadata between two lines of three dashes at the top of the file."""


@dataclass(frozen=True)
class Comment(Block):
    """HTML comment that fills whole lines; code in it is not executed."""


@dataclass(frozen=True)
class Verbatim(Block):
    """Fenced code that is shown, not executed."""


@dataclass(frozen=True)
class Unexecuted(Verbatim):
    """Cell in a language that is not executed: its code is shown, without its options.

    With two braces, ``{{python}}``, the fence is shown too.
    """

    @property
    def text(self) -> str:
        """The block as pandoc is to read it."""
        opening = _matched(FENCE, self.lines[0].text.rstrip("\r\n"))
        indent, fence, info = opening["indent"], opening["fence"], opening["info"].strip()
        body = "".join(line.text for line in self.lines[1:])
        if info.startswith("{{"):
            outer = f"{indent}{fence}{fence[0]}\n"
            return f"{outer}{indent}{fence}{info[1:-1]}\n{body.rstrip()}\n{outer}"
        language = _matched(CELL_INFO, info)["language"]
        return f"{indent}{fence} {{.{language}}}\n" + FOREIGN_OPTION.sub("", body)


@dataclass(frozen=True)
class Prose(Block):
    """Markdown."""

    @cached_property
    def pieces(self) -> list[str | Inline]:
        """The text, cut at its inline expressions."""
        return list(_cut_at_inlines(self))

    @property
    def inlines(self) -> list[Inline]:
        """The inline expressions in order."""
        return [piece for piece in self.pieces if isinstance(piece, Inline)]


@dataclass(frozen=True)
class Cell(Block):
    """Code that is executed.

    Attributes
    ----------
    language : str
        As written in the fence.
    options : dict
        From the ``#|`` lines.
    source : str
        The code without the ``#|`` lines, not indented.
    code_line : int
        Line of the file at which the code starts.
    indent : str
        What stands before the fence, as in a list item.
    """

    language: str = "python"
    options: dict = field(default_factory=dict)
    source: str = ""
    code_line: int = 0
    indent: str = ""

    @property
    def option_lines(self) -> list[str]:
        """The ``#|`` lines, not indented."""
        count = self.code_line - self.line - 1
        return [_dedent(line.text, self.indent) for line in self.lines[1 : count + 1]]

    @property
    def label(self) -> str:
        """The cell's label, or an empty text."""
        return str(self.options.get("label", ""))


@dataclass(frozen=True)
class Chapter:
    """One source file, with its includes in place.

    Attributes
    ----------
    source : str
        Path relative to the project.
    front : dict
        Its front matter.
    blocks : tuple of Block
        Everything in order.
    """

    source: str
    front: dict
    blocks: tuple[Block, ...]

    @property
    def cells(self) -> list[Cell]:
        """The code cells in order."""
        return [block for block in self.blocks if isinstance(block, Cell)]

    def locate(self, *needles: str) -> Place:
        """Tell where the first of some texts stands, as `InputError` takes it.

        A text that ends within a word there is the last choice; if none stands anywhere, the
        source alone is given.
        """
        texts = [re.escape(needle) for needle in needles]
        for pattern in (*(rf"{text}(?![\w-])" for text in texts), *texts):
            for place in self.places(pattern):
                return place
        return {"file": self.source}

    def places(self, pattern: str) -> Iterator[Place]:
        """Tell where a regular expression matches."""
        for block in self.blocks:
            for line in block.lines:
                for found in re.finditer(pattern, line.text):
                    column = found.start() + 1
                    yield Place(file=line.file, line=line.number, column=column)


def read(path: Path, root: Path) -> Chapter:
    """Read a chapter, what it includes, and the metadata of the folders that it is in."""
    chapter = parse(list(_included(path, root, ())), _shown(path, root))
    prose = (block for block in chapter.blocks if isinstance(block, Prose))
    refuse_unbalanced(line for block in prose for line in block.lines)
    return replace(chapter, front=yamlfile.merge(_of_folders(path.parent, root), chapter.front))


def _of_folders(folder: Path, root: Path) -> dict:
    """Merge the ``_metadata.yml`` of the folders from the project's down to a chapter's."""
    above = _of_folders(folder.parent, root) if folder not in (root, folder.parent) else {}
    path = folder / "_metadata.yml"
    if not path.is_file():
        return above
    shown = _shown(path, root)
    said = yamlfile.load(read_text(path, shown), shown)
    options.refuse_document(said, "chapter")
    return yamlfile.merge(above, said.data)


def parse_text(text: str, source: str) -> Chapter:
    """Read a chapter from a text, without includes."""
    lines = [Line(t, source, n) for n, t in enumerate(text.splitlines(keepends=True), start=1)]
    return parse(lines, source)


def parse(lines: list[Line], source: str) -> Chapter:
    """Read a chapter from its lines."""
    blocks = tuple(_partition(lines))
    front: dict = {}
    if blocks and isinstance(blocks[0], Front):
        inner = "".join(line.text for line in blocks[0].lines[1:-1])
        said = yamlfile.load(inner, source, blocks[0].line + 1)
        options.refuse_document(said, "index" if source.startswith("index.") else "chapter")
        front = said.data
    return Chapter(source, front, blocks)


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _included(path: Path, root: Path, chain: tuple[Path, ...]) -> Iterator[Line]:
    shown = _shown(path, root)
    text = read_text(path, shown)
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        match = INCLUDE.match(line)
        if not match:
            yield Line(line, shown, number)
            continue
        target = match["target"].strip("\"'")
        base = root if target.startswith("/") else path.parent
        included = (base / target.lstrip("/")).resolve()
        if not included.is_file():
            raise InputError(
                f"include of '{target}', which does not exist",
                file=shown,
                line=number,
                rule="paths are relative to the including file, or to the project after a '/'",
            )
        if included in (*chain, path.resolve()):
            raise InputError(f"'{target}' includes itself", file=shown, line=number)
        yield from _included(included, root, (*chain, path.resolve()))
        if not line.endswith("\n"):
            continue
        yield Line("\n", shown, number)


def _partition(lines: list[Line]) -> Iterator[Block]:
    position = _front_end(lines)
    if position:
        yield Front(tuple(lines[:position]))
    start = position
    while position < len(lines):
        kind, end = _special(lines, position)
        if kind is None:
            position += 1
            continue
        if start < position:
            yield Prose(tuple(lines[start:position]))
        yield kind(tuple(lines[position:end]))
        start = position = end
    if start < len(lines):
        yield Prose(tuple(lines[start:]))


def _front_end(lines: list[Line]) -> int:
    if not lines or lines[0].text.rstrip() != "---":
        return 0
    for position, line in enumerate(lines[1:], start=1):
        if line.text.rstrip() in ("---", "..."):
            return position + 1
    raise InputError(
        "front matter is not closed",
        file=lines[0].file,
        line=lines[0].number,
        rule="close with ---",
    )


def _special(lines: list[Line], position: int):
    """Kind and end of the cell, verbatim text or comment that starts here, or (None, 0)."""
    line = lines[position].text.rstrip("\r\n")
    if (opening := _comment_opening(line)) is not None:
        return _comment(lines, position, opening)
    fence = FENCE.match(line)
    if not fence:
        return None, 0
    closing = re.compile(rf"^[ \t>]*{re.escape(fence['fence'][0])}{{{len(fence['fence'])},}}\s*$")
    info = fence["info"].strip()
    cell = CELL_INFO.match(info)
    for end in range(position + 1, len(lines)):
        if closing.match(lines[end].text.rstrip("\r\n")):
            _refuse_annotations(lines[position : end + 1], info)
            return _kind(cell, info, lines[position]), end + 1
    if cell:
        raise InputError(
            "the code cell is not closed",
            file=lines[position].file,
            line=lines[position].number,
            rule=f"close it with {fence['fence']}",
        )
    return None, 0


def _comment_opening(line: str) -> int | None:
    """Where a comment begins that the line does not close, or that fills it from its beginning."""
    shown = _masked(line, list(_code_spans(line)))
    opening = shown.rfind("<!--") if "-->" not in shown.rpartition("<!--")[2] else -1
    if opening >= 0:
        return opening
    return 0 if shown.startswith("<!--") else None


def _comment(lines: list[Line], position: int, opening: int):
    """Kind and end of a comment; no cell begins within it, also if it stands between words."""
    for end in range(position, len(lines)):
        text = lines[end].text[opening if end == position else 0 :]
        if "-->" in text:
            whole = opening == 0 and not text.split("-->", 1)[1].strip()
            return Comment if whole else Prose, end + 1
    return None, 0


def _kind(cell: re.Match | None, info: str, line: Line):
    if cell is None:
        return Unexecuted if SHOWN_INFO.match(info) else Verbatim
    if cell["language"] == "python":
        return _cell
    if cell["language"] in options.advice("fence"):
        options.refuse_name(cell["language"], "fence", Place(file=line.file, line=line.number))
    return Unexecuted


def _refuse_annotations(lines: list[Line], info: str) -> None:
    """Refuse annotations of code, except in text that shows Markdown."""
    if "markdown" in info or "md" in info:
        return
    for line in lines:
        if ANNOTATION.search(line.text):
            options.refuse_name("code-annotation", "fence", Place(file=line.file, line=line.number))


def _cell(lines: tuple[Line, ...]) -> Cell:
    opening = _matched(FENCE, lines[0].text.rstrip("\r\n"))
    info = _matched(CELL_INFO, opening["info"].strip())
    file, line = lines[0].file, lines[0].number
    if info["rest"]:
        raise InputError(
            f"options in the fence: '{info['rest'].strip(' ,')}'",
            file=file,
            line=line,
            advice="write options as lines '#| name: value' at the top of the cell",
        )
    body = [_dedent(entry.text, opening["indent"]) for entry in lines[1:-1]]
    count = next((n for n, text in enumerate(body) if not OPTION.match(text)), len(body))
    if body and NO_OPTION.match(body[0]):
        count = 0
    said = yamlfile.load(
        "".join(_matched(OPTION, text.rstrip("\r\n"))["yaml"] + "\n" for text in body[:count]),
        file,
        line + 1,
    )
    options.refuse(said, (), "cell")
    _refuse_blank_in_label(said)
    return Cell(
        lines,
        info["language"],
        said.data,
        "".join(body[count:]).rstrip("\n"),
        line + 1 + count,
        opening["indent"],
    )


def _refuse_blank_in_label(said: yamlfile.Document) -> None:
    for name in ("label", "lst-label"):
        label = said.data.get(name, "")
        if not re.fullmatch(r"[^\s{}]*", str(label)):
            place = Place(file=said.file, line=said.line((name,)))
            raise InputError(f"{name}: {label}", **place, rule="a label has no blank and no brace")


def _matched(pattern: re.Pattern, text: str) -> re.Match:
    """Match what is known to match."""
    found = pattern.match(text)
    assert found is not None
    return found


def _dedent(text: str, indent: str) -> str:
    return text[len(indent) :] if text.startswith(indent) else text.lstrip(" \t")


def _cut_at_inlines(prose: Prose) -> Iterator[str | Inline]:
    """Cut at every expression, also inside a longer code span, where its value is code."""
    whole, kept = prose.text, 0
    spans = list(_code_spans(whole))
    formulas = [found.span() for found in FORMULA.finditer(_masked(whole, spans))]
    _refuse_near_expressions(prose, spans)
    for match in EXPRESSION.finditer(whole):
        start = match.start("span")
        around = next((span for span in spans if span[0] <= start < span[1]), None)
        if around is None:  # the backtick is escaped, or nothing closes it
            continue
        if kept < start:
            yield whole[kept:start]
        line = prose.lines[whole.count("\n", 0, start)]
        in_code = around[0] < start
        in_formula = any(begin < start < end for begin, end in formulas)
        yield Inline(match["code"].strip(), line.file, line.number, in_code, in_formula)
        kept = match.end()
    if kept < len(whole):
        yield whole[kept:]


def _refuse_near_expressions(prose: Prose, spans: list[tuple[int, int]]) -> None:
    """Refuse a value in another language, or written without a blank, which would be shown."""
    for start, end in spans:
        near = NEARLY.match(prose.text, start, end)
        if near and not EXPRESSION.match(prose.text, start):
            line = prose.lines[prose.text.count("\n", 0, start)]
            raise InputError(
                f"{near[0]} is no value that can be computed", file=line.file, line=line.number,
                rule="values are Python, with a blank: `{python} expression`",
                advice=f"to show the code itself, write `{near[0]}`",
            )  # fmt: skip


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    """Hide code and escaped signs, in which a dollar is a dollar."""
    for begin, end in spans:
        text = text[:begin] + "x" * (end - begin) + text[end:]
    return re.sub(r"\\.", "xx", text)


def _code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Follow Markdown's rule: a run of backticks ends at the next equal run of the paragraph.

    There are none in comments.
    """
    position = 0
    while match := re.compile(r"`+|<!--").search(text, position):
        position = match.end()
        if match[0] == "<!--":
            position = max(position, text.find("-->", position))
            continue
        before = text[: match.start()]
        if (len(before) - len(before.rstrip("\\"))) % 2:  # the first backtick is escaped
            continue
        limit = re.compile(r"\n[ \t]*\n").search(text, position)
        closing = re.compile(rf"(?<!`){match[0]}(?!`)").search(
            text, position, limit.start() if limit else len(text)
        )
        if closing:
            yield match.start(), closing.end()
            position = closing.end()
