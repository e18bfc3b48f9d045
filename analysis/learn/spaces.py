"""Where the reference searched: its hyperparameter spaces, candidates and printed winners.

`randint(a, b)` excludes b; `uniform(a, w)` covers [a, a + w]. The spaces keep the options that do
nothing (`warm_start` in a single fit, `leaf_size` but for ties) and the names of scikit-learn in
2022, because the order and number of options decide which candidates a seed draws; `modern`
translates a candidate before it is used.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
from scipy.stats import expon, loguniform, randint, uniform
from sklearn.model_selection import ParameterSampler

from analysis.learn.tasks import task as find_task
from press import InputError, record_input

WINNERS = Path(__file__).resolve().parents[2] / "data" / "reference" / "best_hyperparameters.json"
CANDIDATES = {"svm": 20}
DEFAULT_CANDIDATES = 50
# Names of the models in the reference's tables.
PRINTED = {
    "constant": "Dummy",
    "ridge": "Polynomial Ridge",
    "neighbours": "KNN",
    "tree": "Decision Tree",
    "extra-tree": "Extra Trees",
    "svm": "SVM",
    "forest": "Random Forest",
    "boosting": "Gradient Boosting",
}

_FEATURES = {"max_features": ["auto", "sqrt", "log2"]}
_LEAVES = {"min_samples_split": randint(2, 20), "min_samples_leaf": randint(1, 10)}
_TREE = {"max_depth": randint(5, 100), **_LEAVES}
_SPLITTER = {"splitter": ["best", "random"]}
_PURITY = {"criterion": ["gini", "entropy"]}
_BOOTSTRAP = {"bootstrap": [True, False]}
_WEIGHTED = {"class_weight": ["balanced", "balanced_subsample"]}
_MANY = {"n_estimators": randint(10, 500)}
_NEIGHBOURS = {"weights": ["uniform", "distance"], "leaf_size": randint(10, 60)}
_BOOSTING = {
    **_MANY,
    **_FEATURES,
    "max_depth": randint(1, 100),
    "learning_rate": uniform(0.1, 0.8),
    "min_samples_split": randint(2, 11),
    "min_samples_leaf": randint(1, 5),
    "warm_start": [True, False],
}
_REGRESSION = {
    "ridge": {"alpha": loguniform(1e-5, 10)},
    "neighbours": {"n_neighbors": randint(5, 15), **_NEIGHBOURS},
    "tree": {**_SPLITTER, **_FEATURES, **_TREE},
    "extra-tree": {**_FEATURES, **_TREE},
    "svm": {"C": randint(1, 50), "epsilon": uniform(0.1, 0.4)},
    "forest": {**_MANY, **_FEATURES, **_TREE, **_BOOTSTRAP},
    "boosting": _BOOSTING,
}
_CLASSIFICATION = {
    "ridge": _REGRESSION["ridge"],
    "neighbours": {"n_neighbors": randint(1, 15), **_NEIGHBOURS},
    "tree": {**_PURITY, **_SPLITTER, **_FEATURES, **_TREE},
    "extra-tree": {**_PURITY, **_SPLITTER, **_FEATURES, **_TREE},
    "svm": {"C": uniform(1, 20), "gamma": expon(scale=2)},
    "forest": {**_MANY, **_PURITY, **_TREE, **_BOOTSTRAP, **_WEIGHTED},
    "boosting": {"loss": ["deviance", "exponential"], **_BOOSTING},
}


def space(model: str, task: str) -> dict:
    """Return the reference's search space of a model; empty for models that are not searched."""
    spaces = _CLASSIFICATION if find_task(task).is_classification else _REGRESSION
    return spaces.get(model, {})


def candidates(model: str, task: str, seed: int = 0) -> list[dict]:
    """List the candidates that scikit-learn's random search draws with this seed, in its order.

    With seed 0 they are the reference's own. Models that are not searched have one, empty.
    """
    options = space(model, task)
    if not options:
        return [{}]
    count = CANDIDATES.get(model, DEFAULT_CANDIDATES)
    drawn = ParameterSampler(options, count, random_state=seed)
    return [modern(parameters, task) for parameters in drawn]


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


def winner(model: str, task: str, features: str) -> dict:
    """Return the hyperparameters that won the reference's search, as it printed them.

    Raises
    ------
    InputError
        For a feature set that the reference did not search; models without a search have {}.
    """
    if not space(model, task):
        return {}
    content = WINNERS.read_bytes()
    record_input(WINNERS, hashlib.sha256(content).hexdigest())
    entries = json.loads(content)
    for entry in entries:
        if (entry["features"], entry["task"], entry["model"]) == (features, task, PRINTED[model]):
            return modern(entry["parameters"], task)
    searched = sorted({entry["features"] for entry in entries})
    raise InputError(
        f"the reference printed no winner for the features '{features}'",
        file=WINNERS,
        rule=f"budget 'published' needs features among {', '.join(searched)}",
        advice="choose the budget 'quick' or 'reference'",
    )


def modern_space(model: str, task: str) -> dict:
    """Return the search space in the words of scikit-learn >= 1.3, for its own random search.

    Options that do nothing stay as they are drawn, so that a seed draws the same candidates.
    """
    return {
        name: list(modern({i: option for i, option in enumerate(options)}, task).values())
        if isinstance(options, list)
        else options
        for name, options in space(model, task).items()
    }
