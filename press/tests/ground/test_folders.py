"""Folders that are replaced as a whole."""

import errno
import os
from pathlib import Path

import pytest
from press.ground.folders import replacing

from press import InputError


def write(path: Path) -> None:
    """Make an empty file and its folder."""
    path.parent.mkdir(parents=True)
    path.touch()


def test_a_new_folder_takes_the_place_of_the_old(tmp_path):
    """The old files are gone, the new ones there, and nothing is left beside them."""
    target = tmp_path / "book"
    for name in ("first", "second"):
        with replacing(target) as folder:
            (folder / name).touch()
    assert [path.name for path in target.iterdir()] == ["second"]
    assert [path.name for path in tmp_path.iterdir()] == ["book"]


def test_an_error_leaves_the_old_folder(tmp_path):
    """Whatever was written before the error is removed."""
    target = tmp_path / "book"
    with replacing(target) as folder:
        (folder / "first").touch()
    with pytest.raises(ValueError, match="no"), replacing(target) as folder:
        (folder / "second").touch()
        raise ValueError("no")
    assert [path.name for path in target.iterdir()] == ["first"]
    assert [path.name for path in tmp_path.iterdir()] == ["book"]


def test_what_a_killed_process_left_is_removed(tmp_path):
    """One killed between two renames leaves the old folder under another name: it comes back."""
    write(tmp_path / ".book.partial-7" / "unfinished")
    write(tmp_path / ".book.partial-7-old" / "whole")
    with pytest.raises(ValueError, match="no"), replacing(tmp_path / "book"):
        raise ValueError("no")
    assert [path.name for path in tmp_path.rglob("*")] == ["book", "whole"]


def test_a_full_disk_is_a_clear_error(tmp_path):
    """The message says what could not be written; the old folder stays."""
    with pytest.raises(InputError, match="cannot write: No space left"), replacing(tmp_path / "b"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert not any(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_a_clear_error(tmp_path):
    """A file where the folder's parent should be."""
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot write"), replacing(tmp_path / "file" / "book"):
        pass
