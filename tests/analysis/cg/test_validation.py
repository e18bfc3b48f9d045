"""The liquid: figures and numbers from the committed tables, and small ones by hand."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.cg import files, validation
from analysis.cg.files import Table


def test_slope_of_diffusion_is_one():
    """Displacements that grow by ten in ten times the time; four in sixteen for half of that."""
    rows = [("B2T1", "Li", 10, 1.0, 0.1), ("B2T1", "Li", 100, 10.0, 0.1)]
    rows += [("B2T1", "EC", 10, 1.0, 0.1), ("B2T1", "EC", 160, 4.0, 0.1)]
    table = pd.DataFrame(rows, columns=["system", "species", "lag", "msd", "error"])
    found = validation.slopes(Table("motion.csv", "slopes by hand", table))
    assert found.loc["B2T1", "Li"] == pytest.approx(1)
    assert found.loc["B2T1", "EC"] == pytest.approx(0.5)


def test_stays_by_hand():
    """600 ps inside and 20 departures: 30 ps; flips are means over windows."""
    stays = pd.DataFrame({"system": ["B2T1"], "partner": ["EC"], "inside": [600.0]})
    stays["departures"] = 20
    flips = pd.DataFrame({"system": ["B2T1"] * 2, "EC-flip": [4, 6]})
    flips = flips.assign(**{"EC-flip-steady": [2, 4], "EC-flip-seldom": [1, 2]})
    found = validation.exchange(Table("stays", "stays by hand", stays), Table("f", "f", flips))
    assert list(found.loc[("B2T1", "EC")]) == [30, 20, 5, 3, 1.5]


def test_minimum_lies_at_the_first_radius():
    """Of the committed distributions, EC and TFSI fall to a fiftieth of the peak there."""
    radial, radii = files.load(validation.RADIAL), files.load(validation.RADII)
    found = validation.minima(radial, radii)
    for partner in ("EC", "TFSI"):
        rows = found.xs(partner, level=1)
        assert (rows["radius"] < rows["peak"] / 20).all()
    assert isinstance(validation.radial_figure(radial, radii), Figure)


def test_motion_grows_and_is_drawn():
    """Mean square displacements grow with time for every system and species."""
    motion = files.load(validation.MOTION)
    for _, part in motion.table.groupby(["system", "species"]):
        assert (np.diff(part["msd"]) > 0).all()
    assert isinstance(validation.motion_figure(motion), Figure)
    assert "±" in validation.at(motion, "B2T1", "Li")


def test_tables_of_the_committed_boxes():
    """One row per system and partner beside the all-atom flips; densities of all boxes agree."""
    shown = validation.exchange_table(files.load(validation.STAYS), files.load(validation.FLIPS))
    assert shown["Flips, all-atom"].gt(0).all()
    series = files.load(validation.SERIES)
    assert validation.density_spread(series) < 0.02
    assert validation.densities(series).count("(") == shown.index.nunique()
