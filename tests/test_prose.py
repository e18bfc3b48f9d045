"""Numbers in the prose of results are computed, not typed."""

import re
from pathlib import Path

import pytest

CHAPTERS = Path(__file__).parents[1] / "chapters"
RESULTS = ("04-exploration", "08-limits", "11-prediction", "12-conclusions")
NOT_PROSE = (
    r"```.*?```",  # cells
    r"\$\$.*?\$\$(\s*\{#.*?\})?",
    r"\$[^$]+\$",
    r"`\{python\}[^`]*`",
    r"`[^`]*`",
    r"\{[^}]*\}",
    r"@[\w-]+",
    r"\[[^\]]*\]\([^)]*\)",
    r"\bB\dT\d\b",  # names of systems
    r"95%",  # the level of all intervals
    r"R\^2\^|Li\^\+\^",
    r"\b[123]-D\b",
)
TYPED = re.compile(r"[^\n.]*\d[^\n.]*")


def prose(text: str) -> str:
    """Blank what is no prose: code, formulas, references, names that hold digits."""
    for pattern in NOT_PROSE:
        text = re.sub(pattern, "", text, flags=re.DOTALL)
    return text


@pytest.mark.parametrize("name", RESULTS)
def test_results_hold_no_typed_numbers(name):
    """A digit in a sentence is a number that the next data set makes false."""
    text = prose((CHAPTERS / f"{name}.qmd").read_text())
    assert TYPED.findall(text) == []
