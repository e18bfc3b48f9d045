"""Which source a piece of code can reach, and what that source says.

The rule, which the store, the renderer and ``thesis status`` share:

* Starting from a module (or from the cells of a chapter), every import is followed: at the top
  of a file, inside functions, relative, ``from package import module``, ``package.module.f()``,
  and ``import_module("a literal name")``. The ``__init__`` of each package on the way counts.
  A name that a package imports when it is asked for (``LATER = {name: module}`` beside a
  ``__getattr__``) is followed where it is asked for. Other computed names cannot be seen.
* A module of the project (its file lies under one of the roots, or in a folder that Python
  searches and that is no installation, as that of an editable package) counts with its meaning:
  comments, docstrings and other statements that are only a string, line breaks and spaces do
  not count; every other change does.
* A third-party package counts with the version of the distribution that installed it; the
  standard library does not count.
"""

import ast
import os
import re
import sys
import sysconfig
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from press.ground.files import Stamp, stamp
from press.provenance import syntax

if TYPE_CHECKING:
    from importlib.metadata import Distribution

NOT_INSTALLED = "not installed"


@dataclass(frozen=True)
class Closure:
    """Everything that some code can reach through imports.

    Attributes
    ----------
    modules : Mapping[str, str]
        Name of each project module -> hash of its meaning (16 hexadecimal digits).
    packages : Mapping[str, str]
        Name of each third-party distribution -> its version.
    files : Mapping[str, Path]
        Name of each project module -> its file.
    importers : Mapping[str, str]
        Name of each project module -> the one through which it was reached first; what the
        tracing started from has none.
    """

    modules: Mapping[str, str]
    packages: Mapping[str, str]
    files: Mapping[str, Path]
    importers: Mapping[str, str]

    @cached_property
    def digest(self) -> str:
        """One hash for the source of all modules (16 hexadecimal digits); no versions."""
        lines = "\n".join(f"{name} {self.modules[name]}" for name in sorted(self.modules))
        return syntax.digest(lines)


def of_modules(
    names: Iterable[str],
    roots: Iterable[str | Path],
    without: Iterable[str] = (),
    finder: "Finder | None" = None,
) -> Closure:
    """Trace what modules can reach.

    Parameters
    ----------
    names : iterable of str
        Dotted names to start from; they may also be third-party.
    roots : iterable of path
        Folders that hold the project's packages, in order of precedence.
    without : iterable of str
        Top-level packages that are neither counted nor entered.
    finder : Finder, optional
        Shared between calls with the same roots while no file appears or vanishes.

    Returns
    -------
    Closure
        Found again in the same process without work while no reached file has changed.
    """
    key = tuple(sorted(set(names))), _real(roots), frozenset(without)
    if key in _closures:
        stamps, closure = _closures[key]
        if all(stamp(path) == seen for path, seen in stamps.items()):
            return closure
    closure = _trace(key[0], finder or Finder(key[1]), key[2])
    _closures[key] = {path: stamp(path) for path in closure.files.values()}, closure
    return closure


def of_code(
    cells: Iterable[str], roots: Iterable[str | Path], without: Iterable[str] = ()
) -> Closure:
    """Trace what the cells of a notebook can reach; the cells themselves do not count.

    Lines that only IPython understands are left out. A cell that is no Python adds nothing:
    running it will say what is wrong with it.
    """
    names: set[str] = set()
    for cell in cells:
        names.update(_imports_of_cell(cell))
    return of_modules(names, roots, without)


def root_of(module: str) -> Path | None:
    """Give the folder that holds a loaded module's top-level package.

    None for a module without a file or a lasting name, as a notebook's.
    """
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None or module == "__main__":
        return None
    path = Path(os.path.realpath(file))
    return path.parents[module.count(".") + (path.name == "__init__.py")]


def _imports_of_cell(cell: str) -> set[str]:
    without_magics = re.sub(r"(?m)^\s*[%!?].*$|^.*\?\s*$", "", cell)
    for python in (cell, "" if cell.lstrip().startswith("%%") else without_magics):
        try:
            return syntax.read_tree(ast.parse(python)).absolute_imports("", is_package=False)
        except SyntaxError:
            continue
    return set()


# --- following imports -------------------------------------------------------------------------

_closures: dict[tuple, tuple[dict[Path, Stamp], Closure]] = {}


def _trace(starts: Iterable[str], finder: "Finder", without: frozenset) -> Closure:
    """Follow imports breadth first, so that the chains of importers are short."""
    modules: dict[str, str] = {}
    files: dict[str, Path] = {}
    importers: dict[str, str] = {}
    foreign: set[str] = set()
    ahead = deque(starts)
    seen = set(ahead)
    while ahead:
        name = ahead.popleft()
        top = name.partition(".")[0]
        if top in without or top in sys.stdlib_module_names:
            continue
        if not finder.is_local(top):
            foreign.add(top)
            continue
        path = finder.file_of(name)
        if path is None:  # a function or class of a module, not a module
            found = finder.imported_later(name) - seen
        else:
            modules[name], files[name] = finder.source_of(path).meaning, path
            found = finder.imports_of(name, path) - seen
        importers |= dict.fromkeys(found, name)
        ahead.extend(sorted(found))
        seen |= found
    return Closure(
        modules={name: modules[name] for name in sorted(modules)},
        packages=_versions(foreign),
        files={name: files[name] for name in sorted(files)},
        importers={name: importers[name] for name in sorted(modules) if name in importers},
    )


class Finder:
    """Finds modules under some roots, and looks everything up once.

    Parameters
    ----------
    roots : tuple of Path
        Folders that hold the project's packages, in order of precedence.
    """

    def __init__(self, roots: Iterable[str | Path]):
        self.roots = tuple(dict.fromkeys((*_real(roots), *_real(_editable()))))
        self.file_of = cache(self._file_of)
        self.is_local = cache(self._is_local)
        self.source_of = cache(lambda path: syntax.read(path, stamp(path)))
        self.imports_of = cache(self._imports_of)

    def _file_of(self, name: str) -> Path | None:
        """Give the file of a project module, None for anything else."""
        for root in self.roots:
            base = os.path.join(root, *name.split("."))
            for candidate in (os.path.join(base, "__init__.py"), base + ".py"):
                if os.path.isfile(candidate):
                    return Path(candidate)
        return None

    def _is_local(self, top: str) -> bool:
        """Tell a name inside a project package from a third-party package."""
        if self.file_of(top):
            return True
        folders = (root / top for root in self.roots)
        return any(next(folder.glob("*.py"), None) for folder in folders if folder.is_dir())

    def imported_later(self, name: str) -> set[str]:
        """Give the module, if any, that a package imports when this name of it is asked for."""
        package, _, attribute = name.rpartition(".")
        path = self.file_of(package) if package else None
        later = self.source_of(path).later if path else {}
        return {later[attribute]} if attribute in later else set()

    def _imports_of(self, name: str, path: Path) -> set[str]:
        """Give every dotted name that importing the module may import."""
        found = self.source_of(path).absolute_imports(name, path.name == "__init__.py")
        tops = {full: full.partition(".")[0] for full in found}
        kept = {full if self.is_local(top) else top for full, top in tops.items()}
        return (kept | syntax.parents(name)) - sys.stdlib_module_names


def _editable() -> list[str]:
    """Give the folders of the module search path whose files may change without a version."""
    return [folder for folder in sys.path if os.path.isdir(folder) and not _is_installation(folder)]


@cache
def _is_installation(folder: str) -> bool:
    """Tell the standard library and what pip filled from a folder of sources."""
    standard = sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")
    named = {"site-packages", "dist-packages", "lib-dynload"} & set(Path(folder).parts)
    return folder in standard or bool(named) or any(Path(folder).glob("*.dist-info"))


def _real(roots: Iterable[str | Path]) -> tuple[Path, ...]:
    return tuple(Path(os.path.realpath(root)) for root in roots)


# --- versions of third-party packages ----------------------------------------------------------


def _versions(top_level_names: Iterable[str]) -> dict[str, str]:
    """Map distributions to versions for import names: ``sklearn`` -> ``scikit-learn``, ..."""
    versions: dict[str, str] = {}
    for name in sorted(top_level_names):
        if name not in _owners():
            versions[name] = NOT_INSTALLED
        for distribution in _owners().get(name, ()):
            # of two copies Python imports the one that is first on the path
            versions.setdefault(*_name_and_version(distribution))
    return versions


@cache
def _owners() -> dict[str, list["Distribution"]]:
    """Map each top-level import name to the distributions that installed it.

    As `importlib.metadata.packages_distributions`, in a fifth of its time: it makes no path
    objects and parses no metadata.
    """
    from importlib import metadata

    owners: dict[str, list[Distribution]] = {}
    for distribution in metadata.distributions():
        installed = (distribution.read_text("RECORD") or "").splitlines()
        names = {line.split(",", 1)[0].partition("/")[0] for line in installed}
        names = {name.partition(".")[0] for name in names if not name.endswith(".dist-info")}
        names.update((distribution.read_text("top_level.txt") or "").split())
        for name in names:
            owners.setdefault(name, []).append(distribution)
    return owners


@cache
def _name_and_version(distribution: "Distribution") -> tuple[str, str]:
    """Read the two fields from the head of the metadata, which is long."""
    text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    fields = dict(re.findall(r"(?m)^(Name|Version): (.+?)\s*$", text.partition("\n\n")[0]))
    return fields.get("Name", "unknown"), fields.get("Version", "unknown")
