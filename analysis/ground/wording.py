"""Numbers as prose writes them: no more digits than their uncertainty bears."""

from collections.abc import Sequence
from math import floor, isfinite, log10

MINUS = "\N{MINUS SIGN}"
MISSING = "\N{EN DASH}"


def fixed(value: float, decimals: int) -> str:
    """Write a number with that many decimals, a true minus and commas between thousands.

    Examples
    --------
    >>> fixed(-12345.678, 1)
    '−12,345.7'
    >>> fixed(-0.001, 2)
    '0.00'
    """
    if not isfinite(value):
        return MISSING
    text = f"{value:,.{max(decimals, 0)}f}"
    negative = text.startswith("-") and any(digit in text for digit in "123456789")
    return MINUS * negative + text.lstrip("-")


def decimals_for(value: float, digits: int) -> int:
    """Return the decimals that show a number with that many significant digits.

    Examples
    --------
    >>> decimals_for(0.0123, 2), decimals_for(123.0, 2)
    (3, 0)
    """
    if value == 0 or not isfinite(value):
        return 0
    return max(digits - 1 - floor(log10(abs(value))), 0)


def number(value: float, digits: int = 3) -> str:
    """Write a number with that many significant digits; whole parts are never cut.

    Examples
    --------
    >>> number(0.012345), number(1234.5)
    ('0.0123', '1,234')
    """
    return fixed(value, decimals_for(value, digits))


def counted(value: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun, which agrees with it.

    Examples
    --------
    >>> counted(1, "point"), counted(3, "point"), counted(2, "box", "boxes")
    ('1 point', '3 points', '2 boxes')
    """
    return f"{count(value)} {one if value == 1 else many or f'{one}s'}"


def count(value: int) -> str:
    """Write a whole number with commas between thousands.

    Examples
    --------
    >>> count(24900)
    '24,900'
    """
    return fixed(value, 0)


def percent(share: float, decimals: int = 0) -> str:
    """Write a share of one as a percentage.

    Examples
    --------
    >>> percent(0.3815), percent(0.0042, 1)
    ('38%', '0.4%')
    """
    return f"{fixed(100 * share, decimals)}%" if isfinite(share) else MISSING


def _decimals(value: float, error: float) -> int:
    """Return the decimals of two digits of an error, or of three of a value that has none.

    More than six digits of a value are noise of the arithmetic.
    """
    if error == 0:
        return decimals_for(value, 3)
    most = decimals_for(value, 6) if value else 6
    return min(decimals_for(error, 2), most)


def with_error(value: float, error: float) -> str:
    """Write a value with its standard error, which gets two significant digits.

    Examples
    --------
    >>> with_error(1.23096, 0.02512), with_error(1.23096, float("nan"))
    ('1.231 ± 0.025', '1.23 (no error)')
    """
    if not isfinite(error):
        return f"{number(value)} (no error)" if isfinite(value) else MISSING
    decimals = _decimals(value, error)
    return f"{fixed(value, decimals)} ± {fixed(error, decimals)}"


def with_interval(value: float, low: float, high: float, *, decimals: int | None = None) -> str:
    """Write a value with its interval, whose half width gets two significant digits.

    In a column, where one number of decimals is easier to read, it can be given. A value whose
    interval cannot be had, or has no width, keeps digits of its own.

    Examples
    --------
    >>> with_interval(2.8589, 2.7952, 2.9248), with_interval(2.8589, 2.7952, 2.9248, decimals=1)
    ('2.859 [2.795, 2.925]', '2.9 [2.8, 2.9]')
    >>> with_interval(0.377, 0.377, 0.377), with_interval(-0.699, float("nan"), float("nan"))
    ('0.377 [0.377, 0.377]', '−0.699 (no interval)')
    """
    if not (isfinite(low) and isfinite(high)):
        shown = number(value) if decimals is None else fixed(value, decimals)
        return f"{shown} (no interval)" if isfinite(value) else MISSING
    if decimals is None:
        decimals = _decimals(value, (high - low) / 2)
    return f"{fixed(value, decimals)} [{fixed(low, decimals)}, {fixed(high, decimals)}]"


def p_value(p: float, least: float = 0.001) -> str:
    """Write a p value as a comparison; `least` is the smallest that the method can tell.

    Examples
    --------
    >>> p_value(0.0312), p_value(0.0002)
    ('p = 0.031', 'p < 0.001')
    """
    return (
        f"p < {least:g}"
        if p < least
        else f"p = {fixed(p, min(decimals_for(p, 2), decimals_for(least, 1)))}"
    )


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does.

    Examples
    --------
    >>> listed(["TFSI", "EC", "Li"])
    'TFSI, EC and Li'
    """
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def several(names: Sequence[str], most: int) -> str:
    """Join names, or say how many they are where that is more than a sentence bears.

    Examples
    --------
    >>> several(["A", "B"], 2), several(["A", "B", "C"], 2)
    ('A and B', '3 of them')
    """
    return listed(list(names)) if len(names) <= most else f"{count(len(names))} of them"
