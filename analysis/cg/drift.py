r"""Whether a record was in equilibrium: the drift of averages over it, beside its own error.

A record of n windows is cut into blocks of equal length, long enough to forget one another. The
drift is the slope of a straight line through the block means times the length of the record; its
error follows from the scatter of the block means about the line,

.. math:: \sigma^2 = T^2 \frac{\sum_b (m_b - \hat m_b)^2}{(B - 2) \sum_b (t_b - \bar t)^2}.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.cg import files
from analysis.data.windows import Windows
from analysis.ground import wording
from press import stored

BLOCKS = 5
LIMIT = 2.0  # standard errors beyond which a drift is called one
QUANTITIES = {"dr": "Mean dr (Å)", "TFSI": "TFSI, first shell", "EC": "EC, first shell"}
WORDS = {"dr": "mean $dr$", "TFSI": "TFSI", "EC": "EC"}
ENERGY = "energy"  # kcal/mol per bead


@dataclass(frozen=True)
class Drift:
    """Change of an average over a record, and its standard error, in the average's unit."""

    value: float
    error: float

    @property
    def found(self) -> bool:
        """Whether the change is beyond what the scatter of the blocks explains."""
        return abs(self.value) > LIMIT * self.error


def drift(values: np.ndarray, blocks: int = BLOCKS) -> Drift:
    """Measure the drift of a series of averages over equal times.

    Parameters
    ----------
    values : ndarray, (n,)
        In order; of n, what exceeds a multiple of `blocks` is left out at the start.
    blocks : int
        At least 3.

    Examples
    --------
    >>> round(drift(np.arange(10.0)).value, 6)
    10.0
    """
    means = _blocks(values, blocks)
    times = (np.arange(blocks) - (blocks - 1) / 2) / blocks  # in units of the record
    slope = times @ means / (times @ times)
    rest = means - means.mean() - slope * times
    return Drift(float(slope), float(np.sqrt(rest @ rest / (blocks - 2) / (times @ times))))


def _blocks(values: np.ndarray, blocks: int) -> np.ndarray:
    """Means over blocks of equal size; what exceeds a multiple of it is left out at the start."""
    size = len(values) // blocks
    return values[len(values) - size * blocks :].reshape(blocks, size).mean(axis=1)


def chance(blocks: int = BLOCKS) -> float:
    """Probability that a record without drift shows one, for Gaussian and independent blocks."""
    return float(2 * stats.t.sf(LIMIT, blocks - 2))


@stored
def by_system(windows: Windows) -> pd.DataFrame:
    """Measure the drift of displacement and first shell over the windows of every system.

    Returns
    -------
    DataFrame
        Index system, columns (quantity, "value" | "error" | "relative"); the last is the drift over
        the mean.
    """
    means = windows.table.groupby(["system", "Event"], observed=True)[list(QUANTITIES)].mean()
    return _table(windows.systems, {name: means[name] for name in QUANTITIES})


@stored
def of_energy(series: files.Table) -> pd.DataFrame:
    """Measure the drift of the energy per bead over the windows of the first boxes, likewise."""
    rows = series.table[(series.table["box"] == files.FIRST) & (series.table["stage"] == "window")]
    energies = rows.set_index(["system", "segment"])[ENERGY]
    return _table(rows["system"].unique(), {ENERGY: energies})


def _table(systems: Iterable[str], series: dict[str, pd.Series]) -> pd.DataFrame:
    rows = {}
    for system in systems:
        row = {}
        for name, values in series.items():
            found, mean = drift(values.loc[system].to_numpy()), values.loc[system].mean()
            row[name, "value"], row[name, "error"] = found.value, found.error
            row[name, "relative"] = found.value / mean
        rows[system] = row
    return pd.DataFrame.from_dict(rows, orient="index")


def counted(table: pd.DataFrame) -> tuple[int, int]:
    """Count the drifts beyond the limit in a table of `by_system`, and all of them."""
    values, errors = (table.xs(part, axis=1, level=1) for part in ("value", "error"))
    beyond = values.abs() > LIMIT * errors
    return int(beyond.to_numpy().sum()), beyond.size


def table(windows: Windows) -> pd.DataFrame:
    """Show `by_system`: drift and error of every quantity, a star where it is beyond the limit."""
    found = by_system(windows)
    shown = {
        f"{QUANTITIES[name]}": [
            _with_star(value, error) for value, error in found[name][["value", "error"]].to_numpy()
        ]
        for name in QUANTITIES
    }
    return pd.DataFrame(shown, index=found.index.rename("System"))


def _with_star(value: float, error: float) -> str:
    return wording.with_error(value, error) + (" *" if Drift(value, error).found else "")


@stored
def continued(windows: Windows, boxes: files.Table) -> pd.DataFrame:
    """Compare the halves of first boxes that were continued to twice the windows of the table.

    Returns
    -------
    DataFrame
        Index (system, quantity); `first`, `last`, their errors from blocks, and the difference in
        units of its `errors`.
    """
    rows = boxes.table[boxes.table["box"] == files.FIRST]
    length = rows.groupby("system")["Event"].transform("max")
    rows = rows[length >= 2 * windows.table["Event"].max()]
    means = rows.groupby(["system", "Event"], sort=False)[list(QUANTITIES)].mean()
    found = {}
    for system in rows["system"].unique():
        for name in QUANTITIES:
            halves = np.array_split(means.loc[system, name].to_numpy(), 2)
            (first, a), (last, b) = (_mean(half) for half in halves)
            found[system, name] = {
                "first": first,
                "first error": a,
                "last": last,
                "last error": b,
                "errors": (last - first) / np.hypot(a, b),
            }
    return pd.DataFrame.from_dict(found, orient="index")


def _mean(values: np.ndarray, blocks: int = BLOCKS) -> tuple[float, float]:
    """Mean of a series and its standard error from blocks."""
    error = np.std(_blocks(values, blocks), ddof=1) / np.sqrt(blocks)
    return float(np.mean(values)), float(error)


def block_means(boxes: files.Table, system: str, size: int = 4) -> np.ndarray:
    """Mean `dr` of the first box of a system over blocks of that many windows."""
    rows = boxes.table[(boxes.table["box"] == files.FIRST) & (boxes.table["system"] == system)]
    means = rows.groupby("Event")["dr"].mean().to_numpy()
    return _blocks(means, len(means) // size)


def continued_table(windows: Windows, boxes: files.Table) -> pd.DataFrame:
    """Show `continued` in words."""
    found = continued(windows, boxes)
    shown = {
        "Quantity": [QUANTITIES[name] for _, name in found.index],
        "First half": _pairs(found, "first"),
        "Second half": _pairs(found, "last"),
        "Difference / error": found["errors"].to_numpy(),
    }
    return pd.DataFrame(shown, index=found.index.get_level_values(0).rename("System"))


def _pairs(found: pd.DataFrame, half: str) -> list[str]:
    values = found[[half, f"{half} error"]].to_numpy()
    return [wording.with_error(value, error) for value, error in values]


def continued_sentence(windows: Windows, boxes: files.Table) -> str:
    """Say in which systems the halves of the continued boxes differ, and in which they do not."""
    apart = continued(windows, boxes)["errors"].abs().unstack().gt(LIMIT)
    differ = [
        f"{system} (in {wording.listed([WORDS[name] for name in QUANTITIES if row[name]])})"
        for system, row in apart.iterrows()
        if row.any()
    ]
    agree = [system for system, row in apart.iterrows() if not row.any()]
    parts = []
    if differ:
        parts.append(f"The halves differ by more than two errors in {wording.listed(differ)}.")
    if agree:
        parts.append(f"They agree within two errors in {wording.listed(agree)}.")
    return " ".join(parts)
