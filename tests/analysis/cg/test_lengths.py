"""Ceilings by length and the partners' propensity, on made-up reruns."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.cg import lengths
from analysis.cg.files import Table

IONS, RERUNS = 80, 10


def made(shares: dict[float, float]) -> list[Table]:
    """Return reruns whose variance is fixed by the configuration in a share of one, by length.

    Every ion is held by the ring of its own number, whose propensity is the ion's.
    """
    rng = np.random.default_rng(0)
    rows, partners = [], []
    for length, share in shares.items():
        for event in (8, 20):
            propensity = 10 + np.sqrt(share) * rng.normal(size=IONS)
            for rerun in range(1, RERUNS + 1):
                dr = propensity + np.sqrt(1 - share) * rng.normal(size=IONS)
                rows += [
                    ("B2T1", ion, event, length, rerun, value, 0.0, 0.0)
                    for ion, value in enumerate(dr, 1)
                ]
            partners += [
                ("B2T1", event, "EC", length, ion, value) for ion, value in enumerate(propensity, 1)
            ]
    held = [("B2T1", event, "EC", ion, ion) for event in (8, 20) for ion in range(1, IONS + 1)]
    columns = {
        "lengths": ["system", "idx", "Event", "length", "rerun", "dx", "dy", "dz"],
        "propensities": ["system", "Event", "partner", "length", "bead", "mean"],
        "neighbours": ["system", "Event", "partner", "idx", "bead"],
    }
    return [
        Table(name, f"{name} of {shares}", pd.DataFrame(content, columns=columns[name]))
        for name, content in zip(columns, (rows, partners, held), strict=True)
    ]


def test_ceilings_by_length():
    """Half and a tenth of the variance are fixed; the intervals hold what was put in."""
    found = lengths.ceilings(made({10.0: 0.5, 100.0: 0.1})[0])
    for length, share in ((10.0, 0.5), (100.0, 0.1)):
        row = found.loc[("B2T1", length)]
        assert row["ceiling"] == pytest.approx(share, abs=0.12)
        assert row["low"] - 0.05 < share < row["high"] + 0.05


def test_company_of_partners():
    """The ring moves as its ion is inclined to: a correlation near one."""
    tables = made({10.0: 0.9})
    found = lengths.company(*tables)
    assert found.loc[("B2T1", 10.0), "EC"] > 0.95
    assert isinstance(lengths.figure(*tables), Figure)
