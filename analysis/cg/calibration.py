"""The coarse-grained model against the all-atom averages: what was tuned, what agrees, what not."""

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.data import datasets, registry
from analysis.data.windows import Windows
from analysis.ground import theme
from press import stored

MODEL, REFERENCE = "cg", "paec"
TRIALS, VARIANTS, AVERAGES = "calibration.csv", "trials.csv", "reference-averages.csv"
FORCE_FIELD, CHECKS = "forcefield.toml", "checks.json"
CALIBRATED = ("B2T1", "B8T5")  # the systems whose averages chose the parameters
SEEN = ("B2T5", "B4T3", "B8T1")  # looked at in the study that the form of the model comes from
ALL, OTHERS, UNSEEN = "all systems", "not calibrated on", "never looked at"
QUANTITIES = {
    "dr": "mean dr (Å)",
    "alpha2": "α₂ of dr",
    "total_four": "share with 4 in the first shell",
    "TFSI": "TFSI, first shell",
    "EC": "EC, first shell",
    "Li": "Li, first shell",
    "TFSI-2": "TFSI, second shell",
    "EC-2": "EC, second shell",
    "Li-2": "Li, second shell",
}


def averages(windows: Windows) -> pd.DataFrame:
    r"""Average each system: displacement, its non-Gaussian parameter, and the shells.

    .. math:: \alpha_2 = 3\langle dr^4\rangle / 5\langle dr^2\rangle^2 - 1

    Returns
    -------
    DataFrame
        Index system in the data set's order; columns are the keys of `QUANTITIES`.
    """
    counts = list(windows.structure)
    first = windows.table[list(windows.partners)].sum(axis=1)
    table = windows.table.assign(total_four=first == 4)
    by_system = table.groupby("system", observed=True)
    means = by_system[["dr", "total_four", *counts]].mean()
    return means.assign(alpha2=by_system["dr"].apply(non_gaussian))[list(QUANTITIES)]


def non_gaussian(dr: pd.Series) -> float:
    """Compute alpha2 = 3 <dr^4> / (5 <dr^2>^2) - 1, zero for isotropic Gaussian steps."""
    return 3 * (dr**4).mean() / (5 * (dr**2).mean() ** 2) - 1


def _file(name: str) -> Path:
    dataset = registry.entry(MODEL)
    return datasets.fetch(dataset, dataset.file(name))


def reference_averages() -> pd.DataFrame:
    """Load the averages of the all-atom data, which come with the coarse-grained data set."""
    return pd.read_csv(_file(AVERAGES)).set_index("system")


def write_reference_averages(folder: Path) -> None:
    """Derive the committed averages, flips per window and mean square dr; needs those data."""
    windows = datasets.load(REFERENCE)
    by_system = windows.table.groupby("system", observed=True)
    flips = by_system[[f"{partner}-flip" for partner in windows.partners]].mean()
    square = by_system["dr"].apply(lambda dr: (dr**2).mean()).rename("msd")
    found = pd.concat([averages(windows), flips, square], axis=1)
    found.round(5).to_csv(folder / AVERAGES, lineterminator="\n")


def trials() -> pd.DataFrame:
    """List the parameter trials on the two calibration systems, in the words of a table."""
    table = pd.read_csv(_file(TRIALS))
    columns = {
        "trial": "Trial",
        "setting": "Setting",
        "system": "System",
        "density": "Density (g/cm³)",
        "EC": "EC",
        "TFSI": "TFSI",
        "Li": "Li",
        "total_four": "Share of 4",
        "dr": "Mean dr (Å)",
        "alpha2": "α₂",
    }
    return table.rename(columns=columns)[list(columns.values())].set_index("Trial")


def variants(study: str = "carbonyl") -> pd.DataFrame:
    """List the trials of changes to the model, none of which was taken.

    Parameters
    ----------
    study : str
        "carbonyl", the trials of a carbonyl site, or "feasibility", what preceded the first model.

    Returns
    -------
    DataFrame
        As in the file: trial, setting, system, averages, verdict.
    """
    table = pd.read_csv(_file(VARIANTS))
    return table[table["study"] == study].drop(columns="study").reset_index(drop=True)


def variants_table(study: str = "carbonyl") -> pd.DataFrame:
    """Show the trials of a study in the words of a table; what was not kept is a dash."""
    columns = {
        "trial": "Trial",
        "setting": "Setting",
        "system": "System",
        "windows": "Windows",
        "density": "Density (g/cm³)",
        "EC": "EC",
        "TFSI": "TFSI",
        "total_four": "Share of 4",
        "EC-flip": "EC flips",
        "dr": "Mean dr (Å)",
        "verdict": "Verdict",
    }
    shown = variants(study).rename(columns=columns)[list(columns.values())]
    return shown.set_index("Trial")


def beads() -> pd.DataFrame:
    """List the beads of the force field that the data set was made with."""
    field = tomllib.loads(_file(FORCE_FIELD).read_text("utf-8"))
    columns = {
        "mass": "Mass (g/mol)",
        "charge": "Charge (e)",
        "sigma": "σ (Å)",
        "epsilon": "ε (kcal/mol)",
    }
    table = pd.DataFrame.from_dict(field["beads"], orient="index").rename_axis("Bead")
    return table.rename(columns=columns)[list(columns.values())]


def checks_sentence() -> str:
    """Say how many of the checks of all runs passed, and name those that did not."""
    checks = json.loads(_file(CHECKS).read_text("utf-8"))
    failed = [f"{check['system']} ({check['name']})" for check in checks if not check["passed"]]
    total = f"{len(checks)} checks"
    if not failed:
        return f"All {total} passed."
    return f"Of {total}, {len(failed)} failed: {', '.join(failed)}."


@stored
def comparison(windows: Windows) -> pd.DataFrame:
    """Set the model's averages beside the all-atom ones.

    Returns
    -------
    DataFrame
        Index system; columns (quantity, "model") and (quantity, "reference").
    """
    model, reference = averages(windows), reference_averages()
    both = pd.concat({"model": model, "reference": reference.loc[model.index]}, axis=1)
    return both.swaplevel(axis=1)[list(QUANTITIES)]


def groups(systems: Iterable[str]) -> dict[str, list[str]]:
    """Sort the systems by how much the choice of the model knew of them."""
    others = [system for system in systems if system not in CALIBRATED]
    unseen = [system for system in others if system not in SEEN]
    return {ALL: list(systems), OTHERS: others, UNSEEN: unseen}


@stored
def rank_correlations(windows: Windows) -> pd.DataFrame:
    """Correlate the ranks of model and reference over the systems, by Spearman.

    Returns
    -------
    DataFrame
        Index: the keys of `QUANTITIES`; columns: the keys of `groups`.
    """
    table = comparison(windows)
    rows = {
        key: {
            name: rank_correlation(table[key].loc[systems])
            for name, systems in groups(table.index).items()
        }
        for key in QUANTITIES
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def agreement(windows: Windows) -> pd.DataFrame:
    """Say per quantity how the averages of the model agree with the reference, as a table.

    Returns
    -------
    DataFrame
        Index quantity; means over all systems and rank correlations by groups of systems.
    """
    table, ranks = comparison(windows), rank_correlations(windows)
    means = table.mean().unstack().loc[list(QUANTITIES)]
    counts = {name: len(systems) for name, systems in groups(table.index).items()}
    names = {name: f"Rank correlation, {count} {name}" for name, count in counts.items()}
    names[ALL] = f"Rank correlation, all {counts[ALL]}"
    found = pd.concat(
        [
            means.rename(columns={"model": "Model", "reference": "All-atom"}),
            ranks.rename(columns=names),
        ],
        axis=1,
    )
    return found.rename(index=QUANTITIES).rename_axis("Quantity")


def rank_correlation(pair: pd.DataFrame) -> float:
    """Spearman's correlation of the two columns over the systems."""
    return float(pair.rank().corr().iloc[0, 1])


def by_system(windows: Windows) -> pd.DataFrame:
    """Show displacement and shells of every system, model and reference in turn."""
    table = comparison(windows)[["dr", "alpha2", "total_four", "TFSI", "EC"]]
    names = {"model": "model", "reference": "all-atom"}
    table.columns = [f"{QUANTITIES[key]}, {names[which]}" for key, which in table.columns]
    return table.rename_axis("System")


def figure(windows: Windows) -> Figure:
    """Draw model against reference, system by system, for mobility and coordination."""
    table = comparison(windows)
    drawn = theme.figure(height=2.1)
    panels = drawn.subplots(1, 4)
    colours = theme.system_colors(windows.systems)
    for axes, key in zip(panels, ("dr", "alpha2", "EC", "TFSI"), strict=True):
        _scatter(axes, table[key], colours)
        axes.set_title(QUANTITIES[key])
    panels[0].set_ylabel("coarse-grained model")
    drawn.supxlabel("all-atom reference", fontsize="medium")
    return drawn


def _scatter(axes: Axes, pair: pd.DataFrame, colours: dict[str, str]) -> None:
    """Points by system, the line of equality, names of the calibration systems."""
    low, high = pair.to_numpy().min(), pair.to_numpy().max()
    margin = 0.18 * (high - low)
    limits = np.array([low - margin, high + margin])
    axes.plot(limits, limits, color=theme.MUTED, linewidth=0.8, zorder=0)
    for system, (model, reference) in pair[["model", "reference"]].iterrows():
        calibrated = system in CALIBRATED
        style = {"marker": "s" if calibrated else "o", "markersize": 5 if calibrated else 4}
        axes.plot(reference, model, color=colours[system], linestyle="none", **style)
        if calibrated:
            place = {"xytext": (0, -6), "textcoords": "offset points", "ha": "center"}
            axes.annotate(system, (reference, model), fontsize=7, va="top", **place)
    axes.set(xlim=limits, ylim=limits, aspect="equal")
