"""The committed result of a sweep, as a chapter reads it."""

from pathlib import Path
from typing import TYPE_CHECKING

from press.ground.errors import InputError
from press.ground.files import file_sha256, project_root
from press.provenance.recording import record_input
from press.provenance.seal import opened

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "sweeps"


def swept(name: str) -> "pd.DataFrame":
    """Read the committed result of a sweep, ``sweeps/NAME.csv``.

    Returns
    -------
    DataFrame
        With the attribute ``attrs["sha256"]``, the digest of the file.

    Raises
    ------
    press.InputError
        There is none, or it is damaged; the message has the commands that make it.
    """
    import pandas as pd

    path = project_root() / FOLDER / f"{name}.csv"
    if not _is_whole(path):
        raise InputError(
            f"the result of the sweep '{name}' is {'damaged' if path.is_file() else 'not there'}",
            file=path,
            advice=f"thesis sweep {FOLDER}/{name}.yml, then "
            f"thesis compare _runs/sweeps/{name} -o {FOLDER}/{name}.csv",
        )
    digest = file_sha256(path)
    record_input(path, digest)
    table = pd.read_csv(path)
    table.attrs["sha256"] = digest
    return table


def _is_whole(path: Path) -> bool:
    """Whether a collected table is there, and the one that its record vouches for."""
    record = path.with_suffix(".json")
    try:
        said = opened(record.read_bytes())["sha256"] if record.is_file() else file_sha256(path)
        return file_sha256(path) == said
    except (OSError, ValueError, KeyError):
        return False
