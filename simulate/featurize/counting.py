"""From positions to windows: counts in two shells, flips and displacement of each ion.

The core knows nothing of where positions come from: any engine or reader hands it frames (unwrapped
positions and a periodic box, in angstrom) one after the other; memory does not grow with the number
of frames.

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

import os
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
    box : numpy.ndarray, shape (3,) or (3, 3)
        The periodic box, angstrom: edges if its angles are right, else its vectors as rows.
    """

    positions: np.ndarray
    box: np.ndarray

    def in_box(self, vectors: np.ndarray) -> np.ndarray:
        """Return vectors in units of the box, shape (n, 3)."""
        return vectors / self.box if self.box.ndim == 1 else vectors @ np.linalg.inv(self.box)

    @property
    def heights(self) -> np.ndarray:
        """Distances between opposite faces of the box, angstrom, shape (3,)."""
        if self.box.ndim == 1:
            return self.box
        return 1 / np.linalg.norm(np.linalg.inv(self.box), axis=0)


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
        _require_memory(len(shell.group), len(ions))
        owners = np.arange(len(shell.group)) if shell.residues is None else shell.residues
        order = np.argsort(owners, kind="stable")
        self._ions, self._atoms = ions, shell.group[order]
        self._first_atoms = np.unique(owners[order], return_index=True)[1]
        self._own = np.nonzero(self._atoms[:, None] == ions)
        self._apart, self._images, self._squares = np.empty((3, len(order), len(ions)))

    def of(self, frame: Frame) -> np.ndarray:
        """Distances to the nearest images, shape (members, i); infinite to the ion itself.

        They are right up to half the smallest height of the box.
        """
        squares = self._upright(frame) if frame.box.ndim == 1 else self._tilted(frame)
        squares[self._own] = np.inf
        if len(self._first_atoms) < len(self._atoms):  # else every member is one atom
            squares = np.minimum.reduceat(squares, self._first_atoms)
        return np.sqrt(squares)

    def _upright(self, frame: Frame) -> np.ndarray:
        """Squares of the distances in a box with right angles, shape (g, i)."""
        apart, images, squares = self._apart, self._images, self._squares
        squares[:] = 0
        for axis, edge in enumerate(frame.box):
            ions, atoms = (frame.positions[g, axis] / edge for g in (self._ions, self._atoms))
            np.subtract.outer(atoms, ions, out=apart)
            apart -= np.rint(apart, out=images)
            apart *= edge
            apart *= apart
            squares += apart
        return squares

    def _tilted(self, frame: Frame) -> np.ndarray:
        """Squares of the distances in any box, shape (g, i)."""
        ions, atoms = (frame.in_box(frame.positions[g]) for g in (self._ions, self._atoms))
        apart = atoms[:, None] - ions
        apart -= np.rint(apart)
        return np.square(apart @ frame.box).sum(axis=2)


def _require_memory(atoms: int, ions: int) -> None:
    """Refuse more pairs than the machine can hold: three numbers for each."""
    needed = 3 * 8 * atoms * ions
    if needed > os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2:
        raise InputError(
            f"{ions:,} ions with {atoms:,} atoms of a partner are {atoms * ions:,} pairs",
            rule=f"they take half of this machine's memory at most, and need {needed / 1e9:.0f} GB",
            advice="select fewer ions or coordinating atoms only, such as 'name O'",
        )


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
        self._inside = [np.zeros((), dtype=bool)] * 2

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
    """The ions in one window, frame after frame; `window` says what it amounts to.

    Positions that are known to be unwrapped may jump by more than half the box.
    """

    def __init__(
        self,
        ions: np.ndarray,
        shells: Mapping[str, Shell],
        hysteresis: float,
        unwrapped: bool = False,
    ):
        self._ions, self._unwrapped = ions, unwrapped
        self._shells = {n: Coordination(shell.radii, hysteresis) for n, shell in shells.items()}
        self._here = np.empty(0)
        self._now: dict[str, np.ndarray] = {}
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
            if not self._unwrapped:
                _refuse_wrapped(here - self._here, frame)
            self._path += np.linalg.norm(here - self._here, axis=1)
            for name, count in counts.items():
                self._flips[name] += count != self._now[name]
        self._here, self._now = here, counts
        self.steps += 1

    def window(self) -> Window:
        """Return the window up to the last frame taken in."""
        return Window(self._counts, self._flips, self._here - self._start, self._path)


def _refuse_wrapped(steps: np.ndarray, frame: Frame) -> None:
    jumps = np.flatnonzero((np.abs(frame.in_box(steps)) > 1 / 2).any(axis=1))
    if len(jumps):
        ion = jumps[0]
        raise InputError(
            f"ion {ion + 1} moves {np.abs(steps[ion]).max():.1f} angstrom along an axis between"
            " two frames, more than half the box: the positions are wrapped, or the frames far"
            " apart",
            rule="displacements need unwrapped positions, in which no ion moves by more than half"
            " a box edge from one frame to the next, unless they are known to be unwrapped",
            advice="unwrap the trajectory before (in MDAnalysis: transformations.NoJump), or say"
            " that it is unwrapped (--unwrapped)",
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
    unwrapped : bool
        Whether the positions are known to be unwrapped, so that any jump is one of an ion.
    """

    def __init__(
        self,
        ions: np.ndarray,
        shells: Mapping[str, Shell],
        length: int,
        stride: int,
        hysteresis: float = 0.0,
        unwrapped: bool = False,
    ):
        for name, value in (("window", length), ("stride", stride)):
            if value < 1:
                raise InputError(f"{name} is {value}", rule="at least one step between frames")
        if hysteresis < 0:
            raise InputError(f"hysteresis is {hysteresis}", rule="not less than zero angstrom")
        self._settings = ions, shells, hysteresis, unwrapped
        self._length, self._stride = length, stride
        self._distances = {name: Distances(ions, shell) for name, shell in shells.items()}
        self._used = np.unique(np.concatenate([ions, *(shell.group for shell in shells.values())]))
        self._reach = max(shell.radii[1] for shell in shells.values()) + hysteresis
        self._open: list[Following] = []
        self._frames = 0

    def add(self, frame: Frame) -> Window | None:
        """Take in the next frame; return the window that it completes, if it does."""
        self._refuse_unusable(frame)
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

    def _refuse_unusable(self, frame: Frame) -> None:
        """Refuse atoms without a position, and shells that reach beyond the nearest image."""
        finite = np.isfinite(frame.positions[self._used]).all(axis=1)
        if not finite.all():
            atom = self._used[np.argmin(finite)]
            raise InputError(
                f"atom {atom + 1} is at ({', '.join(f'{x:g}' for x in frame.positions[atom])})",
                rule="every ion and every atom of a partner has a position in every frame",
                advice="mend the trajectory, or leave the frame out (start, stop, step)",
            )
        limit = frame.heights.min() / 2
        if self._reach > limit:
            raise InputError(
                f"the second radius, with hysteresis, is {self._reach:g} angstrom",
                rule=f"at most {limit:.3f} angstrom, half the smallest height of the box, beyond"
                " which a partner is a neighbour more than once",
                advice="take a smaller second radius, or simulate a larger box",
            )


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
