"""What a collected sweep came from, and what of that has changed since."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from press.book import lookup
from press.book import project as projects
from press.execution import executions
from press.ground.errors import InputError
from press.ground.files import file_sha256
from press.provenance.dependencies import OWN_PACKAGE
from press.provenance.origin import Present
from press.sweep.runs import DONE


def code_of(root: Path, chapters: Iterable[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    """Hash the code of chapters in their editions, and the modules that it reaches.

    Versions of packages are left out, so that the hashes are the same on every machine.

    Returns
    -------
    str
        Of the code of all chapters.
    dict
        Module -> hash of what is reached in it.
    """
    steps, modules = [], {}
    for source, edition in chapters:
        project = projects.load(root, edition or None)
        described = executions.described(project, lookup.chapters_of(project)[source], {})
        steps.append(described["steps"])
        modules |= described["modules"]
    text = json.dumps(steps, sort_keys=True)
    ours = {n: modules[n] for n in sorted(modules) if n.partition(".")[0] != OWN_PACKAGE}
    return hashlib.sha256(text.encode()).hexdigest()[:16], ours


def changes(root: Path, provenance: Mapping) -> Iterator[str]:
    """Say what has changed since a committed result was collected."""
    sweep = root / provenance["sweep"]
    if not sweep.is_file():
        yield f"{provenance['sweep']} is gone"
    elif file_sha256(sweep) != provenance["sweep_sha256"]:
        yield f"{provenance['sweep']} changed"
    missing = {status: n for status, n in provenance["runs"].items() if status != DONE}
    for status, count in missing.items():
        yield f"{count} of its runs are {status}"
    try:
        steps, modules = code_of(root, [tuple(pair) for pair in provenance["chapters"]])
    except (InputError, KeyError):
        yield "a chapter or an edition that it ran is gone"
        return
    if steps != provenance["steps"]:
        yield "the code of its chapters changed"
    yield from Present(root).changes(provenance, {"modules": modules})
