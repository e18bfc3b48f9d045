"""Everything that another thesis could use unchanged: command line, store, outputs, renderer.

What a few chapters use alone is imported from its own module, so that it counts for them only:
`press.appendix.functions`, `press.appendix.lineage`, `press.appendix.versions`.
"""

from press.door.absence import Absence
from press.door.carried import Carried
from press.door.claims import Ledger, above, below, counted
from press.door.outputs import outputs
from press.door.swept import swept
from press.ground.errors import InputError, RenderError
from press.provenance.catalogue import Catalogue, entries
from press.provenance.recording import record_input
from press.provenance.store import stored

__all__ = [
    "Absence",
    "Carried",
    "Catalogue",
    "InputError",
    "Ledger",
    "RenderError",
    "above",
    "below",
    "counted",
    "entries",
    "outputs",
    "record_input",
    "stored",
    "swept",
]
