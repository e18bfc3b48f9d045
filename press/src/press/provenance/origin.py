"""What something came from, and what of that has changed: one record and one test of staleness.

Stored results, executed chapters, written tables and collected sweeps keep the same record:

``modules``
    project module -> hash of what is reached in it (`press.provenance.dependencies`);
``packages``
    third-party distribution, and Python -> its version;
``inputs``
    name -> digest of what was read while computing:

    ============================  =================================================
    ``data/file.csv``             a file, from the folder of the book or absolute
    ``data/``                     the names of the files in a folder
    ``data/registry.toml[cg]``    an entry of a TOML file, ``[]`` for the keys
    ``lab.models.MODELS[tree]``   an entry of a catalogue, ``[]`` for the keys
    ``package lightgbm``          the version of a package that such an entry uses
    ``$NAME``                     a variable of the environment
    ============================  =================================================

    Of what was looked for and not there the digest is `GONE`.

What is committed is the same on every machine: it names no versions, files by their place in the
project (also those of data sets that lie elsewhere), and others outside by ``*/folder/name``.
"""

import hashlib
import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

from press.ground.errors import InputError
from press.ground.files import file_sha256, read_text
from press.provenance import dependencies

GONE = "none"
DATA = "data"
REGISTRY = f"{DATA}/registry.toml"
ELSEWHERE = "*/"
PACKAGE = "package "
GENERATED = ("_runs", "_book", "__pycache__")
FINGERPRINT = re.compile(r"(\S+) sha256:([0-9a-f]{64})\b")
ENTRY = re.compile(r"(?P<table>.+?)\[(?P<key>.*)\]")
SECRET = re.compile(r"KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH", re.IGNORECASE)


class Present:
    """The project as it is now; everything is looked up once.

    Parameters
    ----------
    root : Path
        Folder of the book.
    environment : mapping
        Variables that the book's code would see; by default those of this process.
    """

    def __init__(self, root: Path, environment: Mapping[str, str] = os.environ):
        self.root, self.environment = root, environment
        self.finder = dependencies.finder_of([root])
        self.digest = cache(self._digest)

    def _digest(self, name: str) -> str:
        """Digest an input by its name; empty if the project cannot know."""
        if name.startswith("$"):
            return digest_of_variable(name[1:], self.environment.get(name[1:]))
        if name.startswith(PACKAGE):
            return dependencies.version_of(name.removeprefix(PACKAGE))
        entry = ENTRY.fullmatch(name)
        if entry and entry["table"].endswith(".toml"):
            return digest_of_entry(self._toml(entry["table"]), entry["key"])
        if entry and not is_path(name):
            found = dependencies.of_entry(entry["table"], entry["key"], self.root)
            return found.digest if found else GONE
        if name.startswith(ELSEWHERE):
            return ""
        path = self.root / name
        if name.endswith("/"):
            return digest_of_folder(path)
        if not path.is_file():
            return self._promised.get(name, GONE)
        return file_sha256(path)

    def changes(
        self, then: Mapping, now: Mapping, importers: Mapping[str, str] | None = None
    ) -> Iterator[str]:
        """Say what has changed since a record was written.

        Parameters
        ----------
        then : mapping
            The record.
        now : mapping
            ``modules``, and ``packages`` unless it is committed, that the same code reaches now.
        importers : mapping, optional
            Module -> the one through which it is reached now.
        """
        yield from _module_changes(then["modules"], now["modules"], importers or {})
        if "packages" in then:
            yield from _version_changes(then["packages"], now["packages"])
        yield from self.input_changes(then["inputs"], then.get("data", {}).values())

    def input_changes(
        self, inputs: Mapping[str, str], fingerprints: Iterable[str] = ()
    ) -> Iterator[str]:
        """Say which inputs, and which data that were handed over, are others now.

        Parameters
        ----------
        inputs : mapping
            Name -> digest.
        fingerprints : iterable of str
            ``NAME sha256:DIGEST``: of a data set of the registry, or the result of a sweep. Those
            that the project does not know are left out.
        """
        for name, then in inputs.items():
            now = self.digest(name)
            if now and now != then:
                yield _said(name, then, now)
        for fingerprint in fingerprints:
            found = FINGERPRINT.match(fingerprint)
            if found and found[2] not in (self._of_set(found[1]) or [found[2]]):
                yield f"the data of '{found[1]}' changed"

    def named(self, name: str, committed: bool = False) -> str:
        """Name an input for a record: a path from the root, or as what is committed names it."""
        if not os.path.isabs(name):
            return name
        if name.startswith(f"{self.root}{os.sep}"):
            return name.removeprefix(f"{self.root}{os.sep}") or "./"
        if not committed:
            return name
        last = "/".join(name.rsplit("/", 2)[1:])
        return f"{DATA}/{last}" if f"{DATA}/{last}" in self._promised else ELSEWHERE + last

    def committed(self, inputs: Mapping[str, str]) -> dict[str, str]:
        """Name inputs as a committed record does: the same on every machine.

        What was looked for outside of the book and not there tells of the machine alone.
        """
        kept = {
            name: digest
            for name, digest in inputs.items()
            if not name.startswith(("$", PACKAGE))
            and (digest != GONE or not os.path.isabs(self.named(name)))
        }
        return {self.named(name, committed=True): kept[name] for name in sorted(kept)}

    # What the registry of data sets promises

    @cached_property
    def _registry(self) -> Mapping[str, Mapping]:
        return self._toml(REGISTRY)

    def _toml(self, name: str) -> Mapping:
        path = self.root / name
        if not path.is_file():
            return {}
        try:
            return tomllib.loads(read_text(path, name))
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"not TOML: {error}", file=name) from None

    @cached_property
    def _promised(self) -> dict[str, str]:
        """Path below the root of each file of a data set -> its digest, there or not."""
        return {
            f"{DATA}/{entry['folder']}/{file['path']}": file["sha256"]
            for entry in self._registry.values()
            for file in entry.get("files", [])
        }

    def _of_set(self, name: str) -> list[str]:
        """Digests of the files of a data set, or of the result of a sweep."""
        result = self.root / "sweeps" / f"{name}.csv"
        if name not in self._registry:
            return [file_sha256(result)] if result.is_file() else []
        entry = self._registry[name]
        paths = (f"{DATA}/{entry['folder']}/{file['path']}" for file in entry.get("files", []))
        return [self.digest(path) for path in paths]


def is_path(name: str) -> bool:
    """Whether an input is a file, or something in one: no variable, package or catalogue."""
    entry = ENTRY.fullmatch(name)
    is_catalogue = entry and "/" not in name and not entry["table"].endswith(".toml")
    return not name.startswith(("$", PACKAGE)) and not is_catalogue


def located(name: str, root: Path) -> str:
    """Give the absolute path of an input that a record names from the root."""
    return os.path.join(root, name) if is_path(name) else name


def digest_of_variable(name: str, value: str | None) -> str:
    """Give a variable's value, of a secret its digest."""
    if value is None:
        return GONE
    return hashlib.sha256(value.encode()).hexdigest() if SECRET.search(name) else f"'{value}'"


def digest_of_entry(entries: Mapping, key: str) -> str:
    """Digest an entry of a mapping of plain values, or its keys."""
    if key and key not in entries:
        return GONE
    content = entries[key] if key else list(entries)
    text = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def digest_of_folder(path: Path) -> str:
    """Digest the names in a folder, but for what is hidden or was generated."""
    if not path.is_dir():
        return GONE
    names = sorted(name for name in os.listdir(path) if not name.startswith((".", *GENERATED)))
    return hashlib.sha256("\0".join(names).encode()).hexdigest()[:16]


# --- what changed, in words --------------------------------------------------------------------


def _said(name: str, then: str, now: str) -> str:
    if name.startswith("$"):
        return f"the variable {name[1:]} changed"
    if name.startswith(PACKAGE):
        return f"{name.removeprefix(PACKAGE)} was {then}, is {now}"
    kind = "the entry " if ENTRY.fullmatch(name) else "data file "
    if name.endswith("[]") or name.endswith("/"):
        kind = "what is in "
    change = {then: "is there now", now: "is gone"}.get(GONE, "changed")
    return f"{kind}{shown(name.removesuffix('[]'))} {change}"


def _module_changes(
    then: Mapping[str, str], now: Mapping[str, str], importers: Mapping[str, str]
) -> Iterator[str]:
    """Say in which modules something that is reached changed, and who imports them."""
    for name in sorted({*then, *now}):
        if name not in now:
            yield f"{name} is not reached any more"
        elif then.get(name) != now[name]:
            what = "changed" if name in then else "is reached now"
            chain = list(_chain(name, importers))
            through = f" (imported by {', by '.join(chain)})" if chain else ""
            yield f"{name} {what}{through}"


def _chain(name: str, importers: Mapping[str, str]) -> Iterator[str]:
    seen = {name}
    while name in importers and importers[name] not in seen:
        name = importers[name]
        seen.add(name)
        yield name


def _version_changes(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """Say which packages have another version, or came or went."""
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            yield f"{name} was {then.get(name, 'not used')}, is {now.get(name, 'not used')}"


def shown(path: str) -> str:
    """Write a path from the current folder, if it lies there."""
    relative = os.path.relpath(path) if os.path.isabs(path) else path
    return path if relative.startswith("..") else relative
