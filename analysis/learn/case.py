"""The case: what the evaluations in one table of models have in common."""

from dataclasses import astuple, dataclass

from analysis.ground.choices import BUDGETS, SPLITS, require_known, require_seed, require_threshold
from analysis.learn.features import FEATURE_SETS
from analysis.learn.tasks import TASKS
from press import InputError


@dataclass(frozen=True, repr=False)
class Case:
    """What is asked of a model, what it may see, and how it is searched for and judged.

    Parameters
    ----------
    task : str
        What is predicted, one of `tasks.TASKS`.
    features : str
        What the models see, one of `features.FEATURE_SETS`.
    split : str
        How rows are held out, one of `choices.SPLITS`.
    budget : str
        How much searching is paid for, one of `choices.BUDGETS`.
    seed : int
        Of everything random.
    fast : float, optional
        Threshold of the class in angstrom; by default the data set's own. A regression has none,
        so that it is the same case for every threshold.

    Raises
    ------
    InputError
        For a value that is not allowed, with those that are.

    Examples
    --------
    >>> Case("classification", "structure", fast=2.5)
    Case('classification', 'structure', 'ion', 'quick', 0, 2.5)
    """

    task: str
    features: str = "structure+flips"
    split: str = "ion"
    budget: str = "quick"
    seed: int = 0
    fast: float | None = None

    def __post_init__(self):
        require_known("task", self.task, TASKS)
        require_known("features", self.features, FEATURE_SETS)
        require_known("split", self.split, SPLITS)
        require_known("budget", self.budget, BUDGETS)
        require_seed(self.seed)
        require_threshold(self.fast)
        if self.fast is not None and not TASKS[self.task].is_classification:
            raise InputError(
                f"fast is {self.fast!r} for a {self.task}",
                rule="only a classification has a threshold",
                advice="leave 'fast' out",
            )

    def __repr__(self):
        return f"Case{astuple(self)}"
