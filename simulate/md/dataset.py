"""From finished runs to the data set in `data/cg`: tables, densities, checks and the data card."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from simulate.featurize import voxels
from simulate.featurize.counting import table
from simulate.md import card, closer, forcefield, isoconfigurational
from simulate.md.checks import Check
from simulate.md.run import Run
from simulate.md.watch import BEADS

ROUNDING = 0.001  # angstrom, of lengths in the table: far below the thermal rattling
FILES = (
    "windows.parquet",
    "isoconfigurational.parquet",
    "voxels.npz",
    "checks.json",
    "forcefield.toml",
    "calibration.csv",
    "reference-averages.csv",
    "trials.csv",
    "boxes.parquet",
    "series.csv",
    "flips.parquet",
    "radial.csv",
    "radii.csv",
    "motion.csv",
    "stays.csv",
    "lengths.parquet",
    "propensities.parquet",
    "neighbours.parquet",
)


def assemble(
    runs: Sequence[Run],
    reruns: Sequence[Run],
    boxes: Mapping[str, Sequence[Run]],
    checks: Sequence[Check],
    folder: Path,
) -> None:
    """Write the data set of finished runs; every file whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    found = pd.concat([windows(run) for run in runs], ignore_index=True)
    verdicts = [check.as_dict() for check in checks]
    _write(folder / "windows.parquet", lambda path: _parquet(found, path))
    again = isoconfigurational.table(reruns)
    _write(folder / "isoconfigurational.parquet", lambda path: _parquet(again, path))
    _write(folder / "voxels.npz", lambda path: _voxels(runs, path))
    field = forcefield.text()
    _write(folder / "forcefield.toml", lambda path: path.write_text(field, "utf-8"))
    _write(folder / "checks.json", lambda path: path.write_text(_lines(verdicts), "utf-8"))
    look_closer(reruns, boxes, folder)
    text = card.write(runs, reruns, checks, found)
    _write(folder / "README.md", lambda path: path.write_text(text, "utf-8"))


def look_closer(first: Sequence[Run], boxes: Mapping[str, Sequence[Run]], folder: Path) -> None:
    """Write the tables of the closer look at some systems: first boxes with reruns, and others."""
    tables = {
        "boxes": closer.windows(first, boxes),
        "series": closer.series(first, boxes),
        "flips": closer.flips(first),
        "radial": closer.radial(first),
        "radii": closer.radii(),
        "motion": closer.motion(first),
        "stays": closer.stays(first),
        "lengths": isoconfigurational.lengths(first),
        "propensities": isoconfigurational.propensities(first),
        "neighbours": isoconfigurational.neighbours(first),
    }
    for name, rows in tables.items():
        if f"{name}.csv" in FILES:
            _write(folder / f"{name}.csv", partial(_csv, rows))
        else:
            _write(folder / f"{name}.parquet", partial(_parquet, rows))


def windows(run: Run) -> pd.DataFrame:
    """Rows of a run in the windows table, lengths rounded, counts in small integers."""
    protocol = run.protocol
    length = round(protocol.segment / protocol.frame)
    rows = table(run.windows(), run.system, length, protocol.frame)
    whole = rows.select_dtypes("integer").columns
    lengths = ["dx", "dy", "dz", "dr", "d"]
    rounded = {name: (rows[name] / ROUNDING).round() * ROUNDING for name in lengths}
    return rows.assign(**{name: values.round(3) for name, values in rounded.items()}).astype(
        dict.fromkeys(whole, "int32")
    )


def density_maps(run: Run) -> dict[str, np.ndarray]:
    """Mean number density of each partner in the frame of the ion, per cubic angstrom."""
    records = [run.load(number) for number in run.numbers("window")]
    ions = len(records[0]["path"])
    samples = sum(len(record["positions"]) for record in records) * ions
    volume = (2 * voxels.HALF_WIDTH / voxels.VOXELS) ** 3
    return {
        name: np.sum([record[f"voxels {name}"] for record in records], axis=0) / (samples * volume)
        for name in BEADS
    }


def _voxels(runs: Sequence[Run], path: Path) -> None:
    # Half floats: their relative error of 0.05 % is below the counting noise of every voxel.
    arrays = {
        f"{run.system} {name}": density.astype(np.float16)
        for run in runs
        for name, density in density_maps(run).items()
    }
    edges = np.linspace(-voxels.HALF_WIDTH, voxels.HALF_WIDTH, voxels.VOXELS + 1)
    with path.open("wb") as file:
        np.savez_compressed(file, edges=edges, **arrays)  # type: ignore[arg-type]


def _csv(rows: pd.DataFrame, path: Path) -> None:
    rows.to_csv(path, index=False, lineterminator="\n")


def _parquet(rows: pd.DataFrame, path: Path) -> None:
    rows.to_parquet(path, index=False, compression="zstd", compression_level=19)


def _write(path: Path, writer: Callable[[Path], object]) -> None:
    part = path.with_name(path.name + ".part")
    writer(part)
    os.replace(part, path)


def _lines(entries: list[dict]) -> str:
    """JSON with one entry per line, so that a change of one value is one line of a review."""
    return "[\n" + ",\n".join(json.dumps(entry) for entry in entries) + "\n]\n"


def describe(folder: Path) -> str:
    """Name, size and checksum of each file, as the registry of data sets wants them."""
    return "\n".join(
        f'{{ path = "{name}", bytes = {(folder / name).stat().st_size},'
        f' sha256 = "{hashlib.sha256((folder / name).read_bytes()).hexdigest()}" }}'
        for name in FILES
    )
