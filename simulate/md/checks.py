"""What a run must satisfy before its windows are used: start, temperature, density, drifts.

A system that fails is reported: the command ends with an error, and the data card and the thesis
name the system and the check.
"""

from dataclasses import asdict, dataclass

import numpy as np

from simulate.featurize.counting import Window
from simulate.md.engine import Engine
from simulate.md.run import Run
from simulate.md.topology import AVOGADRO, CLOSEST, Topology, build, topology

TEMPERATURE_ERROR = 0.01  # of the temperature: the thermostat holds the mean to a fraction of this
DENSITIES = (0.9, 1.6)  # g/cm3: polycarbonates with a fifth of a salt lie well inside
ENERGY_DRIFT = 1e-3  # kcal/mol/bead/ps without thermostat: 0.1 kT/bead in 80 ps
FREE_TIME = 2.0  # ps without thermostat
COORDINATION_DRIFT = 0.15  # members of the first shell, second half of the windows less the first
CENTRE_DRIFT = 0.05  # angstrom per window: the whole system must not move with its ions


@dataclass(frozen=True)
class Check:
    """One finding: the value, the least and the greatest allowed, the unit."""

    system: str
    name: str
    value: float
    least: float
    most: float
    unit: str

    @property
    def passed(self) -> bool:
        """Whether the value lies within its limits."""
        return self.least <= self.value <= self.most

    def as_dict(self) -> dict:
        """Return the check for a file, with its verdict; values to five digits."""
        rounded = {"value": float(f"{self.value:.5g}")}
        return asdict(self) | rounded | {"passed": self.passed}


def all_checks(run: Run) -> list[Check]:
    """Check a finished run."""
    made, positions, box = build(run.system, run.field, run.seed)
    windows = run.windows()
    records = [run.load(number) for number in run.numbers("window")]
    kelvin = run.field.temperature
    temperature = float(np.mean([record["temperature"] for record in records]))
    density = made.mass(run.field) / (float(records[0]["volume"]) * AVOGADRO)
    margin = TEMPERATURE_ERROR * kelvin
    centre = max(_centre_drift(a, b, made, run) for a, b in _ends(records))

    def check(name, value, least, most, unit):
        return Check(run.system, name, float(value), least, most, unit)

    return [
        check("closest beads at the start", closest(made, positions, box), CLOSEST, 99.0, "A"),
        check("temperature", temperature, kelvin - margin, kelvin + margin, "K"),
        check("density", density, *DENSITIES, "g/cm3"),
        check("energy drift", energy_drift(run), -ENERGY_DRIFT, ENERGY_DRIFT, "kcal/mol/bead/ps"),
        check("drift of the centre of mass", centre, 0.0, CENTRE_DRIFT, "A per window"),
        *(
            check(
                f"{name} count, second half less first",
                coordination_drift(windows, name),
                -COORDINATION_DRIFT,
                COORDINATION_DRIFT,
                "members",
            )
            for name in windows[0].counts
        ),
    ]


def closest(made: Topology, positions: np.ndarray, box: float) -> float:
    """Smallest distance between beads that are not bonded, in angstrom."""
    bonded = {tuple(bond) for bond in made.bonds}
    least = np.inf
    for i, point in enumerate(positions[:-1]):
        apart = positions[i + 1 :] - point
        apart -= box * np.round(apart / box)
        squared = np.einsum("ij,ij->i", apart, apart)
        for j in np.flatnonzero(squared < min(least, 2 * CLOSEST) ** 2):
            if (i, i + 1 + j) not in bonded:
                least = min(least, float(np.sqrt(squared[j])))
    return least


def energy_drift(run: Run) -> float:
    """Slope of the total energy without thermostat, from the run's last state, per bead and ps."""
    made = topology(run.system, run.field)
    count = round(FREE_TIME / run.field.time_step / 20)
    with Engine(made, run.field) as engine:
        engine.read(run.restart(run.numbers("window")[-1]))
        engine.free()
        engine.steps(0, first=True)
        energies = [engine.thermo("etotal")]
        for _ in range(20):
            engine.steps(count)
            energies.append(engine.thermo("etotal"))
    times = np.linspace(0, FREE_TIME, len(energies))
    return float(np.polyfit(times, energies, 1)[0] / len(made))


def coordination_drift(windows: list[Window], name: str) -> float:
    """Mean first-shell count in the second half of the windows less that in the first half."""
    means = np.array([found.counts[name][:, 0].mean() for found in windows])
    half = len(means) // 2
    return float(means[-half:].mean() - means[:half].mean())


def _ends(records: list[dict]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Positions kept last in one window and last in the next, for all pairs of neighbours."""
    last = [record["positions"][-1].astype(float) for record in records]
    return list(zip(last, last[1:], strict=False))


def _centre_drift(before: np.ndarray, after: np.ndarray, made: Topology, run: Run) -> float:
    masses = np.array([run.field.beads[bead].mass for bead in made.beads])
    return float(np.linalg.norm(np.average(after - before, axis=0, weights=masses)))
