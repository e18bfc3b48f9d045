"""What a render has executed so far, for a chapter that prints it.

Code that reaches this module is executed after all other chapters.
"""

import json
import os
from pathlib import Path

VARIABLE = "PRESS_EXECUTIONS"
"""Names the file of the other chapters' records."""


def executions() -> list[dict]:
    """List the executions of the other chapters in the render that this process belongs to.

    Returns
    -------
    list of dict
        ``chapter``, ``executed`` (time, UTC), ``seconds``, and what each read and wrote, in the
        order of the book; empty outside of a render.
    """
    path = os.environ.get(VARIABLE)
    return json.loads(Path(path).read_text(encoding="utf-8")) if path else []
