"""Executed chapters, kept until something that they depend on changes.

A chapter's execution is kept in ``.press/executed/CHAPTER/KEY.ipynb`` with a record beside it.
The key covers the code of the cells and inline expressions, their execution options, the
parameters, the environment, the source that the code can reach and the versions of packages; the
prose does not count. A kept execution is good while what it read is what it was
(`press.provenance.origin`) and the figures and tables that it wrote are still there.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import press.book.settings
from press.book.project import Project
from press.book.qmd import Cell, Chapter, Prose
from press.ground.files import file_sha256, write_atomically
from press.provenance import dependencies, render_records
from press.provenance.origin import Present, shown
from press.provenance.seal import opened, sealed

FOLDER = Path(".press") / "executed"
KEPT_PER_CHAPTER = 8
SURROUNDINGS = ("TZ", "LANG", "LANGUAGE", "LC_ALL", "LC_COLLATE", "LC_NUMERIC", "LC_TIME")
VERSION = 7


@dataclass(frozen=True)
class Execution:
    """What executing a chapter gave.

    Attributes
    ----------
    outputs : dict
        Position of a cell among the chapter's blocks -> its outputs, as in a notebook.
    values : dict
        Position of a prose block -> values of its inline expressions by MIME type.
    record : dict
        When it was executed, how long it took, what it read and wrote.
    """

    outputs: dict[int, list[dict]]
    values: dict[int, list[dict]]
    record: dict

    @classmethod
    def from_notebook(cls, notebook: dict, record: dict) -> "Execution":
        """Read the execution from its notebook."""
        outputs, values = {}, {}
        for cell in notebook["cells"]:
            place = cell["metadata"].get("press")
            if place is None or cell["cell_type"] != "code":
                continue
            if place["prose"]:
                shown = (output.get("metadata", {}) for output in cell["outputs"])
                values[place["block"]] = next(m["press"]["values"] for m in shown if "press" in m)
            else:
                outputs[place["block"]] = cell["outputs"]
        return cls(outputs, values, record)


NOTHING = Execution({}, {}, {})


def code_of(chapter: Chapter, inherited: dict) -> list[list]:
    """Everything of a chapter that is executed: position, kind, code and execution options."""
    steps: list[list] = []
    for position, block in enumerate(chapter.blocks):
        if isinstance(block, Cell):
            chosen = press.book.settings.of_cell(inherited, block)
            if chosen["eval"]:
                steps.append([position, "cell", block.source, bool(chosen["error"])])
        elif isinstance(block, Prose) and block.inlines:
            steps.append([position, "inline", [inline.code for inline in block.inlines]])
    return steps


def asks_for_records(description: dict) -> bool:
    """Whether a described chapter prints how the others were executed, and so must be the last."""
    return render_records.__name__ in description["modules"]


def folder_of(project: Project, chapter: Chapter) -> Path:
    """Where a chapter's executions are kept."""
    return project.root / FOLDER / Path(chapter.source).with_suffix("")


def described(project: Project, chapter: Chapter, parameters: dict, others: str = "") -> dict:
    """Everything that a chapter's execution depends on, data files excepted.

    Parameters
    ----------
    project : Project
        The book.
    chapter : Chapter
        The chapter.
    parameters : dict
        Values that its parameters cell is overridden with.
    others : str
        Digest of the records of the other chapters, for one that prints them.
    """
    steps = code_of(chapter, press.book.settings.of_chapter(project, chapter))
    closure = closure_of(project, chapter)
    return {
        "version": VERSION,
        # what was read and written is kept by its place, and a copy of the book has its own
        "root": str(project.root),
        # positions count only through the order: prose may be cut differently
        "steps": [step[1:] for step in steps],
        "parameters": {name: repr(value) for name, value in parameters.items()},
        "environment": _surroundings() | project.environment,
        "profiles": list(project.profiles),
        "figure": list(press.book.settings.figure_size(project, chapter)),
        "folder": str(working_folder(project, chapter).relative_to(project.root)),
        "modules": dict(closure.modules),
        "packages": dict(closure.packages),
        "python": sys.version,
        "others": others,
    }


def _surroundings() -> dict[str, str]:
    """Give the variables of clock and language, which C reads, so that nobody hears."""
    return {name: os.environ[name] for name in SURROUNDINGS if name in os.environ}


def closure_of(project: Project, chapter: Chapter) -> dependencies.Closure:
    """Trace what a chapter's code can reach."""
    steps = code_of(chapter, press.book.settings.of_chapter(project, chapter))
    code = [part for step in steps for part in _texts(step[2])]
    return dependencies.of_code(code, [working_folder(project, chapter), project.root])


def present(project: Project) -> Present:
    """Give the project as the code of its chapters would find it now."""
    return Present(project.root, os.environ | project.environment)


def key_of(description: dict) -> str:
    """Key of an execution, from what it depends on."""
    text = json.dumps(description, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def digest_of(records: list[dict]) -> str:
    """Digest of the records of chapters, for one that prints them."""
    return hashlib.sha256(json.dumps(records).encode()).hexdigest()


def records_of(project: Project, chapter: Chapter) -> dict[str, dict]:
    """Read the records of a chapter's kept executions: key -> record, the oldest first.

    Those that are damaged, or were written by another version, are left out.
    """
    paths = folder_of(project, chapter).glob("*.json")
    found = {}
    for path in sorted(paths, key=lambda path: path.stat().st_mtime_ns):
        with suppress(ValueError, KeyError):
            record = opened(path.read_bytes())
            if record["depends_on"]["version"] == VERSION:
                found[path.stem] = record
    return found


def working_folder(project: Project, chapter: Chapter) -> Path:
    """Folder that a chapter's cells run in."""
    return project.root if project.executes_in_root else (project.root / chapter.source).parent


def find(project: Project, chapter: Chapter, key: str) -> Execution | None:
    """Give the kept execution, if it is there, undamaged and still good."""
    path = folder_of(project, chapter) / f"{key}.json"
    try:
        record = opened(path.read_bytes())
        content = path.with_suffix(".ipynb").read_bytes()
        if record["sha256"] != hashlib.sha256(content).hexdigest():
            raise ValueError("the notebook is not the one that was kept")
        if not is_good(record, present(project)):
            return None
        kept = Execution.from_notebook(json.loads(content), record)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        warn(f"the kept execution of {chapter.source} is damaged ({error}): executing it again")
        return None
    return _at_positions(kept, code_of(chapter, press.book.settings.of_chapter(project, chapter)))


def warn(message: str) -> None:
    """Say a line about an execution that a person should know; the book is right all the same."""
    print(f"warning: {message}", file=sys.stderr)


def is_good(record: dict, present: Present) -> bool:
    """Whether all that an execution read is unchanged and all that it wrote is there."""
    return not any(file_changes(record, present))


def file_changes(record: dict, present: Present) -> Iterator[str]:
    """Say what of that which an execution read has changed, and what it wrote is gone."""
    yield from present.input_changes(record["inputs"])
    last = {output["path"]: output["sha256"] for output in record["outputs"]}
    for path, digest in (record["written"] | last).items():
        if not Path(path).is_file():
            yield f"{shown(path)}, which it wrote, is gone"
        elif file_sha256(path) != digest:
            yield f"{shown(path)}, which it wrote, changed"


def keep(project: Project, chapter: Chapter, key: str, notebook: dict, record: dict) -> Execution:
    """Keep an execution; the oldest of the chapter are removed.

    It is not kept if the code that it reached or what it read changed meanwhile: nobody knows
    which of the two it shows.
    """
    folder = folder_of(project, chapter)
    content = json.dumps(notebook, indent=1).encode()
    inputs = record["inputs"] | _not_followed(project, chapter, record.pop("loaded", {}))
    record = record | {"inputs": inputs, "sha256": hashlib.sha256(content).hexdigest()}
    changed = next(_changes_meanwhile(project, chapter, record), None)
    if changed:
        warn(f"{chapter.source}: {changed} while it was executed, so it will be executed again")
        return Execution.from_notebook(notebook, record)
    write_atomically(folder / f"{key}.ipynb", content)
    write_atomically(folder / f"{key}.json", sealed(record, indent=1))
    records = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    for old in records[:-KEPT_PER_CHAPTER]:
        old.with_suffix(".ipynb").unlink(missing_ok=True)
        old.unlink(missing_ok=True)
    return Execution.from_notebook(notebook, record)


def _not_followed(project: Project, chapter: Chapter, loaded: dict[str, str]) -> dict[str, str]:
    """Give the loaded modules that no import leads to as far as can be seen: path -> digest."""
    followed = {str(path) for path in closure_of(project, chapter).files.values()}
    return {path: digest for path, digest in loaded.items() if path not in followed}


def _changes_meanwhile(project: Project, chapter: Chapter, record: dict) -> Iterator[str]:
    closure = closure_of(project, chapter)
    now = {"modules": closure.modules, "packages": closure.packages}
    yield from present(project).changes(record["depends_on"] | {"inputs": {}}, now)
    yield from present(project).input_changes(record["inputs"])


def _at_positions(kept: Execution, steps: list[list]) -> Execution:
    """Give outputs and values the positions that the blocks have now.

    Prose may have come or gone between the cells since the execution; the order of what is
    executed is part of the key, so it is the same.
    """
    cells = [step[0] for step in steps if step[1] == "cell"]
    inlines = [step[0] for step in steps if step[1] == "inline"]
    return Execution(
        dict(zip(cells, kept.outputs.values(), strict=True)),
        dict(zip(inlines, kept.values.values(), strict=True)),
        kept.record,
    )


def _texts(code: str | list[str]) -> list[str]:
    return [code] if isinstance(code, str) else code
