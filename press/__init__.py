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
    "lineage",
    "lineage_table",
    "outputs",
    "prose",
    "record_input",
    "stored",
    "swept",
]

_LATER = {
    "lineages": ("lineage", "lineage_table"),
    "reference": ("api", "api_summary"),
    "reproduction": ("checksums", "commit", "environment", "executions"),
    "sweepresult": ("swept",),
    "weave": ("prose",),
}


def __getattr__(name: str):
    """Import what only appendices and notebooks use when it is asked for."""
    home = next((home for home, names in _LATER.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module 'press' has no attribute {name!r}")
    from press import lineages, reference, reproduction, sweepresult, weave

    homes = (lineages, reference, reproduction, sweepresult, weave)
    return getattr(dict(zip(_LATER, homes, strict=True))[home], name)
