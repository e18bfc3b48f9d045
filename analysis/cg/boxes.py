r"""How far one box speaks for its polymer: averages of further boxes of the same system.

Ions of one box share its configuration of chains, which drawing ions with replacement cannot vary.
The spread between boxes can: s, the standard deviation of the means of boxes of one size, each made
from another start, over the same windows. The box that was made again has the start of the data
set's and is shown, but does not count.
"""

from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.cg import files
from analysis.data.windows import Windows
from analysis.ground import theme, wording
from press import stored

FILE = "boxes.parquet"
COMMITTED, DOUBLE = "of the data set", "double size"
NAMES = {files.FIRST: "made again"}
QUANTITIES = ("dr", "TFSI", "EC")


@stored
def averages(windows: Windows, boxes: files.Table) -> pd.DataFrame:
    """Average every box over the windows that all boxes of its system have.

    Parameters
    ----------
    windows : Windows
        The data set, whose own box is one of them.
    boxes : Table
        `boxes.parquet`.

    Returns
    -------
    DataFrame
        Index (system, box); columns (quantity, "mean" | "error"), the error by ions, and
        ("ions", ""), their number.
    """
    table = pd.concat([_committed(windows, boxes), boxes.table], ignore_index=True)
    ends = table.groupby(["system", "box"], observed=True)["Event"].max()
    last = table["system"].map(ends.groupby("system").min())
    by_ion = table[table["Event"] <= last].groupby(["system", "box", "idx"], sort=False)
    ions = by_ion[list(QUANTITIES)].mean().groupby(["system", "box"], sort=False)
    found = {(name, "mean"): ions[name].mean() for name in QUANTITIES}
    found |= {(name, "error"): ions[name].sem() for name in QUANTITIES}
    return pd.DataFrame(found | {("ions", ""): ions.size()})


def _committed(windows: Windows, boxes: files.Table) -> pd.DataFrame:
    table = windows.table[windows.table["system"].isin(boxes.table["system"].unique())]
    columns = ["system", "Event", "idx", *QUANTITIES]
    return table[columns].astype({"system": str}).assign(box=COMMITTED)


@stored
def spread(windows: Windows, boxes: files.Table, quantity: str = "dr") -> pd.DataFrame:
    """Set the spread between boxes beside the error that resampling ions gives.

    Systems with boxes from a single start are left out.

    Returns
    -------
    DataFrame
        Index system; `boxes` of one size from different starts, their `mean`, the standard
        deviation `between` them, the
        root mean square error `within` by ions, and what the box of double size adds to the mean
        (`larger`; NaN without one).
    """
    found = averages(windows, boxes)
    rows = {}
    for system in found.index.unique("system"):
        means, errors = (
            found.loc[system, (quantity, "mean")],
            found.loc[system, (quantity, "error")],
        )
        single = ~means.index.isin([DOUBLE, files.FIRST])
        if single.sum() < 2:  # one start has no spread
            continue
        rows[system] = {
            "boxes": int(single.sum()),
            "mean": means[single].mean(),
            "between": means[single].std(ddof=1),
            "within": float(np.sqrt((errors[single] ** 2).mean())),
            "larger": means.get(DOUBLE, np.nan) - means[single].mean(),
        }
    return pd.DataFrame.from_dict(rows, orient="index").astype({"boxes": int})


def relative_spread(found: pd.DataFrame) -> tuple[float, float]:
    """Root mean square over the systems of `between` and of `within`, relative to the mean."""
    relative = found[["between", "within"]].div(found["mean"], axis=0)
    between, within = np.sqrt((relative**2).mean())
    return float(between), float(within)


@stored
def separated(windows: Windows, boxes: files.Table) -> dict[str, int]:
    """Count the pairs of systems whose mean `dr` differs by more than two errors of the difference.

    Returns
    -------
    dict
        `pairs` in all, those separated by the errors of resampling ions (`by ions`), and those
        still separated when the relative spread between boxes stands for the error (`by boxes`).
    """
    ions = windows.table.groupby(["system", "idx"], observed=True)["dr"].mean()
    by_system = ions.groupby("system", observed=True)
    means, errors = by_system.mean(), by_system.sem()
    between, _ = relative_spread(spread(windows, boxes))
    return {
        "pairs": len(means) * (len(means) - 1) // 2,
        "by ions": _apart(means, errors),
        "by boxes": _apart(means, np.maximum(errors, between * means)),
    }


def _apart(means: pd.Series, errors: pd.Series) -> int:
    pairs = combinations(means.index, 2)
    return int(sum(abs(means[a] - means[b]) > 2 * np.hypot(errors[a], errors[b]) for a, b in pairs))


def table(windows: Windows, boxes: files.Table) -> pd.DataFrame:
    """Show the boxes one by one: mean `dr` with its error by ions, counts of the first shell."""
    found = averages(windows, boxes)
    found = found.rename(index=NAMES, level="box")
    shown = pd.DataFrame(
        {
            "Li⁺": found["ions", ""],
            "Mean dr (Å)": found["dr", "mean"],
            "Error by ions (Å)": found["dr", "error"],
            "TFSI": found["TFSI", "mean"],
            "EC": found["EC", "mean"],
        }
    ).reset_index()
    return shown.rename(columns={"system": "System", "box": "Box"}).set_index("System")


def figure(windows: Windows, boxes: files.Table) -> Figure:
    """Draw mean `dr` of every box with two errors by ions, and the band of two spreads of boxes."""
    found, bands = averages(windows, boxes).rename(index=NAMES), spread(windows, boxes)
    drawn = theme.figure(height=2.3)
    panels = drawn.subplots(1, len(bands))
    for axes, (system, band) in zip(np.atleast_1d(panels), bands.iterrows(), strict=True):
        means, errors = (found.loc[system, ("dr", part)] for part in ("mean", "error"))
        axes.axhspan(
            band["mean"] - 2 * band["between"],
            band["mean"] + 2 * band["between"],
            color=theme.MUTED,
            alpha=0.2,
            linewidth=0,
        )
        axes.errorbar(range(len(means)), means, 2 * errors, fmt="o", color=theme.INK, capsize=2)
        axes.set_xticks(range(len(means)), means.index, rotation=40, ha="right", fontsize=7)
        axes.set(title=system, xlim=(-0.5, len(means) - 0.5))
    np.atleast_1d(panels)[0].set_ylabel("mean dr (Å)")
    return drawn


def sentence(windows: Windows, boxes: files.Table) -> str:
    """Say whether boxes scatter more than their ions do, and whether a larger box differs."""
    found = spread(windows, boxes)
    between, within = relative_spread(found)
    verdict = (
        f"Drawing ions understates the error {between / within:.1f} times."
        if between > within
        else "Between boxes there is no more scatter than among ions."
    )
    larger = found["larger"].dropna()
    if larger.empty:
        return verdict
    errors = np.hypot(found["between"], found["within"])[larger.index]
    apart = [system for system in larger.index if abs(larger[system]) > 2 * errors[system]]
    if apart:
        return f"{verdict} The box of double size differs in {wording.listed(apart)}."
    return f"{verdict} Boxes of double size ({wording.listed(larger.index)}) lie within two errors."
