"""Cards of the learners."""

import pandas as pd

from analysis.limits import learners, predicting
from analysis.report import model_cards
from press import Absence


def test_small_data_have_no_cards(lipf6):
    """Without scores there is nothing to put on a card."""
    assert isinstance(model_cards.table(lipf6), Absence)


def test_a_card_has_a_row_per_split(lipf6, monkeypatch):
    """What it is, what it is for, and the forecast's score under each split."""
    row = {"sources": "forecast", "r2": 0.2, "r2 low": 0.1, "r2 high": 0.3}
    rows = [row | {"split": "ion", "learner": how} for how in learners.LEARNERS]
    monkeypatch.setattr(predicting, "scores", lambda windows, seed: pd.DataFrame(rows))
    table = model_cards.table(lipf6)
    assert list(table.columns) == ["Smooth", "Trees"]
    assert table.loc["R², new ions", "Trees"] == "0.20 [0.10, 0.30]"
