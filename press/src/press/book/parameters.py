"""Parameters: what ``-P name:value`` may set, and which chapters hear of it.

A chapter declares its parameters in a cell tagged ``parameters``, one assignment each. Only
chapters that declare a name are given its value. A value that is written on the command line or
in a sweep is read by the type of the default, or of the annotation if there is one.
"""

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from press.book import yamlfile
from press.book.options import nearest
from press.book.qmd import Cell, Chapter
from press.ground.errors import InputError


class Computed:
    """Marks a default that cannot be known without running the cell."""


class Written(str):
    """A value as it is written, without quotes, whose type the chapter decides."""


KINDS = {
    type(None): "None",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    tuple: "a tuple",
    dict: "names with values",
    str: "text",
}
"""Types that a parameter can have, in the order in which a written value is tried."""

OTHER: dict[type, type] = {list: tuple, tuple: list}
Reader = Callable[[Any, type], object]
ANNOTATED = {kind.__name__: kind for kind in KINDS} | {"None": type(None)}
WHOLE = re.compile(r"[-+]?[0-9]+(_[0-9]+)*")
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NO_FINITE_NUMBER = re.compile(r"[-+]?\.?(inf|nan)", re.IGNORECASE)
NO_VALUE = ("None", "null", "Null", "NULL", "~", "")


@dataclass(frozen=True)
class Declared:
    """One parameter of one chapter.

    Attributes
    ----------
    name : str
        What it is called.
    default : object
        Its value unless it is set; `Computed` if the cell must be run to know.
    kinds : frozenset of type
        What its values may be; empty if that is not said.
    file : str
    line : int
        Where it stands.
    """

    name: str
    default: object
    kinds: frozenset[type]
    file: str
    line: int

    def read(self, value: object) -> object:
        """Read a value by the type that this parameter has.

        Raises
        ------
        InputError
            It does not fit, or is nothing that a parameter can be.
        """
        kinds = [kind for kind in KINDS if kind in (self.kinds or KINDS)]
        readers: Mapping[type, Reader] = dict.fromkeys(KINDS, _same)
        readers = READERS if isinstance(value, Written) else readers
        for kind in kinds:
            found = readers[kind](value, kind)
            if found is not Computed and _can_be_passed(found):
                return found
        for kind in self.kinds & OTHER.keys():
            found = readers[OTHER[kind]](value, OTHER[kind])
            if found is not Computed and _can_be_passed(found):
                return kind(found)
        wanted = " or ".join(KINDS[kind] for kind in kinds) or "nothing that can be set"
        said = value if isinstance(value, Written) else repr(value)
        raise InputError(
            f"the parameter '{self.name}' is {said}",
            file=self.file,
            line=self.line,
            rule=f"{self.name} is {wanted} here" + (", or in a list" if not self.kinds else ""),
        )


def _same(value: Any, kind: type) -> object:
    """Take a value that has a type already; a whole number is a number."""
    if type(value) is kind:
        return value
    return float(value) if (type(value), kind) == (int, float) else Computed


def _no_value(text: str, kind: type) -> object:
    return None if text in NO_VALUE else Computed


def _truth(text: str, kind: type) -> object:
    return {"true": True, "false": False}.get(text.lower(), Computed)


def _whole(text: str, kind: type) -> object:
    return int(text) if WHOLE.fullmatch(text) else Computed


def _number(text: str, kind: type) -> object:
    if NUMBER.fullmatch(text) or WHOLE.fullmatch(text):
        return float(text)
    return float(text.replace(".", "")) if NO_FINITE_NUMBER.fullmatch(text) else Computed


def _collection(text: str, kind: type) -> object:
    """Read Python's way of writing it, or YAML's."""
    try:
        return _same(ast.literal_eval(text), kind)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        pass
    try:
        return _same(yamlfile.load(f"value: {text}", "").data["value"], kind)
    except InputError:
        return Computed


def _text(text: str, kind: type) -> object:
    """Take a text as it is written, or what its quotes hold."""
    quoted = re.fullmatch(r"""(['"]).*\1""", text, re.DOTALL)
    found = _collection(text, str) if quoted else Computed
    return str(text) if found is Computed else found


READERS: dict[type, Reader] = {
    type(None): _no_value,
    bool: _truth,
    int: _whole,
    float: _number,
    list: _collection,
    tuple: _collection,
    dict: _collection,
    str: _text,
}


def _can_be_passed(value: object) -> bool:
    """Whether papermill can write a value into a notebook as it is."""
    if isinstance(value, dict):
        return all(type(key) is str for key in value) and all(map(_can_be_passed, value.values()))
    if isinstance(value, (list, tuple)):
        return all(map(_can_be_passed, value))
    return type(value) in KINDS


def parse(assignments: Iterable[str]) -> dict[str, Written]:
    """Read ``name:value`` texts.

    Examples
    --------
    >>> parse(["seed:7", "dataset:paec", "range:(0, 2)"])
    {'seed': '7', 'dataset': 'paec', 'range': '(0, 2)'}
    """
    values: dict[str, Written] = {}
    for assignment in assignments:
        name, colon, text = assignment.partition(":")
        if not colon or not name.isidentifier():
            name, equals, text = assignment.partition("=")
            meant = f"{name}:{text}" if equals and name.isidentifier() else "seed:7"
            raise InputError(
                f"parameter '{assignment}'", rule="a parameter is name:value", advice=f"-P {meant}"
            )
        if name in values:
            raise InputError(f"the parameter '{name}' is given twice")
        values[name] = Written(text.strip())
    return values


def cell_of(chapter: Chapter) -> Cell | None:
    """Find the chapter's parameters cell, if it has one."""
    tagged = [cell for cell in chapter.cells if "parameters" in _tags(cell)]
    if len(tagged) > 1:
        raise InputError(
            "a second parameters cell", file=tagged[1].file, line=tagged[1].line,
            rule="a chapter has one",
        )  # fmt: skip
    return tagged[0] if tagged else None


def declared(chapter: Chapter, environment: Mapping[str, str]) -> dict[str, Declared]:
    """Parameters that a chapter declares.

    Parameters
    ----------
    chapter : Chapter
        The chapter.
    environment : mapping
        Variables that a default may be read from, as in ``os.environ["EDITION"]``.
    """
    cell = cell_of(chapter)
    if cell is None:
        return {}
    try:
        statements = ast.parse(cell.source).body
    except SyntaxError as error:
        raise InputError(
            f"the parameters cell is not Python: {error.msg}",
            file=cell.file,
            line=cell.code_line + (error.lineno or 1) - 1,
        ) from None
    found: dict[str, Declared] = {}
    for statement in statements:
        targets: list[ast.expr] = []
        value = annotation = None
        if isinstance(statement, ast.Assign):
            targets, value = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign):
            targets, value, annotation = [statement.target], statement.value, statement.annotation
        for target in targets:
            if isinstance(target, ast.Name) and value:
                line = cell.code_line + statement.lineno - 1
                default = _default(value, environment)
                kinds = _kinds(default, annotation)
                found[target.id] = Declared(target.id, default, kinds, cell.file, line)
    return found


def read(
    values: Mapping[str, object], chapters: Iterable[Chapter], environment: Mapping[str, str]
) -> dict[str, object]:
    """Read values by the types that the chapters declare.

    Raises
    ------
    InputError
        No chapter declares a name, or a value does not fit.
    """
    declarations = [declared(chapter, environment) for chapter in chapters]
    known = {name for names in declarations for name in names}
    for name in values:
        if name not in known:
            close = nearest(name, known)
            raise InputError(
                f"unknown parameter '{name}'",
                rule=f"known: {', '.join(sorted(known)) or 'none, no chapter declares any'}",
                advice=f"did you mean '{close}'?" if close else None,
            )
    typed: dict[str, object] = {}
    for names in declarations:
        for name in values.keys() & names.keys():
            found = names[name].read(values[name])
            typed.setdefault(name, found)
    return {name: typed[name] for name in values}


def changes(
    values: Mapping[str, object], chapters: Iterable[Chapter], environment: Mapping[str, str]
) -> dict[str, object]:
    """Give the values, read, that differ from what some chapter declares as the default.

    Raises
    ------
    InputError
        No chapter declares a name, or a value does not fit.
    """
    chapters = list(chapters)
    typed = read(values, chapters, environment)
    declarations = [declared(chapter, environment) for chapter in chapters]
    return {
        name: value
        for name, value in typed.items()
        if any(_differs(value, names[name].default) for names in declarations if name in names)
    }


def _tags(cell: Cell) -> list[str]:
    tags = cell.options.get("tags") or []
    return [tags] if isinstance(tags, str) else list(tags)


def _differs(value: object, default: object) -> bool:
    same_kind = isinstance(value, bool) == isinstance(default, bool)
    return default is Computed or not same_kind or value != default


def _kinds(default: object, annotation: ast.expr | None) -> frozenset[type]:
    """Types that an annotation allows, else that of the default; none if neither says one."""
    walked = ast.walk(annotation) if annotation else ()
    written = {getattr(node, "id", getattr(node, "value", "")) for node in walked}
    said = {ANNOTATED[str(name)] for name in written if str(name) in ANNOTATED}
    optional = default is None or "Optional" in written
    if said:
        return frozenset(said | ({type(None)} if optional else set()))
    return frozenset() if default in (None, Computed) else frozenset({type(default)})


def _default(value: ast.expr, environment: Mapping[str, str]) -> object:
    """Value of a literal or ``10**3``, ``os.environ[NAME]``, ``os.environ.get(NAME, literal)``."""
    try:
        return ast.literal_eval(value)
    except ValueError:
        pass
    if isinstance(value, ast.BinOp):
        code = compile(ast.Expression(value), "", "eval")  # which folds arithmetic of numbers
        return Computed if code.co_names or len(code.co_consts) > 1 else code.co_consts[0]
    if isinstance(value, ast.Subscript) and ast.unparse(value.value) == "os.environ":
        return environment.get(str(_default(value.slice, {})), Computed)
    if isinstance(value, ast.Call) and ast.unparse(value.func) in ("os.environ.get", "os.getenv"):
        name, *fallback = [_default(argument, {}) for argument in value.args]
        return environment.get(str(name), fallback[0] if fallback else None)
    return Computed
