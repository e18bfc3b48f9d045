"""Where and how hard to search: the reference's hyperparameter spaces and its printed winners.

`randint(a, b)` excludes b; `uniform(a, w)` covers [a, a + w]. The spaces keep the options that do
nothing (`warm_start` in a single fit, `leaf_size` but for ties) and the names of scikit-learn in
2022, because the order and number of options decide which candidates a seed draws; `modern`
translates a candidate before it is used.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.stats import expon, loguniform, randint, uniform
from sklearn.model_selection import ParameterSampler

from analysis.ground.choices import BUDGETS, require_known
from analysis.learn.tasks import task as find_task
from press import InputError, record_input

WINNERS = Path(__file__).resolve().parents[2] / "data" / "reference" / "best_hyperparameters.json"
CANDIDATES = 50  # that the reference drew, but for support vectors

FEATURES = {"max_features": ["auto", "sqrt", "log2"]}
BRANCHES = {
    "max_depth": randint(5, 100),
    "min_samples_split": randint(2, 20),
    "min_samples_leaf": randint(1, 10),
}
TREE = {**FEATURES, **BRANCHES}
SPLITTER = {"splitter": ["best", "random"]}
PURITY = {"criterion": ["gini", "entropy"]}
MANY = {"n_estimators": randint(10, 500)}
BOOTSTRAP = {"bootstrap": [True, False]}
WEIGHTED = {"class_weight": ["balanced", "balanced_subsample"]}
RIDGE = {"alpha": loguniform(1e-5, 10)}
WEIGHTS = {"weights": ["uniform", "distance"], "leaf_size": randint(10, 60)}
NEIGHBOURS = {"n_neighbors": randint(5, 15), **WEIGHTS}
NEIGHBOURS_CLASSES = {"n_neighbors": randint(1, 15), **WEIGHTS}
SVM = {"C": randint(1, 50), "epsilon": uniform(0.1, 0.4)}
SVM_CLASSES = {"C": uniform(1, 20), "gamma": expon(scale=2)}
FOREST = {**MANY, **TREE, **BOOTSTRAP}
FOREST_CLASSES = {**MANY, **PURITY, **BRANCHES, **BOOTSTRAP, **WEIGHTED}
BOOSTING = {
    **MANY,
    **FEATURES,
    "max_depth": randint(1, 100),
    "learning_rate": uniform(0.1, 0.8),
    "min_samples_split": randint(2, 11),
    "min_samples_leaf": randint(1, 5),
    "warm_start": [True, False],
}
BOOSTING_CLASSES = {"loss": ["deviance", "exponential"], **BOOSTING}


@dataclass(frozen=True)
class Round:
    """One round of a race.

    Parameters
    ----------
    keep : int
        How many candidates go on.
    rows : int or None
        Rows learned from in each fold; None: all.
    folds : int or None
        Folds judged by; None: all.
    trees : int or None
        Most trees of an ensemble; None: as many as the candidate says.
    """

    keep: int
    rows: int | None = None
    folds: int | None = None
    trees: int | None = None


@dataclass(frozen=True)
class Effort:
    """What a budget pays for one model; it learns from all rows to learn from, whatever it is.

    Parameters
    ----------
    rounds : tuple of Round
        The race; empty: every candidate under the full protocol.
    candidates : int or None
        How many of the reference's candidates start, the shallowest trees first; None: all.
    settles : bool
        Whether the candidates left at the end are judged by all rows, folds and trees.
    """

    rounds: tuple[Round, ...] = ()
    candidates: int | None = None
    settles: bool = True


PLAIN = Effort()


@dataclass(frozen=True)
class Search:
    """What is searched for one model, and how.

    Parameters
    ----------
    regression, classification : mapping
        Options or distributions of each hyperparameter.
    count : int
        How many candidates are drawn.
    shared : callable, optional
        Scores all candidates at once by sharing work; see `analysis.learn.exact`.
    efforts : mapping
        What the budgets pay, where it is less than every candidate under the full protocol.
    """

    regression: Mapping
    classification: Mapping
    count: int = CANDIDATES
    shared: Callable[..., np.ndarray] | None = None
    efforts: Mapping[str, Effort] = field(default_factory=dict)

    def space(self, task: str) -> Mapping:
        """Return the options of a task."""
        return self.classification if find_task(task).is_classification else self.regression

    def modern_space(self, task: str) -> dict:
        """Return the options in the words of scikit-learn >= 1.3, for its own random search.

        Options that do nothing stay as they are drawn, so that a seed draws the same candidates.
        """
        return {
            name: list(modern(dict(enumerate(options)), task).values())
            if isinstance(options, list)
            else options
            for name, options in self.space(task).items()
        }

    def candidates(self, task: str, seed: int = 0) -> list[dict]:
        """List the candidates that scikit-learn's random search draws with this seed, in order.

        With seed 0 they are the reference's own.
        """
        drawn = ParameterSampler(dict(self.space(task)), self.count, random_state=seed)
        return [modern(parameters, task) for parameters in drawn]

    def effort(self, budget: str) -> Effort:
        """Say what the budget pays; an InputError lists the budgets that exist."""
        require_known("budget", budget, BUDGETS)
        return self.efforts.get(budget, PLAIN)


def modern(parameters: dict, task: str) -> dict:
    """Put a setting into the words of scikit-learn >= 1.3.

    `max_features="auto"` meant all features for regression and their square root for
    classification; `loss="deviance"` is `log_loss`; `warm_start` does nothing in a single fit.
    """
    classes = find_task(task).is_classification
    renamed = {"auto": "sqrt" if classes else 1.0, "deviance": "log_loss"}

    def translated(value):
        if isinstance(value, str):
            return renamed.get(value, value)
        return value.item() if isinstance(value, np.generic) else value

    return {k: translated(value) for k, value in parameters.items() if k != "warm_start"}


def winner(printed: str, task: str, features: str) -> dict:
    """Return the hyperparameters that won the reference's search, as it printed them.

    Parameters
    ----------
    printed : str
        The model, as the reference named it.
    task, features : str
        The table of the reference.

    Raises
    ------
    InputError
        For a feature set that the reference did not search.
    """
    content = WINNERS.read_bytes()
    record_input(WINNERS, hashlib.sha256(content).hexdigest())
    entries = json.loads(content)
    for entry in entries:
        if (entry["features"], entry["task"], entry["model"]) == (features, task, printed):
            return modern(entry["parameters"], task)
    searched = sorted({entry["features"] for entry in entries})
    raise InputError(
        f"the reference printed no winner for the features '{features}'",
        file=WINNERS,
        rule=f"budget 'published' needs features among {', '.join(searched)}",
        advice="choose the budget 'quick' or 'reference'",
    )
