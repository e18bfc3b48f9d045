"""Making the committed tables again, and comparing them with what is committed.

Beside every table stands the record of how it was made: the function, the data and the arguments.
So it can be made again without rendering anything. A number agrees if it is at most one unit of
its last printed digit away (of its third significant digit where it is printed without decimals):
other processors and library versions move no more than that. Everything else agrees if it is equal.
"""

import ast
import csv
import importlib
import inspect
import json
import math
import numbers
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from analysis import datasets, registry
from analysis.case import Case
from analysis.windows import Windows
from press import Absence, InputError

TABLES = Path(__file__).resolve().parents[1] / "tables"
NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:[eE][-+]?\d{1,2})?(?!\w)")
ROUNDED = 5e-3  # relative, for numbers printed without decimals: their third digit


@dataclass(frozen=True)
class Difference:
    """A cell that is not what it was.

    Parameters
    ----------
    file : Path
        The committed table.
    row, column : str
        The row's first cell, and the column's name.
    expected, found : str
        What is committed, and what was computed.
    """

    file: Path
    row: str
    column: str
    expected: str
    found: str

    def __str__(self) -> str:
        return (
            f"{self.file}: row '{self.row}', column '{self.column}': "
            f"expected {self.expected}, found {self.found}"
        )


class NotRecomputed(Exception):
    """Why a table cannot be made again here."""


def editions(folder: Path = TABLES) -> list[str]:
    """List the editions that have committed tables."""
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def tables(edition: str, folder: Path = TABLES) -> list[Path]:
    """List the committed tables of an edition; an InputError names those that exist.

    Raises
    ------
    InputError
        For an edition without committed tables.
    """
    if edition not in editions(folder):
        raise InputError(
            f"no tables are committed for the edition '{edition}'",
            file=folder,
            rule=f"one of {', '.join(editions(folder))}",
        )
    return sorted((folder / edition).glob("*.csv"))


def differences(path: Path) -> Iterator[Difference]:
    """Make a committed table again, and yield every cell that differs.

    Parameters
    ----------
    path : Path
        The committed table; its record stands beside it.

    Raises
    ------
    NotRecomputed
        When the record or the data is not here, or the record does not say enough.
    """
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    made = remake(path.with_suffix(".json"))
    if any(name is not None for name in made.index.names):
        made = made.reset_index()
    names = [str(name) for name in made.columns]
    if names != header:
        yield Difference(path, "header", "all", ", ".join(header), ", ".join(names))
        return
    if len(made) != len(rows):
        yield Difference(path, "all", "all", f"{len(rows)} rows", f"{len(made)} rows")
        return
    for committed, line in zip(rows, made.itertuples(index=False), strict=True):
        for name, expected, value in zip(header, committed, line, strict=True):
            if not agrees(expected, value):
                yield Difference(path, committed[0], name, expected, str(value))


def remake(record: Path) -> pd.DataFrame:
    """Call the function of a record with the arguments that it names.

    Raises
    ------
    NotRecomputed
        See `differences`.
    """
    if not record.is_file():
        raise NotRecomputed(
            f"there is no record {record.name} of how it was made; render the edition to make both"
        )
    said = json.loads(record.read_text(encoding="utf-8"))
    module, _, name = said["function"].rpartition(".")
    if module.partition(".")[0] != __package__:
        raise NotRecomputed(f"{said['function']} is not a function of {__package__}")
    function = getattr(importlib.import_module(module), name, None)
    if function is None:
        raise NotRecomputed(f"{said['function']} exists no more")
    given = {key: _data(value, module) for key, value in said["data"].items()}
    given |= {key: _plain(key, value) for key, value in said["parameters"].items()}
    unknown = set(given) - set(inspect.signature(function).parameters)
    if unknown:
        raise NotRecomputed(f"{said['function']} has no parameter {sorted(unknown)[0]} any more")
    made = function(**given)
    if isinstance(made, Absence):
        raise NotRecomputed(made.reason)
    return made


def _data(fingerprint: str, module: str):
    """Load what a fingerprint names, and check that it is that content.

    That is a data set, or else what the function's own module loads: reruns, maps, a sweep.
    """
    name = fingerprint.partition(" ")[0]
    load = getattr(importlib.import_module(module), "load", None)
    if name in registry.names():
        data = _windows(name)
    elif load is not None:
        data = load()
    else:
        raise NotRecomputed(
            f"this copy of the thesis has no data set {name}; `thesis edition new {name}` adds one"
        )
    if data.fingerprint != fingerprint:
        raise NotRecomputed(
            f"its data have changed since: they were {fingerprint}, here they are "
            f"{data.fingerprint}; render the edition to make it from these"
        )
    return data


@lru_cache(maxsize=2)
def _windows(name: str) -> Windows:
    dataset = registry.entry(name)
    if datasets.find(dataset, dataset.file(dataset.windows_file)) is None:
        raise NotRecomputed(
            f"the data set {name} is not on this machine; `thesis data add {name} --from FOLDER` "
            "puts it there"
        )
    return datasets.load(name)


def _plain(name: str, words: str):
    """Return the plain value, or the case, that a record writes in words."""
    try:
        if words.startswith(Case.__name__):
            return Case(*ast.literal_eval(words.removeprefix(Case.__name__)))
        return ast.literal_eval(words)
    except InputError as error:
        raise NotRecomputed(f"its record has {name} = {words}: {error.message}") from error
    except (SyntaxError, ValueError) as error:
        raise NotRecomputed(f"its record shortens the argument {name}: {words}") from error


def agrees(expected: str, value) -> bool:
    """Say whether a value is what a committed cell says, up to the last printed digit.

    Examples
    --------
    >>> agrees("0.129", 0.12861), agrees("0.129", 0.132), agrees("24900", 24900)
    (True, False, True)
    >>> agrees("0.13 [0.11, 0.15]", "0.13 [0.10, 0.15]"), agrees("EC", "TFSI")
    (True, False)
    """
    if expected == "":
        return value is None or value == "" or pd.isna(value)
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return _near(expected, float(value), exact=isinstance(value, numbers.Integral))
    found = str(value)
    if NUMBER.sub("#", expected) != NUMBER.sub("#", found):
        return False
    pairs = zip(NUMBER.findall(expected), NUMBER.findall(found), strict=True)
    return all(_near(a, _number(b), exact="." not in a) for a, b in pairs)


def _near(expected: str, value: float, exact: bool) -> bool:
    """Say whether a printed number is that value; `exact` leaves no room."""
    if not NUMBER.fullmatch(expected):
        return False
    number = _number(expected)
    mantissa, _, exponent = expected.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    unit = 10.0 ** (int(exponent or 0) - decimals)
    slack = unit if decimals else max(unit, ROUNDED * abs(number))
    return math.isclose(number, value, rel_tol=1e-9, abs_tol=0 if exact else slack)


def _number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))
