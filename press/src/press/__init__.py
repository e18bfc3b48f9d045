"""Everything that another thesis could use unchanged: command line, store, outputs, renderer."""

from importlib import import_module

from press.door.absence import Absence
from press.door.carried import Carried
from press.door.outputs import outputs
from press.ground.errors import InputError, RenderError
from press.provenance.catalogue import Catalogue, entries
from press.provenance.recording import record_input
from press.provenance.store import stored

__all__ = [
    "Absence",
    "Carried",
    "Catalogue",
    "InputError",
    "RenderError",
    "api",
    "api_summary",
    "checksums",
    "commit",
    "entries",
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
    "api": "press.appendix.functions",
    "api_summary": "press.appendix.functions",
    "checksums": "press.appendix.versions",
    "commit": "press.appendix.versions",
    "environment": "press.appendix.versions",
    "executions": "press.appendix.versions",
    "lineage": "press.appendix.lineage",
    "lineage_table": "press.appendix.lineage",
    "prose": "press.execution.prose",
    "swept": "press.sweep.result",
}
"""What few chapters use: name -> the module it is imported from when it is asked for.

`press.provenance.dependencies` reads this too: a module counts for the code that asks for one of
its names.
"""


def __getattr__(name: str):
    """Import what was not imported with the package."""
    if name not in LATER:
        raise AttributeError(f"module 'press' has no attribute {name!r}")
    return getattr(import_module(LATER[name]), name)
