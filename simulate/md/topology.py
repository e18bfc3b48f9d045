"""Beads, bonds and a start without overlaps for BnTm + LiTFSI.

A monomer of BnTm is n/2 backbone beads A, (m - 1)/2 tether beads A and one carbonate bead E (which
holds the first CH2 of the tether), to which a variant of the model bonds its carbonyl O; the tether
starts at the monomer's first backbone bead.
"""

import re
from dataclasses import dataclass

import numpy as np

from press import InputError
from simulate.md.forcefield import ForceField

AVOGADRO = 0.602214076  # (g/mol) / (g/cm3) to cubic angstrom: volume = mass / (density AVOGADRO)
START_DENSITY = 0.30  # g/cm3; loose enough to place beads at random, compressed afterwards
CLOSEST = 3.9  # angstrom between beads that are not bonded, at the start
TRIALS = 20_000  # places tried for one molecule before giving up


@dataclass(frozen=True)
class Topology:
    """Beads and their connections; indices from 0.

    Attributes
    ----------
    system : str
        Name, such as "B4T3".
    beads : numpy.ndarray of str, shape (n,)
        Name of each bead's kind.
    molecules : numpy.ndarray of int, shape (n,)
        Molecule that a bead belongs to.
    bonds, angles : numpy.ndarray of int, shapes (b, 2) and (a, 3)
        Bead indices.
    """

    system: str
    beads: np.ndarray
    molecules: np.ndarray
    bonds: np.ndarray
    angles: np.ndarray

    def __len__(self) -> int:
        return len(self.beads)

    def of(self, bead: str) -> np.ndarray:
        """Return the indices of all beads of one kind."""
        return np.flatnonzero(self.beads == bead)

    def mass(self, field: ForceField) -> float:
        """Total mass in g/mol."""
        return float(sum(field.beads[bead].mass for bead in self.beads))

    def charge(self, field: ForceField) -> float:
        """Total charge in e."""
        return float(sum(field.beads[bead].charge for bead in self.beads))


@dataclass(frozen=True)
class Molecule:
    """Beads of one molecule, each bonded to an earlier one (`parents`; -1 for the first)."""

    beads: tuple[str, ...]
    parents: tuple[int, ...]
    angles: tuple[tuple[int, int, int], ...] = ()


def lengths(system: str) -> tuple[int, int]:
    """Backbone carbons n and tether carbons m of "BnTm".

    >>> lengths("B4T3")
    (4, 3)
    """
    match = re.fullmatch(r"B(\d+)T(\d+)", system)
    n, m = (int(number) for number in match.groups()) if match else (0, 0)
    if n < 2 or n % 2 or m % 2 == 0:
        raise InputError(
            f"unknown system {system!r}",
            rule="BnTm with n backbone carbons (2, 4, 6, ...) and m tether carbons (1, 3, 5, ...)",
            advice="name a system such as B4T3",
        )
    return n, m


def polymer(n: int, m: int, monomers: int, carbonyl: bool = False) -> Molecule:
    """One chain of BnTm with `monomers` repeat units, with or without beads for the carbonyls."""
    beads: list[str] = []
    parents: list[int] = []
    backbone: list[int] = []
    carbonyls: list[tuple[int, int, int]] = []
    for _ in range(monomers):
        for _ in range(n // 2):
            parents.append(backbone[-1] if backbone else -1)
            backbone.append(len(beads))
            beads.append("A")
        parent = backbone[-(n // 2)]
        for bead in ["A"] * ((m - 1) // 2) + ["E"] + ["O"] * carbonyl:
            parents.append(parent)
            parent = len(beads)
            beads.append(bead)
        if carbonyl:
            carbonyls.append((parents[-2], parent - 1, parent))
    angles = [*zip(backbone, backbone[1:], backbone[2:], strict=False), *carbonyls]
    return Molecule(tuple(beads), tuple(parents), tuple(angles))


LITHIUM = Molecule(("Li",), (-1,))
TFSI = Molecule(("T", "T"), (-1, 0))


def molecules(system: str, field: ForceField) -> list[Molecule]:
    """All molecules of a system: chains first, then anions, then Li+ (the easiest to place)."""
    chain = polymer(*lengths(system), field.monomers_per_chain, carbonyl="O" in field.beads)
    return [chain] * field.chains + [TFSI] * field.lithium + [LITHIUM] * field.lithium


def connect(system: str, parts: list[Molecule]) -> Topology:
    """Topology of molecules in the order given."""
    beads: list[str] = []
    owner, bonds, angles = [], [], []
    for number, molecule in enumerate(parts):
        first = len(beads)
        bonds += [(first + p, first + i) for i, p in enumerate(molecule.parents) if p >= 0]
        angles += [tuple(first + i for i in angle) for angle in molecule.angles]
        beads += molecule.beads
        owner += [number] * len(molecule.beads)
    return Topology(
        system,
        np.array(beads),
        np.array(owner),
        np.array(bonds, dtype=int).reshape(-1, 2),
        np.array(angles, dtype=int).reshape(-1, 3),
    )


def topology(system: str, field: ForceField) -> Topology:
    """Connect a system with the force field's composition."""
    return connect(system, molecules(system, field))


def build(system: str, field: ForceField, seed: int) -> tuple[Topology, np.ndarray, float]:
    """Build a system with the force field's composition, placed at random without overlaps.

    Returns
    -------
    topology : Topology
    positions : numpy.ndarray, shape (n, 3)
        Angstrom, unwrapped.
    box : float
        Edge of the cubic box, angstrom.
    """
    made = topology(system, field)
    box = (made.mass(field) / (START_DENSITY * AVOGADRO)) ** (1 / 3)
    rng = np.random.default_rng(seed)
    return made, place(molecules(system, field), field, box, rng), box


def place(parts: list[Molecule], field: ForceField, box: float, rng) -> np.ndarray:
    """Positions of molecules grown bead by bead, none closer than `CLOSEST` to another.

    Returns an array of shape (n, 3), in angstrom.
    """
    placed = np.empty((sum(len(molecule.beads) for molecule in parts), 3))
    count = 0
    for molecule in parts:
        for _ in range(TRIALS):
            grown = _grow(molecule, field, placed[:count], box, rng)
            if grown is not None:
                break
        else:
            raise InputError(
                f"no room for a molecule of {len(molecule.beads)} beads after {TRIALS} trials",
                rule=f"beads that are not bonded start at least {CLOSEST} angstrom apart",
                advice="lower START_DENSITY in simulate/md/topology.py",
            )
        placed[count : count + len(grown)] = grown
        count += len(grown)
    return placed


def _grow(molecule: Molecule, field: ForceField, others, box: float, rng):
    """Positions of one molecule that keeps clear of `others` and of itself, or None."""
    grown = np.empty((len(molecule.beads), 3))
    for i, (bead, parent) in enumerate(zip(molecule.beads, molecule.parents, strict=True)):
        for _ in range(1 if parent < 0 else 30):
            if parent < 0:
                trial = rng.uniform(0, box, 3)
            else:
                name = "-".join(sorted((molecule.beads[parent], bead)))
                trial = grown[parent] + field.bond_lengths[name] * _direction(rng)
            near_self = np.delete(grown[:i], parent, axis=0) if parent >= 0 else grown[:0]
            if clear(trial, others, box, CLOSEST) and clear(trial, near_self, box, CLOSEST):
                grown[i] = trial
                break
        else:
            return None
    return grown


def _direction(rng) -> np.ndarray:
    vector = rng.normal(size=3)
    return vector / np.linalg.norm(vector)


def clear(point: np.ndarray, others: np.ndarray, box: float, closest: float) -> bool:
    """Whether a point keeps a distance from others, in a periodic cubic box."""
    apart = others - point
    apart -= box * np.round(apart / box)
    return not len(apart) or np.einsum("ij,ij->i", apart, apart).min() >= closest**2
