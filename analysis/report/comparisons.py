"""What the chapters on learning find when they compare, worded from differences with intervals.

A comparison is of two models on the same rows, and its interval that of their difference under one
bootstrap over ions: intervals of two scores may overlap where their difference is certain. Each
function returns plain text, as `analysis.report.learning_sentences` does.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.data.sufficiency import explained, stated
from analysis.data.windows import Windows
from analysis.explore import ceiling
from analysis.ground.wording import fixed, listed, percent, with_interval
from analysis.learn import evaluation, importances, models, splits
from analysis.learn.case import Case
from analysis.learn.scores import r2, recall
from analysis.report import learning_tables
from analysis.report.learning_sentences import called, more
from press import stored

COMPARED = learning_tables.COMPARED
FEATURES = "structure+flips"
COLUMNS = ("value", "low", "high")
LEADING = 6  # features whose direction is told
DIRECTED = 0.5  # size of the rank correlation from which a feature has a direction
RARE = 0.02  # share of the windows learned from below which a count is rare
BETTER_WITH_KNOWN_IONS = {  # with structure alone, with flips besides
    (True, True): "With structure alone, as well as with flips, the model is",
    (True, False): "With structure alone (not with flips) the model is",
    (False, True): "With structure and flips (not with structure alone) the model is",
}


def learners(windows: Windows, case: Case) -> dict[str, evaluation.Evaluation]:
    """Return the evaluations of a case without the baselines, by the names of their models."""
    found = evaluation.evaluate_all(windows, case)
    return {judged.model: judged for judged in found if not models.model(judged.model).is_baseline}


@stored
def behind_best(windows: Windows, case: Case) -> pd.DataFrame:
    """Compute how far every learner's R2 is behind that of the best, the best first.

    Returns
    -------
    DataFrame
        Index: short names of the learners. Columns value, low, high; zero for the best.
    """
    evaluated = learners(windows, case)
    order = sorted(evaluated, key=lambda name: _r2(evaluated[name]), reverse=True)
    best = evaluated[order[0]]
    rows = [evaluation.difference(windows, case, best, evaluated[name]) for name in order]
    return pd.DataFrame(rows, index=order, columns=list(COLUMNS))


@stated
def contenders(windows: Windows, case: Case) -> str:
    """Say which learners cannot be told from the best by their R2, and which are behind it."""
    best, *others = behind_best(windows, case).rename(called).itertuples()
    level = [other.Index for other in others if other.low <= 0]
    behind = [other.Index for other in others if other.low > 0]
    told = " ".join(
        f"{where}: {listed(titles)}."
        for where, titles in (
            ("Level with it, by the 95% interval of the difference", level),
            ("Behind it", behind),
        )
        if titles
    )
    return f"The largest R² is that of {best.Index}. {told}"


@stated
def below_the_constant(windows: Windows, case: Case) -> str:
    """Name the learners whose R2 is below the constant's, and those whose MAE is worse, too."""
    constant = evaluation.evaluate(windows, case, "constant")
    lower, farther = [], []
    for name, judged in learners(windows, case).items():
        by_square = evaluation.difference(windows, case, judged, constant)
        by_size = evaluation.difference(windows, case, judged, constant, "MAE")
        lower += [called(name)] * (by_square[2] < 0)
        farther += [called(name)] * (by_square[2] < 0 and by_size[1] > 0)
    if not lower:
        return "Here no learner is below the constant by more than the noise."
    both = listed(farther) if farther else "none of them"
    return (
        f"Here this holds, beyond the noise, for {listed(lower)}; by the mean absolute error it "
        f"holds for {both}."
    )


@stated
def support_vectors(windows: Windows, case: Case) -> str:
    """Set the errors of support vectors beside the constant's, and what they aim at."""
    judged, constant = (evaluation.evaluate(windows, case, name) for name in ("svm", "constant"))
    size, square = (
        with_interval(*evaluation.difference(windows, case, judged, constant, score))
        for score in ("MAE", "R2")
    )
    aim, middle, mean = (
        fixed(value, 2)
        for value in (judged.prediction.mean(), np.median(judged.truth), judged.truth.mean())
    )
    return (
        f"Their mean absolute error differs from the constant's by {size} Å, their R² by {square}. "
        f"The mean of their predictions is {aim} Å; of the displacements, the median is {middle} Å "
        f"and the mean {mean} Å."
    )


@stated
def farthest(windows: Windows, case: Case, name: str = "ridge") -> str:
    """Say how far the predictions of a regressor reach, and what a rare count has to do with it.

    The rarest coordination number of the window with the largest prediction is looked up among
    the windows learned from; if it is rare, the score is told with and without the windows that
    have it.
    """
    judged = evaluation.evaluate(windows, case, name)
    place = int(judged.prediction.argmax())
    learned, _ = splits.outer(windows, case.split, case.seed)[judged.fold[place]]
    counts = windows.table[list(windows.structure)]
    same = counts == counts.iloc[judged.rows[place]]
    shared = same.iloc[learned].sum()
    rare = shared.idxmin()
    value = f"{rare} = {counts[rare].iloc[judged.rows[place]]}"
    among = f"only {shared[rare]:,} of" if shared[rare] else "none of"
    found = f"the {len(learned):,} windows learned from"
    told = (
        f"The predictions of {called(name)} range from {fixed(judged.prediction.min(), 2)} to "
        f"{fixed(judged.prediction.max(), 2)} Å. The largest is for a window whose displacement "
        f"was {fixed(judged.truth[place], 2)} Å."
    )
    if shared[rare] >= RARE * len(learned):
        return (
            f"{told} No rare count is behind it: the rarest of its coordination numbers, {value}, "
            f"is found in {shared[rare]:,} of {found}."
        )
    others = ~same[rare].to_numpy()[judged.rows]
    without = float(r2(judged.truth[others], judged.prediction[others]))
    return (
        f"{told} Its rarest coordination number is {value}, a value found in {among} {found}. "
        f"Without the held-out windows with this value ({(~others).sum():,}), R² would be "
        f"{fixed(without, 3)} instead of {fixed(_r2(judged), 3)}."
    )


@stated
def compared(windows: Windows, case: Case) -> str:
    """Say whether any learner is above the one that compares feature sets and splits."""
    table = behind_best(windows, case)
    value, low, high = table.loc[COMPARED]
    if low <= 0:
        return "No learner scores above these trees by more than the noise."
    return (
        f"The best learner, {called(table.index[0])}, is above it by "
        f"{with_interval(value, low, high)} in R², so that better models might compare otherwise."
    )


@stated
def spread_of_predictions(windows: Windows, case: Case) -> str:
    """Set the spread of what the best learner predicts beside that of what is true."""
    name = behind_best(windows, case).index[0]
    judged = evaluation.evaluate(windows, case, name)
    return (
        f"The predictions of the best learner, {called(name)}, have a standard deviation of "
        f"{fixed(judged.prediction.std(), 2)} Å, the displacements one of "
        f"{fixed(judged.truth.std(), 2)} Å."
    )


@stated
def room(windows: Windows, case: Case) -> str:
    """Say whether the best learner stays below the ceiling of a forecast."""
    name = behind_best(windows, case).index[0]
    score = evaluation.score_table(windows, case).loc[name]
    lowest = ceiling.r2_ceiling(windows, case.seed).loc[["from moments", "from replicas"], "low"]
    text = with_interval(
        *score[["R2", "R2 low", "R2 high"]], decimals=learning_tables.USUAL_DECIMALS
    )
    if score["R2 high"] < lowest.min():
        return (
            f"What the best learner reaches, {text}, is below both ceilings. The room between is "
            "what these counts do not contain, what no learner found in them, and what is settled "
            "only inside the window; these scores cannot tell which."
        )
    return (
        f"What the best learner reaches, {text}, cannot be told from the lower of the ceilings: "
        "these counts hold about as much as could be known."
    )


@stated
def flips_gain(windows: Windows, split: str, seed: int = 0) -> str:
    """Say what flips add to structure for the model that compares."""
    value, low, high = importances.dropped(windows, split, seed).loc["all flips"]
    title = called(COMPARED)
    text = with_interval(value, low, high, decimals=learning_tables.USUAL_DECIMALS)
    if low <= 0 <= high:
        return f"What flips add to the R² of {title} cannot be told from nothing: {text}."
    if value < 0:
        return f"With flips the R² of {title} is lower than without; the difference is {text}."
    return f"With flips the R² of {title} is higher than without, by {text}."


@stated
def random_against_ions(windows: Windows, seed: int = 0) -> str:
    """Compare random rows with new ions, for structure without and with flips."""
    parts, gains = [], []
    for features, words in (("structure", "structure"), (FEATURES, "structure and flips")):
        known, unknown = known_and_unknown(windows, features, seed)
        gap = evaluation.difference(windows, Case("regression", seed=seed), known, unknown)
        reached = [fixed(_r2(judged), 3) for judged in (known, unknown)]
        gains.append(gap[1] > 0)
        parts.append(
            f"{reached[0]} against {reached[1]} for {words}, a difference of {with_interval(*gap)}"
        )
    alone, besides = gains
    verdict = (
        f"{BETTER_WITH_KNOWN_IONS[alone, besides]} better at ions that it knows, by this much and "
        "in this division into folds."
        if any(gains)
        else "So it makes no difference that could be told from the noise."
    )
    return f"{'; '.join(parts)}. {verdict}"


def known_and_unknown(
    windows: Windows, features: str, seed: int = 0
) -> tuple[evaluation.Evaluation, evaluation.Evaluation]:
    """Return the evaluations that predict every window, random rows first and new ions second."""
    cases = (Case("regression", split=split, seed=seed) for split in ("random", "ion"))
    known, unknown = (_in_order(_complete(windows, case, features)) for case in cases)
    return known, unknown


def _in_order(judged: evaluation.Evaluation) -> evaluation.Evaluation:
    """Return the evaluation with its rows in the order of the table."""
    order = np.argsort(judged.rows)
    columns = ("rows", "fold", "truth", "prediction", "decision")
    return replace(judged, **{name: getattr(judged, name)[order] for name in columns})


@stated
def flips_against_structure(windows: Windows, seed: int = 0) -> str:
    """Compare flips alone with structure alone, for new ions and for a new polymer."""
    words, parts = "", []
    for split, where in (("ion", "for new ions"), ("system", "in a new system")):
        if not learning_tables.divisible(windows, split):
            continue
        case = Case("regression", split=split, seed=seed)
        flips, structure = (_complete(windows, case, name) for name in ("flips", "structure"))
        value, low, high = evaluation.difference(windows, case, flips, structure)
        words = words or more(low, high)
        reached = [fixed(_r2(judged), 3) for judged in (flips, structure)]
        parts.append(
            f"{where} R² is {reached[0]} with flips alone and {reached[1]} with "
            f"coordination numbers alone, a difference of {with_interval(value, low, high)}"
        )
    told = "; ".join(parts)
    return f"Flips say {words} about a displacement than coordination numbers do: {told}."


@stated
def descriptors_and_flips(windows: Windows, seed: int = 0) -> str:
    """Say whether descriptors and flips add to each other, for new ions."""
    if windows.described.empty:
        return (
            f"The data set {windows.dataset.name} has no descriptors of its systems that could be "
            "set beside the flips."
        )
    names = ("descriptors+structure", "structure+flips", "descriptors+structure+flips")
    case = Case("regression", seed=seed)
    *parts, whole = (_complete(windows, case, name) for name in names)
    lows = [evaluation.difference(windows, case, whole, part)[1] for part in parts]
    one, other, both = (fixed(_r2(judged), 3) for judged in (*parts, whole))
    verdict = (
        "descriptors and flips add to each other"
        if min(lows) > 0
        else "whether each adds to the other cannot be told from the noise"
    )
    return (
        f"For new ions R² is {one} with descriptors and structure, {other} with structure and "
        f"flips, and {both} with all of them, so that {verdict}."
    )


@explained
def operating_points(windows: Windows, case: Case) -> str:
    """Say how often the classifiers that call most and fewest windows fast are right to do so."""
    evaluated = learners(windows, case)
    order = sorted(evaluated, key=lambda name: evaluated[name].prediction.mean())
    (found, alarms), (few_found, few_alarms) = (
        [percent(share) for share in _rates(evaluated[name])] for name in (order[-1], order[0])
    )
    return (
        f"Most windows are called fast by {called(order[-1])}: {found} of those that are, and "
        f"{alarms} of those that are not; fewest by {called(order[0])}: {few_found} and "
        f"{few_alarms}."
    )


def _rates(judged: evaluation.Evaluation) -> tuple[float, float]:
    """Return the share of fast windows called fast, and of slow windows called fast."""
    found = float(recall(judged.truth, judged.prediction))
    return found, float(judged.prediction[judged.truth == 0].mean())


@stated
def directions(windows: Windows, split: str, seed: int = 0) -> str:
    """Say with which of the leading features the prediction rises, by rank correlation."""
    values = importances.shapley(windows, split, seed)
    leading = values.mean_size()["right"].nlargest(LEADING).index
    shares = pd.DataFrame(values.right, columns=values.X.columns)
    slope = {
        name: np.corrcoef(values.X[name].rank(), shares[name].rank())[0, 1] for name in leading
    }
    rising = [name for name in leading if slope[name] > DIRECTED]
    falling = [name for name in leading if slope[name] < -DIRECTED]
    rest = [name for name in leading if abs(slope[name]) <= DIRECTED]
    parts = [
        f"{word} with {listed(names)}"
        for word, names in (("rises", rising), ("falls", falling))
        if names
    ]
    verb = "has" if len(rest) == 1 else "have"
    undirected = f"{listed(rest)} {verb} no single direction" if rest else ""
    directed = f"the prediction {' and '.join(parts)}" if parts else ""
    told = "; ".join(filter(None, (directed, undirected)))
    return f"Among the {len(leading)} leading features, {told}."


def _complete(windows: Windows, case: Case, features: str) -> evaluation.Evaluation:
    """Return the evaluation from which the comparison of splits takes its score."""
    return evaluation.evaluate(windows, replace(case, features=features), COMPARED, complete=True)


def _r2(judged: evaluation.Evaluation) -> float:
    return float(r2(judged.truth, judged.prediction))
