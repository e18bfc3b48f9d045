"""The drawings: named after the data set at hand, the same every time."""

import io
from dataclasses import replace

import numpy as np
import pytest

from analysis.explore import schematics
from analysis.explore.monomers import naming_scheme
from analysis.learn.splits import SPLITS
from press import Absence

DRAWINGS = (schematics.shells, schematics.splits, schematics.nested_search, schematics.voxels)


def texts(figure) -> set[str]:
    """Collect the words in a drawing."""
    return {text.get_text() for axes in figure.axes for text in axes.texts}


@pytest.mark.parametrize("draw", (schematics.shells, schematics.voxels))
def test_drawings_name_the_partners_of_the_data_set(draw, lipf6):
    """Neighbours are called what the data set calls them."""
    assert set(lipf6.partners) <= texts(draw(lipf6))


def test_splits_name_the_systems(lipf6):
    """The groups of rows are the data set's systems."""
    assert set(lipf6.systems) <= texts(schematics.splits(lipf6))


def test_splits_are_called_what_the_scores_call_them(lipf6):
    """Four of the six, by their titles."""
    titles = {split.title for split in SPLITS.values()}
    assert len(titles & texts(schematics.splits(lipf6))) == 4


def test_splits_of_one_system_are_drawn_with_another(lipf6):
    """One cannot be held out of one; the sketch says so."""
    alone = replace(lipf6, dataset=replace(lipf6.dataset, systems=("aged",)))
    assert {"aged", "another"} <= texts(schematics.splits(alone))


def test_naming_scheme_needs_descriptors(lipf6):
    """A data set without n and m gets a sentence, not a picture."""
    absence = naming_scheme(lipf6)
    assert isinstance(absence, Absence)
    assert "no descriptors" in absence.reason


def test_naming_scheme_shows_every_system(paec):
    """Each polymer is drawn under its name."""
    assert set(paec.systems) <= texts(naming_scheme(paec))


@pytest.mark.parametrize("draw", DRAWINGS)
def test_drawings_repeat(draw, lipf6):
    """The same data set gives the same file, byte for byte."""
    files = []
    for _ in range(2):
        file = io.BytesIO()
        draw(lipf6).savefig(file, format="svg", metadata={"Date": None})
        files.append(file.getvalue())
    assert files[0] == files[1]


def test_counts_of_the_sketch_agree_with_its_neighbours(lipf6):
    """The trace begins and ends with the counts that the two pictures show."""

    def first_shell(neighbours):
        return sum(kind == 0 and distance < 1 for kind, distance, _ in neighbours)

    before = first_shell([*schematics.NEIGHBOURS, schematics.LEAVES])
    after = first_shell([*schematics.NEIGHBOURS, schematics.ARRIVES])
    assert (schematics.COUNTS[0], schematics.COUNTS[-1]) == (before, after)
    assert np.all(np.abs(np.diff(schematics.COUNTS)) == 1)
    assert len(schematics.CHANGES) == len(schematics.COUNTS) - 1


def test_sketched_splits_keep_groups_apart():
    """No held-out ion, time or system of the sketch is also trained on."""
    shape = (4, 3, 10)
    by_ion = schematics._held_out(shape, ion=1)
    assert all(len(set(row)) == 1 for row in by_ion.reshape(-1, shape[2]))
    later = schematics._later_windows(shape)
    for row in later.reshape(-1, shape[2]):
        trained, tested = np.flatnonzero(row == 0), np.flatnonzero(row == 1)
        assert trained.max() + 1 < tested.min()
