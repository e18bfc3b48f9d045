"""Exchanges and recrossings, on made-up counts of which one alone moves the ions."""

import numpy as np
import pandas as pd
import pytest

from analysis.cg import exchanges, files
from analysis.cg.files import Table

IONS, WINDOWS = 60, 10


def made(carrier: str) -> tuple[Table, Table]:
    """Return flips and displacements of two systems; `carrier` names the kind that moves ions."""
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_product(
        [["A", "B"], range(1, IONS + 1), range(1, WINDOWS + 1)], names=exchanges.KEYS
    )
    flips = pd.DataFrame(index=index).reset_index()
    steady, back = (rng.poisson(4, len(flips)) for _ in range(2))
    moving = {exchanges.EXCHANGES: steady, exchanges.RECROSSINGS: back}[carrier]
    dr = 3 + np.log1p(moving) + 0.3 * rng.normal(size=len(flips)) + (flips["system"] == "B")
    for name in exchanges.BINDING:
        flips[f"{name}-flip-steady"], flips[f"{name}-flip"] = steady, steady + back
        flips[f"{name}-flip-seldom"] = steady
    boxes = flips[exchanges.KEYS].assign(dr=dr, box=files.FIRST)
    second = boxes.assign(box="second box", dr=0.0)
    return (
        Table("flips", f"flips of {carrier}", flips),
        Table("boxes", f"boxes of {carrier}", pd.concat([boxes, second])),
    )


@pytest.mark.parametrize("carrier", [exchanges.EXCHANGES, exchanges.RECROSSINGS])
def test_the_kind_that_moves_ions_is_found(carrier):
    """It explains all but the noise, the other nothing, and each adds what the other lacks."""
    tables = made(carrier)
    (idle,) = {exchanges.EXCHANGES, exchanges.RECROSSINGS} - {carrier}
    found = exchanges.scores(*tables)
    signal = np.log1p(np.random.default_rng(1).poisson(4, 100_000)).var()
    assert found.loc[carrier, "value"] == pytest.approx(signal / (signal + 0.09), abs=0.05)
    assert found.loc[idle, "high"] < 0.02
    assert exchanges.gain(*tables, beyond=idle)[1] > 0.5
    assert abs(exchanges.gain(*tables, beyond=carrier)[0]) < 0.01


def test_counts_are_divided():
    """Of seven flips four are steady: three are recrossings; other boxes do not count."""
    columns = dict.fromkeys(["EC-flip", "TFSI-flip"], [7])
    columns |= dict.fromkeys(["EC-flip-steady", "TFSI-flip-steady"], [4])
    columns |= dict.fromkeys(["EC-flip-seldom", "TFSI-flip-seldom"], [2])
    keys = {"system": ["A"], "idx": [1], "Event": [1]}
    flips = Table("flips", "", pd.DataFrame(keys | columns))
    boxes = Table("boxes", "", pd.DataFrame(keys | {"dr": [1.5], "box": [files.FIRST]}))
    (row,) = exchanges.counted(flips, boxes).to_dict("records")
    assert (row["EC-flip-back"], row["dr"]) == (3, 1.5)


def test_committed_counts_and_table():
    """The three boxes of the data set: every row has its displacement, and scores have limits."""
    tables = files.load(exchanges.FLIPS), files.load(exchanges.BOXES)
    assert len(exchanges.counted(*tables)) == len(tables[0].table)
    shown = exchanges.table(*tables)
    assert list(shown.index) == [*exchanges.SEEN, "ceiling of a forecast"]
    assert shown["R² within systems"].str.contains("[", regex=False).all()
