"""The skeletons behind the naming scheme."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.explore.monomers import monomer


@given(n=st.integers(1, 12), m=st.integers(0, 8))
def test_every_bond_has_length_one(n, m):
    """All single bonds, of the chains, the ring and between them, are drawn equally long."""
    unit = monomer(n, m)
    lengths = [np.hypot(*(end - start)) for start, end in unit.bonds()]
    assert lengths == pytest.approx([1] * len(lengths))
    assert len(lengths) == (n - 1) + (m + 1) + 5


@given(n=st.integers(1, 12), m=st.integers(0, 8))
def test_no_atom_sits_on_another(n, m):
    """Atoms keep apart, so that the sketch can be counted."""
    unit = monomer(n, m)
    atoms = np.vstack([unit.backbone, unit.tether, unit.ring, unit.carbonyl])
    distances = np.hypot(*(atoms[:, None] - atoms).T) + 9 * np.eye(len(atoms))
    assert distances.min() > 0.95


def test_counts_are_those_of_the_name():
    """B4T3 has four backbone and three tether carbons, the tether near the middle."""
    unit = monomer(4, 3)
    assert (len(unit.backbone), len(unit.tether), unit.branch) == (4, 3, 1)
