"""Dates as a book writes them: Quarto's named styles and patterns such as ``MMMM D, YYYY``."""

import re
from datetime import date

STYLES = {
    "full": "dddd, MMMM D, YYYY",
    "long": "MMMM D, YYYY",
    "medium": "MMM D, YYYY",
    "short": "M/D/YY",
    "iso": "YYYY-MM-DD",
}
TOKEN = re.compile(r"\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DD|Do|D|dddd|ddd")
ENGLISH = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


def written(day: date, style: str | None = None) -> str:
    """Write a date.

    Parameters
    ----------
    day : date
    style : str, optional
        A named style, a pattern of tokens (text in brackets is kept), or one with ``%``; the
        style "long" without it.

    Examples
    --------
    >>> written(date(2025, 3, 1)), written(date(2025, 3, 1), "Do [of] MMM YYYY")
    ('March 1, 2025', '1st of Mar 2025')
    """
    pattern = STYLES.get(style or "long", style)
    if "%" in pattern:
        return day.strftime(pattern)
    values = {
        "YYYY": f"{day:%Y}", "YY": f"{day:%y}",
        "MMMM": f"{day:%B}", "MMM": f"{day:%b}", "MM": f"{day:%m}", "M": str(day.month),
        "DD": f"{day:%d}", "Do": f"{day.day}{ENGLISH.get(day.day, 'th')}", "D": str(day.day),
        "dddd": f"{day:%A}", "ddd": f"{day:%a}",
    }  # fmt: skip
    return TOKEN.sub(lambda token: values.get(token[0], token[1]), pattern)
