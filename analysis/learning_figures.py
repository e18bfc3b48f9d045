"""Figures of what the models predict and how well."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import ceiling, learning, learning_tables, models, splits, theme
from analysis.case import Case
from analysis.features import FEATURE_SETS
from analysis.sufficiency import sufficient
from analysis.windows import Windows
from press import Absence

KIND_COLORS = {
    "baseline": theme.MUTED,
    "reference": theme.OKABE_ITO[0],
    "ensemble": theme.OKABE_ITO[2],
}
KIND_WORDS = {
    "baseline": "baseline",
    "reference": "the reference's model",
    "ensemble": "further ensemble",
}
ROW = 0.2  # inches per model
COLUMNS = 3  # panels side by side
BINS = 40


@sufficient
def model_scores(windows: Windows, regression: Case, classification: Case) -> Figure:
    """Draw R2 and AUC of every model with intervals, and the ceilings of a forecast."""
    r2 = learning.score_table(windows, regression)
    auc = learning.score_table(windows, classification)
    rows = [name for name in models.MODELS if name in r2.index or name in auc.index]
    figure = theme.figure(height=1.1 + ROW * len(rows))
    left, right = figure.subplots(1, 2, sharey=True)
    _dots(left, rows, r2, "R2")
    _dots(right, rows, auc, "AUC")
    limits = ceiling.r2_ceiling(windows, regression.seed)
    limits = limits.loc[["from moments", "from replicas"]]
    left.axvspan(limits["low"].min(), limits["high"].max(), color=theme.ACCENT, alpha=0.18, lw=0)
    left.axvline(0, color=theme.MUTED, lw=0.7)
    right.axvline(ceiling.auc_ceiling(windows, classification.fast), color=theme.ACCENT, lw=1.2)
    right.axvline(0.5, color=theme.MUTED, lw=0.7)
    _clip_left(left, r2["R2"])
    left.set(xlabel="R² of dr")
    right.set(xlabel="ROC AUC of fast", xlim=(0.45, None))
    left.set_yticks(range(len(rows)), [models.model(name).title for name in rows])
    left.set_ylim(len(rows) - 0.4, -0.6)
    handles = [
        left.plot([], [], "o", color=KIND_COLORS[kind], label=word)[0]
        for kind, word in KIND_WORDS.items()
    ]
    limit = left.plot([], [], color=theme.ACCENT, lw=2, label="ceiling of a forecast")
    figure.legend(handles=handles + limit, loc="outside upper center", ncols=4)
    return figure


def _dots(axes: Axes, rows: list[str], table: pd.DataFrame, score: str) -> None:
    """Draw a score of each model as a dot with its interval."""
    for position, name in enumerate(rows):
        if name not in table.index:
            continue
        value, low, high = table.loc[name, [score, f"{score} low", f"{score} high"]]
        color = KIND_COLORS[models.model(name).kind]
        axes.plot([low, high], [position, position], color=color, lw=1.2)
        axes.plot(value, position, "o", color=color)
    axes.grid(axis="x")


def _clip_left(axes: Axes, values: pd.Series) -> None:
    """Cut the axis at -0.15, and say which values lie beyond it."""
    axes.set_xlim(max(values.min() - 0.02, -0.15), None)


@sufficient
def parity(windows: Windows, case: Case) -> Figure:
    """Draw predicted against true `dr` for every regressor, with both distributions."""
    cells = _of_learners(windows, case)
    limit = float(np.quantile(windows.table["dr"], 0.999))
    lines = -(-len(cells) // COLUMNS)
    figure = theme.figure(height=1.9 * lines)
    grid = figure.subfigures(lines, COLUMNS, squeeze=False)
    for panel, cell in zip(grid.flat, cells, strict=False):
        _parity_panel(panel, cell, limit)
    return figure


def _of_learners(windows: Windows, case: Case) -> list[learning.Cell]:
    """Return the cells of the case without those of the baselines."""
    found = learning.cells(windows, case)
    return [cell for cell in found if models.model(cell.model).kind != "baseline"]


def _parity_panel(panel, cell: learning.Cell, limit: float) -> None:
    """Draw one regressor: a cloud, and histograms of what is true and what is predicted."""
    axes = panel.subplots(2, 2, width_ratios=(5, 1), height_ratios=(1, 5))
    top, corner, main, side = axes.flat
    corner.set_axis_off()
    edges = np.linspace(0, limit, BINS + 1)
    cloud = {"ms": 1.2, "mew": 0, "alpha": 0.25, "rasterized": True}
    main.plot(cell.truth, cell.prediction, ".", color=KIND_COLORS["reference"], **cloud)
    main.plot([0, limit], [0, limit], color=theme.INK, lw=0.7, ls="--")
    main.set(xlim=(0, limit), ylim=(0, limit), xlabel="dr (Å)", ylabel="predicted (Å)")
    top.hist(cell.truth, edges, color=theme.MUTED)
    side.hist(cell.prediction, edges, orientation="horizontal", color=KIND_COLORS["reference"])
    top.set(xlim=(0, limit))
    side.set(ylim=(0, limit))
    for margin in (top, side):
        margin.set_axis_off()
    top.set_title(models.model(cell.model).title, fontsize=8)


@sufficient
def confusion(windows: Windows, case: Case) -> Figure:
    """Draw the confusion matrix of every classifier, as shares of each true class."""
    cells = _of_learners(windows, case)
    columns = 5
    lines = -(-len(cells) // columns)
    figure = theme.figure(height=1.6 * lines)
    panels = figure.subplots(lines, columns, squeeze=False)
    for axes in panels.flat[len(cells) :]:
        axes.set_axis_off()
    for axes, cell in zip(panels.flat, cells, strict=False):
        _confusion_panel(axes, cell)
    return figure


def _confusion_panel(axes: Axes, cell: learning.Cell) -> None:
    counts = np.zeros((2, 2))
    np.add.at(counts, (cell.truth, cell.prediction), 1)
    shares = counts / counts.sum(axis=1, keepdims=True)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (i, j), share in np.ndenumerate(shares):
        color = "white" if share > 0.6 else theme.INK
        text = f"{share:.0%}\n{counts[i, j]:,.0f}"
        axes.text(j, i, text, ha="center", va="center", color=color, fontsize=7.5)
    words = ["slow", "fast"]
    axes.set_xticks([0, 1], words)
    axes.set_yticks([0, 1], words, rotation=90, va="center")
    axes.set(xlabel="called", ylabel="is")
    axes.set_title(models.model(cell.model).title, fontsize=8)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


@sufficient
def curves(windows: Windows, case: Case) -> Figure:
    """Draw ROC and precision-recall curves of the classifiers' scores."""
    from sklearn.metrics import precision_recall_curve, roc_curve

    found = learning.cells(windows, case)
    cells = [cell for cell in found if cell.model not in ("constant", "always-fast")]
    figure = theme.figure(height=3.6)
    left, right = figure.subplots(1, 2)
    left.plot([0, 1], [0, 1], color=theme.MUTED, lw=0.7)
    for cell, (color, style) in zip(cells, _styles(len(cells)), strict=True):
        title = models.model(cell.model).title
        false, true, _ = roc_curve(cell.truth, cell.decision)
        left.plot(false, true, color=color, ls=style, lw=1.1, label=title)
        precision, recall, _ = precision_recall_curve(cell.truth, cell.decision)
        right.plot(recall[:-1], precision[:-1], color=color, ls=style, lw=1.1)
    right.axhline(cells[0].truth.mean(), color=theme.MUTED, lw=0.7)
    left.set(xlabel="slow windows called fast", ylabel="fast windows called fast", aspect="equal")
    right.set(xlabel="recall", ylabel="precision", ylim=(0, 1), xlim=(0, 1))
    figure.legend(loc="outside lower center", ncols=4, fontsize=7)
    return figure


def _styles(count: int) -> list[tuple[str, str]]:
    """Give every curve its colour and dash, all different."""
    pairs = [(color, style) for style in ("-", "--", ":") for color in theme.OKABE_ITO]
    return pairs[:count]


@sufficient
def splits_and_features(windows: Windows, seed: int = 0) -> Figure:
    """Draw R2 of every feature set under every split, with the ceiling of a forecast."""
    table = learning_tables.feature_split_scores(windows, seed)
    seen = [name for name, _, _ in learning_tables.compared(windows)]
    shown = table.index.unique("split")
    figure = theme.figure(height=0.7 + 1.9 * (-(-len(shown) // COLUMNS)))
    panels = figure.subplots(-(-len(shown) // COLUMNS), COLUMNS, sharey=True, sharex=True)
    limits = ceiling.r2_ceiling(windows, seed).loc[["from moments", "from replicas"]]
    for axes in np.ravel(panels)[len(shown) :]:
        axes.set_axis_off()
    for axes, split in zip(np.ravel(panels), shown, strict=False):
        band = limits["low"].min(), limits["high"].max()
        axes.axvspan(*band, color=theme.ACCENT, alpha=0.18, lw=0)
        axes.axvline(0, color=theme.MUTED, lw=0.7)
        for position, name in enumerate(seen):
            value, low, high = table.loc[(split, name), ["R2", "low", "high"]]
            color = KIND_COLORS["ensemble" if name in FEATURE_SETS else "baseline"]
            axes.plot([low, high], [position, position], color=color, lw=1.2)
            axes.plot(value, position, "o", color=color)
        axes.set_title(splits.SPLITS[split].title)
        axes.set_yticks(range(len(seen)), seen)
        axes.grid(axis="x")
    np.ravel(panels)[0].set_ylim(len(seen) - 0.4, -0.6)
    figure.supxlabel("R² of dr", fontsize=9)
    return figure


@sufficient
def held_out_systems(windows: Windows, seed: int = 0) -> Figure | Absence:
    """Draw the error of `dr` in each system when that system is held out, for three predictors."""
    table = learning_tables.held_out_errors(windows, seed)
    if isinstance(table, Absence):
        return table
    shown = [table.columns[0], "structure+flips", table.columns[-2]]
    figure = theme.figure(height=3.0)
    axes = figure.subplots()
    places = np.arange(len(table))
    axes.bar(places, table["own"], color="#e6e6e6", label="spread about the system's own mean")
    for name, marker, color in zip(shown, "sov", theme.OKABE_ITO, strict=False):
        axes.plot(places, table[name], marker, color=color, label=name)
    axes.set_xticks(places, table.index, rotation=45, ha="right", rotation_mode="anchor")
    axes.set(ylabel="RMSE of dr (Å)")
    figure.legend(loc="outside upper center", ncols=2)
    return figure
