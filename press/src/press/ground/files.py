"""Reading and writing files: digests, and writes of which nobody ever sees half."""

import errno
import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from press.ground.errors import InputError


def write_atomically(path: Path, content: bytes, durable: bool = False) -> None:
    """Write a file whole or not at all; its folder is made if needed.

    Parameters
    ----------
    path : Path
        The file; its permissions are those of any new file.
    content : bytes
        What it holds.
    durable : bool
        Whether it must outlive a power cut right after: for what took long to compute.

    Raises
    ------
    press.InputError
        The folder cannot be written, or the disk is full; what was there before is untouched.
    """
    scratch = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with scratch.open("xb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(scratch, path)
    except OSError as error:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
        raise cannot_write(path, error) from error


def write_if_changed(path: Path, content: bytes) -> bool:
    """Write a file atomically unless it says the same already; tell whether it was written."""
    if path.is_file() and path.read_bytes() == content:
        return False
    write_atomically(path, content)
    return True


NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


def cannot_write(path: str | Path, error: OSError) -> InputError:
    """Say which file could not be written, why, and what to do."""
    return InputError(
        f"cannot write: {error.strerror or error}",
        file=path,
        rule="its folder must be writable and its disk must have room",
        advice="make room or change the permissions, and run the same again; nothing was changed",
    )


def read_text(path: Path, shown: str) -> str:
    """Read a text file, whose name in messages is `shown`.

    Raises
    ------
    press.InputError
        It is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"not UTF-8 text: {error.reason} at byte {error.start}", file=shown,
            advice="save the file as UTF-8",
        ) from None  # fmt: skip


Stamp = tuple[int, int, int, int]


def stamp(path: str | Path) -> Stamp:
    """Tell, without reading it, whether a file may have changed.

    Returns
    -------
    tuple of int
        Times of the last change of content and of status in ns, size in bytes, inode;
        zeros for a file that is gone.
    """
    try:
        status = os.stat(path)
    except OSError:
        return 0, 0, 0, 0
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


_digests: dict[Path, tuple[Stamp, str]] = {}


def file_sha256(path: str | Path) -> str:
    """Digest a file's content; an unchanged file is read once per process."""
    path = Path(path).absolute()
    now = stamp(path)
    if path not in _digests or _digests[path][0] != now:
        with path.open("rb") as file:
            _digests[path] = now, hashlib.file_digest(file, "sha256").hexdigest()
    return _digests[path][1]


def project_root(start: Path | None = None) -> Path:
    """Find the folder of the book: the nearest one upwards that holds ``_quarto.yml``.

    Without one, it is the folder that the search started from (default: the current one).
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "_quarto.yml").is_file():
            return folder
    return start
