"""Everything that another thesis could use unchanged: command line, store, outputs, renderer."""

from importlib import import_module

from press.absence import Absence
from press.errors import InputError, RenderError
from press.outputs import outputs
from press.recording import record_input
from press.store import stored

__all__ = [
    "Absence",
    "InputError",
    "RenderError",
    "api",
    "api_summary",
    "checksums",
    "commit",
    "environment",
    "executions",
    "lineage",
    "lineage_table",
    "outputs",
    "prose",
    "record_input",
    "stored",
    "swept",
]

_LATER = {
    ("api", "api_summary"): lambda: import_module("press.reference"),
    ("checksums", "commit", "environment", "executions"): lambda: import_module(
        "press.reproduction"
    ),
    ("lineage", "lineage_table"): lambda: import_module("press.lineages"),
    ("prose",): lambda: import_module("press.weave"),
    ("swept",): lambda: import_module("press.sweepresult"),
}
"""What only appendices and notebooks use, and how to import it when it is asked for."""


def __getattr__(name: str):
    """Import what was not imported with the package."""
    for names, load in _LATER.items():
        if name in names:
            return getattr(load(), name)
    raise AttributeError(f"module 'press' has no attribute {name!r}")
