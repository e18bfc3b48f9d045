"""One thing that changed."""

from dataclasses import dataclass

KINDS = {
    "number": "Numbers in tables",
    "sentence": "Sentences whose numbers changed",
    "figure": "Figures",
    "words": "Words in tables",
    "row": "Rows of tables",
    "column": "Columns of tables",
    "table": "Tables",
    "page": "Pages",
    "stale": "Stale",
}
"""Kind of change -> heading, in the order of a report."""


@dataclass(frozen=True)
class Change:
    """One thing that changed.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    where : str
        Table, row and column; page; name of a figure.
    before, after : str
        What was there and is there; empty for what was added or is gone.
    errors, units : float or None
        Size of a change of a number: in standard errors where there is an interval, and in units
        of the last printed digit where it is no count.
    pictures : tuple of bytes
        Of a figure: before, after, and what differs, as PNG.
    """

    kind: str
    where: str
    before: str
    after: str
    errors: float | None = None
    units: float | None = None
    pictures: tuple[bytes, ...] = ()

    @property
    def size(self) -> str:
        """Say how large it is."""
        if self.errors is not None:
            return f"{self.errors:.1f} standard errors"
        return "" if self.units is None else f"{self.units:.0f} units of the last digit"

    @property
    def rank(self) -> tuple:
        """Sort the largest changes of each kind first."""
        return [*KINDS].index(self.kind), -(self.errors or 0), -(self.units or 0), self.where
