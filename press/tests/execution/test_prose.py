"""Text with values in it."""

import pytest
from press.execution.prose import prose

from press import Absence


def shown(*pieces, **options):
    """Give the Markdown and the values."""
    ((data, metadata),) = prose(*pieces, **options).parts
    return data["text/markdown"], metadata["press"]["values"]


@pytest.mark.parametrize(
    ("pieces", "options", "text"),
    [
        (("Just text.",), {}, "Just text."),
        (("a ", 1, " b"), {}, "a 1 b"),
        (("", 1, "", 2), {}, "12"),
        (("a ", "x_y*", "."), {}, r"a x\_y\*."),
        (("`", "x_y", "` and ", "x_y"), {"code": [0]}, r"`x_y` and x\_y"),
        (("a ", Absence("Not *here*."), "."), {}, "a *Not *here*.*."),
    ],
)
def test_text_and_values_alternate(pieces, options, text):
    """Plain values are escaped except in code; values that are Markdown stay Markdown."""
    assert shown(*pieces, **options)[0] == text


def test_the_values_are_kept_beside_the_text():
    """Each value is there as it would be inserted into the book."""
    values = shown("a ", 1.5, " b ", Absence("No."))[1]
    assert values == [{"text/plain": "1.5"}, {"text/markdown": "*No.*"}]
