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
MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "es": """enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre
        diciembre""",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": """gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre
        dicembre""",
    "nl": """januari februari maart april mei juni juli augustus september oktober november
        december""",
    "pt": """janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro
        dezembro""",
}
LONG = {"de": "D. MMMM YYYY", "es": "D [de] MMMM [de] YYYY", "pt": "D [de] MMMM [de] YYYY"} | {
    language: "D MMMM YYYY" for language in ("fr", "it", "nl")
}
ENGLISH = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


def written(day: date, style: str | None = None, language: str = "en") -> str:
    """Write a date.

    Parameters
    ----------
    day : date
    style : str, optional
        A named style, a pattern of tokens (text in brackets is kept), or one with ``%``; the
        style "long" without it.
    language : str
        Of the months' names.

    Examples
    --------
    >>> written(date(2025, 3, 1)), written(date(2025, 3, 1), "Do [of] MMM YYYY")
    ('March 1, 2025', '1st of Mar 2025')
    >>> written(date(2025, 3, 1), language="de")
    '1. März 2025'
    """
    language = language.partition("-")[0]
    pattern = STYLES.get(style or "long", style)
    if style in (None, "long"):
        pattern = LONG.get(language, pattern)
    month = MONTHS[language].split()[day.month - 1] if language in MONTHS else f"{day:%B}"
    if "%" in pattern:
        return day.strftime(pattern)
    values = {
        "YYYY": f"{day:%Y}", "YY": f"{day:%y}",
        "MMMM": month, "MMM": month[:3], "MM": f"{day:%m}", "M": str(day.month),
        "DD": f"{day:%d}", "Do": f"{day.day}{ENGLISH.get(day.day, 'th')}", "D": str(day.day),
        "dddd": f"{day:%A}", "ddd": f"{day:%a}",
    }  # fmt: skip
    return TOKEN.sub(lambda token: values.get(token[0], token[1]), pattern)
