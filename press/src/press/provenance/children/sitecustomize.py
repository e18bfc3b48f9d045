"""Run at the start of every Python that a cell starts, whose reads are the chapter's too."""

import os
import sys
from contextlib import suppress

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder) != here]
del sys.modules["sitecustomize"]
with suppress(ImportError):  # the environment's own, in whose place this one stands
    import sitecustomize  # noqa: F401
with suppress(ImportError):  # a Python of another environment has no `press`
    from press.provenance.tracing import start

    start()
