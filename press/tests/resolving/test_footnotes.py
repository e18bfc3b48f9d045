"""Footnotes that pandoc would lose or print as text, and its other warnings."""

import pytest
from press.document import tree
from press.ground.errors import InputError
from support.cases_and_facts import resolved

PART = "Included.[^1]\n\n[^1]: Of the part.\n"


def notes(folder, text: str, **others: str) -> list[str]:
    """Texts of the footnotes of a chapter; other files are included by it."""
    chapters = {"one.qmd": f"# One\n\n{text}\n"}
    for name, content in others.items():
        folder.mkdir(exist_ok=True)
        (folder / f"_{name}.qmd").write_text(content)
    found = tree.elements(resolved(folder, chapters).pages[1].blocks)
    return [tree.plain_text(note["c"]) for note in found if note["t"] == "Note"]


def test_a_note_of_the_chapter_and_one_of_its_include(tmp_path):
    """Of different names, both are there."""
    text = "{{< include _part.qmd >}}\n\nOwn.[^2]\n\n[^2]: Of the chapter."
    assert notes(tmp_path, text, part=PART) == ["Of the part.", "Of the chapter."]


def test_the_same_name_in_an_include(tmp_path):
    """Is refused with the second definition: pandoc would lose one."""
    text = "{{< include _part.qmd >}}\n\nOwn.[^1]\n\n[^1]: Of the chapter."
    with pytest.raises(InputError, match=r"^one.qmd:7:1: the footnote '\[\^1\]' is defined twice"):
        notes(tmp_path, text, part=PART)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Text.[^nope]", "one.qmd:3:6: the footnote '[^nope]' is not defined"),
        ("Text.\n\n[^a]: Never.", "one.qmd:5:1: the footnote '[^a]' is not referred to"),
        ("[a]\n\n[a]: b\n[a]: c", "one.qmd:6:1: Duplicate link reference '[a]'"),
    ],
)
def test_what_is_refused(tmp_path, text, message):
    """With file and line: it would stand in the text, or vanish."""
    with pytest.raises(InputError) as refused:
        notes(tmp_path, text)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("text", ["Code `[^x]`.", r"Signs \[^x\].", "Note.^[Inline.]"])
def test_what_is_no_reference(tmp_path, text):
    """Code, escaped signs and notes in the line pass."""
    notes(tmp_path, text)


def test_the_same_label_for_two_formats(tmp_path):
    """Content for one format or the other may share a label."""
    both = "".join(
        f'::: {{.content-visible when-format="{name}"}}\n![A](a.svg){{#fig-a}}\n:::\n\n'
        for name in ("html", "typst")
    )
    assert notes(tmp_path, both) == []
