"""Where in a chapter's source something stands that a writer refuses, and how to say it."""

from pathlib import Path

from press.ground.errors import RenderError


def line_of(text: str, source: Path) -> int | None:
    """Line of a chapter's source that holds a text; none if code or an include brought it."""
    if not source.is_file():
        return None
    lines = source.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if text in line), None)


def refused_formula(tex: str, source: str, root: Path) -> RenderError:
    """Error about a formula that pandoc cannot read.

    Parameters
    ----------
    tex : str
        The formula.
    source : str
        The chapter it stands in, relative to the project.
    root : Path
        Folder of the project.
    """
    first, *_ = tex.strip().splitlines() or [""]
    return RenderError(
        f"this formula cannot be converted: {tex.strip()}",
        file=source,
        line=line_of(first, root / source) if first else None,
        rule="formulas are the part of LaTeX that pandoc reads without packages",
        advice="write it with standard commands, e.g. \\mathrm{Li}^+ for \\ce{Li+}",
    )
