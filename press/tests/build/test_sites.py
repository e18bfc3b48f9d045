"""Several editions side by side."""

import json

import pytest
from press.build import sites

from press import InputError

BOOK = """
project:
  type: book
profile:
  default: near
book:
  title: Two
  chapters: [index.qmd]
"""


@pytest.fixture
def root(tmp_path):
    """Write a book with two editions at hand and one whose cell fails."""
    (tmp_path / "_quarto.yml").write_text(BOOK)
    for name in ("far", "near"):
        text = f"project:\n  output-dir: _book-{name}\nbook:\n  subtitle: The {name} one\n"
        (tmp_path / f"_quarto-{name}.yml").write_text(text)
    (tmp_path / "_quarto-lost.yml").write_text("project:\n  output-dir: _book-lost\n")
    lost = '::: {.content-visible when-profile="lost"}\nSee @fig-missing.\n:::\n'
    (tmp_path / "index.qmd").write_text(f"# Front {{.unnumbered}}\n\nText.\n\n{lost}")
    return tmp_path


def test_editions_stand_side_by_side(root):
    """The book's own first, each with a list of all; what cannot be rendered is left out."""
    said = []
    assert sites.assemble(root, root / "_site", said.append) == ["near", "far"]
    assert any(line.startswith("left out the edition lost: ") for line in said)
    text = (root / "_site/far/site_libs/editions.js").read_text()
    listed = json.loads(text.removeprefix("window.editions = ").removesuffix(";\n"))
    assert [(e["folder"], e["title"], e["here"]) for e in listed] == [
        ("near", "The near one", False),
        ("far", "The far one", True),
    ]
    assert "url=near/index.html" in (root / "_site/index.html").read_text()


def test_a_foreign_folder_is_left_alone(root):
    """What no site made is not replaced."""
    (root / "_site").mkdir()
    (root / "_site/mine.txt").write_text("")
    with pytest.raises(InputError, match="holds something else"):
        sites.assemble(root, root / "_site")
    assert (root / "_site/mine.txt").exists()
