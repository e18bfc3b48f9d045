"""What the first page shows at a glance: the models against the ceiling."""

import pandas as pd
from matplotlib.figure import Figure

from analysis.data.sufficiency import explained, sufficient
from analysis.data.windows import Windows
from analysis.explore import ceiling
from analysis.ground import theme
from analysis.ground.wording import fixed, percent
from analysis.learn import evaluation, models
from analysis.learn.case import Case

CEILING, NAME = "any forecast", "the polymer's name alone"
SEEN = {"the surroundings": "structure", "surroundings and flips": "structure+flips"}
HEIGHT = 1.7  # inches


@sufficient
def standing(windows: Windows, split: str, budget: str, seed: int = 0) -> pd.DataFrame:
    """Set the best R2 of the learned models beside the ceiling.

    Returns
    -------
    DataFrame
        A row per source of knowledge, from the name of the system to the ceiling; columns value,
        low, high: R2 with its 95 % interval.
    """
    limits = ceiling.r2_ceiling(windows, seed)
    best = {
        words: _best(windows, Case("regression", features, split, budget, seed))
        for words, features in SEEN.items()
    }
    rows = {NAME: limits.loc["between systems"]} | best | {CEILING: limits.loc["from moments"]}
    return pd.DataFrame(rows, index=["value", "low", "high"]).T.astype(float)


def _best(windows: Windows, case: Case) -> pd.Series:
    table = evaluation.score_table(windows, case)
    learned = table[[not models.model(name).is_baseline for name in table.index]]
    top = learned.loc[learned["R2"].idxmax(), ["R2", "R2 low", "R2 high"]]
    return top.set_axis(["value", "low", "high"])


@sufficient
def figure(windows: Windows, split: str, budget: str, seed: int = 0) -> Figure:
    """Draw R2 from nothing to all: what is reached, what could be, what is beyond any forecast."""
    table = standing(windows, split, budget, seed)
    top = table.loc[CEILING, "value"]
    drawn = theme.figure(height=HEIGHT)
    axes = drawn.subplots()
    axes.axvspan(top, 1, color=theme.MUTED, alpha=0.12, lw=0)
    axes.annotate("belongs to no forecast", ((1 + top) / 2, 1), color=theme.MUTED, ha="center")
    for row, (words, (value, low, high)) in enumerate(table.iterrows()):
        color = theme.ACCENT if words == CEILING else theme.OKABE_ITO[0]
        axes.plot([low, high], [row, row], color=color, lw=1.6)
        axes.plot(value, row, "o", color=color, ms=5, label=words)
        axes.annotate(f"  {fixed(value, 2)}", (high, row), va="center")
    axes.axvline(top, color=theme.ACCENT, lw=1.2)
    axes.set_yticks(range(len(table)), list(table.index))
    axes.set(xlim=(min(0, table["low"].min()), 1), ylim=(len(table) - 0.5, -0.5))
    axes.set_xlabel("share of the variance of dr that is explained (R²)")
    return drawn


@explained
def answer(windows: Windows, split: str, budget: str, seed: int = 0) -> str:
    """Answer the question of the thesis in a sentence."""
    table = standing(windows, split, budget, seed)["value"]
    seen, flips = (table[words] for words in SEEN)
    if table[CEILING] <= 0:
        return "Of how far an ion goes, as far as can be told, no forecast can explain anything."
    return (
        f"Of how far an ion goes, no forecast can explain more than {percent(table[CEILING])} of "
        f"the variance; models that see its surroundings explain {percent(seen)}, and "
        f"{percent(flips)} once they may watch the neighbours change on the way."
    )
