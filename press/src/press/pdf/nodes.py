"""Small pieces of pandoc JSON and of Typst source for the PDF writer."""

from press.document.forms import Citation, InternalLink, Reference
from press.document.tree import NBSP

TRIM = "\ue012"  # private use: white space around it is dropped from the Typst source
MATH = "\ue013"  # private use: stands before every formula, to see which ones pandoc refused


def raw_block(typst: str) -> dict:
    """Make a block of Typst source."""
    return {"t": "RawBlock", "c": ["typst", typst]}


def raw_inline(typst: str) -> dict:
    """Make a piece of Typst source in a line of text."""
    return {"t": "RawInline", "c": ["typst", typst]}


def quoted(text: str) -> str:
    r"""Write a Typst string.

    >>> quoted('a "b" \\ c')
    '"a \\"b\\" \\\\ c"'
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{" ".join(escaped.split())}"'


def call(function: str, /, *positional: str, **named: str | None) -> str:
    """Write the opening of a Typst call; arguments that are None are left out.

    >>> call("chapter", number='"2"', id=None)
    '#chapter(number: "2")'
    """
    arguments = list(positional)
    arguments += [f"{key}: {value}" for key, value in named.items() if value is not None]
    return f"#{function}({', '.join(arguments)})"


def text_argument(text: str | None) -> str | None:
    """Write a text as an argument; None stays None and an empty text becomes it."""
    return quoted(text) if text else None


def tight(before: str, inlines: list, after: str) -> list:
    """Inlines as content of their own, without the white space of a paragraph around them."""
    plain = {"t": "Plain", "c": inlines}
    return [raw_block(f"{before}[{TRIM}"), plain, raw_block(f"{TRIM}]{after}")]


ABBREVIATIONS = ("e.g.", "i.e.", "vs.", "cf.", "Fig.", "Eq.", "Eqs.", "al.", "approx.", "ca.")


def first_sentence(inlines: list) -> list:
    """Take the first sentence without its full stop, for the lists of floats.

    Footnotes are left out and links become their text, since the entry itself is a link.
    """
    sentence: list = []
    for position, inline in enumerate(inlines):
        if inline["t"] == "Note":
            continue
        if inline["t"] in ("Link", "Span"):
            sentence += inline["c"][1]
        elif inline["t"] in (Reference, InternalLink, Citation):
            sentence += inline["c"].inlines
        elif _ends_sentence(inline, inlines[position + 1 :]):
            return [*sentence, {"t": "Str", "c": inline["c"][:-1]}]
        else:
            sentence.append(inline)
    return sentence


def _ends_sentence(inline: dict, following: list) -> bool:
    if inline["t"] != "Str" or not inline["c"].endswith("."):
        return False
    word = inline["c"].split(NBSP)[-1].lstrip("([")
    if word in ABBREVIATIONS or (len(word) == 2 and word[0].isalpha()):  # an initial
        return False
    return not following or following[0]["t"] in ("Space", "SoftBreak", "Note")
