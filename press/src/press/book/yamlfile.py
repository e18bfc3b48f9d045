"""YAML with line numbers, read as Quarto reads it (YAML 1.2's booleans, dates as text)."""

import re
from dataclasses import dataclass, field

import yaml

from press.ground.errors import InputError

QUOTES = "quote a text that holds a colon, a hash or brackets, and align the keys"
SPACES = "write spaces for the tabs at the beginning of this line"

Path = tuple[str | int, ...]
Place = tuple[int, int]


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):
    """Safe loader with the booleans and numbers of YAML 1.2; dates are left as text."""


_OTHERS = ("timestamp", "bool", "int", "float")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] not in _OTHERS]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("float", r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "-+."),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first)
    )
_Loader.add_constructor(
    "tag:yaml.org,2002:int",
    lambda loader, node: int(node.value, 0 if node.value[:2] in ("0o", "0x") else 10),
)


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
        The text is not YAML, not a mapping, or names a key twice.
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

    def note(path: Path, key: yaml.Node, value: yaml.Node) -> None:
        if path in keys:
            raise InputError(f"'{path[-1]}' is given twice", file=file, line=place(key)[0])
        keys[path], values[path] = place(key), place(value)
        walk(path, value)

    def walk(path: Path, node: yaml.Node) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                note((*path, str(key.value)), key, value)
        elif isinstance(node, yaml.SequenceNode):
            for position, item in enumerate(node.value):
                note((*path, position), item, item)
        elif not node.style:  # None or an empty text, by the parser
            plain[path] = node.value

    walk((), root)
    return keys, values, plain
