"""The data set: where it lies, and that it is the one that was measured."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from press import InputError, record_input

FILE = Path(__file__).parents[1] / "data" / "walks.csv"


@dataclass(frozen=True)
class Walks:
    """Positions of walkers.

    Attributes
    ----------
    table : DataFrame
        One row per walker and step: ``walker``, ``step``, ``x``.
    fingerprint : str
        Names the content; it stands below every figure and table that is made from it.
    edition : str
        Folder below ``tables/`` and ``thesis_figures/``.
    changes : dict
        Parameters that are not the defaults; none here.
    """

    table: pd.DataFrame
    fingerprint: str
    edition: str = "walks"
    changes: dict = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many walkers there are."""
        return self.table["walker"].nunique()


def load(file: Path = FILE) -> Walks:
    """Read the walks, if they are those of the checksum beside them.

    Raises
    ------
    press.InputError
        The file is another one.
    """
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    expected = file.with_suffix(".csv.sha256").read_text().split()[0]
    if digest != expected:
        raise InputError(
            f"sha256 {digest}",
            file=file,
            rule=f"the data are those with sha256 {expected}",
            advice="restore the file; for other data, write their checksum beside them",
        )
    record_input(file, digest)
    return Walks(pd.read_csv(file), f"walks sha256:{digest}")
