"""How far walkers get."""

import numpy as np
import pandas as pd

from walks.data import Walks

SHOWN = (1, 2, 5, 10, 20, 50)
"""Steps after which the table has a row."""


def mean_squared(walks: Walks) -> pd.Series:
    """Mean of the squared distance from the start, by the number of steps (from 1)."""
    table = walks.table.assign(squared=walks.table["x"] ** 2)
    return table[table["step"] > 0].groupby("step")["squared"].mean()


def exponent(walks: Walks) -> float:
    """Slope of the logarithm of the mean squared distance against that of the steps."""
    growth = mean_squared(walks)
    return float(np.polyfit(np.log(growth.index), np.log(growth), 1)[0])


def table(walks: Walks) -> pd.DataFrame:
    """Tabulate the mean squared distance after some numbers of steps."""
    growth = mean_squared(walks)
    rows = growth[growth.index.isin(SHOWN)].astype(float)
    return rows.rename_axis("Steps").rename("Mean squared distance").to_frame()


def figure(walks: Walks):
    """Draw the mean squared distance against the number of steps, with the expected growth."""
    from matplotlib.figure import Figure

    growth = mean_squared(walks)
    drawn = Figure(figsize=(6, 4), layout="constrained")
    axes = drawn.subplots()
    axes.loglog(growth.index, growth, "o", markersize=3)
    axes.loglog(growth.index, growth.index, "-", linewidth=1)
    axes.set(xlabel="steps", ylabel="mean squared distance")
    return drawn
