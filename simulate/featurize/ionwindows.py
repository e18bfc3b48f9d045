"""`IonWindows`: from any trajectory that MDAnalysis reads to the windows table.

MDAnalysis (GPL) is an optional extra of this project; without it, importing this module says how to
install it.
"""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from press import InputError
from simulate.featurize import residues
from simulate.featurize.clock import Clock
from simulate.featurize.counting import Cutter, Frame, Shell, rows

try:
    from MDAnalysis.analysis.base import AnalysisBase

    from simulate.featurize.dumps import UnwrappedDumpReader
except ImportError as error:
    raise InputError(
        "MDAnalysis, which reads trajectories, is not installed",
        rule="trajectories of other programs need the extra 'trajectories'",
        advice='pip install "MDAnalysis>=2.8", or in the checkout: make md',
    ) from error

COUNTED = ("residue", "atom")
PARTNER = re.compile(r"[A-Za-z]\w*")  # leaves "-" to the suffixes of the columns
TAKEN = {"t", "Steps", "Event", "idx", "dx", "dy", "dz", "dr", "d", "fast", "system"}
RIGHT_ANGLE = 1e-3  # degrees by which an angle of the box may differ from 90
DIGITS_OF_TIME = 9  # decimals of ps


class IonWindows(AnalysisBase):
    """Coordination, flips and displacement of ions in time windows, one row per ion and window.

    Parameters
    ----------
    ions : MDAnalysis.AtomGroup
        The ions, one atom each.
    shells : mapping of str to MDAnalysis.AtomGroup
        Coordinating atoms of each partner; the names become the table's columns. The ions may be
        partners of each other; an ion is never its own.
    radii : mapping of str to tuple of two floats
        First and second radius of each partner, angstrom.
    window : int
        Length of a window in steps between analysed frames: a window has ``window + 1`` frames.
    stride : int, optional
        Steps from the start of a window to the start of the next. None: `window`, so that windows
        adjoin and share their end frames. Less makes them overlap, more leaves gaps; the sections
        of the thesis which merge windows or follow an ion in time need windows that adjoin.
    hysteresis : float
        Angstrom, see below.
    count : {"residue", "atom"} or mapping of str to these, optional
        What is counted, for all partners or for each: residues that have at least one atom of the
        group in the shell (an anion that binds through two oxygens counts once), or atoms. None:
        residues where they tell the members of a partner apart, else atoms; see `by_atom`. In
        topologies where a whole polymer is one residue, count atoms.
    system : str
        Name of the electrolyte, for the table.
    frame_time : float, optional
        ps between analysed frames; None: as the trajectory says. Given, it holds whatever the
        trajectory says, and pieces one after the other continue each other.
    unwrapped : bool
        Whether the positions are known to be unwrapped, so that an ion may move by more than half
        the box between two frames.

    Attributes
    ----------
    spacing : float
        After `run`: the time between analysed frames, ps.
    by_atom : dict of str to str
        Partners that are counted by atom because residues do not tell them apart, and why.
    results.windows : pandas.DataFrame
        After `run`: the columns of `analysis.data.windows.schema`, without ``fast``, which follows
        from the threshold of a data set. ``t`` is in ps from the first analysed frame to the end of
        the window, ``Steps`` the same in frames; ``idx`` numbers the ions in the order of `ions`;
        lengths are in angstrom; ``d`` is the length of the way from frame to frame.

    Raises
    ------
    press.InputError
        On construction for empty groups, radii that do not grow, groups of another universe,
        settings out of range; in `run` for too few frames, frames that are not evenly spaced or
        cannot be read, a missing box, radii beyond half its smallest height, atoms without a
        position, and wrapped positions: an ion that moves by more than half a box edge along an
        axis from one frame to the next.

    Notes
    -----
    A member (residue or atom) of a partner is in the first shell of an ion if its nearest atom is
    closer than the first radius, and in the second shell if it is not in the first and closer than
    the second radius; the counts of a window are those of its first frame. A *flip* is a frame
    whose count differs from that of the frame before it in the same window: a member that leaves
    while another enters between two frames leaves the count as it was and is no flip. With a
    *hysteresis* h, a member enters a shell at its radius and leaves it at radius + h, so that
    rattling at the edge is not counted; every window starts without memory. Flips depend on the
    time between analysed frames, which has to be reported with them.

    Memory does not grow with the number of frames, apart from the rows of the table.

    Examples
    --------
    >>> shells = {"PF6": fluorine, "EC": oxygen, "Li": lithium}  # doctest: +SKIP
    >>> radii = {"PF6": (2.8, 5.5), "EC": (2.8, 5.5), "Li": (4.5, 7.0)}  # doctest: +SKIP
    >>> analysis = IonWindows(lithium, shells, radii, window=50, hysteresis=0.3)  # doctest: +SKIP
    >>> analysis.run(start=1000, step=2).results.windows  # doctest: +SKIP
    """

    def __init__(
        self,
        ions,
        shells: Mapping,
        radii: Mapping[str, tuple[float, float]],
        window: int,
        stride: int | None = None,
        hysteresis: float = 0.0,
        count: str | Mapping[str, str] | None = None,
        system: str = "system",
        frame_time: float | None = None,
        unwrapped: bool = False,
        verbose: bool = False,
    ):
        super().__init__(ions.universe.trajectory, verbose=verbose)
        _require_groups(ions, shells, radii)
        counted = dict(count) if isinstance(count, Mapping) else dict.fromkeys(shells, count)
        merged = {name: residues.merged(group, ions) for name, group in shells.items()}
        self.by_atom = {n: why for n, why in merged.items() if counted.get(n, "") is None and why}
        counted |= dict.fromkeys(self.by_atom, "atom")
        self._ions, self._system = ions.ix, system
        self._shells = {
            name: Shell(group.ix, (radii[name][0], radii[name][1]), _residues(name, group, counted))
            for name, group in shells.items()
        }
        self._window, self._stride = window, window if stride is None else stride
        self._hysteresis, self._unwrapped, self._frame_time = hysteresis, unwrapped, frame_time
        self._cutter()  # refuses settings out of range before anything is read

    def _cutter(self) -> Cutter:
        settings = self._window, self._stride, self._hysteresis, self._unwrapped
        return Cutter(self._ions, self._shells, *settings)

    def run(self, *args, **kwargs):
        """Read the frames, see `AnalysisBase.run`; what the reader cannot read is told by frame."""
        try:
            return super().run(*args, **kwargs)
        except InputError:
            raise
        except Exception as error:  # readers of dozens of formats raise whatever they meet
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> InputError:
        """Say which frame could not be read."""
        frame = self._sliced_trajectory.frames[self._seen]
        return InputError(
            f"frame {frame} cannot be read: {' '.join(str(error).split()) or type(error).__name__}",
            file=self._trajectory.filename,
            rule="a trajectory is whole as far as it is analysed",
            advice=f"to analyse the frames before it: --stop {frame}",
        )

    def _prepare(self):
        if self.n_frames <= self._window:
            raise InputError(
                f"{self.n_frames} frames are too few for a window of {self._window} steps",
                rule="a window has one frame more than it has steps",
                advice="analyse more frames (start, stop, step) or take shorter windows",
            )
        self._windows, self._found = self._cutter(), []
        self._seen, self._piece = 0, None

    def _single_frame(self):
        self._follow_time()
        try:
            found = self._windows.add(Frame(self._ts.positions, _box(self._ts)))
        except InputError as error:
            error.message = f"frame {self._ts.frame}: {error.message}"
            raise
        self._seen += 1
        if found is not None:
            number = len(self._found) + 1
            end = (number - 1) * self._stride + self._window
            self._found.append(rows(found, number, end, 1))

    def _follow_time(self):
        """Refuse frames that are not evenly spaced; pieces continue each other if we are told so.

        A dump has steps instead of times.
        """
        piece = getattr(self._trajectory, "active_reader", self._trajectory)
        if self._piece is None or (self._frame_time is not None and piece is not self._piece):
            unit = "steps" if isinstance(piece, UnwrappedDumpReader) else "ps"
            self._piece, self._clock = piece, Clock(unit, self._frame_time)
        time = self._ts.data["step"] if self._clock.unit == "steps" else self._ts.time
        self._clock.add(float(time), self._ts.frame)

    def _conclude(self):
        table = pd.concat(self._found, ignore_index=True)
        self.spacing = self._clock.spacing
        table["t"] = (table["Steps"] * self.spacing).round(DIGITS_OF_TIME)
        self.results.windows = table.assign(system=self._system)


def _require_groups(ions, shells: Mapping, radii: Mapping):
    """Refuse empty groups, partners without radii, and groups of different universes."""
    if not shells:
        raise InputError("no shells", rule="at least one coordination partner")
    if set(shells) != set(radii):
        rule = "every partner has a first and a second radius"
        raise InputError(f"shells {sorted(shells)}, but radii for {sorted(radii)}", rule=rule)
    for name in shells:
        if not PARTNER.fullmatch(name) or name in TAKEN:
            rule = (
                f"letters, digits and '_', a letter first, and none of {', '.join(sorted(TAKEN))}"
            )
            raise InputError(f"a partner is called '{name}'", rule=rule)
    for name, group in {"ions": ions, **shells}.items():
        if len(group) == 0:
            raise InputError(f"'{name}' has no atoms", rule="a group holds at least one atom")
        if group.universe != ions.universe:
            raise InputError(f"'{name}' is of another universe", rule="all groups are of one")


def _residues(name: str, group, counted: Mapping[str, str | None]) -> np.ndarray | None:
    """Return the residue of each atom, or None where atoms are counted."""
    count = counted.get(name, "")
    if count is not None and count not in COUNTED:
        raise InputError(f"count of '{name}' is {count!r}", rule=f"one of {', '.join(COUNTED)}")
    return None if count == "atom" else group.resindices


def _box(ts) -> np.ndarray:
    """Return the edges of the box of a frame, or its vectors where they are tilted, angstrom."""
    size = ts.dimensions
    if size is None or not np.isfinite(size).all() or not (size[:3] > 0).all():
        raise InputError(
            "there is no box",
            rule="a periodic box",
            advice="set it with MDAnalysis.transformations.set_dimensions",
        )
    if np.abs(size[3:] - 90).max() > RIGHT_ANGLE:
        return ts.triclinic_dimensions.astype(float)
    return size[:3].astype(float)
