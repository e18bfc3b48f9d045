"""What the chapters on learning say in numbers: the best models, the baselines, the ceilings."""

from dataclasses import dataclass, replace
from math import isnan, nan

from analysis.data.sufficiency import NOT_COMPUTED, explained, stated, sufficient
from analysis.data.windows import Windows
from analysis.explore import ceiling
from analysis.ground.wording import fixed, listed, percent, with_interval
from analysis.learn import evaluation, importances, models
from analysis.learn.case import Case
from analysis.learn.scores import r2
from analysis.learn.splits import SPLITS
from analysis.report import learning_tables
from press import Absence

COMPARED = learning_tables.COMPARED
FEATURES = "structure+flips"
DECIMALS = learning_tables.USUAL_DECIMALS  # the same in the text as in the tables
NEARLY_ALWAYS = 0.9
BASELINES = {"R2": "system-mean", "F1": "always-fast", "AUC": "system-mean"}


@dataclass(frozen=True)
class Best:
    """The best learned model by one score, and what it is to be held against.

    Parameters
    ----------
    model : str
        Its name, as it stands within a sentence.
    text : str
        Its score with its interval.
    baseline_text : str
        The score of the baseline.
    gap : tuple of float
        How far the score is above the baseline's, with the ends of the interval of this
        difference on the same rows; not numbers where nothing was learned.
    """

    model: str
    text: str
    baseline_text: str
    gap: tuple[float, float, float]

    @property
    def side(self) -> str:
        """On which side of the baseline the model is, if the interval of the gap leaves one."""
        value, low, high = self.gap
        if isnan(value):
            return NOT_COMPUTED
        if low <= 0 <= high:
            return "level with"
        return "above" if value > 0 else "below"

    @property
    def gap_text(self) -> str:
        """The gap with its interval."""
        return NOT_COMPUTED if isnan(self.gap[0]) else with_interval(*self.gap, decimals=DECIMALS)


NO_BEST = Best(NOT_COMPUTED, NOT_COMPUTED, NOT_COMPUTED, (nan, nan, nan))


def called(name: str) -> str:
    """Return a model's title as it stands within a sentence.

    Examples
    --------
    >>> called("forest"), called("lightgbm")
    ('random forest', 'LightGBM')
    """
    title = models.model(name).title
    own_capitals = title[1:] != title[1:].lower()
    return title if own_capitals else title.lower()


def more(low: float, high: float) -> str:
    """Word the sign of a difference by its interval."""
    if low > 0:
        return "more"
    return "less" if high < 0 else "no more, as far as can be told,"


def best(windows: Windows, case: Case, score: str) -> Best:
    """Find the learned model with the largest score, and set it beside its baseline."""
    found = sufficient(_best)(windows, case, score)
    return NO_BEST if isinstance(found, Absence) else found


def _best(windows: Windows, case: Case, score: str) -> Best:
    table = evaluation.score_table(windows, case)
    learned = [name for name in table.index if not models.model(name).is_baseline]
    name, baseline = table.loc[learned, score].idxmax(), BASELINES[score]
    found, other = (evaluation.evaluate(windows, case, model) for model in (name, baseline))
    return Best(
        model=called(name),
        text=with_interval(
            *table.loc[name, [score, f"{score} low", f"{score} high"]], decimals=DECIMALS
        ),
        baseline_text=fixed(table.loc[baseline, score], DECIMALS),
        gap=evaluation.difference(windows, case, found, other, score),
    )


@explained
def most_generous(windows: Windows, case: Case) -> str:
    """Set the largest F1 beside that of calling every window fast, or say why there is none."""
    top = _best(windows, case, "F1")
    return (
        f"The largest F1 among the learners is that of {top.model}, {top.text}; to call every "
        f"window fast gives {top.baseline_text}, and the difference is {top.gap_text}."
    )


@explained
def best_ranking(windows: Windows, case: Case) -> str:
    """Set the best ranking beside the systems' rates, or say why there is none."""
    top = _best(windows, case, "AUC")
    return (
        f"The best learner, {top.model}, has {top.text}, the system's rate of fast windows alone "
        f"{top.baseline_text}. The difference is {top.gap_text}, so that the learner stands "
        f"{top.side} the rate. The ceiling of a forecast is about "
        f"{fixed(ceiling.auc_ceiling(windows, case.fast), 2)} under a fitted distribution of "
        f"mobilities."
    )


@explained
def abstract(windows: Windows, split: str, budget: str, seed: int = 0) -> str:
    """Give the best R2 with and without flips, or say why nothing was learned."""
    structure, flips = (
        _best(windows, Case("regression", features, split, budget, seed), "R2").text
        for features in ("structure", FEATURES)
    )
    return (
        f"Asked for {SPLITS[split].claim}, the best of the models that are shown coordination "
        f"numbers reaches an R² of {structure}, where the best is chosen after looking and "
        f"therefore flattered a little. Shown also the flips, which are counted while the ion "
        f"moves and so do not forecast but go along with what happens, the best reaches {flips}."
    )


@stated
def tested(windows: Windows, case: Case) -> str:
    """Say how many windows of how many ions are predicted."""
    rows = evaluation.evaluate(windows, case, "constant").rows
    ions = windows.ion.iloc[rows].nunique()
    return f"{len(rows):,} windows of {ions:,} ions"


@stated
def unseen_polymer(windows: Windows, seed: int = 0) -> str:
    """Compare the scores in a new polymer with those for new ions, and with the constant's."""
    if isinstance(learning_tables.held_out_errors(windows, seed), Absence):
        return learning_tables.held_out_errors(windows, seed).reason
    found = learning_tables.feature_split_scores(windows, seed)["R2"]
    ion, system = (fixed(found[split, FEATURES], 3) for split in ("ion", "system"))
    constant = fixed(found["system", models.model("constant").title], 3)
    return (
        f"For a new ion the model with structure and flips reaches {ion}, for a new system "
        f"{system}, while the constant itself scores {constant} there."
    )


@stated
def left_out(windows: Windows, seed: int = 0) -> str:
    """Say which feature sets could not be judged under which splits, and why; mostly nothing."""
    why = learning_tables.feature_split_scores(windows, seed)["why"]
    sets = [seen for seen, features, _ in learning_tables.compared(windows) if seen == features]
    why = why[why.index.isin(sets, level="seen")]
    return " ".join(
        f"For {seen} and {SPLITS[split].title} there is no score, since {reason}."
        for (split, seen), reason in why[why != ""].items()
    )


@stated
def descriptors_for_new_polymers(windows: Windows, seed: int = 0) -> str:
    """Set a straight line through the descriptors beside trees, for polymers never seen."""
    if windows.described.empty:
        return (
            f"The data set {windows.dataset.name} has no descriptors of its systems, so nothing "
            "can be carried over from system to system by design."
        )
    if not learning_tables.divisible(windows, "system"):
        return ""
    case = Case("regression", "structure", "system", seed=seed)
    line = evaluation.evaluate(windows, case, "descriptors", complete=True)
    moving, everything = (
        evaluation.evaluate(windows, replace(case, features=seen), COMPARED, complete=True)
        for seen in (FEATURES, f"descriptors+{FEATURES}")
    )
    alone, flips, whole = (
        fixed(float(r2(judged.truth, judged.prediction)), 3)
        for judged in (line, moving, everything)
    )
    _, *before = evaluation.difference(windows, case, line, moving)
    _, *after = evaluation.difference(windows, case, everything, line)
    return (
        "The linear model in the descriptors, which sees nothing of any window, scores "
        f"{alone} for systems that it never saw; {called(COMPARED)} scores {flips} there with "
        f"structure and flips, and {whole} with descriptors besides. So for a new system the "
        f"straight line says {more(*before)} than trees that see the flips, and trees that see "
        f"everything say {more(*after)} than the straight line."
    )


@stated
def smooth_against_trees(windows: Windows, seed: int = 0) -> str:
    """Say whether what is found for polymers never seen depends on the learner, and how."""
    if not learning_tables.divisible(windows, "system"):
        return ""
    everything = FEATURES if windows.described.empty else f"descriptors+{FEATURES}"
    case = Case("regression", everything, "system", seed=seed)
    parts, gaps = [], []
    for features in dict.fromkeys((FEATURES, everything)):
        smooth, trees = (
            evaluation.evaluate(windows, replace(case, features=features), name, complete=True)
            for name in (learning_tables.SMOOTH, COMPARED)
        )
        gaps.append(evaluation.difference(windows, case, smooth, trees))
        reached = [fixed(float(r2(one.truth, one.prediction)), 3) for one in (smooth, trees)]
        parts.append(
            f"with {features} it is {reached[0]} for the smooth learner and {reached[1]} for "
            f"trees, a difference of {with_interval(*gaps[-1], decimals=DECIMALS)}"
        )
    depends = any(low > 0 or high < 0 for _, low, high in gaps)
    verdict = (
        "What is concluded for systems never seen therefore depends on the learner, and neither "
        "alone should be quoted."
        if depends
        else "Here the two learners agree within the noise."
    )
    return f"Both learners were asked for R² in a new system: {'; '.join(parts)}. {verdict}"


@stated
def boosting_settings(windows: Windows, case: Case) -> str:
    """Set the boosting of the reference's space beside the two with fixed settings."""
    searched = evaluation.evaluate(windows, case, "boosting")
    lowest, highest = models.model("boosting").space(case.task)["learning_rate"].support()
    others = []
    for name, settings in (("histogram", models.HISTOGRAM), ("lightgbm", models.LIGHTGBM)):
        gap = evaluation.difference(
            windows, case, evaluation.evaluate(windows, case, name), searched
        )
        rate = settings["learning_rate"]
        words = f"{called(name)}, whose rate is fixed at {rate:g}"
        others.append(f"{with_interval(*gap, decimals=DECIMALS)} for {words}")
    return (
        f"The settings of {called('boosting')} come from the reference's space, in which learning "
        f"rates are large, from {lowest:g} to {highest:g}; its R² is "
        f"{fixed(float(r2(searched.truth, searched.prediction)), DECIMALS)}. The "
        f"difference from it is {', and '.join(others)}."
    )


@stated
def top_features(windows: Windows, split: str, seed: int = 0, count: int = 3) -> str:
    """Name the features whose permutation costs most, in order."""
    falls = importances.permutation(windows, split=split, seed=seed)
    return listed(list(importances.ascending(falls)[::-1][:count]))


@stated
def signs_of_the_polymer(windows: Windows, split: str, seed: int = 0) -> str:
    """Name the features that cost more when permuted among all windows than within systems."""
    everywhere, within = (
        importances.permutation(windows, split=split, seed=seed, within=apart)
        for apart in (False, True)
    )
    apart = everywhere.columns[everywhere.min() > within.max()]
    if apart.empty:
        return "For no feature are the two boxes apart in this way."
    return f"This is so for {listed(list(apart))}."


@stated
def extrapolated(windows: Windows, split: str, seed: int = 0) -> str:
    """Say which features, unscaled, lie beyond nearly all cuts of the trees, and which do not."""
    shares = importances.beyond_last_cut(windows, split, seed)
    beyond = list(shares.index[shares > NEARLY_ALWAYS])
    rest = shares[shares <= NEARLY_ALWAYS]
    told = f"for {listed(beyond)}" if beyond else "for no feature"
    lowest, highest = percent(rest.min()), percent(rest.max())
    others = f" For the others it is between {lowest} and {highest}." if len(rest) else ""
    return (
        f"The share of rows and trees in which it lies beyond the last cut exceeds "
        f"{percent(NEARLY_ALWAYS)} {told}.{others}"
    )


@stated
def group_fall(windows: Windows, group: str, split: str, seed: int = 0) -> str:
    """Give the fall of R2 when a group of features is left out, with its interval."""
    return with_interval(*importances.dropped(windows, split, seed).loc[group], decimals=DECIMALS)


@stated
def mislabelled(windows: Windows, split: str, seed: int = 0) -> str:
    """Say how many labels the reference's permutation plot would get right."""
    falls = importances.permutation(windows, split=split, seed=seed)
    order = importances.ascending(falls)
    return f"{int((order == falls.columns).sum())} of {len(order)}"


@stated
def shap_agreement(windows: Windows, split: str, seed: int = 0) -> str:
    """Give the rank correlation of mean SHAP sizes, right and in the reference's way."""
    sizes = importances.shapley(windows, split, seed).mean_size()
    return fixed(sizes.rank().corr().loc["right", "mistaken"], 2)


@stated
def explained_r2(windows: Windows, split: str, seed: int = 0) -> str:
    """Give R2 of the model whose importances are shown, on the held-out rows."""
    trained = importances.fitted(windows, split=split, seed=seed)
    return fixed(float(r2(trained.y, trained.pipeline.predict(trained.X))), 3)
