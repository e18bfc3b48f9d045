"""The models: the baselines, the reference's eight, and ensembles that it did not try.

Each is a scikit-learn pipeline whose last step is called `model`. What the reference calls Extra
Trees is one extremely randomized tree; it stands here as that, beside the ensemble of the name.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, RidgeClassifier
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
)

from analysis.ground.choices import require_known
from analysis.learn.tasks import task
from press import Catalogue, InputError

KERNEL_CACHE = 1000  # MB for the kernel matrix of a support vector machine

# Settings of the ensembles that are not searched: many small steps, leaves of many windows.
FOREST_LEAF = dict(n_estimators=200, min_samples_leaf=10, max_features=0.5)
HISTOGRAM = dict(max_iter=150, learning_rate=0.05, max_leaf_nodes=15, min_samples_leaf=50)
LIGHTGBM = dict(n_estimators=150, learning_rate=0.05, num_leaves=15, min_child_samples=50)


class GroupMean(RegressorMixin, BaseEstimator):
    """Predicts the mean of the group in the first column; the overall mean for a new group."""

    def fit(self, X, y):
        """Remember the mean of every group."""
        groups, code = np.unique(np.asarray(X)[:, 0], return_inverse=True)
        self.means_ = dict(zip(groups, np.bincount(code, y) / np.bincount(code), strict=True))
        self.mean_ = float(np.mean(y))
        return self

    def predict(self, X):
        """Return the mean of each row's group, (rows,)."""
        return np.array([self.means_.get(group, self.mean_) for group in np.asarray(X)[:, 0]])


class GroupRate(ClassifierMixin, BaseEstimator):
    """Predicts the rate of the class 1 in the group in the first column, as `GroupMean` does."""

    def fit(self, X, y):
        """Remember the rate of every group."""
        self.classes_ = np.array([0, 1])
        self.rates_ = GroupMean().fit(X, y)
        return self

    def predict_proba(self, X):
        """Return the chances of the classes 0 and 1, (rows, 2)."""
        rate = self.rates_.predict(X)
        return np.column_stack([1 - rate, rate])

    def predict(self, X):
        """Return the likelier class, (rows,)."""
        return (self.rates_.predict(X) > 0.5).astype(int)


@dataclass(frozen=True)
class Model:
    """A model for one or both tasks.

    Parameters
    ----------
    name, title : str
        Short name, and the words for tables and figures.
    kind : str
        "baseline", "reference" or "ensemble".
    regressor, classifier : callable or None
        Make the last step of the pipeline from a seed; None where the model has no such task.
    reads : str or None
        What a baseline sees whatever the feature set: "system" or "descriptors".
    degree : int
        Of the polynomial to which the features are expanded.
    scaled : bool
        Whether features are brought to mean 0 and variance 1.
    """

    name: str
    title: str
    kind: str
    regressor: Callable[[int], BaseEstimator] | None
    classifier: Callable[[int], BaseEstimator] | None
    reads: str | None = None
    degree: int = 1
    scaled: bool = True

    def does(self, task_name: str) -> bool:
        """Whether the model has this task."""
        return self._maker(task_name) is not None

    def pipeline(self, task_name: str, seed: int = 0) -> Pipeline:
        """Make the untrained pipeline; its last step, `model`, takes the hyperparameters.

        Raises
        ------
        InputError
            For a task that the model does not have, with the models that have it.
        """
        if not self.does(task_name):
            raise InputError(
                f"the model '{self.name}' has no {task_name}",
                rule=f"for {task_name}, the model is one of {', '.join(names(task_name))}",
            )
        steps = [("expand", PolynomialFeatures(self.degree))] if self.degree > 1 else []
        steps += [("scale", StandardScaler())] if self.scaled else []
        return Pipeline([*steps, ("model", self._maker(task_name)(seed))])

    def _maker(self, task_name: str):
        return self.classifier if task(task_name).is_classification else self.regressor


def _seeded(estimator, **settings):
    """Make an estimator with a seed and these settings."""
    return lambda seed: estimator(random_state=seed, **settings)


def _plain(estimator, **settings):
    """Make an estimator that draws nothing at random."""
    return lambda seed: estimator(**settings)


def _lightgbm(name: str):
    """Make LightGBM's estimator of that name; imported late, because it is slow to load."""

    def make(seed: int):
        import lightgbm

        estimator = getattr(lightgbm, name)
        return estimator(random_state=seed, n_jobs=1, verbosity=-1, deterministic=True, **LIGHTGBM)

    return make


MODELS = Catalogue(
    [
        Model(
            "constant",
            "Constant",
            "baseline",
            _plain(DummyRegressor),
            _plain(DummyClassifier, strategy="prior"),
        ),
        Model(
            "always-fast",
            "Always fast",
            "baseline",
            None,
            _plain(DummyClassifier, strategy="constant", constant=1),
        ),
        Model(
            "system-mean",
            "System mean",
            "baseline",
            _plain(GroupMean),
            _plain(GroupRate),
            reads="system",
            scaled=False,
        ),
        Model(
            "descriptors",
            "Descriptors, linear",
            "baseline",
            _plain(LinearRegression),
            _plain(LogisticRegression),
            reads="descriptors",
        ),
        Model(
            "ridge",
            "Polynomial ridge",
            "reference",
            _seeded(Ridge),
            _seeded(RidgeClassifier),
            degree=2,
        ),
        Model(
            "neighbours",
            "Nearest neighbours",
            "reference",
            _plain(KNeighborsRegressor),
            _plain(KNeighborsClassifier),
        ),
        Model(
            "tree",
            "Decision tree",
            "reference",
            _seeded(DecisionTreeRegressor),
            _seeded(DecisionTreeClassifier),
        ),
        Model(
            "extra-tree",
            "Single extra tree",
            "reference",
            _seeded(ExtraTreeRegressor),
            _seeded(ExtraTreeClassifier),
        ),
        Model(
            "svm",
            "Support vectors",
            "reference",
            _plain(SVR, cache_size=KERNEL_CACHE),
            _seeded(SVC, cache_size=KERNEL_CACHE),
        ),
        Model(
            "forest",
            "Random forest",
            "reference",
            _seeded(RandomForestRegressor),
            _seeded(RandomForestClassifier),
        ),
        Model(
            "boosting",
            "Gradient boosting",
            "reference",
            _seeded(GradientBoostingRegressor),
            _seeded(GradientBoostingClassifier),
        ),
        Model(
            "extra-trees",
            "Extra trees",
            "ensemble",
            _seeded(ExtraTreesRegressor, **FOREST_LEAF),
            _seeded(ExtraTreesClassifier, **FOREST_LEAF),
        ),
        Model(
            "histogram",
            "Histogram boosting",
            "ensemble",
            _seeded(HistGradientBoostingRegressor, early_stopping=False, **HISTOGRAM),
            _seeded(HistGradientBoostingClassifier, early_stopping=False, **HISTOGRAM),
        ),
        Model(
            "lightgbm",
            "LightGBM",
            "ensemble",
            _lightgbm("LGBMRegressor"),
            _lightgbm("LGBMClassifier"),
        ),
    ]
)


def model(name: str) -> Model:
    """Return the model called `name`; an InputError lists those that exist."""
    require_known("model", name, MODELS)
    return MODELS[name]


def names(task_name: str) -> tuple[str, ...]:
    """List the models that have the task, in order."""
    return tuple(m.name for m in MODELS.values() if m.does(task_name))


def decision(pipeline: Pipeline, X) -> np.ndarray:
    """Return the score by which a trained classifier ranks rows, higher for fast, (rows,)."""
    if hasattr(pipeline, "decision_function"):
        return pipeline.decision_function(X)
    return pipeline.predict_proba(X)[:, 1]
