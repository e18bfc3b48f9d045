"""The tables that the coarse-grained data set has beside its windows."""

from dataclasses import dataclass

import pandas as pd

from analysis.data import datasets, registry

DATASET = "cg"
FIRST = "first box"  # the one whose windows are the data set's table


@dataclass(frozen=True, eq=False)
class Table:
    """A table of the data set and the checksum of its file.

    Attributes
    ----------
    name, sha256 : str
    table : DataFrame
    """

    name: str
    sha256: str
    table: pd.DataFrame

    @property
    def fingerprint(self) -> str:
        """Name and checksum, by which results computed from this table are known."""
        return f"{DATASET}/{self.name} sha256:{self.sha256}"


def registered(name: str) -> bool:
    """Tell whether this making of the data set has a table."""
    return any(file.path == name for file in registry.entry(DATASET).files)


def load(name: str) -> Table:
    """Load a table (`.csv` or `.parquet`) that comes with the coarse-grained data set."""
    dataset = registry.entry(DATASET)
    file = dataset.file(name)
    path = datasets.fetch(dataset, file)
    read = pd.read_csv if path.suffix == ".csv" else pd.read_parquet
    return Table(name, file.sha256, read(path))
