"""Shortcodes outside of the text: in titles, and what is told of them."""

import pytest
from press.document import tree
from press.ground.errors import InputError
from support.cases_and_facts import resolved

CHAPTER = """---
title: On {{< var what >}}
subtitle: Of {{< var what >}}
---

## More {{< var what >}}
"""


def test_shortcodes_in_titles(tmp_path):
    """Of the book and of a chapter, in the metadata and in headings."""
    (tmp_path / "_variables.yml").write_text("what: ions\n")
    made = resolved(tmp_path, {"one.qmd": CHAPTER}, config="abstract: All {{< var what >}}\n")
    page = made.pages[-1]
    assert tree.plain_text(made.abstract) == "All ions"
    assert tree.plain_text(page.title) == "On ions"
    assert "ions" in str(page.blocks[0]) and "ions" in str(page.blocks[1])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("---\ntitle: On {{< var what >}}\n---\n", "one.qmd:2:11: 'what' is not in _variables.yml"),
        ("# One\n\n{{< meta it's >}}\n", "one.qmd:3: a quotation in"),
        ("# One\n\n{{< vidoe x >}}\n", "one.qmd:3: unknown shortcode 'vidoe'"),
    ],
)
def test_what_is_refused(tmp_path, text, message):
    """With the place, in the metadata too."""
    with pytest.raises(InputError) as refused:
        resolved(tmp_path, {"one.qmd": text})
    assert str(refused.value).startswith(message)
