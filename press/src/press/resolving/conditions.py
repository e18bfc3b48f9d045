"""Content that is visible or hidden by format, profile or metadata."""

from press.book import options
from press.document import tree
from press.resolving.context import Scope
from press.resolving.shortcodes import lookup, metadata

CLASSES = ("content-visible", "content-hidden")
NAMES = (
    "when-format",
    "unless-format",
    "when-profile",
    "unless-profile",
    "when-meta",
    "unless-meta",
)
FORMATS = {"html": {"html", "html4", "html5", "html:js"}, "typst": {"typst"}}


def is_visible(element: dict, scope: Scope) -> bool:
    """Whether a div or span with such a class is shown."""
    pairs = tree.pairs_of(element)
    matches = all(_holds(name, pairs[name], scope) for name in NAMES if pairs.get(name) is not None)
    return matches if "content-visible" in tree.classes_of(element) else not matches


def _holds(name: str, value: str, scope: Scope) -> bool:
    how, _, what = name.partition("-")
    if what == "format":
        found = value in _formats(value, scope)
    elif what == "profile":
        found = value in scope.project.profiles
    else:
        found = bool(lookup(metadata(scope.chapter, scope.project), value))
    return found if how == "when" else not found


def _formats(value: str, scope: Scope) -> set[str]:
    known = options.at("format").keys() | set().union(*FORMATS.values())
    if value.partition(":")[0] not in known:
        close = options.nearest(value, known)
        scope.refuse(
            value,
            f"unknown format '{value}'",
            rule="html or typst, or another format of Quarto, which is never shown here",
            advice=f"did you mean '{close}'?" if close else None,
        )
    return FORMATS[scope.format]
