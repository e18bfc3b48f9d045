"""Tables that describe a data set: what it holds and its averages."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.data.bootstrap import REPLICATES, interval, ion_draws, ion_sums
from analysis.data.windows import Windows, schema
from analysis.ground.wording import count, fixed, listed, percent

LOW, HIGH = "2.5%", "97.5%"  # limits of a 95 % interval


def data_card(windows: Windows) -> pd.DataFrame:
    """Describe the data set in words: origin, terms, content and definitions."""
    dataset, table = windows.dataset, windows.table
    ions = windows.ion.nunique()
    meanings = [f"{name}: {meaning}" for name, meaning in dataset.descriptor_meanings.items()]
    conductivity = dataset.conductivity
    card = {
        "Data set": f"`{dataset.name}`: {dataset.title}",
        "Origin": dataset.origin.replace("--", r"\-\-"),  # options of a command, not a dash
        "Licence": dataset.licence,
        "File": f"`{dataset.windows_file}`, sha256 `{windows.sha256[:16]}…`",
        "Systems": f"{len(windows.systems)}: {listed(windows.systems)}",
        "Descriptors": "; ".join(meanings) or "none",
        "Partners": listed(windows.partners),
        "Size": f"{count(len(table))} windows of {count(ions)} Li^+^ ions",
        "Window": f"{dataset.window:g} {dataset.time_unit}",
        "Target": f"`dr`, rounded to {dataset.rounding:g} Å",
        "Fast": f"`dr` above {dataset.threshold:g} Å: {percent(table['fast'].mean())} of windows",
        "Conductivity": f"in {conductivity.unit}, per system" if conductivity else "none",
    }
    return pd.DataFrame({"": list(card.values())}, index=pd.Index(card, name="Item"))


def columns(windows: Windows) -> pd.DataFrame:
    """List the columns of the table with their units, meanings and ranges."""
    rows = [
        {
            "Column": f"`{column.name}`",
            "Unit": column.unit.replace("angstrom", "Å"),
            "Meaning": column.meaning.replace("angstrom", "Å"),
            "Range": _range(windows.table[column.name]),
        }
        for column in schema(windows.dataset)
        if column.name in windows.table
    ]
    return pd.DataFrame(rows).set_index("Column")


def _range(values: pd.Series) -> str:
    """Write the smallest and greatest value, or how many names there are."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return f"{values.nunique()} names"
    decimals = 0 if values.dtype != float or (values == values.round()).all() else 2
    return f"{fixed(values.min(), decimals)} to {fixed(values.max(), decimals)}"


def contents(windows: Windows) -> pd.DataFrame:
    """Count ions and windows of each system.

    Returns
    -------
    DataFrame, (systems, descriptors + 4)
        With the descriptors, where there are any, and the length of each ion's record.
    """
    groups = windows.table.groupby("system", observed=False)
    per_ion = groups["Event"].nunique()
    dataset = windows.dataset
    record = groups["t"].max() - groups["t"].min() + dataset.window  # overlaps and gaps included
    length = record.rename(f"Record ({dataset.time_unit})")
    sizes = pd.DataFrame(
        {"Ions": groups["idx"].nunique(), "Windows per ion": per_ion, "Windows": groups.size()}
    )
    table = pd.concat([dataset.described, sizes, length], axis=1)
    return table.rename_axis("System")


def averages(windows: Windows, names: Sequence[str]) -> pd.DataFrame:
    """Average columns over the windows of each system, (systems, names)."""
    means = windows.table.groupby("system", observed=False)[list(names)].mean()
    return means.rename_axis("System")


def mobility(windows: Windows, replicates: int = REPLICATES, seed: int = 0) -> pd.DataFrame:
    """Average displacement and share of fast windows per system, with intervals over ions.

    Returns
    -------
    DataFrame, (systems, 7 or 8)
        Mean of `dr` in angstrom with its 95 % interval, its median, the percentage of fast
        windows with its interval, and the conductivity where the data set has it.
    """
    values = np.column_stack([windows.table["dr"], 100 * windows.table["fast"]]).astype(float)
    means = averages(windows, ["dr", "fast"]).to_numpy() * [1, 100]
    low, high = _mean_intervals(windows, values, replicates, seed)
    medians = windows.table.groupby("system", observed=False)["dr"].median()
    table = pd.DataFrame(
        {
            "Mean dr (Å)": means[:, 0],
            LOW: low[:, 0],
            HIGH: high[:, 0],
            "Median dr (Å)": medians.to_numpy(),
            "Fast (%)": means[:, 1],
            f"Fast {LOW}": low[:, 1],
            f"Fast {HIGH}": high[:, 1],
        },
        index=pd.Index(windows.systems, name="System"),
    )
    if windows.conductivity is not None and windows.dataset.conductivity is not None:
        unit = windows.dataset.conductivity.unit
        table[f"Conductivity ({unit})"] = windows.conductivity.to_numpy()
    return table


def _mean_intervals(windows: Windows, values: np.ndarray, replicates: int, seed: int) -> np.ndarray:
    """Bound the means of columns per system by a bootstrap over ions, (2, systems, columns)."""
    ones = np.ones((len(values), 1))
    sums, system = ion_sums(windows, np.hstack([ones, values]))
    draws = ion_draws(system, replicates, seed)
    member = system == np.arange(len(windows.systems))[:, None]
    totals = np.einsum("ri,si,ic->rsc", draws, member, sums, optimize=True)
    return interval(totals[..., 1:] / totals[..., :1])
