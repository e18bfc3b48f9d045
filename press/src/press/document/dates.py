"""Dates as a book writes them: Quarto's named styles and patterns such as ``MMMM D, YYYY``."""

import re
from datetime import date

STYLES = ("full", "long", "medium", "short")
TOKENS = {
    "YYYY": "yyyy", "YY": "yy", "MMMM": "MMMM", "MMM": "MMM", "MM": "MM", "M": "M",
    "DD": "dd", "D": "d", "dddd": "EEEE", "ddd": "EEE",
    "%Y": "yyyy", "%y": "yy", "%B": "MMMM", "%b": "MMM", "%m": "MM", "%d": "dd", "%e": "d",
    "%A": "EEEE", "%a": "EEE",
}  # fmt: skip
"""Quarto's tokens, and strftime's -> those of the Unicode locale data (CLDR)."""
TOKEN = re.compile(r"\[(?P<kept>[^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|Do|DD|D|dddd|ddd")
STRFTIME = re.compile(r"%[A-Za-z%]")
ENGLISH = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
ORDINAL = {"de": ".", "pl": ".", "es": "º", "it": "º", "pt": "º", "nl": "e", "ja": "日", "zh": "日"}


def written(day: date, style: str | None = None, language: str = "en") -> str:
    """Write a date.

    Parameters
    ----------
    day : date
    style : str, optional
        A named style (full, long, medium, short, iso), a pattern of tokens (text in brackets is
        kept), or one of strftime; "long" without it.
    language : str
        Of the words, and of the order in a named style.

    Examples
    --------
    >>> written(date(2025, 3, 1)), written(date(2025, 3, 1), "Do [of] MMM YYYY")
    ('March 1, 2025', '1st of Mar 2025')
    >>> written(date(2025, 3, 1), language="de"), written(date(2025, 3, 1), "short", "sv")
    ('1. März 2025', '2025-03-01')
    """
    from babel.dates import format_date  # its import takes 50 ms: only a render pays

    locale, style = _locale(language), style or "long"
    if style == "iso":
        return day.isoformat()
    if style in STYLES:
        return format_date(day, style, locale)

    def value(token: re.Match) -> str:
        if token[0] == "Do":
            return _ordinal(day.day, language)
        if token[0] in TOKENS:
            return format_date(day, TOKENS[token[0]], locale)
        return day.strftime(token[0]) if token[0].startswith("%") else token["kept"]

    return (STRFTIME if "%" in style else TOKEN).sub(value, style)


def _ordinal(day: int, language: str) -> str:
    short = language.partition("-")[0]
    if short == "en":
        return f"{day}{ENGLISH.get(day, 'th')}"
    return f"{day}er" if (short, day) == ("fr", 1) else f"{day}{ORDINAL.get(short, '')}"


def _locale(language: str):
    """Find a language's data; English where there are none."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
