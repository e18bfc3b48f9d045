"""Answers of pandoc that are kept in files."""

import pytest
from press.document import pandoc


def test_an_answer_is_remembered(tmp_path):
    """It is made once, and read as it was, whatever ends its lines."""
    kept = tmp_path / "memory" / "answer.txt"
    assert pandoc.remembered(kept, lambda: "one\r\ntwo Å\n") == "one\r\ntwo Å\n"
    assert pandoc.remembered(kept, lambda: "another") == "one\r\ntwo Å\n"


@pytest.mark.parametrize(
    "damage",
    [lambda whole: b"", lambda whole: whole[:-3], lambda whole: b"\xff" + whole[1:]],
    ids=["emptied", "cut", "altered"],
)
def test_a_damaged_answer_is_made_again(tmp_path, damage):
    """And kept again."""
    blocks = pandoc.to_blocks("*words*", tmp_path)
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(damage(whole))
    assert pandoc.to_blocks("*words*", tmp_path) == blocks
    assert kept.read_bytes() == whole
