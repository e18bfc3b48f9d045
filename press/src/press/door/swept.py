"""The committed result of a sweep, as a chapter reads it."""

from typing import TYPE_CHECKING

from press.ground.errors import InputError
from press.ground.files import file_sha256, project_root
from press.provenance.recording import record_input

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
        There is none; the message has the commands that make it.
    """
    import pandas as pd

    path = project_root() / FOLDER / f"{name}.csv"
    if not path.is_file():
        raise InputError(
            f"the sweep '{name}' has no result",
            file=path,
            advice=f"thesis sweep {FOLDER}/{name}.yml, then "
            f"thesis compare _runs/sweeps/{name} -o {FOLDER}/{name}.csv",
        )
    digest = file_sha256(path)
    record_input(path, digest)
    table = pd.read_csv(path)
    table.attrs["sha256"] = digest
    return table
