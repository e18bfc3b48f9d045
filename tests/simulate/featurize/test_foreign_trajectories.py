"""Trajectories of other programs: read as they are, or refused with the way out."""

import gzip
import shutil
import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from press import InputError

mda = pytest.importorskip("MDAnalysis", reason="needs the extra 'trajectories'")
from simulate.featurize.command import featurize  # noqa: E402

FOREIGN = Path(__file__).parents[1] / "foreign"
LAMMPS = ["--li", "type 1", "--shell", "An", "type 2", "2.8", "5", "--window", "4"]
GROMACS = ["--li", "name LI", "--shell", "EC", "resname EC", "2.8", "5", "--window", "4"]


@pytest.fixture
def files(tmp_path) -> Path:
    """Copy the foreign inputs, beside which readers leave files of their own."""
    return Path(shutil.copytree(FOREIGN, tmp_path / "foreign"))


@pytest.fixture
def call(tmp_path):
    """Return a function that runs the command; it returns the table and what was said."""

    def run(*words) -> tuple[pd.DataFrame, str]:
        output = tmp_path / "windows.csv"
        words = [*map(str, words), "-o", str(output)]
        done = CliRunner().invoke(featurize, words, catch_exceptions=False)
        return pd.read_csv(output), done.output

    return run


def dumped(path: Path) -> list[np.ndarray]:
    """Read id, type, mol, xu, yu, zu of every frame of a dump, by id."""
    frames = path.read_text().split("ITEM: TIMESTEP\n")[1:]
    rows = [np.loadtxt(frame.splitlines()[8:]) for frame in frames]
    return [frame[frame[:, 0].argsort()] for frame in rows]


def rewritten(source: Path, target: Path, columns: str, atoms) -> Path:
    """Write a dump with other columns, which `atoms` makes of a frame's atoms and box."""
    text = []
    for frame, rows in zip(
        source.read_text().split("ITEM: TIMESTEP\n")[1:], dumped(source), strict=True
    ):
        head = frame.splitlines()[:7]
        bounds = np.loadtxt(head[4:7])
        values = np.column_stack(
            [rows[:, :2], atoms(rows[:, 3:], bounds[:, 0], np.ptp(bounds, axis=1))]
        )
        lines = [" ".join(f"{value:.10g}" for value in row) for row in values]
        text += ["ITEM: TIMESTEP", *head, f"ITEM: ATOMS id type {columns}", *lines]
    target.write_text("\n".join([*text, ""]))
    return target


def test_a_moving_box_moves_no_ion(files, call):
    """The dump and the DCD of one run at constant pressure give the displacements of the file."""
    frames = dumped(files / "run.lammpsdump")
    moved = np.concatenate([frames[k + 4][:8, 3:] - frames[k][:8, 3:] for k in (0, 4, 8)])
    for name in ("run.lammpsdump", "run.dcd"):
        rows, _ = call(files / "full.data", files / name, *LAMMPS, "--frame-time", "1")
        np.testing.assert_allclose(rows[["dx", "dy", "dz"]], moved, atol=2e-3)
        assert rows["dr"].mean() == pytest.approx(4.242, abs=1e-3)
        assert rows["t"].unique().tolist() == [4, 8, 12]


@pytest.mark.parametrize(
    ("columns", "atoms"),
    [
        ("xsu ysu zsu", lambda r, low, size: (r - low) / size),
        ("x y z xu yu zu", lambda r, low, size: np.c_[low + (r - low) % size, r]),
        ("x y z ix iy iz", lambda r, low, s: np.c_[low + (r - low) % s, (r - low) // s]),
        ("xs ys zs ix iy iz", lambda r, low, s: np.c_[(r - low) / s % 1, (r - low) // s]),
    ],
)
def test_columns_of_dumps(files, call, columns, atoms):
    """Scaled, wrapped with image flags, or both wrapped and unwrapped: one table."""
    expected, _ = call(files / "full.data", files / "run.lammpsdump", *LAMMPS, "--frame-time", "1")
    other = rewritten(files / "run.lammpsdump", files / "o.lammpstrj", columns, atoms)
    rows, _ = call(files / "full.data", other, *LAMMPS, "--frame-time", "1")
    pd.testing.assert_frame_equal(rows, expected, atol=2e-3)


def test_wrapped_dumps_are_refused(files, call):
    """Without image flags, an ion that crosses the edge is seen to."""
    other = rewritten(
        files / "run.lammpsdump",
        files / "o.lammpstrj",
        "x y z",
        lambda r, low, size: low + (r - low) % size,
    )
    with pytest.raises(InputError, match="wrapped"):
        call(files / "full.data", other, *LAMMPS, "--frame-time", "1")


@pytest.mark.parametrize("name", ["run.lammpsdump", "run.dcd"])
def test_time_is_asked_for_where_the_file_has_none_to_trust(files, call, name):
    """Steps of a dump, and a DCD in units of its program, are no ps."""
    with pytest.raises(InputError, match="does not say in ps") as refused:
        call(files / "full.data", files / name, *LAMMPS)
    assert "--frame-time" in str(refused.value)


def test_time_is_stated_with_its_origin(files, call):
    """From the file or from the option, which says so where they differ."""
    _, said = call(files / "w.gro", files / "w.xtc", *GROMACS)
    assert "time: 0.1 ps between frames (the files say so)" in said
    rows, said = call(
        files / "w.gro", files / "w.xtc", *GROMACS, "--frame-time", "2", "--step", "2"
    )
    assert "time: 2 ps between frames (--frame-time)" in said
    assert "w.xtc itself says 0.1" in said
    assert rows["t"].unique().tolist() == [16]


def test_times_in_single_precision(files, call):
    """0.1 ps from 10 ns on: what rounding makes uneven is even, and the time is the exact one."""
    rows, _ = call(files / "w.gro", files / "w.xtc", *GROMACS)
    assert rows["t"].unique().tolist() == [0.4, 0.8, 1.2]


def test_pieces_are_joined(files, call):
    """A repeated frame is left out with a word, whether or not the clock starts again."""
    expected, _ = call(files / "w.gro", files / "w.xtc", *GROMACS, "--frame-time", "0.1")
    made = mda.Universe(str(files / "w.gro"), str(files / "w.xtc"))
    for name, frames, start in (("a.xtc", range(7), 0.0), ("b.xtc", range(6, 13), 0.0)):
        with mda.Writer(str(files / name), made.atoms.n_atoms) as writer:
            for number, frame in enumerate(frames):
                made.trajectory[frame].time = start + 0.1 * number
                writer.write(made.atoms)
    pieces = files / "a.xtc", files / "b.xtc"
    rows, said = call(files / "w.gro", *pieces, *GROMACS, "--frame-time", "0.1")
    assert "b.xtc begins with the last frame of the piece before: left out" in said
    pd.testing.assert_frame_equal(rows, expected)
    with pytest.raises(InputError, match="frame-time"):
        call(files / "w.gro", *pieces, *GROMACS)


def test_overlapping_pieces_are_refused(files, call):
    """The steps of dumps tell that a piece begins before the other ends."""
    frames = (files / "run.lammpsdump").read_text().split("ITEM: TIMESTEP\n")[1:]
    for name, part in (("a.dump", frames[:8]), ("b.dump", frames[5:])):
        (files / name).write_text("".join("ITEM: TIMESTEP\n" + frame for frame in part))
    with pytest.raises(InputError, match="begins at 5000 steps, and the piece before ends at 7000"):
        call(files / "full.data", files / "a.dump", files / "b.dump", *LAMMPS, "--frame-time", "1")


def test_a_missing_frame_is_seen(files, call):
    """The steps of a dump are evenly spaced, whatever the option says."""
    frames = (files / "run.lammpsdump").read_text().split("ITEM: TIMESTEP\n")[1:]
    kept = frames[:5] + frames[6:]
    (files / "gap.dump").write_text("".join("ITEM: TIMESTEP\n" + frame for frame in kept))
    with pytest.raises(InputError, match="frame 5 is at 6000 steps"):
        call(files / "full.data", files / "gap.dump", *LAMMPS, "--frame-time", "1")


def test_molecule_zero_is_no_molecule(files, call):
    """Ions that a topology puts into one molecule are counted one by one, with a sentence."""
    lithium = ["--shell", "Li", "type 1", "4", "9"]
    words = [files / "run.lammpsdump", *LAMMPS, *lithium, "--frame-time", "1"]
    expected, said = call(files / "full.data", *words)
    assert "by atom" not in said
    lines = (files / "full.data").read_text().splitlines()
    first = lines.index("Atoms # full") + 2
    for row in range(first, first + 8):
        lines[row] = " ".join(
            [word if k != 1 else "0" for k, word in enumerate(lines[row].split())]
        )
    (files / "full.data").write_text("\n".join([*lines, ""]))
    rows, said = call(files / "full.data", *words)
    assert "note: Li is counted by atom" in said
    pd.testing.assert_frame_equal(rows, expected)
    assert rows["Li-2"].max() > 1


def test_a_topology_without_molecules(files, call):
    """Where all atoms are one residue, atoms are counted, with a sentence."""
    rows, said = call(files / "charge.data", files / "run.lammpsdump", *LAMMPS, "--frame-time", "1")
    assert "note: An is counted by atom: all its atoms are in one residue" in said
    assert rows["An-2"].max() > 1


def test_shells_beyond_half_the_box(files, call):
    """The limit is named."""
    radii = ["--shell", "Far", "type 2", "3", "13"]
    with pytest.raises(InputError, match="frame 0: the second radius.*13 angstrom") as refused:
        call(files / "full.data", files / "run.lammpsdump", *LAMMPS, *radii, "--frame-time", "1")
    assert "half the smallest height of the box" in str(refused.value)


@pytest.mark.parametrize("atom", [4, 12])
def test_positions_that_are_none(files, call, atom):
    """An ion or a partner at nan is named with its frame."""
    spoilt = rewritten(
        files / "run.lammpsdump",
        files / "nan.dump",
        "xu yu zu",
        lambda r, low, size: np.where(
            (np.arange(len(r)) == atom - 1)[:, None] & (low[0] > 1.9), np.nan, r
        ),
    )
    with pytest.raises(InputError, match=rf"frame \d+: atom {atom} is at \(nan, nan, nan\)"):
        call(files / "full.data", spoilt, *LAMMPS, "--frame-time", "1")


def test_cut_trajectories(files, call):
    """File, frame, and where to stop; that is a way."""
    with pytest.raises(InputError, match="frame 9 cannot be read") as refused:
        call(files / "w.gro", files / "cut.trr", *GROMACS)
    assert "--stop 9" in str(refused.value)
    rows, _ = call(files / "w.gro", files / "cut.trr", *GROMACS, "--stop", "9")
    assert rows["Event"].max() == 2
    text = (files / "run.lammpsdump").read_text()
    (files / "cut.dump").write_text(text[: len(text) - 1000])
    with pytest.raises(InputError, match="frame 12 cannot be read: it is cut off after"):
        call(files / "full.data", files / "cut.dump", *LAMMPS, "--frame-time", "1")


def test_a_cut_last_frame_that_nobody_asks_for(files, call):
    """The time between frames can be told of an XTC whose last frame is cut; joining it cannot."""
    content = (files / "w.xtc").read_bytes()
    (files / "cut.xtc").write_bytes(content[:-100])
    words = [files / "w.gro", files / "cut.xtc", *GROMACS, "--frame-time", "0.1"]
    rows, _ = call(*words, "--stop", "9")
    assert rows["Event"].max() == 2
    with pytest.raises(InputError, match="frame 12 cannot be read") as refused:
        call(files / "w.gro", files / "cut.xtc", *words[1:])
    assert refused.value.file == str(files / "cut.xtc")


def test_atoms_without_ids(files, call):
    """A dump has its atoms in any order."""
    text = (files / "run.lammpsdump").read_text().replace("ITEM: ATOMS id ", "ITEM: ATOMS q ")
    (files / "noid.dump").write_text(text)
    with pytest.raises(InputError, match="the atoms have no id, but q, type"):
        call(files / "full.data", files / "noid.dump", *LAMMPS, "--frame-time", "1")


def test_frames_that_the_header_promises(files, call):
    """A DCD that ends early is read as far as it goes, and says so."""
    content = bytearray((files / "run.dcd").read_bytes())
    content[8:12] = struct.pack("<i", 40)
    (files / "run.dcd").write_bytes(content)
    _, said = call(files / "full.data", files / "run.dcd", *LAMMPS, "--frame-time", "1")
    assert "run.dcd holds 13 of 40 frames of its header" in said


def test_changing_atoms(files, call):
    """A frame that lost an atom is named."""
    frames = (files / "run.lammpsdump").read_text().split("ITEM: TIMESTEP\n")[1:]
    lines = frames[6].splitlines()[:-1]
    lines[2] = "63"
    frames[6] = "\n".join([*lines, ""])
    (files / "lost.dump").write_text("".join("ITEM: TIMESTEP\n" + frame for frame in frames))
    with pytest.raises(InputError, match="frame 6 cannot be read: it has 63 atoms"):
        call(files / "full.data", files / "lost.dump", *LAMMPS, "--frame-time", "1")


@pytest.mark.parametrize("name", ["run.lammpstrj", "run.dump", "run.dump.gz", "run.other"])
def test_names_of_dumps(files, call, name):
    """Usual suffixes are known, others can be told."""
    expected, _ = call(files / "full.data", files / "run.lammpsdump", *LAMMPS, "--frame-time", "1")
    content = (files / "run.lammpsdump").read_bytes()
    (files / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    told = ["--format", "LAMMPSDUMP"] if name.endswith(".other") else []
    rows, _ = call(files / "full.data", files / name, *LAMMPS, "--frame-time", "1", *told)
    pd.testing.assert_frame_equal(rows, expected)


def test_atom_styles_can_be_told(files, call):
    """A data file that does not name its style."""
    text = (files / "charge.data").read_text().replace("Atoms # charge", "Atoms")
    (files / "bare.data").write_text(text)
    words = [files / "bare.data", files / "run.lammpsdump", *LAMMPS, "--frame-time", "1"]
    rows, _ = call(*words, "--atom-style", "charge")
    assert len(rows) == 24


def test_the_reader_is_quoted_whole(files, call, capsys):
    """Nothing is cut off, nothing else is printed, and the options are named."""
    shutil.copy(files / "run.lammpsdump", files / "run.other")
    with pytest.raises(InputError, match="LAMMPSDUMP.*are implemented") as refused:
        call(files / "full.data", files / "run.other", *LAMMPS, "--frame-time", "1")
    assert "--format" in str(refused.value)
    assert "Exception ignored" not in capsys.readouterr().err


def test_jumps_of_unwrapped_positions(tmp_path, call):
    """Sparse frames: refused as wrapped, unless they are said to be unwrapped."""
    made = mda.Universe.empty(2, 2, atom_resindex=[0, 1], trajectory=True)
    made.add_TopologyAttr("name", ["LI", "O"])
    made.add_TopologyAttr("resname", ["LIT", "EC"])
    positions = np.array([[[9.0 * k, 0, 0], [2, 0, 0]] for k in range(5)], np.float32)
    made.load_new(positions, dimensions=np.tile([12.0, 12, 12, 90, 90, 90], (5, 1)))
    made.atoms.write(tmp_path / "s.gro")
    made.atoms.write(str(tmp_path / "s.xtc"), frames="all")
    words = [tmp_path / "s.gro", tmp_path / "s.xtc", *GROMACS]
    with pytest.raises(InputError, match="--unwrapped"):
        call(*words, "--frame-time", "1")
    rows, _ = call(*words, "--frame-time", "1", "--unwrapped")
    assert rows["dx"].tolist() == [36.0]


def test_tilted_boxes(tmp_path, call):
    """Counts and displacements in a triclinic box equal those of MDAnalysis."""
    box = [14.0, 15, 16, 80, 75, 70]
    rng = np.random.default_rng(1)
    positions = (rng.uniform(0, 14, (30, 3)) + rng.normal(0, 0.3, (5, 30, 3)).cumsum(0)).astype(
        "f4"
    )
    made = mda.Universe.empty(30, 30, atom_resindex=range(30), trajectory=True)
    made.add_TopologyAttr("name", ["LI"] * 3 + ["O"] * 27)
    made.add_TopologyAttr("resname", ["LIT"] * 3 + ["EC"] * 27)
    made.load_new(positions, dimensions=np.tile(box, (5, 1)))
    made.atoms.write(tmp_path / "s.gro")
    with mda.Writer(str(tmp_path / "s.dcd"), 30) as writer:
        for _ in made.trajectory:
            writer.write(made.atoms)
    rows, _ = call(tmp_path / "s.gro", tmp_path / "s.dcd", *GROMACS, "--frame-time", "1")
    near = mda.lib.distances.distance_array(positions[0, :3], positions[0, 3:], box=box)
    assert rows["EC"].tolist() == (near < 2.8).sum(axis=1).tolist()
    assert (rows["EC"] + rows["EC-2"]).tolist() == (near < 5).sum(axis=1).tolist()
    np.testing.assert_allclose(
        rows[["dx", "dy", "dz"]], positions[4, :3] - positions[0, :3], atol=1e-3
    )
