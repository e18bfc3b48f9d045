"""Counts, flips and displacements against brute force and against cases counted by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from press import InputError
from simulate.featurize.counting import Cutter, Frame, Shell, table, window, windows

BOX = np.array([10.0, 10.0, 10.0])


def line(*distances: float) -> Frame:
    """One ion at the corner and partners on the x axis."""
    return Frame(np.array([[0.0, 0, 0], *([x, 0.0, 0.0] for x in distances)]), BOX)


def shell(count: int, residues=None) -> Shell:
    """Put a partner of `count` atoms behind the ion, shells of 2 and 3.5 angstrom."""
    return Shell(np.arange(1, count + 1), (2.0, 3.5), residues)


def brute(frame: Frame, ions, shell: Shell) -> np.ndarray:
    """Count by two loops and the nearest image, without hysteresis."""
    found = np.zeros((len(ions), 2), dtype=int)
    residues = np.arange(len(shell.group)) if shell.residues is None else shell.residues
    for i, ion in enumerate(ions):
        nearest = {}
        for atom, residue in zip(shell.group, residues, strict=True):
            if atom != ion:
                apart = frame.positions[atom] - frame.positions[ion]
                apart -= frame.box * np.round(apart / frame.box)
                distance = np.linalg.norm(apart)
                nearest[residue] = min(nearest.get(residue, np.inf), distance)
        values = np.array(list(nearest.values()))
        first = values < shell.radii[0]
        found[i] = first.sum(), ((values < shell.radii[1]) & ~first).sum()
    return found


@given(seed=st.integers(0, 10_000), by_residue=st.booleans(), among=st.booleans())
def test_counts_equal_brute_force(seed, by_residue, among):
    """Random configurations: by atom and by residue, among ions and around them."""
    rng = np.random.default_rng(seed)
    frame = Frame(rng.uniform(-15, 25, (40, 3)), rng.uniform(8, 12, 3))
    ions = np.arange(6)
    group = ions if among else np.arange(6, 40)
    residues = rng.integers(0, 9, len(group)) if by_residue and not among else None
    partner = Shell(group, (2.5, 3.9), residues)
    counts = window([frame], ions, {"X": partner}).counts["X"]
    np.testing.assert_array_equal(counts, brute(frame, ions, partner))


def test_counts_by_hand():
    """Two in the first shell, one of them through the boundary; one in the second."""
    found = window([line(1.5, 9.0, 3.0, 5.0)], np.array([0]), {"X": shell(4)})
    assert found.counts["X"].tolist() == [[2, 1]]


def test_residue_counts_once_at_its_nearest_atom():
    """Two atoms of a residue, one in each shell: the residue is in the first shell only."""
    partner = shell(3, residues=np.array([7, 7, 8]))
    found = window([line(1.5, 3.0, 3.0)], np.array([0]), {"X": partner})
    assert found.counts["X"].tolist() == [[1, 1]]


def test_flips_by_hand():
    """Out, in, and an exchange between two frames, which is no flip of the count."""
    frames = [line(1, 5), line(3, 5), line(1, 5), line(5, 1)]
    found = window(frames, np.array([0]), {"X": shell(2)})
    assert found.counts["X"].tolist() == [[1, 0]]
    assert found.flips["X"].tolist() == [[2, 2]]


def test_hysteresis_ignores_rattling_at_the_edge():
    """A member that entered stays in until it is farther than radius + hysteresis."""
    frames = [line(1.9), line(2.1), line(1.9), line(2.6), line(2.1)]
    flips = [
        window(frames, np.array([0]), {"X": shell(1)}, hysteresis).flips["X"][0, 0]
        for hysteresis in (0.0, 0.5)
    ]
    assert flips == [3, 1]


def test_displacement_and_path():
    """There and back: the path is the way, the displacement what is left of it."""
    frames = [Frame(np.array([[x, 0.0, 0.0], [50, 0, 0]]), BOX) for x in (9.0, 12.0, 10.0)]
    found = window(frames, np.array([0]), {"X": shell(1)})
    assert found.displacement.tolist() == [[1.0, 0.0, 0.0]]
    assert found.path.tolist() == [5.0]


def test_wrapped_positions_are_refused():
    """A jump over more than half the box between frames is a wrapped coordinate."""
    frames = [Frame(np.array([[x, 0.0, 0.0], [5, 0, 0]]), BOX) for x in (9.5, 0.5)]
    with pytest.raises(InputError, match="ion 1 moves 9.0 angstrom"):
        window(frames, np.array([0]), {"X": shell(1)})


def test_radii_must_grow():
    """The second shell lies outside the first."""
    with pytest.raises(InputError, match="radii 3.0 and 2.0"):
        Shell(np.array([1]), (3.0, 2.0))


def test_windows_share_their_ends_and_drop_the_rest():
    """Eight frames are two windows of three steps; one frame is left over."""
    frames = (Frame(np.array([[0.5 * k, 0.0, 0.0], [1, 0, 0]]), BOX) for k in range(8))
    found = list(windows(frames, np.array([0]), {"X": shell(1)}, length=3))
    rows = table(found, "B2T1", length=3, frame_time=0.5)
    assert rows["dx"].tolist() == [1.5, 1.5]
    assert rows["t"].tolist() == [1.5, 3.0]
    assert rows["Steps"].tolist() == [3, 6]
    assert rows["Event"].tolist() == [1, 2]


def test_windows_in_a_stream_equal_windows_one_by_one():
    """Every window starts without memory of the one before."""
    rng = np.random.default_rng(3)
    steps = rng.normal(0, 0.3, (9, 12, 3)).cumsum(axis=0) + rng.uniform(0, 10, (12, 3))
    frames = [Frame(step, BOX) for step in steps]
    ions, partner = np.arange(3), {"X": Shell(np.arange(3, 12), (2.0, 3.5))}
    streamed = list(windows(frames, ions, partner, length=4, hysteresis=0.3))
    alone = [window(frames[k : k + 5], ions, partner, hysteresis=0.3) for k in (0, 4)]
    for a, b in zip(streamed, alone, strict=True):
        np.testing.assert_array_equal(a.flips["X"], b.flips["X"])
        np.testing.assert_array_equal(a.counts["X"], b.counts["X"])


def test_partners_keep_apart():
    """Two partners and the ions themselves in one go: each counted as if it were alone."""
    rng = np.random.default_rng(5)
    frames = [Frame(rng.uniform(0, 10, (30, 3)), np.full(3, 100.0)) for _ in range(4)]
    ions = np.arange(5)
    partners = {
        "X": Shell(np.arange(5, 20), (2.0, 4.0), np.arange(15) // 3),
        "Y": Shell(np.arange(20, 30), (3.0, 5.0)),
        "Li": Shell(ions, (2.5, 3.0)),
    }
    together = window(frames, ions, partners, 0.4)
    for name, partner in partners.items():
        alone = window(frames, ions, {name: partner}, 0.4)
        np.testing.assert_array_equal(together.counts[name], alone.counts[name])
        np.testing.assert_array_equal(together.flips[name], alone.flips[name])


@pytest.mark.parametrize(("stride", "starts"), [(1, [0, 1, 2, 3]), (2, [0, 2]), (4, [0])])
def test_stride_between_windows(stride, starts):
    """Overlapping windows, and windows with a gap between them, begin where they should."""
    frames = [Frame(np.array([[0.1 * k**2, 0, 0], [1.0, 0, 0]]), BOX) for k in range(7)]
    cutter = Cutter(np.array([0]), {"X": shell(1)}, length=3, stride=stride)
    found = [one for one in map(cutter.add, frames) if one is not None]
    expected = [0.1 * ((k + 3) ** 2 - k**2) for k in starts]
    np.testing.assert_allclose([one.displacement[0, 0] for one in found], expected)


@pytest.mark.parametrize("settings", [(0, 1), (3, 0), (3, 3, -0.1)])
def test_impossible_settings_are_refused(settings):
    """No window without steps, no negative hysteresis."""
    with pytest.raises(InputError, match="is (0|-0.1)"):
        Cutter(np.array([0]), {"X": shell(1)}, *settings)
