"""The models: the baselines, the reference's eight, and learners that it did not try.

Each is one entry of `MODELS`, which says all there is to know of it: its words, its estimators,
what it sees, what is searched and what it costs. It then stands in every table of scores. Each is
a scikit-learn pipeline whose last step is called `model`. What the reference calls Extra Trees is
one extremely randomized tree; it stands here as that, beside the ensemble of the name.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.base import BaseEstimator
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
from analysis.learn import exact, spaces
from analysis.learn.estimators import GroupMean, GroupRate
from analysis.learn.spaces import Effort, Round, Search
from analysis.learn.tasks import task
from press import Catalogue, InputError

KERNEL_CACHE = 1000  # MB for the kernel matrix of a support vector machine

# Settings of the learners that are not searched: many small steps, leaves of many windows, and a
# penalty that is small beside the rows and stops products of rare counts.
FOREST_LEAF = dict(n_estimators=200, min_samples_leaf=10, max_features=0.5)
HISTOGRAM = dict(max_iter=150, learning_rate=0.05, max_leaf_nodes=15, min_samples_leaf=50)
LIGHTGBM = dict(n_estimators=150, learning_rate=0.05, num_leaves=15, min_child_samples=50)
PENALTY = 100.0


@dataclass(frozen=True)
class Model:
    """A model for one or both tasks.

    Parameters
    ----------
    name, title : str
        Short name, and the words for tables and figures.
    kind : str
        "baseline", "reference" or "added".
    regressor, classifier : callable or None
        Make the last step of the pipeline from a seed; None where the model has no such task.
    reads : str or None
        What it sees instead of the feature set: "system" or "descriptors", as baselines do, or
        "smooth", the feature set as `features.smooth` prepares it.
    degree : int
        Of the polynomial to which the features are expanded.
    scaled : bool
        Whether features are brought to mean 0 and variance 1.
    search : Search or None
        Which hyperparameters are searched and how; None: none.
    printed : str or None
        Its name in the reference's tables, if it is there.
    cost : int
        Orders the work, the dearest first.
    """

    name: str
    title: str
    kind: str
    regressor: Callable[[int], BaseEstimator] | None
    classifier: Callable[[int], BaseEstimator] | None
    reads: str | None = None
    degree: int = 1
    scaled: bool = True
    search: Search | None = None
    printed: str | None = None
    cost: int = 0

    @property
    def is_baseline(self) -> bool:
        """Whether it is something to hold models against, and sees no window."""
        return self.kind == "baseline"

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
        maker = self._maker(task_name)
        if maker is None:
            raise InputError(
                f"the model '{self.name}' has no {task_name}",
                rule=f"for {task_name}, the model is one of {', '.join(names(task_name))}",
            )
        steps: list[tuple] = []
        steps += [("expand", PolynomialFeatures(self.degree))] if self.degree > 1 else []
        steps += [("scale", StandardScaler())] if self.scaled else []
        return Pipeline([*steps, ("model", maker(seed))])

    def space(self, task_name: str) -> dict:
        """Return the search space; empty for a model that is not searched."""
        return dict(self.search.space(task_name)) if self.search else {}

    def candidates(self, task_name: str, seed: int = 0) -> list[dict]:
        """List the candidates of its search, or the one that sets nothing."""
        return self.search.candidates(task_name, seed) if self.search else [{}]

    def winner(self, task_name: str, features: str) -> dict:
        """Return the hyperparameters that the reference printed for it; none for other models."""
        if self.search is None or self.printed is None:
            return {}
        return spaces.winner(self.printed, task_name, features)

    def effort(self, budget: str) -> Effort:
        """Say what the budget pays for it."""
        return self.search.effort(budget) if self.search else spaces.PLAIN

    def _maker(self, task_name: str) -> Callable[[int], BaseEstimator] | None:
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


# Ensembles are thinned in trees and not in rows where it counts: how deep their trees should be
# depends on how many rows there are, and on a fifth of them the best depth for all looks poor.
# What `quick` cuts is the race; boosting starts with its three shallowest candidates only, since
# deep ones cost ten times as much and learn the noise. With the class from structure, where the
# printed winner is deep, that is a ranking as good and a smaller F1. What is chosen by F1 need not
# rank best: for new ions in the coarse-grained windows, with flips, F1 takes a boosting of depth
# four whose AUC is 0.04 below that of the printed winner.
MODELS = Catalogue(
    [
        Model(
            "constant",
            "Constant",
            "baseline",
            _plain(DummyRegressor),
            _plain(DummyClassifier, strategy="prior"),
            printed="Dummy",
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
            search=Search(spaces.RIDGE, spaces.RIDGE, shared=exact.ridge_scores),
            printed="Polynomial Ridge",
        ),
        Model(
            "neighbours",
            "Nearest neighbours",
            "reference",
            _plain(KNeighborsRegressor),
            _plain(KNeighborsClassifier),
            search=Search(
                spaces.NEIGHBOURS, spaces.NEIGHBOURS_CLASSES, shared=exact.neighbour_scores
            ),
            printed="KNN",
            cost=1,
        ),
        Model(
            "tree",
            "Decision tree",
            "reference",
            _seeded(DecisionTreeRegressor),
            _seeded(DecisionTreeClassifier),
            search=Search(
                {**spaces.SPLITTER, **spaces.TREE},
                {**spaces.PURITY, **spaces.SPLITTER, **spaces.TREE},
                efforts={"quick": Effort((Round(5, rows=4000, folds=2),))},
            ),
            printed="Decision Tree",
        ),
        Model(
            "extra-tree",
            "Single extra tree",
            "reference",
            _seeded(ExtraTreeRegressor),
            _seeded(ExtraTreeClassifier),
            search=Search(
                spaces.TREE,
                {**spaces.PURITY, **spaces.SPLITTER, **spaces.TREE},
                efforts={"quick": Effort((Round(5, rows=4000, folds=2),))},
            ),
            printed="Extra Trees",
        ),
        Model(
            "svm",
            "Support vectors",
            "reference",
            _plain(SVR, cache_size=KERNEL_CACHE),
            _seeded(SVC, cache_size=KERNEL_CACHE),
            search=Search(
                spaces.SVM,
                spaces.SVM_CLASSES,
                count=20,
                efforts={
                    "reference": Effort((Round(6, rows=2000), Round(2, rows=6000, folds=2))),
                    "quick": Effort(
                        (Round(2, rows=1500, folds=2), Round(1, rows=4000, folds=1)), settles=False
                    ),
                },
            ),
            printed="SVM",
            cost=5,
        ),
        Model(
            "forest",
            "Random forest",
            "reference",
            _seeded(RandomForestRegressor),
            _seeded(RandomForestClassifier),
            search=Search(
                spaces.FOREST,
                spaces.FOREST_CLASSES,
                efforts={
                    "reference": Effort(
                        (Round(12, folds=2, trees=30), Round(3, folds=3, trees=100))
                    ),
                    "quick": Effort(
                        (Round(8, rows=8000, folds=1, trees=6), Round(1, folds=1, trees=30)),
                        settles=False,
                    ),
                },
            ),
            printed="Random Forest",
            cost=3,
        ),
        Model(
            "boosting",
            "Gradient boosting",
            "reference",
            _seeded(GradientBoostingRegressor),
            _seeded(GradientBoostingClassifier),
            search=Search(
                spaces.BOOSTING,
                spaces.BOOSTING_CLASSES,
                efforts={
                    "reference": Effort(
                        (Round(15, rows=3000, folds=2), Round(3, rows=8000, folds=2))
                    ),
                    "quick": Effort((Round(1, folds=3, trees=200),), candidates=3, settles=False),
                },
            ),
            printed="Gradient Boosting",
            cost=4,
        ),
        Model(
            "smooth",
            "Smooth ridge",
            "added",
            _plain(Ridge, alpha=PENALTY),
            _plain(LogisticRegression, C=1 / PENALTY, max_iter=1000),
            reads="smooth",
        ),
        Model(
            "extra-trees",
            "Extra trees",
            "added",
            _seeded(ExtraTreesRegressor, **FOREST_LEAF),
            _seeded(ExtraTreesClassifier, **FOREST_LEAF),
            cost=2,
        ),
        Model(
            "histogram",
            "Histogram boosting",
            "added",
            _seeded(HistGradientBoostingRegressor, early_stopping=False, **HISTOGRAM),
            _seeded(HistGradientBoostingClassifier, early_stopping=False, **HISTOGRAM),
        ),
        Model(
            "lightgbm",
            "LightGBM",
            "added",
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
