"""The public functions and classes of packages, described from their source.

Nothing is imported: the page needs neither the packages' dependencies nor their time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from press.appendix import docstrings
from press.door.outputs import Shown
from press.ground.errors import InputError
from press.ground.files import file_sha256, project_root
from press.provenance.recording import record_input

if TYPE_CHECKING:
    from griffe import Module, Object

LONGEST_LINE = 80
ARGUMENT = re.compile(r", (?=(?:/|\*{0,2}\w*)(?:[:=,]|$))")
NEW_LINE = ",\n    "


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
        definition, under the identifier ``api-PACKAGE-MODULE-NAME`` (of a class: ``...-class``).
        The website gives each module a page of its own.
    """
    text = "\n\n".join(_full(module) for package in packages for module in modules(package))
    return Shown.markdown(f":::: {{.separate-pages}}\n{text}\n::::")


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
    import griffe  # one chapter of a book needs it

    root = project_root()
    folder = root / package
    if not (folder / "__init__.py").is_file():
        raise InputError(f"no package '{package}' in {root}")
    for path in sorted(folder.rglob("*.py")):
        name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        record_input(path, file_sha256(path))  # docstrings are no part of a source hash
        if any(part.startswith("_") for part in name.split(".")):
            continue
        module = griffe.visit(name, path, path.read_text(encoding="utf-8"))
        if definitions(module):
            yield module


def definitions(inside: Object) -> list[Any]:
    """List the public functions, classes and properties of a module or class, in their order."""
    return [
        member
        for name, member in inside.members.items()
        if not name.startswith("_")
        and not member.is_alias
        and (member.is_function or member.is_class or "property" in member.labels)
    ]


def _full(module: Module) -> str:
    parts = [
        f"## {module.name} {{#{_identifier(module)} .unnumbered}}",
        docstrings.markdown(module.docstring),
    ]
    for definition in definitions(module):
        parts.append(_entry(definition, level=3))
        if definition.is_class:
            parts += [_entry(member, level=4) for member in definitions(definition)]
    return "\n\n".join(parts)


def _entry(definition: Any, level: int) -> str:
    identifier = f"{{#{_identifier(definition)} .unnumbered .unlisted}}"
    heading = f"{'#' * level} `{definition.name}` {identifier}"
    code = f"```python\n{_signature(definition)}\n```"
    return f"{heading}\n\n{code}\n\n{docstrings.markdown(definition.docstring)}"


def _short(module: Module) -> str:
    head = f"**{module.name}**: {docstrings.summary(module.docstring)}"
    table = [
        "| Name | What it is or does |",
        "| :--------- | :--------------------- |",
        *(f"| `{one.name}` | {docstrings.summary(one.docstring)} |" for one in definitions(module)),
    ]
    return "\n".join([head, "", *table])


def _signature(definition: Any) -> str:
    """Write the first line of a definition, broken after each argument where it is long."""
    if definition.is_class:
        bases = ", ".join(map(str, definition.bases))
        return f"class {definition.name}({bases})" if bases else f"class {definition.name}"
    if definition.is_attribute:
        return f"{definition.name}: {definition.annotation}"
    line = definition.signature()
    if len(line) <= LONGEST_LINE:
        return line
    name, _, arguments = definition.signature(return_type=False)[:-1].partition("(")
    returns = line[len(name) + len(arguments) + 2 :]
    return f"{name}(\n    {ARGUMENT.sub(NEW_LINE, arguments)},\n){returns}"


def _identifier(defined: Any) -> str:
    """Identify a module or definition; a class apart from a function whose name differs in case."""
    name = "api-" + defined.path.replace(".", "-").replace("_", "-").lower()
    return f"{name}-class" if defined.is_class else name
