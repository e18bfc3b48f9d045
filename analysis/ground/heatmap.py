"""Tables as shaded cells with their numbers written in."""

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from analysis.ground.wording import fixed


def annotated(axes: Axes, values: pd.DataFrame, decimals: int, size: float = 6, **options) -> None:
    """Shade each value of a table and write it into its cell; missing ones stay blank.

    Parameters
    ----------
    axes : Axes
    values : DataFrame
    decimals : int
        Of the numbers written, which have a true minus.
    size : float
        Of the letters, in points.
    **options
        Of `seaborn.heatmap`.
    """
    words = values.map(lambda value: fixed(value, decimals))
    words = words.where(values.notna(), "")
    options = {"annot": words, "fmt": "", "annot_kws": {"fontsize": size}} | options
    sns.heatmap(values, ax=axes, **options)
    axes.tick_params(length=0)
    axes.tick_params(axis="y", rotation=0)
