"""Text with computed values, as a notebook shows it."""

from collections.abc import Collection
from itertools import zip_longest

from press.door.outputs import Shown
from press.ground.markdown import escaped

MARKDOWN = ("_repr_markdown_", "_repr_latex_")


def prose(*pieces: object, code: Collection[int] = ()) -> Shown:
    """Show text in which values stand: a chapter's paragraphs with inline expressions.

    Parameters
    ----------
    *pieces : str, value, str, value, ...
        Markdown and values in turn.
    code : collection of int
        Positions among the values of those that stand inside a code span.

    Returns
    -------
    Shown
        Markdown; the values themselves are in the output's metadata, under ``press``.
    """
    values = [represented(value) for value in pieces[1::2]]
    written = [
        value.get("text/markdown")
        or (value["text/plain"] if position in code else escaped(value["text/plain"]))
        for position, value in enumerate(values)
    ]
    in_turn = zip_longest(pieces[::2], written, fillvalue="")
    text = "".join(str(part) for pair in in_turn for part in pair)
    data = {"text/markdown": text, "text/plain": text}
    return Shown(((data, {"press": {"values": values}}),))


def represented(value: object) -> dict[str, str]:
    """Give a value as Markdown if it can say itself so, else as its text."""
    for name in MARKDOWN:
        represent = getattr(value, name, None)
        found = represent() if represent and not isinstance(value, type) else None
        if isinstance(found, tuple):  # with metadata
            found = found[0]
        if found is not None:
            return {"text/markdown": found}
    return {"text/plain": str(value)}
