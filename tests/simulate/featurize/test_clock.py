"""Times of frames: even as far as single precision tells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from press import InputError
from simulate.featurize.clock import Clock


def followed(times, **settings) -> Clock:
    """Return a clock that took in the times."""
    clock = Clock(**settings)
    for frame, time in enumerate(times):
        clock.add(float(time), frame)
    return clock


@given(
    start=st.sampled_from([0, 512, 2048, 10_000, 65_000]),
    spacing=st.sampled_from([0.02, 0.1, 0.2, 2.4, 10.0]),
    count=st.integers(20, 400),
)
def test_rounded_times_are_even(start, spacing, count):
    """Times that a program rounds to single precision, however late."""
    times = np.float32(start + spacing * np.arange(count))
    if np.spacing(times[-1]) < spacing / 4:
        assert followed(times).spacing == pytest.approx(spacing, rel=1e-3)


@pytest.mark.parametrize("times", [[0, 1, 3], [0, 1, 1], [0, 1, 2, 1], [0, 0], [0, 1, 2.1]])
def test_uneven_times_are_refused(times):
    """A frame that is missing, twice there, or goes back."""
    with pytest.raises(InputError, match="evenly spaced"):
        followed(times)


def test_told_times():
    """What is told holds; a file whose frames have no times says nothing against it."""
    assert followed([0, 0, 0], told=2.0).spacing == 2.0
    assert followed([0, 5, 10], told=2.0).spacing == 2.0
    with pytest.raises(InputError, match="frame 2 is at 15 steps"):
        followed([0, 5, 15], told=2.0, unit="steps")
