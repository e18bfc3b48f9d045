"""The API page."""

import json

import griffe
import pytest
from press.appendix import docstrings
from press.appendix.functions import api, api_summary

from press import InputError

SOURCE = '''"""What is measured; see [@key] and $x$."""

LIMIT = 3


def speed(distance: float, *, time: float = 1.0, **more) -> float:
    """Divide ``distance`` by `time`, for a_b and *c*.

    More words.

    Parameters
    ----------
    distance : float
        In metres.

        A second paragraph.
    time : float, optional
        In seconds.

    Returns
    -------
    float
        In metres per second.

    Raises
    ------
    press.InputError
        No time.

    Examples
    --------
    >>> speed(1, time=2)
    0.5
    """


def very_long_name_of_a_function(first_argument: int, /, second: str = "a, b", *rest: float) -> int:
    """Do nothing."""


class Speed:
    """Not the function."""


class Probe(Base):
    """A probe."""

    def read(self):
        """Read it."""

    @property
    def size(self) -> int:
        """Its size."""

    def _hidden(self):
        """Not shown."""


def _hidden():
    """Not shown."""
'''


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Stand in a book with one package."""
    (tmp_path / "_quarto.yml").write_text("")
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "__init__.py").write_text("")
    (tmp_path / "lab" / "speed.py").write_text(SOURCE)
    (tmp_path / "lab" / "_private.py").write_text("def f():\n    pass\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def text_of(shown):
    """Give the Markdown that is shown."""
    return shown.parts[0][0]["text/markdown"]


def test_every_public_definition_has_an_entry(book):
    """Headings are unnumbered and carry identifiers; private things are left out."""
    text = text_of(api("lab"))
    assert "## lab.speed {#api-lab-speed .unnumbered}" in text
    assert "### `speed` {#api-lab-speed-speed .unnumbered .unlisted}" in text
    assert "#### `read` {#api-lab-speed-probe-read .unnumbered .unlisted}" in text
    assert "### `Speed` {#api-lab-speed-speed-class .unnumbered .unlisted}" in text
    assert "idden" not in text and "_private" not in text


def test_signatures(book):
    """Signatures stand as in the source, long ones broken after each argument."""
    text = text_of(api("lab"))
    assert "```python\nspeed(distance: float, *, time: float = 1.0, **more) -> float\n```" in text
    assert (
        "very_long_name_of_a_function(\n    first_argument: int,\n    /,\n"
        "    second: str = 'a, b',\n    *rest: float,\n) -> int"
    ) in text
    assert "class Probe(Base)" in text
    assert "```python\nsize: int\n```" in text


def test_docstrings_become_markdown(book):
    """Sections are definition lists, examples code, and nothing is taken for markup."""
    text = text_of(api("lab"))
    assert r"see \[\@key\] and \$x\$" in text
    assert r"Divide `distance` by `time`, for a\_b and \*c\*." in text
    assert "`distance` (float)\n:   In metres.\n    \n    A second paragraph." in text
    assert "**Returns**\n\n`float`\n:   In metres per second." in text
    assert "`press.InputError`\n:   No time." in text
    assert "```python\n>>> speed(1, time=2)\n0.5\n```" in text


def test_pandoc_reads_it_without_citations_or_mathematics(book):
    """The whole page parses to text, code and lists."""
    import pypandoc

    tree = json.loads(pypandoc.convert_text(text_of(api("lab")), "json", "markdown"))
    kinds = json.dumps(tree)
    assert '"Cite"' not in kinds and '"Math"' not in kinds and '"DefinitionList"' in kinds


def test_the_summary_is_a_table(book):
    """Each definition is a row with its first sentence."""
    text = text_of(api_summary("lab"))
    assert "| `Probe` | A probe. |" in text
    assert text.startswith("**lab.speed**: What is measured")


def test_docstrings_count_for_the_page(book, monkeypatch):
    """The files are recorded as inputs, because their docstrings are what the page shows."""
    monkeypatch.setenv("PRESS_RECORD", str(book / "events"))
    api("lab")
    events = [json.loads(line) for line in (book / "events").read_text().splitlines()]
    assert {event.get("path") for event in events} >= {str(book / "lab" / "speed.py")}


def test_an_unknown_package_is_refused(book):
    """The error names the package."""
    with pytest.raises(InputError, match="no package 'lob'"):
        api("lob")


def test_returns_without_texts_are_a_sentence():
    """A Returns section that is prose stays prose."""
    docstring = griffe.Docstring("F.\n\nReturns\n-------\nA table of *x*.")
    assert docstrings.markdown(docstring) == "F.\n\n**Returns**\n\nA table of \\*x\\*."


def test_formulas_become_mathematics():
    """Those in a line and those by themselves; nothing in them is escaped."""
    written = docstrings.markdown(griffe.Docstring("By :math:`a_b`.\n\n.. math:: c =\n   d^2"))
    assert written == "By $a_b$.\n\n$$\nc = d^2\n$$"


def test_names_that_share_a_text():
    """They stand together, as in the docstring."""
    docstring = griffe.Docstring("F.\n\nParameters\n----------\na, b : int\n    Both.")
    assert docstrings.markdown(docstring).endswith("`a`, `b` (int)\n:   Both.")
