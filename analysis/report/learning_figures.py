"""Figures of what the models predict and how well."""

from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from analysis.data.sufficiency import sufficient
from analysis.data.windows import Windows
from analysis.explore import ceiling
from analysis.ground import theme
from analysis.ground.wording import fixed
from analysis.learn import evaluation, models, splits
from analysis.learn.case import Case
from analysis.learn.features import FEATURE_SETS
from analysis.report import learning_tables
from analysis.report.learning_tables import COMPARED, SMOOTH
from press import Absence

KIND_COLORS = {
    "baseline": theme.MUTED,
    "reference": theme.OKABE_ITO[0],
    "added": theme.OKABE_ITO[2],
}
KIND_WORDS = {
    "baseline": "baseline",
    "reference": "the reference's model",
    "added": "further learner",
}
LEARNERS: dict[str, dict[str, Any]] = {
    COMPARED: {"color": theme.OKABE_ITO[2], "marker": "o"},
    SMOOTH: {"color": theme.OKABE_ITO[0], "marker": "D", "ms": 3, "mfc": "white"},
}
OTHERS = "#bfbfbf"
ROW = 0.2  # inches per model
COLUMNS = 3  # panels side by side
PARITY_COLUMNS = 4
BINS = 40
SHOWN = 0.999  # quantile of dr at which the axes of a parity plot end
LEFTMOST = -0.15  # of an axis of R2; what lies beyond is marked at the edge
WIDTHS = (1.1, 2.4)  # of the leading curves, the best one thinner and on top


@sufficient
def model_scores(windows: Windows, regression: Case, classification: Case) -> Figure:
    """Draw R2 and AUC of every model with intervals, and the ceilings of a forecast."""
    r2 = evaluation.score_table(windows, regression)
    auc = evaluation.score_table(windows, classification)
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
    _cut_left(left, r2, "R2", rows)
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


def score_explorer(windows: Windows, regression: Case, classification: Case):
    """Draw any score of every model with its interval, chosen from a menu (plotly).

    The ceilings of a forecast are drawn where they are known: of R2 and of the AUC.
    """
    import plotly.graph_objects as go

    limits = {
        "R2": float(ceiling.r2_ceiling(windows, regression.seed).loc["from moments", "value"]),
        "AUC": float(ceiling.auc_ceiling(windows, classification.fast)),
    }
    tables = [evaluation.score_table(windows, case) for case in (regression, classification)]
    choices = [(table, score) for table in tables for score in _scores(table)]
    figure = go.Figure()
    for number, (table, score) in enumerate(choices):
        figure.add_scatter(**_explored(table, score), visible=number == 0)
    buttons = [
        {
            "label": score,
            "method": "update",
            "args": [
                {"visible": [other == number for other in range(len(choices))]},
                {"shapes": _line_at(limits.get(score)), "xaxis.title.text": score},
            ],
        }
        for number, (_, score) in enumerate(choices)
    ]
    first = choices[0][1]
    figure.update_layout(
        height=520,
        updatemenus=[{"buttons": buttons, "x": 1, "xanchor": "right", "y": 1.12}],
        shapes=_line_at(limits.get(first)),
        xaxis={"title": first},
        yaxis={"autorange": "reversed"},
        margin={"l": 150},
    )
    return figure


def _scores(table: pd.DataFrame) -> list[str]:
    """Names of the scores in a table, without the ends of their intervals."""
    return [column for column in table.columns if f"{column} low" in table.columns]


def _explored(table: pd.DataFrame, score: str) -> dict[str, Any]:
    """Give a score of all models as the points of a trace, with their intervals."""
    value, low, high = (table[name] for name in (score, f"{score} low", f"{score} high"))
    return {
        "x": value.round(4),
        "y": [models.model(name).title for name in table.index],
        "error_x": {"array": (high - value).round(4), "arrayminus": (value - low).round(4)},
        "mode": "markers",
        "name": score,
        "marker": {"color": [KIND_COLORS[models.model(name).kind] for name in table.index]},
        "hovertemplate": "%{y}: %{x}<extra></extra>",
    }


def _line_at(place: float | None) -> list[dict[str, Any]]:
    """Draw the ceiling across the figure, where there is one."""
    if place is None:
        return []
    line = {"color": theme.ACCENT, "width": 2}
    return [
        {"type": "line", "x0": place, "x1": place, "y0": 0, "y1": 1, "yref": "paper", "line": line}
    ]


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


def _cut_left(axes: Axes, table: pd.DataFrame, score: str, rows: list[str]) -> None:
    """Cut the axis at `LEFTMOST`, and mark at the edge what goes on beyond it, values in words."""
    edge = max(float(table[f"{score} low"].min()) - 0.02, LEFTMOST)
    axes.set_xlim(edge, None)
    beyond = table[table[f"{score} low"] < edge]
    for name, value in beyond[score].items():
        color = KIND_COLORS[models.model(name).kind]
        axes.plot(edge, rows.index(name), "<", color=color, clip_on=False)
        if value < edge:
            axes.annotate(
                f" {fixed(value, 2)}",
                (edge, rows.index(name)),
                color=color,
                va="center",
                fontsize=7,
            )


@sufficient
def parity(windows: Windows, case: Case) -> Figure:
    """Draw predicted against true `dr` for every regressor, with both distributions.

    What lies beyond the axes stands at their edge, in another colour.
    """
    evaluated = _of_learners(windows, case)
    limit = float(np.quantile(windows.table["dr"], SHOWN))
    lines = -(-len(evaluated) // PARITY_COLUMNS)
    figure = theme.figure(height=1.85 * lines)
    panels = figure.subplots(lines, PARITY_COLUMNS, sharex=True, sharey=True, squeeze=False)
    for axes, judged in zip(panels.flat, evaluated, strict=False):
        _parity_panel(axes, judged, limit)
    for axes in panels.flat[len(evaluated) :]:
        axes.set_axis_off()
    for axes in panels.flat[max(len(evaluated) - PARITY_COLUMNS, 0) : len(evaluated)]:
        axes.tick_params(labelbottom=True)  # nothing stands below it
    figure.supxlabel("dr (Å)", fontsize=9)
    figure.supylabel("predicted (Å)", fontsize=9)
    return figure


def _of_learners(windows: Windows, case: Case) -> list[evaluation.Evaluation]:
    """Return the evaluations of the case without those of the baselines."""
    found = evaluation.evaluate_all(windows, case)
    return [judged for judged in found if not models.model(judged.model).is_baseline]


def _parity_panel(axes: Axes, judged: evaluation.Evaluation, limit: float) -> None:
    """Draw one regressor: a cloud, and histograms of what is true and what is predicted."""
    truth, prediction = (np.clip(values, 0, limit) for values in (judged.truth, judged.prediction))
    beyond = (truth != judged.truth) | (prediction != judged.prediction)
    color = KIND_COLORS["reference"]
    cloud = {"s": 0.9, "lw": 0, "alpha": 0.25, "rasterized": True, "legend": False}
    sns.scatterplot(x=truth[~beyond], y=prediction[~beyond], color=color, ax=axes, **cloud)
    axes.plot(truth[beyond], prediction[beyond], "D", ms=2, color=theme.ACCENT, clip_on=False)
    axes.plot([0, limit], [0, limit], color=theme.INK, lw=0.7, ls="--")
    axes.set(xlim=(0, limit), ylim=(0, limit), aspect="equal")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(4, integer=True))
    top = axes.inset_axes((0, 1.04, 1, 0.16), sharex=axes)
    side = axes.inset_axes((1.04, 0, 0.16, 1), sharey=axes)
    bars = {"bins": BINS, "binrange": (0, limit), "element": "step", "alpha": 1, "lw": 0}
    sns.histplot(x=truth, color=theme.MUTED, ax=top, **bars)
    sns.histplot(y=prediction, color=color, ax=side, **bars)
    for margin in (top, side):
        margin.set_axis_off()
    axes.set_title(models.model(judged.model).title, fontsize=8, y=1.22)


@sufficient
def confusion(windows: Windows, case: Case) -> Figure:
    """Draw the confusion matrix of every classifier, as shares of each true class."""
    evaluated = _of_learners(windows, case)
    columns = 5
    lines = -(-len(evaluated) // columns)
    figure = theme.figure(height=1.6 * lines)
    panels = figure.subplots(lines, columns, squeeze=False)
    for axes in panels.flat[len(evaluated) :]:
        axes.set_axis_off()
    for axes, judged in zip(panels.flat, evaluated, strict=False):
        _confusion_panel(axes, judged)
    return figure


def _confusion_panel(axes: Axes, judged: evaluation.Evaluation) -> None:
    counts = np.zeros((2, 2))
    np.add.at(counts, (judged.truth, judged.prediction), 1)
    shares = counts / counts.sum(axis=1, keepdims=True)
    words = [[f"{share:.0%}\n{count:,.0f}" for share, count in zip(*pair, strict=True)]
             for pair in zip(shares, counts, strict=True)]  # fmt: skip
    classes = ["slow", "fast"]
    sns.heatmap(
        shares, vmin=0, vmax=1, cmap="Blues", annot=words, fmt="", annot_kws={"fontsize": 7.5},
        square=True, cbar=False, xticklabels=classes, yticklabels=classes, ax=axes,
    )  # fmt: skip
    axes.set(xlabel="called", ylabel="is")
    axes.set_title(models.model(judged.model).title, fontsize=8)
    axes.tick_params(length=0)


@sufficient
def curves(windows: Windows, case: Case) -> Figure:
    """Draw ROC and precision-recall curves of the classifiers' scores.

    The learners with the largest areas and the system mean can be told apart; the others are grey.
    """
    found = {judged.model: judged for judged in evaluation.evaluate_all(windows, case)}
    areas = evaluation.score_table(windows, case)["AUC"]
    learned = [name for name in found if not models.model(name).is_baseline]
    leading = list(areas[learned].nlargest(len(WIDTHS)).index)
    others = [name for name in learned if name not in leading]
    figure = theme.figure(height=3.4)
    panels = figure.subplots(1, 2)
    for name in others:
        _curve(panels, found[name], "other learners", color=OTHERS, lw=0.9)
    for name, color, width in list(zip(leading, theme.OKABE_ITO, WIDTHS, strict=False))[::-1]:
        _curve(panels, found[name], models.model(name).title, color=color, lw=width)
    title = models.model("system-mean").title
    _curve(panels, found["system-mean"], title, color=theme.INK, ls="--", lw=1.1)
    left, right = panels
    left.plot([0, 1], [0, 1], color=theme.MUTED, lw=0.7, ls=":")
    right.axhline(found["constant"].truth.mean(), color=theme.MUTED, lw=0.7, ls=":")
    left.set(xlabel="slow windows called fast", ylabel="fast windows called fast")
    right.set(xlabel="recall", ylabel="precision")
    for axes in panels:
        axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    handles, labels = left.get_legend_handles_labels()
    told = dict(zip(labels, handles, strict=True))  # one entry for all the others
    figure.legend(told.values(), told.keys(), loc="outside lower center", ncols=4)
    return figure


def _curve(panels, judged: evaluation.Evaluation, label: str, **style) -> None:
    """Draw one classifier's curves into both panels."""
    from sklearn.metrics import precision_recall_curve, roc_curve

    false, true, _ = roc_curve(judged.truth, judged.decision)
    precision, recall, _ = precision_recall_curve(judged.truth, judged.decision)
    panels[0].plot(false, true, label=label, **style)
    panels[1].plot(recall[:-1], precision[:-1], **style)


@sufficient
def splits_and_features(windows: Windows, seed: int = 0) -> Figure:
    """Draw R2 of every feature set under every split, with the ceiling of a forecast."""
    table = learning_tables.feature_split_scores(windows, seed)
    seen = [name for name, _, model in learning_tables.compared(windows) if model != SMOOTH]
    shown = table.index.unique("split")
    figure = theme.figure(height=0.9 + 1.9 * (-(-len(shown) // COLUMNS)))
    panels = figure.subplots(-(-len(shown) // COLUMNS), COLUMNS, sharey=True, sharex=True)
    limits = ceiling.r2_ceiling(windows, seed).loc[["from moments", "from replicas"]]
    for axes in np.ravel(panels)[len(shown) :]:
        axes.set_axis_off()
    for axes, split in zip(np.ravel(panels), shown, strict=False):
        band = limits["low"].min(), limits["high"].max()
        axes.axvspan(*band, color=theme.ACCENT, alpha=0.18, lw=0)
        axes.axvline(0, color=theme.MUTED, lw=0.7)
        _seen_dots(axes, table.loc[split], seen)
        axes.set_title(splits.SPLITS[split].title)
        axes.set_yticks(range(len(seen)), seen)
        axes.grid(axis="x")
    np.ravel(panels)[0].set_ylim(len(seen) - 0.4, -0.6)
    figure.supxlabel("R² of dr", fontsize=9)
    told = {"trees (LightGBM)": LEARNERS[COMPARED], "smooth ridge": LEARNERS[SMOOTH]}
    handles = [Line2D([], [], lw=1.2, label=words, **style) for words, style in told.items()]
    figure.legend(handles=handles, loc="outside upper center", ncols=2)
    return figure


def _seen_dots(axes: Axes, scores: pd.DataFrame, seen: list[str]) -> None:
    """Draw a row of one panel: a baseline, or a feature set as both learners see it."""
    for position, name in enumerate(seen):
        if name not in FEATURE_SETS:
            _dot(axes, scores.loc[name], position, {"color": theme.MUTED, "marker": "o"})
            continue
        _dot(axes, scores.loc[name], position - 0.17, LEARNERS[COMPARED])
        _dot(axes, scores.loc[learning_tables.smoothly(name)], position + 0.17, LEARNERS[SMOOTH])


def _dot(axes: Axes, score: pd.Series, position: float, style: dict) -> None:
    axes.plot(score[["low", "high"]], [position, position], color=style["color"], lw=1.2)
    axes.plot(score["R2"], position, **style)


@sufficient
def held_out_systems(windows: Windows, seed: int = 0) -> Figure | Absence:
    """Draw the error of `dr` in each system when that system is held out, by predictor."""
    table = learning_tables.held_out_errors(windows, seed)
    if isinstance(table, Absence):
        return table
    everything = [name for name in FEATURE_SETS if name in table][-1]
    shown = [table.columns[0], "structure+flips", everything]
    shown = list(dict.fromkeys([*shown, learning_tables.smoothly(everything)]))
    figure = theme.figure(height=3.0)
    axes = figure.subplots()
    places = np.arange(len(table))
    axes.bar(places, table["own"], color="#e6e6e6", label="spread about the system's own mean")
    for name, marker, color in zip(shown, "sovD", theme.OKABE_ITO, strict=False):
        axes.plot(places, table[name], marker, color=color, label=name)
    axes.set_xticks(places, table.index, rotation=45, ha="right", rotation_mode="anchor")
    axes.set(ylabel="RMSE of dr (Å)")
    figure.legend(loc="outside upper center", ncols=2)
    return figure
