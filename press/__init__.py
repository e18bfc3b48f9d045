"""Everything that another thesis could use unchanged: command line, store, outputs, renderer."""

from press.errors import InputError

__all__ = ["InputError"]
