"""Changes that last and crossings that come back, on made-up counts of which one moves the ions."""

import numpy as np
import pandas as pd
import pytest

from analysis.cg import files
from analysis.cg.files import Table
from analysis.limits import exchanges
from press import Absence

IONS, WINDOWS = 60, 10


def made(carrier: str) -> tuple[Table, Table]:
    """Return flips and displacements of two systems; `carrier` names the kind that moves ions."""
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_product(
        [["A", "B"], range(1, IONS + 1), range(1, WINDOWS + 1)], names=exchanges.KEYS
    )
    flips = pd.DataFrame(index=index).reset_index()
    steady, back, count = (rng.poisson(4, len(flips)) for _ in range(3))
    lasting = np.abs(np.roll(count, -1) - count)  # the last window of an ion has no next one
    kinds = {exchanges.STEADY: steady, exchanges.BACK: back, exchanges.LASTING: lasting}
    dr = 3 + np.log1p(kinds[carrier]) + 0.3 * rng.normal(size=len(flips)) + (flips["system"] == "B")
    for name in exchanges.BINDING:
        flips[f"{name}-flip-steady"], flips[f"{name}-flip"] = steady, steady + back
        flips[f"{name}-flip-seldom"] = steady
    boxes = flips[exchanges.KEYS].assign(dr=dr, box=files.FIRST, EC=count, TFSI=count)
    second = boxes.assign(box="second box", dr=0.0)
    return (
        Table("flips", f"flips of {carrier}", flips),
        Table("boxes", f"boxes of {carrier}", pd.concat([boxes, second])),
    )


@pytest.mark.parametrize("carrier", [exchanges.STEADY, exchanges.BACK, exchanges.LASTING])
def test_the_kind_that_moves_ions_is_found(carrier):
    """It explains nearly all, the others nothing beyond the noise."""
    found = exchanges.scores(exchanges.of_counts(*made(carrier)))
    assert found.loc[carrier, "value"] > 0.6
    for other in {exchanges.STEADY, exchanges.BACK, exchanges.LASTING} - {carrier}:
        assert found.loc[other, "value"] < 0.02


def test_gains_are_those_of_the_same_ions():
    """What moves ions adds to what does not, and nothing is added to it."""
    sums = exchanges.of_counts(*made(exchanges.LASTING))
    both = "lasting changes and flips with hysteresis"
    assert exchanges.gain(sums, both, exchanges.STEADY)[1] > 0.5
    assert abs(exchanges.gain(sums, both, exchanges.LASTING)[0]) < 0.01


def test_counts_are_divided():
    """Of seven flips four are steady, three recrossings; in the end two partners more are there."""
    columns = dict.fromkeys(["EC-flip", "TFSI-flip"], [7])
    columns |= dict.fromkeys(["EC-flip-steady", "TFSI-flip-steady"], [4])
    columns |= dict.fromkeys(["EC-flip-seldom", "TFSI-flip-seldom"], [2])
    keys = {"system": ["A"], "idx": [1], "Event": [1]}
    flips = Table("flips", "", pd.DataFrame(keys | columns))
    rows = [("A", 1, 1, 1, 4, 1.5), ("A", 1, 2, 3, 4, 9.0)]
    names = [*exchanges.KEYS, "EC", "TFSI", "dr"]
    boxes = Table("boxes", "", pd.DataFrame(rows, columns=names).assign(box=files.FIRST))
    (row,) = exchanges.counted(flips, boxes).to_dict("records")
    assert (row["EC-flip-back"], row["EC-flip-lasting"], row["dr"]) == (3, 2, 1.5)


def test_what_lasts_in_a_windows_table(lipf6):
    """The next window of the same ion begins where this one ends; the last has none."""
    found = exchanges.followed(lipf6)
    assert len(found) == len(lipf6.table) * 7 // 8
    table = lipf6.table
    ion = table[(table["system"] == "dilute") & (table["idx"] == 1)].sort_values("Event")
    mine = found[found["dr"] == ion["dr"].iloc[0]].iloc[0]
    assert mine["PF6-lasting"] == abs(ion["PF6"].iloc[1] - ion["PF6"].iloc[0])
    gap = lipf6.where(table["Event"].to_numpy() != 4)
    assert len(exchanges.followed(gap)) == len(lipf6.table) * 5 // 8


def test_lasting_changes_that_move_ions_are_found(cg):
    """Where `dr` is made of the lasting changes, they tell it and flips do not."""
    table = exchanges.followed(cg)
    names = exchanges.seen(cg)
    moving = np.log1p(table[names["lasting changes, first shell"]]).sum(axis=1)
    planted = table.assign(dr=1.0 + moving)
    found = exchanges.scores(exchanges.errors(planted, names))["value"]
    assert found["lasting changes, first shell"] > 0.95
    assert found["flips, first shell"] < 0.7


def test_tables_and_absences(lipf6):
    """A data set with few windows says so; the committed boxes have a row for each way to count."""
    assert isinstance(exchanges.table(lipf6), Absence)
    absent = exchanges.of_windows(lipf6)
    assert exchanges.gain(absent, "a", "b") == absent
    shown = exchanges.counts_table(files.load(exchanges.FLIPS), files.load(exchanges.BOXES))
    assert list(shown.index) == [*exchanges.COUNTED, exchanges.CEILING]
    assert shown["R² within systems"].str.contains("[", regex=False).all()
