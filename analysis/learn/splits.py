"""Splits: which windows are learned from and which are predicted, hence what a score claims.

A split answers one question. `random` is the reference's, in which windows of one ion stand on
both sides. `ion` holds out ions, `time` the last windows of every ion, `system` a whole polymer,
`row` and `column` all polymers that share a value of the first or second descriptor.
"""

import math
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    LeaveOneGroupOut,
    StratifiedGroupKFold,
    StratifiedKFold,
    train_test_split,
)

from analysis.data.sufficiency import Insufficient
from analysis.data.windows import Windows
from analysis.ground.choices import require_known
from analysis.learn.tasks import task as find_task
from press import Absence

FOLDS = 5
HELD_OUT = 1 / FOLDS
GAP = 1  # windows between the last one learned from and the first one predicted
FEWEST_SYSTEMS = 2
EARLIEST = 0.3  # fraction of the windows before the first forward fold of a search

Fold = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Split:
    """A way to hold rows out.

    Parameters
    ----------
    name, title : str
        Short name, and the words for figures.
    claim : str
        What a score under this split is a score for.
    """

    name: str
    title: str
    claim: str


SPLITS = {
    split.name: split
    for split in (
        Split("random", "random rows", "another window of an ion that was seen, at any time"),
        Split("ion", "new ions", "a window of an ion that was never seen, in a known system"),
        Split("time", "later windows", "a later window, learned from earlier ones"),
        Split("system", "new system", "a window in a system that was never seen"),
        Split("row", "new row", "a window in systems whose first descriptor was never seen"),
        Split("column", "new column", "a window in systems whose second descriptor is new"),
    )
}
_AXES = {"row": 0, "column": 1}  # position of the descriptor whose values are held out


def absence(windows: Windows, split: str) -> Absence | None:
    """Say why the data set cannot be split so, or None if it can."""
    require_known("split", split, SPLITS)
    needed = _AXES.get(split, -1) + 1
    if len(windows.described.columns) < needed:
        return Absence(
            f"The data set {windows.dataset.name} has fewer than {needed} descriptors of its "
            f"systems, so the split '{split}' does not exist."
        )
    return None


def outer(windows: Windows, split: str, seed: int = 0, complete: bool = False) -> list[Fold]:
    """List rows to learn from and rows to predict.

    Parameters
    ----------
    windows : Windows
        The data.
    split : str
        One of `SPLITS`.
    seed : int
        Seed of the draw, for `random` and `ion`.
    complete : bool
        For `random` and `ion`: predict every row once, in five folds, instead of one fifth.

    Returns
    -------
    list of (train, test)
        Positions of rows. `random`, `ion` and `time` hold out one fifth once unless `complete`;
        `system`, `row` and `column` hold out every group in turn. Rows to learn from come in
        random order: the table is sorted by system, and models that meet ties (equal neighbours)
        resolve them by order.

    Raises
    ------
    InputError
        For an unknown split, one that the data set does not have, or fewer groups than folds.
    """
    lacking = absence(windows, split)
    if lacking is not None:
        rule = "a split by descriptors is made of descriptors that exist"
        raise Insufficient(lacking.reason.removesuffix("."), rule=rule)
    rows = np.arange(len(windows.table))
    if split == "random" and not complete:
        train, test = train_test_split(rows, test_size=HELD_OUT, random_state=seed)
        return [(train, test)]
    if split == "random":
        folds = list(KFold(FOLDS, shuffle=True, random_state=seed).split(rows))
    elif split == "ion":
        folds = _by_ion(windows, seed)[: FOLDS if complete else 1]
    elif split == "time":
        folds = [_forward(windows, 1 - HELD_OUT, 1.0)]
    else:
        groups = _polymer_groups(windows, split)
        _check_groups(windows, groups, FEWEST_SYSTEMS, split)
        folds = list(LeaveOneGroupOut().split(rows, groups=groups))
    draw = np.random.default_rng(seed)
    return [(draw.permutation(train), test) for train, test in folds]


def inner(windows: Windows, split: str, task: str, y: np.ndarray) -> list[Fold]:
    """Make folds for a search among rows to learn from, made as the outer ones are.

    Parameters
    ----------
    windows : Windows
        The rows to learn from.
    split : str
        One of `SPLITS`.
    task : str
        Classes are kept in proportion where rows or ions are drawn.
    y : ndarray
        The target, (rows,).

    Returns
    -------
    list of (train, test)
        Positions in `windows`. For `random` they are the reference's: five folds in the order
        of the rows, stratified for classification.
    """
    classes = find_task(task).is_classification
    rows = np.arange(len(y))
    if split == "random":
        splitter = StratifiedKFold(FOLDS) if classes else KFold(FOLDS)
        folds = list(splitter.split(rows, y if classes else None))
    elif split == "ion":
        groups = windows.ion.to_numpy()
        _check_groups(windows, groups, FOLDS, split)
        splitter = StratifiedGroupKFold(FOLDS) if classes else GroupKFold(FOLDS)
        folds = list(splitter.split(rows, y, groups))
    elif split == "time":
        cuts = np.linspace(EARLIEST, 1, FOLDS + 1)
        folds = [_forward(windows, a, b) for a, b in zip(cuts[:-1], cuts[1:], strict=True)]
    else:
        groups = _polymer_groups(windows, split)
        count = min(FOLDS, len(np.unique(groups)))
        _check_groups(windows, groups, FEWEST_SYSTEMS, split)
        folds = list(GroupKFold(count).split(rows, groups=groups))
    if classes:
        check_classes(y, folds)
    return folds


def check_classes(y: np.ndarray, folds: list[Fold]) -> None:
    """Refuse folds in which a class is missing, naming the class, the fold and the side."""
    for number, fold in enumerate(folds, start=1):
        for side, rows in zip(("learned from", "predicted"), fold, strict=True):
            for value, word in ((1, "fast"), (0, "slow")):
                if not (y[rows] == value).any():
                    raise Insufficient(
                        f"no window is {word} among those {side} in fold {number}",
                        rule="both classes stand on both sides of every fold",
                        advice="choose another threshold 'fast' or another split",
                    )


def _by_ion(windows: Windows, seed: int) -> list[Fold]:
    """Make five folds of ions, each with a fifth of every system's ions."""
    groups = windows.ion.to_numpy()
    _check_groups(windows, groups, FOLDS, "ion")
    ions, first = np.unique(groups, return_index=True)
    system = windows.table["system"].cat.codes.to_numpy()[first]
    draw = np.random.default_rng(seed)
    order = draw.permutation(len(ions))
    order = order[np.argsort(system[order], kind="stable")]
    fold = np.empty(len(ions), dtype=int)
    fold[order] = np.arange(len(ions)) % FOLDS
    row_fold = fold[np.searchsorted(ions, groups)]
    return [(np.flatnonzero(row_fold != k), np.flatnonzero(row_fold == k)) for k in range(FOLDS)]


def _forward(windows: Windows, start: float, stop: float) -> Fold:
    """Learn from the windows before the fraction `start` of each system's, less the gap."""
    number = windows.number
    event = number.to_numpy()
    last = number.groupby(windows.table["system"], observed=True).transform("max").to_numpy()
    first_tested = np.floor(start * last + 1e-9) + 1
    last_tested = np.floor(stop * last + 1e-9)
    train = np.flatnonzero(event < first_tested - GAP)
    test = np.flatnonzero((event >= first_tested) & (event <= last_tested))
    if not len(train) or not len(test):
        raise Insufficient(
            f"the longest system has {last.max():.0f} windows in time, too few to look forward",
            rule=f"at least {math.ceil((1 + GAP) / EARLIEST)} windows of each ion",
        )
    return train, test


def _polymer_groups(windows: Windows, split: str) -> np.ndarray:
    """Return the system of every row, or its first (row) or second (column) descriptor."""
    if split == "system":
        return windows.table["system"].astype(str).to_numpy()
    return windows.described.iloc[:, _AXES[split]].to_numpy()


def _check_groups(windows: Windows, groups: np.ndarray, needed: int, split: str) -> None:
    """Refuse fewer groups than folds, naming the groups."""
    _, first = np.unique(groups, return_index=True)
    if len(first) < needed:
        raise Insufficient(
            f"the split '{split}' finds {len(first)} groups: {_names(windows, split, first)}",
            rule=f"at least {needed} groups, one for each fold",
        )


def _names(windows: Windows, split: str, rows: np.ndarray) -> str:
    """Name the groups to which these rows belong, as a reader of the table knows them."""
    table = windows.table.iloc[rows]
    if split == "ion":
        return ", ".join(f"ion {row.idx} of {row.system}" for row in table.itertuples())
    if split == "system":
        return ", ".join(table["system"].astype(str))
    values = windows.described.iloc[rows, _AXES[split]]
    return ", ".join(f"{values.name} = {value:g}" for value in values)
