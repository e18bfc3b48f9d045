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
    "record_input",
    "stored",
]

_FOR_APPENDICES = frozenset(
    {"api", "api_summary", "checksums", "commit", "environment", "executions"}
)


def __getattr__(name: str):
    """Import what only the appendices use when it is asked for."""
    if name not in _FOR_APPENDICES:
        raise AttributeError(f"module 'press' has no attribute {name!r}")
    from press import reference, reproduction

    return getattr(reference if hasattr(reference, name) else reproduction, name)
