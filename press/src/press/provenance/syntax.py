"""What one file of Python says: its definitions, what each of them means and names.

A file is cut into parts. Each function, class and constant at its top is a part of its own; all
other statements together are one more, which runs for everybody who imports the file. Imports are
neither: they say what the names in the parts stand for.
"""

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from press.ground.files import Stamp
from press.provenance.parsed import remembered

DOCS = "__doc__"
"""Name of the part that holds the docstrings, which count for who reads them."""
STATEMENTS = ""
"""Name of the part that holds what is neither a definition nor an import."""
CATALOGUE = "Catalogue"
"""A constant made by this (`press.provenance.catalogue`) has an entry for each of its items."""

Bound = dict[str, set[tuple[int, str]]]
"""Local name -> what imports bound to it: (level, dotted name), ``from ..a import b`` (2, "a.b")"""

ALTERING = frozenset(
    ["add", "append", "clear", "discard", "extend", "insert", "pop", "register", "remove"]
    + ["setdefault", "update", "__setitem__"]
)
UNKNOWABLE = frozenset(
    ["globals", "locals", "vars", "eval", "exec", "__subclasses__", "__dict__", "sys.modules"]
)
MEMORIES = frozenset(["cache", "lru_cache", "cached_property"])
READING_DOCS = frozenset(["getdoc", "help"])
REGISTERING = frozenset(["__init_subclass__", "__set_name__"])


@dataclass
class Part:
    """A definition, or the statements of a file.

    Attributes
    ----------
    meaning : str
        Hash of what it says, and of what its names were imported as; empty if it says nothing.
    names : set of str
        What it names, as far as points go: ``a.b.c``.
    making : set of str
        Those that are used already where it is defined: decorators, bases, defaults, the value of
        a constant.
    bound : Bound
        Imports inside it.
    modules : set of (int, str)
        What it imports by ``import_module`` or with a star: (level, dotted name).
    alters : set of str
        Names whose items or attributes it sets, and those that it declares global.
    is_unknowable : bool
        Whether it may use names that cannot be seen.
    reads_docs : bool
        Whether it asks for the docstrings of what it names.
    remembers : bool
        Whether it, or a method of it, keeps what it computed.
    entries : dict or None
        Of a catalogue: key -> its part.
    """

    meaning: str = ""
    names: set[str] = field(default_factory=set)
    making: set[str] = field(default_factory=set)
    bound: Bound = field(default_factory=dict)
    modules: set[tuple[int, str]] = field(default_factory=set)
    alters: set[str] = field(default_factory=set)
    is_unknowable: bool = False
    reads_docs: bool = False
    remembers: bool = False
    entries: "dict[str, Part] | None" = None
    words: list[str] = field(default_factory=list, repr=False)

    @property
    def plain(self) -> dict:
        """All of it as plain values."""
        entries = self.entries and {key: part.plain for key, part in self.entries.items()}
        return vars(self) | {"entries": entries}

    @classmethod
    def from_plain(cls, part: dict) -> "Part":
        """Make it of plain values."""
        entries = part["entries"]
        made = entries and {key: cls.from_plain(entry) for key, entry in entries.items()}
        return cls(**part | {"entries": made})


@dataclass
class Source:
    """What one file says.

    Attributes
    ----------
    parts : dict[str, Part]
        Name -> definition; `STATEMENTS` -> the rest.
    bound : Bound
        Imports at the top of the file, also those under a condition.
    """

    parts: dict[str, Part] = field(default_factory=lambda: {STATEMENTS: Part()})
    bound: Bound = field(default_factory=dict)

    @property
    def plain(self) -> tuple[dict, Bound]:
        """All of it as plain values, for `press.provenance.parsed`."""
        return {name: part.plain for name, part in self.parts.items()}, self.bound

    @classmethod
    def from_plain(cls, parts: dict[str, dict], bound: Bound) -> "Source":
        """Make it of plain values."""
        return cls({name: Part.from_plain(part) for name, part in parts.items()}, bound)


_sources: dict[Path, tuple[Stamp, Source]] = {}


def read(path: Path, now: Stamp) -> Source:
    """Parse a file, or give what an earlier parse of the unchanged file found."""
    if path in _sources and _sources[path][0] == now:
        return _sources[path][1]
    content = path.read_bytes()
    source = Source.from_plain(*remembered(path, content, lambda: _parsed(path, content).plain))
    _sources[path] = now, source
    return source


def _parsed(path: Path, content: bytes) -> Source:
    try:
        return read_tree(ast.parse(content), reexports=path.name == "__init__.py")
    except (SyntaxError, ValueError):  # it cannot be imported either; importing it will say why
        return Source({STATEMENTS: Part(digest(content.decode(errors="replace")))})


def read_tree(tree: ast.Module, reexports: bool = False) -> Source:
    """Read a syntax tree.

    Parameters
    ----------
    tree : ast.Module
        Of a file, or of cells.
    reexports : bool
        Whether imports that nothing in the file uses are there for others to import. Else they
        are there for what they do, and count as statements.
    """
    source = Source()
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            _note_import(statement, source.bound, source.parts[STATEMENTS])
            continue
        for name in _defined(statement) or [STATEMENTS]:
            _add(statement, source.parts.setdefault(name, Part()))
    statements = source.parts[STATEMENTS]
    for name, targets in statements.bound.items():
        source.bound.setdefault(name, set()).update(targets)
    if not reexports:
        used = {name.partition(".")[0] for part in source.parts.values() for name in part.names}
        statements.names.update(source.bound.keys() - used)
    for part in _all_parts(source):
        _finish(part, source.bound)
    said = [node.value for node in ast.walk(tree) if _is_only_a_string(node)]
    source.parts[DOCS] = Part(digest("\0".join(map(_text_of, said))))
    return source


def _all_parts(source: Source) -> Iterator[Part]:
    for part in source.parts.values():
        yield part
        yield from (part.entries or {}).values()


def _defined(statement: ast.stmt) -> list[str]:
    """Name what a statement defines; nothing for one that does something else besides."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return [name]
        case ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            found = [name for target in targets for name in _names_in(target)]
            return [] if None in found else [name for name in found if name]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def _names_in(target: ast.expr) -> list[str | None]:
    match target:
        case ast.Name(id=name):
            return [name]
        case ast.Tuple(elts=inner) | ast.List(elts=inner):
            return [name for one in inner for name in _names_in(one)]
    return [None]


def _add(statement: ast.stmt, part: Part) -> None:
    """Add a statement to a part."""
    if _is_only_a_string(statement):
        return
    _spell(statement, part)
    match statement:
        case ast.FunctionDef(args=args) | ast.AsyncFunctionDef(args=args):
            _note_making([*statement.decorator_list, *args.defaults, *args.kw_defaults], part)
        case ast.ClassDef(body=body, keywords=keywords):
            values = [getattr(inner, "value", None) for inner in [*body, *keywords]]
            _note_making([*statement.decorator_list, *statement.bases, *values], part)
        case ast.Assign(value=value) | ast.AnnAssign(value=value):
            _note_making([value], part)
            part.entries = _entries(value)


def _note_making(nodes: list[ast.AST | None], part: Part) -> None:
    made = Part()
    for node in nodes:
        _spell(node, made)
    part.making |= made.names


def _entries(value: ast.expr | None) -> dict[str, Part] | None:
    """Cut a catalogue into its entries: calls whose first argument is the key."""
    match value:
        case ast.Call(func=function, args=[ast.Tuple(elts=calls) | ast.List(elts=calls)]):
            if _chain(function).rpartition(".")[2] != CATALOGUE:
                return None
            entries: dict[str, Part] = {}
            for call in calls:
                if not (isinstance(call, ast.Call) and call.args and _is_text(call.args[0])):
                    return None
                part = entries.setdefault(_text_of(call.args[0]), Part())
                _spell(call, part)
                part.making |= part.names
            return entries
    return None


def _finish(part: Part, bound: Bound) -> None:
    """Hash what a part says, with the meaning that imports give to its names."""
    used = {name.partition(".")[0] for name in part.names}
    part.names.update(part.bound.keys() - used)  # imported for what it does
    firsts = {name.partition(".")[0] for name in part.names}
    meant = [f"{n}={sorted(bound[n])}" for n in sorted(firsts & bound.keys())]
    meant += [f"import {one}" for one in sorted(part.modules)]
    says_something = (part.words or meant) and part.entries is None  # the entries say it
    part.meaning = digest("\0".join(part.words + meant)) if says_something else ""
    part.words.clear()


def _spell(node: object, part: Part) -> None:
    """Spell a syntax tree without positions and docstrings, the same in every Python version.

    One walk does both: it appends the words, and notes the names, to the part.
    """
    words = part.words
    if isinstance(node, list):
        words.append("[")
        for item in node:
            if not _is_only_a_string(item):
                _spell(item, part)
        words.append("]")
        return
    if not isinstance(node, ast.AST):
        words.append(repr(node))
        return
    chain = _chain(node)
    if chain:
        words.append(chain)
        _note_name(chain, part)
        return
    _note(node, part)
    words.append(type(node).__name__)
    for name in node._fields:
        value = getattr(node, name, None)
        if value is None or value == [] or name in ("kind", "ctx"):
            continue
        words.append(name)
        _spell(value, part)
    words.append(")")


def _note_name(chain: str, part: Part) -> None:
    part.names.add(chain)
    if chain in UNKNOWABLE or chain.rpartition(".")[2] in UNKNOWABLE:
        part.is_unknowable = True
    part.reads_docs |= chain.rpartition(".")[2] in READING_DOCS


def _note(node: ast.AST, part: Part) -> None:
    """Note what a node imports, alters and keeps."""
    match node:
        case ast.Import() | ast.ImportFrom():
            _note_import(node, part.bound, part)
        case ast.Global(names=names):
            part.alters.update(names)
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            part.alters.update(root for target in targets for root in _altered(target))
        case ast.AugAssign(target=target):
            part.alters.update(_altered(target))
        case ast.Call(func=function):
            _note_call(function, node.args, part)
        case ast.FunctionDef(name=name, decorator_list=decorators):
            if name in REGISTERING:
                part.alters.add(name)
            if MEMORIES & {_chain(_called(one)).rpartition(".")[2] for one in decorators}:
                part.remembers = True


def _text_of(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _note_call(function: ast.expr, args: list[ast.expr], part: Part) -> None:
    first, _, method = _chain(function).partition(".")
    if method.rpartition(".")[2] in ALTERING:
        part.alters.add(first)
    elif isinstance(function, ast.Attribute) and function.attr in ALTERING:
        part.alters.update(_altered(function))
    if (method or first).rpartition(".")[2] in ("import_module", "__import__"):
        name = _text_of(args[0]) if args and _is_text(args[0]) else ""
        if name:
            part.modules.add((len(name) - len(name.lstrip(".")), name.lstrip(".")))


def _altered(target: ast.expr) -> list[str]:
    """Name what an assignment to ``name[...]`` or ``name.x`` alters; nothing for a plain name."""
    if isinstance(target, ast.Tuple):
        return [root for one in target.elts for root in _altered(one)]
    inner = target
    while isinstance(inner, (ast.Attribute, ast.Subscript, ast.Starred, ast.Call)):
        inner = inner.func if isinstance(inner, ast.Call) else inner.value
    return [inner.id] if isinstance(inner, ast.Name) and inner is not target else []


def _called(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _is_only_a_string(node: object) -> bool:
    return isinstance(node, ast.Expr) and _is_text(node.value)


def _note_import(node: ast.Import | ast.ImportFrom, bound: Bound, part: Part) -> None:
    if isinstance(node, ast.Import):
        for alias in node.names:
            target = alias.name if alias.asname else alias.name.partition(".")[0]
            bound.setdefault(alias.asname or target, set()).add((0, target))
            if not alias.asname and target != alias.name:
                bound[target].add((0, alias.name))
        return
    origin = node.module or ""
    if origin == "__future__":
        return
    for alias in node.names:
        if alias.name == "*":
            part.modules.add((node.level, origin))
            continue
        target = f"{origin}.{alias.name}" if origin else alias.name
        bound.setdefault(alias.asname or alias.name, set()).add((node.level, target))


def _chain(node: ast.AST) -> str:
    """Write ``a.b.c`` or ``a``; nothing for what does not start with a name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def digest(text: str) -> str:
    """Hash a text: 16 hexadecimal digits."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]
