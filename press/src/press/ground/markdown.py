"""Markdown that shows a text as it is, in prose and in formulas."""

import re

SPECIAL = re.compile(r"([\\`*_\[\]{}<>$^~@#|\"'&]|-(?=-)|(?<=-)-|\.(?=\.)|^[-+]|(?<=\w):(?=\S))")
MARKER = re.compile(r"^(\(?(?:\d+|[A-Za-z]|[ivxlcIVXLC]+))([.)])(?=\s|$)")
POWER = re.compile(r"([+-]?\d+(?:\.\d*)?)[eE]([+-]?\d+)")
NAMED = {"nan": r"\mathrm{nan}", "inf": r"\infty", "-inf": r"-\infty"}


def escaped(value: str) -> str:
    r"""Write Markdown that shows a text as it is.

    Examples
    --------
    >>> print(escaped("a_b*c"), escaped("-1.5"), escaped("3."))
    a\_b\*c \-1.5 3\.
    """
    return MARKER.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", value))


def in_formula(value: str) -> str:
    r"""Write TeX that shows a value inside a formula.

    Raises
    ------
    ValueError
        It would end the formula, or not be one.

    Examples
    --------
    >>> in_formula("1e-05"), in_formula("50%"), in_formula("a_1"), in_formula("two ions")
    ('1 \\times 10^{-5}', '50\\%', 'a_1', '\\text{two ions}')
    """
    value = value.strip()
    bare = re.sub(r"\\.", "", value)
    depth = 0
    for sign in bare:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            break
    if not value or depth or re.search(r"[$#`]|\n\s*\n|\\$", bare) or value.endswith("\\"):
        raise ValueError(value)
    if power := POWER.fullmatch(value):
        return rf"{power[1]} \times 10^{{{int(power[2])}}}"
    value = NAMED.get(value, re.sub(r"(?<!\\)%", r"\\%", value))
    is_text = " " in value and re.fullmatch(r"[\w\s.,:;-]+", value)
    return rf"\text{{{value}}}" if is_text else value
