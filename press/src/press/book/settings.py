"""What applies to a cell: defaults of the book, the format, the chapter, and its own options."""

from press.book.project import Project
from press.book.qmd import Cell, Chapter
from press.document.words import word
from press.ground.errors import InputError

DEFAULTS = {
    "echo": True,
    "eval": True,
    "include": True,
    "output": True,
    "warning": True,
    "error": False,
    "code-fold": False,
}
INHERITED = ("fig-align", "fig-cap-location", "tbl-cap-location", "cap-location")


def of_chapter(project: Project, chapter: Chapter, format_name: str = "html") -> dict:
    """Options that the chapter's cells inherit."""
    own_format = _section(chapter.front.get("format"), format_name)
    book_format = project.format_options(format_name)
    layers = [
        DEFAULTS | {"code-summary": word(str(project.config.get("lang", "en")), "Code")},
        book_format,
        _section(project.config, "execute"),
        _section(book_format, "execute"),
        chapter.front,
        _section(chapter.front, "execute"),
        own_format,
        _section(own_format, "execute"),
    ]
    names = {*DEFAULTS, *INHERITED, "code-summary"}
    chosen = {name: layer[name] for layer in layers for name in layer if name in names}
    is_enabled = all(layer.get("enabled", True) for layer in layers)
    return chosen if is_enabled else chosen | {"eval": False}


def of_cell(inherited: dict, cell: Cell) -> dict:
    """Options of one cell.

    Raises
    ------
    InputError
        An option that can only be true or false is something else.
    """
    settings = inherited | cell.options
    for name, further in (
        ("echo", ("fenced",)),
        ("eval", ()),
        ("include", ()),
        ("output", ("asis",)),
        ("warning", ()),
        ("error", ()),
        ("code-fold", ("show",)),
    ):
        value = settings[name]
        if not isinstance(value, bool) and value not in further:
            allowed = ", ".join(["true", "false", *further])
            raise InputError(
                f"{name}: {value}", file=cell.file, line=cell.line, rule=f"one of {allowed}"
            )
    return settings


def figure_size(project: Project, chapter: Chapter) -> tuple[float, float]:
    """Width and height in inches of figures that say no size themselves."""
    layers = [
        {"fig-width": 7, "fig-height": 5},
        project.config,
        project.format_options("html"),
        _section(project.config, "execute"),
        chapter.front,
        _section(chapter.front, "execute"),
    ]
    width, height = (
        [layer[name] for layer in layers if name in layer][-1]
        for name in ("fig-width", "fig-height")
    )
    for name, value in (("fig-width", width), ("fig-height", height)):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise InputError(f"{name}: {value}", file=chapter.source, rule="a number of inches")
    return float(width), float(height)


def _section(mapping, name: str) -> dict:
    found = mapping.get(name) if isinstance(mapping, dict) else None
    return found if isinstance(found, dict) else {}
