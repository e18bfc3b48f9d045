"""What one file of Python says: the hash of its meaning, and the imports it may make."""

import ast
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from press.ground.files import Stamp


@dataclass
class Source:
    """What one file says: the hash of its meaning and the imports it may make."""

    meaning: str = ""
    imports: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)
    """(level, module, names): ``from ..a import b`` -> ``(2, "a", ("b",))``"""
    bound: dict[str, tuple[int, str]] = field(default_factory=dict)
    """local name -> (level, dotted name) that an import bound to it"""
    chains: set[tuple[str, str]] = field(default_factory=set)
    """``a.b.c`` in an expression -> ``("a", "b.c")``"""
    later: dict[str, str] = field(default_factory=dict)
    """``LATER = {name: module}`` of a package: what its ``__getattr__`` imports when asked"""

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
        return {name for name in found if name} | {p for name in found for p in parents(name)}


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


_sources: dict[Path, tuple[Stamp, Source]] = {}


def read(path: Path, now: Stamp) -> Source:
    """Parse a file, or give what an earlier parse of the unchanged file found."""
    if path in _sources and _sources[path][0] == now:
        return _sources[path][1]
    content = path.read_bytes()
    try:
        source = read_tree(ast.parse(content))
    except (SyntaxError, ValueError):  # it cannot be imported either; importing it will say why
        source = Source(meaning=digest(content.decode(errors="replace")))
    _sources[path] = now, source
    return source


def read_tree(tree: ast.Module) -> Source:
    """Read a syntax tree."""
    source = Source()
    words: list[str] = []
    _spell(tree, words, source)
    source.meaning = digest("\0".join(words))
    source.later = _later(tree)
    return source


def _later(tree: ast.Module) -> dict[str, str]:
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="LATER")], value=ast.Dict(keys, values)):
                pairs = zip(keys, values, strict=True)
                return {k.value: v.value for k, v in pairs if _is_text(k) and _is_text(v)}
    return {}


def _spell(node: object, words: list[str], source: Source) -> None:
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
    return isinstance(node, ast.Expr) and _is_text(node.value)


def _note_import(node: ast.AST, source: Source) -> None:
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
    return name.value if _is_text(name) else None


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def digest(text: str) -> str:
    """Hash a text: 16 hexadecimal digits."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]
