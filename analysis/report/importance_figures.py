"""Figures and tables of importances, each beside what the reference drew."""

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure

from analysis.data.sufficiency import sufficient
from analysis.data.windows import Windows
from analysis.ground import theme
from analysis.ground.wording import with_interval
from analysis.learn import importances

ROW = 0.24  # inches per feature
SWARM = 1500  # points per feature in a beeswarm
SWARM_COLORS = "coolwarm"
DECIMALS = 3  # of a fall of R2
LIMIT = 0.999  # quantile at which a beeswarm is cut


@sufficient
def impurity(windows: Windows, split: str = "ion", seed: int = 0) -> Figure:
    """Draw the share of each feature in the reduction of the squared error."""
    table = importances.impurity(windows, split, seed).sort_values("forest")
    figure = theme.figure(height=0.8 + ROW * len(table))
    axes = figure.subplots()
    places = np.arange(len(table))
    axes.barh(places, table["forest"], color=theme.OKABE_ITO[2], alpha=0.6, label="extra trees")
    axes.errorbar(
        table["forest"], places, xerr=table["spread"], fmt="none", ecolor=theme.INK, lw=0.8
    )
    axes.plot(table["boosting"], places, "D", color=theme.OKABE_ITO[1], label="LightGBM, gain")
    axes.set_yticks(places, table.index)
    axes.set(xlabel="share of the reduction of squared error", xlim=(0, None))
    axes.legend(loc="lower right")
    return figure


@sufficient
def permutation(
    windows: Windows,
    task: str = "regression",
    split: str = "ion",
    seed: int = 0,
    fast: float | None = None,
) -> Figure:
    """Draw the fall of the score over the repeats, for permuting everywhere and within systems.

    A box is the spread of the shuffling alone. On the right stand the names under which the
    reference's plot would have shown the rows: it sorts the boxes by their medians and leaves the
    labels in the order of the columns.
    """
    everywhere = importances.permutation(windows, task, split, seed, fast)
    within = importances.permutation(windows, task, split, seed, fast, within=True)
    sides = {"among all windows": everywhere, "within each system": within}
    if task == "regression":
        sides["given the other features"] = importances.conditional(windows, split, seed)
    return boxes(sides, "R²" if task == "regression" else "ROC AUC")


def boxes(sides: dict[str, pd.DataFrame], score: str) -> Figure:
    """Draw the falls of a score over the repeats, a box per feature and way of permuting.

    Parameters
    ----------
    sides : dict of DataFrame, (repeats, features)
        By the words for the legend; the first orders the features.
    score : str
        What falls.
    """
    first = next(iter(sides.values()))
    order = importances.ascending(first)
    figure = theme.figure(height=0.9 + ROW * (1 + 0.35 * len(sides)) * len(order) * 0.8)
    axes = figure.subplots()
    table = pd.concat({words: falls.melt(var_name="feature") for words, falls in sides.items()})
    sns.boxplot(
        table.reset_index(0, names="permuted"), x="value", y="feature", hue="permuted",
        order=order[::-1], palette=theme.OKABE_ITO[: len(sides)], saturation=1, width=0.75,
        gap=0.1, linewidth=0.6, linecolor=theme.INK, fliersize=1.5, boxprops={"alpha": 0.6},
        ax=axes,
    )  # fmt: skip
    axes.axvline(0, color=theme.MUTED, lw=0.7)
    axes.set(ylabel=None, xlabel=f"fall of {score} when permuted")
    other = axes.secondary_yaxis("right")
    other.set_yticks(axes.get_yticks(), first.columns[::-1], color=theme.MUTED)
    other.set_ylabel("label in the reference's way", color=theme.MUTED)
    other.spines["right"].set_visible(False)
    other.tick_params(length=0)
    axes.legend(title=None, loc="lower right")
    return figure


@sufficient
def shapley(windows: Windows, split: str = "ion", seed: int = 0) -> Figure:
    """Draw a beeswarm of Shapley values, right on the left and in the reference's way beside it."""
    values = importances.shapley(windows, split, seed)
    ways = {
        "features as the model learned them": values.right,
        "unscaled features (the reference)": values.mistaken,
    }
    return beeswarms(ways, values.X, seed)


def beeswarms(ways: dict[str, np.ndarray], X: pd.DataFrame, seed: int) -> Figure:
    """Draw beeswarms side by side, coloured by the rank of each feature's value.

    Parameters
    ----------
    ways : dict of ndarray, (rows, features)
        Shapley values by title, angstrom.
    X : DataFrame, (rows, features)
        The features.
    seed : int
        Of the rows shown and of where points stand within their row.
    """
    figure = theme.figure(height=1.2 + 1.35 * ROW * X.shape[1])
    panels = figure.subplots(1, len(ways), squeeze=False)[0]
    for axes, (title, values) in zip(panels, ways.items(), strict=True):
        _beeswarm(axes, values, X, seed)
        axes.set_title(title)
    bar = figure.colorbar(
        ScalarMappable(cmap=SWARM_COLORS), ax=list(panels), location="bottom", aspect=50, pad=0.02
    )
    bar.set_ticks([0, 1], labels=["low", "high"])
    bar.set_label("rank of the feature's value")
    return figure


def _beeswarm(axes: Axes, values: np.ndarray, X: pd.DataFrame, seed: int) -> None:
    """Let shap draw at most `SWARM` rows, the feature with the largest shares on top."""
    import shap  # late: it compiles when it is loaded

    rows = np.random.default_rng(seed).permutation(len(values))[:SWARM]
    rank = X.rank(pct=True).to_numpy()
    shown = shap.Explanation(values[rows], data=rank[rows], feature_names=list(X.columns))
    with drawn_from(seed):
        shap.plots.beeswarm(
            shown, max_display=None, order=np.argsort(-np.abs(values).mean(axis=0)), s=5,
            color=matplotlib.colormaps[SWARM_COLORS], color_bar=False, plot_size=None,
            ax=axes, show=False,
        )  # fmt: skip
    low, high = np.quantile(values, [1 - LIMIT, LIMIT])
    axes.set_xlim(min(low, 0), high)
    axes.set_xlabel("Shapley value of dr (Å)", fontsize=theme.STYLE["axes.labelsize"])
    axes.tick_params(labelsize=7)
    axes.tick_params(axis="y", length=0)


@contextmanager
def drawn_from(seed: int) -> Iterator[None]:
    """Set NumPy's global generator, from which shap draws, and put it back as it was."""
    before = np.random.get_state()  # noqa: NPY002
    np.random.seed(seed)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002


@sufficient
def table(windows: Windows, split: str = "ion", seed: int = 0) -> pd.DataFrame:
    """Show all importances of every feature of `dr` side by side, the most permuted first."""
    impure = importances.impurity(windows, split, seed)
    falls = importances.permutation(windows, split=split, seed=seed)
    within = importances.permutation(windows, split=split, seed=seed, within=True)
    alike = importances.conditional(windows, split, seed)
    sizes = importances.shapley(windows, split, seed).mean_size()
    shown = pd.DataFrame(
        {
            "Impurity (share)": impure["forest"],
            "Permutation (R²)": falls.median(),
            "Within systems (R²)": within.median(),
            "Given the others (R²)": alike.median(),
            "Mean size of SHAP (Å)": sizes["right"],
            "SHAP, unscaled (Å)": sizes["mistaken"],
        }
    )
    order = importances.ascending(falls)
    label = pd.Series(falls.columns, index=order)
    return (
        shown.loc[order[::-1]]
        .assign(**{"Label in the reference's way": label})
        .rename_axis("Feature")
    )


@sufficient
def dropped(windows: Windows, split: str = "ion", seed: int = 0) -> pd.DataFrame:
    """Show how much R2 falls when a group of features is left out, and how much within systems."""
    columns = {"Fall of R²": False, "Within systems": True}
    shown = {
        title: importances.dropped(windows, split, seed, within).apply(_interval, axis=1)
        for title, within in columns.items()
    }
    return pd.DataFrame(shown).rename_axis("Left out")


def _interval(row: pd.Series) -> str:
    return with_interval(*row, decimals=DECIMALS)
