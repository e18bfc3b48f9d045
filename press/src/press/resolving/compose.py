"""An executed chapter as one Markdown text: prose with its values, cells with their outputs.

Cells become fenced divs of the ``press-`` family, which `press.resolving.constructs` resolves:
``.press-cell`` around what a cell shows, ``.press-float`` around a labelled figure or table,
``.press-caption`` around its caption, ``.press-panel`` around one of several outputs.
"""

import json
import re

import press.book.settings
from press.book.project import Project
from press.book.qmd import Cell, Chapter, Comment, Front, Inline, Prose
from press.execution.excerpts import Excerpt
from press.execution.executions import Execution
from press.ground.errors import InputError
from press.ground.markdown import escaped, in_formula
from press.resolving.media import MediaFolder
from press.resolving.shortcodes import expand, expand_option

PLOTLY = "application/vnd.plotly.v1+json"
IMAGES = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}
LARGE_PICTURE = 400 * 1024  # bytes; of a larger SVG the website shows the PNG beside it
FLOATS = ("fig", "tbl")
CAPTIONS = ("fig-cap", "tbl-cap")
WITH_SHORTCODES = (*CAPTIONS, "fig-subcap", "tbl-subcap", "lst-cap", "fig-alt")
ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
BESIDE_TABLES = re.compile(r"<(style|script|small)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
OVERWRITTEN = re.compile(r"[^\n\x08]\x08")
ADDRESS = re.compile(r"(<[^<>\n]*) at 0x[0-9A-Fa-f]+")
OWN_CLASS = re.compile(r"(?:\{[^{}`]*\.|^:{3,}[ \t]*)(press-[\w-]+)", re.MULTILINE)
LIST_MARKER = re.compile(r"^\s*(?:[-*+]|\(?(?:\d+|#|[a-z]|[ivx]+)[.)])\s+")
BESIDE_PICTURE = re.compile(  # what matplotlib's functions return: texts, bars, bins, limits
    r"^[(\[]*(Text\(|array\(|<[\w.]*(Container|Artist|Text|Line|Axes|Legend|Collection)\b|<matplotlib)"
    r"|^\{'(whiskers|bodies)'|^\((np\.float64\()?-?[\d.]+\)?(, (np\.float64\()?-?[\d.]+\)?){1,3}\)$"
)
NOT_SHOWN = re.compile(r"^\[?<(matplotlib|seaborn|mpl_toolkits|Figure size|Axes|IPython)\b")


def compose(project: Project, chapter: Chapter, execution: Execution, format_name: str) -> str:
    """Write a chapter as Markdown.

    Parameters
    ----------
    project : Project
        The book.
    chapter : Chapter
        The chapter.
    execution : Execution
        What its cells and inline expressions gave.
    format_name : str
        ``"html"`` or ``"typst"``.
    """
    inherited = press.book.settings.of_chapter(project, chapter, format_name)
    media = MediaFolder(project.root, chapter.source)
    written: list[str] = []
    count = 0
    for position, block in enumerate(chapter.blocks):
        if isinstance(block, Cell):
            outputs = execution.outputs.get(position, [])
            chosen = press.book.settings.of_cell(inherited, block)
            chosen = _expanded(chosen, chapter, project)
            count += 1
            name = block.label or f"cell-{count}"
            shown = _Shown(block, chosen, outputs, media, name, format_name).markdown()
            written.append(_indented(shown, _list_indent(block.indent, written)))
        elif isinstance(block, Prose):
            values = iter(execution.values.get(position, []))
            offset = 0
            for piece in block.pieces:
                if isinstance(piece, Inline):
                    written.append(_value(next(values), piece))
                    offset += piece.code.count("\n")
                else:
                    _refuse_own_classes(piece, chapter)
                    written.append(expand(piece, offset, block, chapter, project))
                    offset += piece.count("\n")
        elif not isinstance(block, (Front, Comment)):
            written.append(expand(block.text, 0, block, chapter, project))
    return "".join(written)


def _refuse_own_classes(text: str, chapter: Chapter) -> None:
    """Refuse classes that an author cannot mean, since only this module writes them."""
    found = OWN_CLASS.search(text)
    if found:
        raise InputError(
            f"the class '{found[1]}' is the renderer's own", **chapter.locate(found[1]),
            advice="take another name for it",
        )  # fmt: skip


def _expanded(chosen: dict, chapter: Chapter, project: Project) -> dict:
    """Replace the shortcodes in captions."""

    def expanded(said):
        if isinstance(said, list):
            return [expanded(one) for one in said]
        return expand_option(said, chapter, project) if isinstance(said, str) else said

    return chosen | {name: expanded(chosen[name]) for name in WITH_SHORTCODES if name in chosen}


class _Shown:
    """What one cell shows."""

    def __init__(self, cell: Cell, chosen: dict, outputs: list, media, name: str, format_name: str):
        self.cell, self.chosen, self.media = cell, chosen, media
        self.name, self.format = name, format_name
        pictured = any(not IMAGES.keys().isdisjoint(output.get("data", ())) for output in outputs)
        self.outputs = [output for output in outputs if self._is_shown(output, pictured)]
        self.images = 0

    def markdown(self) -> str:
        if not self.chosen["include"]:
            return "\n"
        kind, _, name = self.cell.label.partition("-")
        labelled = kind in FLOATS and name
        if labelled:
            self._refuse_other_caption(kind)
        if self.chosen["output"] == "asis":
            body = self._as_is()
            return self._source() + (self._captioned(body, kind) if labelled else body)
        parts = [self._source()]
        if self.outputs:
            parts.append(self._float(kind) if labelled else self._unlabelled())
        return _fenced("".join(parts), "", ["press-cell", *self._classes()], self._pairs())

    def _classes(self) -> list[str]:
        classes = self.chosen.get("classes") or []
        classes = classes.split() if isinstance(classes, str) else classes
        column = self.chosen.get("column")
        return [str(c).lstrip(".") for c in classes] + ([f"column-{column}"] if column else [])

    def _pairs(self) -> dict:
        names = {
            "fig-align": "fig-align",
            "fig-link": "fig-link",
            "out-width": "width",
            "out-height": "height",
        }
        pairs = {to: self.chosen[name] for name, to in names.items() if name in self.chosen}
        alt = self.chosen.get("fig-alt")
        return pairs | ({"fig-alt": alt} if isinstance(alt, str) else {})

    # --- the code ---------------------------------------------------------------------------

    def _source(self) -> str:
        echo = self.chosen["echo"]
        code = self.cell.source
        if not echo or not code.strip():
            return ""
        if echo == "fenced":
            code = self.cell.text.rstrip("\n")
        pairs = {"lst-cap": self.chosen["lst-cap"]} if "lst-cap" in self.chosen else {}
        if "filename" in self.chosen:
            pairs["filename"] = self.chosen["filename"]
        identifier = str(self.chosen.get("lst-label", ""))
        block = _code(code, ["python"], identifier, pairs)
        fold = self.chosen["code-fold"]
        fold = fold if isinstance(fold, str) else str(fold).lower()
        pairs = {"fold": fold, "summary": self.chosen["code-summary"]}
        return _fenced(block, "", ["press-source"], pairs)

    # --- the outputs ------------------------------------------------------------------------

    def _is_shown(self, output: dict, beside_picture: bool) -> bool:
        if not self.chosen["output"]:
            return False
        if output["output_type"] == "stream":
            return output["name"] == "stdout" or bool(self.chosen["warning"])
        if output["output_type"] == "error":
            return True
        data = output["data"]
        plain = "".join(data.get("text/plain", ""))
        if not set(data) <= {"text/plain"}:
            return True
        return not (NOT_SHOWN.match(plain) or (beside_picture and BESIDE_PICTURE.match(plain)))

    def _as_is(self) -> str:
        texts = []
        for output in self.outputs:
            if output["output_type"] == "stream":
                texts.append("".join(output["text"]))
            else:
                texts.append(self._output(output, {}))
        return "\n" + "\n\n".join(texts) + "\n\n"

    def _unlabelled(self) -> str:
        several = next((c for c in map(self.chosen.get, CAPTIONS) if isinstance(c, list)), None)
        if several is not None:
            return self._several_floats(several, "", "press-captioned")
        captions = [c for c in (self._caption("fig"), self._caption("tbl")) if c]
        body = self._panels() if self._layout() else "".join(map(self._plain, self.outputs))
        if not captions and not self._layout():
            return body
        caption = _fenced(captions[0], "", ["press-caption"]) if captions else ""
        return _fenced(body + caption, "", ["press-captioned"], self._layout())

    def _float(self, kind: str) -> str:
        caption = self.chosen.get(f"{kind}-cap")
        if isinstance(caption, list):
            return self._several_floats(caption, self.cell.label, "press-float")
        subcaptions = self.chosen.get(f"{kind}-subcap")
        loose = "".join(self._plain(o) for o in self.outputs if not _is_display(o))
        if subcaptions is not None:
            body = self._subfloats(subcaptions)
        elif self._layout():
            body = self._panels()
        else:
            body = "".join(self._plain(output) for output in self.outputs if _is_display(output))
        if not body.strip():
            body, loose = loose, ""
        return loose + self._captioned(body, kind)

    def _captioned(self, body: str, kind: str) -> str:
        text = self._caption(kind)
        if text:
            body += _fenced(text, "", ["press-caption"])
        pairs = self._layout() | self._location(kind)
        return _fenced(body, self.cell.label, ["press-float"], pairs)

    def _several_floats(self, captions: list, label: str, name: str) -> str:
        """Give each figure or table a caption, and a label if the cell has one."""
        loose = "".join(self._plain(output) for output in self.outputs if not _is_display(output))
        return loose + self._parts(captions, label, name)

    def _subfloats(self, captions) -> str:
        texts = captions if isinstance(captions, list) else []
        return self._parts(texts, self.cell.label, "press-float")

    def _parts(self, captions: list, label: str, name: str) -> str:
        displays = [output for output in self.outputs if _is_display(output)]
        if len(captions) > len(displays):
            raise InputError(
                f"{len(captions)} captions for {len(displays)} outputs",
                file=self.cell.file, line=self.cell.line,
                rule="each figure or table that a cell shows has one, in order",
                advice=f"left over: {captions[len(displays)]}",
            )  # fmt: skip
        parts = []
        for number, output in enumerate(displays):
            body = self._output(output, self._alt(number))
            if text := captions[number] if number < len(captions) else "":
                body += _fenced(str(text), "", ["press-caption"])
            parts.append(_fenced(body, f"{label}-{number + 1}" if label else "", [name]))
        return "".join(parts)

    def _refuse_other_caption(self, kind: str) -> None:
        other = next(name for name in FLOATS if name != kind)
        if f"{other}-cap" in self.chosen and f"{kind}-cap" not in self.chosen:
            raise InputError(
                f"'{other}-cap' of a cell with the label '{self.cell.label}'",
                file=self.cell.file, line=self.cell.line, rule="the caption is of the label's kind",
                advice=f"write {kind}-cap, or {other}- in the label",
            )  # fmt: skip

    def _panels(self) -> str:
        displays = [output for output in self.outputs if _is_display(output)]
        return "".join(
            _fenced(self._output(output, self._alt(number)), "", ["press-panel"])
            for number, output in enumerate(displays)
        )

    def _layout(self) -> dict:
        names = ("layout", "layout-ncol", "layout-nrow", "layout-valign", "layout-align")
        return {name: _attribute(self.chosen[name]) for name in names if name in self.chosen}

    def _location(self, kind: str) -> dict:
        location = self.chosen.get(f"{kind}-cap-location", self.chosen.get("cap-location"))
        pairs = {"cap-location": location} if location else {}
        if "tbl-colwidths" in self.chosen:
            pairs["tbl-colwidths"] = _attribute(self.chosen["tbl-colwidths"])
        return pairs

    def _caption(self, kind: str) -> str:
        caption = self.chosen.get(f"{kind}-cap")
        return "" if caption is None or isinstance(caption, list) else str(caption)

    def _alt(self, position: int) -> dict:
        alt = self.chosen.get("fig-alt")
        if isinstance(alt, list):
            return {"fig-alt": alt[position]} if position < len(alt) else {}
        return {}

    def _plain(self, output: dict) -> str:
        return self._output(output, {})

    def _output(self, output: dict, pairs: dict) -> str:
        kind = output["output_type"]
        if kind == "stream":
            extra = ["stderr"] if output["name"] == "stderr" else []
            return _text_output("".join(output["text"]), extra)
        if kind == "error":
            lines = "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"
            return _text_output(lines, ["error"])
        return self._display(output["data"], pairs)

    def _display(self, data: dict, pairs: dict) -> str:
        if "text/markdown" in data:
            return "\n" + "".join(data["text/markdown"]) + "\n\n"
        if PLOTLY in data:
            return self._plotly(data, pairs)
        if any(kind in data for kind in IMAGES):
            return self._image(data, pairs)
        html = "".join(data.get("text/html", ""))
        plain = "".join(data.get("text/plain", ""))
        if html and (self.format == "html" or is_table(html)):
            return _raw(html, "html")
        if html and (not plain or re.fullmatch(r"<.*>", plain.strip())):
            return _raw(html, "html-in-print")
        if "text/latex" in data:
            return "\n" + "".join(data["text/latex"]) + "\n\n"
        return _text_output(plain, [])

    def _image(self, data: dict, pairs: dict) -> str:
        self.images += 1
        kept = {}
        for kind, ending in IMAGES.items():
            if kind in data:
                name = f"{self.name}-{self.images}"
                kept[ending] = self.media.keep(name, ending, "".join(data[kind]))
        small = "svg" in kept and len("".join(data["image/svg+xml"])) < LARGE_PICTURE
        others = [ending for ending in kept if ending != "svg"]
        chosen = kept["svg"] if small or not others else kept[others[0]]
        return f"\n![](</{chosen}>){_attributes('', [], pairs)}\n\n"

    def _plotly(self, data: dict, pairs: dict) -> str:
        self.images += 1
        figure = json.dumps(data[PLOTLY], sort_keys=True)
        kept = self.media.keep(f"{self.name}-{self.images}", "json", figure)
        if any(kind in data for kind in IMAGES):
            body = self._image(data, pairs)
        else:
            body = "" if self.format == "html" else "\nInteractive figure; see the website.\n\n"
        return _fenced(body, "", ["press-plotly"], {"data": kept} | pairs)


def _value(data: dict, inline: Inline) -> str:
    if "text/markdown" in data:
        markdown = data["text/markdown"]
        return markdown.strip("$ ") if inline.in_formula else markdown
    text = cleaned(data["text/plain"])
    if inline.in_formula:
        return _in_formula(text, inline)
    return text if inline.in_code else escaped(text)


def _in_formula(text: str, inline: Inline) -> str:
    try:
        return in_formula(text)
    except ValueError:
        raise InputError(
            f"the value of '{inline.code}' cannot stand in a formula: {text}",
            file=inline.file, line=inline.line,
            rule="it is written into the TeX: braces are closed, and there is no $, # or `",
            advice="put it outside of the formula, or compute what shall stand there",
        ) from None  # fmt: skip


def is_table(html: str) -> bool:
    """Whether HTML is a whole table, apart from styles and containers around it."""
    inner = BESIDE_TABLES.sub("", html)
    opens = re.match(r"\s*(<div\b[^>]*>\s*)*<table\b", inner, re.IGNORECASE)
    return bool(opens) and "</table" in inner.lower()


def _is_display(output: dict) -> bool:
    return output["output_type"] in ("display_data", "execute_result")


def cleaned(text: str) -> str:
    r"""Give a text as a terminal would show it, and alike in every run.

    Without colours and other control characters; what a backspace or a carriage return overwrites
    is gone, and so are addresses in memory.

    Examples
    --------
    >>> cleaned("\x1b[31mred\x1b[0m, 10%\r20%, ab\bc\x00, <Map object at 0x7f12ab34>")
    '20%, ac, <Map object>'
    """
    text = ESCAPE.sub("", text).replace("\r\n", "\n")
    text = re.sub(r"^.*\r(?=[^\n])", "", text, flags=re.MULTILINE)
    while (shorter := OVERWRITTEN.sub("", text)) != text:
        text = shorter
    return ADDRESS.sub(r"\1", CONTROL.sub("", text))


def _text_output(text: str, extra: list[str]) -> str:
    text = Excerpt(cleaned(text)).text
    block = _code(text.rstrip("\n"), ["output", *extra])
    return _fenced(block, "", ["press-printed", *extra]) if text.strip() else ""


def _fenced(body: str, identifier: str, classes: list[str], pairs: dict | None = None) -> str:
    return f"\n::: {_attributes(identifier, classes, pairs or {})}\n\n{body}\n\n:::\n\n"


def _code(code: str, classes: list[str], identifier: str = "", pairs: dict | None = None) -> str:
    longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
    fence = "`" * (longest + 1)
    return f"\n{fence} {_attributes(identifier, classes, pairs or {})}\n{code}\n{fence}\n\n"


def _raw(text: str, format_name: str) -> str:
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"\n{fence} {{={format_name}}}\n{text}\n{fence}\n\n"


def _attributes(identifier: str, classes: list[str], pairs: dict) -> str:
    parts = [f"#{identifier}"] if identifier else []
    parts += [f".{name}" for name in classes]
    parts += [f'{name}="{_quoted(value)}"' for name, value in pairs.items()]
    return "{" + " ".join(parts) + "}" if parts else ""


def _quoted(value) -> str:
    return " ".join(str(value).split()).replace("\\", "\\\\").replace('"', '\\"')


def _attribute(value) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _list_indent(indent: str, written: list[str]) -> str:
    """Indent of the list item that an indented cell stands in: divs must begin exactly there."""
    if not indent.strip(" \t") and indent:
        for line in reversed("".join(written).splitlines()):
            marker = LIST_MARKER.match(line)
            if marker and marker.end() <= len(indent.expandtabs(4)):
                return " " * marker.end()
    return indent


def _indented(text: str, indent: str) -> str:
    """Indent a text as the cell is; in a quotation its blank lines, too, stand behind the sign."""
    if not indent:
        return text
    blank = indent.rstrip() if ">" in indent else ""
    return "".join(
        (indent if line.strip() else blank) + line for line in text.splitlines(keepends=True)
    )
