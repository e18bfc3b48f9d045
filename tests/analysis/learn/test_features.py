"""Feature sets."""

import numpy as np
import pandas as pd
import pytest

from analysis.data.sufficiency import Insufficient
from analysis.learn import features
from press import InputError


def test_structure_before_flips_and_first_shell_before_second(lipf6):
    """The order of columns is the reference's, on which seeded trees depend."""
    assert features.columns(lipf6, "structure+flips") == (
        *("PF6", "EMC", "Li", "PF6-2", "EMC-2", "Li-2"),
        *("PF6-flip", "EMC-flip", "Li-flip", "PF6-2-flip", "EMC-2-flip", "Li-2-flip"),
    )
    assert features.matrix(lipf6, "structure").shape == (len(lipf6.table), 6)


def test_descriptors_that_are_not_there(lipf6):
    """Without descriptors the sets that need them are absent, with a sentence."""
    assert "by name only" in features.absence(lipf6, "descriptors").reason
    assert features.absence(lipf6, "structure") is None
    with pytest.raises(InputError, match="by name only"):
        features.matrix(lipf6, "descriptors+structure")


def test_descriptors_follow_the_system(paec):
    """Each row has the descriptors of its polymer."""
    table = features.matrix(paec, "descriptors")
    assert list(table) == ["n", "m"]
    b4t3 = paec.table["system"] == "B4T3"
    assert table[b4t3.to_numpy()].drop_duplicates().to_numpy().tolist() == [[4, 3]]


def test_unknown_set(lipf6):
    """An unknown feature set is refused with those that exist."""
    with pytest.raises(InputError, match="structure, flips, structure\\+flips"):
        features.matrix(lipf6, "everything")


def test_constant_features_are_named():
    """A feature with one value in the rows to learn from is refused by name, value and fold."""
    table = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [3.0, 3.0, 4.0]})
    folds = [(np.array([0, 2]), np.array([1])), (np.array([0, 1]), np.array([2]))]
    with pytest.raises(Insufficient, match="'b' is always 3 .* in fold 2"):
        features.check_varying(table, folds)
    features.check_varying(table, folds[:1])


def test_smooth_features_take_the_length_by_its_logarithm_and_no_power_of_a_descriptor(cg):
    """Ln n and m as they are; counts to the second degree, C(6 + 2, 2) - 1 = 27 columns."""
    prepared = features.smooth(cg, "descriptors+structure")
    n, m = (cg.described[name] for name in ("n", "m"))
    np.testing.assert_allclose(prepared["n"], np.log(n))
    np.testing.assert_array_equal(prepared["m"], m)
    assert prepared.shape[1] == 2 + 27
    assert list(features.smooth(cg, "descriptors")) == ["n", "m"]
    counted = prepared["TFSI EC"]
    np.testing.assert_array_equal(counted, cg.table["TFSI"] * cg.table["EC"])
