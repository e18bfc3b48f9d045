"""The one table: a row per Li+ and time window; its columns, units and rules."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.data.registry import Dataset
from press import InputError

AXES = ("dx", "dy", "dz")
FARTHEST = 10_000  # angstrom in a window: no ion goes a micrometre
MOST_NEIGHBOURS = 10_000  # in a shell, whose radius would be beyond 20 angstrom
MOST_FLIPS = 10_000_000  # in a window, which would have as many frames
CATION = "Li"  # the ion whose windows these are; other partners bind it, this one meets its like


@dataclass(frozen=True)
class Column:
    """What one column of the table means and what it may hold.

    Parameters
    ----------
    name, kind, unit, meaning : str
        `kind` is "integer", "real" or "name"; `unit` is empty for numbers without one.
    least, most : float or None
        The smallest and the greatest value allowed.
    required : bool
        Whether a table without it is refused.
    """

    name: str
    kind: str
    unit: str
    meaning: str
    least: float | None = None
    required: bool = True
    most: float | None = None


def schema(dataset: Dataset) -> tuple[Column, ...]:
    """Return the columns of a data set's table; those of the partners follow their names."""
    time = dataset.time_unit
    columns = [
        Column("t", "real", time, "end of the window", least=0),
        Column("Steps", "integer", "frames", "end of the window, counted in frames", least=0),
        Column("Event", "integer", "", "number of the window, from 1", least=1),
        Column("idx", "integer", "", "number of the Li+ in its system, from 1", least=1),
    ]
    for shell, suffix in (("first", ""), ("second", "-2")):
        for partner in dataset.partners:
            count = f"{partner} in the {shell} shell when the window begins"
            flips = f"changes of the {partner} count in the {shell} shell during the window"
            columns += [
                Column(f"{partner}{suffix}", "integer", "", count, 0, most=MOST_NEIGHBOURS),
                Column(f"{partner}{suffix}-flip", "integer", "", flips, 0, most=MOST_FLIPS),
            ]
    displacement = "displacement of the Li+ over the window along {}"
    columns += [Column(f"d{a}", "real", "angstrom", displacement.format(a)) for a in "xyz"]
    return (
        *columns,
        Column("dr", "real", "angstrom", "length of the displacement", 0, most=FARTHEST),
        Column("d", "real", "angstrom", "distance measure within the window", 0, required=False),
        Column("fast", "integer", "", f"1 if dr > {dataset.threshold:g} angstrom", 0, False),
        Column("system", "name", "", "the electrolyte"),
    )


@dataclass(frozen=True, eq=False)
class Windows:
    """The windows of a data set: the table, what describes it, and where it came from.

    Parameters
    ----------
    table : DataFrame
        One row per Li+ and window, in the order of the file; columns as in `schema`, with
        `system` as a categorical in the data set's order and `fast` as a boolean.
    dataset : Dataset
        The entry of the registry.
    sha256 : str
        Checksum of the file that the table was read from.
    conductivity : Series or None
        Ionic conductivity by system, in `dataset.conductivity.unit`, where the data set has it.
    """

    table: pd.DataFrame
    dataset: Dataset
    sha256: str
    conductivity: pd.Series | None = None

    @cached_property
    def fingerprint(self) -> str:
        """Name and checksums, by which results computed from these windows are known.

        The last part covers the table as it is, the entry of the registry and the conductivities,
        so that a subset, a merged or a permuted table never passes for the one it came from.
        """
        digest = hashlib.sha256(repr((tuple(self.table.columns), self.dataset)).encode())
        digest.update(pd.util.hash_pandas_object(self.table).to_numpy().tobytes())
        if self.conductivity is not None:
            digest.update(pd.util.hash_pandas_object(self.conductivity).to_numpy().tobytes())
        return f"{self.dataset.name} sha256:{self.sha256} content:{digest.hexdigest()[:16]}"

    @property
    def partners(self) -> tuple[str, ...]:
        """Coordination partners, in order."""
        return self.dataset.partners

    @property
    def systems(self) -> tuple[str, ...]:
        """Systems, in order."""
        return self.dataset.systems

    @property
    def ligands(self) -> tuple[str, ...]:
        """Partners that can bind the cation, in order: all but the cation itself."""
        return tuple(partner for partner in self.partners if partner != CATION)

    @cached_property
    def structure(self) -> tuple[str, ...]:
        """The structural features: coordination numbers of both shells at the window's start."""
        return tuple(f"{partner}{shell}" for shell in ("", "-2") for partner in self.partners)

    @cached_property
    def flips(self) -> tuple[str, ...]:
        """The dynamic features: coordination changes in both shells within the window."""
        return tuple(f"{column}-flip" for column in self.structure)

    @property
    def features(self) -> tuple[str, ...]:
        """Structural and dynamic features."""
        return self.structure + self.flips

    @cached_property
    def ion(self) -> pd.Series:
        """One integer per ion, equal for all its windows and different between systems, (rows,)."""
        keys = [self.table["system"].cat.codes, self.table["idx"]]
        return self.table.groupby(keys, sort=True).ngroup().rename("ion")

    @cached_property
    def number(self) -> pd.Series:
        """Number of each window in its system by its end, from 1; whole if windows adjoin, (rows,).

        Two windows of an ion follow one another where it differs by one; `Event` may begin
        anywhere, and says nothing of overlaps and gaps.
        """
        first = self.table.groupby("system", observed=True)["t"].transform("min")
        return (1 + (self.table["t"] - first) / self.dataset.window).round(4).rename("number")

    @cached_property
    def described(self) -> pd.DataFrame:
        """The descriptors of each row's system, (rows, descriptors); no columns without any."""
        rows = self.dataset.described.loc[self.table["system"].astype(str)]
        return rows.set_index(self.table.index)

    def is_fast(self, threshold: float | None = None) -> pd.Series:
        """Tell whether `dr` exceeds `threshold` in angstrom, by default the data set's own."""
        limit = self.dataset.threshold if threshold is None else threshold
        return (self.table["dr"] > limit).rename("fast")

    def with_threshold(self, threshold: float | None) -> "Windows":
        """Return the windows with `fast` cut at another `dr` in angstrom; None changes nothing."""
        if threshold is None:
            return self
        dataset = replace(self.dataset, threshold=float(threshold))
        return replace(self, dataset=dataset, table=self.table.assign(fast=self.is_fast(threshold)))

    def where(self, rows) -> "Windows":
        """Return the windows of the rows chosen by a boolean mask or positions."""
        rows = np.asarray(rows)
        chosen = self.table[rows] if rows.dtype == bool else self.table.iloc[rows]
        return replace(self, table=chosen)


def validated(raw: pd.DataFrame, dataset: Dataset, place: Callable[[int], dict]) -> pd.DataFrame:
    """Bring a table into the types of the schema, or name the first thing wrong with it.

    Parameters
    ----------
    raw : DataFrame
        What a file holds, in any types.
    dataset : Dataset
        Whose schema holds.
    place : callable
        Row number (from 0) to the `file` and `line` where that row stands.

    Returns
    -------
    DataFrame
        Columns in the schema's order, `fast` derived from `dr` where it was absent.

    Raises
    ------
    InputError
        A missing, unknown or ill-typed column, a value outside its range, an unknown system, a
        `dr` that disagrees with its components, the same ion and window twice.
    """
    columns = schema(dataset)
    _check_header(raw, columns, place)
    present = [column for column in columns if column.name in raw]
    table = pd.DataFrame({column.name: _values(raw, column, place) for column in present})
    check = _Check(table, place)
    check.rows(
        "system", table["system"].isin(dataset.systems), f"one of {', '.join(dataset.systems)}"
    )
    _check_displacement(table, dataset, check)
    _check_fast(table, dataset, check)
    twice = table.duplicated(["system", "idx", "Event"])
    check.rows("Event", ~twice, "every window of an ion stands in one row")
    table["fast"] = table["dr"] > dataset.threshold
    table["system"] = pd.Categorical(table["system"], categories=list(dataset.systems))
    return table[[column.name for column in columns if column.name in table]]


@dataclass(frozen=True)
class _Check:
    table: pd.DataFrame
    place: Callable[[int], dict]

    def rows(self, column: str, good: pd.Series, rule: str, advice: str | None = None):
        """Refuse the first row that is not good, naming its value and the rule."""
        if good.all():
            return
        row = int(np.argmin(good.to_numpy()))
        value = self.table[column].iloc[row]
        shown = "empty" if pd.isna(value) else repr(str(value))
        raise InputError(
            f"{column} is {shown} in row {row + 1}",
            **self.place(row),
            column=column,
            rule=rule,
            advice=advice,
        )


def _check_header(raw: pd.DataFrame, columns: tuple[Column, ...], place):
    where = {**place(0), "line": None}
    missing = [column.name for column in columns if column.required and column.name not in raw]
    if missing:
        rule = "the columns are " + ", ".join(column.name for column in columns)
        raise InputError(f"column '{missing[0]}' is missing", **where, column=missing[0], rule=rule)
    unknown = [str(name) for name in raw if name not in {column.name for column in columns}]
    if unknown:
        rule = "the columns are " + ", ".join(column.name for column in columns)
        raise InputError(f"column '{unknown[0]}' is unknown", **where, column=unknown[0], rule=rule)
    if raw.empty:
        raise InputError("there are no rows", **where, rule="a table has at least one window")


def _values(raw: pd.DataFrame, column: Column, place) -> pd.Series:
    """Return the column in its type, after checking that each of its values fits."""
    check = _Check(raw, place)
    given = raw[column.name]
    if column.kind == "name":
        check.rows(column.name, given.notna(), "a name, not an empty cell")
        return given.astype(str)
    values = pd.to_numeric(given, errors="coerce").astype(float)
    check.rows(column.name, pd.Series(np.isfinite(values)), "a finite number, with a decimal point")
    if column.least is not None:
        check.rows(column.name, values >= column.least, f"not less than {column.least:g}")
    if column.most is not None:
        check.rows(column.name, values <= column.most, f"not more than {column.most:g}")
    if column.kind == "real":
        return values
    check.rows(column.name, values == values.round(), "a whole number")
    return values.astype(np.int64)


def _check_displacement(table: pd.DataFrame, dataset: Dataset, check: _Check):
    """`dr` is the length of (dx, dy, dz) up to the rounding of all four.

    Rounding to a step s moves each component by at most s/2, hence the length by at most
    sqrt(3) s/2, and `dr` itself by s/2.
    """
    tolerance = (1 + np.sqrt(3)) / 2 * dataset.rounding + 1e-9
    length = np.sqrt((table[list(AXES)] ** 2).sum(axis=1))
    good = (table["dr"] - length).abs() <= tolerance
    row = int(np.argmin(good.to_numpy()))
    here = f"here {length.iloc[row]:.4f} +- {tolerance:.4f} angstrom"
    check.rows("dr", good, f"the length of (dx, dy, dz) within rounding, {here}")


def _check_fast(table: pd.DataFrame, dataset: Dataset, check: _Check):
    """`fast`, where a table brings it, says the same as `dr` and the threshold."""
    if "fast" in table:
        good = table["fast"] == (table["dr"] > dataset.threshold)
        rule = f"1 exactly where dr > {dataset.threshold:g} angstrom, else 0"
        check.rows("fast", good, rule, advice="say the threshold it was made with (--threshold)")
