"""What one segment records of its frames while it runs: a window of every Li+, and more.

Beside the window itself: flips that do not count rattling at the edge (hysteresis), flips seen at a
longer time between frames, how long partners stay, radial distributions, and sparse positions.
"""

import numpy as np

from simulate.featurize import voxels
from simulate.featurize.counting import Coordination, Distances, Following, Frame, Shell, Window
from simulate.md.topology import Topology

# First and second shell of each partner, angstrom: the minima behind the first and second peaks of
# the radial distribution functions. TFSI counts halves (SO2CF3 beads), of which an anion has two.
RADII = {"TFSI": (4.8, 7.5), "EC": (5.0, 7.5), "Li": (4.2, 7.5)}
BEADS = {"TFSI": "T", "EC": "E", "Li": "Li"}
HYSTERESIS = 0.5  # angstrom beyond the first radius at which a partner has left
REACH, BIN = 12.0, 0.1  # angstrom: range and resolution of the radial distributions
EDGES = np.linspace(0, REACH, round(REACH / BIN) + 1)


def shells(topology: Topology) -> dict[str, Shell]:
    """Return the coordination partners of a system."""
    return {name: Shell(group(topology, name), radii) for name, radii in RADII.items()}


def group(topology: Topology, partner: str) -> np.ndarray:
    """Return the beads by which a partner is counted: for EC carbonyls, if the model has them."""
    carbonyls = topology.of("O")
    return carbonyls if partner == "EC" and len(carbonyls) else topology.of(BEADS[partner])


class Residence:
    """How long members of one partner stay in the first shell, frame after frame.

    The mean time is the time that all members have spent inside over the number of departures: the
    maximum-likelihood estimate for departures at a constant rate, which windows that cut a stay
    short do not bias.
    """

    def __init__(self, radii: tuple[float, float]):
        self._coordination = Coordination(radii, HYSTERESIS)
        self._before: np.ndarray | None = None
        self.stayed = self.departures = 0  # steps from frame to frame; members

    def add(self, nearest: np.ndarray) -> None:
        """Take in the distances (members, ions) of the next frame."""
        self._coordination.counts(nearest)
        inside = self._coordination.inside
        if self._before is not None:
            self.stayed += int(np.count_nonzero(self._before))
            self.departures += int(np.count_nonzero(self._before & ~inside))
        self._before = inside


class Watch:
    """Takes in the frames of one segment; `arrays` is what it found.

    Parameters
    ----------
    topology : Topology
    coarse, sparse : int
        Every how many frames flips are looked at a second time, and positions are kept.
    """

    def __init__(self, topology: Topology, coarse: int, sparse: int):
        ions, partners = topology.of("Li"), shells(topology)
        self._topology, self._coarse, self._sparse = topology, coarse, sparse
        self._distances = {name: Distances(ions, shell) for name, shell in partners.items()}
        self._plain = Following(ions, partners, hysteresis=0.0)
        self._steady = Following(ions, partners, HYSTERESIS)
        self._seldom = Following(ions, partners, hysteresis=0.0)
        self._residence = {name: Residence(RADII[name]) for name in partners}
        self._radial = {name: np.zeros(len(EDGES) - 1, dtype=int) for name in partners}
        self._kept: list[np.ndarray] = []
        self._cubes: list[dict[str, np.ndarray]] = []
        self._frames = 0

    def add(self, frame: Frame) -> None:
        """Take in the next frame."""
        distances = {name: partner.of(frame) for name, partner in self._distances.items()}
        self._plain.add(frame, distances)
        self._steady.add(frame, distances)
        for name, nearest in distances.items():
            self._residence[name].add(nearest)
        if self._frames % self._coarse == 0:
            self._seldom.add(frame, distances)
        if self._frames and self._frames % self._sparse == 0:
            self._keep(frame, distances)
        self._frames += 1

    def _keep(self, frame: Frame, distances: dict[str, np.ndarray]) -> None:
        self._box = frame.box
        self._kept.append(frame.positions.astype(np.float32))
        self._cubes.append(_voxels(frame, self._topology))
        for name, nearest in distances.items():
            self._radial[name] += np.histogram(nearest, EDGES)[0]

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything found, by name, for a file."""
        found = pack(self._plain.window())
        for kind, following in (("steady", self._steady), ("seldom", self._seldom)):
            flips = following.window().flips
            found |= {f"{kind} flips {name}": flips[name] for name in flips}
        for name, residence in self._residence.items():
            found[f"stayed {name}"] = np.array([residence.stayed, residence.departures])
            found[f"radial {name}"] = self._radial[name]
            found[f"voxels {name}"] = np.sum([cube[name] for cube in self._cubes], axis=0)
        return found | {"positions": np.array(self._kept), "box": self._box}


def _voxels(frame: Frame, topology: Topology) -> dict[str, np.ndarray]:
    groups = {name: group(topology, name) for name in BEADS}
    coordinating = np.concatenate([groups["TFSI"], groups["EC"]])
    return voxels.count(frame, topology.of("Li"), groups, coordinating)


def pack(found: Window) -> dict[str, np.ndarray]:
    """Arrays of a window by name, for a file."""
    arrays = {"displacement": found.displacement, "path": found.path}
    for kind in ("counts", "flips"):
        arrays |= {f"{kind} {name}": values for name, values in getattr(found, kind).items()}
    return arrays


def unpack(arrays: dict[str, np.ndarray]) -> Window:
    """Return the window that `pack` took apart."""
    by_kind = {
        kind: {name: arrays[f"{kind} {name}"] for name in RADII} for kind in ("counts", "flips")
    }
    return Window(**by_kind, displacement=arrays["displacement"], path=arrays["path"])
