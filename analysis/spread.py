"""What the runs of the robustness sweep have in common, and how far they differ.

All functions take the table that the sweep collected, one row per run, score and feature set: the
parameters `fast`, `split` and `seed`, then what `analysis.robustness.one_run` gives.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import theme
from analysis.splits import SPLITS

R2, AUC = "R²", "AUC"
SEEN = {"structure": "structure", "structure+flips": "structure and flips"}
SYSTEM_MEAN = "System mean"
COLORS = {
    SYSTEM_MEAN: theme.MUTED,
    "structure": theme.OKABE_ITO[0],
    "structure+flips": theme.OKABE_ITO[1],
}
HALF_WIDTH = 1.96  # of a 95 % interval of a Gaussian, in standard errors
GROUP = 0.74  # width that the thresholds of one split take of the axis


def of_score(runs: pd.DataFrame, score: str) -> pd.DataFrame:
    """Return the runs of one score; for R2, which no threshold changes, those of one threshold.

    Returns
    -------
    DataFrame
        Columns split, fast, seed, Seen (a feature set or the system mean), Value, Low, High; the
        last two are missing for the system mean.
    """
    chosen = runs[runs["Score"] == score]
    if score == R2:
        chosen = chosen[chosen["fast"] == chosen["fast"].min()]
    keys = ["split", "fast", "seed"]
    baseline = chosen.drop_duplicates(keys)[[*keys, SYSTEM_MEAN]]
    baseline = baseline.rename(columns={SYSTEM_MEAN: "Value"}).assign(Seen=SYSTEM_MEAN)
    learned = chosen[[*keys, "Seen", "Value", "Low", "High"]]
    return pd.concat([baseline, learned], ignore_index=True)


def spread(runs: pd.DataFrame) -> pd.DataFrame:
    """Tabulate what each score is on average, and its standard deviations by origin.

    Returns
    -------
    DataFrame
        Index Split and Seen. For each score its mean over all runs, its standard deviation over
        the seeds and (AUC) over the thresholds, and the mean standard error that resampling the
        ions of a single run gives.
    """
    parts = {}
    for score in (R2, AUC):
        values = of_score(runs, score)
        values["error"] = (values["High"] - values["Low"]) / (2 * HALF_WIDTH)
        groups = values.groupby(["split", "Seen"])
        parts[score] = groups["Value"].mean()
        parts[f"{score}: seeds"] = _deviation(values, within="fast", over="seed")
        if score == AUC:
            parts[f"{score}: thresholds"] = _deviation(values, within="seed", over="fast")
        parts[f"{score}: ions"] = groups["error"].mean()
    table = pd.DataFrame(parts).reindex(
        pd.MultiIndex.from_product([_splits(runs), COLORS], names=["Split", "Seen"])
    )
    return table.rename(index={name: SPLITS[name].title for name in SPLITS}, level="Split")


def _deviation(values: pd.DataFrame, within: str, over: str) -> pd.Series:
    """Compute the standard deviation over one parameter, root mean square over the other."""
    variance = values.groupby(["split", "Seen", within])["Value"].var(ddof=1)
    return np.sqrt(variance.groupby(["split", "Seen"]).mean())


def _splits(runs: pd.DataFrame) -> list[str]:
    return [name for name in SPLITS if name in set(runs["split"])]


def count(runs: pd.DataFrame) -> int:
    """Count the runs."""
    return len(runs[["fast", "split", "seed"]].drop_duplicates())


def above_system_mean(runs: pd.DataFrame, score: str, seen: str, splits: list[str]) -> str:
    """Say in how many runs under these splits a feature set scores above the system mean."""
    rows = runs[(runs["Score"] == score) & (runs["Seen"] == seen) & runs["split"].isin(splits)]
    if score == R2:
        rows = rows[rows["fast"] == rows["fast"].min()]
    better = int((rows["Value"] > rows[SYSTEM_MEAN]).sum())
    return f"{'all' if better == len(rows) else better or 'none'} of {len(rows)}"


def seeds_to_ions(runs: pd.DataFrame, score: str) -> pd.Series:
    """Return the deviation over seeds in standard errors of one run; index Split, Seen.

    Splits that draw nothing, whose seeds agree, are left out.
    """
    table = spread(runs)
    ratio = table[f"{score}: seeds"] / table[f"{score}: ions"]
    return ratio[ratio > 1e-6]


def figure(runs: pd.DataFrame) -> Figure:
    """Draw R2 and AUC by split: every run a dot, beside the mean interval of a single run."""
    drawn = theme.figure(height=5.4)
    upper, lower = drawn.subplots(2, 1, sharex=True, height_ratios=(1, 1.25))
    for axes, score, chance in ((upper, R2, 0.0), (lower, AUC, 0.5)):
        values = of_score(runs, score)
        axes.axhline(chance, color=theme.MUTED, lw=0.7, ls=":")
        for position, split in enumerate(_splits(runs)):
            _draw_split(axes, values[values["split"] == split], position)
        axes.grid(axis="y")
        axes.set_ylabel(f"{score} of dr" if score == R2 else "ROC AUC of fast")
    lower.set_xticks(range(len(_splits(runs))), [SPLITS[name].title for name in _splits(runs)])
    lower.tick_params(axis="x", length=0)
    words = {SYSTEM_MEAN: "the polymer's mean", **SEEN}
    handles = [upper.plot([], [], "o", color=COLORS[s], label=words[s])[0] for s in COLORS]
    drawn.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return drawn


def _draw_split(axes: Axes, values: pd.DataFrame, position: int) -> None:
    """Draw the runs under one split: thresholds from left to right, joined through their means."""
    thresholds = np.sort(values["fast"].unique())
    offsets = GROUP * (np.arange(len(thresholds)) / max(len(thresholds) - 1, 1) - 0.5)
    if len(thresholds) == 1:
        offsets = np.zeros(1)
    place = dict(zip(thresholds, position + offsets, strict=True))
    shift = 0.04 if len(thresholds) > 1 else 0.2
    for number, (seen, color) in enumerate(COLORS.items()):
        rows = values[values["Seen"] == seen]
        at = rows["fast"].map(place) + (number - 1) * shift
        axes.plot(at, rows["Value"], "o", ms=2.4, mew=0, alpha=0.45, color=color)
        means = rows.assign(at=at).groupby("at")[["Value", "Low", "High"]].mean()
        axes.plot(means.index, means["Value"], color=color, lw=1)
        axes.vlines(means.index + 0.025, means["Low"], means["High"], color=color, lw=1)
