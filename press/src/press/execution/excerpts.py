"""The beginning and the end of a text that may be endless."""

MOST_LINES = 2_000
MOST_CHARACTERS = 200_000
"""Of what the book shows of one cell's prints, or of one value; beyond either the middle is left
out, and stands in the notebook."""


class Excerpt:
    r"""A text that grows, of which no more than its beginning and its end is kept.

    Examples
    --------
    >>> excerpt = Excerpt("".join(f"{n}\n" for n in range(5000)))
    >>> excerpt.text.splitlines()[999:1002]
    ['999', '[3000 lines with 15000 characters are left out here]', '4000']
    """

    def __init__(
        self,
        text: str = "",
        most_lines: int = MOST_LINES,
        most_characters: int = MOST_CHARACTERS,
    ):
        self._most_lines, self._most_characters = most_lines, most_characters
        self._head = ""
        self._parts: list[str] = []
        self._size = self._lines = self._characters = 0
        self.add(text)

    def add(self, text: str) -> None:
        """Add text at the end."""
        self._parts.append(text)
        self._size += len(text)
        if self._size > 2 * self._most_characters:
            self._shorten()

    @property
    def text(self) -> str:
        """What is kept, with a sentence where something was left out."""
        whole = "".join(self._parts)
        if (
            not self._head
            and len(whole) <= self._most_characters
            and whole.count("\n") <= self._most_lines
        ):
            return whole
        self._shorten()
        end = "".join(self._parts)
        if not self._characters:
            return self._head + end
        said = f"[{self._lines} lines with {self._characters} characters are left out here]"
        return f"{self._head.removesuffix(chr(10))}\n{said}\n{end}"

    def _shorten(self) -> None:
        rest = "".join(self._parts)
        if not self._head:
            lines = rest[: self._most_characters // 2].splitlines(keepends=True)[
                : self._most_lines // 2
            ]
            self._head = "".join(lines)
            rest = rest[len(self._head) :]
        lines = rest[-(self._most_characters // 2) :].splitlines(keepends=True)[
            -(self._most_lines // 2) :
        ]
        end = "".join(lines)
        left = rest[: len(rest) - len(end)]
        self._lines += left.count("\n")
        self._characters += len(left)
        self._parts, self._size = [end], len(end)
