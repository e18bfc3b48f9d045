"""Density maps by hand: mirror images, blocks, overlaps, and pictures of them."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.data.windows import Windows
from analysis.explore import surroundings
from analysis.explore.surroundings import Surroundings

SYSTEMS, PARTNERS, VOXELS = ("one", "two", "three"), ("X", "Li"), 12


@pytest.fixture(scope="module")
def maps() -> Surroundings:
    """Random densities, with a spot that differs between the systems."""
    rng = np.random.default_rng(0)
    made = {}
    for number, system in enumerate(SYSTEMS):
        for partner in PARTNERS:
            density = rng.uniform(0.9, 1.1, (VOXELS,) * 3)
            density[6 + number // 2, 6, 8 + (number > 0)] += 200
            made[system, partner] = density
    return Surroundings(made, np.linspace(-8, 8, VOXELS + 1), "0")


@pytest.fixture(scope="module")
def windows() -> Windows:
    """Three windows, one per system."""
    systems = pd.Categorical(SYSTEMS, categories=SYSTEMS)
    table = pd.DataFrame({"dr": [2.0, 3.0, 1.0], "system": systems})
    return Windows(table, SimpleNamespace(partners=PARTNERS), "")


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
    assert list(table) == ["Mean dr (Å)", "X near", "X beyond", "Li beyond"]
    assert list(table.index) == [*SYSTEMS, surroundings.NOISE]
    assert table.loc["three", "X near"] == pytest.approx(1)
    assert table.loc["one", "X near"] < 0.95
    assert table.loc["two", "X near"] > 0.99  # its spot is in the same block
    assert (table["X beyond"] > 0.97).all()


def test_sides_of_the_mirror_plane_differ_by_noise(maps, windows):
    """The sides are drawn alike; the spot at the plane does not count."""
    noise = surroundings.compared(maps, windows).loc[surroundings.NOISE]
    assert noise.drop("Mean dr (Å)").between(0.97, 0.999).all()


def test_numbers_add_up_to_the_cube(maps, windows):
    """Near and beyond together are all that the map holds."""
    found = surroundings.numbers(maps, windows).loc["one"]
    whole = maps.maps["one", "X"].sum() * maps.voxel**3
    assert found["X near"] + found["X beyond"] == pytest.approx(whole)


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
