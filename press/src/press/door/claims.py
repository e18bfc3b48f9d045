"""Claims: each conclusion is a named function of the data, marked in the text, kept in a ledger.

In a module of the science::

    claim = Ledger(page="chapters/12-conclusions.qmd", edition=lambda data: data.name)

    @claim("Ions tend to come back.")
    def ions_come_back(data):
        return below(memory(data), 0)

In a chapter, after the sentence that rests on it: ``{python} claims.ions_come_back(data)``. The
reader sees a small mark, which leads to the claim's row in the table that ``claim.table(data)``
makes. A sentence that must not outlive its claim is the claim's own:
``{python} claims.ions_come_back.sentence(data)``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

from press.door.absence import Absence
from press.ground.errors import InputError

HOLDS, FAILS, UNDECIDED, UNANSWERED = "holds", "does not hold", "undecided", "no answer"
SIGNS = {HOLDS: "✓", FAILS: "✗", UNDECIDED: "?", UNANSWERED: "–"}
DECIMALS = 3


@dataclass(frozen=True)
class Finding:
    """What the data say to a claim.

    Parameters
    ----------
    verdict : str
        One of `SIGNS`.
    value, low, high : float
        What was measured, with its 95 % interval.
    rule : str
        What the interval is compared with: "above 0".
    of : int or None
        All cases, of a count.
    """

    verdict: str
    value: float
    low: float
    high: float
    rule: str
    of: int | None = None

    def __str__(self) -> str:
        if self.of is not None:
            return f"{self.value:g} of {self.of}"
        from press.door.tabulation import for_people  # here: it imports pandas

        if not isfinite(self.value):
            return "no value"
        value, *limits = [
            for_people(f"{x:z.{DECIMALS}f}") for x in (self.value, self.low, self.high)
        ]
        known = isfinite(self.low) and isfinite(self.high)
        return f"{value} [{', '.join(limits)}]" if known else f"{value} (no interval)"


def above(estimate: tuple[float, float, float] | Absence, limit: float = 0) -> Finding | Absence:
    """Hold if the whole interval lies above the limit, not hold if it lies below.

    Examples
    --------
    >>> above((0.3, 0.2, 0.4)).verdict, above((0.3, -0.1, 0.4)).verdict
    ('holds', 'undecided')
    """
    if isinstance(estimate, Absence):
        return estimate
    value, low, high = map(float, estimate)
    verdict = HOLDS if low > limit else FAILS if high < limit else UNDECIDED
    return Finding(verdict, value, low, high, f"above {limit:g}")


def below(estimate: tuple[float, float, float] | Absence, limit: float = 0) -> Finding | Absence:
    """Hold if the whole interval lies below the limit, not hold if it lies above.

    Examples
    --------
    >>> below((0.3, 0.2, 0.4), 0.1).verdict
    'does not hold'
    """
    if isinstance(estimate, Absence):
        return estimate
    value, low, high = map(float, estimate)
    verdict = HOLDS if high < limit else FAILS if low > limit else UNDECIDED
    return Finding(verdict, value, low, high, f"below {limit:g}")


def counted(number: int, least: int, of: int) -> Finding:
    """Hold if at least so many of all cases agree; a count has no interval.

    Examples
    --------
    >>> counted(11, 10, 12).rule
    'at least 10'
    """
    verdict = HOLDS if number >= least else FAILS
    return Finding(verdict, number, float("nan"), float("nan"), f"at least {least}", of)


@dataclass(frozen=True, eq=False)
class Ledger:
    """All claims of a book; calling it with a statement makes a claim of a function.

    Parameters
    ----------
    page : str
        Source of the chapter that shows the ledger, from the folder of the book.
    edition : callable
        Gives the name of the edition from what the claims are called with.
    """

    page: str
    edition: Callable[..., str]
    claims: dict[str, "Claim"] = field(default_factory=dict)

    def __call__(self, statement: str) -> Callable[[Callable], "Claim"]:
        """Make a claim of the function below, which returns a `Finding` or an `Absence`.

        Raises
        ------
        press.InputError
            For a statement that cannot stand in a link, and a second claim of one name.
        """

        def made(function: Callable) -> "Claim":
            name = function.__name__.replace("_", "-")
            if '"' in statement or name in self.claims:
                rule = "a claim has a name of its own and a statement without double quotes"
                raise InputError(f"the claim {name!r} cannot be made", rule=rule)
            self.claims[name] = Claim(name, statement, function, self)
            return self.claims[name]

        return made

    def anchor(self, name: str, *args) -> str:
        """Name the place of a claim's row."""
        return f"claim-{self.edition(*args)}-{name}"

    def table(self, *args) -> "pd.DataFrame":
        """Evaluate every claim: its name (a place to link to), statement, verdict and numbers."""
        import pandas as pd  # here, so that `thesis --help` does not wait for it

        rows = [claim.row(*args) for claim in self.claims.values()]
        return pd.DataFrame(rows).set_index("Claim")


@dataclass(frozen=True, eq=False)
class Claim:
    """A statement and the function of the data that decides it.

    Parameters
    ----------
    name, statement : str
        Name in the ledger; what is claimed, a sentence.
    function : callable
        Returns a `Finding` or an `Absence`.
    ledger : Ledger
        Where it is listed.
    """

    name: str
    statement: str
    function: Callable
    ledger: Ledger

    def finding(self, *args) -> Finding | Absence:
        """Ask the data."""
        return self.function(*args)

    def __call__(self, *args) -> "Marked":
        """Give the mark, for an inline expression."""
        return Marked(self._mark(self.finding(*args), *args))

    def sentence(self, *args) -> "Marked":
        """Give the statement with its numbers and mark; where it does not hold, it says so."""
        found = self.finding(*args)
        if isinstance(found, Absence):
            told = f"not decided here: {found.reason.removesuffix('.')}"
        elif found.verdict == HOLDS:
            told = f"{found}"
        else:
            told = f"{found.verdict} in this edition: {found}"
        statement = self.statement.removesuffix(".")
        return Marked(f"{statement} ({told}). {self._mark(found, *args)}")

    def row(self, *args) -> dict:
        """Give the claim's row of the ledger."""
        found = self.finding(*args)
        numbers = {"Value": str(found), "Rule": getattr(found, "rule", "")}
        name = f"[{self.name}]{{#{self.ledger.anchor(self.name, *args)}}}"
        verdict = _verdict(found)
        shown = {"Verdict": f"{SIGNS[verdict]} {verdict}"} | numbers
        return {"Claim": name, "Statement": self.statement} | shown

    def _mark(self, found: Finding | Absence, *args) -> str:
        verdict = _verdict(found)
        target = f"/{self.ledger.page}#{self.ledger.anchor(self.name, *args)}"
        return f'[{SIGNS[verdict]}]({target} "{verdict}: {self.statement}"){{.claim}}'


@dataclass(frozen=True)
class Marked:
    """Markdown that an inline expression shows."""

    text: str

    def __str__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


def _verdict(found: Finding | Absence) -> str:
    return UNANSWERED if isinstance(found, Absence) else found.verdict
