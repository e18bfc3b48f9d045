"""What the runs of the robustness sweep have in common, and how far they differ."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.data.windows import Windows
from analysis.ground import theme
from analysis.ground.wording import listed, percent
from analysis.learn.scores import roc_auc
from analysis.learn.splits import SPLITS
from analysis.report.robustness import DRAWN
from press import Absence, swept

SWEEP, ATOMS = "robustness", "robustness-paec"
FOLDER = Path(__file__).resolve().parents[2] / "sweeps"
NOT_RUN = (
    "The sweep over the all-atom data has not been run for this copy; "
    "sweeps/robustness-paec.yml describes it."
)
R2, AUC = "R²", "AUC"
SEEN = {"structure": "structure", "structure+flips": "structure and flips"}
SYSTEM_MEAN = "System mean"
RATIOS = (0.45, 0.9, 1.35)  # least, expected and greatest deviation over ten draws of a fifth of
# the ions, in standard errors: sqrt(4/5), and two of its own errors of a quarter to either side
KNOWN = ("random", "ion", "time")  # splits that learn from every system
COLORS = {
    SYSTEM_MEAN: theme.MUTED,
    "structure": theme.OKABE_ITO[0],
    "structure+flips": theme.OKABE_ITO[1],
}
HALF_WIDTH = 1.96  # of a 95 % interval of a Gaussian, in standard errors
GROUP = 0.74  # width that the thresholds of one split take of the axis
NEXT = 0.022  # from a threshold to its runs on the left, to their mean and interval on the right


@dataclass(frozen=True, eq=False)
class Runs:
    """The collected runs of a sweep.

    Parameters
    ----------
    table : DataFrame
        One row per run, score and feature set: the parameters `fast`, `split` and `seed`, then
        what `analysis.report.robustness.one_run` gives.
    sha256 : str
        Digest of its file.
    sweep : str
        Its name.
    """

    table: pd.DataFrame
    sha256: str
    sweep: str = SWEEP

    @property
    def fingerprint(self) -> str:
        """Name of the sweep and digest of its result."""
        return f"{self.sweep} sha256:{self.sha256}"

    @property
    def count(self) -> int:
        """How many runs there are."""
        return len(self.table[["fast", "split", "seed"]].drop_duplicates())

    @property
    def seeds(self) -> int:
        """How many seeds there are."""
        return self.table["seed"].nunique()

    @property
    def thresholds(self) -> list[float]:
        """Thresholds of `fast` in angstrom, from the lowest."""
        return sorted(self.table["fast"].unique())

    @property
    def splits(self) -> list[str]:
        """Names of the splits, in the order of `analysis.learn.splits`."""
        return [name for name in SPLITS if name in set(self.table["split"])]

    def of_score(self, score: str) -> pd.DataFrame:
        """Select the rows of one score; for R2, which no threshold changes, of one threshold."""
        chosen = self.table[self.table["Score"] == score]
        return chosen[chosen["fast"] == chosen["fast"].min()] if score == R2 else chosen


def load(sweep: str = SWEEP) -> Runs:
    """Read the committed result of a sweep; an InputError says how to make it."""
    table = swept(sweep)
    return Runs(table, table.attrs["sha256"], sweep)


def of_atoms() -> Runs | Absence:
    """Read the result of the sweep over the all-atom data, where it was made."""
    made = {path.name for path in FOLDER.iterdir()}  # listed, so that it is noticed when it comes
    return load(ATOMS) if f"{ATOMS}.csv" in made else Absence(NOT_RUN)


def values(runs: Runs, score: str) -> pd.DataFrame:
    """List the values of one score in all runs.

    Returns
    -------
    DataFrame
        Columns split, fast, seed, Seen (a feature set or the system mean), Value, Low, High; the
        last two are missing for the system mean.
    """
    chosen = runs.of_score(score)
    keys = ["split", "fast", "seed"]
    baseline = chosen.drop_duplicates(keys)[[*keys, SYSTEM_MEAN]]
    baseline = baseline.rename(columns={SYSTEM_MEAN: "Value"}).assign(Seen=SYSTEM_MEAN)
    learned = chosen[[*keys, "Seen", "Value", "Low", "High"]]
    return pd.concat([baseline, learned], ignore_index=True)


def spread(runs: Runs, score: str) -> pd.DataFrame:
    """Tabulate what a score is on average, and its standard deviations by origin.

    Returns
    -------
    DataFrame
        Index Split and Seen; the mean over all runs, the standard deviation over the seeds and
        (AUC) over the thresholds, and the mean standard error that resampling the ions of a
        single run gives, which the system mean has not.
    """
    found = values(runs, score)
    found["error"] = (found["High"] - found["Low"]) / (2 * HALF_WIDTH)
    groups = found.groupby(["split", "Seen"])
    columns = {"Mean": groups["Value"].mean(), "Seeds": _deviation(found, "fast", over="seed")}
    if score == AUC:
        columns["Thresholds"] = _deviation(found, "seed", over="fast")
    columns["Ions"] = groups["error"].mean()
    rows = pd.MultiIndex.from_product([runs.splits, COLORS], names=["Split", "Seen"])
    titles = {name: SPLITS[name].title for name in SPLITS}
    return pd.DataFrame(columns).reindex(rows).rename(index=titles, level="Split")


def _deviation(found: pd.DataFrame, within: str, over: str) -> pd.Series:
    """Compute the standard deviation over one parameter, root mean square over the other."""
    variance = found.groupby(["split", "Seen", within])["Value"].var(ddof=1)
    return np.sqrt(variance.groupby(["split", "Seen"]).mean())


def above_system_mean(runs: Runs, score: str, seen: str, splits: list[str]) -> str:
    """Count the runs under these splits in which a feature set scores above the system mean.

    Runs that differ only in what cannot change the score (the threshold for R2; the seed, where a
    split draws nothing) count once.
    """
    rows = runs.of_score(score)
    rows = rows[(rows["Seen"] == seen) & rows["split"].isin(splits)]
    rows = rows[rows["split"].isin(DRAWN) | (rows["seed"] == rows["seed"].min())]
    better = int((rows["Value"] > rows[SYSTEM_MEAN]).sum())
    return f"{better} of {len(rows)}"


def stands(runs: Runs | Absence) -> pd.DataFrame | Absence:
    """Tabulate `above_system_mean`: a row per split, a column per score and feature set."""
    if isinstance(runs, Absence):
        return runs
    columns = {
        f"{score}, {words}": [
            above_system_mean(runs, score, seen, [split]) for split in runs.splits
        ]
        for score in (R2, AUC)
        for seen, words in SEEN.items()
    }
    titles = pd.Index([SPLITS[split].title for split in runs.splits], name="Split")
    return pd.DataFrame(columns, index=titles)


def margins(runs: Runs, score: str, seen: str, splits: list[str]) -> pd.DataFrame:
    """Compute how far a feature set is above the system mean, in widths of a run's interval.

    Returns
    -------
    DataFrame
        A row per split, a column per threshold: mean margin over the seeds by mean width.
    """
    rows = runs.of_score(score)
    rows = rows[(rows["Seen"] == seen) & rows["split"].isin(splits)]
    rows = rows.assign(margin=rows["Value"] - rows[SYSTEM_MEAN], width=rows["High"] - rows["Low"])
    means = rows.groupby(["split", "fast"])[["margin", "width"]].mean()
    return (means["margin"] / means["width"]).unstack("fast")


def shares(ratios: pd.Series) -> str:
    """Write the range of some ratios in percent.

    Examples
    --------
    >>> shares(pd.Series([0.52, 0.57, 0.55])), shares(pd.Series([-0.02, -0.24]))
    ('52% to 57%', '−24% to −2%')
    """
    return f"{percent(ratios.min())} to {percent(ratios.max())}"


def seeds_to_ions(runs: Runs, score: str) -> pd.Series:
    """Return the deviation over seeds in standard errors of one run; index Split, Seen.

    Splits that draw nothing, whose seeds agree, are left out.
    """
    table = spread(runs, score)
    ratio = table["Seeds"] / table["Ions"]
    return ratio[ratio > 1e-6]


def in_words(runs: Runs | Absence) -> str:
    """Say how many runs put the learner above the system's mean, and how wide intervals are."""
    if isinstance(runs, Absence):
        return runs.reason
    known = [name for name in runs.splits if name in KNOWN]
    said = [
        f"with {words} in {above_system_mean(runs, R2, seen, known)} by R² and in "
        f"{above_system_mean(runs, AUC, seen, known)} by the area under the curve"
        for seen, words in SEEN.items()
    ]
    ratios = pd.concat([seeds_to_ions(runs, score) for score in (R2, AUC)])
    ions = ratios[ratios.index.get_level_values("Split") == SPLITS["ion"].title]
    return (
        f"Where systems are known, the learner scores above the system's mean {listed(said)}. For "
        f"new ions, the deviation over the seeds is {ions.min():.1f} to {ions.max():.1f} times the "
        f"standard error that a single run states."
    )


def auc_of_scale(windows: Windows, fast: float) -> float:
    """Compute the AUC of the system mean, if systems differed in the scale of `dr` alone.

    Every system is given the distribution of `dr` over its mean that all have together.
    """
    dr = windows.table["dr"].to_numpy()
    systems = windows.table.groupby("system", observed=True)["dr"]
    mean, share = systems.mean().to_numpy(), systems.size().to_numpy() / len(dr)
    relative = dr / systems.transform("mean").to_numpy()
    chance = np.array([(relative * scale > fast).mean() for scale in mean])
    truth = np.repeat([1, 0], len(mean))
    weights = np.concatenate([share * chance, share * (1 - chance)])
    return float(roc_auc(truth, np.tile(mean, 2), weights))


def figure(runs: Runs | Absence) -> Figure | Absence:
    """Draw R2 and AUC by split: every run a dot, beside the mean interval of a single run."""
    if isinstance(runs, Absence):
        return runs
    drawn = theme.figure(height=5.4)
    upper, lower = drawn.subplots(2, 1, sharex=True, height_ratios=(1, 1.25))
    for axes, score, chance in ((upper, R2, 0.0), (lower, AUC, 0.5)):
        found = values(runs, score)
        axes.axhline(chance, color=theme.MUTED, lw=0.7, ls=":")
        for position, split in enumerate(runs.splits):
            _draw_split(axes, found[found["split"] == split], position)
        axes.grid(axis="y")
        axes.set_ylabel(f"{score} of dr" if score == R2 else "ROC AUC of fast")
    lower.set_xticks(range(len(runs.splits)), [SPLITS[name].title for name in runs.splits])
    lower.tick_params(axis="x", length=0)
    words = {SYSTEM_MEAN: "the system's mean", **SEEN}
    handles = [upper.plot([], [], "o", color=COLORS[s], label=words[s])[0] for s in COLORS]
    drawn.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return drawn


def _draw_split(axes: Axes, found: pd.DataFrame, position: int) -> None:
    """Draw the runs under one split: thresholds from left to right, joined through their means."""
    thresholds = np.sort(found["fast"].unique())
    many = len(thresholds) > 1
    offsets = GROUP * np.linspace(-0.5, 0.5, len(thresholds)) if many else np.zeros(1)
    place = dict(zip(thresholds, position + offsets, strict=True))
    for number, (seen, color) in enumerate(COLORS.items()):
        rows = found[found["Seen"] == seen]
        at = rows["fast"].map(place) + (0.0 if many else 0.22 * (number - 1))
        means = rows.assign(at=at).groupby("at")[["Value", "Low", "High"]].mean()
        axes.plot(at - NEXT, rows["Value"], "o", ms=2.4, mew=0, alpha=0.45, color=color)
        axes.plot(means.index + NEXT, means["Value"], "o-", ms=3, color=color, lw=0.8)
        axes.vlines(means.index + NEXT, means["Low"], means["High"], color=color, lw=1)
