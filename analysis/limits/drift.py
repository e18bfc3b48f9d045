r"""Whether the data drift: how far a column's mean moves along the record of the ions.

For each ion the slope :math:`b_i` of a column against the number of the window is found by least
squares. The drift of a system is the mean slope times the length of the record,

.. math:: D = (T - 1)\,\bar b,

in the column's unit; its standard error is that of a mean over ions, which allows for any
correlation among the windows of an ion. Ions of one box share collective motions, so that the
error is a lower bound.
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.stats import t as student

from analysis.data.windows import Windows
from analysis.explore.distinguishing import RATE, benjamini_hochberg
from analysis.ground import theme
from analysis.ground.wording import with_interval
from analysis.limits.tracks import arranged, systems_of
from press import Absence, stored

FEWEST_WINDOWS = 3  # of an ion, for a slope with something left over
FEWEST_IONS = 4
TOO_FEW = (
    f"A drift is told from at least {FEWEST_WINDOWS} windows of {FEWEST_IONS} ions in each system; "
    f"the data set has fewer."
)


def slopes(values: np.ndarray) -> np.ndarray:
    """Fit a line to each row against the column's number; NaN where there are too few windows.

    Examples
    --------
    >>> slopes(np.array([[1.0, 3.0, 5.0, np.nan]]))
    array([2.])
    """
    known = np.isfinite(values)
    count = known.sum(axis=1)
    time = np.where(known, np.arange(values.shape[1]), 0.0)
    centred = np.where(known, time - (time.sum(axis=1) / np.maximum(count, 1))[:, None], 0.0)
    square = (centred**2).sum(axis=1)
    enough = count >= FEWEST_WINDOWS
    product = (centred * np.where(known, values, 0.0)).sum(axis=1)
    return np.divide(product, square, out=np.full(len(values), np.nan), where=enough)


@stored
def drifts(windows: Windows) -> pd.DataFrame | Absence:
    """Estimate the drift of each feature and of `dr` over the record, by system.

    Returns
    -------
    DataFrame
        ``system``, ``column``, ``drift`` and ``error`` (of the whole record, in the column's
        unit), ``deviation`` (standard deviation of the column in the system), ``low``, ``high``
        (95 % interval), ``p``, ``adjusted`` (Benjamini and Hochberg, over the whole table).
    """
    system = systems_of(windows)
    records = []
    for column in (*windows.features, "dr"):
        values = arranged(windows, column)
        for code, name in enumerate(windows.systems):
            records.append({"system": name, "column": column} | _drift(values[system == code]))
    table = pd.DataFrame(records)
    if table["error"].isna().any():
        return Absence(TOO_FEW)
    return table.assign(adjusted=benjamini_hochberg(table["p"]))


def _drift(values: np.ndarray) -> dict[str, float]:
    """Estimate the drift of one column in one system, (ions, windows)."""
    found = slopes(values)
    found = found[np.isfinite(found)]
    if len(found) < FEWEST_IONS:
        return dict.fromkeys(("drift", "error", "deviation", "low", "high", "p"), np.nan)
    record = np.ptp(np.flatnonzero(np.isfinite(values).any(axis=0)))
    drift = record * found.mean()
    error = record * found.std(ddof=1) / np.sqrt(len(found))
    freedom = len(found) - 1
    reach = student.ppf(0.975, freedom) * error
    p = 2 * student.sf(abs(drift) / error, freedom) if error else 1.0
    limits = {"low": drift - reach, "high": drift + reach, "p": p}
    return {"drift": drift, "error": error, "deviation": float(np.nanstd(values))} | limits


def explained(windows: Windows) -> float:
    """Compute the part of Var(dr) within systems that a straight line in time explains.

    No forecast gains or loses more than that in R2 by a linear drift of the means.
    """
    deviation = windows.table["dr"] - windows.table.groupby("system", observed=True)[
        "dr"
    ].transform("mean")
    number, groups = windows.number, windows.table["system"]
    time = number - number.groupby(groups, observed=True).transform("mean")
    fitted = (time * deviation).groupby(groups, observed=True).sum() ** 2
    explained = float((fitted / (time**2).groupby(groups, observed=True).sum()).sum())
    spread = float((deviation**2).sum())
    return explained / spread if spread else 0.0


def table(windows: Windows) -> pd.DataFrame | Absence:
    """Say for each system how far `dr` drifts over the record, and which columns drift."""
    found = drifts(windows)
    if isinstance(found, Absence):
        return found
    rows = {}
    for system, mine in found.groupby("system", sort=False):
        dr = mine[mine["column"] == "dr"].iloc[0]
        drifting = mine[(mine["adjusted"] < RATE) & (mine["column"] != "dr")]
        rows[system] = {
            "Drift of dr (Å)": with_interval(*dr[["drift", "low", "high"]], decimals=2),
            "Adjusted p": dr["adjusted"],
            "Features that drift": ", ".join(drifting["column"]) or "none",
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("System")


def figure(windows: Windows) -> Figure | Absence:
    """Draw the drifts in standard deviations, a column per feature; a dot where there is none."""
    found = drifts(windows)
    if isinstance(found, Absence):
        return found
    size = (found["drift"] / found["deviation"].replace(0, np.nan)).fillna(0)
    grid = found.assign(size=size).pivot(index="system", columns="column", values="size")
    none = found.pivot(index="system", columns="column", values="adjusted") >= RATE
    order = {"index": list(windows.systems), "columns": [*windows.features, "dr"]}
    grid, none = grid.reindex(**order), none.reindex(**order)
    drawing = theme.figure(height=3.2)
    axes = drawing.subplots()
    top = max(0.2, float(grid.abs().max().max()))
    image = axes.imshow(grid, cmap=theme.DIVERGING, vmin=-top, vmax=top, aspect="auto")
    row, column = np.nonzero(none.to_numpy())
    axes.plot(column, row, ".", color=theme.MUTED, markersize=3)
    axes.set_xticks(range(len(grid.columns)), grid.columns, rotation=90)
    axes.set_yticks(range(len(grid)), grid.index)
    axes.spines[:].set_visible(False)
    drawing.colorbar(image, label="drift over the record (sd)")
    return drawing
