"""What a finished run becomes in the files of the data set."""

import json

import numpy as np
import pytest

from simulate.featurize.voxels import HALF_WIDTH, VOXELS
from simulate.md import card, dataset
from simulate.md.checks import Check
from simulate.md.watch import BEADS


def test_lengths_are_rounded_and_agree(smoke_run):
    """Lengths come in steps of 0.001 angstrom, counts as small integers."""
    rows = dataset.windows(smoke_run)
    steps = rows[["dx", "dy", "dz", "dr", "d"]] / dataset.ROUNDING
    np.testing.assert_allclose(steps, steps.round(), atol=1e-6)
    length = np.linalg.norm(rows[["dx", "dy", "dz"]], axis=1)
    np.testing.assert_allclose(rows["dr"], length, atol=1.4e-3)
    assert (rows.dtypes[["TFSI", "EC-flip", "Event", "idx"]] == "int32").all()


def test_densities_count_beads(smoke_run):
    """Density times volume is the mean number of beads in the grid around an ion."""
    maps = dataset.density_maps(smoke_run)
    volume = (2 * HALF_WIDTH / VOXELS) ** 3
    records = [smoke_run.load(number) for number in smoke_run.numbers("window")]
    samples = sum(len(record["positions"]) for record in records) * 8
    assert list(maps) == list(BEADS)
    counted = sum(record["voxels EC"].sum() for record in records) / samples
    assert maps["EC"].sum() * volume == pytest.approx(counted)


def test_card_names_failures(smoke_run):
    """The card has a row per system and says which check failed."""
    checks = [
        Check("B2T1", "temperature", 450.0, 396.0, 404.0, "K"),
        Check("B2T1", "density", 1.2, 0.9, 1.6, "g/cm3"),
    ]
    text = card.write([smoke_run], [smoke_run], checks, dataset.windows(smoke_run))
    assert "1 of 2 passed" in text
    assert "Failed: B2T1, temperature: 450 K, allowed 396 to 404." in text
    assert "| B2T1 | 24 |" in text


def test_checks_are_one_per_line():
    """Valid JSON that a review can read."""
    text = dataset._lines([{"a": 1}, {"a": 2}])
    assert json.loads(text) == [{"a": 1}, {"a": 2}]
    assert text.count("\n") == 4
