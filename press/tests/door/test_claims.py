"""Claims: verdicts from intervals, marks in the text, rows in the ledger."""

import pytest
from press.door.claims import FAILS, HOLDS, SIGNS, UNDECIDED, Ledger, above, below, counted

from press import Absence, InputError


@pytest.fixture
def claims():
    """Make a ledger of one claim: the number is positive."""
    claim = Ledger(page="chapters/end.qmd", edition=lambda data: data["edition"])

    @claim("The number is positive.")
    def is_positive(data):
        return data["reason"] if "reason" in data else above(data["estimate"])

    return claim


@pytest.mark.parametrize(
    ("estimate", "verdict"),
    [((2, 1, 3), HOLDS), ((-2, -3, -1), FAILS), ((0.5, -1, 2), UNDECIDED)],
)
def test_verdict_follows_from_the_interval(estimate, verdict):
    """Above and below are each other's mirror."""
    assert above(estimate).verdict == verdict
    mirrored = tuple(-x for x in (estimate[0], estimate[2], estimate[1]))
    assert below(mirrored).verdict == verdict


def test_an_interval_may_be_missing():
    """Nothing is decided then, and the number says so."""
    finding = above((0.3, float("nan"), float("nan")))
    assert (finding.verdict, str(finding)) == (UNDECIDED, "0.300 (no interval)")
    assert str(below((float("nan"),) * 3)) == "no value"


def test_counts_hold_from_the_least_on():
    """So many of so many, without an interval."""
    assert [counted(n, 10, 12).verdict for n in (9, 10)] == [FAILS, HOLDS]
    assert str(counted(10, 10, 12)) == "10 of 12"


def test_mark_links_to_the_row(claims):
    """The mark's target is the row's anchor, and differs between editions."""
    data = {"edition": "a", "estimate": (2, 1, 3)}
    mark = claims.claims["is-positive"](data)._repr_markdown_()
    assert mark.startswith("[✓](/chapters/end.qmd#claim-a-is-positive ")
    row = claims.table(data).reset_index().iloc[0]
    assert row["Claim"] == "[is-positive]{#claim-a-is-positive}"
    assert row["Verdict"] == "✓ holds"
    assert row["Value"] == "2.000 [1.000, 3.000]"
    assert row["Rule"] == "above 0"


def test_sentence_takes_itself_back(claims):
    """Where the claim does not hold, its sentence says so."""
    claim = claims.claims["is-positive"]
    assert "does not hold in this edition" in str(
        claim.sentence({"edition": "a", "estimate": (-2, -3, -1)})
    )
    assert "this edition" not in str(claim.sentence({"edition": "a", "estimate": (2, 1, 3)}))


def test_absence_is_no_answer(claims):
    """What the data cannot tell has a sign of its own, and its reason in the ledger."""
    data = {"edition": "a", "reason": Absence("There is no number.")}
    assert str(claims.claims["is-positive"](data)).startswith(f"[{SIGNS['no answer']}]")
    assert claims.table(data)["Value"].item() == "There is no number."


def test_names_are_unique_and_statements_fit_a_link(claims):
    """A second claim of one name is refused."""
    with pytest.raises(InputError, match="is-positive"):
        claims("Again.")(claims.claims["is-positive"].function)
