"""What files of Python say, kept beside the store: parsing them again takes longer than the rest.

One file of the cache is for one file of Python, and good while that has the same content and the
parser is the same. A damaged one is as good as none.
"""

import hashlib
import marshal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from press.ground.errors import InputError
from press.ground.files import file_sha256, project_root, write_atomically

PLACE = Path(".press")
LENGTH = hashlib.sha256().digest_size


def remembered(path: Path, content: bytes, parse: Callable[[], tuple]) -> tuple:
    """Give what a file says, parsed now or earlier.

    Parameters
    ----------
    path : Path
        The file.
    content : bytes
        What it holds.
    parse : callable
        Gives it as plain values, which `marshal` can write.
    """
    place = project_root() / PLACE
    kept = place / "parsed" / hashlib.sha256(bytes(path)).hexdigest()[:16]
    key = hashlib.sha256(content + _parser()).digest()
    with suppress(OSError, ValueError, EOFError, TypeError):
        then, written = _cut(kept.read_bytes())
        if then == key:
            return marshal.loads(written)
    said = parse()
    if place.is_dir():
        written = marshal.dumps(said)
        with suppress(InputError):  # the project may be read only
            write_atomically(kept, key + hashlib.sha256(key + written).digest() + written)
    return said


def _cut(content: bytes) -> tuple[bytes, bytes]:
    key, seal, written = content[:LENGTH], content[LENGTH : 2 * LENGTH], content[2 * LENGTH :]
    if seal != hashlib.sha256(key + written).digest():
        raise ValueError("damaged")
    return key, written


def _parser() -> bytes:
    return f"{sys.version} {file_sha256(Path(__file__).with_name('syntax.py'))}".encode()
