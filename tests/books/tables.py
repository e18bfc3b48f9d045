"""Small tables of other people, each with something that this thesis' own data do not have."""

from collections.abc import Callable

import numpy as np
import pandas as pd

WINDOW = 100.0  # ps


def table(
    systems: tuple[str, ...],
    ions: int,
    windows: int,
    partners: tuple[str, ...] = ("PF6", "EC"),
    seed: int = 0,
) -> pd.DataFrame:
    """Make windows of ions that walk at random, among neighbours that come and go."""
    draw = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product(
        [systems, range(1, ions + 1), range(1, windows + 1)], names=["system", "idx", "Event"]
    )
    rows = index.to_frame(index=False)
    columns = {"t": WINDOW * rows["Event"], "Steps": 100 * rows["Event"]}
    for partner in partners:
        for shell, mean in (("", 2), ("-2", 5)):
            columns[partner + shell] = draw.poisson(mean, len(rows))
            columns[f"{partner}{shell}-flip"] = draw.poisson(1, len(rows))
    moved = draw.normal(0, 1, (len(rows), 3)).round(3)
    columns |= dict(zip(("dx", "dy", "dz"), moved.T, strict=True))
    columns["dr"] = np.linalg.norm(moved, axis=1).round(3)
    return rows.assign(**columns)


def still(rows: pd.DataFrame, **values: float) -> pd.DataFrame:
    """Make columns constant."""
    return rows.assign(**values)


TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "liquid": lambda: table(("LP30",), 49, 3),
    "walk": lambda: table(("A", "B"), 30, 12),
    "five": lambda: table(("A",), 5, 1),
    "many": lambda: table(tuple(f"S{k}" for k in range(1, 301)), 2, 3),
    "onepartner": lambda: table(("A", "B"), 30, 12, partners=("EC",)),
    "oneion": lambda: table(("A",), 1, 20),
    "constantdr": lambda: still(table(("A", "B"), 20, 6), dx=1.0, dy=0.0, dz=0.0, dr=1.0),
    "crystal": lambda: still(
        table(("LiPS",), 30, 20, ("S", "P")),
        **{"S": 4, "P": 0, "S-2": 12, "P-2": 4, "S-flip": 0, "P-flip": 0},
    ),
}
