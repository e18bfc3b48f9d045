"""Records that notice damage: each carries a checksum of itself, and digests of its files."""

import hashlib
import json
from collections.abc import Mapping

SEAL = "seal"


def sealed(record: Mapping, **options) -> bytes:
    """Write a record as JSON with its checksum; `options` are those of `json.dumps`."""
    return json.dumps({**record, SEAL: _sum(record)}, **options).encode()


def opened(content: bytes) -> dict:
    """Read what `sealed` wrote.

    Raises
    ------
    ValueError
        It is damaged, or something else.
    """
    record = json.loads(content)
    if not isinstance(record, dict) or record.pop(SEAL, None) != _sum(record):
        raise ValueError("its checksum does not fit: it was changed after it was written")
    return record


def _sum(record: Mapping) -> str:
    text = json.dumps(record, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
