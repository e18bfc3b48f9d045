"""The closer look at three systems: further boxes, series, motion, radial distributions, stays.

Everything that the windows table has no room for, as tables of the data set.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from simulate.md.run import Run
from simulate.md.topology import AVOGADRO, Topology, topology
from simulate.md.watch import BIN, EDGES, HYSTERESIS, RADII

FIRST = "first box"
STAGES = ("window", "further")
LAGS = (5, 10, 20, 50, 100, 200, 500, 1000)  # CG ps
DECIMALS = 3


def windows(first: Iterable[Run], boxes: Mapping[str, Iterable[Run]]) -> pd.DataFrame:
    """One row per Li+ and window of every box: first-shell counts and `dr`.

    Further windows are numbered on from the last of the stage *window*.
    """
    named = {FIRST: first, **boxes}
    parts = [_rows(run, box) for box, runs in named.items() for run in runs]
    return pd.concat(parts, ignore_index=True)


def _rows(run: Run, box: str) -> pd.DataFrame:
    parts = []
    for number, found in enumerate(run.windows("window") + run.windows("further"), 1):
        counts = {name: found.counts[name][:, 0].astype(np.int16) for name in RADII}
        dr = np.linalg.norm(found.displacement, axis=1).round(DECIMALS)
        ions = np.arange(1, len(dr) + 1, dtype=np.int16)
        names = {"system": run.system, "box": box, "Event": np.int16(number), "idx": ions}
        parts.append(pd.DataFrame(names | counts | {"dr": dr.astype(np.float32)}))
    return pd.concat(parts, ignore_index=True)


def series(first: Iterable[Run], boxes: Mapping[str, Iterable[Run]]) -> pd.DataFrame:
    """One row per segment of every run: stage, temperature, energy per bead, density, time.

    In K, kcal/mol, g/cm3 and seconds of the processor.
    """
    named = {FIRST: first, **boxes}
    parts = [_series(run, box) for box, runs in named.items() for run in runs]
    return pd.concat(parts, ignore_index=True)


def _series(run: Run, box: str) -> pd.DataFrame:
    records = [run.load(number) for number in range(run.done())]
    made = topology(run.system, run.field)
    beads, mass = len(made), made.mass(run.field) / AVOGADRO
    return pd.DataFrame(
        {
            "system": run.system,
            "box": box,
            "segment": range(len(records)),
            "stage": run.protocol.stages()[: len(records)],
            "temperature": [round(float(record["temperature"]), 2) for record in records],
            "energy": [round(float(record["energy"]) / beads, 5) for record in records],
            "density": [round(mass / float(record["volume"]), 4) for record in records],
            "seconds": [round(float(record["seconds"]), 1) for record in records],
        }
    )


def flips(runs: Iterable[Run]) -> pd.DataFrame:
    """One row per Li+ and window: flips as in the windows table, steady and seldom.

    Steady flips leave a shell with a hysteresis; seldom flips are seen at a longer stride. Columns
    are `X-flip`, `X-2-flip`, `X-flip-steady`, `X-2-flip-steady` and so on for every partner X.
    """
    return pd.concat(
        [
            _flips(run, number, segment)
            for run in runs
            for number, segment in enumerate(run.numbers("window"), 1)
        ],
        ignore_index=True,
    )


def _flips(run: Run, number: int, segment: int) -> pd.DataFrame:
    record = run.load(segment)
    ions = np.arange(1, len(record["path"]) + 1, dtype=np.int16)
    columns = {
        f"{name}{suffix}-flip{end}": record[f"{kind}flips {name}"][:, shell].astype(np.int16)
        for kind, end in (("", ""), ("steady ", "-steady"), ("seldom ", "-seldom"))
        for shell, suffix in enumerate(("", "-2"))
        for name in RADII
    }
    return pd.DataFrame({"system": run.system, "idx": ions, "Event": np.int16(number)} | columns)


def radial(runs: Iterable[Run]) -> pd.DataFrame:
    """One row per system, partner and distance `r` (angstrom): the radial distribution `g`."""
    return pd.concat([_radial(run, name) for run in runs for name in RADII], ignore_index=True)


def _radial(run: Run, name: str) -> pd.DataFrame:
    records = [run.load(k) for stage in STAGES for k in run.numbers(stage)]
    samples = sum(len(record["positions"]) for record in records)
    counted = sum(record[f"radial {name}"] for record in records)
    made = topology(run.system, run.field)
    ions, volume = len(made.of("Li")), float(records[0]["volume"])
    others = _members(made, name) - (name == "Li")
    shells = 4 / 3 * np.pi * np.diff(EDGES**3)
    g = counted / (samples * ions * shells * others / volume)
    middles = (EDGES[:-1] + BIN / 2).round(DECIMALS)
    return pd.DataFrame(
        {"system": run.system, "partner": name, "r": middles, "g": g.round(DECIMALS)}
    )


def _members(made: Topology, name: str) -> int:
    return len(groups(made)[name]) * (2 if name == "TFSI" else 1)


def radii() -> pd.DataFrame:
    """One row per partner: the radii of its shells and the hysteresis of steady flips, angstrom."""
    rows = [(name, first, second, HYSTERESIS) for name, (first, second) in RADII.items()]
    return pd.DataFrame(rows, columns=["partner", "first", "second", "hysteresis"])


def stays(runs: Iterable[Run]) -> pd.DataFrame:
    """One row per system and partner: how long, in CG ps, members were inside, and departures."""
    rows = []
    for run in runs:
        records = [run.load(k) for stage in STAGES for k in run.numbers(stage)]
        for name in RADII:
            steps, departures = np.sum([record[f"stayed {name}"] for record in records], axis=0)
            rows.append((run.system, name, steps * run.protocol.frame, departures))
    return pd.DataFrame(rows, columns=["system", "partner", "inside", "departures"])


def motion(runs: Iterable[Run]) -> pd.DataFrame:
    """One row per system, species and `lag` (CG ps): mean square displacement and its error.

    Angstrom^2; the error is that of the mean over the molecules, each averaged over time.
    """
    rows = []
    for run in runs:
        made = topology(run.system, run.field)
        where = _positions(run)
        for name, members in groups(made).items():
            paths = where[:, members].mean(axis=2)
            for lag in LAGS:
                step = round(lag / run.protocol.sparse)
                if step < len(paths):
                    mean, error = _square(paths, step)
                    rows.append(
                        (run.system, name, lag, round(mean, DECIMALS), round(error, DECIMALS))
                    )
    return pd.DataFrame(rows, columns=["system", "species", "lag", "msd", "error"])


def groups(made: Topology) -> dict[str, np.ndarray]:
    """Beads of each molecule or ring whose motion is followed, shape (members, beads each)."""
    return {
        "Li": made.of("Li").reshape(-1, 1),
        "EC": made.of("E").reshape(-1, 1),
        "TFSI": made.of("T").reshape(-1, 2),
    }


def _positions(run: Run) -> np.ndarray:
    """Positions kept in all windows, (frames, beads, 3), evenly spaced."""
    kept: Sequence = [run.load(k)["positions"] for stage in STAGES for k in run.numbers(stage)]
    return np.concatenate(kept)


def _square(paths: np.ndarray, step: int) -> tuple[float, float]:
    moved = ((paths[step:] - paths[:-step]) ** 2).sum(axis=2).mean(axis=0)
    return float(moved.mean()), float(moved.std(ddof=1) / np.sqrt(len(moved)))
