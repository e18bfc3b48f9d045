"""Drift of a record: by hand, planted and found, absent and mostly not found."""

import numpy as np
import pytest

from analysis.cg.drift import chance, counted, drift


def test_by_hand():
    """Block means 0, 3, 3: slope 4.5 per record, residuals -1/2, 1, -1/2."""
    found = drift(np.array([0.0, 0.0, 3.0, 3.0, 3.0, 3.0]), blocks=3)
    assert found.value == pytest.approx(4.5)
    # sum of squares 1.5, one degree of freedom, sum of (t - mean)^2 = 2/9
    assert found.error == pytest.approx(np.sqrt(1.5 / (2 / 9)))


def test_what_does_not_fill_a_block_is_left_out_at_the_start():
    """Seven windows in three blocks: the first is not used."""
    record = np.array([99.0, 0, 0, 3, 3, 3, 3])
    assert drift(record, blocks=3) == drift(record[1:], blocks=3)


def test_planted_drift_is_found():
    """A change of five per cent in a series that scatters by one, correlated in time."""
    rng = np.random.default_rng(0)
    noise = np.convolve(rng.normal(size=43), np.ones(4) / 4, mode="valid") * 0.01
    planted = 1 + 0.05 * np.linspace(-0.5, 0.5, 40) + noise
    found = drift(planted)
    assert found.found
    assert found.value == pytest.approx(0.05, abs=3 * found.error)


def test_false_alarms_are_as_rare_as_said():
    """Without drift the share that is found is that of the t distribution."""
    rng = np.random.default_rng(1)
    alarms = np.mean([drift(rng.normal(size=20)).found for _ in range(3000)])
    assert alarms == pytest.approx(chance(), abs=0.02)


def test_drifts_are_counted():
    """Of two quantities of two systems, one is beyond two errors."""
    import pandas as pd

    columns = pd.MultiIndex.from_product([["dr", "EC"], ["value", "error"]])
    table = pd.DataFrame([[0.5, 0.2, 0.1, 0.1], [0.1, 0.2, -0.1, 0.1]], columns=columns)
    assert counted(table) == (1, 4)


def test_halves_of_a_continued_box():
    """The second half lies 1 higher with errors near 0.1; a box of 20 windows is left out."""
    from types import SimpleNamespace

    import pandas as pd

    from analysis.cg import drift as module
    from analysis.cg.files import Table

    rng = np.random.default_rng(2)
    rows = [
        ("B2T1", "first box", event, (event > 20) + 0.4 * rng.normal(), *rng.normal(size=2))
        for event in range(1, 41)
    ]
    rows += [("B8T5", "first box", event, 2.0, 1.0, 3.0) for event in range(1, 21)]
    table = pd.DataFrame(rows, columns=["system", "box", "Event", "dr", "TFSI", "EC"])
    boxes = Table("boxes.parquet", "continued by hand", table.assign(idx=1))
    windows = SimpleNamespace(
        table=pd.DataFrame({"Event": [20]}), fingerprint="twenty windows", systems=["B2T1", "B8T5"]
    )
    found = module.continued(windows, boxes)
    assert set(found.index.get_level_values(0)) == {"B2T1"}
    assert found.loc[("B2T1", "dr"), "errors"] > 2
    assert "B2T1 (in mean $dr$" in module.continued_sentence(windows, boxes)
    assert len(module.block_means(boxes, "B2T1")) == 10
