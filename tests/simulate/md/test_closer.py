"""Tables of the closer look, from the smoke run."""

import numpy as np
import pytest

from simulate.md import closer
from simulate.md.watch import RADII


def test_boxes_and_series(smoke_run):
    """A row per ion and window of each box, and one per segment."""
    rows = closer.windows([smoke_run], {"second box": [smoke_run]})
    assert rows.groupby("box").size().to_dict() == {"first box": 24, "second box": 24}
    found = closer.series([smoke_run], {})
    assert list(found["stage"]) == smoke_run.protocol.stages()
    assert found["temperature"].iloc[-1] == pytest.approx(400, rel=0.2)


def test_flips_have_a_row_per_ion_and_window(smoke_run):
    """Plain, steady and seldom flips of both shells; the plain ones are those of the windows."""
    rows = closer.flips([smoke_run])
    assert len(rows) == 24
    assert [name for name in rows if name.startswith("EC")] == [
        "EC-flip",
        "EC-2-flip",
        "EC-flip-steady",
        "EC-2-flip-steady",
        "EC-flip-seldom",
        "EC-2-flip-seldom",
    ]
    first = smoke_run.windows()[0].flips["EC"][:, 0]
    np.testing.assert_array_equal(rows["EC-flip"][:8], first)


def test_radial_distribution_counts_what_there_is(smoke_run):
    """Integrated over all bins, g returns the counted pairs."""
    rows = closer.radial([smoke_run])
    records = [smoke_run.load(k) for k in smoke_run.numbers("window")]
    counted = sum(record["radial EC"].sum() for record in records)
    samples = 8 * sum(len(record["positions"]) for record in records)
    g = rows[rows["partner"] == "EC"]["g"].to_numpy()
    volume = float(records[0]["volume"])
    rings = 40
    integral = (g * np.diff(4 / 3 * np.pi * closer.EDGES**3)).sum() * rings / volume
    assert integral == pytest.approx(counted / samples, rel=1e-2)
    assert set(rows["partner"]) == set(RADII)


def test_motion_by_hand(smoke_run, monkeypatch):
    """A molecule that moves 2 angstrom per step: 4, 16; another rests: half of it on average."""
    steps = np.arange(4.0)
    moving, resting = np.zeros((2, 4, 3))
    moving[:, 0] = 2 * steps
    monkeypatch.setattr(closer, "_positions", lambda run: np.stack([moving, resting], axis=1))
    monkeypatch.setattr(closer, "groups", lambda made: {"Li": np.array([[0], [1]])})
    monkeypatch.setattr(closer, "LAGS", (1, 2))
    rows = closer.motion([smoke_run])
    assert list(rows["msd"]) == [2.0, 8.0]
    assert list(rows["error"]) == [2.0, 8.0]


def test_stays_are_in_time(smoke_run):
    """Inside is a time; Li+ never counts itself."""
    rows = closer.stays([smoke_run]).set_index("partner")
    assert rows.loc["EC", "inside"] > 0
    assert rows.loc["EC", "departures"] >= 0
