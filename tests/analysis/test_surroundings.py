"""Density maps by hand: mirror images, blocks, overlaps, and pictures of them."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis import surroundings
from analysis.surroundings import Surroundings
from analysis.windows import Windows

SYSTEMS, PARTNERS, VOXELS = ("one", "two", "three"), ("X", "Li"), 12


@pytest.fixture(scope="module")
def maps() -> Surroundings:
    """Random densities, with a spot that differs between the systems."""
    rng = np.random.default_rng(0)
    made = {}
    for number, system in enumerate(SYSTEMS):
        for partner in PARTNERS:
            density = rng.uniform(0.9, 1.1, (VOXELS,) * 3)
            density[6, 6, 8 + number] += 200
            made[system, partner] = density
    return Surroundings(made, np.linspace(-4, 4, VOXELS + 1), "0")


@pytest.fixture(scope="module")
def windows() -> Windows:
    """Three windows, one per system."""
    systems = pd.Categorical(SYSTEMS, categories=SYSTEMS)
    return Windows(pd.DataFrame({"dr": [2.0, 3.0, 1.0], "system": systems}), None, "")


def test_density_is_symmetric(maps):
    """A map equals its mirror image, and keeps its sum."""
    density = maps.density("one", "X")
    np.testing.assert_array_equal(density, density[:, ::-1])
    np.testing.assert_allclose(density.sum(), maps.maps["one", "X"].sum())
    assert density[6, 5, 8] == density[6, 6, 8] > 100


def test_blocks_keep_sums_in_place():
    """One bead in voxel (4, 0, 11) of twelve is in block (1, 0, 3) of four."""
    density = np.zeros((12, 9, 12))
    density[4, 0, 11] = 2.0
    found = surroundings.blocks(density)
    assert found.shape == (4, 3, 4)
    assert found[1, 0, 3] == found.sum() == 2.0


def test_overlaps(maps, windows):
    """The slowest system overlaps with itself entirely, another less by its spot."""
    table = surroundings.compared(maps, windows)
    assert table.index.name == "System"
    assert table.loc["three", "X overlap"] == 1.0
    assert table.loc["one", "X overlap"] < 0.95
    assert table.loc["two", "X overlap"] > 0.99  # its spot is in the same block
    density = maps.maps["one", "X"]
    assert table.loc["one", "X in the cube"] == pytest.approx(density.sum() * maps.voxel**3)


def test_sides_overlap_but_for_noise(maps):
    """Both sides of the mirror plane are drawn alike; the spot at the plane does not count."""
    assert (surroundings.side_overlaps(maps) > 0.97).all()


def test_systems_shown_are_slow_middle_and_fast(maps, windows):
    """In the order of their mean displacement."""
    assert surroundings.shown(maps, windows) == ("three", "one", "two")


def test_pictures(maps, windows):
    """One panel per partner and system; the interactive picture stays below a megabyte."""
    assert isinstance(surroundings.slices(maps, windows), Figure)
    assert len(surroundings.voxels(maps, "one").axes) == len(PARTNERS)
    drawn = surroundings.volume(maps, "one")
    assert [trace.name for trace in drawn.data] == ["X", "Li", "Li⁺"]
    assert len(drawn.to_json()) < 1_000_000
