"""Markdown that shows a text as it is."""

import re

SPECIAL = re.compile(r"([\\`*_\[\]{}<>$^~@#|\"'])")


def escaped(value: str) -> str:
    r"""Write Markdown that shows a text as it is.

    Examples
    --------
    >>> print(escaped("a_b*c"), escaped("-1.5"), escaped("3."))
    a\_b\*c \-1.5 3\.
    """
    value = SPECIAL.sub(r"\\\1", value)
    value = re.sub(r"^([-+])", r"\\\1", value)
    return re.sub(r"^(\d+)([.)])$", r"\1\\\2", value)
