"""Averages and agreement by hand; the committed averages against the all-atom data."""

import numpy as np
import pandas as pd
import pytest

from analysis.cg import calibration
from analysis.data import datasets
from press import InputError


def test_non_gaussian_of_gaussian_steps_is_zero():
    """Isotropic Gaussian steps have <r^4> = 5/3 <r^2>^2."""
    steps = np.random.default_rng(0).normal(size=(400_000, 3))
    dr = pd.Series(np.linalg.norm(steps, axis=1))
    assert calibration.non_gaussian(dr) == pytest.approx(0, abs=0.01)


def test_non_gaussian_by_hand():
    """Steps of 0 and 2: <r^2> = 2, <r^4> = 8, 3*8/(5*4) - 1."""
    assert calibration.non_gaussian(pd.Series([0.0, 2.0])) == pytest.approx(0.2)


def test_rank_correlation_by_hand():
    """One exchange among three neighbours in rank: 1 - 6*2/(3*8)."""
    pair = pd.DataFrame({"model": [1.0, 2.0, 3.0], "reference": [1.0, 9.0, 8.0]})
    assert calibration.rank_correlation(pair) == pytest.approx(0.5)


def test_committed_averages_are_those_of_the_reference(tmp_path):
    """Derived again from the all-atom data, the committed file comes out byte for byte."""
    try:
        calibration.write_reference_averages(tmp_path)
    except InputError as error:
        pytest.skip(f"the reference data set is not on this machine: {error.message}")
    folder = datasets.REGISTRY.parent / "cg"
    derived = (tmp_path / calibration.AVERAGES).read_bytes()
    assert derived == (folder / calibration.AVERAGES).read_bytes()


def test_trials_show_both_calibration_systems():
    """The chosen parameters were tried on both."""
    trials = calibration.trials()
    chosen = trials[trials["Setting"].str.contains("chosen")]
    assert set(chosen["System"]) == set(calibration.CALIBRATED)


def test_no_variant_met_the_spread():
    """Of the trials with both systems none reaches 2.5; every trial has a verdict."""
    variants = calibration.variants()
    dr = variants.pivot(index="trial", columns="system", values="dr").dropna()
    assert len(dr) == 2
    assert (dr["B8T5"] / dr["B2T1"]).max() < 2.5
    assert variants["verdict"].str.startswith("rejected").all()
    assert len(calibration.variants("feasibility")) == 4  # three systems, and the rest in words
    assert list(calibration.variants_table()["System"]) == list(variants["system"])
