"""Run at the start of every Python that a cell starts, whose reads are the chapter's too."""

import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder) != here]
del sys.modules["sitecustomize"]
try:
    import sitecustomize  # noqa: F401  the environment's own, in whose place this one stands
except ImportError:
    pass
try:
    from press.provenance.tracing import start
except ImportError:  # a Python of another environment
    pass
else:
    start()
