r"""How the measured ceiling depends on the length of a window, and what partners have to do.

Reruns of one configuration, looked at after several times; the ceiling of `dr` at each is that of
`analysis.explore.isoconfigurational`. The propensity of an ion, its mean `dr` over the reruns, is
set beside that of the rings and anion halves which hold it at the start.
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.cg import files
from analysis.data.windows import AXES
from analysis.explore.isoconfigurational import ceiling_of
from analysis.ground import theme
from press import stored

LENGTHS, PROPENSITIES, NEIGHBOURS = (
    "lengths.parquet",
    "propensities.parquet",
    "neighbours.parquet",
)
REPLICATES = 200
GROUP = ["Event", "idx"]


@stored
def ceilings(reruns: files.Table, seed: int = 0) -> pd.DataFrame:
    """Measure the ceiling of R2 for every system and length.

    Returns
    -------
    DataFrame
        Index (system, length); `ceiling`, and `low` and `high` of its 95 % interval, from ions
        drawn with replacement.
    """
    table = reruns.table.assign(dr=np.linalg.norm(reruns.table[list(AXES)], axis=1))
    rng, rows = np.random.default_rng(seed), {}
    for (system, length), part in table.groupby(["system", "length"], sort=False):
        dr = part.pivot(index=["idx", "Event"], columns="rerun", values="dr")
        rows[system, length] = _with_interval(dr, rng)
    return pd.DataFrame.from_dict(rows, orient="index")


def _with_interval(dr: pd.DataFrame, rng: np.random.Generator) -> dict[str, float]:
    ion = dr.index.get_level_values("idx").to_numpy() - 1
    count, values = ion.max() + 1, dr.to_numpy(float)
    drawn = []
    for _ in range(REPLICATES):
        times = np.bincount(rng.integers(0, count, count), minlength=count)[ion].astype(float)
        drawn.append(ceiling_of(values[times > 0], times[times > 0]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {"ceiling": ceiling_of(values), "low": float(low), "high": float(high)}


@stored
def company(
    reruns: files.Table, propensities: files.Table, neighbours: files.Table
) -> pd.DataFrame:
    """Correlate the propensity of ions with the mean propensity of the partners that hold them.

    Returns
    -------
    DataFrame
        Index (system, length), columns the partners: Pearson's correlation over ions and
        configurations that have such a partner.
    """
    table = reruns.table.assign(dr=np.linalg.norm(reruns.table[list(AXES)], axis=1))
    ions = table.groupby(["system", "length", *GROUP], sort=False)["dr"].mean()
    held = neighbours.table.merge(propensities.table, on=["system", "Event", "partner", "bead"])
    partners = held.groupby(["system", "length", *GROUP, "partner"])["mean"].mean().unstack()
    both = partners.join(ions)
    found = both.groupby(["system", "length"], sort=False).corr()["dr"].unstack()
    return found.drop(columns="dr")


def figure(
    reruns: files.Table, propensities: files.Table, neighbours: files.Table, seed: int = 0
) -> Figure:
    """Draw ceilings and the correlations with the partners' propensity against length."""
    found, together = ceilings(reruns, seed=seed), company(reruns, propensities, neighbours)
    systems = list(found.index.unique(0))
    colours = theme.system_colors(systems)
    drawn = theme.figure(height=2.4)
    panels = drawn.subplots(1, 1 + len(together.columns))
    for system in systems:
        rows = found.loc[system]
        low, high = rows["ceiling"] - rows["low"], rows["high"] - rows["ceiling"]
        panels[0].errorbar(
            rows.index, rows["ceiling"], [low, high], color=colours[system], label=system
        )
        for axes, partner in zip(panels[1:], together.columns, strict=True):
            axes.plot(
                together.loc[system].index, together.loc[system, partner], color=colours[system]
            )
    panels[0].set_ylabel("ceiling of R²")
    panels[0].legend()
    for axes, partner in zip(panels[1:], together.columns, strict=True):
        axes.set(ylabel=f"correlation with {partner}", ylim=(-0.3, 1))
    for axes in panels:
        axes.set(xscale="log", xlabel="length (CG ps)")
    return drawn
