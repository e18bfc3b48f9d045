"""The ceiling for longer windows: successive windows are merged, since displacements add."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.data.windows import Windows
from analysis.explore.ceiling import NOISE
from analysis.ground import theme
from analysis.limits.tracks import Tracks, estimated, merged, tracks
from press import Absence, stored

LENGTHS = (1, 2, 3, 4, 5, 7, 10)  # windows that are merged into one
FEWEST_PARTS = 2  # merged windows that each ion keeps
WITHIN, BETWEEN = "within systems", "all systems"
TOO_SHORT = "The record of the ions is too short to merge windows."


def sums(found: Tracks) -> np.ndarray:
    """Sum 1, dr and dr^2 over the windows of each ion, (ions, 3)."""
    dr = found.dr
    parts = (np.isfinite(dr), dr, dr**2)
    return np.stack([np.nansum(part, axis=1) for part in parts], axis=1)


def of_moments(total: np.ndarray) -> np.ndarray:
    """Compute 1 - (1 - 8/3 pi) E[dr^2] / Var(dr) from the sums of 1, dr and dr^2."""
    count, first, second = np.moveaxis(total, -1, 0)
    return 1 - NOISE * (second / count) / (second / count - (first / count) ** 2)


def within(total: np.ndarray) -> np.ndarray:
    """Compute the same within systems, from the sums of each, (..., systems, 3).

    The variance is that about each system's own mean, averaged over all windows.
    """
    count, first, second = np.moveaxis(total, -1, 0)
    variance = (second - first**2 / count).sum(axis=-1)
    return 1 - NOISE * second.sum(axis=-1) / variance


def by_system(values: np.ndarray, found: Tracks) -> np.ndarray:
    """Spread what each ion contributes over the systems, (ions, systems x columns)."""
    indicator = np.eye(len(found.systems))[found.system]
    return (indicator[:, :, None] * values[:, None, :]).reshape(len(values), -1)


def unfolded(formula: Callable, systems: int) -> Callable:
    """Let a formula of sums by system take them as one row, as `by_system` lays them out."""
    return lambda flat: formula(flat.reshape(*flat.shape[:-1], systems, -1))


@stored
def ceilings(windows: Windows, seed: int = 0) -> pd.DataFrame | Absence:
    """Compute the Maxwell ceiling of `dr` over merged windows, with intervals from drawing ions.

    Returns
    -------
    DataFrame
        ``scope`` (each system, within systems, all systems), ``length`` (windows merged),
        ``value``, ``low``, ``high``.
    """
    found = tracks(windows)
    lengths = [k for k in LENGTHS if found.steps.shape[1] // k >= FEWEST_PARTS]
    if len(lengths) < 2:
        return Absence(TOO_SHORT)
    records = []
    for length in lengths:
        longer = merged(found, length)
        for system in found.systems:
            alone = longer.of(system)
            value = estimated(of_moments, sums(alone), alone.draws(seed))
            records.append((system, length, *value))
        spread = by_system(sums(longer), longer)
        for scope, formula in ((WITHIN, within), (BETWEEN, lambda t: of_moments(t.sum(axis=-2)))):
            value = estimated(unfolded(formula, len(found.systems)), spread, longer.draws(seed))
            records.append((scope, length, *value))
    return pd.DataFrame(records, columns=["scope", "length", "value", "low", "high"])


def change(windows: Windows, system: str, seed: int = 0) -> tuple[float, float, float] | Absence:
    """Estimate how much the ceiling of a system changes from one window to the longest merged.

    The same drawn ions are used for both lengths, so that the interval is that of the difference.
    """
    alone = tracks(windows).of(system)
    lengths = [k for k in LENGTHS if alone.steps.shape[1] // k >= FEWEST_PARTS]
    if len(lengths) < 2:
        return Absence(TOO_SHORT)
    both = np.concatenate([sums(alone), sums(merged(alone, lengths[-1]))], axis=1)
    return estimated(
        lambda s: of_moments(s[..., 3:]) - of_moments(s[..., :3]), both, alone.draws(seed)
    )


def change_within(windows: Windows, seed: int = 0) -> tuple[float, float, float] | Absence:
    """Estimate how much the ceiling within systems changes from one window to the longest."""
    found = tracks(windows)
    lengths = [k for k in LENGTHS if found.steps.shape[1] // k >= FEWEST_PARTS]
    if len(lengths) < 2:
        return Absence(TOO_SHORT)
    both = np.concatenate([sums(found), sums(merged(found, lengths[-1]))], axis=1)
    return estimated(
        unfolded(lambda t: within(t[..., 3:]) - within(t[..., :3]), len(found.systems)),
        by_system(both, found),
        found.draws(seed),
    )


def figure(windows: Windows, seed: int = 0) -> Figure | Absence:
    """Draw the ceiling against the length of the window: each system, and all of them."""
    found = ceilings(windows, seed)
    if isinstance(found, Absence):
        return found
    drawing = theme.figure(height=3.0)
    one, both = drawing.subplots(1, 2, sharey=True)
    colors = theme.system_colors(windows.systems)
    unit = windows.dataset.window
    for system in windows.systems:
        rows = found[found["scope"] == system]
        one.plot(unit * rows["length"], rows["value"], "o-", color=colors[system], label=system)
    for scope, color in ((BETWEEN, theme.INK), (WITHIN, theme.ACCENT)):
        rows = found[found["scope"] == scope]
        both.plot(unit * rows["length"], rows["value"], "o-", color=color, label=scope)
        both.fill_between(unit * rows["length"], rows["low"], rows["high"], color=color, alpha=0.2)
    ticks = unit * found["length"].unique()
    for axes in (one, both):
        axes.set(xlabel=f"length of the window ({windows.dataset.time_unit})", ylim=(0, None))
        axes.set_xscale("log")
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks], rotation=45)
        axes.minorticks_off()
    both.legend()
    drawing.legend(*one.get_legend_handles_labels(), loc="outside right center", fontsize=6.5)
    one.set_ylabel("ceiling of R²")
    return drawing
