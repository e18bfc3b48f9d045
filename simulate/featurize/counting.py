"""From positions to windows: counts in two shells, flips and displacement of each ion.

The core knows nothing of where positions come from: any engine or reader hands it frames (unwrapped
positions and the edges of an orthorhombic box, in angstrom) one after the other; memory does not
grow with the number of frames.

Definitions
-----------
count, first shell
    Members of a partner nearer to the ion than the first radius at the window's first frame.
count, second shell
    Members beyond the first shell and nearer than the second radius.
member
    One atom of the group, or one residue (whose distance is that of its nearest atom) where
    `Shell.residues` says which residue each atom belongs to. An ion is never its own partner.
flip
    A frame whose count differs from that of the frame before it. One partner exchanged for another
    between two frames leaves the count as it was and is no flip. The number of flips depends on the
    time between frames, which belongs to the data set's description.
hysteresis
    A member enters a shell at its radius and leaves it at radius + hysteresis, so that a member
    which rattles at the edge is not counted over and over. Every window starts without memory.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from press import InputError


@dataclass(frozen=True)
class Frame:
    """Positions at one moment.

    Attributes
    ----------
    positions : numpy.ndarray, shape (n, 3)
        Unwrapped, angstrom.
    box : numpy.ndarray, shape (3,)
        Edges of the periodic, orthorhombic box, angstrom.
    """

    positions: np.ndarray
    box: np.ndarray


@dataclass(frozen=True)
class Shell:
    """One coordination partner.

    Attributes
    ----------
    group : numpy.ndarray of int, shape (g,)
        Indices of its atoms.
    radii : tuple of two floats
        First and second radius, angstrom.
    residues : numpy.ndarray of int, shape (g,), or None
        Residue of each atom, to count residues; None counts atoms.
    """

    group: np.ndarray
    radii: tuple[float, float]
    residues: np.ndarray | None = None

    def __post_init__(self):
        first, second = self.radii
        if not 0 < first < second:
            raise InputError(f"radii {first} and {second}", rule="0 < first radius < second radius")


class Distances:
    """From each ion to the nearest atom of each member of one partner, one frame at a time.

    All pairs are computed: for the sizes of a simulation box this is faster than searching
    neighbours. Arrays have a column per ion, so that the minimum over the atoms of a member runs
    along rows, and are made once.

    Parameters
    ----------
    ions : numpy.ndarray of int, shape (i,)
    shell : Shell
    """

    def __init__(self, ions: np.ndarray, shell: Shell):
        owners = np.arange(len(shell.group)) if shell.residues is None else shell.residues
        order = np.argsort(owners, kind="stable")
        self._ions, self._atoms = ions, shell.group[order]
        self._first_atoms = np.unique(owners[order], return_index=True)[1]
        self._own = np.nonzero(self._atoms[:, None] == ions)
        self._apart, self._images, self._squares = np.empty((3, len(order), len(ions)))

    def of(self, frame: Frame) -> np.ndarray:
        """Distances to the nearest images, shape (members, i); infinite to the ion itself."""
        apart, images, squares = self._apart, self._images, self._squares
        squares[:] = 0
        for axis, edge in enumerate(frame.box):
            ions, atoms = (frame.positions[g, axis] / edge for g in (self._ions, self._atoms))
            np.subtract.outer(atoms, ions, out=apart)
            apart -= np.rint(apart, out=images)
            apart *= edge
            apart *= apart
            squares += apart
        squares[self._own] = np.inf
        if len(self._first_atoms) < len(self._atoms):  # else every member is one atom
            squares = np.minimum.reduceat(squares, self._first_atoms)
        return np.sqrt(squares)


class Coordination:
    """Which members of one partner are in the shells of each ion, followed frame by frame.

    Parameters
    ----------
    radii : tuple of two floats
        First and second radius, angstrom.
    hysteresis : float
        Angstrom.
    """

    def __init__(self, radii: tuple[float, float], hysteresis: float):
        self._radii, self._hysteresis = radii, hysteresis
        self._inside = [np.False_, np.False_]

    @property
    def inside(self) -> np.ndarray:
        """Whether each member is in the first shell of each ion, shape (members, i)."""
        return self._inside[0]

    def counts(self, nearest: np.ndarray) -> np.ndarray:
        """Members in the first and in the second shell of each ion now, shape (i, 2).

        Parameters
        ----------
        nearest : numpy.ndarray, shape (members, i)
            Distances of this frame, angstrom.
        """
        self._inside = [
            (nearest < radius) | (inside & (nearest < radius + self._hysteresis))
            for radius, inside in zip(self._radii, self._inside, strict=True)
        ]
        first, within_second = (np.count_nonzero(inside, axis=0) for inside in self._inside)
        return np.stack([first, within_second - first], axis=1)


@dataclass(frozen=True)
class Window:
    """What one window of every ion amounts to; arrays by ion.

    Attributes
    ----------
    counts, flips : dict of str to numpy.ndarray of int, shape (i, 2)
        By partner: first and second shell.
    displacement : numpy.ndarray, shape (i, 3)
        Angstrom.
    path : numpy.ndarray, shape (i,)
        Length of the way from frame to frame, angstrom.
    """

    counts: dict[str, np.ndarray]
    flips: dict[str, np.ndarray]
    displacement: np.ndarray
    path: np.ndarray


class Following:
    """The ions in one window, frame after frame; `window` says what it amounts to."""

    def __init__(self, ions: np.ndarray, shells: Mapping[str, Shell], hysteresis: float):
        self._ions = ions
        self._shells = {n: Coordination(shell.radii, hysteresis) for n, shell in shells.items()}
        self.steps = -1  # from frame to frame; the first frame is no step

    def add(self, frame: Frame, distances: Mapping[str, np.ndarray]) -> None:
        """Take in the next frame and its distances by partner."""
        here = frame.positions[self._ions].astype(float)
        counts = {name: shell.counts(distances[name]) for name, shell in self._shells.items()}
        if self.steps < 0:
            self._start, self._counts = here, counts
            self._flips = {name: np.zeros_like(count) for name, count in counts.items()}
            self._path = np.zeros(len(self._ions))
        else:
            _refuse_wrapped(here - self._here, frame.box)
            self._path += np.linalg.norm(here - self._here, axis=1)
            for name, count in counts.items():
                self._flips[name] += count != self._now[name]
        self._here, self._now = here, counts
        self.steps += 1

    def window(self) -> Window:
        """Return the window up to the last frame taken in."""
        return Window(self._counts, self._flips, self._here - self._start, self._path)


def _refuse_wrapped(steps: np.ndarray, box: np.ndarray) -> None:
    jumps = np.flatnonzero((np.abs(steps) > box / 2).any(axis=1))
    if len(jumps):
        ion = jumps[0]
        raise InputError(
            f"ion {ion + 1} moves {np.abs(steps[ion]).max():.1f} angstrom along an axis between"
            " two frames, more than half the box: the positions are wrapped",
            rule="displacements need unwrapped positions, in which no ion moves by more than half"
            " a box edge from one frame to the next",
            advice="unwrap the trajectory before (in MDAnalysis: transformations.NoJump)",
        )


def window(
    frames: Iterable[Frame],
    ions: np.ndarray,
    shells: Mapping[str, Shell],
    hysteresis: float = 0.0,
) -> Window:
    """Follow the ions through the frames of one window, both its ends included.

    Raises
    ------
    InputError
        When an ion jumps by more than half a box edge between two frames (wrapped positions).
    """
    distances = {name: Distances(ions, shell) for name, shell in shells.items()}
    following = Following(ions, shells, hysteresis)
    for frame in frames:
        following.add(frame, {name: partner.of(frame) for name, partner in distances.items()})
    return following.window()


class Cutter:
    """Cuts a stream of frames into windows.

    Parameters
    ----------
    ions : numpy.ndarray of int, shape (i,)
    shells : mapping of str to Shell
    length : int
        Steps from frame to frame in a window, which therefore has length + 1 frames.
    stride : int
        Steps from the start of a window to that of the next; windows adjoin, and share their end
        frames, where it equals `length`.
    hysteresis : float
        Angstrom.
    """

    def __init__(
        self,
        ions: np.ndarray,
        shells: Mapping[str, Shell],
        length: int,
        stride: int,
        hysteresis: float = 0.0,
    ):
        for name, value in (("window", length), ("stride", stride)):
            if value < 1:
                raise InputError(f"{name} is {value}", rule="at least one step between frames")
        if hysteresis < 0:
            raise InputError(f"hysteresis is {hysteresis}", rule="not less than zero angstrom")
        self._settings = ions, shells, hysteresis
        self._length, self._stride = length, stride
        self._distances = {name: Distances(ions, shell) for name, shell in shells.items()}
        self._open: list[Following] = []
        self._frames = 0

    def add(self, frame: Frame) -> Window | None:
        """Take in the next frame; return the window that it completes, if it does."""
        if self._frames % self._stride == 0:
            self._open.append(Following(*self._settings))
        self._frames += 1
        if not self._open:
            return None
        distances = {name: partner.of(frame) for name, partner in self._distances.items()}
        for following in self._open:
            following.add(frame, distances)
        if self._open[0].steps < self._length:
            return None
        return self._open.pop(0).window()


def windows(
    frames: Iterable[Frame],
    ions: np.ndarray,
    shells: Mapping[str, Shell],
    length: int,
    hysteresis: float = 0.0,
) -> Iterator[Window]:
    """Cut a stream of frames into adjoining windows of `length` steps, which share end frames.

    Frames left over at the end, too few for a window, are not used.
    """
    cutter = Cutter(ions, shells, length, length, hysteresis)
    found = (cutter.add(frame) for frame in frames)
    return (one for one in found if one is not None)


def table(found: Sequence[Window], system: str, length: int, frame_time: float) -> pd.DataFrame:
    """Rows of the windows table, one per ion and window, of adjoining windows.

    Parameters
    ----------
    found : sequence of Window
        Windows one after the other, from the first.
    system : str
    length : int
        Steps from frame to frame in a window.
    frame_time : float
        Time between frames, in the data set's unit.
    """
    tables = [rows(one, k, k * length, frame_time) for k, one in enumerate(found, start=1)]
    return pd.concat(tables, ignore_index=True).assign(system=system)


def rows(one: Window, number: int, end: int, frame_time: float) -> pd.DataFrame:
    """Rows of one window, all but the system.

    Parameters
    ----------
    one : Window
    number : int
        Its number, from 1.
    end : int
        Steps from the first frame of all to its last frame.
    frame_time : float
        Time between frames, in the data set's unit.
    """
    columns = {
        "t": end * frame_time,
        "Steps": end,
        "Event": number,
        "idx": np.arange(1, len(one.path) + 1),
    }
    for shell, suffix in enumerate(("", "-2")):
        for name in one.counts:
            columns[f"{name}{suffix}"] = one.counts[name][:, shell]
            columns[f"{name}{suffix}-flip"] = one.flips[name][:, shell]
    columns |= dict(zip(("dx", "dy", "dz"), one.displacement.T, strict=True))
    return pd.DataFrame(columns | {"dr": np.linalg.norm(one.displacement, axis=1), "d": one.path})
