"""Names that are not on a list."""

import pytest

from analysis.ground.choices import require_known
from press import InputError


def test_unknown_name_is_refused_with_the_list_and_the_nearest():
    """The message says what exists and what was probably meant."""
    with pytest.raises(InputError) as error:
        require_known("split", "iom", ("random", "ion"))
    assert "split is 'iom'" in str(error.value)
    assert "random, ion" in error.value.rule
    assert "'ion'" in error.value.advice


def test_known_name_passes():
    """A name on the list raises nothing."""
    require_known("split", "ion", ("random", "ion"))
