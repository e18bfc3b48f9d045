"""The words that a book's renderer adds itself, in the book's language."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

TABLE = Path(__file__).with_name("words.yml")


def word(language: str, english: str) -> str:
    """Give a word in a language; in English if there is no translation.

    Examples
    --------
    >>> word("de-AT", "Figure"), word("sv", "Figure"), word("cy", "Figure")
    ('Abbildung', 'Figur', 'Figure')
    """
    return translations(language).get(english, english)


def translations(language: str) -> Mapping[str, str]:
    """Give all words of a language by their English ones; none for English.

    Parameters
    ----------
    language : str
        As ``lang`` in the book; of ``"de-AT"`` only ``de`` counts.
    """
    language = language.partition("-")[0].lower()
    return {} if language == "en" else _table().get(language, {})


@cache
def _table() -> dict[str, dict[str, str]]:
    return yaml.safe_load(TABLE.read_text(encoding="utf-8"))
