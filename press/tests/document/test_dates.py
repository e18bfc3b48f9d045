"""Dates: Quarto's named styles, patterns, other languages."""

from datetime import date

import pytest
from press.document.dates import written

DAY = date(2025, 3, 1)


@pytest.mark.parametrize(
    ("style", "language", "text"),
    [
        ("full", "en", "Saturday, March 1, 2025"),
        ("long", "en", "March 1, 2025"),
        ("medium", "en", "Mar 1, 2025"),
        ("short", "en", "3/1/25"),
        ("iso", "de", "2025-03-01"),
        (None, "es", "1 de marzo de 2025"),
        (None, "pl", "1 marca 2025"),
        (None, "ja", "2025年3月1日"),
        ("long", "tlh", "March 1, 2025"),
        ("dddd, Do MMMM YYYY", "en", "Saturday, 1st March 2025"),
        ("Do MMMM YY", "fr", "1er mars 25"),
        ("[Stand:] D. MMM YYYY", "de", "Stand: 1. März 2025"),
        ("%d %B %Y", "it", "01 marzo 2025"),
        ("100%% %Y", "en", "100% 2025"),
    ],
)
def test_styles_and_patterns(style, language, text):
    """The order and the words are those of the language; text in brackets is kept."""
    assert written(DAY, style, language) == text
