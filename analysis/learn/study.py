"""The parameters of the thesis that a reader may change, checked when they are set."""

from dataclasses import dataclass, fields

from analysis.data import registry
from analysis.ground.choices import BUDGETS, SPLITS, require_known, require_seed, require_threshold
from analysis.learn.features import FEATURE_SETS


@dataclass(frozen=True)
class Study:
    """One value for every parameter; frozen, so that none can change by accident.

    Parameters
    ----------
    dataset : str
        Name of a data set in the registry; the edition of the thesis.
    seed : int
        Seed of everything random.
    fast : float or None
        Threshold of `dr` in angstrom above which a window is fast; None: the data set's own.
    split : str
        How rows are held out, one of `choices.SPLITS`.
    features : str
        What the models see, one of `features.FEATURE_SETS`.
    budget : str
        How much searching is paid for, one of `choices.BUDGETS`.

    Raises
    ------
    InputError
        For a value that is not allowed, with those that are.

    Examples
    --------
    >>> Study("paec", seed=3).changes
    {'seed': 3}
    >>> Study("paec").edition
    'paec'
    """

    dataset: str
    seed: int = 0
    fast: float | None = None
    split: str = "ion"
    features: str = "structure+flips"
    budget: str = "quick"

    def __post_init__(self):
        registry.entry(self.dataset)
        require_seed(self.seed)
        require_threshold(self.fast)
        for name, known in (("split", SPLITS), ("features", FEATURE_SETS), ("budget", BUDGETS)):
            require_known(name, getattr(self, name), known)

    @property
    def edition(self) -> str:
        """The edition of the thesis, which is its data set."""
        return self.dataset

    @property
    def changes(self) -> dict:
        """The parameters that differ from the edition's defaults."""
        own = {"fast": registry.entry(self.dataset).threshold}
        changes = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name != "dataset" and value not in (field.default, own.get(field.name)):
                changes[field.name] = value
        return changes
