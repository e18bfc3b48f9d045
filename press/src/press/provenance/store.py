"""Results of pure functions, kept on disk.

The key of a result is made of everything that can change it: the function's name, its arguments,
the source of everything that the function and its arguments' types can reach
(`press.provenance.dependencies` states the rule), the versions of the third-party packages that
this names, and the version of Python. A result is given out only while what it read is what it
was (`press.provenance.origin` has the list). So a stale result is never
served; it stays on disk, where ``thesis status`` explains it and ``thesis clean --stale`` removes
it.

On disk a result is ``FUNCTION/KEY.joblib`` (the value) and ``FUNCTION/KEY.json`` (its record,
written last and with a checksum: without a record there is no result). A result is kept only if
code and inputs are after computing what they were before. It is read only if it is the user's own
or root's, or if ``PRESS_TRUST_STORE`` says that others are trusted too: reading runs what its
writer wanted. A lock per key lets two processes that want the same result compute it once.
"""

import functools
import hashlib
import inspect
import json
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from press.ground.errors import InputError
from press.ground.files import cannot_write, write_atomically
from press.provenance import arguments, dependencies, loaded, tracing
from press.provenance.dependencies import OWN_PACKAGE
from press.provenance.origin import Present, located
from press.provenance.recording import Recording, record_named, record_result, recording
from press.provenance.seal import opened, sealed

P = ParamSpec("P")
R = TypeVar("R")

FORMAT = 2
"""Raised by one when older entries must not be read any more; it speaks for the store's package,
which is no part of a result's source."""

TRUST = "PRESS_TRUST_STORE"
"""Set by who trusts the results that other users keep in a shared store."""

COMPRESSION = ("zlib", 3)


class StoreWarning(UserWarning):
    """Something about the store that a person should know; the result is right all the same."""


def stored(function: Callable[P, R]) -> Callable[P, R]:
    """Keep the results of a pure function on disk, and compute each of them once.

    The function must be defined at the top of a module (its name is part of the key), must
    depend on nothing but its arguments and the data files it announces with `record_input`, and
    must return something that can be pickled. Arguments are plain values
    (see `press.provenance.arguments`), arrays, tables, frozen dataclasses, or objects with a
    `fingerprint`.

    Results lie in ``.press/store`` beside the function's package, or in ``PRESS_STORE``.

    Returns
    -------
    callable
        The function with a memory; ``__wrapped__`` is the one without.

    Raises
    ------
    press.InputError
        By the decorator for a function without a lasting name; by a call for an argument whose
        value the store cannot tell from another, or when the store cannot be written.
    """
    root = _root(function)
    signature = inspect.signature(function)
    loaded.note(function.__module__.partition(".")[0])

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        name = f"{function.__module__}.{function.__qualname__}"
        given = arguments.of_call(signature, args, kwargs, name)
        starts = sorted({name, *given.types})
        closure = dependencies.of_names(starts, [root], without=[OWN_PACKAGE])
        compute = functools.partial(function, *args, **kwargs)
        if _warn_if_not_as_written(name, closure):
            return compute()
        return _fetch(_Call(name, given, starts, closure, root), compute)

    return call


def store_folder(root: Path) -> Path:
    """Give the folder of the results of a project's functions."""
    return Path(os.environ.get("PRESS_STORE") or root / ".press" / "store")


def versions(closure: dependencies.Closure) -> dict[str, str]:
    """Give the versions that a result depends on: of packages, and of Python."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {**closure.packages, "python": python}


@dataclass(frozen=True)
class Record:
    """What is written beside a stored value.

    Attributes
    ----------
    function, key : str
        Whose result, and under which key.
    arguments : dict[str, str]
        Parameter -> its value in words; `arguments_digest` tells values apart.
    starts : list of str
        The function and the types of arguments, from which the source was traced.
    modules, packages, inputs : dict[str, str]
        What it came from (`press.provenance.origin`).
    results : list of [function, key]
        Stored results that were used on the way.
    seconds : float
        How long computing took.
    computed : str
        When, with the offset from UTC.
    sha256, size
        Of the value's file; size in bytes.
    """

    function: str
    key: str
    arguments: dict[str, str]
    starts: list[str]
    modules: dict[str, str]
    packages: dict[str, str]
    inputs: dict[str, str]
    results: list[list[str]]
    seconds: float
    computed: str
    sha256: str
    size: int
    arguments_digest: str = ""
    format: int = FORMAT


@dataclass(frozen=True)
class _Call:
    """One call of a stored function, and the place of its result."""

    function: str
    arguments: arguments.Arguments
    starts: list[str]
    closure: dependencies.Closure
    root: Path

    @functools.cached_property
    def packages(self) -> dict[str, str]:
        return versions(self.closure)

    @functools.cached_property
    def key(self) -> str:
        parts = [FORMAT, self.function, self.arguments.digest, self.closure.digest, self.packages]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]

    @property
    def record_path(self) -> Path:
        return store_folder(self.root) / self.function / f"{self.key}.json"

    @property
    def value_path(self) -> Path:
        return self.record_path.with_suffix(".joblib")


_computing: ContextVar[tuple[str, ...]] = ContextVar("computing", default=())


def _fetch(call: _Call, compute: Callable[[], R]) -> R:
    """Give the stored result, or compute and keep it; one process at a time per key."""
    if call.key in _computing.get():
        raise RecursionError(f"{call.function} calls itself with the same arguments")
    found = _read(call, alone=False)
    if found is None:
        with _lock(call):
            found = _read(call, alone=True)  # another process may have been at it
            if found is None:
                return _compute(call, compute)
    record, value = found
    for path, digest in record.inputs.items():
        record_named(located(path, call.root), digest)
    record_result(call.function, call.key, found=True, seconds=record.seconds)
    return value


def _read(call: _Call, alone: bool) -> tuple[Record, Any] | None:
    """Read a result; None if there is none, if its data changed, or if it is damaged.

    Damage is worth a warning only when no other process can be writing (`alone`).
    """
    import joblib

    try:
        if not _is_trusted(call.value_path):
            return None
        record = read_record(call.record_path)
        if any(Present(call.root).input_changes(record.inputs)):
            return None
        content = call.value_path.read_bytes()
        if hashlib.sha256(content).hexdigest() != record.sha256:
            raise ValueError("its value is not what was written")
        return record, joblib.load(BytesIO(content))
    except FileNotFoundError:
        return None
    except Exception as error:  # whatever a damaged file makes the readers raise
        if alone:
            message = f"a stored result of {call.function} is damaged ({error}): computing it again"
            warnings.warn(message, StoreWarning, stacklevel=4)
        return None


def _compute(call: _Call, compute: Callable[[], R]) -> R:
    tracing.install(call.root)
    before = len(tracing.executed)
    token = _computing.set((*_computing.get(), call.key))
    begin = time.perf_counter()
    try:
        with recording() as used:
            value = compute()
    finally:
        _computing.reset(token)
    seconds = time.perf_counter() - begin
    used.inputs |= _not_followed(call.closure, [*tracing.executed.items()][before:])
    if _held(call, used):
        _write(call, value, used, seconds)
    record_result(call.function, call.key, found=False, seconds=seconds)
    return value


def _not_followed(closure: dependencies.Closure, ran: list[tuple[str, str]]) -> dict[str, str]:
    """Give the modules that were run while computing, to which no import leads: path -> digest."""
    followed = {str(path) for path in closure.files.values()}
    return {path: digest for path, digest in ran if path not in followed}


def _held(call: _Call, used: Recording) -> bool:
    """Whether code and inputs are, after computing, still what they were before."""
    if _warn_if_not_as_written(call.function, call.closure):
        return False
    now = dependencies.of_names(call.starts, [call.root], without=[OWN_PACKAGE])
    changed = [] if now.digest == call.closure.digest else ["its code changed"]
    changed += Present(call.root).input_changes(used.inputs)
    if changed:
        message = f"{call.function}: {changed[0]} while it was computed: the result is not kept"
        warnings.warn(message, StoreWarning, stacklevel=5)
    return not changed


def _is_trusted(value: Path) -> bool:
    """Whether reading a value runs nobody else's code: unpickling can run anything."""
    owner = value.stat().st_uid
    if owner in (os.getuid(), 0) or os.environ.get(TRUST):
        return True
    message = f"{value} belongs to another user: computing again; {TRUST}=1 says that you trust it"
    warnings.warn(message, StoreWarning, stacklevel=5)
    return False


def _write(call: _Call, value: object, used: Recording, seconds: float) -> None:
    content = _pickled(call, value)
    record = Record(
        function=call.function,
        key=call.key,
        arguments=dict(call.arguments.words),
        starts=call.starts,
        modules=dict(call.closure.modules),
        packages=call.packages,
        inputs={Present(call.root).named(name): used.inputs[name] for name in used.inputs},
        results=[list(result) for result in used.results],
        seconds=round(seconds, 3),
        computed=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        arguments_digest=call.arguments.digest,
    )
    try:  # while the value is exchanged there is no result
        call.record_path.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(call.record_path, error) from error
    write_atomically(call.value_path, content, durable=True)
    write_atomically(call.record_path, sealed(asdict(record), indent=1))


def _pickled(call: _Call, value: object) -> bytes:
    import joblib

    buffer = BytesIO()
    try:
        joblib.dump(value, buffer, compress=COMPRESSION)
    except Exception as error:  # pickling runs the value's own code: anything can be raised
        raise InputError(
            f"{call.function} returned a {type(value).__name__}, which cannot be kept: {error}",
            rule="a stored function returns something that can be pickled",
        ) from error
    return buffer.getvalue()


def read_record(path: Path) -> Record:
    """Read the record beside a value.

    Raises
    ------
    FileNotFoundError
        There is no such result.
    ValueError
        The file is no record of this `FORMAT`.
    """
    try:
        record = Record(**opened(path.read_bytes()))
    except TypeError as error:
        raise ValueError(f"{path.name} is no record of a result") from error
    if record.format != FORMAT:
        raise ValueError(f"{path.name} has format {record.format}, not {FORMAT}")
    return record


@contextmanager
def _lock(call: _Call) -> Iterator[None]:
    """Hold the key against other processes and threads; a killed process lets go of it."""
    import filelock

    path = call.record_path.with_suffix(".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(path)
        lock.acquire()
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        yield
    finally:
        lock.release()


def _warn_if_not_as_written(function: str, closure: dependencies.Closure) -> bool:
    edited = loaded.edited(closure.files)
    reasons = [f"{', '.join(edited)} changed on disk after this process loaded it"] * bool(edited)
    altered = loaded.altered(closure.files)
    reasons += [f"{', '.join(altered)} was set by other code than its module's"] * bool(altered)
    for reason in reasons:
        what = f"results of {function} are neither fetched nor kept while that is so"
        warnings.warn(f"{reason}: {what}", StoreWarning, stacklevel=4)
    return bool(reasons)


def _root(function: Callable) -> Path:
    """Give the folder that holds the function's top-level package."""
    root = dependencies.root_of(function.__module__)
    if root is None or "<" in function.__qualname__:
        raise InputError(
            f"{function.__module__}.{function.__qualname__} cannot be stored",
            rule="a stored function is defined at the top of a module that can be imported",
            advice="move it to a module of the project",
        )
    return root
