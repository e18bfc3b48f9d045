"""Everything that another thesis could use unchanged: command line, store, outputs, renderer."""

from press.absence import Absence
from press.errors import InputError
from press.outputs import outputs
from press.recording import record_input
from press.store import stored

__all__ = [
    "Absence",
    "InputError",
    "api",
    "api_summary",
    "checksums",
    "commit",
    "environment",
    "executions",
    "outputs",
    "prose",
    "record_input",
    "stored",
]

_LATER = frozenset(
    {"api", "api_summary", "checksums", "commit", "environment", "executions", "prose"}
)


def __getattr__(name: str):
    """Import what only appendices and notebooks use when it is asked for."""
    if name not in _LATER:
        raise AttributeError(f"module 'press' has no attribute {name!r}")
    from press import reference, reproduction, weave

    homes = (reference, reproduction, weave)
    return next(getattr(home, name) for home in homes if hasattr(home, name))
