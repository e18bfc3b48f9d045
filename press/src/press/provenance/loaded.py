"""Noticing that a loaded module is not what its file says.

The store knows code by its files. A process that runs the old code of an edited file, or whose
cells have set names of a module, must not keep results under the file's hash, nor fetch them.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from press.ground.files import Stamp, stamp

_loaded: dict[str, tuple[object, Stamp]] = {}
"""module -> (the spec it was loaded with, what its file was like then)"""


def note(package: str) -> None:
    """Remember what the files of a package's loaded modules are like now."""
    for name in [n for n in sys.modules if n == package or n.startswith(f"{package}.")]:
        path = getattr(sys.modules[name], "__file__", None)
        if path:
            _seen(name, Path(path))


class _Watched(ModuleType):
    """A module that notes what others set in it; its own code does not come by here."""

    def __setattr__(self, name: str, value: object) -> None:
        before = vars(self).get(name)
        super().__setattr__(name, value)
        if isinstance(value, ModuleType) or name.startswith("__"):  # what importing does
            return
        if value is _before.setdefault((self.__name__, name), before):
            del _before[self.__name__, name]


_before: dict[tuple[str, str], object] = {}
"""(module, name) -> what it was before other code set it"""


def altered(files: Mapping[str, Path]) -> list[str]:
    """Give the names, with their modules, that other code has set since this process loaded them.

    Parameters
    ----------
    files : Mapping[str, Path]
        Module -> its file.
    """
    return [f"{module}.{name}" for module, name in _before if module in files]


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
        module: Any = sys.modules[name]
        if type(module) is ModuleType:
            module.__class__ = _Watched
    return _loaded[name][1]
