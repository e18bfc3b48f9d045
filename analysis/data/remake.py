"""A data set that can be made again: whether another making agrees with the committed one.

Molecular dynamics on another processor gives other bits, and after some picoseconds another
trajectory; what must agree are averages, within errors. The registry states the committed files by
checksum, and for a remake how much averages of two boxes of one system differ (`[NAME.remake]`).
"""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.data import datasets
from analysis.data.registry import Dataset
from press import InputError

LIMIT = 3.0  # errors of the difference; of 36 averages one in ten remakes has one beyond by chance


def is_committed(dataset: Dataset, folder: Path) -> bool:
    """Whether the windows in a folder are the committed ones, byte for byte."""
    content = (folder / dataset.windows_file).read_bytes()
    return hashlib.sha256(content).hexdigest() == dataset.file(dataset.windows_file).sha256


def compare(dataset: Dataset, folder: Path) -> pd.DataFrame:
    """Compare the averages of a remake with those of the committed windows.

    Parameters
    ----------
    dataset : Dataset
        One whose entry says how much averages may differ.
    folder : Path
        Holds the remade windows; systems that they lack are left out.

    Returns
    -------
    DataFrame
        One row per system and quantity: `committed`, `remade`, `error` of the difference, and the
        difference in `errors`.

    Raises
    ------
    InputError
        For a data set that cannot be remade, and for windows that break the schema.
    """
    if not dataset.remake:
        rule = f"an entry [{dataset.name}.remake] in the registry says how averages may differ"
        raise InputError(f"data set '{dataset.name}' is not one to be remade", rule=rule)
    remade = datasets.read_part(folder / dataset.windows_file, dataset)
    ours, theirs = (_averages(table, dataset) for table in (_committed(dataset), remade))
    both = ours.join(theirs.add_suffix(" remade"), how="inner")
    return pd.concat(
        [_rows(both, name, spread) for name, spread in dataset.remake.items()], ignore_index=True
    )


def differing(compared: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `compare` beyond the limit."""
    return compared[compared["errors"].abs() > LIMIT]


def _committed(dataset: Dataset) -> pd.DataFrame:
    return datasets.load(dataset.name).table


def _averages(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Mean of each quantity by system and its error by ions; columns name, "name error"."""
    quantities = list(dataset.remake)
    ions = table.groupby(["system", "idx"], observed=True)[quantities].mean()
    by_system = ions.groupby("system", observed=True)
    return by_system.mean().join(by_system.sem().add_suffix(" error"))


def _rows(both: pd.DataFrame, name: str, spread: float) -> pd.DataFrame:
    ours, theirs = both[name], both[f"{name} remade"]
    ions = np.hypot(both[f"{name} error"], both[f"{name} error remade"])
    error = np.hypot(ions, np.sqrt(2) * spread * ours)
    return pd.DataFrame(
        {
            "system": both.index.astype(str),
            "quantity": name,
            "committed": ours.to_numpy(),
            "remade": theirs.to_numpy(),
            "error": error.to_numpy(),
            "errors": ((theirs - ours) / error).to_numpy(),
        }
    )
