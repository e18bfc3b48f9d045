"""Tables of things to choose from, whose entries count one by one.

Code that asks a catalogue for an entry depends on that entry, code that lists the entries on
their names; so a new entry makes nothing stale but the lists. Entries that are asked for are
inputs of the running chapter or stored function (`press.provenance.recording`).
"""

import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from press.ground.errors import InputError
from press.provenance import dependencies
from press.provenance.origin import GONE, PACKAGE, digest_of_entry
from press.provenance.recording import is_heard, record_named

T = TypeVar("T")


class _Entries(Mapping[str, T], Generic[T]):
    """A mapping that tells what it was asked for: a key, or nothing for the list of keys."""

    _items: Mapping[str, T]

    def __getitem__(self, key: str) -> T:
        self._tell(key)
        return self._items[key]

    def __contains__(self, key: object) -> bool:
        self._tell(str(key))
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        self._tell("")
        return iter(self._items)

    def __len__(self) -> int:
        self._tell("")
        return len(self._items)

    def _tell(self, key: str) -> None:
        for name, digest in self._described(key).items() if is_heard() else ():
            record_named(name, digest)

    def _described(self, key: str) -> Mapping[str, str]:
        """Give the inputs that an entry is: name -> digest."""
        raise NotImplementedError


class Catalogue(_Entries[T]):
    """Things of a kind by their names, in their order; a constant of a module.

    Parameters
    ----------
    items : iterable
        Each with a ``name``, which must be unique. What is written here should be calls whose
        first argument is the name: ``Catalogue([Model("tree", ...), Model("forest", ...)])``;
        of others every entry counts as all.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> shapes = Catalogue([SimpleNamespace(name="square", corners=4)])
    >>> shapes["square"].corners, list(shapes)
    (4, ['square'])
    """

    def __init__(self, items: Iterable[Any]):
        self._items = {item.name: item for item in items}
        self._module = sys._getframe(1).f_globals["__name__"]
        self._described = cache(self._look_up)

    @cached_property
    def _name(self) -> str:
        names = vars(sys.modules[self._module]).items()
        return next((name for name, value in names if value is self), "")

    def _look_up(self, key: str) -> Mapping[str, str]:
        root = dependencies.root_of(self._module)
        if root is None or not self._name:  # in a notebook, or while it is made
            return {}
        table = f"{self._module}.{self._name}"
        found = dependencies.of_entry(table, key, root)
        if found is None:
            return {f"{table}[{key}]": GONE}
        versions = {PACKAGE + package: version for package, version in found.packages.items()}
        return {f"{table}[{key}]": found.digest, **versions}

    def __reduce__(self):
        """Refuse to be kept: a copy would not know where it stands."""
        raise TypeError("a catalogue stays in its module; keep the names of its entries instead")


def entries(path: Path) -> "Entries":
    """Read the entries of a TOML file, each of which counts for who asks for it.

    Raises
    ------
    press.InputError
        The file cannot be read.
    """
    try:
        return Entries(path, tomllib.loads(Path(path).read_text(encoding="utf-8")))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"is not valid TOML: {error}", file=path) from error


class Entries(_Entries[dict]):
    """The entries of a TOML file; made by `entries`."""

    def __init__(self, path: Path, items: Mapping[str, dict]):
        self._path, self._items = Path(path).absolute(), items

    def _described(self, key: str) -> Mapping[str, str]:
        return {f"{self._path}[{key}]": digest_of_entry(self._items, key)}
