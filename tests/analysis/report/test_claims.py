"""Claims follow the data: they flip when the data are permuted."""

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.data import datasets
from analysis.report import claims
from press import Absence, Carried


def shuffled(windows):
    """Give each window the displacement of another ion of its system, at the same time."""
    draw = np.random.default_rng(0)
    parts = [
        rows.sample(frac=1, random_state=draw)[["dx", "dy", "dz", "dr"]].set_axis(rows.index)
        for _, rows in windows.table.groupby(["system", "Event"], observed=True)
    ]
    return replace(windows, table=windows.table.assign(**pd.concat(parts).sort_index()))


def test_a_claim_flips_when_its_data_are_permuted():
    """Ions come back; displacements that change ions from window to window do not."""
    windows = datasets.load("cg")
    assert claims.ions_come_back.finding(windows, 0).verdict == "holds"
    assert claims.ions_come_back.finding(shuffled(windows), 0).verdict != "holds"


def test_small_data_have_no_answer(lipf6):
    """Claims about learning and time need more; none of them is decided or fails."""
    for one in (claims.structure_predicts, claims.motion_is_subdiffusive):
        assert isinstance(one.finding(lipf6, 0), Absence)


def test_another_editions_ledger_is_carried(lipf6):
    """It is not computed from the data at hand."""
    assert claims.ledger(lipf6, "paec") == Carried("paec")
    assert list(claims.ledger(lipf6, "lipf6").columns) == ["Statement", "Verdict", "Value", "Rule"]
