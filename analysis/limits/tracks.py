"""The displacements of each ion, window after window, as one array; and longer windows of them."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from analysis.data.bootstrap import REPLICATES, interval, ion_draws
from analysis.data.timing import TOLERANCE
from analysis.data.windows import AXES, Windows


@dataclass(frozen=True, eq=False)
class Tracks:
    """Displacements arranged by ion and time.

    Attributes
    ----------
    steps : ndarray, (ions, windows, 3)
        Displacement in each window, angstrom; NaN where an ion has no such window.
    system : ndarray of int, (ions,)
        Position of each ion's system in `systems`.
    systems : tuple of str
        Names of the systems.
    """

    steps: np.ndarray
    system: np.ndarray
    systems: tuple[str, ...]

    @property
    def dr(self) -> np.ndarray:
        """Length of each displacement, (ions, windows), angstrom."""
        return np.linalg.norm(self.steps, axis=2)

    def of(self, system: str) -> "Tracks":
        """Return the tracks of one system alone."""
        mine = self.system == self.systems.index(system)
        return Tracks(self.steps[mine], np.zeros(mine.sum(), dtype=int), (system,))

    def draws(self, seed: int = 0) -> np.ndarray:
        """Draw ions with replacement within each system, (replicates, ions)."""
        return drawn(tuple(self.system), seed)


@lru_cache(maxsize=8)
def drawn(system: tuple[int, ...], seed: int) -> np.ndarray:
    """Draw ions with replacement within each system, (replicates, ions); kept, since often asked.

    Parameters
    ----------
    system : tuple of int
        The system of each ion.
    seed : int
        Seed of the draws.
    """
    return ion_draws(np.array(system), REPLICATES, seed)


def arranged(windows: Windows, column: str) -> np.ndarray:
    """Arrange a column by ion and window, (ions, windows); NaN where there is no such window.

    Columns are windows that follow one another in time. Where windows overlap, only those are
    taken that end a whole number of windows after the first; where they leave gaps, columns are
    empty.
    """
    keys = pd.DataFrame({"ion": windows.ion, "number": windows.number})
    table = keys.assign(value=windows.table[column].astype(float))
    table = table[(table["number"] - table["number"].round()).abs() < TOLERANCE]
    table["number"] = table["number"].round().astype(int)
    numbers = range(1, table["number"].max() + 1)
    wide = table.pivot(index="ion", columns="number", values="value")
    return wide.reindex(index=range(windows.ion.max() + 1), columns=numbers).to_numpy()


def systems_of(windows: Windows) -> np.ndarray:
    """Return the system of each ion, in the order of the rows of `arranged`, (ions,)."""
    codes = windows.table["system"].cat.codes.groupby(windows.ion).first()
    return codes.to_numpy().astype(int)


def tracks(windows: Windows) -> Tracks:
    """Arrange the displacements of a data set by ion and window."""
    steps = np.stack([arranged(windows, axis) for axis in AXES], axis=2)
    return Tracks(steps, systems_of(windows), windows.systems)


def merged(found: Tracks, length: int) -> Tracks:
    """Add the displacements of `length` successive windows; a remainder at the end is left out.

    Raises
    ------
    ValueError
        If an ion's record is shorter than that.

    Examples
    --------
    >>> two = Tracks(np.array([[[1.0, 0, 0], [0, 2, 0], [9, 9, 9]]]), np.array([0]), ("A",))
    >>> merged(two, 2).steps
    array([[[1., 2., 0.]]])
    """
    count = found.steps.shape[1] // length
    if not count:
        raise ValueError(f"length is {length}, but there are {found.steps.shape[1]} windows")
    parts = found.steps[:, : count * length].reshape(len(found.steps), count, length, 3)
    return Tracks(parts.sum(axis=2), found.system, found.systems)


def estimated(formula, sums: np.ndarray, draws: np.ndarray) -> tuple[float, float, float]:
    """Evaluate a formula of sums over ions, with its 95 % interval from drawing ions.

    Parameters
    ----------
    formula : callable
        Takes sums, (..., columns), to values, (...).
    sums : ndarray, (ions, columns)
        What each ion contributes.
    draws : ndarray, (replicates, ions)
        How often each ion is drawn.

    Returns
    -------
    value, low, high : float
    """
    value = float(formula(sums.sum(axis=0)))
    low, high = interval(formula(draws @ sums), value)
    return value, float(low), float(high)
