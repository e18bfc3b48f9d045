"""Numbers in prose are computed, not typed; those that are given are marked, `[5 Å]{.given}`."""

import re
from pathlib import Path

import pytest

CHAPTERS = Path(__file__).parents[1] / "chapters"
SOURCES = sorted([*CHAPTERS.glob("*.qmd"), CHAPTERS.parent / "index.qmd"])
NOT_PROSE = (
    r"```.*?```",  # cells
    r"\$\$.*?\$\$(\s*\{#.*?\})?",
    r"\$[^$]+\$",
    r"`\{python\}[^`]*`",
    r"`[^`]*`",
    r"\[[^\]]*\]\{\.given\}",  # of the literature, a definition or a setting, and no result
    r"\{[^}]*\}",
    r"@[\w-]+",
    r"\[[^\]]*\]\([^)]*\)",
    r"\bB\dT\d\b",  # names of systems
    r"95%",  # the level of all intervals
    r"R\^2\^|Li\^\+\^",
    r"\b[123]-D\b",
    r"\bF1\b|\bsha256\b",
    r"[\^~][−\d]+[\^~]",  # of units and formulas
    r"(?m)^\d\. ",  # of lists
)
TYPED = re.compile(r"[^\n.]*\d[^\n.]*")


def prose(text: str) -> str:
    """Blank what is no prose: code, formulas, references, names that hold digits."""
    for pattern in NOT_PROSE:
        text = re.sub(pattern, "", text, flags=re.DOTALL)
    return text


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_prose_holds_no_typed_numbers(path):
    """A digit in a sentence is a number that the next data set makes false."""
    assert TYPED.findall(prose(path.read_text())) == []


def test_given_numbers_are_told_from_typed_ones():
    """A mark excuses what it holds and nothing else."""
    assert TYPED.findall(prose("Runs at [400 K]{.given} last 5 ps.")) == ["Runs at  last 5 ps"]
