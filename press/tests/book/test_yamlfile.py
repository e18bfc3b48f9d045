"""YAML: numbers and words of version 1.2, lines, and files that would never end."""

import pytest
from press.book import yamlfile
from press.ground.errors import InputError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("010", 10), ("0o10", 8), ("0xff", 255), ("1e-3", 0.001), ("08", 8), ("1:30", "1:30"),
        ("yes", "yes"), ("true", True), ("2025-01-02", "2025-01-02"), ("1_000", "1_000"),
        (".5", 0.5), ("-1.", -1.0), ("+3", 3), ("~", None), ("'1'", "1"), ("0b1", "0b1"),
        ("-.inf", float("-inf")),
    ],
)  # fmt: skip
def test_values_of_version_1_2(text, value):
    """What Quarto's reader takes for a number is one, and nothing else."""
    read = yamlfile.load(f"a: {text}\n", "f.yml").data["a"]
    assert read == value and type(read) is type(value)


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &a [*a]\n", "f.yml:1: '0' holds itself"),
        ("b: 1\na: &a\n  c: *a\n", "f.yml:3: 'c' holds itself"),
        (BOMB, "aliases make it too large\n  rule: at most 100,000 values in a file"),
        ("a: " + "[" * 3000 + "]" * 3000, "f.yml:1: lists in lists without end"),
        ("a: *none\n", "f.yml:1:4: malformed YAML"),
        ("? [1]\n: 2\n", "malformed YAML"),
    ],
)
def test_what_has_no_end_or_no_meaning(text, message):
    """A sentence with the line, never a traceback and never a minute."""
    with pytest.raises(InputError) as refused:
        yamlfile.load(text, "f.yml")
    assert message in str(refused.value)
