"""How far two printed tables are apart, number by number, in units of the last printed digit."""

import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:[eE][-+]?\d{1,2})?(?!\w)")
INTERVAL = re.compile(r"^\s*(?P<value>\S+) \[(?P<low>[^,\]]+), (?P<high>[^\]]+)\]")
ERRORS_IN_INTERVAL = 2 * 1.96  # standard errors from end to end of a 95% interval


@dataclass(frozen=True)
class Step:
    """From one printed number to another.

    Attributes
    ----------
    before, after : str
        As printed.
    distance, unit : Decimal
        How far they are apart; one unit of the last digit of the one with fewer decimals, 0 for
        a count.
    """

    before: str
    after: str
    distance: Decimal
    unit: Decimal

    @property
    def is_within(self) -> bool:
        """Whether both may be the same number, printed on two machines."""
        return abs(self.distance) <= self.unit


def steps(before: str, after: str) -> list[Step] | None:
    """Pair the numbers of two texts; None if the words around them are not the same.

    Examples
    --------
    >>> [(str(s.distance), s.is_within) for s in steps("0.28 of 12", "0.29 of 13")]
    [('0.01', True), ('1', False)]
    >>> steps("0.28 of 12", "0.29 in 12")
    """
    if NUMBER.sub("#", before) != NUMBER.sub("#", after):
        return None
    pairs = zip(NUMBER.findall(before), NUMBER.findall(after), strict=True)
    return [Step(a, b, _value(b) - _value(a), max(_unit(a), _unit(b))) for a, b in pairs]


def agree(before: str, after: str) -> bool:
    """Whether two texts say the same, but for one unit of the last digit of a real number."""
    found = steps(before, after)
    return found is not None and all(step.is_within for step in found)


def tables_agree(before: str, after: str) -> bool:
    r"""Whether two tables in CSV have the same rows and columns, whose cells agree.

    Examples
    --------
    >>> tables_agree("a,b\\nx,0.50\\n", "a,b\\nx,0.51\\n"), tables_agree("a,b\\n", "a\\n")
    (True, False)
    """
    old, new = (list(csv.reader(io.StringIO(text))) for text in (before, after))
    return list(map(len, old)) == list(map(len, new)) and all(
        map(agree, itertools.chain(*old), itertools.chain(*new))
    )


def standard_error(cell: str) -> float | None:
    """Read the standard error of a value that is printed with its 95% interval.

    Examples
    --------
    >>> round(standard_error("0.28 [0.24, 0.32]"), 4)
    0.0204
    """
    found = INTERVAL.match(cell)
    if not found or not all(NUMBER.fullmatch(end) for end in (found["low"], found["high"])):
        return None
    return float(_value(found["high"]) - _value(found["low"])) / ERRORS_IN_INTERVAL or None


def changed(before: str, after: str) -> Iterator[Step]:
    """Yield the numbers of two texts with the same words that are further apart than a unit."""
    return (step for step in steps(before, after) or () if not step.is_within)


def _value(number: str) -> Decimal:
    return Decimal(number.replace("−", "-").replace(",", ""))


def _unit(number: str) -> Decimal:
    is_count = not re.search(r"[.eE]", number)
    return Decimal(0) if is_count else Decimal(1).scaleb(int(_value(number).as_tuple().exponent))
