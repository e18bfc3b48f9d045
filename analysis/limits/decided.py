r"""When a displacement is decided: in the configuration, on the way, or by chance.

One configuration g is run many times (see `analysis.explore.isoconfigurational`). Three parts of
the variance of `dr` can then be told apart:

* fixed, :math:`Var(p)`: what all reruns of a configuration share;
* settled on the way, :math:`4\,E_g[cov(|dx|, |dy|\,|\,g)]`: among reruns of one configuration the
  components have equal signs of nothing but the mobility, which thus still differs;
* chance: the rest, :math:`Var(dr)` less both.

The covariance is the unbiased one among the reruns of a group, averaged over the pairs of axes. The
Maxwell ceiling counts the second part as known. A configuration that pulls an ion to one side
violates the assumption of that ceiling: the part of a component's variance that the configuration
fixes, its direction, is given too, and by it fixed and settled parts together may exceed the
Maxwell ceiling. Variances in angstrom^2.
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.data.bootstrap import interval
from analysis.data.windows import AXES
from analysis.explore.isoconfigurational import REPLICATES, Reruns
from analysis.ground import theme
from analysis.ground.wording import with_interval
from press import stored

PARTS = ("fixed", "settled", "chance")
WORDS = ("fixed by the configuration", "settled on the way", "left to chance")


def split(components: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Split the variance of `dr` into fixed, settled on the way and chance.

    Parameters
    ----------
    components : ndarray, (groups, reruns, 3)
        Displacements, angstrom.
    weights : ndarray, (draws, groups)
        How often each group counts.

    Returns
    -------
    ndarray, (draws, 4)
        Shares fixed, settled, chance; and the fixed share of a single component's variance.
    """
    dr = np.linalg.norm(components, axis=2)
    fixed, left_open = _parts(dr, weights)
    settled = 4 * _mean(_covariance_of_lengths(components), weights)
    whole = fixed + left_open
    sideways = [_parts(components[:, :, k], weights) for k in range(3)]
    direction = np.mean([one / (one + two) for one, two in sideways], axis=0)
    shares = [fixed / whole, settled / whole, (left_open - settled) / whole, direction]
    return np.stack(shares, axis=1)


def _parts(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return Var(p), corrected for the finite number of reruns, and E[Var(e|g)], (draws,)."""
    means, noise = values.mean(axis=1), _mean(values.var(axis=1, ddof=1), weights)
    count = weights.sum(axis=1)
    spread = (_mean(means**2, weights) - _mean(means, weights) ** 2) * count / (count - 1)
    return spread - noise / values.shape[1], noise


def _mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return weights @ values / weights.sum(axis=1)


def _covariance_of_lengths(components: np.ndarray) -> np.ndarray:
    """Average the covariances of |dx|, |dy|, |dz| among the reruns of each group, (groups,)."""
    lengths = np.abs(components)
    centred = lengths - lengths.mean(axis=1, keepdims=True)
    pairs = (centred.sum(axis=2) ** 2 - (centred**2).sum(axis=2)) / 6
    return pairs.sum(axis=1) / (components.shape[1] - 1)


def drawn(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Draw configurations and ions with replacement, (draws, groups)."""
    events, ions = (rng.multinomial(n, np.full(n, 1 / n), REPLICATES) for n in shape)
    return (events[:, :, None] * ions[:, None, :]).reshape(REPLICATES, -1).astype(float)


@stored
def decided(reruns: Reruns, seed: int = 0) -> pd.DataFrame:
    """Split the variance of `dr` in each system that was run again, with 95 % intervals.

    Returns
    -------
    DataFrame
        ``system``, ``part`` (fixed, settled, chance, direction), ``value``, ``low``, ``high``.
    """
    rng = np.random.default_rng(seed)
    records = []
    for system in reruns.systems:
        components = np.stack([reruns.of(system, axis) for axis in AXES], axis=3)
        shape, groups = components.shape[:2], components.reshape(-1, *components.shape[2:])
        value = split(groups, np.ones((1, len(groups))))[0]
        low, high = interval(split(groups, drawn(shape, rng)))
        for k, part in enumerate((*PARTS, "direction")):
            records.append((system, part, value[k], low[k], high[k]))
    return pd.DataFrame(records, columns=["system", "part", "value", "low", "high"])


def table(reruns: Reruns, seed: int = 0) -> pd.DataFrame:
    """Say the shares in the words of a table."""
    found = decided(reruns, seed)
    words = [with_interval(*row, decimals=2) for row in found[["value", "low", "high"]].to_numpy()]
    wide = found.assign(words=words).pivot(index="system", columns="part", values="words")
    names = dict(zip(PARTS, (word.capitalize() for word in WORDS), strict=True))
    names["direction"] = "Fixed share of one component"
    return wide.loc[reruns.systems, list(names)].rename(columns=names).rename_axis("System")


def figure(reruns: Reruns, seed: int = 0) -> Figure:
    """Draw the three shares as one bar per system."""
    found = decided(reruns, seed).pivot(index="system", columns="part", values="value")
    found = found.loc[reruns.systems[::-1], list(PARTS)]
    drawing = theme.figure(height=1.0 + 0.4 * len(found))
    axes = drawing.subplots()
    colors = (theme.OKABE_ITO[0], theme.OKABE_ITO[4], "#c9c9c9")
    base = np.zeros(len(found))
    for part, word, color in zip(PARTS, WORDS, colors, strict=True):
        axes.barh(range(len(found)), found[part], left=base, color=color, label=word, height=0.6)
        base = base + found[part].to_numpy()
    axes.set_yticks(range(len(found)), found.index)
    axes.set(xlabel="share of the variance of dr", xlim=(0, 1))
    drawing.legend(loc="outside upper center", ncols=3)
    return drawing
