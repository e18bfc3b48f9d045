"""The split of variance by reruns: by hand, on simulated reruns, and in the shape of the file."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.explore import isoconfigurational as iso


def reruns(between: float, within: float, seed: int = 0) -> iso.Reruns:
    """Make reruns with known variances between and within configurations."""
    rng = np.random.default_rng(seed)
    rows = []
    for number, system in enumerate(("B2T1", "B4T3", "B8T5")):
        for event in (2, 8):
            for ion in range(1, 61):
                propensity = 6 + number + between * rng.normal()
                values = propensity + within * rng.normal(size=20)
                rows += [(system, event, ion, k, dr) for k, dr in enumerate(values, 1)]
    table = pd.DataFrame(rows, columns=["system", "Event", "idx", "rerun", "dr"])
    return iso.Reruns(table, f"{between}{within}{seed}")


def test_by_hand():
    """Means 2 and 4, variance 2 within: 2 - 2/2 of it is fixed."""
    dr = np.array([[1.0, 3.0], [3.0, 5.0]])
    assert iso.explainable(dr) == (1.0, 2.0)
    assert iso.ceiling_of(dr) == pytest.approx(1 / 3)


def test_weights_repeat_groups():
    """A group drawn twice counts like two groups."""
    dr = np.random.default_rng(0).normal(size=(5, 4))
    weights = np.array([2, 0, 1, 1, 1])
    repeated = np.repeat(dr, weights, axis=0)
    assert iso.explainable(dr, weights) == pytest.approx(iso.explainable(repeated))


@pytest.mark.parametrize("reruns_each", [2, 5, 20])
def test_correction_for_few_reruns(reruns_each):
    """With 2 as with 20 reruns the true ceiling comes out, here 0.2."""
    rng = np.random.default_rng(1)
    propensity = rng.normal(0, 1, (20_000, 1))
    dr = propensity + rng.normal(0, 2, (20_000, reruns_each))
    assert iso.ceiling_of(dr) == pytest.approx(0.2, abs=0.01)


def test_nothing_fixed():
    """Without any propensity the ceiling is zero within its noise, also below it."""
    dr = np.random.default_rng(2).normal(size=(5_000, 20))
    assert abs(iso.ceiling_of(dr)) < 0.005


def test_ceilings_by_system():
    """Each system has its ceiling inside its interval; all together know the system too."""
    found = iso.ceilings.__wrapped__(reruns(between=1.0, within=1.0))
    assert list(found.index) == ["B2T1", "B4T3", "B8T5", "all"]
    assert (found["low"] < found["ceiling"]).all() and (found["ceiling"] < found["high"]).all()
    assert found["ceiling"].to_numpy()[:3] == pytest.approx(0.5, abs=0.12)
    assert found["ceiling"]["all"] > found["ceiling"][:3].mean()


def test_order_of_rows_does_not_matter():
    """Reruns are arranged by configuration, ion and rerun whatever the order in the file."""
    made = reruns(1.0, 1.0)
    shuffled = iso.Reruns(made.table.sample(frac=1, random_state=1), "x")
    np.testing.assert_array_equal(made.of("B4T3"), shuffled.of("B4T3"))
    assert made.of("B4T3").shape == (2, 60, 20)


def test_direction_is_seen_in_the_components():
    """Ions that go to the same side in every rerun have a ceiling for dx, others have none."""
    made = reruns(between=1.0, within=1.0)
    rng = np.random.default_rng(5)
    side = made.table.groupby(["system", "Event", "idx"])["dr"].transform("first")
    noise = rng.normal(size=(3, len(made.table)))
    pulled = {axis: side + part for axis, part in zip(("dx", "dy", "dz"), noise, strict=True)}
    free = dict(zip(("dx", "dy", "dz"), noise, strict=True))
    for components, least, most in ((pulled, 0.5, 0.9), (free, -0.05, 0.05)):
        found = iso.direction.__wrapped__(iso.Reruns(made.table.assign(**components), "x"))
        assert found.between(least, most).all()


def test_figure_and_table():
    """Both say the same systems."""
    made = reruns(1.0, 0.7)
    assert isinstance(iso.figure(made), Figure)
    table = iso.ceiling_table(made)
    assert table.index.name == "System" and len(table) == 4


def test_counts_that_know_the_propensity_reach_all_of_it():
    """A count that is the propensity gives nearly everything, an unrelated one nothing."""
    rng = np.random.default_rng(3)
    made = reruns(between=1.0, within=1.0)
    keys = ["system", "Event", "idx"]
    means = made.table.groupby(keys, as_index=False)["dr"].mean().rename(columns={"dr": "X"})
    for counts, least, most in ((means["X"], 0.6, 1.1), (rng.normal(size=len(means)), -0.4, 0.2)):
        table = means.assign(X=counts)
        windows = SimpleNamespace(table=table, structure=("X",))
        shares = iso.reached.__wrapped__(made, windows)
        assert list(shares.index) == ["B2T1", "B4T3", "B8T5"]
        assert shares["value"].between(least, most).all()
        assert (shares["low"] < shares["value"]).all() and (shares["value"] < shares["high"]).all()
