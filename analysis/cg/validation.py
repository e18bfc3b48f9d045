"""What the model's liquid looks like: radial distributions, motion, stays of partners, density.

Of three systems, each quantity beside the all-atom number where the all-atom data have one. They
have neither trajectories nor densities, only counts, flips and displacements by window.
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.cg import calibration, files
from analysis.ground import theme, wording
from press import stored

RADIAL, MOTION, STAYS, SERIES, FLIPS = (
    "radial.csv",
    "motion.csv",
    "stays.csv",
    "series.csv",
    "flips.parquet",
)
RADII = "radii.csv"
PARTNERS = ("EC", "TFSI", "Li")
SPECIES = ("Li", "EC", "TFSI")
KINDS = {"": "every frame", "-steady": "with hysteresis", "-seldom": "every fourth frame"}


def radial_figure(radial: files.Table, radii: files.Table) -> Figure:
    """Draw the radial distributions about Li+, with both radii of every partner."""
    systems = list(radial.table["system"].unique())
    colours = theme.system_colors(systems)
    drawn = theme.figure(height=2.3)
    for axes, partner in zip(drawn.subplots(1, len(PARTNERS)), PARTNERS, strict=True):
        for system in systems:
            rows = radial.table.query("system == @system and partner == @partner")
            axes.plot(rows["r"], rows["g"], color=colours[system], label=system)
        first, second = radii.table.set_index("partner").loc[partner, ["first", "second"]]
        axes.axvline(first, color=theme.INK, linewidth=0.8)
        axes.axvline(second, color=theme.INK, linewidth=0.8, linestyle=":")
        axes.set(title=f"Li–{partner}", yscale="symlog", xlim=(2, 12), xlabel="r (Å)")
        axes.set_ylim(bottom=0)
    drawn.axes[0].set_ylabel("g(r)")
    drawn.axes[-1].legend()
    return drawn


@stored
def minima(radial: files.Table, radii: files.Table) -> pd.DataFrame:
    """Measure how deep the radial distribution is where the first shell ends.

    Returns
    -------
    DataFrame
        Index (system, partner); `peak` and `radius`, the distribution at its first peak and at the
        first radius.
    """
    first = radii.table.set_index("partner")["first"]
    rows: dict[tuple[str, str], dict[str, float]] = {}
    for (system, partner), part in radial.table.groupby(["system", "partner"], sort=False):
        inside = part[part["r"] < first[partner]]
        at = part["g"].iloc[(part["r"] - first[partner]).abs().argmin()]
        rows[system, partner] = {"peak": inside["g"].max(), "radius": at}
    return pd.DataFrame.from_dict(rows, orient="index")


def motion_figure(motion: files.Table) -> Figure:
    """Draw mean square displacements of ions, rings and anions against time."""
    systems = list(motion.table["system"].unique())
    colours = theme.system_colors(systems)
    drawn = theme.figure(height=2.3)
    panels = drawn.subplots(1, len(SPECIES), sharey=True)
    for axes, species in zip(panels, SPECIES, strict=True):
        for system in systems:
            rows = motion.table.query("system == @system and species == @species")
            axes.errorbar(
                rows["lag"], rows["msd"], 2 * rows["error"], color=colours[system], label=system
            )
        lags = rows["lag"].to_numpy()
        line = motion.table.query("species == @species")["msd"].max() * lags / lags[-1]
        axes.plot(lags, line, color=theme.MUTED, linewidth=0.8, linestyle="--")
        axes.set(title=species, xscale="log", yscale="log", xlabel="time (CG ps)")
    panels[0].set_ylabel("mean square displacement (Å²)")
    panels[-1].legend()
    return drawn


@stored
def slopes(motion: files.Table) -> pd.DataFrame:
    """Exponent of the mean square displacement over the longest two lags; 1 is diffusion.

    Returns
    -------
    DataFrame
        Index system, a column for each species.
    """
    rows: dict[str, dict[str, float]] = {}
    for (system, species), part in motion.table.groupby(["system", "species"], sort=False):
        (t0, t1), (m0, m1) = (part[name].to_numpy()[-2:] for name in ("lag", "msd"))
        rows.setdefault(system, {})[species] = float(np.log(m1 / m0) / np.log(t1 / t0))
    return pd.DataFrame.from_dict(rows, orient="index")


@stored
def exchange(stays: files.Table, flips: files.Table) -> pd.DataFrame:
    """Set the mean stay of partners in the first shell beside flips per window of three kinds.

    Returns
    -------
    DataFrame
        Index (system, partner); `stay` in CG ps, `departures`, and mean flips by the ends of their
        columns.
    """
    table = stays.table.set_index(["system", "partner"])
    found = pd.DataFrame(
        {"stay": table["inside"] / table["departures"], "departures": table["departures"]}
    )
    means = flips.table.groupby("system", sort=False).mean(numeric_only=True)
    for end in KINDS:
        found[end] = [means.loc[system, f"{partner}-flip{end}"] for system, partner in found.index]
    return found


def exchange_table(stays: files.Table, flips: files.Table) -> pd.DataFrame:
    """Show `exchange` beside the flips per window of the all-atom data, in words."""
    found = exchange(stays, flips)
    reference = calibration.reference_averages()
    shown = {
        "Partner": found.index.get_level_values("partner"),
        "Mean stay (CG ps)": found["stay"],
        **{f"Flips, {words}": found[end] for end, words in KINDS.items()},
        "Flips, all-atom": [
            reference.loc[system, f"{partner}-flip"] for system, partner in found.index
        ],
    }
    index = found.index.get_level_values("system").rename("System")
    return pd.DataFrame(shown).set_index(index)


@stored
def density(series: files.Table) -> pd.DataFrame:
    """Average density, temperature and energy per bead over the windows of every box.

    Returns
    -------
    DataFrame
        Index (system, box); `density` (g/cm3), `temperature` (K), `energy` (kcal/mol).
    """
    rows = series.table[series.table["stage"].isin(["window", "further"])]
    columns = ["density", "temperature", "energy"]
    return rows.groupby(["system", "box"], sort=False)[columns].mean()


def longest(motion: files.Table) -> float:
    """Return the longest time up to which every system was followed, CG ps."""
    return float(motion.table.groupby("system")["lag"].max().min())


def at(motion: files.Table, system: str, species: str) -> str:
    """Write the mean square displacement at that time, with its error, square angstrom."""
    rows = motion.table.query("system == @system and species == @species").set_index("lag")
    last = rows.loc[longest(motion)]
    return wording.with_error(last["msd"], last["error"])


def densities(series: files.Table) -> str:
    """Name the density of each system, averaged over its boxes."""
    means = density(series)["density"].groupby("system", sort=False).mean()
    return wording.listed([f"{value:.3f} ({system})" for system, value in means.items()])


def density_spread(series: files.Table) -> float:
    """Return the largest relative standard deviation of the density between boxes of a system."""
    by_system = density(series)["density"].groupby("system", sort=False)
    return float((by_system.std() / by_system.mean()).max())
