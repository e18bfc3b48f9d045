"""Labels: unique in the PDF, and links lead where the website's do."""

from press.pdf.labels import Labels
from support.forms_in_markdown import placed
from support.printed import page

ONE = page("one", "## Data {#data}\n\n[x]{#here} `c`{#code}")
TWO = page("two", "## Data {#data}\n\n## More {#more}")
LABELS = Labels((ONE, TWO))


def test_labels_are_unique():
    """The second page with an identifier gets another label."""
    assert LABELS.of(ONE, "data") == "data"
    assert LABELS.of(TWO, "data") == "data-2"
    assert LABELS.of(ONE, "sec-one") == "sec-one"
    assert LABELS.of(ONE, "more") is None


def test_anywhere():
    """An identifier that is looked for in the whole book."""
    assert LABELS.anywhere("more") == "more"
    assert LABELS.anywhere("nowhere") is None


def test_targets_of_links():
    """Anchors on the page, on another page, whole pages, and files that are not pages."""
    assert LABELS.target(TWO, "#data") == "data-2"
    assert LABELS.target(TWO, "one.html#data") == "data"
    assert LABELS.target(TWO, "one.html", "sec-one") == "sec-one"
    assert LABELS.target(TWO, "one.qmd") == "sec-one"
    assert LABELS.target(TWO, "/tables/cg/scores.csv") is None


def test_targets_across_folders():
    """Addresses are relative to the page that holds the link."""
    from dataclasses import replace

    deep = replace(ONE, source="chapters/one.qmd", href="chapters/one.html")
    root = replace(TWO, blocks=placed("Words."))
    labels = Labels((root, deep))
    assert labels.target(root, "chapters/one.html#data") == "data"
    assert labels.target(deep, "../two.html") == "sec-two"
