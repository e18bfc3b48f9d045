"""Figures and tables of importances, each beside what the reference drew."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.data.sufficiency import sufficient
from analysis.data.windows import Windows
from analysis.ground import theme
from analysis.ground.wording import with_interval
from analysis.learn import importances

ROW = 0.24  # inches per feature
SWARM = 1500  # points per feature in a beeswarm
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
    order = importances.ascending(everywhere)
    figure = theme.figure(height=0.9 + ROW * 1.3 * len(order))
    axes = figure.subplots()
    places = np.arange(len(order))
    handles = [
        _boxes(axes, everywhere[order], places + 0.18, theme.OKABE_ITO[0], "among all windows"),
        _boxes(axes, within[order], places - 0.18, theme.OKABE_ITO[1], "within each system"),
    ]
    axes.axvline(0, color=theme.MUTED, lw=0.7)
    axes.set_yticks(places, order)
    axes.set(xlabel=f"fall of {'R²' if task == 'regression' else 'ROC AUC'} when permuted")
    other = axes.secondary_yaxis("right")
    other.set_yticks(places, everywhere.columns, color=theme.MUTED)
    other.set_ylabel("label in the reference's way", color=theme.MUTED)
    other.spines["right"].set_visible(False)
    other.tick_params(length=0)
    axes.legend(handles=handles, loc="lower right")
    return figure


def _boxes(axes: Axes, falls: pd.DataFrame, places: np.ndarray, color: str, label: str):
    drawn = axes.boxplot(
        falls.to_numpy(),
        positions=places,
        orientation="horizontal",
        widths=0.28,
        patch_artist=True,
        manage_ticks=False,
        flierprops={"ms": 1.5, "marker": "."},
        medianprops={"color": theme.INK},
    )
    for box in drawn["boxes"]:
        box.set(facecolor=color, alpha=0.6, lw=0.6)
    drawn["boxes"][0].set_label(label)
    return drawn["boxes"][0]


@sufficient
def shapley(windows: Windows, split: str = "ion", seed: int = 0) -> Figure:
    """Draw a beeswarm of Shapley values, right on the left and in the reference's way beside it."""
    values = importances.shapley(windows, split, seed)
    figure = theme.figure(height=1.2 + 1.35 * ROW * values.X.shape[1])
    left, right = figure.subplots(1, 2)
    color = _beeswarm(left, values.right, values.X, seed)
    _beeswarm(right, values.mistaken, values.X, seed)
    left.set_title("features as the model learned them")
    right.set_title("unscaled features (the reference)")
    bar = figure.colorbar(color, ax=[left, right], location="bottom", aspect=50, pad=0.02)
    bar.set_ticks([0, 1], labels=["low", "high"])
    bar.set_label("rank of the feature's value")
    return figure


def _beeswarm(axes: Axes, values: np.ndarray, X: pd.DataFrame, seed: int):
    """Draw one row of points per feature, thicker where they are dense, largest on top."""
    draw = np.random.default_rng(seed)
    order = np.argsort(np.abs(values).mean(axis=0))
    rows = draw.permutation(len(values))[:SWARM]
    rank = X.rank(pct=True).to_numpy()
    for place, column in enumerate(order):
        x = values[rows, column]
        offset = place + _spread(x, draw)
        color = axes.scatter(
            x,
            offset,
            c=rank[rows, column],
            cmap="coolwarm",
            s=2,
            lw=0,
            rasterized=True,
            vmin=0,
            vmax=1,
        )
    low, high = np.quantile(values, [1 - LIMIT, LIMIT])
    axes.set_xlim(min(low, 0), high)
    axes.axvline(0, color=theme.MUTED, lw=0.7, zorder=0)
    axes.set_yticks(range(len(order)), X.columns[order], fontsize=7)
    axes.set(xlabel="Shapley value of dr (Å)", ylim=(-0.6, len(order) - 0.4))
    return color


def _spread(x: np.ndarray, draw) -> np.ndarray:
    """Offsets within a row: random, and the wider the more points there are near."""
    counts, edges = np.histogram(x, bins=60)
    density = counts[np.clip(np.digitize(x, edges[1:-1]), 0, len(counts) - 1)] / counts.max()
    return draw.uniform(-0.4, 0.4, len(x)) * np.sqrt(density)


@sufficient
def table(windows: Windows, split: str = "ion", seed: int = 0) -> pd.DataFrame:
    """Show all importances of every feature of `dr` side by side, the most permuted first."""
    impure = importances.impurity(windows, split, seed)
    falls = importances.permutation(windows, split=split, seed=seed)
    within = importances.permutation(windows, split=split, seed=seed, within=True)
    sizes = importances.shapley(windows, split, seed).mean_size()
    shown = pd.DataFrame(
        {
            "Impurity (share)": impure["forest"],
            "Permutation (R²)": falls.median(),
            "Within systems (R²)": within.median(),
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
    """Show how much R2 falls when a group of features is left out, with its interval."""
    falls = importances.dropped(windows, split, seed)
    words = {
        name: with_interval(*row, decimals=DECIMALS)
        for name, row in zip(falls.index, falls.to_numpy(), strict=True)
    }
    return pd.DataFrame({"Fall of R²": pd.Series(words)}).rename_axis("Left out")
