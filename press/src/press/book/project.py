"""A book project: configuration, profiles, environment, variables, order of the chapters."""

import os
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from press.book import labels, options, yamlfile
from press.ground.errors import InputError, Place
from press.ground.files import read_text

CONFIG = "_quarto.yml"
MAPPING = "names with values, indented below it"
KINDS = (
    (("project",), dict, MAPPING),
    (("book",), dict, MAPPING),
    (("execute",), dict, MAPPING),
    (("crossref",), dict, MAPPING),
    (("project", "output-dir"), str, "the path of a folder"),
    (("profile",), (dict, str, list), "a name, a list of names, or 'default' and 'group'"),
    (("format",), (dict, str), "the name of a format, or formats with their options"),
    (("book", "chapters"), list, "a list of chapters"),
    (("book", "appendices"), list, "a list of chapters"),
    (("bibliography",), (str, list), "a file, or a list of files"),
)
SIZE = r"\d+(\.\d+)?(pt|mm|cm|in|em)"
VALUES = (
    (("number-depth",), r"[1-6]", "a level of headings, 1 to 6"),
    (("toc-depth",), r"[1-6]", "a level of headings, 1 to 6"),
    (("toc",), "True|False", "true or false"),
    (("number-sections",), "True|False", "true or false"),
    (("lang",), r"[A-Za-z]{2,3}([-_]\w+)*", "a language, such as en or pt-BR"),
    (("fontsize",), SIZE, "a size, such as 11pt"),
    (("papersize",), r"[a-z]+[\w-]*", "the name of a paper, such as a4 or us-letter"),
    (("fig-width",), r"\d+(\.\d+)?", "a number of inches"),
    (("fig-height",), r"\d+(\.\d+)?", "a number of inches"),
    *((("crossref", f"{kind}labels"), r"arabic|roman( [iI])?|alpha( \S)?|\[.*\]",
       "arabic, roman i, alpha a, or a list of texts")
      for kind in ("", "subref-", *(f"{kind}-" for kind in labels.KINDS))),
)  # fmt: skip
"""What an option must look like, at the top and below a format."""


@dataclass(frozen=True)
class Item:
    """One chapter's place in the book.

    Attributes
    ----------
    source : str
        Path relative to the project.
    part : str or None
        Title of the part it stands in.
    appendix : bool
        Whether it is an appendix.
    """

    source: str
    part: str | None = None
    appendix: bool = False


@dataclass(frozen=True)
class Project:
    """Everything that the configuration says.

    Attributes
    ----------
    root : Path
        Folder of ``_quarto.yml``.
    config : dict
        The configuration with the active profiles merged in.
    profiles : tuple of str
        Active profiles, the most important first.
    environment : dict
        Variables of the ``_environment`` files; what the process itself defines wins.
    variables : dict
        From ``_variables.yml``.
    items : tuple of Item
        The chapters in reading order.
    """

    root: Path
    config: dict
    profiles: tuple[str, ...]
    environment: dict[str, str]
    variables: dict
    items: tuple[Item, ...] = field(default=())

    @property
    def book(self) -> dict:
        """The ``book`` part of the configuration."""
        return self.config.get("book") or {}

    @property
    def output(self) -> Path:
        """Folder that the book is written to."""
        named = (self.config.get("project") or {}).get("output-dir") or "_book"
        return self.root / named

    @property
    def executes_in_root(self) -> bool:
        """Whether cells run in the project's folder rather than in the chapter's."""
        return (self.config.get("project") or {}).get("execute-dir") == "project"

    @cached_property
    def crossref(self) -> dict:
        """Options of cross-references."""
        return self.config.get("crossref") or {}

    def format_options(self, name: str) -> dict:
        """Options of a format (``"html"``, ``"typst"``), over those of the whole book."""
        formats = self.config.get("format") or {}
        if isinstance(formats, str):
            formats = {formats: {}}
        own = formats.get(name)
        return yamlfile.merge(self.config, own) if isinstance(own, dict) else self.config

    def in_format(self, name: str) -> "Project":
        """Give the project as one format sees it, whose options win over those of the book."""
        return replace(self, config=self.format_options(name))


def load(root: Path, profile: str | None = None) -> Project:
    """Read a book project.

    Parameters
    ----------
    root : Path
        Folder of ``_quarto.yml``.
    profile : str, optional
        Profiles to activate, separated by commas, the most important first. Without it the
        variable ``QUARTO_PROFILE`` counts, then the project's default.

    Raises
    ------
    InputError
        The configuration is missing, malformed, names something unknown, or names chapters
        that do not exist.
    """
    root = root.resolve()
    base = _read(root, CONFIG)
    if base is None:
        raise InputError(
            f"no {CONFIG} in {root}", advice="go to the folder of the book, where that file is"
        )
    profiles = _active_profiles(root, base, profile)
    config = base.data
    for name in reversed(profiles):
        overlay = _read(root, f"_quarto-{name}.yml")
        if overlay is not None:
            config = yamlfile.merge(config, overlay.data)
    local = _read(root, f"{CONFIG}.local")
    if local is not None:
        config = yamlfile.merge(config, local.data)
    kind = (config.get("project") or {}).get("type", "default")
    if kind != "book":
        raise InputError(
            f"the project's type is '{kind}'", file=CONFIG, line=base.line(("project", "type")),
            rule="only books are rendered", advice="write 'project:' with '  type: book'",
        )  # fmt: skip
    variables = _read(root, "_variables.yml")
    return Project(
        root,
        config,
        profiles,
        _environment(root, profiles),
        variables.data if variables else {},
        _items(root, config, base),
    )


def _read(root: Path, name: str) -> yamlfile.Document | None:
    path = root / name
    if not path.is_file():
        return None
    document = yamlfile.load(read_text(path, name), name)
    if not name.startswith("_variables"):
        _refuse_wrong_kinds(document)
        _refuse_to_leave_the_output(document)
        options.refuse(document, ("project",), "project")
        options.refuse(document, ("book",), "book")
        options.refuse_document(document, "top")
    return document


def _refuse_wrong_kinds(document: yamlfile.Document) -> None:
    """Refuse a text where a mapping belongs, and the like."""
    for path, kinds, rule in KINDS:
        found = _value(document, path)
        if found is not None and not isinstance(found, kinds):
            raise _wrong(document, path, found, rule)
    for section in ((), ("format", "html"), ("format", "typst")):
        for name, pattern, rule in VALUES:
            value = _value(document, (*section, *name))
            if value is not None and not re.fullmatch(pattern, str(value)):
                raise _wrong(document, (*section, *name), value, rule)


def _value(document: yamlfile.Document, path: yamlfile.Path) -> object:
    found: object = document.data
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _wrong(
    document: yamlfile.Document, path: yamlfile.Path, value: object, rule: str
) -> InputError:
    name = ".".join(map(str, path))
    place = Place(file=document.file, line=document.line(path))
    return InputError(f"{name}: {value}", **place, rule=rule)


def _refuse_to_leave_the_output(document: yamlfile.Document) -> None:
    """Refuse a name of the PDF that leads to another folder."""
    name = str((document.data.get("book") or {}).get("output-file") or "")
    if "/" in name or "\\" in name:
        raise InputError(
            f"book.output-file: {name}",
            file=document.file,
            line=document.line(("book", "output-file")),
            rule="the name of a file in the output folder, without a path",
            advice="leave out the folders; project.output-dir says where the book goes",
        )


def _active_profiles(root: Path, base: yamlfile.Document, asked: str | None) -> tuple[str, ...]:
    said = base.data.get("profile") or {}
    said = {"default": said} if isinstance(said, (str, list)) else said
    groups = said.get("group") or []
    if groups and isinstance(groups[0], str):
        groups = [groups]
    default = said.get("default") or []
    wanted = asked or os.environ.get("QUARTO_PROFILE") or default
    names = re.split(r"[,\s]+", wanted.strip()) if isinstance(wanted, str) else list(wanted)
    names = [name for name in names if name]
    known = {name for group in groups for name in group} | {
        path.name.removeprefix(prefix).removesuffix(suffix)
        for prefix, suffix in (("_quarto-", ".yml"), ("_environment-", ""))
        for path in root.glob(f"{prefix}*{suffix}")
    }
    known |= set(re.split(r"[,\s]+", default) if isinstance(default, str) else default) - {""}
    for name in names:
        if name not in known:
            close = options.nearest(name, known)
            raise InputError(
                f"unknown profile '{name}'",
                file=CONFIG,
                rule=f"known: {', '.join(sorted(known)) or 'none'}",
                advice=f"did you mean '{close}'?" if close else f"make _quarto-{name}.yml",
            )
    for group in groups:
        if not set(group) & set(names):
            names.append(group[0])
    return tuple(names)


def _environment(root: Path, profiles: tuple[str, ...]) -> dict[str, str]:
    merged: dict[str, str] = {}
    names = ["_environment", *(f"_environment-{p}" for p in reversed(profiles))]
    for name in [*names, "_environment.local"]:
        path = root / name
        if path.is_file():
            merged |= _dotenv(read_text(path, name), name, merged)
    required = root / "_environment.required"
    if required.is_file():
        needed = _dotenv(read_text(required, required.name), required.name, {})
        for name in needed:
            if name not in merged and name not in os.environ:
                raise InputError(f"the variable '{name}' is not set", file=required.name)
    return {name: os.environ.get(name, value) for name, value in merged.items()}


def _dotenv(text: str, file: str, known: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip().removeprefix("export ")
        if not line or line.startswith("#"):
            continue
        match = re.match(r"^([A-Za-z_]\w*)\s*=\s*(.*)$", line)
        if not match:
            raise InputError(f"'{line}' is not NAME=value", file=file, line=number)
        value = match[2]
        if value[:1] in "\"'" and value[:1]:
            value = value[1:].split(value[0], 1)[0]
        else:
            value = value.split(" #", 1)[0].strip()
        scope = os.environ | known | found
        found[match[1]] = re.sub(
            r"\$\{?(\w+)\}?", lambda reference, scope=scope: scope.get(reference[1], ""), value
        )
    return found


def _items(root: Path, config: dict, base: yamlfile.Document) -> tuple[Item, ...]:
    book = config.get("book") or {}
    items = _listed(book.get("chapters") or [], None, False)
    items += _listed(book.get("appendices") or [], "Appendices", True)
    seen: set[str] = set()
    for item in items:
        line = _line_of(item.source, base)
        if item.source.startswith("./") or not (root / item.source).is_file():
            raise InputError(
                f"the chapter '{item.source}' does not exist",
                file=CONFIG,
                line=line,
                rule="paths are relative to the project, without './'",
            )
        if not item.source.endswith((".qmd", ".md")):
            raise InputError(
                f"'{item.source}' is not a .qmd or .md file",
                file=CONFIG,
                line=line,
                advice="notebooks: keep them as .qmd (quarto convert, or jupytext)",
            )
        if Path(item.source).is_absolute() or ".." in Path(item.source).parts:
            raise InputError(
                f"the chapter '{item.source}' lies outside the project",
                file=CONFIG,
                line=line,
                rule="its page has the same path in the output folder, and would leave it",
                advice="move it into the project",
            )
        if item.source in seen:
            raise InputError(f"'{item.source}' is listed twice", file=CONFIG, line=line)
        seen.add(item.source)
    if not items or items[0].source not in ("index.qmd", "index.md"):
        raise InputError(
            "the first chapter is not index.qmd",
            file=CONFIG,
            line=base.line(("book", "chapters")),
            rule="a book begins with index.qmd, which becomes index.html",
        )
    return tuple(items)


def _listed(entries: list, part: str | None, appendix: bool) -> list[Item]:
    items: list[Item] = []
    for entry in entries:
        if isinstance(entry, str):
            items.append(Item(entry, part, appendix))
            continue
        if not isinstance(entry, dict):
            raise InputError(f"'{entry}' is not a chapter", file=CONFIG)
        if "part" in entry:
            title = str(entry["part"])
            if title.endswith((".qmd", ".md")):
                items.append(Item(title, title, appendix))
            inner = entry.get("chapters") or []
            if not isinstance(inner, list):
                raise InputError(f"chapters: {inner}", file=CONFIG, rule="a list of chapters")
            items += _listed(inner, title, appendix)
            continue
        source = entry.get("file") or entry.get("href")
        if source is None:
            raise InputError(
                f"a chapter entry with {', '.join(entry)}", file=CONFIG,
                rule="a chapter is a path, or a part with chapters",
            )  # fmt: skip
        items.append(Item(str(source), part, appendix))
    return items


def _line_of(source: str, base: yamlfile.Document) -> int | None:
    def values(node, path):
        if isinstance(node, dict):
            for key, value in node.items():
                yield from values(value, (*path, str(key)))
        elif isinstance(node, list):
            for position, value in enumerate(node):
                yield from values(value, (*path, position))
        elif node == source:
            yield path

    return next((base.line(path) for path in values(base.data, ())), None)
