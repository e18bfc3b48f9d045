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
width = os.environ.get("WIDTH") or 3
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
    assert found["size"].default is found["width"].default is parameters.Computed
    assert (found["seed"].file, found["seed"].line) == ("one.qmd", 6)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("10**3", 1000),
        ("60 * 60", 3600),
        ("1.5 / 2", 0.75),
        ("2 * seed", parameters.Computed),
        ("10**100000", parameters.Computed),  # too large for Python to fold
    ],
)
def test_arithmetic_of_numbers_is_a_default(written, value):
    """It is folded as Python does it when it compiles, and nothing runs."""
    [chapter] = chapters(f"# One\n\n```{{python}}\n#| tags: [parameters]\nbig = {written}\n```\n")
    assert parameters.declared(chapter, {})["big"].default == value


@pytest.mark.parametrize(
    ("values", "changed"),
    [
        ({}, {}),
        ({"seed": 0, "fast": None, "dataset": "cg"}, {}),
        ({"seed": 7, "fast": None}, {"seed": 7}),
        ({"dataset": "paec"}, {"dataset": "paec"}),
        ({"seed": parameters.Written("0"), "fast": parameters.Written("2")}, {"fast": 2.0}),
        ({"size": 3}, {"size": 3}),
    ],
)
def test_values_equal_to_defaults_are_no_change(values, changed):
    """A default that must be computed always counts as changed."""
    assert parameters.changes(values, chapters(), {}) == changed


def test_unknown_names_are_refused_with_the_known():
    """And with the nearest."""
    with pytest.raises(InputError, match=r"(?s)'sede'.*dataset, fast, seed, size, width.*'seed'"):
        parameters.changes({"sede": 1}, chapters(), {})


@pytest.mark.parametrize("text", ["seed", "1x:2", ":3"])
def test_what_is_no_assignment(text):
    """It has a name and a colon."""
    with pytest.raises(InputError, match="name:value"):
        parameters.parse([text])


TYPED = """# One
```{python}
#| tags: [parameters]
whole = 1
part = 0.5
flag = True
none = None
name = "x"
pair = (0, 1)
many = [1]
named = {"a": 1}
maybe: int | None = None
some: float = 1
made = int("3")
some_set = {1, 2}
```
"""


def given(name: str, text: str):
    """Read one value as it is written on the command line."""
    return parameters.read(parameters.parse([f"{name}:{text}"]), chapters(TYPED), {})[name]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("whole", "010", 10),
        ("whole", "-3", -3),
        ("part", "2", 2.0),
        ("part", "1e-3", 0.001),
        ("part", "inf", float("inf")),
        ("part", "-.inf", float("-inf")),
        ("flag", "false", False),
        ("flag", "True", True),
        ("none", "null", None),
        ("none", "None", None),
        ("none", "false", False),
        ("none", "no", "no"),
        ("none", "1:30", "1:30"),
        ("none", "7", 7),
        ("none", "2.50", 2.5),
        ("none", "(0, 2)", (0, 2)),
        ("none", "[0, 2]", [0, 2]),
        ("none", "a, b", "a, b"),
        ("name", "1.20", "1.20"),
        ("name", "None", "None"),
        ("name", "'it'", "it"),
        ("name", "010", "010"),
        ("pair", "(0, 2)", (0, 2)),
        ("pair", "1,5", (1, 5)),
        ("pair", "[0, 2]", (0, 2)),
        ("many", "(0, 2)", [0, 2]),
        ("many", "[a, b]", ["a", "b"]),
        ("named", "{'b': [1, 2]}", {"b": [1, 2]}),
        ("named", "{b: 2}", {"b": 2}),
        ("maybe", "5", 5),
        ("maybe", "null", None),
        ("some", "5", 5.0),
        ("made", "08", 8),
    ],
)
def test_a_value_is_read_by_the_type_of_the_default(name, text, value):
    """Or of the annotation; where neither says it, as YAML 1.2 does."""
    found = given(name, text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "text", "wanted", "line"),
    [
        ("whole", "2.5", "a whole number", 4),
        ("whole", "null", "a whole number", 4),
        ("part", "1,5", "a number", 5),
        ("part", "no", "a number", 5),
        ("flag", "no", "true or false", 6),
        ("flag", "1", "true or false", 6),
        ("pair", "{1, 2}", "a tuple", 9),
        ("pair", "[{1, 2}]", "a tuple", 9),
        ("many", "3", "a list", 10),
        ("named", "{1: 2}", "names with values", 11),
        ("maybe", "2.5", "None or a whole number", 12),
        ("some_set", "{1}", "nothing that can be set", 15),
    ],
)
def test_what_does_not_fit_is_refused(name, text, wanted, line):
    """With name, value, type, and the place of the default."""
    with pytest.raises(InputError) as caught:
        given(name, text)
    error = caught.value
    assert error.message == f"the parameter '{name}' is {text}"
    assert (error.rule, error.file, error.line) == (f"{name} is {wanted} here", "one.qmd", line)


@pytest.mark.parametrize("value", [True, 1.0, "1", [1]])
def test_values_that_have_a_type_must_fit_too(value):
    """A whole number is neither a truth nor a text."""
    with pytest.raises(InputError, match="whole is a whole number here"):
        parameters.read({"whole": value}, chapters(TYPED), {})


def test_two_cells_or_bad_code():
    """Both are refused with their line."""
    with pytest.raises(InputError, match=r"one.qmd:11: a second parameters cell"):
        parameters.declared(chapters(CELL + CELL.partition("\n")[2])[0], {})
    with pytest.raises(InputError, match=r"one.qmd:6: the parameters cell is not Python"):
        parameters.declared(chapters(CELL.replace("seed = 0", "seed ="))[0], {})
