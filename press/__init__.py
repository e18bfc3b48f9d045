"""Everything that another thesis could use unchanged: command line, store, outputs, renderer."""

from press.absence import Absence
from press.errors import InputError
from press.outputs import outputs
from press.recording import record_input
from press.store import stored

__all__ = ["Absence", "InputError", "outputs", "record_input", "stored"]
