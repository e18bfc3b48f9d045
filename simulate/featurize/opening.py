"""Opening what other programs wrote: which reader, how many frames, and what time they carry."""

import gc
import math
import struct
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from MDAnalysis import Universe

from press import InputError
from simulate.featurize.dumps import UnwrappedDumpReader

DUMP = "LAMMPSDUMP"
BY_SUFFIX = {"lammpstrj": DUMP, "lammpsdump": DUMP, "dump": DUMP}  # MDAnalysis knows the second
BY_NAME = {"HISTORY": "HISTORY", "CONFIG": "CONFIG"}  # of DL_POLY
TIMED = ("XTC", "TRR", "TNG", "H5MD")  # formats whose frames carry their time in ps
STYLES = {  # of LAMMPS, https://docs.lammps.org/read_data.html, in the words of MDAnalysis
    "atomic": "id type x y z",
    "charge": "id type charge x y z",
    "bond": "id resid type x y z",
    "angle": "id resid type x y z",
    "molecular": "id resid type x y z",
    "full": "id resid type charge x y z",
}
CONTRADICTION = 0.01  # of the time between frames
SAME = 1e-3  # angstrom between two writings of one frame


@contextmanager
def quiet() -> Iterator[None]:
    """Hold back warnings for programmers, and what half-opened readers print when collected."""
    hook = sys.unraisablehook
    sys.unraisablehook = lambda caught: None if _is_reader(caught.object) else hook(caught)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        gc.collect()
        sys.unraisablehook = hook


def _is_reader(thing: object) -> bool:
    return getattr(thing, "__module__", "").startswith("MDAnalysis.coordinates")


def universe(
    topology: str,
    pieces: Sequence[str],
    form: str | None = None,
    topology_form: str | None = None,
    style: str | None = None,
) -> Universe:
    """Open a trajectory, telling the complaints of its readers in one line.

    Parameters
    ----------
    topology : str
        Its file.
    pieces : sequence of str
        Files of the trajectory, in their order.
    form, topology_form : str, optional
        Formats in the words of MDAnalysis; None: as the names of the files say.
    style : str, optional
        Atom style of a LAMMPS data file, by its name or as the columns of MDAnalysis; None: as the
        file says.
    """
    options = {"topology_format": topology_form or _format(topology)}
    style = style or _style(topology)
    if style is not None:
        options["atom_style"] = STYLES.get(style, style)
    readers = [_reader(form or _format(piece)) for piece in pieces]
    try:
        if len(pieces) == 1:
            return Universe(topology, pieces[0], format=readers[0], **options)
        return Universe(topology, list(zip(pieces, readers, strict=True)), **options)
    except InputError:
        raise
    except Exception as error:  # the readers of dozens of formats raise whatever they meet
        reason = " ".join(str(error).split()) or type(error).__name__
    raise InputError(
        f"cannot be opened: {reason}",
        file=topology,
        rule="topology first, then trajectories, in formats that MDAnalysis reads",
        advice="say the format (--format LAMMPSDUMP, --topology-format DATA) or the atom style of a"
        f" LAMMPS data file (--atom-style {', '.join(STYLES)}, or its columns 'id type x y z')",
    )


def _format(file: str) -> str | None:
    """Return the format that a file's name tells and MDAnalysis does not know."""
    path = Path(file)
    suffixes = [suffix.lstrip(".").lower() for suffix in path.suffixes[-2:]]
    suffix = next((s for s in reversed(suffixes) if s not in ("gz", "bz2")), "")
    return BY_SUFFIX.get(suffix) or BY_NAME.get(path.name)


def _reader(form: str | None):
    """Return what MDAnalysis takes for a format: its name, or our reader of dumps."""
    return UnwrappedDumpReader if form is not None and form.upper() == DUMP else form


def _style(topology: str) -> str | None:
    """Return the atom style that a LAMMPS data file names beside its section, 'Atoms # full'."""
    if Path(topology).suffix != ".data":
        return None
    with open(topology, encoding="utf-8", errors="replace") as lines:
        words = next((line.split() for line in lines if line.startswith("Atoms")), [])
    return words[2] if words[1:2] == ["#"] and words[2:3] and words[2] in STYLES else None


def pieces_of(trajectory) -> list:
    """Return the readers of a trajectory, one for each file."""
    return list(getattr(trajectory, "readers", [trajectory]))


def unwrapped(trajectory) -> bool:
    """Tell whether the files themselves say where each atom is, images included."""
    return all(getattr(piece, "unwrapped", False) for piece in pieces_of(trajectory))


def carries_time(piece) -> bool:
    """Tell whether the frames of a file carry their time in ps.

    A DCD has one number, which programs write in units of their own; a dump has steps; the time of
    other formats is a count of frames.
    """
    return piece.format in TIMED or bool(getattr(piece, "has_time", False))


def require_time(trajectory) -> None:
    """Refuse files that do not say how far apart their frames are."""
    without = [piece for piece in pieces_of(trajectory) if not carries_time(piece)]
    if without:
        name = _name(without[0])
        raise InputError(
            f"a {name} does not say in ps how far apart its frames are",
            file=without[0].filename,
            rule=f"the time between frames is known: formats that carry it are {', '.join(TIMED)}"
            " and NetCDF",
            advice="--frame-time, the ps from one frame of the file to the next (time step times"
            " steps between frames)",
        )


def _name(piece) -> str:
    form = piece.format[0] if isinstance(piece.format, list) else piece.format
    return "LAMMPS dump" if isinstance(piece, UnwrappedDumpReader) else f"{form} file"


def frames(trajectory, told: float | None) -> tuple[list[int], list[str]]:
    """Return the frames to choose from, and what is to be said of them.

    Parameters
    ----------
    trajectory : MDAnalysis reader
    told : float or None
        ps between frames, whatever the files say; None: as they say.

    Raises
    ------
    InputError
        Where neither option nor file tells the time between frames, or pieces do not adjoin.
    """
    if told is None:
        require_time(trajectory)
        return list(range(trajectory.n_frames)), []
    kept, said = joined(trajectory)
    return kept, said + _contradictions(trajectory, told)


def _contradictions(trajectory, told: float) -> list[str]:
    """Say which files have another time between their first frames than was told."""
    timed = [p for p in pieces_of(trajectory) if carries_time(p) and p.n_frames > 1]
    own = {piece.filename: _spacing(piece) for piece in timed}
    return [
        f"{file} itself says {time:.4g} ps between frames"
        for file, time in own.items()
        if abs(time - told) > CONTRADICTION * told
    ]


def _spacing(piece) -> float:
    """Return the mean time between the frames of a file, ps; NaN where its last frame is cut."""
    try:
        return (_clock(piece, -1) - _clock(piece, 0)) / (piece.n_frames - 1)
    except InputError:  # told when that frame is reached, which `stop` may prevent
        return math.nan


def joined(trajectory) -> tuple[list[int], list[str]]:
    """Return the frames of pieces that continue each other, each once, and what was left out.

    Raises
    ------
    InputError
        Where the times or steps of two pieces say that they overlap, or leave a gap.
    """
    pieces, kept, said, count = pieces_of(trajectory), [], [], 0
    for number, piece in enumerate(pieces):
        frames = list(range(count, count + piece.n_frames))
        if number and _repeats(pieces[number - 1], piece):
            frames = frames[1:]
            said.append(
                f"{piece.filename} begins with the last frame of the piece before: left out"
            )
        elif number:
            _require_adjoining(pieces[number - 1], piece)
        kept += frames
        count += piece.n_frames
    return kept, said


def _repeats(before, piece) -> bool:
    """Tell whether a piece begins with the frame that the one before it ends with."""
    last = _frame(before, -1).positions.copy()
    return np.allclose(last, _frame(piece, 0).positions, rtol=0, atol=SAME)


def _require_adjoining(before, piece) -> None:
    """Refuse a piece whose own clock goes on from the one before, but not by one frame."""
    if before.n_frames < 2 or not (_has_clock(before) and _has_clock(piece)):
        return
    start, previous, last, first = (
        _clock(reader, frame)
        for reader, frame in ((before, 0), (before, -2), (before, -1), (piece, 0))
    )
    step = last - previous
    allowed = (last + step, start, 0.0, step)
    if not any(abs(first - time) <= 0.01 * step for time in allowed):
        unit = "steps" if isinstance(piece, UnwrappedDumpReader) else "ps"
        raise InputError(
            f"begins at {first:g} {unit}, and the piece before ends at {last:g} {unit}",
            file=piece.filename,
            rule=f"pieces continue each other: the next frame is at {last + step:g} {unit}, or the"
            " clock starts again",
            advice="cut the overlap away, or featurize the pieces one by one",
        )


def _has_clock(piece) -> bool:
    return isinstance(piece, UnwrappedDumpReader) or carries_time(piece)


def _frame(piece, number: int):
    """Read a frame of one file; what the reader cannot read is told by file and frame."""
    try:
        return piece[number]
    except InputError:
        raise
    except Exception as error:  # readers of dozens of formats raise whatever they meet
        raise InputError(
            f"frame {number % piece.n_frames} cannot be read: {error}",
            file=piece.filename,
            rule="a piece that others follow is whole",
            advice="cut it before that frame",
        ) from error


def _clock(piece, frame: int) -> float:
    ts = _frame(piece, frame)
    return float(ts.data["step"] if isinstance(piece, UnwrappedDumpReader) else ts.time)


def cut_off(trajectory) -> list[str]:
    """Say which files end inside a frame, or hold fewer frames than their header promises."""
    return [said for piece in pieces_of(trajectory) if (said := _cut(piece))]


def _cut(piece) -> str:
    if piece.format == "DCD":
        promised = _promised(piece.filename)
        if promised is not None and promised > piece.n_frames:
            return f"{piece.filename} holds {piece.n_frames} of {promised} frames of its header"
    if piece.format == "XTC":
        more = Path(piece.filename).stat().st_size - _end_of_last(piece)
        if more > 0:
            return f"{piece.filename} ends inside frame {piece.n_frames}, which is left out"
    return ""


def _promised(file: str) -> int | None:
    """Return the number of frames in the header of a DCD, if it has one."""
    with open(file, "rb") as lines:
        head = lines.read(12)
    for order in "<>":
        size, _, frames = struct.unpack(f"{order}i4si", head)
        if size == 84:  # bytes of the first record
            return frames or None
    return None


def _end_of_last(piece) -> int:
    """Return where the last frame of an XTC ends, in bytes, were it whole."""
    start = int(piece._xdr.offsets[-1])
    with open(piece.filename, "rb") as file:
        file.seek(start)
        head = file.read(96)
    magic, atoms = struct.unpack(">ii", head[:8])
    if atoms <= 9:  # stored as they are
        return start + 56 + 12 * atoms
    width = 8 if magic == 2023 else 4  # of the number of bytes that follow
    packed = int.from_bytes(head[88 : 88 + width], "big")
    return start + 88 + width + -(-packed // 4) * 4
