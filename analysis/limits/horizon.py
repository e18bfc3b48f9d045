r"""How far ahead a displacement is decided: reruns of one configuration, looked at several times.

At every length the variance of `dr` is divided as in `analysis.limits.decided`: fixed by the
configuration, settled on the way, chance. Beside it stand the Maxwell ceiling of the same
displacements and what the first shell at the start tells of ions that were not learned from.

The propensity of an ion, its mean `dr` over the reruns, is set beside that of the rings and anion
halves which hold it at the start. Both means are over the *same* n reruns, so that what an ion and
its partners share by chance within a rerun adds :math:`E[c]/n` to their covariance, c being their
covariance within a configuration. Partners are on record by mean and deviation only, which bounds
it: :math:`|c| \le s_{ion}\,s_{partner}`. The least correlation is that left if they moved in
perfect step.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.cg import files
from analysis.data.bootstrap import interval, ion_draws
from analysis.data.windows import AXES
from analysis.explore.isoconfigurational import REPLICATES
from analysis.ground import theme
from analysis.ground.wording import listed, with_interval
from analysis.limits.decided import PARTS, drawn, split
from analysis.limits.timescale import of_moments
from press import Absence, stored

FILES = ("lengths.parquet", "propensities.parquet", "neighbours.parquet")
ABSENT = (
    "Reruns that are looked at after several lengths of time do not belong to this making of the "
    "coarse-grained data set."
)
NOT_SAID = "Whether it is so, the same reruns would say."
ALL, MAXWELL = "all", "maxwell"
PARTNERS = ("EC", "TFSI")
FOLDS = 5
POLYMER, SHELL = "the polymer's mean", "polymer and first shell"
KNOWN = {"fixed": "fixed", MAXWELL: "Maxwell ceiling"}
GROUP = ["system", "Event", "idx"]
FEWEST = 10  # ions with such a partner, for a correlation


@dataclass(frozen=True, eq=False)
class Followed:
    """Reruns at several lengths, and the partners that hold the ions at their start.

    Attributes
    ----------
    ions : Table
        A row per ``system``, ``Event`` (the configuration), ``idx``, ``length`` and ``rerun``:
        ``dx``, ``dy``, ``dz``, angstrom.
    propensities : Table
        A row per ``system``, ``Event``, ``partner``, ``bead`` and ``length``: ``mean`` and
        ``deviation`` of its distance over the reruns, angstrom.
    neighbours : Table
        A row per ion and partner bead in its first shell at the start.
    """

    ions: files.Table
    propensities: files.Table
    neighbours: files.Table

    @property
    def fingerprint(self) -> str:
        """Those of the three tables."""
        tables = (self.ions, self.propensities, self.neighbours)
        return "; ".join(table.fingerprint for table in tables)

    @property
    def systems(self) -> list[str]:
        """Systems in the order of the file."""
        return list(self.ions.table["system"].unique())

    @property
    def lengths(self) -> list[float]:
        """Times after the start at which the reruns are looked at, CG ps."""
        return sorted(self.ions.table["length"].unique())

    def components(self, system: str, length: float) -> np.ndarray:
        """Return the displacements, (configurations, ions, reruns, 3), angstrom."""
        rows = _of(self.ions.table, system=system, length=length)
        shape = tuple(rows[column].nunique() for column in ("Event", "idx", "rerun"))
        ordered = rows.sort_values(["Event", "idx", "rerun"])[list(AXES)]
        return ordered.to_numpy(float).reshape(*shape, len(AXES))


def _of(table: pd.DataFrame, **values) -> pd.DataFrame:
    """Select the rows with these values."""
    return table[(table[list(values)] == list(values.values())).all(axis=1)]


def load() -> Followed | Absence:
    """Load the reruns that come with the coarse-grained data set, or say that it has none."""
    if not all(files.registered(name) for name in FILES):
        return Absence(ABSENT)
    return Followed(*(files.load(name) for name in FILES))


@stored
def shares(followed: Followed, seed: int = 0) -> pd.DataFrame:
    """Divide the variance of `dr` at every length, in each system and in all of them.

    Returns
    -------
    DataFrame
        ``system``, ``length``, ``part`` (fixed, settled, chance; maxwell, the ceiling of the same
        displacements), ``value``, ``low``, ``high`` (95 %, drawing configurations and ions).
    """
    rng = np.random.default_rng(seed)
    shapes = {s: followed.components(s, followed.lengths[0]).shape[:2] for s in followed.systems}
    draws = {system: drawn(shape, rng) for system, shape in shapes.items()}
    draws[ALL] = np.concatenate(list(draws.values()), axis=1)
    records = []
    for length in followed.lengths:
        groups = {s: _groups(followed.components(s, length)) for s in followed.systems}
        groups[ALL] = np.concatenate(list(groups.values()))
        for system, components in groups.items():
            value = _divided(components, np.ones((1, len(components))))[0]
            low, high = interval(_divided(components, draws[system]), value)
            rows = zip((*PARTS, MAXWELL), value, low, high, strict=True)
            records += [(system, length, *row) for row in rows]
    return pd.DataFrame(records, columns=["system", "length", "part", "value", "low", "high"])


def _groups(components: np.ndarray) -> np.ndarray:
    """Merge configurations and ions, (groups, reruns, 3)."""
    return components.reshape(-1, *components.shape[2:])


def _divided(components: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return fixed, settled, chance and the Maxwell ceiling, (draws, 4)."""
    dr = np.linalg.norm(components, axis=2)
    sums = np.stack([np.ones_like(dr), dr, dr**2], axis=2).sum(axis=1)
    ceiling = of_moments(weights @ sums)
    return np.column_stack([split(components, weights)[:, : len(PARTS)], ceiling])


@stored
def change(followed: Followed, seed: int = 0) -> tuple[float, float, float]:
    """Return how much the share fixed by the configuration grows from the first length to the last.

    All systems together, on the same drawn configurations and ions.
    """
    rng = np.random.default_rng(seed)
    ends = [
        [followed.components(s, length) for s in followed.systems]
        for length in (followed.lengths[0], followed.lengths[-1])
    ]
    weights = np.concatenate([drawn(one.shape[:2], rng) for one in ends[0]], axis=1)
    first, last = (np.concatenate([_groups(one) for one in parts]) for parts in ends)
    once = np.ones((1, len(first)))
    value = split(last, once)[0, 0] - split(first, once)[0, 0]
    low, high = interval(split(last, weights)[:, 0] - split(first, weights)[:, 0], value)
    return float(value), float(low), float(high)


@stored
def scores(followed: Followed, seed: int = 0) -> pd.DataFrame:
    """Score what polymer and first shell tell of `dr` at every length, for ions that are new.

    A straight line and its square in the counts of each partner, beside the polymer; each rerun is
    a row, and all rows of an ion are held out together.

    Returns
    -------
    DataFrame
        ``length``, ``known`` (the polymer's mean; polymer and first shell), ``value`` (R2),
        ``low``, ``high`` (95 %, drawing ions).
    """
    from sklearn.linear_model import LinearRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict

    table = followed.ions.table.assign(
        dr=np.linalg.norm(followed.ions.table[list(AXES)].to_numpy(float), axis=1)
    )
    counts = first_shell(followed)
    records = []
    for length, rows in table.groupby("length"):
        polymer = pd.get_dummies(rows["system"]).astype(float)
        held = counts.reindex(pd.MultiIndex.from_frame(rows[GROUP]), fill_value=0).to_numpy()
        known = {POLYMER: polymer, SHELL: np.column_stack([polymer, held, held**2])}
        y, ion = rows["dr"].to_numpy(), rows.groupby(["system", "idx"], sort=False).ngroup()
        system = rows.loc[~ion.duplicated(), "system"].to_numpy()
        draws = ion_draws(system, REPLICATES, seed)
        for name, X in known.items():
            told = cross_val_predict(
                LinearRegression(), np.asarray(X), y, groups=ion, cv=GroupKFold(FOLDS)
            )
            columns = {"count": 1.0, "first": y, "second": y**2, "error": (y - told) ** 2}
            sums = pd.DataFrame(columns).groupby(ion.to_numpy()).sum().to_numpy()
            value = float(_r2(sums.sum(axis=0)))
            records.append((length, name, value, *interval(_r2(draws @ sums), value)))
    return pd.DataFrame(records, columns=["length", "known", "value", "low", "high"])


def first_shell(followed: Followed) -> pd.DataFrame:
    """Count the partners that hold each ion at the start; index `GROUP`, a column per partner."""
    rows = followed.neighbours.table
    counts = rows.groupby([*GROUP, "partner"]).size().unstack(fill_value=0)
    return counts.reindex(columns=list(PARTNERS), fill_value=0)


def _r2(total: np.ndarray) -> np.ndarray:
    """Compute R2 from sums of 1, dr, dr^2 and squared errors."""
    count, first, second, error = np.moveaxis(total, -1, 0)
    return 1 - error / (second - first**2 / count)


@stored
def company(followed: Followed, seed: int = 0) -> pd.DataFrame:
    """Correlate the propensity of ions with the mean propensity of the partners that hold them.

    Returns
    -------
    DataFrame
        ``system``, ``length``, ``partner``; Pearson's correlation ``value`` over ions and
        configurations with such a partner, ``low`` and ``high`` (95 %, drawing ions), and
        ``least``: without all that chance within the shared reruns could have added.
    """
    table = followed.ions.table
    moved = table.assign(dr=np.linalg.norm(table[list(AXES)].to_numpy(float), axis=1))
    ions = moved.groupby([*GROUP, "length"], sort=False)["dr"].agg(["mean", "std", "size"])
    keys = ["system", "Event", "partner", "bead"]
    held = followed.neighbours.table.merge(followed.propensities.table, on=keys)
    partners = held.groupby([*GROUP, "length", "partner"])[["mean", "deviation"]].mean()
    both = partners.rename(columns={"mean": "partner's"}).join(ions)
    records = []
    for key, rows in both.groupby(["system", "length", "partner"], sort=False):
        if len(rows) >= FEWEST:
            records.append((*key, *_correlation(rows, seed)))
    columns = ["system", "length", "partner", "value", "low", "high", "least"]
    return pd.DataFrame(records, columns=columns)


def _correlation(rows: pd.DataFrame, seed: int) -> tuple[float, float, float, float]:
    """Return the correlation with its interval, and the least that it can be."""
    x, y = rows["mean"].to_numpy(), rows["partner's"].to_numpy()
    shared = (rows["std"] * rows["deviation"] / rows["size"]).mean()
    ion = pd.factorize(rows.index.get_level_values("idx"))[0]
    parts = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=1)
    sums = pd.DataFrame(parts).groupby(ion).sum().to_numpy()
    value = float(_pearson(sums.sum(axis=0)))
    draws = ion_draws(np.zeros(len(sums)), REPLICATES, seed)
    low, high = interval(_pearson(draws @ sums), value)
    return value, float(low), float(high), float(value - shared / (x.std() * y.std()))


def _pearson(total: np.ndarray) -> np.ndarray:
    """Compute the correlation from sums of 1, x, y, x^2, y^2 and xy."""
    n, x, y, xx, yy, xy = np.moveaxis(total, -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):  # a draw of one ion again and again
        return (n * xy - x * y) / np.sqrt((n * xx - x * x) * (n * yy - y * y))


def in_words(followed: Followed | Absence, seed: int = 0) -> str:
    """Say what the configuration fixes at the shortest and at the longest length."""
    if isinstance(followed, Absence):
        return followed.reason
    found = _of(shares(followed, seed), system=ALL).set_index(["part", "length"])
    ends = followed.lengths[0], followed.lengths[-1]

    def said(part: str) -> str:
        rows = [found.loc[(part, length)] for length in ends]
        first, last = (with_interval(*row[["value", "low", "high"]]) for row in rows)
        return f"{first} and {last}"

    return (
        f"After {ends[0]:g} and after {ends[1]:g} CG ps, the configuration fixes {said('fixed')} "
        f"of the variance of dr in all systems together, and {said('settled')} of it is settled "
        f"on the way."
    )


def company_in_words(followed: Followed | Absence, seed: int = 0) -> str:
    """Say how the propensities of ions and of their partners correlate over the longest time."""
    if isinstance(followed, Absence):
        return NOT_SAID
    found = company(followed, seed)
    rows = found[found["length"] == found["length"].max()]
    said = [
        f"{with_interval(row.value, row.low, row.high)} for {row.partner} in {row.system} "
        f"(at least {row.least:.2f})"
        for row in rows.itertuples()
    ]
    return f"After {found['length'].max():g} CG ps the correlation is {listed(said)}."


def table(followed: Followed | Absence, seed: int = 0) -> pd.DataFrame | Absence:
    """Give shares and scores of all systems together in the words of a table, a row per length."""
    if isinstance(followed, Absence):
        return followed
    divided = _of(shares(followed, seed), system=ALL).rename(columns={"part": "name"})
    scored = scores(followed, seed).rename(columns={"known": "name"})
    both = pd.concat([divided, scored])
    words = [with_interval(*row, decimals=2) for row in both[["value", "low", "high"]].to_numpy()]
    wide = both.assign(words=words).pivot(index="length", columns="name", values="words")
    names = {
        "fixed": "Fixed by the configuration",
        "settled": "Settled on the way",
        MAXWELL: "Maxwell ceiling",
        SHELL: "R², polymer and first shell",
        POLYMER: "R², the polymer's mean",
    }
    return wide[list(names)].rename(columns=names).rename_axis("Length (CG ps)")


def figure(followed: Followed | Absence, seed: int = 0) -> Figure | Absence:
    """Draw the fixed share of each system, all that is known of all of them, and the partners."""
    if isinstance(followed, Absence):
        return followed
    drawing = theme.figure(height=2.6)
    panels = drawing.subplots(1, 2 + len(PARTNERS))
    colours = theme.system_colors(followed.systems)
    divided, together = shares(followed, seed), company(followed, seed)
    for system in followed.systems:
        _line(panels[0], _of(divided, system=system, part="fixed"), colours[system], system)
        for axes, partner in zip(panels[2:], PARTNERS, strict=True):
            rows = _of(together, system=system, partner=partner)
            _line(axes, rows, colours[system], system)
            axes.plot(rows["length"], rows["least"], ":", color=colours[system])
    known = {word: _of(divided, system=ALL, part=part) for part, word in KNOWN.items()}
    known |= dict(list(scores(followed, seed).groupby("known", sort=False)))
    for colour, (word, rows) in zip(theme.OKABE_ITO, known.items(), strict=False):
        _line(panels[1], rows, colour, word)
    for axes in panels[:2]:
        axes.set(ylim=(0, None))
        axes.legend(fontsize=6)
    panels[0].set_ylabel("share fixed by the configuration")
    panels[1].set_ylabel("R² or ceiling, all systems")
    for axes, partner in zip(panels[2:], PARTNERS, strict=True):
        axes.set(ylabel=f"correlation with {partner}", ylim=(-0.4, 1))
    for axes in panels:
        axes.set(xscale="log", xlabel="length (CG ps)")
    return drawing


def _line(axes, rows: pd.DataFrame, colour: str, label: str) -> None:
    """Draw values with their intervals against the length; an interval may miss its value."""
    ends = [rows["value"] - rows["low"], rows["high"] - rows["value"]]
    spread = [end.clip(lower=0) for end in ends]
    axes.errorbar(
        rows["length"], rows["value"], spread, color=colour, marker="o", ms=3, label=label
    )
