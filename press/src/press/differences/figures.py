"""Figures that do not look as they did."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from press.differences.change import Change

if TYPE_CHECKING:
    import numpy as np

VISIBLE = 0.02
"""Share of the range by which a colour of a pixel must differ; less is the machine's smoothing."""


def compare(name: str, before: Path, after: Path) -> Iterator[Change]:
    """Compare a figure pixel by pixel, of which those that differ are drawn red."""
    import matplotlib.image
    import numpy as np

    files = before.read_bytes(), after.read_bytes()
    if files[0] == files[1]:
        return
    old, new = (matplotlib.image.imread(io.BytesIO(file))[..., :3] for file in files)
    height, width = np.maximum(old.shape[:2], new.shape[:2])
    old, new = _padded(old, height, width), _padded(new, height, width)
    differs = (np.abs(old - new) > VISIBLE).any(axis=2)
    if differs.any():
        picture = _marked(new, differs)
        told = f"{differs.mean():.1%} of it"
        yield Change("figure", name, "", told, pictures=(*files, picture))


def _padded(image: "np.ndarray", height: int, width: int) -> "np.ndarray":
    """Put an image (rows, columns, 3) onto white of the given size, at the top left."""
    import numpy as np

    sheet = np.ones((height, width, 3), dtype=image.dtype)
    sheet[: image.shape[0], : image.shape[1]] = image
    return sheet


def _marked(image: "np.ndarray", differs: "np.ndarray") -> bytes:
    """Draw an image pale, and red where it differs."""
    import matplotlib.image

    pale = 0.75 + 0.25 * image
    pale[differs] = (0.84, 0.15, 0.16)
    file = io.BytesIO()
    matplotlib.image.imsave(file, pale, format="png")
    return file.getvalue()
