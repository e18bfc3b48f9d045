"""Whether the data behind a committed table or sweep are still the data of this project.

A committed file is the same on every machine, and so is its record: it names data by their
digests, and a file by its path in the project or by its name. What can be compared is what the
project holds, and what ``data/registry.toml`` promises of files that are fetched.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from press.ground.errors import InputError
from press.ground.files import file_sha256, read_text

DATA = "data"
REGISTRY = f"{DATA}/registry.toml"
KEPT = (DATA, "sweeps")
"""Folders of the project that hold what chapters read, besides files beside ``_quarto.yml``."""
FINGERPRINT = re.compile(r"(\S+) sha256:([0-9a-f]{64})\b")


def named(path: str, root: Path) -> str:
    """Name a data file for a record: its path in the project, else its folder and name."""
    full = root / path
    if full.is_relative_to(root):
        return full.relative_to(root).as_posix()
    return "/".join(full.parts[-2:])


class DataFiles:
    """The data of a project as they are now.

    Parameters
    ----------
    root : Path
        Folder of the book.
    """

    def __init__(self, root: Path):
        self.root = root

    def changes(self, files: Mapping[str, str], data: Iterable[str] = ()) -> Iterator[str]:
        """Say which data changed; those that the project does not know are left out.

        Parameters
        ----------
        files : mapping
            Path in the project, or name, of each file -> its sha256.
        data : iterable of str
            Fingerprints of data, ``NAME sha256:DIGEST``, where the name is a data set of the
            registry or a result of a sweep.
        """
        for name, digest in files.items():
            if digest not in (self._called(name) or [digest]):
                yield f"data file {name} changed"
        for fingerprint in data:
            found = FINGERPRINT.match(fingerprint)
            if found and found[2] not in (self._of_set(found[1]) or [found[2]]):
                yield f"the data of '{found[1]}' changed"

    def _called(self, name: str) -> list[str]:
        """Digests of the file at a path, or of all files of that name."""
        if "/" in name and (self.root / name).is_file():
            return [file_sha256(self.root / name)]
        last = Path(name).name
        promised = [d for entry in self._registry.values() for n, d in entry if n == last]
        return promised + [file_sha256(path) for path in self._kept.get(last, ())]

    def _of_set(self, name: str) -> list[str]:
        """Digests of the files of a data set, or of the result of a sweep."""
        if name in self._registry:
            return [digest for _, digest in self._registry[name]]
        result = self.root / "sweeps" / f"{name}.csv"
        return [file_sha256(result)] if result.is_file() else []

    @cached_property
    def _kept(self) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = {}
        for folder in KEPT:
            for path in (self.root / folder).rglob("*"):
                found.setdefault(path.name, []).append(path)
        for path in self.root.iterdir():
            found.setdefault(path.name, []).append(path)
        return {name: [p for p in paths if p.is_file()] for name, paths in found.items()}

    @cached_property
    def _registry(self) -> dict[str, list[tuple[str, str]]]:
        """Data set -> name and digest of its files: as they are here, else as is promised."""
        path = self.root / REGISTRY
        if not path.is_file():
            return {}
        try:
            sets = tomllib.loads(read_text(path, REGISTRY))
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"not TOML: {error}", file=REGISTRY) from None
        return {
            name: [self._now(entry, file) for file in entry.get("files", [])]
            for name, entry in sets.items()
        }

    def _now(self, entry: Mapping, file: Mapping) -> tuple[str, str]:
        here = self.root / DATA / entry["folder"] / file["path"]
        digest = file_sha256(here) if here.is_file() else file["sha256"]
        return here.name, digest
