"""Whether a data set is enough to learn from; if not, what is missing, instead of a result."""

from collections.abc import Callable, Hashable
from functools import wraps

import numpy as np

from analysis.data import timing
from analysis.data.windows import Windows
from analysis.ground.wording import counted
from press import Absence, InputError

FEWEST = 500  # windows: with a fifth held out, R2 is uncertain by about 1/sqrt(100) = 0.1
FEWEST_IONS = 10  # a fifth of them held out, and five groups left for the search
FEWEST_IN_TIME = 7  # windows of an ion, to look forward over a gap inside what came before
CLASSES = "classification"
NOT_COMPUTED = "(not computed)"


class Insufficient(InputError):
    """What was asked for is known, but these windows cannot give it: a fold lacks something."""

    def absence(self) -> Absence:
        """Say so in a sentence, for a chapter."""
        return Absence(f"Not computed: {self.message} ({self.rule}).")


def shortfall(windows: Windows, classes: bool = False) -> Absence | None:
    """Say why nothing can be learned from the data set, or None if something can.

    It needs enough windows, of enough ions, in time; features and displacements that vary; and
    for classes windows on both sides of the threshold.
    """
    name, rows, ions = windows.dataset.name, len(windows.table), windows.ion.nunique()
    in_time = windows.table.groupby(windows.ion).size().min()
    if rows < FEWEST or ions < FEWEST_IONS or in_time < FEWEST_IN_TIME:
        return Absence(
            f"To learn from windows and to judge what was learned takes at least {FEWEST:,} "
            f"windows of {FEWEST_IONS} ions, {FEWEST_IN_TIME} of each; the data set {name} has "
            f"{rows:,} of {ions:,}, and as few as {in_time} of one ion."
        )
    values = windows.table[list(windows.features)]
    constant = values.columns[np.ptp(values.to_numpy(), axis=0) == 0]
    if len(constant):
        first, rest = constant[0], len(constant) - 1
        others = f", and {counted(rest, 'other feature')} never change{'s' * (rest == 1)} either"
        return Absence(
            f"Nothing can be learned from features that never change: in the data set {name}, "
            f"{first} is always {values[first].iloc[0]:g}{others * (rest > 0)}."
        )
    if windows.table["dr"].nunique() < 2:
        return Absence(
            f"Nothing can be learned of a displacement that never changes, and in the data set "
            f"{name} dr is always {windows.table['dr'].iloc[0]:g} Å."
        )
    if classes and windows.is_fast().nunique() < 2:
        return Absence(
            f"All windows of the data set {name} are on one side of the threshold of "
            f"{windows.dataset.threshold:g} Å, so that there is nothing to classify."
        )
    return None


def facts(windows: Windows) -> dict[str, bool]:
    """Tell what a data set allows, by which the chapters show or hide whole paragraphs.

    Returns
    -------
    dict of str to bool
        ``own``: whether they are of this thesis, which speaks of its own findings: never here;
        ``regression`` and ``classification``: whether models can learn; ``systems``: whether there
        are several; ``succession``: whether windows follow one another.
    """
    return {
        "own": False,
        "regression": shortfall(windows) is None,
        "classification": shortfall(windows, classes=True) is None,
        "systems": len(windows.systems) > 1,
        "succession": timing.succession(windows) is None,
    }


def _of_classes(given: object) -> bool:
    """Tell whether an argument is the task of classification, or a case of it."""
    return (
        CLASSES in (given, getattr(given, "task", None)) if isinstance(given, Hashable) else False
    )


def sufficient(function: Callable) -> Callable:
    """Let a function of windows return why there is no answer, where they do not suffice for it.

    That is their `shortfall`, or what a fold lacks, which only the function itself finds out.
    """

    @wraps(function)
    def answered(windows: Windows, *args, **kwargs):
        missing = shortfall(windows, any(_of_classes(given) for given in args))
        if missing is not None:
            return missing
        try:
            return function(windows, *args, **kwargs)
        except Insufficient as lacking:
            return lacking.absence()

    return answered


def stated(function: Callable) -> Callable:
    """Let a function that words a number say `NOT_COMPUTED` where windows do not suffice."""

    @wraps(function)
    def answered(windows: Windows, *args, **kwargs):
        answer = sufficient(function)(windows, *args, **kwargs)
        return NOT_COMPUTED if isinstance(answer, Absence) else answer

    return answered


def explained(function: Callable) -> Callable:
    """Let a function that words a finding say why there is none where windows do not suffice."""

    @wraps(function)
    def answered(windows: Windows, *args, **kwargs):
        answer = sufficient(function)(windows, *args, **kwargs)
        return answer.reason if isinstance(answer, Absence) else answer

    return answered
