"""The rendered thesis, as `make thesis` left it: what readers see is read back from it."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def rendered():
    """Give the folder of the rendered book: `_book`, or the one that THESIS_BOOK names."""
    folder = Path(os.environ.get("THESIS_BOOK", ROOT / "_book"))
    if not (folder / "index.html").is_file():
        pytest.skip(f"{folder} holds no rendered thesis; run make thesis first")
    return folder
