r"""How much of `dr` any function of the configuration could explain: measured, not assumed.

One configuration is run many times with fresh velocities. Write :math:`r_{gk}` for the displacement
of group g (one ion in one configuration) in rerun k of n. Then

.. math:: r_{gk} = p_g + e_{gk}, \qquad
          R^2_{max} = \frac{Var(p)}{Var(p) + E[Var(e|g)]},

where the propensity :math:`p_g` is the mean over infinitely many reruns. With few reruns the
variance of the rerun means is too large by the noise that is left in them, so

.. math:: \widehat{Var}(p) = Var_g(\bar r_g) - \frac1n E_g[s_g^2],

with :math:`s_g^2` the unbiased variance among the reruns of a group. No forecast from positions,
however clever, exceeds this ceiling; one that also knew the velocities could, for about as long as
velocities are remembered (a fraction of a picosecond).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.data import datasets, registry
from analysis.data.bootstrap import interval, ion_draws
from analysis.data.windows import AXES, Windows
from analysis.explore import ceiling
from analysis.ground import theme
from press import stored

DATASET = "cg"  # the only data set whose configurations can be run again
FILE = "isoconfigurational.parquet"
REPLICATES = 500
BANDS = 40  # along the ions of a system, in the figure


@dataclass(frozen=True, eq=False)
class Reruns:
    """Displacements of all ions in all reruns.

    Attributes
    ----------
    table : DataFrame
        One row per system, configuration (`Event`, the window that is repeated), ion (`idx`) and
        `rerun`: `dx`, `dy`, `dz` and `dr` in angstrom.
    sha256 : str
        Checksum of the file.
    """

    table: pd.DataFrame
    sha256: str

    @property
    def fingerprint(self) -> str:
        """Name and checksum, by which results computed from these reruns are known."""
        return f"{DATASET}/{FILE} sha256:{self.sha256}"

    @property
    def systems(self) -> list[str]:
        """Systems in the order of the file."""
        return list(self.table["system"].unique())

    def of(self, system: str, column: str = "dr") -> np.ndarray:
        """Return a column of a system, shape (configurations, ions, reruns), angstrom."""
        rows = self.table[self.table["system"] == system]
        rows = rows.sort_values(["Event", "idx", "rerun"])
        shape = tuple(rows[column].nunique() for column in ("Event", "idx", "rerun"))
        return rows[column].to_numpy(float).reshape(shape)


def load() -> Reruns:
    """Load the reruns that come with the coarse-grained data set."""
    dataset = registry.entry(DATASET)
    file = dataset.file(FILE)
    table = pd.read_parquet(datasets.fetch(dataset, file))
    components = table[list(AXES)].to_numpy(float)
    return Reruns(table.assign(dr=np.linalg.norm(components, axis=1)), file.sha256)


def explainable(dr: np.ndarray, weights: np.ndarray | None = None) -> tuple[float, float]:
    """Split the variance of `dr` into what the configuration fixes and what it leaves open.

    Parameters
    ----------
    dr : ndarray, (groups, reruns)
        Angstrom; a group is one ion in one configuration.
    weights : ndarray, (groups,), optional
        How often each group counts.

    Returns
    -------
    fixed, open : float
        Var(p), corrected for the finite number of reruns, and E[Var(e|g)]; angstrom^2.

    Examples
    --------
    Two groups that differ by 2 and reruns that scatter by 1 about their mean:

    >>> explainable(np.array([[1.0, 3.0], [3.0, 5.0]]))
    (1.0, 2.0)
    """
    w = np.ones(len(dr)) if weights is None else weights
    means, noise = dr.mean(axis=1), np.average(dr.var(axis=1, ddof=1), weights=w)
    centre = np.average(means, weights=w)
    # Unbiased for independent groups: sum(w) - 1 degrees of freedom
    spread = w @ (means - centre) ** 2 / (w.sum() - 1)
    return float(spread - noise / dr.shape[1]), float(noise)


def ceiling_of(dr: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Compute the ceiling of R2, Var(p) / (Var(p) + E[Var(e|g)]), of displacements by group."""
    fixed, left_open = explainable(dr, weights)
    return fixed / (fixed + left_open)


def _draw(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Weights of the groups when configurations and ions are both drawn with replacement."""
    configurations, ions = (
        np.bincount(rng.integers(0, count, count), minlength=count) for count in shape
    )
    return np.outer(configurations, ions).ravel().astype(float)


@stored
def ceilings(reruns: Reruns, seed: int = 0) -> pd.DataFrame:
    """Measured ceiling of R2 per system and for all together, beside the Maxwell ceiling.

    Intervals (95 %) come from drawing configurations and ions with replacement. The ceiling of all
    systems together knows the system as well.

    Returns
    -------
    DataFrame
        Index system, "all" last; columns `fixed` and `open` (angstrom^2), `ceiling`, `low`,
        `high`, `maxwell` (from the moments of the same displacements).
    """
    rng = np.random.default_rng(seed)
    by_system = {system: reruns.of(system) for system in reruns.systems}
    draws = {
        system: [_draw(dr.shape[:2], rng) for _ in range(REPLICATES)]
        for system, dr in by_system.items()
    }
    groups = {system: _groups(dr) for system, dr in by_system.items()}
    groups["all"] = np.concatenate(list(groups.values()))
    draws["all"] = [np.concatenate(parts) for parts in zip(*draws.values(), strict=True)]
    rows = {}
    for name, dr in groups.items():
        low, high = interval(np.array([ceiling_of(dr, weights) for weights in draws[name]]))
        moments = float(ceiling.from_moments(pd.DataFrame({"dr": dr.ravel()})))
        rows[name] = (*explainable(dr), ceiling_of(dr), low, high, moments)
    columns = ["fixed", "open", "ceiling", "low", "high", "maxwell"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("system")


@stored
def direction(reruns: Reruns) -> pd.Series:
    """Compute the ceiling of R2 for one component of the displacement, averaged over the three.

    Zero if nothing in the configuration pulls an ion to a particular side, as the Maxwell ceiling
    supposes.

    Returns
    -------
    Series
        Ceiling by system.
    """
    return pd.Series(
        {
            system: np.mean([ceiling_of(_groups(reruns.of(system, axis))) for axis in AXES])
            for system in reruns.systems
        }
    )


def _groups(values: np.ndarray) -> np.ndarray:
    """Merge configurations and ions into groups, shape (groups, reruns)."""
    return values.reshape(-1, values.shape[2])


@stored
def reached(reruns: Reruns, windows: Windows, seed: int = 0) -> pd.DataFrame:
    r"""Estimate how much of what a configuration fixes the coordination numbers know.

    Extra trees learn the rerun mean of an ion from its counts, within each system, and predict ions
    they have not seen. Of their squared error, :math:`E[s_g^2]/n` is noise left in the rerun means:

    .. math:: 1 - \frac{E[(\bar r_g - \hat p_g)^2] - E[s_g^2]/n}{\widehat{Var}(p)}.

    Parameters
    ----------
    reruns : Reruns
    windows : Windows
        The data set whose windows were run again; its counts describe the configurations.

    Returns
    -------
    DataFrame
        Index system; ``value``, negative where the prediction is worse than the mean, and ``low``
        and ``high`` of its 95 % interval from drawing ions, the trees held fixed.
    """
    from sklearn.ensemble import ExtraTreesRegressor
    from sklearn.model_selection import GroupKFold, cross_val_predict

    keys = ["system", "Event", "idx"]
    counts = windows.table.astype({"system": str}).set_index(keys)[list(windows.structure)]
    shares = {}
    for system, rows in reruns.table.groupby("system", sort=False):
        dr = rows.pivot(index=keys, columns="rerun", values="dr")
        model = ExtraTreesRegressor(300, min_samples_leaf=5, random_state=seed)
        ions = dr.index.get_level_values("idx")
        predicted = cross_val_predict(
            model, counts.loc[dr.index], dr.mean(axis=1), groups=ions, cv=GroupKFold(10)
        )
        error = (dr.mean(axis=1).to_numpy() - predicted) ** 2
        shares[system] = _known(dr.to_numpy(float), error, pd.factorize(ions)[0], seed)
    return pd.DataFrame.from_dict(shares, orient="index", columns=["value", "low", "high"])


def _known(
    dr: np.ndarray, error: np.ndarray, ion: np.ndarray, seed: int
) -> tuple[float, float, float]:
    """Compute the share of Var(p) that predictions know, with its interval.

    Parameters
    ----------
    dr : ndarray, (groups, reruns)
        Angstrom.
    error : ndarray, (groups,)
        Squared errors of the predictions from the rerun means, angstrom^2.
    ion : ndarray of int, (groups,)
        Whose group each is.
    """

    def share(weights: np.ndarray) -> float:
        fixed, left_open = explainable(dr, weights)
        return 1 - (np.average(error, weights=weights) - left_open / dr.shape[1]) / fixed

    value = share(np.ones(len(dr)))
    draws = ion_draws(np.zeros(ion.max() + 1), REPLICATES, seed)[:, ion]
    low, high = interval(np.array([share(weights) for weights in draws]), value)
    return value, float(low), float(high)


def ceiling_table(reruns: Reruns, seed: int = 0) -> pd.DataFrame:
    """Say the ceilings in the words of a table."""
    found = ceilings(reruns, seed)
    return pd.DataFrame(
        {
            "Mean dr (Å)": [
                float(rows["dr"].mean())
                for rows in (
                    *(reruns.table[reruns.table["system"] == s] for s in reruns.systems),
                    reruns.table,
                )
            ],
            "Fixed by the configuration (Å²)": found["fixed"],
            "Left open (Å²)": found["open"],
            "Ceiling of R²": found["ceiling"],
            "95% low": found["low"],
            "95% high": found["high"],
            "Maxwell ceiling": found["maxwell"],
        },
        index=found.index.rename("System"),
    )


def figure(reruns: Reruns, seed: int = 0) -> Figure:
    """Draw what reruns keep and what they scatter: ions by propensity, and the ceilings."""
    drawn = theme.figure(height=3.0)
    systems = reruns.systems
    *panels, last = drawn.subplots(1, len(systems) + 1, width_ratios=[1] * len(systems) + [1.15])
    colours = theme.system_colors(registry.entry(DATASET).systems)
    top = max(np.quantile(reruns.of(system), 0.95) for system in systems)
    for panel, system in zip(panels, systems, strict=True):
        _spread(panel, reruns.of(system), colours[system])
        panel.set(title=system, ylim=(0, 1.15 * top))
        panel.tick_params(labelleft=panel is panels[0])
    panels[0].set_ylabel("dr (Å)")
    panels[len(panels) // 2].set_xlabel("ions by mean over reruns (percentile)")
    _compare(last, ceilings(reruns, seed), colours)
    return drawn


def _spread(axes: Axes, dr: np.ndarray, colour: str) -> None:
    """Mean over the reruns of each ion in its configuration, and the middle 80 % of reruns.

    The band is averaged over neighbours in the order, because twenty reruns make ragged quantiles.
    """
    groups = _groups(dr)
    ordered = groups[np.argsort(groups.mean(axis=1))]
    axes.plot(np.linspace(0, 100, len(ordered)), ordered.mean(axis=1), color=colour)
    parts = np.array_split(ordered, BANDS)
    low, high = (
        [np.quantile(part, level, axis=1).mean() for part in parts] for level in (0.1, 0.9)
    )
    middles = (np.arange(BANDS) + 0.5) * 100 / BANDS
    axes.fill_between(middles, low, high, color=colour, alpha=0.3, linewidth=0)
    axes.set_xlim(0, 100)


def _compare(axes: Axes, found: pd.DataFrame, colours: dict[str, str]) -> None:
    """Measured ceilings with intervals as dots, Maxwell ceilings as rings."""
    for row, (name, values) in enumerate(found[::-1].iterrows()):
        colour = colours.get(name, theme.INK)
        axes.plot([values["low"], values["high"]], [row, row], color=colour)
        axes.plot(values["ceiling"], row, "o", color=colour)
        axes.plot(values["maxwell"], row, "o", color=colour, fillstyle="none", markersize=6)
    axes.set_yticks(range(len(found)), found.index[::-1])
    axes.set(xlabel="ceiling of R²", xlim=(0, None), ylim=(-0.6, len(found) - 0.4))
    axes.grid(axis="x")
