"""What reruns at several lengths fix, and what partners have to do with it, on made-up reruns."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.cg import files
from analysis.cg.files import Table
from analysis.limits import horizon
from press import Absence

IONS, RERUNS = 150, 10
COLUMNS = {
    "ions": ["system", "idx", "Event", "length", "rerun", "dx", "dy", "dz"],
    "propensities": ["system", "Event", "partner", "length", "bead", "mean", "deviation"],
    "neighbours": ["system", "Event", "partner", "idx", "bead"],
}


def made(shares: dict[float, float], held=lambda rank: 1 + (rank > 0)) -> horizon.Followed:
    """Return reruns whose variance is fixed by the configuration in a share of one, by length.

    Every ion is held by rings of its own, whose propensity is the ion's; how many is a function of
    whether the propensity is above its mean.
    """
    rng = np.random.default_rng(0)
    rank = rng.normal(size=IONS)
    ions, partners = [], []
    for length, share in shares.items():
        for ion, value in enumerate(10 + np.sqrt(share) * rank, 1):
            noise = np.sqrt(1 - share) * rng.normal(size=RERUNS)
            ions += [
                ("B2T1", ion, 8, length, rerun, value + one, *(0.01 * rng.normal(size=2)))
                for rerun, one in enumerate(noise, 1)
            ]
            partners += [("B2T1", 8, "EC", length, 2 * ion + k, value, 0.5) for k in (0, 1)]
    shell = [
        ("B2T1", 8, "EC", ion, 2 * ion + k)
        for ion, value in enumerate(rank, 1)
        for k in range(held(value))
    ]
    tables = [
        Table(name, f"{name} of {shares}, {shell}", pd.DataFrame(rows, columns=COLUMNS[name]))
        for name, rows in zip(COLUMNS, (ions, partners, shell), strict=True)
    ]
    return horizon.Followed(*tables)


def test_shares_by_length():
    """Half and a tenth of the variance are fixed; intervals hold what was put in."""
    found = horizon.shares(made({10.0: 0.5, 100.0: 0.1}))
    for length, share in ((10.0, 0.5), (100.0, 0.1)):
        for system in ("B2T1", horizon.ALL):
            row = found.set_index(["system", "length", "part"]).loc[(system, length, "fixed")]
            assert row["low"] - 0.03 < share < row["high"] + 0.03
    parts = found[found["part"] != horizon.MAXWELL].groupby(["system", "length"])["value"].sum()
    assert parts.to_numpy() == pytest.approx(1)


def test_the_fall_has_an_interval():
    """From half to a tenth the share falls, beyond its error; equal shares do not differ."""
    value, _, high = horizon.change(made({10.0: 0.5, 100.0: 0.1}))
    assert value == pytest.approx(-0.4, abs=0.12)
    assert high < 0
    _, low, high = horizon.change(made({10.0: 0.3, 100.0: 0.3}))
    assert low < 0 < high


def test_the_first_shell_is_scored():
    """A count that tells above from below tells 2/pi of what is fixed; a constant one nothing."""
    known = horizon.scores(made({10.0: 0.8})).set_index("known")
    assert known.loc[horizon.SHELL, "value"] == pytest.approx(0.8 * 2 / np.pi, abs=0.08)
    assert known.loc[horizon.POLYMER, "high"] < 0.05
    constant = horizon.scores(made({10.0: 0.8}, held=lambda rank: 1)).set_index("known")
    assert constant.loc[horizon.SHELL, "value"] == pytest.approx(
        constant.loc[horizon.POLYMER, "value"], abs=1e-6
    )


def test_company_of_partners():
    """The ring moves as its ion is inclined to, and perfect step is bounded by the deviations."""
    followed = made({10.0: 0.9})
    (row,) = horizon.company(followed).itertuples()
    assert 0.95 < row.low < row.value < row.high
    spread = followed.ions.table.groupby("idx")["dx"]
    shared = (spread.std() * 0.5 / RERUNS).mean()
    partners = followed.propensities.table.groupby("bead")["mean"].mean()
    scale = spread.mean().std(ddof=0) * partners.std(ddof=0)
    assert row.value - row.least == pytest.approx(shared / scale, rel=0.01)


def test_figure_table_and_sentences():
    """They hold the numbers of both ends."""
    followed = made({10.0: 0.5, 100.0: 0.1})
    assert isinstance(horizon.figure(followed), Figure)
    assert list(horizon.table(followed).index) == [10.0, 100.0]
    assert "After 10 and after 100 CG ps" in horizon.in_words(followed)
    assert "at least" in horizon.company_in_words(followed)


def test_absent_reruns_are_an_absence(monkeypatch):
    """A making without these files says so everywhere."""
    monkeypatch.setattr(files, "registered", lambda name: False)
    absent = horizon.load()
    assert isinstance(absent, Absence)
    for function in (horizon.figure, horizon.table):
        assert function(absent) == absent
    assert horizon.in_words(absent) == absent.reason
    assert horizon.company_in_words(absent) == horizon.NOT_SAID
