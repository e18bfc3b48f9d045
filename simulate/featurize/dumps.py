"""LAMMPS dumps, read for displacements: positions where the simulation has them.

MDAnalysis' own reader moves the corner of every frame's box to the origin, prefers wrapped columns
where a dump has both, and reads scaled ones with images of the wrong size. Displacements in a box
that moves or breathes need the coordinates of the file itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from MDAnalysis.coordinates.LAMMPS import DumpReader
from MDAnalysis.lib.mdamath import triclinic_box
from MDAnalysis.lib.util import anyopen

from press import InputError

UNWRAPPED, UNWRAPPED_SCALED = ("xu", "yu", "zu"), ("xsu", "ysu", "zsu")
WRAPPED, WRAPPED_SCALED = ("x", "y", "z"), ("xs", "ys", "zs")
IMAGES = ("ix", "iy", "iz")
SETTINGS = ("UNITS", "TIME")  # one line each, which nothing here needs


@dataclass(frozen=True)
class Header:
    """What stands above the atoms of a frame.

    Attributes
    ----------
    step : int
        Of the simulation.
    atoms : int
        How many follow.
    origin : numpy.ndarray, shape (3,)
        Corner of the box, angstrom.
    box : numpy.ndarray, shape (3, 3)
        Rows are the vectors of the box, angstrom.
    columns : tuple of str
        Of the atoms.
    """

    step: int
    atoms: int
    origin: np.ndarray
    box: np.ndarray
    columns: tuple[str, ...]


def header(lines: Iterator[bytes]) -> Header | None:
    """Read down to the line above the atoms; None at the end of the file.

    Raises
    ------
    ValueError
        For an item that is none of a dump's, or a header that ends in the middle.
    """
    found: dict = {}
    for line in lines:
        match line.decode().split():
            case ["ITEM:", "TIMESTEP"]:
                found["step"] = int(_next(lines))
            case ["ITEM:", "NUMBER", "OF", "ATOMS"]:
                found["atoms"] = int(_next(lines))
            case ["ITEM:", "BOX", "BOUNDS", *_]:
                bounds = [_next(lines).split() for _ in range(3)]
                found["origin"], found["box"] = cell(np.array(bounds, float))
            case ["ITEM:", "ATOMS", *columns]:
                return Header(columns=tuple(columns), **found)
            case ["ITEM:", item] if item in SETTINGS:
                next(lines)
            case []:
                continue
            case other:
                raise ValueError(f"'{' '.join(other)[:40]}' is no line of a dump's header")
    if found:
        raise ValueError("the header is cut off")
    return None


def _next(lines: Iterator[bytes]) -> str:
    line = next(lines, None)
    if line is None:
        raise ValueError("the header is cut off")
    return line.decode()


def cell(bounds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return corner and vectors of the box from the bounds of a dump, angstrom.

    A tilted box is given by the bounds of the upright box around it and its three tilts, see
    https://docs.lammps.org/Howto_triclinic.html.

    Parameters
    ----------
    bounds : numpy.ndarray, shape (3, 2) or (3, 3)

    Examples
    --------
    >>> cell(np.array([[0.0, 3.0, 1.0], [0.0, 2.0, 0.0], [0.0, 2.0, 0.0]]))[1].tolist()
    [[2.0, 0.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 2.0]]
    """
    if bounds.shape[1] not in (2, 3):
        raise ValueError("the bounds of the box are neither upright nor tilted")
    xy, xz, yz = bounds[:, 2] if bounds.shape[1] == 3 else np.zeros(3)
    low, high = bounds[:, 0].copy(), bounds[:, 1].copy()
    tilts = np.array([0.0, xy, xz, xy + xz]), np.array([0.0, yz])
    for axis, tilt in enumerate(tilts):
        low[axis] -= tilt.min()
        high[axis] -= tilt.max()
    box = np.diag(high - low)
    box[1, 0], box[2, 0], box[2, 1] = xy, xz, yz
    return low, box


def positions(rows: np.ndarray, columns: Sequence[str], head: Header) -> np.ndarray:
    """Return positions as they are in the simulation, angstrom, shape (atoms, 3).

    Unwrapped columns come first; wrapped ones are unwrapped with the image flags, where there are.

    Parameters
    ----------
    rows : numpy.ndarray, shape (atoms, columns)
    columns : sequence of str
        What `rows` holds.
    head : Header
    """

    def of(names):
        return rows[:, [columns.index(name) for name in names]]

    chosen = coordinates(head.columns)
    values = of(chosen[:3])
    if chosen[0] in ("xs", "xsu"):
        values = head.origin + values @ head.box
    return values + of(IMAGES) @ head.box if len(chosen) > 3 else values


def coordinates(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns to read positions from: unwrapped, else wrapped with images, else wrapped.

    >>> coordinates(["id", "x", "y", "z", "xu", "yu", "zu"])
    ('xu', 'yu', 'zu')
    >>> coordinates(["id", "xs", "ys", "zs", "ix", "iy", "iz"])
    ('xs', 'ys', 'zs', 'ix', 'iy', 'iz')
    """
    ways = (
        UNWRAPPED,
        UNWRAPPED_SCALED,
        WRAPPED + IMAGES,
        WRAPPED_SCALED + IMAGES,
        WRAPPED,
        WRAPPED_SCALED,
    )
    found = next((way for way in ways if set(way) <= set(columns)), None)
    if found is None:
        raise ValueError(f"no coordinates among the columns {', '.join(columns)}")
    return found


class UnwrappedDumpReader(DumpReader):
    """MDAnalysis' reader of dumps with the positions of the file itself.

    A frame that cannot be read is refused by name, so that `stop` can end before it.
    """

    format = "LAMMPSDUMP-UNWRAPPED"

    def _reopen(self):
        self.close()
        self._file = anyopen(self.filename, mode="rb")
        self.ts = self._Timestep(self.n_atoms, **self._ts_kwargs)
        self.ts.frame = -1

    @property
    def n_atoms(self) -> int:
        """Atoms in the first frame."""
        return self._first.atoms

    @property
    def unwrapped(self) -> bool:
        """Whether the file itself says where each atom is, images included."""
        return coordinates(self._first.columns) not in (WRAPPED, WRAPPED_SCALED)

    @property
    def _first(self) -> Header:
        if "first" not in self._cache:
            with anyopen(self.filename, mode="rb") as file:
                self._cache["first"] = self._identified(header(iter(file)))
        return self._cache["first"]

    def _identified(self, head: Header | None) -> Header | None:
        """Refuse atoms without ids, which stand in another order in every frame."""
        if head is not None and "id" not in head.columns:
            raise InputError(
                f"the atoms have no id, but {', '.join(head.columns)}",
                file=self.filename,
                rule="a dump has its atoms in any order, and their ids tell them apart",
                advice="write the column id (dump ... custom ... id type xu yu zu)",
            )
        return head

    @property
    def n_frames(self) -> int:
        """Frames of the file, one that is cut off included."""
        if "n_frames" not in self._cache:
            self._offsets = list(self._starts())
            self._cache["n_frames"] = len(self._offsets)
        return self._cache["n_frames"]

    def _starts(self) -> Iterator[int]:
        """Yield where each frame begins."""
        with anyopen(self.filename, mode="rb") as file:
            while True:
                start = file.tell()
                try:
                    head = header(iter(file.readline, b""))
                except ValueError:  # told when the frame is read
                    yield start
                    return
                if head is None:
                    return
                yield start
                for _ in islice(iter(file.readline, b""), head.atoms):
                    pass

    def _read_next_timestep(self):
        self.ts.frame += 1
        if self.ts.frame >= self.n_frames:
            raise EOFError
        try:
            self._take(header(iter(self._file.readline, b"")))
        except ValueError as error:
            raise InputError(
                f"frame {self.ts.frame} cannot be read: {error}",
                file=self.filename,
                rule="every frame is whole and has the atoms of the first",
                advice=f"frames before it: --stop {self.ts.frame}",
            ) from None
        return self.ts

    def _take(self, head: Header | None):
        """Bring one frame into the time step."""
        if head is None:
            raise ValueError("the file ends before it")
        if head.atoms != self.n_atoms:
            raise ValueError(f"it has {head.atoms} atoms, and the first frame {self.n_atoms}")
        used = [*coordinates(head.columns), "id"]
        lines = list(islice(iter(self._file.readline, b""), head.atoms))
        if len(lines) < head.atoms:
            raise ValueError(f"it is cut off after {len(lines)} of {head.atoms} atoms")
        rows = np.loadtxt(lines, usecols=[head.columns.index(name) for name in used], ndmin=2)
        rows = rows[np.argsort(rows[:, -1])]
        self._require_same(rows[:, -1])
        self.ts.positions = positions(rows, used, head)
        self.ts.dimensions = triclinic_box(*head.box)
        self.ts.data["step"] = head.step

    def _require_same(self, ids: np.ndarray):
        """Refuse a frame of other atoms than the first."""
        if not np.array_equal(self._cache.setdefault("ids", ids), ids):
            raise ValueError("its atoms have other ids than those of the first frame")
