"""The reference's searches, as the budget `reference` runs them and as they were measured.

`benchmarks/reference_search.py` measures them; here its tables are read and put into words.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.ground.wording import listed, number
from analysis.learn.tasks import TASKS
from analysis.reference.reproduction import FEATURES, PRINTED, read, title
from press import Absence

MEASURED = Path(__file__).resolve().parents[2] / "data" / "reference"
BETTER = 1e-3  # of R2 or F1: what a difference between searches must exceed to be told


def searches() -> pd.DataFrame | Absence:
    """Show the reference's searches as the budget `reference` runs them, as they were measured.

    Five-fold scores of the candidate found and of the printed winner, on the same folds; CPU
    seconds of the search, and of a plain random search where one was run beside it.
    """
    table = _scored()
    return table if isinstance(table, Absence) else table.drop(columns="Plain search")


def _scored() -> pd.DataFrame | Absence:
    """Give the table of `searches`, and what the plain search found."""
    table = measured()
    if isinstance(table, Absence):
        return table
    is_r2 = table["task"] == "regression"
    for column in ("recomputed", "printed", "best"):
        table[column] = np.where(is_r2, 1 + table[column] / table["variance"], table[column])
    return pd.DataFrame(
        {
            "Model": table["model"].map(title),
            "Cell": table["task"] + ", " + table["features"],
            "Score": np.where(is_r2, "R²", "F1"),
            "Found": table["recomputed"],
            "Printed": table["printed"],
            "Plain search": table["best"],
            "Seconds": table["seconds"],
            "Plain": table["plain"],
            "Ratio": table["plain"] / table["seconds"],
        }
    ).set_index("Model")


def measured() -> pd.DataFrame | Absence:
    """Read the searches that were measured, and beside each the plain one if it was run.

    Returns
    -------
    DataFrame
        The columns of `search.csv`, then plain (CPU seconds) and best (mean criterion over the
        folds) of the plain search; a cell that only one of them searched lacks the other's.
    """
    if not (MEASURED / "search.csv").is_file():
        return Absence("The searches of the budget `reference` have not been measured here.")
    raced = pd.read_csv(read(MEASURED / "search.csv"))
    keys = ["model", "task", "features"]
    plain = pd.DataFrame(columns=[*keys, "plain", "best"])
    if (MEASURED / "plain_search.csv").is_file():
        plain = pd.read_csv(read(MEASURED / "plain_search.csv"))
        plain = plain.rename(columns={"seconds": "plain"})
    table = raced.merge(plain, on=keys, how="outer")
    table["variance"] = table.groupby("task")["variance"].transform("first")
    orders = list(PRINTED), list(TASKS), list(FEATURES)
    ranks = [table[key].map(order.index) for key, order in zip(keys, orders, strict=True)]
    return table.iloc[np.lexsort(ranks[::-1])].reset_index(drop=True)


def beside_plain() -> str:
    """Say where a plain search was run beside, what it found, and the ratios of CPU time."""
    table = _scored()
    if isinstance(table, Absence) or table["Ratio"].isna().all():
        return "No plain search was run beside them."
    both = table.dropna(subset=["Ratio"])
    better = (both["Plain search"] - both["Found"] > BETTER).sum()
    ratios = [f"{number(row.Ratio, 2)} times for {row.Index.lower()}" for row in both.itertuples()]
    ratios[0] = ratios[0].replace("times for", "times the CPU time for")
    return (
        f"A plain random search was run beside {len(both)} of the {len(table)} cells, on the same "
        f"rows and folds. In {better or 'none'} of them did it find a candidate better by more "
        f"than {BETTER}. It took {listed(ratios)}."
    )


def ties_in_the_search() -> str:
    """Say by how much the shared search of neighbours misjudges its winner where rows tie."""
    table = measured()
    if isinstance(table, Absence):
        return str(table)
    rows = table[table["model"] == "neighbours"].dropna(subset=["found"])
    apart = rows[(rows["found"] - rows["recomputed"]).abs() > BETTER]
    cases = [
        f"{row.task} from {row.features} the shared search gives {title('neighbours').lower()} "
        f"{'an F1' if row.task == 'classification' else 'minus the squared error'} of "
        f"{row.found:.3f}, and the plain folds {row.recomputed:.3f} for the same settings"
        for row in apart.itertuples()
    ]
    return f"For {'; for '.join(cases)}." if cases else "In the cells measured the two agree."
