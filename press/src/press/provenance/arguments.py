"""What the arguments of a call say, as a digest and in words."""

import dataclasses
import enum
import hashlib
import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from press.ground.errors import InputError
from press.ground.files import file_sha256

GOOD_TYPES = (
    "None, bool, int, float, complex, str, bytes, enumerations, the Path of a file, "
    "tuples, lists, dicts and sets of such values, numpy arrays, pandas tables, "
    "frozen dataclasses, and objects with a `fingerprint` attribute (a str)"
)
LONGEST_WORDS = 100


@dataclass(frozen=True)
class Arguments:
    """The arguments of one call, defaults included.

    Attributes
    ----------
    digest : str
        Equal for equal values of equal types, different otherwise (64 hexadecimal digits).
    words : Mapping[str, str]
        Parameter -> its value, for people.
    types : frozenset of str
        The values' types by their dotted names: a function may run their methods.
    """

    digest: str
    words: Mapping[str, str]
    types: frozenset[str]


def of_call(signature: inspect.Signature, args: tuple, kwargs: dict, function: str) -> Arguments:
    """Bind the arguments of a call to the parameters and say what they are.

    Raises
    ------
    TypeError
        The function cannot be called like this.
    press.InputError
        A value has no lasting identity; the message names the argument and the value's type.
    """
    bound = signature.bind(*args, **kwargs)
    bound.apply_defaults()
    speller = _Speller(function)
    words = {}
    for name, value in bound.arguments.items():
        speller.spell(name, name)
        speller.spell(value, name)
        words[name] = in_words(value)
    return Arguments(speller.hash.hexdigest(), words, frozenset(speller.types))


def in_words(value: object) -> str:
    """Describe a value in a few words: its fingerprint, its shape or its short repr."""
    fingerprint = getattr(value, "fingerprint", None)
    if isinstance(fingerprint, str):
        return fingerprint
    shape = getattr(value, "shape", None)
    if shape:
        return f"{type(value).__name__} {' x '.join(str(length) for length in shape)}"
    words = re.sub(r" at 0x[0-9a-f]+", "", repr(value))  # where it lies in memory says nothing
    return words if len(words) <= LONGEST_WORDS else words[: LONGEST_WORDS - 3] + "..."


def as_data(value: Any) -> object:
    """Give a value as JSON holds it, so that it can be made again.

    Plain values and lists stand for themselves; what JSON does not have is an object with one
    key: ``{"tuple": [...]}``, ``{"dict": [[key, value], ...]}``, ``{"module.Class": {field:
    value}}`` for a frozen dataclass. Of anything else it is ``{"words": "..."}``.
    """
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if kind is list:
        return [as_data(item) for item in value]
    if kind is tuple:
        return {"tuple": [as_data(item) for item in value]}
    if kind is dict:
        return {"dict": [[as_data(key), as_data(item)] for key, item in value.items()]}
    if dataclasses.is_dataclass(kind) and _is_frozen(kind):
        fields = {f.name: as_data(getattr(value, f.name)) for f in dataclasses.fields(kind)}
        return {f"{kind.__module__}.{kind.__qualname__}": fields}
    return {"words": in_words(value)}


def _is_frozen(one: Any) -> bool:
    return one.__dataclass_params__.frozen


def written(data: object) -> str:
    """Write what `as_data` gave as one would in Python."""
    if isinstance(data, list):
        return f"[{', '.join(map(written, data))}]"
    if not isinstance(data, dict):
        return repr(data)
    ((kind, content),) = data.items()
    if kind == "words":
        return content
    if kind == "tuple":
        return f"({', '.join(map(written, content))}{',' * (len(content) == 1)})"
    if kind == "dict":
        return f"{{{', '.join(f'{written(key)}: {written(item)}' for key, item in content)}}}"
    return f"{kind.rpartition('.')[2]}({', '.join(map(written, content.values()))})"


@dataclass
class _Speller:
    """Spell values into a hash so that no two different values are spelled alike."""

    function: str
    hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    types: set[str] = field(default_factory=set)

    def spell(self, value: Any, where: str) -> None:
        kind = type(value)
        if value is None or kind in (bool, int, float, complex, str):
            self._word(kind.__name__, repr(value).encode(errors="surrogatepass"))
            return
        if kind in (bytes, bytearray):
            self._word(kind.__name__, bytes(value))
            return
        if kind in (tuple, list):
            self._items(kind.__name__, value, where)
            return
        if kind is dict:
            self._items("dict", [part for pair in value.items() for part in pair], where)
            return
        if kind in (set, frozenset):
            self._set(value, where)
            return
        self.types.add(f"{kind.__module__}.{kind.__qualname__}")
        self._object(value, f"{kind.__module__}.{kind.__qualname__}", where)

    def _object(self, value: Any, kind: str, where: str) -> None:
        package = kind.partition(".")[0]
        if isinstance(getattr(value, "fingerprint", None), str):
            self._word(kind, value.fingerprint.encode())
        elif isinstance(value, enum.Enum):
            self._word(kind, value.name.encode())
        elif dataclasses.is_dataclass(value) and _is_frozen(value):
            fields = [getattr(value, f.name) for f in dataclasses.fields(value)]
            self._items(kind, fields, where)
        elif isinstance(value, Path) and value.is_file():
            self._word(kind, f"{value} {file_sha256(value)}".encode())
        elif package == "numpy" and hasattr(value, "dtype") and hasattr(value, "tobytes"):
            self._array(kind, value, where)
        elif package == "pandas":
            self._pandas(kind, value, where)
        elif isinstance(value, tuple) and hasattr(value, "_fields"):
            self._items(kind, value, where)
        else:
            raise InputError(
                f"{self.function}: argument {where!r} is a {kind}, whose value the store cannot "
                "tell from another",
                rule=f"arguments of a stored function are {GOOD_TYPES}",
                advice="pass plain values, or give the type a `fingerprint` attribute",
            )

    def _array(self, kind: str, value, where: str) -> None:
        self._word(kind, f"{value.dtype} {value.shape}".encode())
        if value.dtype.hasobject or value.dtype.kind == "T":
            self.spell(value.tolist(), where)
        else:
            self._word("bytes", value.tobytes())

    def _pandas(self, kind: str, value, where: str) -> None:
        import pandas as pd

        if isinstance(value, pd.DataFrame):
            self._items(kind, [list(value.columns), value.attrs, value.index], where)
            for position, name in enumerate(value.columns):
                self.spell(value.iloc[:, position].array, f"{where}[{name!r}]")
        elif isinstance(value, pd.Series):
            self._items(kind, [value.name, value.attrs, value.index, value.array], where)
        elif isinstance(value, pd.MultiIndex):
            columns = [value.get_level_values(level) for level in range(value.nlevels)]
            self._items(kind, columns, where)
        elif isinstance(value, pd.Index):
            self._items(kind, [value.name, value.array], where)
        elif isinstance(value, pd.Categorical):
            parts = [value.codes, value.categories, bool(value.ordered)]
            self._items(kind, parts, where)
        elif isinstance(value, pd.api.extensions.ExtensionArray):
            self._word(kind, str(value.dtype).encode())
            self.spell(value.to_numpy(dtype=object).tolist(), where)
        else:  # scalars: Timestamp, Timedelta, NaT, NA, ...
            self._word(kind, repr(value).encode())

    def _set(self, values: set, where: str) -> None:
        digests = []
        for value in values:
            one = _Speller(self.function, types=self.types)
            one.spell(value, where)
            digests.append(one.hash.digest())
        self._word(type(values).__name__, b"".join(sorted(digests)))

    def _items(self, kind: str, values, where: str) -> None:
        self._word(kind, str(len(values)).encode())
        for value in values:
            self.spell(value, where)

    def _word(self, kind: str, content: bytes) -> None:
        self.hash.update(f"{kind} {len(content)} ".encode())
        self.hash.update(content)
