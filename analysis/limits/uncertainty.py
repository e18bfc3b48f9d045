"""What a forecast says of its own uncertainty: intervals for `dr`, chances for `fast`.

Conformal intervals hold the truth with the stated probability whatever the learner, as long as the
windows on which they are calibrated and those predicted are exchangeable: true of new ions of known
polymers, not of a polymer that was left out. Ions are held out for calibration as a whole.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.model_selection import GroupShuffleSplit

from analysis.data.sufficiency import sufficient
from analysis.data.windows import Windows
from analysis.explore import ceiling
from analysis.ground import theme
from analysis.ground.wording import percent
from analysis.learn import scores, splits
from analysis.limits import learners, predicting
from analysis.limits.tracks import estimated
from press import Absence, stored

LEVEL = 0.9  # of the intervals
CALIBRATION = 0.25  # of the ions that are not predicted
BINS = 10  # of the reliability curve
QUANTILES = np.arange(0.1, 0.95, 0.1)  # of dr, as thresholds of `fast`
METHODS = {"split": "constant width", "quantile": "from quantiles"}


@dataclass(frozen=True, eq=False)
class Intervals:
    """Predicted intervals of windows that were neither learned from nor calibrated on.

    Attributes
    ----------
    rows : ndarray of int
        Positions in the table.
    low, high : ndarray
        Limits, angstrom; `low` is not below zero.
    """

    rows: np.ndarray
    low: np.ndarray
    high: np.ndarray


@stored
def intervals(windows: Windows, split: str, method: str, seed: int = 0) -> Intervals:
    """Predict intervals for `dr` from averages, history and structure.

    Parameters
    ----------
    windows : Windows
    split : str
        How rows are held out, one of `splits.SPLITS`.
    method : str
        "split": the predicted mean plus and minus one width (split-conformal); "quantile":
        conformalized quantile regression.
    seed : int
    """
    X, y = predicting.inputs(windows, "forecast").to_numpy(), windows.table["dr"].to_numpy()
    ion, usable = windows.ion.to_numpy(), np.isfinite(X).all(axis=1)
    parts = []
    for train, test in splits.outer(windows, split, seed):
        train, test = train[usable[train]], test[usable[test]]
        chosen = GroupShuffleSplit(1, test_size=CALIBRATION, random_state=seed)
        fit, calibrate = next(chosen.split(train, groups=ion[train]))
        given = (X[train[fit]], y[train[fit]], X[train[calibrate]], y[train[calibrate]])
        low, high = {"split": _split, "quantile": _quantile}[method](*given, X[test])
        parts.append((test, np.maximum(low, 0), high))
    return Intervals(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _split(X, y, X_calibrate, y_calibrate, X_new) -> tuple[np.ndarray, np.ndarray]:
    from mapie.regression import SplitConformalRegressor

    made = SplitConformalRegressor(learners.trees(X).fit(X, y), confidence_level=LEVEL)
    return _limits(made.conformalize(X_calibrate, y_calibrate).predict_interval(X_new))


def _quantile(X, y, X_calibrate, y_calibrate, X_new) -> tuple[np.ndarray, np.ndarray]:
    from mapie.regression import ConformalizedQuantileRegressor

    levels = ((1 - LEVEL) / 2, (1 + LEVEL) / 2, 0.5)  # the order that mapie asks for
    fitted = [learners.trees(X).set_params(objective="quantile", alpha=a).fit(X, y) for a in levels]
    made = ConformalizedQuantileRegressor(fitted, confidence_level=LEVEL, prefit=True)
    return _limits(made.conformalize(X_calibrate, y_calibrate).predict_interval(X_new))


def _limits(found) -> tuple[np.ndarray, np.ndarray]:
    """Take the limits out of what mapie returns: predictions, and (rows, 2, levels)."""
    _, limits = found
    return limits[:, 0, 0], limits[:, 1, 0]


def coverage(windows: Windows, found: Intervals) -> pd.DataFrame:
    """Compute which share of the truths lies inside, and the mean width, by system.

    Returns
    -------
    DataFrame
        Index system, "all" last; ``coverage`` and ``width`` (angstrom).
    """
    rows = windows.table.iloc[found.rows]
    y = rows["dr"].to_numpy()
    inside = (y >= found.low) & (y <= found.high)
    table = pd.DataFrame({"coverage": inside, "width": found.high - found.low})
    by_system = table.groupby(rows["system"].to_numpy()).mean().reindex(list(windows.systems))
    by_system.loc["all"] = table.mean()
    return by_system.dropna().rename_axis("system")


@sufficient
def coverages(windows: Windows, seed: int = 0) -> pd.DataFrame | Absence:
    """Compute the coverage of both methods for new ions and for new polymers, by system.

    Returns
    -------
    DataFrame
        ``split``, ``method``, ``system``, ``coverage``, ``width``.
    """
    parts = []
    for split in ("ion", "system"):
        for method in METHODS:
            found = coverage(windows, intervals(windows, split, method, seed)).reset_index()
            parts.append(found.assign(split=split, method=method))
    return pd.concat(parts, ignore_index=True)


def table(windows: Windows, seed: int = 0) -> pd.DataFrame | Absence:
    """Give coverage by system in the words of a table, and the mean widths in the last row."""
    found = coverages(windows, seed)
    if isinstance(found, Absence):
        return found
    titles = {"ion": "New ions", "system": "New system"}
    name = found["split"].map(titles) + ", " + found["method"].map(METHODS)
    wide = found.assign(name=name).pivot(index="system", columns="name", values="coverage")
    wide.loc["width (Å)"] = found[found["system"] == "all"].set_index(
        name[found["system"] == "all"]
    )["width"]
    order = [*windows.systems, "all", "width (Å)"]
    return wide.loc[order, list(dict.fromkeys(name))].rename_axis("System")


@sufficient
@stored
def chances(windows: Windows, seed: int = 0) -> pd.DataFrame:
    """Predict the chance that a window is fast, for new ions, and how far it will go.

    Returns
    -------
    DataFrame
        ``row``, ``chance`` (boosted trees, logarithmic loss), ``mean`` (predicted dr, angstrom).
    """
    from lightgbm import LGBMClassifier

    X, y = predicting.inputs(windows, "forecast"), windows.table["dr"].to_numpy()
    usable = X.notna().all(axis=1).to_numpy()
    ((train, test),) = splits.outer(windows, "ion", seed)
    train, test = train[usable[train]], test[usable[test]]
    settings = learners.trees(X).get_params() | {"objective": None}
    classifier = LGBMClassifier(**settings).fit(X.iloc[train], windows.is_fast().to_numpy()[train])
    mean = learners.trees(X).fit(X.iloc[train], y[train]).predict(X.iloc[test])
    chance = classifier.predict_proba(X.iloc[test])[:, 1]
    return pd.DataFrame({"row": test, "chance": chance, "mean": mean})


@sufficient
def reliability(windows: Windows, seed: int = 0) -> pd.DataFrame:
    """Compare predicted chances with the share of fast windows, by system.

    Returns
    -------
    DataFrame
        Index ``system``; ``predicted``, ``observed``, ``low``, ``high`` (95 %, drawing ions).
    """
    found = chances(windows, seed)
    chosen = windows.where(found["row"].to_numpy())
    fast, system = chosen.is_fast().to_numpy(), chosen.table["system"].to_numpy()
    rows = {}
    for name in windows.systems:
        mine = system == name
        alone = pd.DataFrame({"one": 1.0, "fast": fast[mine]}).groupby(chosen.ion[mine].to_numpy())
        sums = alone.sum().to_numpy(float)
        draws = np.random.default_rng(seed).multinomial(
            len(sums), np.full(len(sums), 1 / len(sums)), 1000
        )
        observed = estimated(lambda s: s[..., 1] / s[..., 0], sums, draws)
        rows[name] = (found["chance"].to_numpy()[mine].mean(), *observed)
    columns = ["predicted", "observed", "low", "high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("system")


@sufficient
def thresholds(windows: Windows, seed: int = 0) -> pd.DataFrame:
    """Sweep the threshold of `fast`: the area under the curve of the forecast, and its ceiling.

    Returns
    -------
    DataFrame
        ``threshold`` (angstrom), ``share`` of fast windows, ``auc``, ``ceiling``; and ``accuracy``
        of calling fast what is predicted to go farther than the threshold, ``constant`` that of
        the commoner class.
    """
    found = chances(windows, seed)
    y, mean = windows.table["dr"].to_numpy()[found["row"]], found["mean"].to_numpy()
    records = []
    for threshold in np.quantile(y, QUANTILES):
        fast = y > threshold
        accuracy = float(((mean > threshold) == fast).mean())
        area = float(scores.roc_auc(fast.astype(float), mean))
        bound = ceiling.auc_ceiling(windows, threshold)
        best = max(fast.mean(), 1 - fast.mean())
        records.append((threshold, fast.mean(), area, bound, accuracy, best))
    columns = ["threshold", "share", "auc", "ceiling", "accuracy", "constant"]
    return pd.DataFrame(records, columns=columns)


def reliability_figure(windows: Windows, seed: int = 0) -> Figure | Absence:
    """Draw predicted against observed chances (left), and the sweep of thresholds (right)."""
    from sklearn.calibration import calibration_curve

    found, by_system = chances(windows, seed), reliability(windows, seed)
    if isinstance(by_system, Absence):
        return by_system
    drawing = theme.figure(height=2.9)
    left, right = drawing.subplots(1, 2)
    fast = windows.is_fast().to_numpy()[found["row"]]
    observed, predicted = calibration_curve(fast, found["chance"], n_bins=BINS, strategy="quantile")
    left.plot((0, 1), (0, 1), color=theme.MUTED, lw=0.8, ls="--")
    left.plot(predicted, observed, "s-", color=theme.INK, label="tenths of the windows")
    for system, color in theme.system_colors(windows.systems).items():
        row = by_system.loc[system]
        left.plot([row["predicted"]] * 2, [row["low"], row["high"]], color=color)
        left.plot(row["predicted"], row["observed"], "o", color=color)
    left.set(xlabel="predicted chance of fast", ylabel="share of fast windows")
    left.legend()
    swept = thresholds(windows, seed)
    for column, name, color in (
        ("ceiling", "ceiling", theme.MUTED),
        ("auc", "forecast", theme.OKABE_ITO[0]),
    ):
        right.plot(swept["threshold"], swept[column], "o-", color=color, label=f"AUC, {name}")
    right.plot(
        swept["threshold"],
        swept["accuracy"],
        "^-",
        color=theme.OKABE_ITO[1],
        label="accuracy, forecast",
    )
    right.plot(
        swept["threshold"],
        swept["constant"],
        "--",
        color=theme.OKABE_ITO[1],
        label="accuracy, constant",
    )
    right.axvline(windows.dataset.threshold, color=theme.MUTED, lw=0.6)
    right.set(xlabel="threshold of fast (Å)", ylabel="score", ylim=(0.45, 1))
    right.legend(fontsize=7)
    return drawing


def in_words(windows: Windows, seed: int = 0) -> str:
    """Say where the coverage of the intervals falls short most, for ions and for polymers."""
    found = coverages(windows, seed)
    if isinstance(found, Absence):
        return found.reason
    said = []
    for split, who in (("ion", "new ions"), ("system", "systems left out")):
        rows = found[(found["split"] == split) & (found["method"] == "quantile")]
        systems = rows[rows["system"] != "all"].set_index("system")["coverage"]
        whole = rows[rows["system"] == "all"]["coverage"].item()
        lowest = f"from {percent(systems.min())} in {systems.idxmin()} to {percent(systems.max())}"
        said.append(f"for {who} {percent(whole)} of the windows lie inside, {lowest}")
    return f"The intervals from quantiles are meant to hold {percent(LEVEL)}: {'; '.join(said)}."
