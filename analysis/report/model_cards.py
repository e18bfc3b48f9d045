"""Model cards: what the learners are, what they are for, and how they score by split."""

import pandas as pd

from analysis.data.windows import Windows
from analysis.ground.wording import with_interval
from analysis.learn import splits
from analysis.limits import learners, predicting
from press import Absence

KINDS = {
    "smooth": f"ridge regression, penalty {learners.PENALTY:g}, on the design and the history and "
    "on products of two features of the window, standardized and cut off",
    "trees": f"gradient boosted trees: {learners.TREES['n_estimators']} of "
    f"{learners.TREES['num_leaves']} leaves, learning rate "
    f"{learners.TREES['learning_rate']:g}, at least {learners.TREES['min_child_samples']} "
    "windows in a leaf",
}


def table(windows: Windows, seed: int = 0) -> pd.DataFrame | Absence:
    """Describe both learners, item by item, with their forecasts' scores under every split."""
    scores = predicting.scores(windows, seed)
    if isinstance(scores, Absence):
        return scores
    cards = {learner: _card(windows, scores, learner) for learner in learners.LEARNERS}
    return pd.DataFrame(cards).rename(columns=str.capitalize).rename_axis("Item")


def _card(windows: Windows, scores: pd.DataFrame, learner: str) -> dict[str, str]:
    """Give one learner's card as item: text."""
    card = {
        "Kind": KINDS[learner],
        "Settings": "fixed in advance, not searched",
        "Predicts": f"`dr` over {windows.dataset.window:g} {windows.dataset.time_unit}, in Å",
        "From": "averages, history and structure; never flips of the same window",
        "Learned from": f"`{windows.dataset.name}`, the windows outside each fold",
        "Use": "to measure what features know; not for decisions on other electrolytes",
    }
    mine = scores[(scores["learner"] == learner) & (scores["sources"] == "forecast")]
    for _, row in mine.iterrows():
        title = splits.SPLITS[row["split"]].title
        card[f"R², {title}"] = with_interval(*row[["r2", "r2 low", "r2 high"]], decimals=2)
    return card
