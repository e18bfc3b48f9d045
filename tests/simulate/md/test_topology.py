"""Composition, connections and starts of the systems."""

import numpy as np
import pytest

from press import InputError
from simulate.md import forcefield
from simulate.md.checks import closest
from simulate.md.production import SYSTEMS
from simulate.md.run import smoke_field
from simulate.md.topology import CLOSEST, build, connect, lengths, molecules, polymer

FIELD = forcefield.load()


@pytest.mark.parametrize(("system", "beads"), [("B2T1", 1300), ("B4T3", 2300), ("B8T5", 3800)])
def test_number_of_beads(system, beads):
    """n/2 + (m - 1)/2 + 1 beads for each of 500 monomers, three for each of 100 LiTFSI."""
    parts = molecules(system, FIELD)
    assert len(connect(system, parts)) == beads


@pytest.mark.parametrize("system", SYSTEMS)
def test_neutral_and_five_carbonates_per_lithium(system):
    """The charges cancel and EC : Li is 5 : 1 in every system."""
    parts = molecules(system, FIELD)
    topology = connect(system, parts)
    assert topology.charge(FIELD) == 0
    assert len(topology.of("E")) == 5 * len(topology.of("Li"))


def test_two_monomers_by_hand():
    """B4T3: backbone A A, tether A from the first of them, carbonate at its end."""
    chain = polymer(4, 3, monomers=2)
    assert chain.beads == ("A", "A", "A", "E", "A", "A", "A", "E")
    assert chain.parents == (-1, 0, 0, 2, 1, 4, 4, 6)
    assert chain.angles == ((0, 1, 4), (1, 4, 5))


def test_start_keeps_bonds_and_distances():
    """Bonded beads start at their length, all others apart."""
    topology, positions, box = build("B2T1", smoke_field(FIELD), seed=1)
    assert len(topology) == 104
    assert closest(topology, positions, box) >= CLOSEST
    for a, b in topology.bonds:
        name = "-".join(sorted((topology.beads[a], topology.beads[b])))
        length = np.linalg.norm(positions[a] - positions[b])
        assert length == pytest.approx(FIELD.bond_lengths[name])


@pytest.mark.parametrize("name", ["B3T1", "B2T2", "T1B2", "B0T1", ""])
def test_unknown_systems_are_refused(name):
    """The error says what a name must look like."""
    with pytest.raises(InputError, match="BnTm"):
        lengths(name)
