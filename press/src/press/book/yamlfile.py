"""YAML with line numbers, read as Quarto reads it: YAML 1.2's numbers, dates as text."""

import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from press.ground.errors import InputError

QUOTES = "quote a text that holds a colon, a hash or brackets, and align the keys"
SPACES = "write spaces for the tabs at the beginning of this line"

Path = tuple[str | int, ...]
Place = tuple[int, int]


Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the first one is in C


class _Loader(Base):
    """Safe loader that leaves dates, times, yes and no as the text they are."""


TAG = "tag:yaml.org,2002:"
SCALARS = {
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "float": (
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+0123456789.",
    ),
}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, p) for tag, p in found if tag.removeprefix(TAG) not in (*SCALARS, "timestamp")]
    for first, found in _Loader.yaml_implicit_resolvers.items()
}
for _kind, (_pattern, _first) in SCALARS.items():
    _Loader.add_implicit_resolver(TAG + _kind, re.compile(rf"^(?:{_pattern})$"), list(_first))
_Loader.add_constructor(TAG + "int", lambda loader, node: _whole(loader.construct_scalar(node)))


def _whole(text: str) -> int:
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


MOST_VALUES = 100_000
"""Keys and values in a file; aliases of aliases make millions of a few lines."""


@dataclass(frozen=True)
class Document:
    """A YAML mapping and where each of its keys stands.

    Attributes
    ----------
    data : dict
        The mapping.
    file : str
        The file it came from.
    keys, values : dict
        Path of keys and positions -> line and column where the key stands, and its value; an
        item of a list is both.
    plain : dict
        Path -> the text of a value that stands without quotes.
    """

    data: dict
    file: str
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    plain: dict[Path, str] = field(default_factory=dict)

    def line(self, path: Path) -> int | None:
        """Line of a key, or of the nearest key above it that has one."""
        while path and path not in self.keys:
            path = path[:-1]
        return self.keys[path][0] if path else None


def merge(base, over):
    """Merge configurations as Quarto does: mappings by key, lists appended, others replaced."""
    if isinstance(base, dict) and isinstance(over, dict):
        return base | {k: merge(base[k], v) if k in base else v for k, v in over.items()}
    if isinstance(base, list) and isinstance(over, list):
        return base + [value for value in over if value not in base]
    return over


def load(text: str, file: str, first_line: int = 1) -> Document:
    """Read a YAML mapping.

    Parameters
    ----------
    text : str
        The YAML text.
    file : str
        Name for messages.
    first_line : int
        Line of the file at which the text starts.

    Raises
    ------
    InputError
        The text is not YAML, not a mapping, names a key twice, or refers to itself.
    """
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        if root is None:
            return Document({}, file)
        if not isinstance(root, yaml.MappingNode):
            raise InputError(
                "expected names with values", file=file, line=first_line, rule="a YAML mapping"
            )
        keys, values, plain = _places(root, file, first_line)
        return Document(loader.construct_document(root), file, keys, values, plain)
    except RecursionError:
        raise InputError("lists in lists without end", file=file, line=first_line) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        has_tab = mark is not None and "\t" in _indentation(text, mark.line)
        raise InputError(
            f"malformed YAML: {getattr(error, 'problem', None) or error}",
            file=file,
            line=first_line + mark.line if mark else first_line,
            column=mark.column + 1 if mark else None,
            rule="YAML is indented with spaces, not tabs" if has_tab else None,
            advice=SPACES if has_tab else QUOTES,
        ) from None


def _indentation(text: str, line: int) -> str:
    lines = text.splitlines()
    written = lines[line] if line < len(lines) else ""
    return written[: len(written) - len(written.lstrip())]


def _places(root: yaml.Node, file: str, first_line: int) -> tuple[dict, dict, dict]:
    """Tell where keys and values stand; refuse a key that is given twice."""
    keys: dict[Path, Place] = {}
    values: dict[Path, Place] = {}
    plain: dict[Path, str] = {}

    def place(node: yaml.Node) -> Place:
        return first_line + node.start_mark.line, node.start_mark.column + 1

    def refuse(what: str, node: yaml.Node, rule: str | None = None) -> NoReturn:
        raise InputError(what, file=file, line=place(node)[0], rule=rule)

    def note(path: Path, key: yaml.Node, value: yaml.Node, around: tuple[yaml.Node, ...]) -> None:
        if path in keys:
            refuse(f"'{path[-1]}' is given twice", key)
        if value in around:
            refuse(f"'{path[-1]}' holds itself", key, "an alias names what stands before it")
        if len(keys) == MOST_VALUES:
            refuse("aliases make it too large", value, f"at most {MOST_VALUES:,} values in a file")
        keys[path], values[path] = place(key), place(value)
        walk(path, value, (*around, value))

    def walk(path: Path, node: yaml.Node, around: tuple[yaml.Node, ...]) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                note((*path, str(key.value)), key, value, around)
        elif isinstance(node, yaml.SequenceNode):
            for position, item in enumerate(node.value):
                note((*path, position), item, item, around)
        elif (
            isinstance(node, yaml.ScalarNode) and not node.style
        ):  # None or an empty text, by the parser
            plain[path] = node.value

    walk((), root, (root,))
    return keys, values, plain
