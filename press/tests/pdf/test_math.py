"""Formulas: what pandoc would lose is kept."""

import pytest
from press.document import pandoc
from press.pdf.math import protect, restore


@pytest.mark.parametrize(
    ("tex", "typst"),
    [
        (r"a\!b", "$a #h(-0.167em) b$"),
        (r"a\;b", "$a #h(0.278em) b$"),
        (r"\mathbb{E}\!\left[x\right]", "$bb(E) [x]$"),
        (r"\operatorname*{arg\,min}_x f", '$op("arg min", limits: #true)_x f$'),
        (r"\operatorname{cov}(x, y)", r'$op("cov", limits: #false) \( x \, y \)$'),
        (r"\mathbf{\operatorname{cov}} x", None),
        (r"x \\! y", None),
    ],
)
def test_conversion(tex, typst):
    """TeX through pandoc to Typst; nothing of the marks is left."""
    converted = restore(pandoc.convert(f"${protect(tex)}$", "markdown", "typst").strip())
    assert not any("\ue000" <= character <= "\uf8ff" for character in converted)
    assert typst is None or converted == typst
