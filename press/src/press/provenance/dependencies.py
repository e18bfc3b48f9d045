"""Which source a piece of code can reach, and what that source says.

The rule, which the store, the renderer and ``thesis status`` share:

* What counts is definitions, not files. Starting from a function (or from the cells of a
  chapter), every function, class and constant that it names is reached, and what those name, and
  so on, through imports of every kind: at the top of a file, inside functions, relative, by
  another name, ``module.name``. A class counts whole, with all its methods.
* Of every module that is imported on the way, its statements count that are neither definitions
  nor imports, for they run: also those of the ``__init__`` of each package above, and imports of
  names that the module does not use. So do definitions whose making runs code of the project
  that alters a name of a module: a decorator that registers, a base class with
  ``__init_subclass__``. A constant counts with the functions of its module that alter it.
* A whole module counts where more cannot be known: it is used as a value (``getattr(module,
  name)``), imported with a star or by ``import_module("a literal name")``, or its code uses
  ``globals``, ``vars``, ``eval`` and the like. Other computed names cannot be seen.
* Of a `press.Catalogue` only the entries count that were asked for while computing; they are
  inputs, as data files are (`press.provenance.catalogue`). What is asked for while a module is
  imported, or in a function that keeps its answers, is the whole catalogue.
* A module of the project lies under one of the roots, or in a folder that Python searches and
  that is no installation, as that of an editable package. Of what it says, comments, docstrings
  and other statements that are only a string, line breaks and spaces do not count; every other
  change does. The docstrings of a module count for who names ``f.__doc__`` or ``getdoc(f)``.
* A third-party package that is named counts with the version of the distribution that installed
  it; the standard library does not count.
"""

import ast
import os
import re
import sys
import sysconfig
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from press.ground.files import Stamp, stamp
from press.provenance import syntax
from press.provenance.syntax import STATEMENTS, Part, Source

if TYPE_CHECKING:
    from importlib.metadata import Distribution

OWN_PACKAGE = __name__.partition(".")[0]
NOT_INSTALLED = "not installed"
WHOLE, FOREIGN = "*", "?"

Node = tuple[str, str]
"""(module, name of a part), (module, WHOLE), or (third-party package, FOREIGN)."""


@dataclass(frozen=True)
class Closure:
    """Everything that some code can reach.

    Attributes
    ----------
    modules : Mapping[str, str]
        Name of each project module -> hash of what is reached in it (16 hexadecimal digits);
        without those of which only the absence of statements is.
    packages : Mapping[str, str]
        Name of each third-party distribution -> its version.
    files : Mapping[str, Path]
        Name of each project module that is imported -> its file.
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


def of_names(
    names: Iterable[str],
    roots: Iterable[str | Path],
    without: Iterable[str] = (),
    finder: "Finder | None" = None,
) -> Closure:
    """Trace what can be reached from definitions or modules.

    Parameters
    ----------
    names : iterable of str
        Dotted names to start from: of functions, classes and constants, of modules for all that
        is in them; they may also be third-party.
    roots : iterable of path
        Folders that hold the project's packages, in order of precedence.
    without : iterable of str
        Top-level packages that are neither counted nor entered.
    finder : Finder, optional
        Shared between calls with the same roots while no file changes.

    Returns
    -------
    Closure
        Found again in the same process without work while no reached file has changed.
    """
    starts = tuple(sorted(set(names)))
    without, roots = frozenset(without), finder.roots if finder else _real(roots)

    def trace() -> Closure:
        found = finder or finder_of(roots)
        return _trace((node for name in starts for node in found.named(name)), found, without)

    return _remembered((starts, roots, without), trace)


def of_entry(table: str, key: str, root: Path) -> Closure | None:
    """Trace an entry of a catalogue, see `Finder.entry`."""
    return _remembered((table, key, root), lambda: finder_of([root]).entry(table, key))


def of_code(
    cells: Iterable[str],
    roots: Iterable[str | Path],
    without: Iterable[str] = (),
    finder: "Finder | None" = None,
) -> Closure:
    """Trace what the cells of a notebook can reach; the cells themselves do not count.

    Lines that only IPython understands are left out. A cell that is no Python adds nothing:
    running it will say what is wrong with it.
    """
    cells, roots = tuple(cells), finder.roots if finder else _real(roots)

    def trace() -> Closure:
        found = finder or finder_of(roots)
        body = [statement for cell in cells for statement in _statements(cell)]
        return _trace(found.named_in(syntax.read_tree(ast.Module(body, []))), found, without)

    return _remembered((cells, roots, tuple(without)), trace)


def root_of(module: str) -> Path | None:
    """Give the folder that holds a loaded module's top-level package.

    None for a module without a file or a lasting name, as a notebook's.
    """
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None or module == "__main__":
        return None
    path = Path(os.path.realpath(file))
    return path.parents[module.count(".") + (path.name == "__init__.py")]


def _statements(cell: str) -> list[ast.stmt]:
    without_magics = re.sub(r"(?m)^\s*[%!?].*$|^.*\?\s*$", "", cell)
    for python in (cell, "" if cell.lstrip().startswith("%%") else without_magics):
        try:
            return ast.parse(python).body
        except SyntaxError:
            continue
    return []


# --- following names ---------------------------------------------------------------------------

_closures: dict[tuple, tuple[dict[Path, Stamp], Closure]] = {}


def _remembered(key: tuple, trace: Callable[[], Closure | None]) -> Any:
    """Give a closure again while no file that it reached has changed."""
    if key in _closures:
        stamps, closure = _closures[key]
        if all(stamp(path) == seen for path, seen in stamps.items()):
            return closure
    traced = trace()
    if traced is not None:
        _closures[key] = {path: stamp(path) for path in traced.files.values()}, traced
    return traced


_finders: dict[tuple[Path, ...], "Finder"] = {}


def finder_of(roots: Iterable[str | Path]) -> "Finder":
    """Give a finder again while no file that it read has changed."""
    roots = _real(roots)
    found = _finders.get(roots)
    if found is None or any(stamp(path) != seen for path, seen in found.stamps.items()):
        _finders[roots] = Finder(roots)
    return _finders[roots]


def _trace(starts: Iterable[Node], finder: "Finder", without: Iterable[str]) -> Closure:
    """Follow names breadth first, so that the chains of importers are short."""
    reached: dict[str, set[str]] = {}
    importers: dict[str, str] = {}
    foreign: set[str] = set()
    ahead = deque(sorted(starts))
    seen = set(ahead)
    while ahead:
        module, name = ahead.popleft()
        if module.partition(".")[0] in without:
            continue
        if name == FOREIGN:
            foreign.add(module)
            continue
        reached.setdefault(module, set()).add(name)
        for node in finder.reached_from((module, name)):
            if node not in seen:
                seen.add(node)
                ahead.append(node)
                if node[0] not in reached and node[0] != module:
                    importers.setdefault(node[0], module)
    meanings = {module: finder.meaning(module, frozenset(reached[module])) for module in reached}
    counted = {module: meanings[module] for module in sorted(meanings) if meanings[module]}
    return Closure(
        modules=counted,
        packages=_versions(foreign),
        files=finder.files_of(sorted(reached)),
        importers={name: importers[name] for name in counted if name in importers},
    )


class Finder:
    """Finds modules under some roots and what is in them, and looks everything up once.

    Parameters
    ----------
    roots : tuple of Path
        Folders that hold the project's packages, in order of precedence.
    """

    def __init__(self, roots: Iterable[str | Path]):
        self.roots = _real([*roots, *_editable()])
        self.stamps: dict[Path, Stamp] = {}
        self.file_of = cache(self._file_of)
        self.is_local = cache(self._is_local)
        self.source_of = cache(self._source_of)
        self.named = cache(self._named)
        self.reached_from = cache(self._reached_from)
        self.meaning = cache(self._meaning)
        self._acting = cache(self._is_acting)
        self._package = cache(self._package_of)
        self._names = cache(self._names_of)

    def _file_of(self, name: str) -> Path | None:
        """Give the file of a project module, None for anything else."""
        for root in self.roots if name else ():
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

    def _source_of(self, module: str) -> Source:
        path = self.file_of(module)
        if path is None:
            return Source()
        self.stamps[path] = stamp(path)
        return syntax.read(path, self.stamps[path])

    def files_of(self, modules: Iterable[str]) -> dict[str, Path]:
        """Give the files of modules of the project."""
        found = {module: self.file_of(module) for module in modules}
        return {module: file for module, file in found.items() if file is not None}

    def entry(self, table: str, key: str) -> Closure | None:
        """Trace an entry of a catalogue, or its keys; None if there is none of that name."""
        module, _, name = table.rpartition(".")
        part = self.source_of(module).parts.get(name, Part())
        if part.entries is None:  # of what is not written entry by entry, each counts as all
            return _trace([(module, name)], self, {OWN_PACKAGE}) if part.meaning else None
        if not key:
            keys = syntax.digest("\0".join(part.entries))
            return Closure({module: keys}, {}, self.files_of([module]), {})
        known = key in part.entries
        return _trace([(module, f"{name}[{key}]")], self, {OWN_PACKAGE}) if known else None

    def defines(self, name: str) -> bool:
        """Whether there is a definition, or a module, of that dotted name."""
        return any(part != STATEMENTS for _, part in self.named(name))

    def part(self, module: str, name: str) -> Part:
        """Give a part of a module; an entry of a catalogue is called ``NAME[KEY]``."""
        constant, _, key = name.partition("[")
        part = self.source_of(module).parts[constant]
        return (part.entries or {}).get(key[:-1], part) if key else part

    def _meaning(self, module: str, names: frozenset[str]) -> str:
        """Hash what is reached in a module; empty if that says nothing."""
        said = [(name, self.part(module, name).meaning) for name in names - {WHOLE}]
        lines = [f"{name} {meaning}" for name, meaning in sorted(said) if meaning]
        return syntax.digest("\n".join(lines)) if lines else ""

    # What a name stands for

    def _named(self, full: str, inside: frozenset[str] = frozenset()) -> frozenset[Node]:
        """Give what a dotted name stands for, with the statements of the modules on the way."""
        top, *words = full.split(".")
        if top in sys.stdlib_module_names or not top:
            return frozenset()
        if not self.is_local(top):
            return frozenset([(top, FOREIGN)])
        return frozenset(self._inside(top, words, inside))

    def _inside(self, module: str, words: list[str], inside: frozenset[str]) -> set[Node]:
        """Give what words stand for in a module; `inside` are the names that led here."""
        found = {(module, STATEMENTS)} if self.file_of(module) else set()
        if not words:
            return found | {(other, WHOLE) for other, _ in found}
        source, (word, *rest) = self.source_of(module), words
        full = f"{module}.{word}"
        if word in source.parts:
            return found | {(module, word)} | (self._docs(module) if syntax.DOCS in rest else set())
        targets = self._targets(source, module, word)
        if targets and full not in inside:
            ways = (".".join([target, *rest]) for target in targets)
            return found.union(*(self._named(way, inside | {full}) for way in ways))
        if self.file_of(full) or self._is_folder(full):
            return found | self._inside(full, rest, inside)
        if source.parts[STATEMENTS].modules or word in syntax.UNKNOWABLE:
            return found | {(module, WHOLE)}
        return found | {(module, "__getattr__")} if "__getattr__" in source.parts else found

    def _targets(self, source: Source, module: str, word: str) -> set[str]:
        """Give what an import at the top of a module bound to a name."""
        package = self._package(module)
        return {_absolute(*target, package) for target in source.bound.get(word, ())}

    def _is_folder(self, module: str) -> bool:
        return any((root / module.replace(".", "/")).is_dir() for root in self.roots)

    def _package_of(self, module: str) -> str:
        path = self.file_of(module)
        is_package = path is not None and path.name == "__init__.py"
        return module if is_package else module.rpartition(".")[0]

    def _resolved(self, chain: str, part: Part, source: Source, module: str) -> frozenset[Node]:
        """Give what a chain of names in a part of a module stands for."""
        first, point, rest = chain.partition(".")
        bound = part.bound.get(first)
        if bound is None and first in source.parts:
            return frozenset([(module, first)])
        package = self._package(module)
        targets = source.bound.get(first, ()) if bound is None else bound
        ways = (_absolute(*target, package) + point + rest for target in targets)
        return frozenset().union(*(self.named(way) for way in ways))

    def _named_by(self, part: Part, source: Source, module: str) -> set[Node]:
        """Give all that a part names or imports."""
        package = self._package(module)
        imported = (self.named(_absolute(*target, package)) for target in part.modules)
        named = (self._resolved(chain, part, source, module) for chain in part.names)
        found: set[Node] = set().union(*imported, *named)
        return found.union(*(self._docs(module) for module, _ in found if part.reads_docs))

    def _docs(self, module: str) -> set[Node]:
        return {(module, syntax.DOCS)} & {(module, part) for part in self.source_of(module).parts}

    def _names_of(self, node: Node) -> set[Node]:
        """Give all that a part of a module names or imports."""
        module, name = node
        return self._named_by(self.part(module, name), self.source_of(module), module)

    def named_in(self, source: Source) -> set[Node]:
        """Give all that cells, which are no module, name or import."""
        parts = source.parts.values()
        found = set().union(*(self._named_by(part, source, "") for part in parts))
        found |= {node for node in self._imported(source, "") if node[1] == STATEMENTS}
        return {node for node in found | self._asked_early(found) if node[0]}

    # What follows from reaching something

    def _reached_from(self, node: Node) -> list[Node]:
        module, name = node
        source = self.source_of(module)
        if name == WHOLE:
            parts = {(module, part) for part in source.parts if part != syntax.DOCS}
            passed_on = self._imported(source, module) if self._package(module) == module else set()
            return sorted(parts | self._asked_early(parts) | passed_on)
        part = self.part(module, name)
        if part.entries is not None:
            return []  # what is asked of a catalogue is seen while computing
        found = self._names(node) | {(module, STATEMENTS)}
        found |= {(above, STATEMENTS) for above in parents(module) if self.file_of(above)}
        if part.is_unknowable:
            found.add((module, WHOLE))
        if name == STATEMENTS:
            found |= {(module, other) for other in source.parts if self._acting(module, other)}
            found |= {node for node in self._imported(source, module) if node[1] == STATEMENTS}
        else:
            found |= {(module, n) for n, other in source.parts.items() if name in other.alters}
        early = found if name == STATEMENTS or part.remembers else self._making(module, part)
        return sorted(found | self._asked_early(early))

    def _imported(self, source: Source, module: str) -> set[Node]:
        """Give what the imports at the top of a module import."""
        package = self._package(module)
        targets = (target for targets in source.bound.values() for target in targets)
        return set().union(*(self.named(_absolute(*target, package)) for target in targets))

    def _making(self, module: str, part: Part) -> set[Node]:
        """Give what making a definition names."""
        source = self.source_of(module)
        return set().union(*(self._resolved(c, part, source, module) for c in part.making))

    def _asked_early(self, nodes: Iterable[Node]) -> set[Node]:
        """Give all entries of catalogues that are asked when nobody listens."""
        return {
            (module, f"{name}[{key}]")
            for module, name in nodes
            if name not in (WHOLE, FOREIGN) and module
            for key in self.source_of(module).parts[name].entries or ()
        }

    def _is_acting(self, module: str, name: str) -> bool:
        """Whether making a definition runs code of the project that alters names of a module."""
        ahead = list(self._making(module, self.part(module, name)))
        seen = set()
        while ahead:
            node = ahead.pop()
            is_ours = node[1] not in (STATEMENTS, WHOLE, FOREIGN)
            if node in seen or not is_ours or node[0].partition(".")[0] == OWN_PACKAGE:
                continue
            seen.add(node)
            part, source = self.part(*node), self.source_of(node[0])
            if part.alters & {*source.parts, *source.bound, *syntax.REGISTERING}:
                return True
            ahead += self._names(node)
        return False


def parents(name: str) -> set[str]:
    """Name the packages whose ``__init__`` runs first: ``a.b.c`` -> ``{"a", "a.b"}``."""
    parts = name.split(".")
    return {".".join(parts[:depth]) for depth in range(1, len(parts))}


def _absolute(level: int, name: str, package: str) -> str:
    if not level:
        return name
    parts = package.split(".")
    parents = parts[: len(parts) - (level - 1)]
    return ".".join([*parents, *([name] if name else [])])


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
    return tuple(dict.fromkeys(Path(os.path.realpath(root)) for root in roots))


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


def version_of(distribution: str) -> str:
    """Give the version of a distribution by its own name."""
    from importlib import metadata  # slow to load, and rarely asked

    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return NOT_INSTALLED


@cache
def _owners() -> dict[str, list["Distribution"]]:
    """Map each top-level import name to the distributions that installed it.

    As `importlib.metadata.packages_distributions`, in a fifth of its time: it makes no path
    objects and parses no metadata.
    """
    from importlib import metadata  # slow to load

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
