"""The two tasks: how far an ion moves in a window, and whether it moves far."""

from dataclasses import dataclass

import numpy as np

from analysis.data.windows import Windows
from analysis.ground.choices import require_known


@dataclass(frozen=True)
class Task:
    """What is predicted, and the score that a search maximises.

    Parameters
    ----------
    name, title : str
        Short name, and the words for tables and figures.
    criterion : str
        scikit-learn's name of the score by which hyperparameters are chosen, the reference's.
    """

    name: str
    title: str
    criterion: str

    @property
    def is_classification(self) -> bool:
        """Whether the target is a class."""
        return self.name == "classification"


REGRESSION = Task("regression", "displacement dr", "neg_mean_squared_error")
CLASSIFICATION = Task("classification", "fast or slow", "f1")
TASKS = {task.name: task for task in (REGRESSION, CLASSIFICATION)}


def task(name: str) -> Task:
    """Return the task called `name`; an InputError lists those that exist."""
    require_known("task", name, TASKS)
    return TASKS[name]


def target(windows: Windows, name: str, fast: float | None = None) -> np.ndarray:
    """Return what the task predicts, (rows,): `dr` in angstrom, or 1 where `dr` exceeds `fast`.

    Parameters
    ----------
    windows : Windows
        The data.
    name : str
        One of `TASKS`.
    fast : float, optional
        Threshold in angstrom; by default the data set's own.
    """
    if task(name).is_classification:
        return windows.is_fast(fast).to_numpy().astype(int)
    return windows.table["dr"].to_numpy(dtype=float)
