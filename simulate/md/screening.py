"""Trials of a change of the force field on three systems, against criteria fixed beforehand.

A trial changes named numbers of `carbonyl.toml`; `trials.toml` lists them in the order in which
they were run. Trials are short: they choose a force field and are never used as data.
"""

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd

from simulate.md import forcefield
from simulate.md.forcefield import ForceField
from simulate.md.run import Protocol, Run, execute
from simulate.md.topology import AVOGADRO, topology

BASE = "carbonyl.toml"  # what the trials change
SYSTEMS = ("B2T1", "B4T3", "B8T5")
PROTOCOL = Protocol(pressure=3, settle=1, windows=6)
ROUNDING = 3  # decimals of the table of trials

# The criteria, written down before the first trial was run.
LEAST_SPREAD = 2.5  # mean dr over windows of 50 CG ps, B8T5 over B2T1; with atoms (459 ps) 3.4
DENSITIES = {"B2T1": 1.288, "B4T3": 1.143, "B8T5": 1.047}  # g/cm3, first edition of the data set
LITHIUM_MASS = 28.05  # g/mol, as counted in these: trials may change the mass of the bead
DENSITY_MARGIN = 0.05  # of these
MOST_TRIALS = 6


def accepted(trial: pd.DataFrame) -> dict[str, bool]:
    """Judge one trial by each criterion.

    Parameters
    ----------
    trial : DataFrame
        Index system (all of `SYSTEMS`), columns of `averages`.
    """
    dr, anions = trial["dr"], trial["TFSI"]
    off = (trial["density"] / pd.Series(DENSITIES) - 1).abs()
    return {
        "spread of mean dr": bool(dr["B8T5"] / dr["B2T1"] >= LEAST_SPREAD),
        "B2T1 has not the fewest anions": bool(anions["B2T1"] > anions.drop("B2T1").min()),
        "densities": bool((off <= DENSITY_MARGIN).all()),
    }


def trials() -> list[dict]:
    """List the trials: `name` and `changes`, a mapping such as {"pairs.Li-O.epsilon": 25.0}."""
    return tomllib.loads(resources.files("simulate.md").joinpath("trials.toml").read_text("utf-8"))[
        "trial"
    ]


def changed(changes: Mapping[str, float]) -> ForceField:
    """Return the variant of the force field with some of its numbers changed.

    Raises
    ------
    KeyError
        For a number that the force field does not have.
    """
    table = tomllib.loads(forcefield.text(BASE))
    for name, value in changes.items():
        *path, last = name.split(".")
        part = table
        for key in path:
            part = part[key]
        part[last] = type(part[last])(value)
    return forcefield.from_table(table)


def run_trial(changes: Mapping[str, float], system: str, work: Path, seed: int = 0) -> pd.Series:
    """Run one system with changed numbers and average what the criteria and the record ask for."""
    run = Run.within(work, system, changed(changes), PROTOCOL, seed)
    execute(run)
    return averages(run)


def averages(run: Run) -> pd.Series:
    """Density (g/cm3), first-shell counts, share with four, mean dr (angstrom) and alpha2."""
    windows = run.windows()
    volume = float(run.load(run.numbers("window")[0])["volume"])
    made = topology(run.system, run.field)
    lithium = len(made.of("Li")) * (run.field.beads["Li"].mass - LITHIUM_MASS)
    counts = {
        name: np.concatenate([one.counts[name][:, 0] for one in windows])
        for name in windows[0].counts
    }
    dr = np.concatenate([np.linalg.norm(one.displacement, axis=1) for one in windows])
    return pd.Series(
        {
            "density": (made.mass(run.field) - lithium) / (volume * AVOGADRO),
            **{name: count.mean() for name, count in counts.items()},
            "total_four": np.mean(sum(counts.values()) == 4),
            "dr": dr.mean(),
            "alpha2": 3 * np.mean(dr**4) / (5 * np.mean(dr**2) ** 2) - 1,
        }
    ).round(ROUNDING)
