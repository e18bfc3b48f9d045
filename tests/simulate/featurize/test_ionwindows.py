"""`IonWindows` on trajectories made by hand, at random, and by another project."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.data.registry import DataFile, Dataset
from analysis.data.windows import validated
from press import InputError

mda = pytest.importorskip("MDAnalysis", reason="needs the extra 'trajectories'")
from simulate.featurize.ionwindows import IonWindows  # noqa: E402

BOX = [20.0, 20.0, 20.0, 90.0, 90.0, 90.0]


def universe(positions, residues=None, box=BOX):
    """Atoms at `positions` (frames, atoms, 3), 2 ps apart; each a residue of its own by default."""
    positions = np.asarray(positions, dtype=np.float32)
    count = positions.shape[1]
    residues = np.arange(count) if residues is None else np.asarray(residues)
    made = mda.Universe.empty(
        count, n_residues=residues.max() + 1, atom_resindex=residues, trajectory=True
    )
    dimensions = None if box is None else np.tile(box, (len(positions), 1))
    made.load_new(positions, dimensions=dimensions, dt=2.0)
    return made


def on_a_line(*frames, residues=None):
    """Atoms on the x axis; the first is the ion."""
    return universe([[[x, 0, 0] for x in frame] for frame in frames], residues)


def table(made, window, radii=(2.0, 4.0), frames=None, **settings):
    """Windows of the first atom with all others as its partner X."""
    ions, others = made.atoms[:1], made.atoms[1:]
    analysis = IonWindows(ions, {"X": others}, {"X": radii}, window, **settings)
    return analysis.run(**(frames or {})).results.windows


def test_flips_counted_by_hand():
    """The partner leaves, enters, and swaps with another, which is no flip."""
    made = on_a_line((0, 1, 9), (0, 3, 9), (0, 1, 9), (0, 9, 1), (0.5, 9, 1))
    rows = table(made, window=4, system="hand")
    expected = {"t": 8.0, "Steps": 4, "Event": 1, "idx": 1, "X": 1, "X-flip": 2, "X-2": 0}
    assert len(rows) == 1
    assert rows.iloc[0][list(expected)].to_dict() == expected
    assert rows.iloc[0][["X-2-flip", "dx", "dr", "d"]].tolist() == [2, 0.5, 0.5, 0.5]
    assert rows["system"].tolist() == ["hand"]


def test_residues_and_atoms():
    """Two atoms of one anion in the shell: one residue, two atoms."""
    made = on_a_line((0, 1, 1.5, 3), (0, 1, 1.5, 3), residues=[0, 1, 1, 2])
    assert table(made, window=1)[["X", "X-2"]].values.tolist() == [[1, 1]]
    by_atom = table(made, window=1, count="atom")
    assert by_atom[["X", "X-2"]].values.tolist() == [[2, 1]]
    assert table(made, window=1, count={"X": "atom"}).equals(by_atom)


def test_hysteresis():
    """A partner that rattles at the edge is counted once with hysteresis."""
    made = on_a_line((0, 1.9), (0, 2.1), (0, 1.9), (0, 2.1))
    assert table(made, window=3)["X-flip"].tolist() == [3]
    assert table(made, window=3, hysteresis=0.5)["X-flip"].tolist() == [0]


def test_start_stop_step():
    """Of frames 1, 3, 5 and 7, the first two and the last two make a window."""
    made = on_a_line(*[(0.1 * k**2, 5) for k in range(9)])
    rows = table(made, window=1, stride=2, frames={"start": 1, "stop": 9, "step": 2})
    assert rows["t"].tolist() == [4.0, 12.0]
    assert rows["Steps"].tolist() == [1, 3]
    np.testing.assert_allclose(rows["dx"], [0.8, 2.4], atol=1e-6)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), by_residue=st.booleans())
def test_random_trajectories_equal_brute_force(seed, by_residue):
    """Counts, flips and displacements of every window, by loops over frames, ions and atoms."""
    rng = np.random.default_rng(seed)
    start = rng.uniform(-20, 40, (20, 3))
    positions = (start + rng.normal(0, 0.8, (7, 20, 3)).cumsum(axis=0)).astype(np.float32)
    residues = np.r_[0:4, 4 + np.sort(rng.integers(0, 6, 16))]
    made = universe(positions, residues)
    shells = {"X": made.atoms[4:], "Li": made.atoms[:4]}
    radii = {"X": (4.0, 7.0), "Li": (5.0, 8.0)}
    count = "residue" if by_residue else "atom"
    rows = IonWindows(made.atoms[:4], shells, radii, 3, count=count).run().results.windows
    owner = residues if by_residue else np.arange(20)
    for _, row in rows.iterrows():
        ion, first = row["idx"] - 1, 3 * (row["Event"] - 1)
        for name, group in {"X": range(4, 20), "Li": range(4)}.items():
            counts = np.array(
                [
                    brute(positions[k], ion, group, owner, radii[name])
                    for k in range(first, first + 4)
                ]
            )
            flips = (counts[1:] != counts[:-1]).sum(axis=0)
            assert row[[name, f"{name}-2"]].tolist() == counts[0].tolist()
            assert row[[f"{name}-flip", f"{name}-2-flip"]].tolist() == flips.tolist()
        moved = positions[first + 3, ion] - positions[first, ion]
        np.testing.assert_allclose(row[["dx", "dy", "dz"]].astype(float), moved, atol=1e-4)


def brute(positions, ion, group, owner, radii):
    """Members in the first and second shell of one ion in one frame, with the nearest image."""
    nearest = {}
    for atom in group:
        apart = positions[atom].astype(float) - positions[ion]
        distance = np.linalg.norm(apart - 20 * np.round(apart / 20))
        if atom != ion:
            nearest[owner[atom]] = min(distance, nearest.get(owner[atom], np.inf))
    first = sum(distance < radii[0] for distance in nearest.values())
    return first, sum(distance < radii[1] for distance in nearest.values()) - first


def test_wrapped_positions_are_refused():
    """The error names the frame, the ion, the jump, the rule and the remedy."""
    with pytest.raises(InputError) as refused:
        table(on_a_line((19.5, 5), (19.8, 5), (0.3, 5)), window=2)
    text = str(refused.value)
    for part in ("frame 2: ion 1 moves 19.5", "wrapped", "half", "NoJump"):
        assert part in text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"window": 5}, "3 frames are too few for a window of 5 steps"),
        ({"window": 0}, "window is 0"),
        ({"stride": 0}, "stride is 0"),
        ({"hysteresis": -1}, "hysteresis is -1"),
        ({"radii": {"X": (4.0, 2.0)}}, "radii 4.0 and 2.0"),
        ({"radii": {"Y": (2.0, 4.0)}}, "radii for"),
        ({"count": "molecule"}, "count of 'X' is 'molecule'"),
        ({"shells": {}}, "no shells"),
        ({"name": "dr"}, "called 'dr'"),
        ({"name": "X-2"}, "called 'X-2'"),
    ],
)
def test_bad_settings_are_refused(changes, message):
    """Each with the value and the rule."""
    made = on_a_line(*[(0, 1)] * 3)
    name = changes.pop("name", "X")
    given = {"shells": {name: made.atoms[1:]}, "radii": {name: (2.0, 4.0)}, "window": 2} | changes
    with pytest.raises(InputError, match=message):
        IonWindows(made.atoms[:1], **given).run()


def test_empty_groups_are_refused():
    """A selection that found nothing is no partner."""
    made = on_a_line((0, 1), (0, 1))
    with pytest.raises(InputError, match="'X' has no atoms"):
        IonWindows(made.atoms[:1], {"X": made.atoms[:0]}, {"X": (1, 2)}, 1)


def test_a_box_is_needed():
    """Without one there are no nearest images."""
    with pytest.raises(InputError, match="there is no box"):
        table(universe([[[0, 0, 0], [1, 0, 0]]] * 2, box=None), window=1)


def test_uneven_frames_are_refused():
    """Windows of different lengths are not one data set."""
    made = on_a_line(*[(0, 1)] * 6)
    with pytest.raises(InputError, match="frame 3 is at 6 ps, the one before it at 2 ps"):
        table(made, window=2, frames={"frames": [0, 1, 3]})


@pytest.fixture(scope="module")
def foreign():
    """Two universes of a lithium electrolyte: unwrapped and wrapped."""
    files = pytest.importorskip(
        "solvation_analysis.tests.datafiles", reason="needs the extra 'foreign'"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [
            mda.Universe(files.bn_fec_data, trajectory)
            for trajectory in (files.bn_fec_dcd_unwrap, files.bn_fec_dcd_wrap)
        ]


def of_foreign(made):
    """Windows of 3 steps of the foreign electrolyte."""
    lithium = made.select_atoms("type 22")
    shells = {
        "PF6": made.select_atoms("byres type 20"),
        "BN": made.select_atoms("byres type 5"),
        "FEC": made.select_atoms("byres type 19"),
        "Li": lithium,
    }
    radii = {"PF6": (2.8, 6.0), "BN": (2.61468, 6.0), "FEC": (2.43158, 6.0), "Li": (5.0, 8.0)}
    return IonWindows(lithium, shells, radii, 3, system="BN-FEC")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_foreign_trajectory(foreign):
    """A trajectory that this project did not make: the schema holds, counts equal MDAnalysis's."""
    made, wrapped = foreign
    rows = of_foreign(made).run().results.windows
    assert len(rows) == 49 * 3
    file = DataFile("windows.parquet", "0" * 64, 1)
    dataset = Dataset(
        name="foreign",
        title="",
        partners=("PF6", "BN", "FEC", "Li"),
        systems=("BN-FEC",),
        window=3.0,
        time_unit="ps",
        threshold=2.0,
        rounding=0.001,
        windows_file="windows.parquet",
        files=(file,),
        folder="foreign",
        origin="",
        licence="",
    )
    assert len(validated(rows, dataset, lambda row: {"line": row})) == len(rows)
    made.trajectory[0]
    for ion, found in zip(made.select_atoms("type 22"), rows["BN"][:49], strict=True):
        around = made.select_atoms(f"around 2.61468 index {ion.index}")
        assert (made.select_atoms("byres type 5") & around).n_residues == found
    with pytest.raises(InputError, match="the positions are wrapped"):
        of_foreign(wrapped).run()
