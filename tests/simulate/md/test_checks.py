"""What a run must satisfy, by hand and on the smoke run."""

import numpy as np
import pytest

from simulate.featurize.counting import Window
from simulate.md import forcefield
from simulate.md.checks import Check, all_checks, closest, coordination_drift, energy_drift
from simulate.md.topology import LITHIUM, TFSI, connect


def window(*counts: int) -> Window:
    """One window with first-shell counts of X."""
    shells = np.array([[count, 0] for count in counts])
    ions = len(counts)
    return Window({"X": shells}, {"X": shells * 0}, np.zeros((ions, 3)), np.zeros(ions))


def test_closest_ignores_bonds_and_sees_images():
    """The halves of TFSI are bonded; Li+ at the other side of the box is the nearest."""
    topology = connect("pair", [TFSI, LITHIUM])
    positions = np.array([[1.0, 5, 5], [4.4, 5, 5], [18.0, 5, 5]])
    assert closest(topology, positions, box=20.0) == pytest.approx(3.0)


def test_coordination_drift_by_hand():
    """Means 2, 3 | 4 (the middle window is in neither half)."""
    windows = [window(1, 3), window(3, 3), window(4, 4)]
    assert coordination_drift(windows, "X") == pytest.approx(2.0)
    assert coordination_drift(windows[:2], "X") == pytest.approx(1.0)


@pytest.mark.parametrize(("value", "passed"), [(0.9, True), (1.6, True), (1.61, False)])
def test_limits_belong_to_what_is_allowed(value, passed):
    """A value at a limit passes, one beyond fails, and the file says so."""
    check = Check("B2T1", "density", value, 0.9, 1.6, "g/cm3")
    assert check.passed is passed
    assert check.as_dict()["passed"] is passed


def test_time_step_conserves_energy(smoke_run):
    """Without thermostat the energy of the small system stays, at 10 fs with the raised mass."""
    assert abs(energy_drift(smoke_run)) < 5e-3


def test_all_checks_of_a_run(smoke_run):
    """Every check has a value; the start is free of overlaps and the system does not drift."""
    found = {check.name: check for check in all_checks(smoke_run)}
    assert found["closest beads at the start"].passed
    assert found["drift of the centre of mass"].passed
    assert found["density"].value == pytest.approx(1.0, abs=0.4)
    names = [name for name in found if name.endswith("second half less first")]
    assert len(names) == len(forcefield.load().beads) - 1
