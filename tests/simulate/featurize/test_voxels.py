"""The ion's own frame and the counts in it."""

import numpy as np
import pytest

from simulate.featurize.counting import Frame
from simulate.featurize.voxels import HALF_WIDTH, VOXELS, axes, count


def test_axes_by_hand():
    """Nearest on z, next in the plane of z and positive x, right-handed."""
    rotation = axes(np.array([[0.0, 5.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 9.0]]))
    np.testing.assert_allclose(rotation @ [2, 0, 0], [0, 0, 2], atol=1e-12)
    np.testing.assert_allclose(rotation @ [0, 5, 0], [5, 0, 0], atol=1e-12)
    assert np.linalg.det(rotation) == pytest.approx(1)


def test_counts_do_not_depend_on_orientation_or_images():
    """A turned and shifted surrounding, partly in the next image of the box, counts the same."""
    rng = np.random.default_rng(0)
    box = np.full(3, 60.0)
    around = np.vstack([np.zeros(3), rng.uniform(-4, 4, (30, 3))])
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    turn *= np.linalg.det(turn)
    group = np.arange(1, 31)
    first, second = (
        count(Frame(points, box), np.array([0]), {"X": group}, group)["X"]
        for points in (around + 30, np.mod(around @ turn.T + 1, box))
    )
    np.testing.assert_array_equal(first, second)
    assert first.sum() == 30


def test_nearest_lies_on_the_z_axis():
    """One bead at 2 angstrom and one aside: the voxel above the centre holds the first."""
    positions = np.array([[0.0, 0, 0], [2.0, 0, 0], [0, 3.0, 0]])
    frame = Frame(positions, np.full(3, 60.0))
    group = np.array([1, 2])
    cube = count(frame, np.array([0]), {"X": group}, group)["X"]
    assert cube.sum() == 2
    x, y, z = np.argwhere(cube)[np.argwhere(cube)[:, 2].argmax()]
    edge = 2 * HALF_WIDTH / VOXELS
    assert (z - VOXELS // 2) * edge <= 2.0 < (z + 1 - VOXELS // 2) * edge
    assert {int(x), int(y)} <= {VOXELS // 2 - 1, VOXELS // 2}
