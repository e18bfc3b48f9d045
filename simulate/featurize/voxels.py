"""Three-dimensional densities around Li+, in the ion's own frame.

The frame of an ion: the z axis points at its nearest coordinating bead (of EC or TFSI), the second
nearest lies in the half plane of positive x, and y completes a right-handed set.
"""

from collections.abc import Mapping

import numpy as np

from simulate.featurize.counting import Frame

HALF_WIDTH = 8.0  # angstrom, from the ion to the faces of the grid
VOXELS = 24  # along each edge


def axes(vectors: np.ndarray) -> np.ndarray:
    """Rotation into the frame of an ion that sees coordinating beads at `vectors`.

    Parameters
    ----------
    vectors : numpy.ndarray, shape (k, 3), k >= 2
        From the ion to the beads, angstrom, in any order.

    Returns
    -------
    numpy.ndarray, shape (3, 3)
        Rows are the unit vectors x, y, z; `axes(v) @ v[i]` is a bead in the ion's frame.
    """
    near, next_near = vectors[np.argsort(np.linalg.norm(vectors, axis=1))[:2]]
    z = near / np.linalg.norm(near)
    x = next_near - (next_near @ z) * z
    x /= np.linalg.norm(x)
    return np.stack([x, np.cross(z, x), z])


def count(
    frame: Frame, ions: np.ndarray, groups: Mapping[str, np.ndarray], coordinating: np.ndarray
) -> dict[str, np.ndarray]:
    """Beads of each group in the voxels around all ions, summed over the ions.

    Parameters
    ----------
    frame : Frame
    ions : numpy.ndarray of int, shape (i,)
    groups : mapping of str to numpy.ndarray of int
        Beads to count, by name.
    coordinating : numpy.ndarray of int
        Beads that define the ion's frame.

    Returns
    -------
    dict of str to numpy.ndarray of int, shape (VOXELS, VOXELS, VOXELS)
        Axes x, y, z of the ion's frame, from -HALF_WIDTH to HALF_WIDTH.
    """
    seen: dict[str, list[np.ndarray]] = {name: [] for name in groups}
    for ion in ions:
        rotation = axes(_from(ion, coordinating, frame))
        for name, group in groups.items():
            seen[name].append(_from(ion, group[group != ion], frame) @ rotation.T)
    return {name: _histogram(np.concatenate(points)) for name, points in seen.items()}


def _from(ion: int, group: np.ndarray, frame: Frame) -> np.ndarray:
    """Vectors from an ion to the nearest image of each bead, shape (g, 3)."""
    apart = frame.positions[group] - frame.positions[ion]
    return apart - frame.box * np.round(apart / frame.box)


def _histogram(points: np.ndarray) -> np.ndarray:
    cells = np.floor((points + HALF_WIDTH) * (VOXELS / (2 * HALF_WIDTH))).astype(int)
    cells = cells[((cells >= 0) & (cells < VOXELS)).all(axis=1)]
    flat = np.ravel_multi_index(cells.T, (VOXELS,) * 3)
    return np.bincount(flat, minlength=VOXELS**3).reshape((VOXELS,) * 3)
