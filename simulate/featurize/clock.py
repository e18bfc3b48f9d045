"""The time between frames: told by the file, or by its user."""

import numpy as np

from press import InputError

DECIMALS = 9  # of ps: a microsecond divided by the age of single precision is far above


class Clock:
    """Follows the times of evenly spaced frames, which are stored in single precision.

    A single-precision number near t is wrong by up to half the distance to its neighbour, so that
    the difference of two of them is wrong by up to that distance: 0.001 ps at 10 ns. Spacings that
    differ by no more than this are the same.

    Parameters
    ----------
    unit : str
        Of the times that follow.
    told : float, optional
        Time between frames, ps, that holds whatever the file says. The frames are evenly spaced
        all the same, unless the file has no times: all the same, or too near for its precision.
    """

    def __init__(self, unit: str = "ps", told: float | None = None):
        self.unit, self._told = unit, told
        self._first = self._last = np.nan
        self._second: float | None = None
        self._steps = 0

    def add(self, time: float, frame: int) -> None:
        """Take in the time of the next frame; refuse one that is not evenly spaced.

        Raises
        ------
        InputError
            Which names the frame.
        """
        if np.isnan(self._first):
            self._first = self._last = time
            return
        spacing, error = time - self._last, 2 * np.spacing(np.float32(max(abs(time), 1e-6)))
        expected = spacing if self._second is None else self._second - self._first
        if self._told is not None and abs(expected) <= error:
            return
        if spacing <= error or abs(spacing - expected) > max(error, 1e-3 * expected):
            raise InputError(
                f"frame {frame} is at {time:.10g} {self.unit}, the one before it at"
                f" {self._last:.10g} {self.unit}, and the first two are {expected:g} {self.unit}"
                " apart",
                rule="frames are evenly spaced in time, and far enough for single precision",
                advice="choose frames with a constant step; --frame-time says how far apart they"
                " are, and joins pieces that continue each other",
            )
        self._second = time if self._second is None else self._second
        self._last = time
        self._steps += 1

    @property
    def spacing(self) -> float:
        """The mean time between frames, ps, with no more decimals than rounding leaves.

        >>> clock = Clock()
        >>> for frame, time in enumerate([10000.0, 10000.099609, 10000.200195]):
        ...     clock.add(time, frame)
        >>> clock.spacing
        0.1
        """
        if self._told is not None:
            return self._told
        mean = (self._last - self._first) / self._steps
        error = np.spacing(np.float32(abs(self._last))) / self._steps
        shortest = (round(mean, decimals) for decimals in range(DECIMALS))
        return next((short for short in shortest if short > 0 and abs(short - mean) <= error), mean)
