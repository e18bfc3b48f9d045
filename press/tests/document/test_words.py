"""The words that a renderer adds."""

import re
from pathlib import Path

import pytest
from press.document.words import translations, word

import press

LANGUAGES = ("de", "es", "fr", "it", "nl", "pt", "pl", "sv", "ja", "zh")
ASKED = re.compile(r'\bword\((?:[\w.]+, )?["\']([^"\']+)["\']\)')
SOURCES = Path(press.__file__).parent


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word(language):
    """No word is forgotten in one of them."""
    assert translations(language).keys() == translations("de").keys()
    assert all(translations(language).values())


def test_what_the_site_and_the_pdf_ask_for_is_there():
    """Each word that a template, a script or a writer names has translations."""
    asked = set()
    for file in [*SOURCES.glob("site/**/*.*"), *SOURCES.glob("pdf/*.py")]:
        if file.suffix in (".html", ".js", ".py"):
            asked |= set(
                re.findall(r'\bword\((?:[\w.]+, )?["\']([^"\']+)["\']\)', file.read_text())
            )
    assert {"Search", "Copied", "Abstract"} <= asked <= translations("de").keys()


def test_chapters_and_regions():
    """A chapter is a Kapitel; a region's language counts; unknown languages get English."""
    assert (word("de", "Chapter"), word("pt-BR", "Figure")) == ("Kapitel", "Figura")
    assert (word("cy", "Figure"), word("en-GB", "Figure")) == ("Figure", "Figure")
