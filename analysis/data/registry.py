"""The registry of data sets: what each holds, where it came from, how its files are checked."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path, PurePath

import pandas as pd

from analysis.data.names import require_name, require_partner
from analysis.ground.choices import require_known
from press import InputError
from press import entries as read_entries

REGISTRY = Path(__file__).resolve().parents[2] / "data" / "registry.toml"


@dataclass(frozen=True)
class DataFile:
    """One file of a data set, and how to know that it is that file.

    Parameters
    ----------
    path : str
        Where it lies in the data set's folder.
    sha256 : str
        Checksum of its content.
    bytes : int
        Its size.
    remote : str
        Its path below the data set's public address, where it is not `path`.
    """

    path: str
    sha256: str
    bytes: int
    remote: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """Where it lies, here and at its public home."""
        return (self.path, self.remote) if self.remote else (self.path,)


@dataclass(frozen=True)
class Conductivity:
    """Where the ionic conductivity of each system stands, and in which unit."""

    file: str
    column: str
    unit: str


@dataclass(frozen=True)
class Dataset:
    """A data set as `data/registry.toml` describes it.

    Parameters
    ----------
    name, title : str
        The short name by which a reader asks for it, and what it is.
    partners : tuple of str
        Coordination partners of Li+; they name the columns of the table.
    systems : tuple of str
        The electrolytes in their order, which is the order of every figure and table.
    descriptors : dict of str to tuple
        Numbers that describe the systems, in their order; empty where there are none.
    descriptor_meanings : dict of str to str
        What each descriptor counts or measures.
    window : float
        Length of one window, in `time_unit`.
    time_unit : str
        Unit of `t` and `window`.
    threshold : float
        Displacement in angstrom above which a window counts as fast.
    rounding : float
        Step to which lengths in the table are rounded, angstrom.
    windows_file : str
        The file that holds the whole table (`.csv` or `.parquet`).
    raw_files : tuple of str
        The same rows as one file per system, in the order of `systems`; may be empty.
    files : tuple of DataFile
        Every file of the data set.
    folder : str
        Name of its folder below a data directory.
    url : str
        Public address of its files; empty when it has none.
    conductivity : Conductivity or None
        Where the ionic conductivities stand, if any were measured or computed.
    remake : dict of str to float
        For a data set that can be made again: columns whose averages by system must agree, and how
        much they differ between boxes, as a relative standard deviation.
    origin, licence, citation : str
        Where it came from, under which terms, and the key of its reference, if it has one.
    """

    name: str
    title: str
    partners: tuple[str, ...]
    systems: tuple[str, ...]
    window: float
    time_unit: str
    threshold: float
    rounding: float
    windows_file: str
    files: tuple[DataFile, ...]
    folder: str
    origin: str
    licence: str
    citation: str = ""
    url: str = ""
    raw_files: tuple[str, ...] = ()
    descriptors: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    descriptor_meanings: Mapping[str, str] = field(default_factory=dict)
    conductivity: Conductivity | None = None
    remake: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self):
        def require(holds: bool, message: str, rule: str):
            if not holds:
                raise InputError(f"data set '{self.name}': {message}", rule=rule)

        for partner in self.partners:
            require_partner(partner)
        for system in self.systems:
            require_name("system", system)
        for descriptor in self.descriptor_meanings:
            require_name("descriptor", descriptor)
        require(bool(self.partners), "no partners", "a data set names at least one partner")
        for word, names in (("partner", self.partners), ("system", self.systems)):
            twice = sorted({name for name in names if names.count(name) > 1})
            require(not twice, f"{word} {twice} named twice", f"every {word} is named once")
        require(bool(self.systems), "no systems", "a data set names its systems in their order")
        for name in ("window", "threshold", "rounding"):
            value = getattr(self, name)
            rule = f"{name} is a finite number greater than zero"
            require(0 < value < math.inf, f"{name} is {value}", rule)
        for path in (self.folder, *(path for file in self.files for path in file.paths)):
            inside = not PurePath(path).is_absolute() and ".." not in PurePath(path).parts
            require(inside, f"path '{path}'", "paths stay within the data set's folder")
        known = [file.path for file in self.files]
        used = [self.windows_file, *self.raw_files]
        used += [self.conductivity.file] if self.conductivity else []
        for path in used:
            require(path in known, f"file '{path}' has no checksum", f"one of {known}")

    @cached_property
    def described(self) -> pd.DataFrame:
        """The descriptors as a table with one row per system, in their order."""
        index = pd.Index(self.systems, name="system")
        return pd.DataFrame(dict(self.descriptors), index=index)

    def file(self, path: str) -> DataFile:
        """Return the registered file that lies at `path` in the data set's folder."""
        return next(file for file in self.files if file.path == path)


def names(registry: Path = REGISTRY) -> tuple[str, ...]:
    """Return the names of the registered data sets."""
    return tuple(read_entries(registry))


def entry(name: str, registry: Path = REGISTRY) -> Dataset:
    """Return the data set called `name`.

    Raises
    ------
    InputError
        When no data set has that name, or its entry is incomplete.
    """
    entries = read_entries(registry)
    require_known("data set", name, entries)
    return _dataset(name, entries[name], registry)


def _dataset(name: str, values: dict, registry: Path) -> Dataset:
    """Make the frozen entry of the plain values that TOML holds."""
    values = dict(values)
    try:
        systems = values.pop("systems")
        values["systems"] = tuple(system["name"] for system in systems)
        values["descriptor_meanings"] = values.pop("descriptors", {})
        values["descriptors"] = {
            descriptor: tuple(system[descriptor] for system in systems)
            for descriptor in values["descriptor_meanings"]
        }
        values["files"] = tuple(DataFile(**file) for file in values["files"])
        for key in ("partners", "raw_files"):
            values[key] = tuple(values.get(key, ()))
        if "conductivity" in values:
            values["conductivity"] = Conductivity(**values["conductivity"])
        return Dataset(name=name, **values)
    except InputError as error:
        error.file = registry
        raise
    except (KeyError, TypeError) as error:
        known = ", ".join(entry.name for entry in fields(Dataset))
        raise InputError(
            f"data set '{name}' is not complete: {error}",
            file=registry,
            rule=f"an entry holds {known}; each system has a name and every descriptor",
        ) from error
