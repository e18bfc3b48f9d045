"""Noticing that a module's file changed after this process loaded it.

The store knows code by its files. A process that runs the old code of an edited file must not
keep results under the new file's hash, nor fetch them.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from press.ground.files import Stamp, stamp

_loaded: dict[str, tuple[object, Stamp]] = {}
"""module -> (the spec it was loaded with, what its file was like then)"""


def note(package: str) -> None:
    """Remember what the files of a package's loaded modules are like now."""
    for name in [n for n in sys.modules if n == package or n.startswith(f"{package}.")]:
        path = getattr(sys.modules[name], "__file__", None)
        if path:
            _seen(name, Path(path))


def edited(files: Mapping[str, Path]) -> list[str]:
    """Name the modules whose files have changed since this process loaded them.

    Parameters
    ----------
    files : Mapping[str, Path]
        Module -> its file; modules that are not loaded yet are passed over.
    """
    present = [(name, path) for name, path in files.items() if name in sys.modules]
    return [name for name, path in present if _seen(name, path) != stamp(path)]


def _seen(name: str, path: Path) -> Stamp:
    """Give the file's stamp when the module was loaded; a reload makes a new spec."""
    spec = sys.modules[name].__spec__
    if name not in _loaded or _loaded[name][0] is not spec:
        _loaded[name] = spec, stamp(path)
    return _loaded[name][1]
