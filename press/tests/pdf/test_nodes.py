"""Pieces of Typst source, and captions for the lists of floats."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from press.document.tree import plain_text
from press.pdf.nodes import call, first_sentence, quoted
from support.forms_in_markdown import inlines


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S"))))
def test_quoted_text_survives(text):
    """A string ends at its own quotation mark: nothing in the text can end it."""
    inside = quoted(text)[1:-1]
    assert inside.replace("\\\\", "").replace('\\"', "").count('"') == 0
    assert inside.replace('\\"', '"').replace("\\\\", "\\") == text or "\\" in text


def test_call():
    """Positional arguments first, then the named ones that are given."""
    assert call("f", "1", a="2", b=None) == "#f(1, a: 2)"


@pytest.mark.parametrize(
    ("caption", "short"),
    [
        ("One. Two.", "One"),
        ("Only one.", "Only one"),
        ("No full stop", "No full stop"),
        ("Widths, e.g. of `dr`, and cf. Fig. 2. More.", "Widths, e.g. of dr, and cf. Fig. 2"),
        ("Of 0.5 nm (at most). More.", "Of 0.5 nm (at most)"),
        ("A note.^[Left out.] More.", "A note"),
        ("See [Figure 1](#fig-a). More.", "See Figure 1"),
    ],
)
def test_first_sentence(caption, short):
    """Abbreviations and numbers do not end a sentence; footnotes and links are left out."""
    sentence = first_sentence(inlines(caption))
    assert plain_text(sentence).replace("\N{NO-BREAK SPACE}", " ") == short
    assert not {"Note", "Link"} & {inline["t"] for inline in sentence}
