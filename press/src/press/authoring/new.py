"""``thesis new``: a small, complete thesis to begin with."""

import re
from pathlib import Path

from press.ground.errors import InputError
from press.ground.files import write_atomically

TEMPLATE = Path(__file__).with_name("first_thesis")
HIDDEN = "dot-"
"""What stands for the dot of a hidden file, which packages leave out."""


def new(folder: Path) -> list[Path]:
    """Write a thesis into a new folder.

    Parameters
    ----------
    folder : Path
        Is made; its name becomes the title.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    InputError
        The folder holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} is not empty", advice="name a new folder")
    return [_written(path, folder) for path in sorted(TEMPLATE.rglob("*")) if _belongs(path)]


def _belongs(path: Path) -> bool:
    return path.is_file() and path.suffix != ".pyc"


def _written(path: Path, folder: Path) -> Path:
    """Write a file of the template with the names of this thesis."""
    words = re.findall(r"\w+", folder.resolve().name) or ["thesis"]
    parts = [re.sub(f"^{HIDDEN}", ".", part) for part in path.relative_to(TEMPLATE).parts]
    text = path.read_text(encoding="utf-8")
    text = text.replace("@TITLE@", " ".join(words).capitalize())
    text = text.replace("@NAME@", "-".join(words).lower())
    target = folder.joinpath(*parts)
    write_atomically(target, text.encode())
    return target
