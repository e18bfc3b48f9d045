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
from itertools import islice

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

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


class Coordination:
    """Which members of one partner are in the shells of each ion, followed frame by frame.

    Parameters
    ----------
    ions : numpy.ndarray of int, shape (i,)
    shell : Shell
    hysteresis : float
        Angstrom.
    """

    def __init__(self, ions: np.ndarray, shell: Shell, hysteresis: float):
        atoms = np.arange(len(shell.group)) if shell.residues is None else shell.residues
        members, self._member = np.unique(atoms, return_inverse=True)
        self._shape = len(ions), len(members)
        self._ions, self._shell, self._hysteresis = ions, shell, hysteresis
        where = {atom: index for index, atom in enumerate(shell.group)}
        self._selves = np.array(
            [(i, self._member[where[ion]]) for i, ion in enumerate(ions) if ion in where], dtype=int
        ).reshape(-1, 2)
        self._inside = [np.zeros(self._shape, dtype=bool) for _ in shell.radii]

    def counts(self, frame: Frame) -> np.ndarray:
        """Members in the first and in the second shell of each ion now, shape (i, 2)."""
        nearest = self._nearest(frame)
        self._inside = [
            (nearest < radius) | (inside & (nearest < radius + self._hysteresis))
            for radius, inside in zip(self._shell.radii, self._inside, strict=True)
        ]
        first, second = self._inside
        return np.stack([first.sum(axis=1), (second & ~first).sum(axis=1)], axis=1)

    def _nearest(self, frame: Frame) -> np.ndarray:
        """Distance of each ion's nearest atom of each member; infinite beyond the second shell."""
        reach = self._shell.radii[1] + self._hysteresis
        trees = (
            cKDTree(_wrapped(frame.positions[group], frame.box), boxsize=frame.box)
            for group in (self._ions, self._shell.group)
        )
        ions, atoms = trees
        pairs = ions.sparse_distance_matrix(atoms, reach, output_type="ndarray")
        # Assignment keeps the last of several values for one place: the smallest, in this order.
        pairs = pairs[np.argsort(-pairs["v"])] if self._shell.residues is not None else pairs
        nearest = np.full(self._shape, np.inf)
        nearest[pairs["i"], self._member[pairs["j"]]] = pairs["v"]
        nearest[self._selves[:, 0], self._selves[:, 1]] = np.inf
        return nearest


def _wrapped(positions: np.ndarray, box: np.ndarray) -> np.ndarray:
    """Positions in [0, box); rounding can put a tiny negative number exactly at the edge."""
    inside = np.mod(positions, box)
    return np.where(inside < box, inside, 0.0)


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
    followed = {name: Coordination(ions, shell, hysteresis) for name, shell in shells.items()}
    frames = iter(frames)
    frame = next(frames)
    start = last = frame.positions[ions]
    counts = current = {name: shell.counts(frame) for name, shell in followed.items()}
    flips = {name: np.zeros_like(count) for name, count in counts.items()}
    path = np.zeros(len(ions))
    for frame in frames:
        here = frame.positions[ions]
        _refuse_wrapped(here - last, frame.box)
        path += np.linalg.norm(here - last, axis=1)
        before, current = current, {name: shell.counts(frame) for name, shell in followed.items()}
        for name in flips:
            flips[name] += current[name] != before[name]
        last = here
    return Window(counts, flips, last - start, path)


def _refuse_wrapped(steps: np.ndarray, box: np.ndarray) -> None:
    jumps = np.flatnonzero((np.abs(steps) > box / 2).any(axis=1))
    if len(jumps):
        ion = jumps[0]
        raise InputError(
            f"ion {ion + 1} moves {np.abs(steps[ion]).max():.1f} angstrom between two frames,"
            " more than half the box: the positions are wrapped",
            rule="displacements need unwrapped positions",
            advice="unwrap the trajectory before (in MDAnalysis: transformations.NoJump)",
        )


def windows(
    frames: Iterable[Frame],
    ions: np.ndarray,
    shells: Mapping[str, Shell],
    length: int,
    hysteresis: float = 0.0,
) -> Iterator[Window]:
    """Cut a stream of frames into windows of `length` steps; they share their end frames.

    Frames left over at the end, too few for a window, are not used.
    """
    frames = iter(frames)
    first = next(frames, None)
    while first is not None:
        rest = _Counted(islice(frames, length))
        found = window(_chain(first, rest), ions, shells, hysteresis)
        if rest.count < length:
            return
        yield found
        first = rest.last


class _Counted:
    """An iterator that remembers how many it gave and the last one."""

    def __init__(self, items: Iterator[Frame]):
        self._items, self.count, self.last = items, 0, None

    def __iter__(self):
        for item in self._items:
            self.count, self.last = self.count + 1, item
            yield item


def _chain(first: Frame, rest: Iterable[Frame]) -> Iterator[Frame]:
    yield first
    yield from rest


def table(
    found: Sequence[Window], system: str, length: int, frame_time: float, first: int = 1
) -> pd.DataFrame:
    """Rows of the windows table, one per ion and window.

    Parameters
    ----------
    found : sequence of Window
        Windows one after the other.
    system : str
    length : int
        Steps from frame to frame in a window.
    frame_time : float
        Time between frames, in the data set's unit.
    first : int
        Number of the first window.
    """
    rows = [_rows(one, number, length, frame_time) for number, one in enumerate(found, start=first)]
    return pd.concat(rows, ignore_index=True).assign(system=system)


def _rows(one: Window, number: int, length: int, frame_time: float) -> pd.DataFrame:
    columns = {
        "t": number * length * frame_time,
        "Steps": number * length,
        "Event": number,
        "idx": np.arange(1, len(one.path) + 1),
    }
    for shell, suffix in enumerate(("", "-2")):
        for name in one.counts:
            columns[f"{name}{suffix}"] = one.counts[name][:, shell]
            columns[f"{name}{suffix}-flip"] = one.flips[name][:, shell]
    columns |= dict(zip(("dx", "dy", "dz"), one.displacement.T, strict=True))
    return pd.DataFrame(columns | {"dr": np.linalg.norm(one.displacement, axis=1), "d": one.path})
