"""Which source a piece of code can reach, and what that source says.

The rule, which the store, the renderer and ``thesis status`` share:

* Starting from a module (or from the cells of a chapter), every import is followed: at the top
  of a file, inside functions, relative, ``from package import module``, ``package.module.f()``,
  and ``import_module("a literal name")``. The ``__init__`` of each package on the way counts.
  An import by a computed name cannot be seen.
* A module of the project (its file lies under one of the roots) counts with its meaning: comments,
  docstrings and other statements that are only a string, line breaks and spaces do not count;
  every other change does.
* A third-party package counts with the version of the distribution that installed it; the
  standard library does not count.
"""

import ast
import hashlib
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from press.files import Stamp, stamp

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
    """

    modules: Mapping[str, str]
    packages: Mapping[str, str]
    files: Mapping[str, Path]

    @cached_property
    def digest(self) -> str:
        """One hash for the source of all modules (16 hexadecimal digits); no versions."""
        lines = "\n".join(f"{name} {self.modules[name]}" for name in sorted(self.modules))
        return _digest(lines)


def of_modules(
    names: Iterable[str], roots: Iterable[str | Path], without: Iterable[str] = ()
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

    Returns
    -------
    Closure
        Found again in the same process without work while no reached file has changed.
    """
    return _remembered(tuple(sorted(set(names))), _real(roots), frozenset(without))


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
            return _read_tree(ast.parse(python)).absolute_imports("", is_package=False)
        except SyntaxError:
            continue
    return set()


# --- following imports -------------------------------------------------------------------------

_closures: dict[tuple, tuple[dict[Path, Stamp], Closure]] = {}


def _remembered(names: tuple[str, ...], roots: tuple[Path, ...], without: frozenset) -> Closure:
    key = names, roots, without
    if key in _closures:
        stamps, closure = _closures[key]
        if all(stamp(path) == seen for path, seen in stamps.items()):
            return closure
    closure = _trace(names, roots, without)
    _closures[key] = {path: stamp(path) for path in closure.files.values()}, closure
    return closure


def _trace(names: Iterable[str], roots: tuple[Path, ...], without: frozenset) -> Closure:
    modules: dict[str, str] = {}
    files: dict[str, Path] = {}
    foreign: set[str] = set()
    is_local = cache(lambda top: _is_local(top, roots))
    ahead = list(names)
    seen = set(ahead)
    while ahead:
        name = ahead.pop()
        top = name.partition(".")[0]
        if top in without or top in sys.stdlib_module_names:
            continue
        if not is_local(top):
            foreign.add(top)
            continue
        path = _file_of(name, roots)
        if path is None:  # a function or class of a module, not a module
            continue
        source = _read(path, stamp(path))
        modules[name], files[name] = source.meaning, path
        found = source.absolute_imports(name, path.name == "__init__.py") | _parents(name)
        ahead.extend(found - seen)
        seen |= found
    return Closure(
        modules={name: modules[name] for name in sorted(modules)},
        packages=dict(sorted(_versions(foreign))),
        files={name: files[name] for name in sorted(files)},
    )


def _parents(name: str) -> set[str]:
    """Name the packages whose ``__init__`` runs first: ``a.b.c`` -> ``{"a", "a.b"}``."""
    parts = name.split(".")
    return {".".join(parts[:depth]) for depth in range(1, len(parts))}


def _file_of(name: str, roots: tuple[Path, ...]) -> Path | None:
    """Give the file of a project module, None for anything else."""
    for root in roots:
        base = os.path.join(root, *name.split("."))
        for candidate in (os.path.join(base, "__init__.py"), base + ".py"):
            if os.path.isfile(candidate):
                return Path(candidate)
    return None


def _is_local(top: str, roots: tuple[Path, ...]) -> bool:
    """Tell a name inside a project package from a third-party package."""
    if _file_of(top, roots):
        return True
    folders = (root / top for root in roots)
    return any(next(folder.glob("*.py"), None) for folder in folders if folder.is_dir())


def _real(roots: Iterable[str | Path]) -> tuple[Path, ...]:
    return tuple(Path(os.path.realpath(root)) for root in roots)


# --- reading one file --------------------------------------------------------------------------


@dataclass
class _Source:
    """What one file says: the hash of its meaning and the imports it may make."""

    meaning: str = ""
    imports: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)
    """(level, module, names): ``from ..a import b`` -> ``(2, "a", ("b",))``"""
    bound: dict[str, tuple[int, str]] = field(default_factory=dict)
    """local name -> (level, dotted name) that an import bound to it"""
    chains: set[tuple[str, str]] = field(default_factory=set)
    """``a.b.c`` in an expression -> ``("a", "b.c")``"""

    def absolute_imports(self, module: str, is_package: bool) -> set[str]:
        """Give every dotted name that may be a module, seen from the module's place."""
        package = module if is_package else module.rpartition(".")[0]
        found = set()
        for level, origin, names in self.imports:
            base = _absolute(level, origin, package)
            found.add(base)
            found.update(f"{base}.{name}" for name in names)
        for first, rest in self.chains:
            if first in self.bound:
                found.add(f"{_absolute(*self.bound[first], package)}.{rest}")
        return {name for name in found if name} | {p for name in found for p in _parents(name)}


def _absolute(level: int, name: str, package: str) -> str:
    if not level:
        return name
    parts = package.split(".")
    parents = parts[: len(parts) - (level - 1)]
    return ".".join([*parents, *([name] if name else [])])


_sources: dict[Path, tuple[Stamp, _Source]] = {}


def _read(path: Path, now: Stamp) -> _Source:
    """Parse a file, or give what an earlier parse of the unchanged file found."""
    if path in _sources and _sources[path][0] == now:
        return _sources[path][1]
    content = path.read_bytes()
    try:
        source = _read_tree(ast.parse(content))
    except (SyntaxError, ValueError):  # it cannot be imported either; importing it will say why
        source = _Source(meaning=_digest(content.decode(errors="replace")))
    _sources[path] = now, source
    return source


def _read_tree(tree: ast.Module) -> _Source:
    source = _Source()
    words: list[str] = []
    _spell(tree, words, source)
    source.meaning = _digest("\0".join(words))
    return source


def _spell(node: object, words: list[str], source: _Source) -> None:
    """Spell a syntax tree without positions and docstrings, the same in every Python version.

    One walk does both: it appends the tree to `words` and notes the imports in `source`.
    """
    if isinstance(node, ast.AST):
        _note_import(node, source)
        words.append(type(node).__name__)
        for name in node._fields:
            value = getattr(node, name, None)
            if value is None or value == [] or name in ("kind", "ctx"):
                continue
            words.append(name)
            _spell(value, words, source)
        words.append(")")
    elif isinstance(node, list):
        words.append("[")
        for item in node:
            if not _is_only_a_string(item):
                _spell(item, words, source)
        words.append("]")
    else:
        words.append(repr(node))


def _is_only_a_string(node: object) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _note_import(node: ast.AST, source: _Source) -> None:
    if isinstance(node, ast.Import):
        for alias in node.names:
            source.imports.append((0, alias.name, ()))
            bound = alias.name if alias.asname else alias.name.partition(".")[0]
            source.bound[alias.asname or bound] = (0, bound)
    elif isinstance(node, ast.ImportFrom):
        origin = node.module or ""
        names = tuple(alias.name for alias in node.names if alias.name != "*")
        source.imports.append((node.level, origin, names))
        for alias in node.names:
            bound = f"{origin}.{alias.name}" if origin else alias.name
            source.bound[alias.asname or alias.name] = (node.level, bound)
    elif isinstance(node, ast.Attribute):
        first, rest = _chain(node)
        if first:
            source.chains.add((first, rest))
    elif isinstance(node, ast.Call):
        name = _literal_import(node)
        if name:
            level = len(name) - len(name.lstrip("."))
            source.imports.append((level, name.lstrip("."), ()))


def _chain(node: ast.Attribute) -> tuple[str, str]:
    """Split ``a.b.c`` into ``("a", "b.c")``; ``("", "")`` if it does not start with a name."""
    parts: list[str] = []
    inner: ast.expr = node
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    return (inner.id, ".".join(reversed(parts))) if isinstance(inner, ast.Name) else ("", "")


def _literal_import(call: ast.Call) -> str | None:
    function = call.func
    called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if called not in ("import_module", "__import__") or not call.args:
        return None
    name = call.args[0]
    is_literal = isinstance(name, ast.Constant) and isinstance(name.value, str)
    return name.value if is_literal else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


# --- versions of third-party packages ----------------------------------------------------------


def _versions(top_level_names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield (distribution, version) for import names: ``sklearn`` -> ``scikit-learn``, ..."""
    for name in top_level_names:
        yield from _owners().get(name, {name: NOT_INSTALLED}).items()


@cache
def _owners() -> dict[str, dict[str, str]]:
    """Map each top-level import name to the distributions that installed it.

    As `importlib.metadata.packages_distributions`, in a third of its time: no path objects.
    """
    from importlib import metadata

    owners: dict[str, dict[str, str]] = {}
    for distribution in metadata.distributions():
        installed = (distribution.read_text("RECORD") or "").splitlines()
        names = {line.split(",", 1)[0].partition("/")[0] for line in installed}
        names = {name.partition(".")[0] for name in names if not name.endswith(".dist-info")}
        names.update((distribution.read_text("top_level.txt") or "").split())
        for name in names:
            # the first one found on the path is the one that Python imports
            owners.setdefault(name, {}).setdefault(distribution.name, distribution.version)
    return owners
