"""Feature sets: what a model is allowed to see of a window."""

import numpy as np
import pandas as pd
from sklearn.preprocessing import PolynomialFeatures

from analysis.data.sufficiency import Insufficient
from analysis.data.windows import Windows
from analysis.ground.choices import require_known
from press import Absence

PARTS = {
    "descriptors": "the system's descriptors",
    "structure": "coordination numbers at the window's start",
    "flips": "coordination changes within the window",
}
FEATURE_SETS = (
    "structure",
    "flips",
    "structure+flips",
    "descriptors",
    "descriptors+structure",
    "descriptors+structure+flips",
)


def columns(windows: Windows, features: str) -> tuple[str, ...]:
    """List the columns of a feature set; an InputError lists the sets that exist.

    Structure comes before flips and the first shell before the second, the order in which the
    reference hands them to its models: with a fixed seed, trees depend on it.
    """
    require_known("features", features, FEATURE_SETS)
    names = {
        "descriptors": tuple(windows.described.columns),
        "structure": windows.structure,
        "flips": windows.flips,
    }
    return tuple(name for part in features.split("+") for name in names[part])


def matrix(windows: Windows, features: str) -> pd.DataFrame:
    """Return the feature set of every window, (rows, features), as real numbers.

    Raises
    ------
    InputError
        For an unknown feature set and for one that the data set does not have.
    """
    lacking = absence(windows, features)
    if lacking is not None:
        rule = "a feature set is made of columns that exist"
        raise Insufficient(lacking.reason.removesuffix("."), rule=rule)
    table = pd.concat([windows.table, windows.described], axis=1)
    return table[list(columns(windows, features))].astype(float)


def smooth(windows: Windows, features: str) -> pd.DataFrame:
    """Return the feature set as a smooth learner takes it, (rows, columns).

    The first descriptor, a length, enters by its logarithm and the others as they are, so that a
    line through them goes on gently beyond the polymers that were learned from; a polynomial in
    them would explode there. What is counted in a window is expanded to the second degree.
    """
    plain = matrix(windows, features)
    described = [name for name in windows.described if name in plain]
    counted = plain.drop(columns=described)
    descriptors = plain[described]
    if described and (descriptors[described[0]] > 0).all():
        descriptors = descriptors.assign(**{described[0]: np.log(descriptors[described[0]])})
    if counted.empty:
        return descriptors
    expand = PolynomialFeatures(2, include_bias=False).set_output(transform="pandas")
    return pd.concat([descriptors, expand.fit_transform(counted)], axis=1)


def absence(windows: Windows, features: str) -> Absence | None:
    """Say why the data set has no such feature set, or None if it has."""
    require_known("features", features, FEATURE_SETS)
    if "descriptors" in features.split("+") and windows.described.empty:
        return Absence(
            f"The data set {windows.dataset.name} describes its systems by name only, so there "
            f"is no feature set '{features}'."
        )
    return None


def check_varying(X: pd.DataFrame, folds: list[tuple[np.ndarray, np.ndarray]]) -> None:
    """Refuse folds in which a feature has one value in all rows to learn from.

    Raises
    ------
    InputError
        Naming the features, their value and the fold.
    """
    for number, (train, _) in enumerate(folds, start=1):
        values = X.iloc[train]
        constant = values.columns[np.ptp(values.to_numpy(), axis=0) == 0]
        if len(constant):
            stated = ", ".join(f"'{name}' is always {values[name].iloc[0]:g}" for name in constant)
            raise Insufficient(
                f"{stated} among the windows learned from in fold {number}",
                rule="a feature has at least two values where a model learns it",
                advice="choose another feature set or split, or a table without that column",
            )
