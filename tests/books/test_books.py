"""Books of other people's tables, read for sentences that their data do not bear out."""

import re

import pytest

from tests.books.tables import TABLES

OWN = ("b-reproduction", "a-coarse-grained", "d-api", "references", "09-surroundings", "08-limits")
POLYMERS = r"B[2468]T[135]|all-atom edition\.|coarse-grained edition\.|this edition counts .*TFSI"
NEVER = (
    r"\(not computed\)",
    r"\bnan\b|\binf\b",
    r"\[–, –\]",
    r"\b1 (points|systems|pairs|windows|ions|lithium ions|electrolytes|tests)\b",
    r"\b\d+\.\d{9,}",
    r"Solid Polymer Electrolytes",
    r"polymers of this thesis",
    r"more than there are neighbours to exchange",
    r"thousands of rows",
    r"only 0 of",
    r"\b0 pairs|\b0 tests",
)


INTERVAL = re.compile(r"([−]?[\d,]*\.?\d+) \[([−]?[\d,]*\.?\d+), ([−]?[\d,]*\.?\d+)\]")


def numbers(*words: str) -> list[float]:
    """Read numbers as prose writes them."""
    return [float(word.replace("−", "-").replace(",", "")) for word in words]


def excluded(text: str) -> list[str]:
    """Find the values that lie outside of the interval that stands beside them."""
    found = ((match.group(), numbers(*match.groups())) for match in INTERVAL.finditer(text))
    return [words for words, (value, low, high) in found if not low <= value <= high]


def test_values_outside_of_their_intervals_are_found():
    """The check can fail."""
    assert excluded("0.165 [0.229, 0.286] and −0.1 [−0.2, 0.1]") == ["0.165 [0.229, 0.286]"]


@pytest.mark.books
@pytest.mark.parametrize("name", TABLES)
def test_books_say_nothing_false(book, name):
    """The book is made; no sentence is empty, ungrammatical, or of other data than these."""
    table = TABLES[name]()
    pages = book(name, table)
    for page, text in pages.items():
        for pattern in NEVER:
            found = re.search(f".{{0,80}}(?:{pattern}).{{0,80}}", text)
            of_a_work = page == "references" and pattern == "Solid Polymer Electrolytes"
            assert found is None or page == "d-api" or of_a_work, f"{page}: {found.group()}"
        if page not in OWN and page not in ("01-introduction", "02-background", "10-robustness"):
            found = re.search(f".{{0,80}}(?:{POLYMERS}).{{0,80}}", text)
            assert found is None, f"{page}: {found.group()}"
        assert not excluded(text), page
    for page, statement in statements(table).items():
        assert statement in pages[page], (page, statement)


def statements(table) -> dict[str, str]:
    """Compute some sentences of the book from the table alone."""
    rows, ions = len(table), table.groupby(["system", "idx"]).ngroups
    systems = table["system"].nunique()
    noun = "electrolyte" if systems == 1 else "electrolytes"
    ion = "lithium ion" if ions == 1 else "lithium ions"
    flips = table.filter(like="-flip")
    most = flips.max().max()
    return {
        "index": f"{rows:,} windows of 100 ps in the motion of {ions} {ion} in {systems} {noun}",
        "03-data-and-methods": f"there are up to {most} of them in a window",
        "04-exploration": f"Distribution of d r dr over {rows:,} windows",
    }
