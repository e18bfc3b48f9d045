"""Parameters: reading them, their defaults, and which values are changes."""

import pytest
from press.book import parameters
from press.book.qmd import parse_text
from press.ground.errors import InputError

CELL = """# One
```{python}
#| tags: [parameters]
import os
dataset = os.environ.get("SET", "cg")
seed = 0
fast: float = None
size = len("abc")
```
"""


def chapters(text: str = CELL) -> list:
    """One chapter."""
    return [parse_text(text, "one.qmd")]


def test_defaults_are_read_without_running():
    """Literals and environment variables are known; anything else is computed."""
    found = parameters.declared(chapters()[0], {"SET": "paec"})
    assert {name: found[name].default for name in ("dataset", "seed", "fast")} == {
        "dataset": "paec", "seed": 0, "fast": None,
    }  # fmt: skip
    assert found["size"].default is parameters.Computed
    assert (found["seed"].file, found["seed"].line) == ("one.qmd", 6)


@pytest.mark.parametrize(
    ("values", "changed"),
    [
        ({}, {}),
        ({"seed": 0, "fast": None, "dataset": "cg"}, {}),
        ({"seed": 7, "fast": None}, {"seed": 7}),
        ({"dataset": "paec"}, {"dataset": "paec"}),
        ({"seed": False}, {"seed": False}),
        ({"size": 3}, {"size": 3}),
    ],
)
def test_values_equal_to_defaults_are_no_change(values, changed):
    """A default that must be computed always counts as changed."""
    assert parameters.changes(values, chapters(), {}) == changed


def test_unknown_names_are_refused_with_the_known():
    """And with the nearest."""
    with pytest.raises(InputError, match=r"(?s)'sede'.*dataset, fast, seed, size.*'seed'"):
        parameters.changes({"sede": 1}, chapters(), {})


@pytest.mark.parametrize("text", ["seed", "1x:2", ":3"])
def test_what_is_no_assignment(text):
    """It has a name and a colon."""
    with pytest.raises(InputError, match="name:value"):
        parameters.parse([text])


def test_two_cells_or_bad_code():
    """Both are refused with their line."""
    with pytest.raises(InputError, match=r"one.qmd:10: a second parameters cell"):
        parameters.declared(chapters(CELL + CELL.partition("\n")[2])[0], {})
    with pytest.raises(InputError, match=r"one.qmd:6: the parameters cell is not Python"):
        parameters.declared(chapters(CELL.replace("seed = 0", "seed ="))[0], {})
