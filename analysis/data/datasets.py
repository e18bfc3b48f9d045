"""Finding, checking and reading the data sets of the registry."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from analysis.data import registry
from analysis.data.headers import require_header
from analysis.data.registry import REGISTRY, DataFile, Dataset
from analysis.data.windows import Windows, schema, validated
from press import InputError, record_input

CACHE = "li-dynamics-thesis"
DOWNLOAD_TIMEOUT = 15  # seconds without an answer


def load(name: str, *, raw: bool = False) -> Windows:
    """Load the windows of a data set of the registry; see `load_entry`.

    Raises
    ------
    InputError
        For an unknown name, besides the errors of `load_entry`.
    """
    return load_entry(registry.entry(name), raw=raw)


def load_entry(dataset: Dataset, *, raw: bool = False) -> Windows:
    """Load the windows of a data set, checked against checksums and schema.

    Parameters
    ----------
    dataset : Dataset
        What the registry says about it.
    raw : bool
        Whether to read the files of single systems instead of the whole table; both hold the same.

    Returns
    -------
    Windows

    Raises
    ------
    InputError
        For files that cannot be found or reached, and files that are not what the registry or the
        schema says.
    """
    if raw:
        table, sha256 = _load_raw(dataset)
    else:
        file = dataset.file(dataset.windows_file)
        table, sha256 = read(fetch(dataset, file), dataset), file.sha256
    return Windows(table, dataset, sha256, _conductivity(dataset))


def _load_raw(dataset: Dataset) -> tuple[pd.DataFrame, str]:
    """Read the files of single systems; return their table and one checksum over theirs."""
    if not dataset.raw_files:
        raise InputError(
            f"data set '{dataset.name}' has no files of single systems",
            advice=f"load its whole table: datasets.load('{dataset.name}')",
        )
    files = [dataset.file(path) for path in dataset.raw_files]
    tables = [
        read_raw(fetch(dataset, file), system, dataset)
        for file, system in zip(files, dataset.systems, strict=True)
    ]
    sha256 = hashlib.sha256("".join(file.sha256 for file in files).encode()).hexdigest()
    return pd.concat(tables, ignore_index=True), sha256


def _conductivity(dataset: Dataset) -> pd.Series | None:
    """Read the conductivity by system, in the order of the systems, where the data set has it."""
    source = dataset.conductivity
    if source is None:
        return None
    path = fetch(dataset, dataset.file(source.file))
    values = pd.read_csv(path)[source.column].to_numpy(float)
    return pd.Series(values, index=pd.Index(dataset.systems, name="system"), name="conductivity")


def folders(dataset: Dataset) -> list[Path]:
    """Return the folders in which a data set may lie, in the order of the search.

    They are the one below `THESIS_DATA_DIR`, the project's own below `data`, the user's cache.
    """
    chosen = os.environ.get("THESIS_DATA_DIR")
    parents = [Path(chosen)] if chosen else []
    return [parent / dataset.folder for parent in (*parents, REGISTRY.parent, cache())]


def cache() -> Path:
    """Return the user's cache of this project's data sets."""
    import pooch

    return Path(pooch.os_cache(CACHE))


def find(dataset: Dataset, file: DataFile) -> Path | None:
    """Return where a file lies on this machine, if it does."""
    paths = [folder / file.path for folder in folders(dataset)]
    return next((path for path in paths if path.is_file()), None)


def fetch(dataset: Dataset, file: DataFile) -> Path:
    """Return where a checked file lies, after downloading it if it lies nowhere.

    Raises
    ------
    InputError
        When the file can be had nowhere, or is not the registered one.
    """
    path = find(dataset, file) or _download(dataset, file)
    check(dataset, file, path)
    record_input(path, file.sha256)
    return path


def check(dataset: Dataset, file: DataFile, path: Path):
    """Refuse a file that is not the registered one.

    An altered or truncated table mostly breaks a rule of the schema, and the row that does says
    more than a checksum; therefore the schema speaks first.
    """
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found == file.sha256:
        return
    advice = (
        f"the file is truncated or altered ({len(content)} bytes, registered are {file.bytes}): "
        "copy or download it again"
    )
    if dataset.remake:
        advice += (
            f"; if you made the data again: thesis data remake {dataset.name} DIR compares them"
        )
    try:
        _read_as_registered(dataset, file, path)
    except InputError as error:
        error.advice = advice
        raise
    raise InputError(
        f"is not the registered file, its sha256 is {found}",
        file=path,
        rule=f"sha256 {file.sha256}",
        advice=advice,
    )


def _read_as_registered(dataset: Dataset, file: DataFile, path: Path):
    """Read a file as what the registry calls it, for the errors in it."""
    if file.path == dataset.windows_file:
        read(path, dataset)
    elif file.path in dataset.raw_files:
        read_raw(path, dataset.systems[dataset.raw_files.index(file.path)], dataset)


def _download(dataset: Dataset, file: DataFile) -> Path:
    """Bring a file from the data set's public home into the cache."""
    if not dataset.url:
        raise _unreachable(dataset, file, "it has no public address")
    import pooch

    address = f"{dataset.url}/{file.remote or file.path}"
    target = cache() / dataset.folder / file.path
    try:
        pooch.retrieve(
            address,
            known_hash=f"sha256:{file.sha256}",
            fname=target.name,
            path=target.parent,
            downloader=pooch.HTTPDownloader(timeout=DOWNLOAD_TIMEOUT),
        )
    except OSError as error:  # requests' errors are OSErrors
        reason = f"{address} cannot be reached ({type(error).__name__})"
        raise _unreachable(dataset, file, reason) from None
    except ValueError:  # how pooch tells another checksum
        reason = f"what came from {address} has not the sha256 {file.sha256}"
        raise _unreachable(dataset, file, reason) from None
    return target


def _unreachable(dataset: Dataset, file: DataFile, reason: str) -> InputError:
    places = ", ".join(str(folder) for folder in folders(dataset))
    return InputError(
        f"data set '{dataset.name}': '{file.path}' is not on this machine, and {reason}",
        rule=f"it lies in one of {places}",
        advice=(
            f"with a copy in DIR: `thesis data add {dataset.name} --from DIR`, "
            f"or set THESIS_DATA_DIR to the folder that holds '{dataset.folder}'"
        ),
    )


def read(path: Path, dataset: Dataset) -> pd.DataFrame:
    """Read a `.csv` or `.parquet` file and validate it, see `analysis.data.windows.validated`."""
    table = read_part(path, dataset)
    absent = [system for system in dataset.systems if system not in set(table["system"])]
    if absent:
        rule = "every system of the data set has windows"
        raise InputError(f"there is no row of {absent[0]}", file=path, column="system", rule=rule)
    return table


def read_part(path: Path, dataset: Dataset) -> pd.DataFrame:
    """Read and validate windows of a data set, of all its systems or of some."""
    return validated(parse(path), dataset, place(path))


def parse(path: Path) -> pd.DataFrame:
    """Read a `.csv` or `.parquet` file as it is."""
    readers = {".csv": _read_csv, ".parquet": pd.read_parquet}
    suffix = Path(path).suffix
    if suffix not in readers:
        raise InputError("is no table", file=path, rule=f"one of {', '.join(readers)}")
    frame = _parsed(path, readers[suffix])
    require_header(Path(path), frame)
    return frame


def place(path: Path) -> Callable[[int], dict]:
    """Return a function from the number of a row, from 0, to the file and line of that row."""
    first_line = 2 if Path(path).suffix == ".csv" else 1
    return lambda row: {"file": path, "line": row + first_line}


def read_raw(path: Path, system: str, dataset: Dataset) -> pd.DataFrame:
    """Read and validate one system's file, which has neither header, `fast` nor `system`."""
    frame = _parsed(path, lambda path: pd.read_csv(path, sep=r"\s+", header=None))
    columns = [column.name for column in schema(dataset) if column.name not in ("fast", "system")]
    if frame.shape[1] != len(columns):
        rule = f"{len(columns)} columns: {', '.join(columns)}"
        raise InputError(f"has {frame.shape[1]} columns", file=path, rule=rule)
    frame = frame.set_axis(columns, axis=1).assign(system=system)
    return validated(frame, dataset, lambda row: {"file": path, "line": row + 1})


def _read_csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, skip_blank_lines=False, low_memory=False)


def _parsed(path: Path, reader: Callable[[Path], pd.DataFrame]) -> pd.DataFrame:
    """Parse a file; tell the reader's complaints in our words."""
    try:
        return reader(Path(path))
    except FileNotFoundError as error:
        raise InputError("there is no such file", file=path) from error
    except (ValueError, OSError) as error:  # pandas and arrow raise subclasses of these
        reason = str(error).strip()
        raise InputError(f"cannot be read as a table: {reason}", file=path) from error


def add(dataset: Dataset, source: Path) -> Sequence[Path]:
    """Copy a data set's files from a folder into the cache, after checking every one.

    Parameters
    ----------
    dataset : Dataset
        What to add.
    source : Path
        A folder with the layout of the registry or of the data set's public home.

    Returns
    -------
    list of Path
        The files in the cache.

    Raises
    ------
    InputError
        When a file is missing or is not the registered one; then nothing is copied.
    """
    found = []
    for file in dataset.files:
        candidates = [Path(source) / path for path in (file.path, file.remote) if path]
        path = next((path for path in candidates if path.is_file()), None)
        if path is None:
            rule = f"the folder holds {', '.join(file.path for file in dataset.files)}"
            raise InputError(f"'{file.path}' is missing", file=source, rule=rule)
        check(dataset, file, path)
        found.append(path)
    return [
        _copied(path, cache() / dataset.folder / file.path)
        for path, file in zip(found, dataset.files, strict=True)
    ]


def _copied(source: Path, target: Path) -> Path:
    """Copy in one step, so that nobody sees half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.{os.getpid()}.part")
    partial.write_bytes(source.read_bytes())
    os.replace(partial, target)
    return target


def verify(dataset: Dataset) -> Iterator[str]:
    """Check every file of a data set and the agreement of its raw files with its table.

    Parameters
    ----------
    dataset : Dataset
        What to check; nothing is downloaded.

    Yields
    ------
    str
        What was found to be good.

    Raises
    ------
    InputError
        At the first file that is missing or is not the registered one, and when the raw files
        hold another table.
    """
    for file in dataset.files:
        path = find(dataset, file)
        if path is None:
            raise _unreachable(dataset, file, "checking downloads nothing")
        check(dataset, file, path)
        yield f"{path}: {file.bytes} bytes, sha256 {file.sha256}"
    windows = load_entry(dataset)
    yield f"{len(windows.table)} rows obey the schema"
    if dataset.raw_files:
        _require_equal(windows, load_entry(dataset, raw=True))
        yield f"{len(dataset.raw_files)} raw files hold the same rows"


def _require_equal(windows: Windows, raw: Windows):
    """Refuse raw files that hold another table."""
    difference = windows.table.compare(raw.table) if len(windows.table) == len(raw.table) else None
    if difference is None or not difference.empty:
        row = "another number of rows" if difference is None else f"row {difference.index[0] + 1}"
        raise InputError(
            f"data set '{windows.dataset.name}': raw files and table differ: {row}",
            rule="raw files and table hold the same rows",
        )
