"""Sentences of rendered pages that say other numbers in the same words."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from html.parser import HTMLParser
from pathlib import Path

from press.differences.change import Change
from press.door.agreement import NUMBER

BLOCKS = ("p", "li", "figcaption", "dd")
WITHOUT_NUMBERS = ("a", "code", "annotation", "script", "style", "table")
"""Elements whose numbers are none of the sentence: those of figures and pages, for instance."""
END = re.compile(r"(?<=[.!?]) (?=[A-Z])")


def compare(page: str, before: Path, after: Path) -> Iterator[Change]:
    """Compare the sentences of a page; those whose words changed are the author's."""
    old, new = sentences(before.read_text("utf-8")), sentences(after.read_text("utf-8"))
    words = [[NUMBER.sub("#", sentence) for sentence in said] for said in (old, new)]
    for what, i, j, k, m in SequenceMatcher(None, words[0], words[1], autojunk=False).get_opcodes():
        if what == "equal":
            pairs = zip(old[i:j], new[k:m], strict=True)
            yield from (Change("sentence", page, a, b) for a, b in pairs if a != b)


def sentences(html: str) -> list[str]:
    """Read the sentences of a page's text.

    Examples
    --------
    >>> sentences("<main><p>There are 3, see <a>Figure 2</a>. So it is.</p></main>")
    ['There are 3, see .', 'So it is.']
    """
    reader = _Reader()
    reader.feed(html)
    texts = (" ".join(text.split()) for text in reader.texts)
    return [sentence for text in texts for sentence in END.split(text) if sentence]


class _Reader(HTMLParser):
    """Collects the texts of the blocks in a page's main part."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.in_main = False
        self.left_out = 0

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.in_main = self.in_main or tag == "main"
        self.left_out += tag in WITHOUT_NUMBERS
        if tag in BLOCKS:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.in_main = self.in_main and tag != "main"
        self.left_out -= tag in WITHOUT_NUMBERS and self.left_out > 0
        if tag in BLOCKS:
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.in_main and not self.left_out and self.texts:
            self.texts[-1] += data
