"""Sentences that rest on refuted claims are found."""

import pytest

from analysis.verify import conclusions
from press import InputError

LEDGER = """Claim,Statement,Verdict,Value,Rule
[ions-return]{#claim-cg-ions-return},Ions return.,✓ holds,1,above 0
[shells-know]{#claim-cg-shells-know},Shells know.,✗ does not hold,-1,above 0
"""
CHAPTER = """# One

Ions return `{python} claims.ions_return(w)`.

- `{python} claims.shells_know.sentence(w)`

::: {.content-visible when-profile="paec"}
Shells know `{python} claims.shells_know(w)`.
:::
"""


@pytest.fixture
def book(tmp_path):
    """Write a book of one chapter with its ledger."""
    (tmp_path / "tables" / "cg").mkdir(parents=True)
    (tmp_path / "tables" / "cg" / "claims-cg.csv").write_text(LEDGER)
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "one.qmd").write_text(CHAPTER)
    return tmp_path


def test_supported_prose_passes(book):
    """A claim that holds, a sentence that takes itself back, and another edition's sentence."""
    assert list(conclusions.unsupported(book, "cg")) == []


def test_a_bare_mark_of_a_refuted_claim_is_found(book):
    """File, line and claim are named."""
    chapter = book / "chapters" / "one.qmd"
    chapter.write_text(CHAPTER + "\nShells know `{python} claims.shells_know(w)`.\n")
    (found,) = conclusions.unsupported(book, "cg")
    assert found.startswith("chapters/one.qmd:11: the claim 'shells_know' does not hold")


def test_without_a_ledger_there_is_no_answer(book):
    """An edition that was not rendered is refused."""
    with pytest.raises(InputError, match="paec has no ledger"):
        list(conclusions.unsupported(book, "paec"))
