r"""TeX formulas on their way through pandoc to Typst.

Pandoc's Typst writer rounds every space to a whole em (so that ``\!`` makes symbols overlap and
``\;`` vanishes) and turns ``\operatorname`` into plain text, without the space and the limits of an
operator. Such commands are replaced by a marked text before the conversion (:func:`protect`) and
the marked text by what was meant after it (:func:`restore`).
"""

import re

OPEN, CLOSE = "\ue010", "\ue011"  # private use: no manuscript contains them
SPACES = {"!": "-0.167em", ";": "0.278em"}

_OPERATOR = re.compile(r"\\operatorname\s*(\*?)\s*\{([^{}]*)\}")
_BEFORE_DELIMITER = re.compile(r"\\!\s*(?=\\left\b)")
_SPACE = re.compile(r"(?<!\\)\\([!;])")
_MARK = re.compile(rf'(upright\()?"{OPEN}([hol]):([^{CLOSE}]*){CLOSE}"(?(1)\))')


def protect(tex: str) -> str:
    r"""Replace what pandoc would lose by marked text.

    >>> protect(r"\operatorname{cov}(x)") == rf"\text{{{OPEN}o:cov{CLOSE}}}(x)"
    True
    """
    tex = _BEFORE_DELIMITER.sub("", tex)  # Typst leaves no space there to take away
    tex = _SPACE.sub(lambda m: rf"\text{{{OPEN}h:{SPACES[m[1]]}{CLOSE}}}", tex)
    return _OPERATOR.sub(_protected_operator, tex)


def _protected_operator(match: re.Match) -> str:
    limits, name = match.groups()
    name = re.sub(r"\\[,:\s]|~", " ", name).replace("-", "\u2010")
    return rf"\text{{{OPEN}{'l' if limits else 'o'}:{name}{CLOSE}}}"


def restore(typst: str) -> str:
    """Replace the marked text in Typst source by the space or operator it stands for.

    >>> restore(f'upright("{OPEN}l:arg min{CLOSE}")_x')
    'op("arg min", limits: #true)_x'
    """
    return _MARK.sub(_restored, typst)


def _restored(match: re.Match) -> str:
    kind, value = match[2], match[3]
    if kind == "h":
        return f"#h({value})"
    return f'op("{value}", limits: #{"true" if kind == "l" else "false"})'
