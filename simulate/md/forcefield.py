"""The force field as a value: reads `forcefield.toml` and mixes what it leaves to the rule."""

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import combinations_with_replacement

ANGLES = {"stiffness": "A-A-A", "carbonyl": "A-E-O"}  # keys of the file: the beads of an angle
NOWHERE = 0.5  # angstrom, cut of pairs that do not act; the engine's `none` left memory unset


@dataclass(frozen=True)
class Bead:
    """One kind of bead: mass (g/mol), charge (e), sigma (angstrom), epsilon (kcal/mol)."""

    mass: float
    charge: float
    sigma: float
    epsilon: float


@dataclass(frozen=True)
class Pair:
    """A Lennard-Jones interaction; cut at its minimum if `purely_repulsive` (WCA)."""

    sigma: float
    epsilon: float
    purely_repulsive: bool = False

    @property
    def minimum(self) -> float:
        """Distance of the lowest energy, 2^(1/6) sigma, in angstrom."""
        return 2 ** (1 / 6) * self.sigma


@dataclass(frozen=True)
class ForceField:
    """All numbers of the model, in angstrom, kcal/mol, g/mol, e, ps and kelvin.

    `beads`, `pairs`, `bond_lengths` and `angle_stiffness` are keyed by names of beads ("Li-E" for
    a pair, in any order).
    """

    version: str
    beads: dict[str, Bead]
    pairs: dict[str, Pair]
    bond_stiffness: float
    bond_lengths: dict[str, float]
    angle_stiffness: dict[str, float]
    permittivity: float
    coulomb_cutoff: float
    coulomb_accuracy: float
    cutoff: float
    temperature: float
    friction: float
    time_step: float
    pressure: float
    chains: int
    monomers_per_chain: int
    lithium: int

    def bead_type(self, name: str) -> int:
        """Return the number of a bead in the engine, from 1."""
        return list(self.beads).index(name) + 1

    def bond_type(self, name: str) -> int:
        """Return the number of a bond in the engine, from 1."""
        return list(self.bond_lengths).index(name) + 1

    def angle_type(self, name: str) -> int:
        """Return the number of an angle in the engine, from 1."""
        return list(self.angle_stiffness).index(name) + 1

    def pair(self, first: str, second: str) -> Pair:
        """Interaction of two beads: as listed, else sigma the mean, epsilon the geometric mean."""
        for name in (f"{first}-{second}", f"{second}-{first}"):
            if name in self.pairs:
                return self.pairs[name]
        a, b = self.beads[first], self.beads[second]
        return Pair((a.sigma + b.sigma) / 2, math.sqrt(a.epsilon * b.epsilon))

    def reach(self, first: str, second: str) -> float:
        """Distance in angstrom at which the interaction of two beads is cut and shifted to zero."""
        pair = self.pair(first, second)
        if not pair.epsilon:
            return NOWHERE
        return pair.minimum if pair.purely_repulsive else self.cutoff * pair.sigma

    def all_pairs(self) -> list[tuple[str, str]]:
        """Every unordered pair of beads, in the order of the types."""
        return list(combinations_with_replacement(self.beads, 2))


def parse(text: str) -> ForceField:
    """Force field from the text of a TOML file like `forcefield.toml`."""
    return from_table(tomllib.loads(text))


def from_table(table: dict) -> ForceField:
    """Force field from the tables of such a file."""
    return ForceField(
        version=table["version"],
        beads={name: Bead(**bead) for name, bead in table["beads"].items()},
        pairs={name: Pair(**pair) for name, pair in table["pairs"].items()},
        bond_stiffness=table["bonds"]["stiffness"],
        bond_lengths=table["bonds"]["length"],
        angle_stiffness={ANGLES[name]: value for name, value in table["angles"].items()},
        permittivity=table["electrostatics"]["permittivity"],
        coulomb_cutoff=table["electrostatics"]["cutoff"],
        coulomb_accuracy=table["electrostatics"]["accuracy"],
        cutoff=table["lennard_jones"]["cutoff"],
        **table["dynamics"],
        **table["composition"],
    )


@cache
def load() -> ForceField:
    """Return the force field of the project."""
    return parse(text())


def text(name: str = "forcefield.toml") -> str:
    """Return a file of force field numbers: that of the project, or a variant by its name."""
    return resources.files("simulate.md").joinpath(name).read_text("utf-8")
