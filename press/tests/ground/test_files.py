"""Writing files."""

import os

import pytest
from press.ground import files

from press import InputError


def test_files_have_the_permissions_of_new_files(tmp_path):
    """As the umask says, also when they replace others."""
    before = os.umask(0o027)
    try:
        for content in (b"a", b"b"):
            files.write_atomically(tmp_path / "deep" / "a.txt", content)
    finally:
        os.umask(before)
    assert (tmp_path / "deep" / "a.txt").stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path / "deep") == ["a.txt"]


@pytest.mark.parametrize("durable", [True, False])
def test_what_took_long_reaches_the_disk_before_its_name(tmp_path, monkeypatch, durable):
    """The content is on the disk when the file gets its name."""
    done = []
    rename = os.replace
    monkeypatch.setattr(files.os, "fsync", lambda number: done.append("content"))
    monkeypatch.setattr(files.os, "replace", lambda *names: (done.append("name"), rename(*names)))
    files.write_atomically(tmp_path / "a", b"a", durable=durable)
    assert done == (["content"] if durable else []) + ["name"]


def test_a_failed_write_leaves_nothing(tmp_path, monkeypatch):
    """Neither half a file, nor another in the place of the old one."""
    files.write_atomically(tmp_path / "a", b"old")
    monkeypatch.setattr(
        files.os, "replace", lambda *names: (_ for _ in ()).throw(OSError(28, "full"))
    )
    with pytest.raises(InputError, match="cannot write: full"):
        files.write_atomically(tmp_path / "a", b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]
