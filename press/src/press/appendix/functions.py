"""The public functions and classes of packages, described from their source.

Nothing is imported: the page needs neither the packages' dependencies nor their time.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from press.appendix import docstrings
from press.door.outputs import Shown
from press.ground.errors import InputError
from press.ground.files import file_sha256, project_root
from press.provenance.recording import record_input

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
LONGEST_LINE = 80


@dataclass(frozen=True)
class Module:
    """A module's name, its docstring and its public definitions, in their order in the file."""

    name: str
    docstring: str | None
    definitions: tuple[Definition, ...]


def api(*packages: str) -> Shown:
    """Describe every public function and class in full.

    Parameters
    ----------
    *packages : str
        Packages of the project.

    Returns
    -------
    Shown
        Markdown: an unnumbered heading per module, then signature and docstring of each
        definition, under the identifier ``api-PACKAGE-MODULE-NAME``.
    """
    text = "\n\n".join(_full(module) for package in packages for module in modules(package))
    return Shown.markdown(text)


def api_summary(*packages: str) -> Shown:
    """List every public function and class with its first sentence, as tables for print."""
    text = "\n\n".join(_short(module) for package in packages for module in modules(package))
    return Shown.markdown(text)


def modules(package: str) -> Iterator[Module]:
    """Read a package's public modules; their files become inputs of the running chapter.

    Raises
    ------
    press.InputError
        The project has no such package.
    """
    root = project_root()
    folder = root / package
    if not (folder / "__init__.py").is_file():
        raise InputError(f"no package '{package}' in {root}")
    for path in sorted(folder.rglob("*.py")):
        name = _dotted(path.relative_to(root))
        record_input(path, file_sha256(path))  # docstrings are no part of a source hash
        if any(part.startswith("_") for part in name.split(".")):
            continue
        tree = ast.parse(path.read_bytes())
        public = tuple(node for node in tree.body if _is_public(node))
        if public:
            yield Module(name, ast.get_docstring(tree), public)


def _dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _is_public(node: ast.stmt) -> bool:
    return isinstance(node, Definition) and not node.name.startswith("_")


def _full(module: Module) -> str:
    parts = [
        f"## {module.name} {{#{_identifier(module.name)} .unnumbered}}",
        docstrings.markdown(module.docstring),
    ]
    for node in module.definitions:
        parts.append(_entry(node, f"{module.name}.{node.name}", level=3))
        if isinstance(node, ast.ClassDef):
            members = (inner for inner in node.body if _is_public(inner))
            parts += [
                _entry(inner, f"{module.name}.{node.name}.{inner.name}", level=4)
                for inner in members
            ]
    return "\n\n".join(parts)


def _entry(node: Definition, name: str, level: int) -> str:
    heading = f"{'#' * level} `{node.name}` {{#{_identifier(name)} .unnumbered .unlisted}}"
    code = f"```python\n{_signature(node)}\n```"
    return f"{heading}\n\n{code}\n\n{docstrings.markdown(ast.get_docstring(node))}"


def _short(module: Module) -> str:
    head = f"**{module.name}**: {docstrings.summary(module.docstring)}"
    table = [
        "| Name | What it is or does |",
        "| :--------- | :--------------------- |",
        *(
            f"| `{node.name}` | {docstrings.summary(ast.get_docstring(node))} |"
            for node in module.definitions
        ),
    ]
    return "\n".join([head, "", *table])


def _signature(node: Definition) -> str:
    """Write the first line of a definition, broken after each argument where it is long."""
    if isinstance(node, ast.ClassDef):
        bases = ", ".join(ast.unparse(base) for base in node.bases)
        return f"class {node.name}({bases})" if bases else f"class {node.name}"
    returns = ast.unparse(node.returns) if node.returns else ""
    if any("property" in ast.unparse(decorator) for decorator in node.decorator_list):
        return f"{node.name}: {returns}"
    arguments = _arguments(node.args)
    arrow = f" -> {returns}" if returns else ""
    line = f"{node.name}({', '.join(arguments)}){arrow}"
    if len(line) <= LONGEST_LINE:
        return line
    inner = ",\n    ".join(arguments)
    return f"{node.name}(\n    {inner},\n){arrow}"


def _arguments(arguments: ast.arguments) -> list[str]:
    """Write each argument on its own, the markers ``/`` and ``*`` too."""
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = [None] * (len(positional) - len(arguments.defaults))
    defaults = [*missing, *arguments.defaults]
    written = [_argument(*pair) for pair in zip(positional, defaults, strict=True)]
    if arguments.posonlyargs:
        written.insert(len(arguments.posonlyargs), "/")
    if arguments.vararg:
        written.append(f"*{ast.unparse(arguments.vararg)}")
    elif arguments.kwonlyargs:
        written.append("*")
    by_name = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    written += [_argument(*pair) for pair in by_name]
    if arguments.kwarg:
        written.append(f"**{ast.unparse(arguments.kwarg)}")
    return written


def _argument(argument: ast.arg, default: ast.expr | None) -> str:
    if default is None:
        return ast.unparse(argument)
    equals = " = " if argument.annotation else "="
    return f"{ast.unparse(argument)}{equals}{ast.unparse(default)}"


def _identifier(name: str) -> str:
    return "api-" + name.replace(".", "-").replace("_", "-").lower()
