"""Making the committed tables again, and comparing them with what is committed.

Beside every table stands the record of how it was made: the function, the data, the arguments and
the digits. So it can be made again without rendering anything; `analysis.verify.agreement`
compares.
Whatever stands in the way is a difference too, but for data that are not on this machine.
"""

import csv
import dataclasses
import hashlib
import importlib
import inspect
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pandas as pd

from analysis.data import datasets, registry
from analysis.data.windows import Windows
from analysis.verify.agreement import Difference, compare
from press import Absence, Carried, InputError

PACKAGE = "analysis"
"""Where the functions that make tables are looked for, and nowhere else."""
TABLES = Path(__file__).resolve().parents[2] / "tables"
AGAIN = "render the edition to write both again"
ROUNDING = {"digits", "decimals"}


class NotHere(Exception):
    """Which data a table needs that are not on this machine."""


class Unmade(Exception):
    """Why a table cannot be made from what its record says."""


def editions(folder: Path = TABLES) -> list[str]:
    """List the editions that have committed tables."""
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def tables(edition: str, folder: Path = TABLES) -> list[Path]:
    """List the tables of an edition that are committed, or of which a record is.

    Raises
    ------
    InputError
        For an edition without committed tables; it names those that have some.
    """
    if edition not in editions(folder):
        raise InputError(
            f"no tables are committed for the edition '{edition}'",
            file=folder,
            rule=f"one of {', '.join(editions(folder))}",
        )
    found = (path for path in (folder / edition).iterdir() if path.suffix in (".csv", ".json"))
    return sorted({path.with_suffix(".csv") for path in found})


def differences(path: Path) -> Iterator[Difference]:
    """Make a committed table again, and yield everything that differs.

    Parameters
    ----------
    path : Path
        The committed table; its record stands beside it.

    Raises
    ------
    NotHere
        When the data are not on this machine.
    """
    record = path.with_suffix(".json")
    if not path.is_file():
        yield Difference(path, "", "", "a table beside its record", "none")
        return
    if not record.is_file():
        yield Difference(path, "", "", f"a record {record.name} of how it was made", "none")
        return
    try:
        said = read(record)
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != said["sha256"]:
            yield Difference(path, "", "", f"sha256 {said['sha256']}, as its record says", found)
        made = remake(said["function"], said["data"], said["parameters"])
    except Unmade as reason:
        yield Difference(path, "", "", "a table that can be made again", str(reason))
        return
    try:
        yield from compare(path, made, **said["rounding"])
    except (UnicodeDecodeError, csv.Error) as error:
        yield Difference(path, "", "", "a table in CSV", str(error))


def read(record: Path) -> dict:
    """Read the record of a table.

    Raises
    ------
    Unmade
        For one that is not as rendering writes it.
    """
    try:
        said = json.loads(record.read_bytes())
    except ValueError as error:
        raise Unmade(f"its record cannot be read: {error}; {AGAIN}") from error
    said = said if isinstance(said, dict) else {}
    kinds = {"function": str, "data": dict, "parameters": dict, "rounding": dict, "sha256": str}
    for key, kind in kinds.items():
        if not isinstance(said.get(key), kind):
            raise Unmade(f"its record does not say the {key}; {AGAIN}")
    if (
        not all(isinstance(word, str) for word in said["data"].values())
        or {*said["rounding"]} != ROUNDING
    ):
        raise Unmade(f"its record is not as rendering writes it; {AGAIN}")
    return said


def remake(function: str, data: dict[str, str], parameters: dict[str, object]) -> pd.DataFrame:
    """Call the function of a record with the data and the parameters that it names.

    Raises
    ------
    NotHere
        When the data are not on this machine.
    Unmade
        When the function or its parameters are gone, or the data are others.
    """
    module, _, name = function.rpartition(".")
    if module.partition(".")[0] != PACKAGE:
        raise Unmade(f"{function} is not a function of {PACKAGE}")
    try:
        call = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise Unmade(f"{function} exists no more") from error
    given = {key: _data(value, module) for key, value in data.items()}
    given |= {key: _value(key, value) for key, value in parameters.items()}
    try:
        inspect.signature(call).bind(**given)
    except TypeError as error:
        raise Unmade(f"{function} takes other parameters than its record names: {error}") from error
    try:
        made = call(**given)
    except InputError as error:
        raise Unmade(f"{function} refuses what its record names: {error}") from error
    if isinstance(made, Absence):
        raise Unmade(f"there is no such table: {made.reason}")
    if isinstance(made, Carried):
        raise Unmade(f"the table is that of the edition {made.edition}; render to carry it over")
    return made


def _data(fingerprint: str, module: str):
    """Load what a fingerprint names, and check that it is that content.

    That is a data set, or else what the function's own module loads: reruns, maps, a sweep.
    """
    name = fingerprint.partition(" ")[0]
    load = getattr(importlib.import_module(module), "load", None)
    if name in registry.names():
        data = _windows(name, fingerprint)
    elif load is not None:
        data = load()
    else:
        raise Unmade(f"the registry has no data set {name}")
    if data.fingerprint != fingerprint:
        raise _changed(fingerprint, data.fingerprint)
    return data


def _windows(name: str, fingerprint: str) -> Windows:
    """Load a data set; one that is not here must at least be the one that is registered."""
    dataset = registry.entry(name)
    file = dataset.file(dataset.windows_file)
    if datasets.find(dataset, file) is not None:
        return _loaded(name)
    if f" sha256:{file.sha256} " not in fingerprint:
        raise _changed(fingerprint, f"{name} sha256:{file.sha256}")
    raise NotHere(
        f"the data set {name} is not on this machine; `thesis data add {name} --from FOLDER` "
        "puts it there"
    )


@lru_cache(maxsize=2)
def _loaded(name: str) -> Windows:
    return datasets.load(name)


def _changed(then: str, now: str) -> Unmade:
    return Unmade(f"its data have changed since: they were {then}, here they are {now}")


def _value(name: str, said: object) -> object:
    """Make the value of an argument from what a record says of it.

    Plain values and lists stand for themselves; an object has one key, which says what it is:
    a tuple, a dict, words for what cannot be made again, or a frozen dataclass of `PACKAGE`.
    """
    if isinstance(said, list):
        return [_value(name, one) for one in said]
    if not isinstance(said, dict):
        return said
    try:
        ((kind, content),) = said.items()
        if kind == "tuple":
            return tuple(_value(name, one) for one in content)
        if kind == "dict":
            return {_value(name, key): _value(name, one) for key, one in content}
        if kind == "words":
            raise Unmade(f"its record has the argument {name} in words only: {content}")
        return _dataclass(kind)(**{key: _value(name, one) for key, one in content.items()})
    except InputError as error:
        raise Unmade(f"its record has {name} = {said}: {error.message}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise Unmade(f"its record is not as rendering writes it: {name} = {said}") from error


def _dataclass(dotted: str) -> type:
    """Find a frozen dataclass of `PACKAGE`: a record makes nothing else."""
    module, _, name = dotted.rpartition(".")
    if module.partition(".")[0] == PACKAGE:
        found = getattr(importlib.import_module(module), name, None)
        if isinstance(found, type) and dataclasses.is_dataclass(found):
            return found
    raise Unmade(f"{dotted} is no dataclass of {PACKAGE}")
