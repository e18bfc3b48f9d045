"""Boxes of one system: agreement within the stated spread, by hand and on made-up boxes."""

from itertools import count
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.cg import boxes
from analysis.cg.files import Table

NUMBERS = count()


def rows(system: str, box: str, dr, windows: int = 4) -> pd.DataFrame:
    """One row per ion and window; `dr` by ion."""
    parts = [
        {"system": system, "box": box, "Event": event, "idx": ion, "dr": value, "TFSI": 1, "EC": 3}
        for event in range(1, windows + 1)
        for ion, value in enumerate(dr, 1)
    ]
    return pd.DataFrame(parts)


def made(committed: dict, further: list[pd.DataFrame]):
    """Return windows and boxes; `committed` has dr by ion of each system."""
    table = pd.concat([rows(system, "", dr, windows=6) for system, dr in committed.items()])
    table["system"] = table["system"].astype("category")
    name = f"made up {next(NUMBERS)}"  # results are kept by the fingerprints of what they are of
    windows = SimpleNamespace(table=table, systems=list(committed), fingerprint=name)
    return windows, Table("boxes.parquet", name, pd.concat(further, ignore_index=True))


def test_spread_by_hand():
    """Means 2, 3, 4: spread 1; ions apart from their mean by 1: error 1; one box does not count."""
    windows, further = made(
        {"B2T1": [1.0, 3.0]},
        [
            rows("B2T1", "first box", [9.0, 9.0]),
            rows("B2T1", "second box", [2.0, 4.0]),
            rows("B2T1", "third box", [3.0, 5.0]),
            rows("B2T1", boxes.DOUBLE, [3.5, 3.5, 3.5, 3.5]),
        ],
    )
    found = boxes.spread(windows, further).loc["B2T1"]
    assert found["boxes"] == 3
    assert found["mean"] == pytest.approx(3.0)
    assert found["between"] == pytest.approx(1.0)
    assert found["within"] == pytest.approx(1.0)
    assert found["larger"] == pytest.approx(0.5)
    assert boxes.relative_spread(boxes.spread(windows, further)) == pytest.approx((1 / 3, 1 / 3))


def test_only_windows_that_all_boxes_have_count():
    """Windows 5 and 6 of the committed box are beyond those of the further box."""
    windows, further = made({"B2T1": [1.0, 3.0]}, [rows("B2T1", "second box", [3.0, 5.0])])
    windows.table.loc[windows.table["Event"] > 4, "dr"] = 99.0
    assert boxes.averages(windows, further)["dr", "mean"].to_list() == [2.0, 4.0]


def test_spread_between_boxes_takes_separations_away():
    """Two systems 10 % apart with precise ions: a spread of 20 % between boxes leaves no order."""
    ions = {"B2T1": [1.99, 2.01], "B8T5": [2.19, 2.21]}
    windows, further = made(ions, [rows("B2T1", "second box", [2.60, 2.61])])
    assert boxes.separated(windows, further) == {"pairs": 1, "by ions": 1, "by boxes": 0}


def test_boxes_of_one_system_agree_within_the_stated_spread():
    """The committed boxes: each lies within 3 spreads of the mean of its system."""
    from analysis.cg import files
    from analysis.data import datasets

    windows, further = datasets.load("cg"), files.load(boxes.FILE)
    found, bands = boxes.averages(windows, further), boxes.spread(windows, further)
    for system, band in bands.iterrows():
        means = found.loc[system, ("dr", "mean")]
        error = np.hypot(band["between"], band["within"])
        assert ((means - band["mean"]).abs() < 3 * error).all()
    assert isinstance(boxes.figure(windows, further), Figure)
    assert len(boxes.table(windows, further)) == len(found)
