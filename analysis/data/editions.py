"""Adding a reader's own windows as a data set, and with it an edition of the thesis."""

import hashlib
import json
import math
import os
import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import filelock
import pandas as pd

from analysis.data import datasets, headers, registry, sufficiency, timing
from analysis.data.registry import REGISTRY, Dataset
from analysis.data.windows import AXES, Windows, validated
from analysis.ground.choices import require_known
from press import InputError

NAME = re.compile(r"[a-z][a-z0-9_-]*")
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")  # of TOML; any other is quoted
REQUIRED = {
    "origin": "where the data come from",
    "window": "length of a window, in the unit of t, which does not tell it",
}
OPTIONAL = (
    "title",
    "licence",
    "partners",
    "systems",
    "time_unit",
    "threshold",
    "rounding",
    "citation",
    "descriptors",
)
LEAST_THRESHOLD = 0.1  # angstrom
SHORT = 1.0  # angstrom, which the fastest ion of a table in nm may not reach
FINEST = 6  # decimals of angstrom; lengths with more are as good as not rounded
WINDOWS_FILE = "windows.parquet"
TITLE = "A Machine Learning Approach to Study Li^+^ Dynamics"  # the data's own is the subtitle
PART = ".new-"  # how the folder is called in which an edition is prepared


def described(path: Path) -> dict:
    """Read what a TOML file says about a data set: keys as in the registry.

    Raises
    ------
    InputError
        When it cannot be read, or holds a key that is none of `REQUIRED` and `OPTIONAL`.
    """
    try:
        about = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path) from error
    except ValueError as error:  # of TOML, of its encoding
        raise InputError(f"is not valid TOML: {error}", file=path) from error
    for key in about:
        require_known(f"key in {path}", key, (*REQUIRED, *OPTIONAL))
    return about


def new(
    name: str, files: Sequence[Path], about: Mapping, root: Path = REGISTRY.parents[1]
) -> tuple[Dataset, list[Path]]:
    """Add a data set and its edition to the thesis: all of it, or nothing.

    Parameters
    ----------
    name : str
        Of the data set and the edition.
    files : sequence of Path
        Windows tables, `.parquet` or `.csv`, each of other systems.
    about : mapping
        What the registry shall say: all of `REQUIRED`, and any of `OPTIONAL`. By default partners
        are those that the columns name and systems those of the rows, both in their order; the
        window is the time from one window of an ion to the next, where `t` tells it; the unit of
        time is ps, the threshold the median `dr` to 0.1 angstrom, and lengths are taken to be
        rounded to as many decimals as the table has. The title is the name, the licence not stated.
    root : Path
        Folder of the thesis.

    Returns
    -------
    dataset : Dataset
        The new entry of the registry.
    written : list of Path
        Its new files, and the registry.

    Raises
    ------
    InputError
        For a name that is taken or cannot be one, a description that is not complete, a table that
        breaks the schema; nothing is written then.
    """
    places = {
        "data": root / "data" / name,
        "profile": root / f"_quarto-{name}.yml",
        "environment": root / f"_environment-{name}",
    }
    known = root / "data" / "registry.toml"
    with _locked(root):
        _require_new(name, registry.names(known))
        raw = {Path(path): datasets.parse(path) for path in files}
        values = {"title": name, "licence": "not stated"} | _values(raw, about)
        with TemporaryDirectory(dir=root / "data", prefix=PART) as folder:
            part = Path(folder)
            dataset = _prepare(name, values, raw, known.read_text(encoding="utf-8"), part)
            _move(part, places, known, name)
    return dataset, [*places.values(), known]


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """Let one process at a time change the registry; remove what killed ones left behind."""
    with filelock.FileLock(root / "data" / ".registry.lock"):
        for left in (root / "data").glob(f"{PART}*"):
            _remove(left)
        yield


def _move(part: Path, places: Mapping[str, Path], known: Path, name: str):
    """Bring all files to their places, the registry last: only then does the edition exist.

    A process that was killed between two of the moves left files that say the same; they stay.
    """
    moved = {file: place for file, place in places.items() if not _same(part / file, place)}
    _require_free([place for place in moved.values() if place.exists()], name)
    with ExitStack() as undo:
        for file, place in moved.items():
            undo.callback(_remove, place)
            os.replace(part / file, place)
        os.replace(part / "registry.toml", known)
        undo.pop_all()


def _same(one: Path, other: Path) -> bool:
    """Tell whether two files, or two folders of files, hold the same bytes."""
    if one.is_dir() and other.is_dir():
        names = sorted(os.listdir(one))
        return names == sorted(os.listdir(other)) and all(_same(one / n, other / n) for n in names)
    return other.is_file() and one.is_file() and one.read_bytes() == other.read_bytes()


def _require_new(name: str, known: Sequence[str]):
    """Refuse a name that cannot be one, or that an edition bears already."""
    if not NAME.fullmatch(name):
        rule = "lower-case letters, digits, '-' and '_', a letter first"
        raise InputError(f"'{name}' cannot name an edition", rule=rule)
    if name in known:
        raise InputError(f"'{name}' exists already", rule=f"none of {', '.join(known)}")


def _require_free(taken: Sequence[Path], name: str):
    """Refuse to replace files that are not those of this edition."""
    if taken:
        there = ", ".join(str(path) for path in taken)
        rule = "an edition's files are new"
        raise InputError(f"'{name}' exists already: {there}", rule=rule, advice="move them away")


def _remove(place: Path):
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def _values(raw: Mapping[Path, pd.DataFrame], about: Mapping) -> dict:
    """Return the registry's values but for the files; what is not said follows from the tables."""
    lengths, times = _lengths(raw), _times(raw)
    median = lengths["dr"].median()
    length = timing.window(times)
    values = {
        **({} if length is None else {"window": length}),
        "partners": about.get("partners") or _partners(raw),
        "systems": _systems(raw),
        "time_unit": "ps",
        "threshold": round(float(median), 1) if median > LEAST_THRESHOLD else LEAST_THRESHOLD,
        "rounding": _step(lengths),
        **about,
    }
    _require_said(values)
    timing.check(times, values["window"])
    values["systems"] = [
        {"name": system} if isinstance(system, str) else system for system in values["systems"]
    ]
    return values


def _require_said(values: Mapping):
    """Refuse a description that is not complete, or has numbers that are none."""
    missing = [f"{key} ({meaning})" for key, meaning in REQUIRED.items() if key not in values]
    if missing:
        advice = "--source, --window, or origin and window in the file of --about"
        raise InputError(f"not said: {', '.join(missing)}", rule="all are needed", advice=advice)
    for key in ("window", "threshold", "rounding"):
        value = values[key]
        if not isinstance(value, int | float) or not 0 < value < math.inf:
            rule = f"{key} is a finite number greater than zero"
            raise InputError(f"{key} is {value}", rule=rule)


def _partners(raw: Mapping[Path, pd.DataFrame]) -> list[str]:
    """Return the partners that the columns of the first table name."""
    path, frame = next(iter(raw.items()))
    try:
        return headers.partners(str(column) for column in frame)
    except InputError as error:
        error.file = path
        raise


def _times(raw: Mapping[Path, pd.DataFrame]) -> pd.DataFrame:
    """Return system, ion and time of every window, the last as a number where it is one."""
    tables = [frame.reindex(columns=["system", "idx", "t"]) for frame in raw.values()]
    times = pd.concat(tables, ignore_index=True)
    return times.assign(t=pd.to_numeric(times["t"], errors="coerce"))


def _lengths(raw: Mapping[Path, pd.DataFrame]) -> pd.DataFrame:
    """Return `dr` and its components as numbers where they are there and can be read as such."""
    columns = [*AXES, "dr"]
    tables = [frame.reindex(columns=columns) for frame in raw.values()]
    return pd.concat(tables).apply(pd.to_numeric, errors="coerce")


def _step(lengths: pd.DataFrame) -> float:
    """Return the step, a power of ten, to which lengths are rounded.

    >>> _step(pd.DataFrame({"dr": [1.25, 3.0]}))
    0.01
    """
    rounded = (
        10.0**-decimals
        for decimals in range(FINEST)
        if not ((lengths - lengths.round(decimals)).abs() > 10.0**-FINEST).any(axis=None)
    )
    return next(rounded, 10.0**-FINEST)


def _systems(raw: Mapping[Path, pd.DataFrame]) -> list[str]:
    """Return the systems in the order of the files and their rows; none may be in two files."""
    home: dict[str, Path] = {}
    for path, frame in raw.items():
        named = frame.get("system", pd.Series(dtype=str)).dropna().astype(str)
        for system in named.unique():
            if system in home:
                rule = "the windows of a system stand in one file"
                raise InputError(f"{system} is also in {home[system]}", file=path, rule=rule)
            home[system] = path
    return list(home)


def _prepare(
    name: str, values: dict, raw: Mapping[Path, pd.DataFrame], registered: str, part: Path
) -> Dataset:
    """Write everything below `part`, after checking it; return the registry's new entry."""
    draft = _register(name, values, b"", registered, part)
    table = _validated(raw, draft)
    (part / "data").mkdir()
    table.to_parquet(part / "data" / WINDOWS_FILE, index=False, compression="zstd")
    content = (part / "data" / WINDOWS_FILE).read_bytes()
    dataset = _register(name, values, content, registered, part)
    files = {
        "data/README.md": _card(dataset, table),
        "profile": _profile(Windows(table.astype({"system": "category"}), dataset, "")),
        "environment": f"THESIS_DATASET={name}\n",
    }
    for file, text in files.items():
        (part / file).write_text(text, encoding="utf-8")
    return dataset


def _profile(windows: Windows) -> str:
    """Write the profile: title and output of the book, and what its data allow it to say."""
    dataset, facts = windows.dataset, sufficiency.facts(windows)
    said = [f"  {fact}: {str(holds).lower()}" for fact, holds in facts.items()]
    lines = [
        *("project:", f"  output-dir: _book-{dataset.name}"),
        *("book:", f"  title: {json.dumps(TITLE)}"),
        f"  subtitle: {json.dumps(dataset.title, ensure_ascii=False)}",
        *("facts:", *said),
    ]
    return "\n".join([*lines, ""])


def _register(name: str, values: dict, content: bytes, registered: str, part: Path) -> Dataset:
    """Write a registry that has the new entry too, and read the entry from it."""
    sha256 = hashlib.sha256(content).hexdigest()
    file = {"path": WINDOWS_FILE, "bytes": len(content), "sha256": sha256}
    entry = {**values, "folder": name, "windows_file": WINDOWS_FILE, "files": [file]}
    lines = [f"{key} = {_toml(value)}" for key, value in entry.items()]
    path = part / "registry.toml"
    text = "\n".join([registered.rstrip("\n"), "", f"[{name}]", *lines, ""])
    path.write_text(text, encoding="utf-8")
    try:
        return registry.entry(name, path)
    except InputError as error:
        error.file = None  # of a file that will be gone
        raise


def _toml(value: object) -> str:
    """Write a value as TOML on one line."""
    if isinstance(value, Mapping):
        pairs = [
            f"{key if BARE_KEY.fullmatch(key) else json.dumps(key)} = {_toml(item)}"
            for key, item in value.items()
        ]
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _validated(raw: Mapping[Path, pd.DataFrame], dataset: Dataset) -> pd.DataFrame:
    """Check every table against the schema; return all rows, without `fast`, which `dr` tells."""
    tables = [validated(frame, dataset, datasets.place(path)) for path, frame in raw.items()]
    table = pd.concat(tables, ignore_index=True).drop(columns="fast").astype({"system": str})
    absent = [system for system in dataset.systems if system not in set(table["system"])]
    if absent:
        rule = "every system of the data set has windows"
        raise InputError(f"there is no row of {absent[0]}", column="system", rule=rule)
    return table


def _card(dataset: Dataset, table: pd.DataFrame) -> str:
    """Say in Markdown what the data set is."""
    ions = table.groupby("system", sort=False)["idx"].nunique()
    rows = "\n".join(f"| {system} | {count} |" for system, count in ions.items())
    return f"""# {dataset.name}: {dataset.title}

Origin: {dataset.origin}. Licence: {dataset.licence}.

`{WINDOWS_FILE}`: {len(table):,} windows of {dataset.window:g} {dataset.time_unit}, one row per Li+
and window; columns as in `../README.md`, partners {", ".join(dataset.partners)}. Checksum and
settings are in `../registry.toml`.

| system | Li+ |
| --- | --- |
{rows}
"""


def remarks(dataset: Dataset, folder: Path) -> list[str]:
    """Say what is unusual about a new data set and may be a mistake.

    Parameters
    ----------
    dataset : Dataset
    folder : Path
        In which its own folder lies.
    """
    path = folder / dataset.folder / dataset.windows_file
    windows = Windows(datasets.read(path, dataset), dataset, dataset.file(path.name).sha256)
    said = []
    if windows.table["dr"].max() < SHORT:
        farthest = windows.table["dr"].max()
        said.append(f"no ion moves further than {farthest:g}: lengths are in angstrom, not in nm?")
    out_of_step = timing.succession(windows)
    if out_of_step is not None:
        said.append(f"{out_of_step.reason} What compares windows in time uses those that adjoin.")
    return said
