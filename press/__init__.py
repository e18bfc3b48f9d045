"""Everything that another thesis could use unchanged: command line, store, outputs, renderer."""

from importlib import import_module

from press.absence import Absence
from press.carried import Carried
from press.errors import InputError, RenderError
from press.outputs import outputs
from press.recording import record_input
from press.store import stored

__all__ = [
    "Absence",
    "Carried",
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

LATER = {
    "api": "press.reference",
    "api_summary": "press.reference",
    "checksums": "press.reproduction",
    "commit": "press.reproduction",
    "environment": "press.reproduction",
    "executions": "press.reproduction",
    "lineage": "press.lineages",
    "lineage_table": "press.lineages",
    "prose": "press.weave",
    "swept": "press.sweepresult",
}
"""What few chapters use: name -> the module it is imported from when it is asked for.

`press.sources` reads this too: a module counts for the code that asks for one of its names.
"""


def __getattr__(name: str):
    """Import what was not imported with the package."""
    if name not in LATER:
        raise AttributeError(f"module 'press' has no attribute {name!r}")
    return getattr(import_module(LATER[name]), name)
