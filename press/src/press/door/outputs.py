"""The one door out: figures and tables, written with what they were computed from.

``out = outputs(study)`` in a chapter's set-up cell; then ``out.save_figure(...)`` and
``out.save_table(...)`` call a function, write what it returns, and give back what the chapter
displays. With the edition's default parameters the files are ``thesis_figures/EDITION/NAME.svg``,
``.png`` and ``.csv`` (the data that it shows) and ``tables/EDITION/NAME.csv``, each with its
provenance in ``NAME.json``; with other parameters they lie under ``_runs/HASH/``. A file whose
content would not change is not touched.
"""

import base64
import gzip
import hashlib
import inspect
import io
import json
import os
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from press.door.absence import Absence
from press.door.carried import Carried
from press.ground.errors import InputError
from press.ground.files import project_root, write_if_changed
from press.provenance import arguments, dependencies
from press.provenance.dependencies import OWN_PACKAGE
from press.provenance.origin import Present
from press.provenance.recording import record_input, record_output, recording
from press.provenance.seal import opened, sealed

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
DIGEST = re.compile(r"\b([0-9a-f]{8})[0-9a-f]{8,56}\b")
COORDINATES = re.compile(r'(?<= d=")[^"]*|(?<= [xy]=")[^"]*')
HIDDEN_DIGITS = re.compile(r"(\.\d\d)\d+")
LARGEST_CSV = 100_000  # bytes; more data are compressed
PNG_DPI = 200
CSS_DPI = 96  # pixels per inch of a browser
LARGEST_SVG = 1_500_000  # bytes; a larger drawing is shown as PNG, in print too
PLOTLY = "application/vnd.plotly.v1+json"


def outputs(study) -> "Outputs":
    """Open the door for a chapter.

    Parameters
    ----------
    study : object
        With ``edition`` (str) and ``changes`` (dict: parameters that differ from the edition's
        defaults).
    """
    root = project_root()
    run = os.environ.get("PRESS_RUN_DIR") or (
        run_folder(study.edition, study.changes) if study.changes else ""
    )
    return Outputs(study.edition, root, run)


def run_folder(edition: str, changes: Mapping[str, object]) -> str:
    """Name the folder of a render with other than the default parameters, from the root."""
    text = json.dumps([edition, sorted((name, repr(value)) for name, value in changes.items())])
    return f"_runs/{hashlib.sha256(text.encode()).hexdigest()[:12]}"


@dataclass(frozen=True)
class Shown:
    """What a chapter displays: one or more outputs, each in several formats.

    Parameters
    ----------
    parts : tuple of (dict, dict)
        MIME type -> content, and MIME type -> metadata, as Jupyter's display takes them.
    """

    parts: tuple[tuple[dict, dict], ...]

    @classmethod
    def markdown(cls, text: str) -> "Shown":
        """Show a piece of Markdown."""
        return cls((_markdown(text),))

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for data, metadata in self.parts:
            display(data, metadata=metadata, raw=True)


@dataclass(frozen=True)
class Outputs:
    """Writes the figures and tables of one edition.

    Parameters
    ----------
    edition : str
        Name of the edition, a folder below ``tables`` and ``thesis_figures``.
    root : Path
        Folder of the book.
    run : str
        Folder that holds ``tables`` and ``thesis_figures``, from the root: empty for the root
        itself. An absolute one is apart from the book, so that its pages cannot link to it.
    """

    edition: str
    root: Path
    run: str = ""

    def save_figure(
        self, name: str, function: Callable, *args, interactive: Callable | None = None, **kwargs
    ) -> Shown:
        """Draw a figure, write it and show it.

        Parameters
        ----------
        name : str
            Of the files: letters, digits, ``-`` and ``_``.
        function : callable
            Returns a `matplotlib.figure.Figure`, or an `Absence`, whose sentence is shown.
        *args, **kwargs
            What the function is called with.
        interactive : callable, optional
            Called with the same arguments; its `plotly` figure is what the website shows.

        Raises
        ------
        press.InputError
            For a bad name, something else than a figure, or a folder that cannot be written.
        """
        from press.door.drawn import figure_csv  # here: it imports numpy

        target = self._target("thesis_figures", name)
        figure: Any
        figure, provenance = _called(function, args, kwargs)
        if isinstance(figure, Absence):
            return _absent(figure, target, (".csv", ".csv.gz", ".svg", ".png", ".json"))
        if not hasattr(figure, "savefig"):
            raise _wrong_return(name, function, figure, "a matplotlib Figure")
        pictures = {".svg": picture(figure, "svg", name), ".png": picture(figure, "png", name)}
        data_files = _compressed(figure_csv(figure))
        self._write(target, pictures | data_files | {".json": provenance.to_json()}, provenance)

        width = round(figure.get_figwidth() * CSS_DPI)
        data: dict[str, object] = {"image/png": base64.b64encode(pictures[".png"]).decode()}
        if len(pictures[".svg"]) <= LARGEST_SVG:
            data["image/svg+xml"] = pictures[".svg"].decode()
        if interactive is not None:
            drawing = interactive(*args, **kwargs)
            data |= drawing._repr_mimebundle_() or {}
            data[PLOTLY] = json.loads(drawing.to_json())
        data["text/plain"] = f"figure {name}"
        drawn = data, {"image/png": {"width": width}}
        links = self._links(target, [*data_files, *pictures])
        return Shown((drawn, _markdown(provenance.to_markdown(links))))

    def save_table(
        self,
        name: str,
        function: Callable,
        *args,
        digits: int | Mapping[str, int] | None = 3,
        decimals: int | Mapping[str, int] | None = None,
        markdown: Collection[str] = (),
        **kwargs,
    ) -> Shown:
        """Compute a table, write it and show it.

        Parameters
        ----------
        name : str
            Of the files: letters, digits, ``-`` and ``_``.
        function : callable
            Returns a `pandas.DataFrame` whose column names are those to show, an `Absence`, whose
            sentence is shown, or `Carried`, so that the table of another edition is shown. A named
            index is shown.
        *args, **kwargs
            What the function is called with.
        digits : int, or mapping of column to int, or None
            Significant digits of real numbers, in the file and on the page: those that another
            machine reproduces, and no more. Integers stay whole; None writes numbers in full.
        decimals : int, or mapping of column to int, or None
            Decimals of real numbers, where one uncertainty holds for a column; these columns
            need no digits.
        markdown : collection of str
            Columns whose name and cells are Markdown of the author's; all others are text, which
            the page shows sign by sign, whatever the data say.

        Raises
        ------
        press.InputError
            For a bad name, something else than a table, or a folder that cannot be written.
        """
        from press.door.tabulation import from_csv, rounded, to_csv, to_markdown

        target = self._target("tables", name)
        table: Any
        table, provenance = _called(function, args, kwargs)
        if isinstance(table, Absence):
            return _absent(table, target, (".csv", ".json"))
        if isinstance(table, Carried):
            return self._carry(table.edition, target, markdown)
        if not hasattr(table, "columns"):
            raise _wrong_return(name, function, table, "a pandas DataFrame")
        written = rounded(table, digits, decimals)
        provenance = replace(provenance, rounding={"digits": digits, "decimals": decimals})
        csv = to_csv(written).encode()
        if kept := _reproduced(target, csv, provenance):
            csv, written = kept, from_csv(kept.decode())
        provenance = replace(provenance, sha256=hashlib.sha256(csv).hexdigest())
        files = {".csv": csv, ".json": provenance.to_json()}
        self._write(target, files, provenance, is_reproduced=kept is not None)
        line = provenance.to_markdown(self._links(target, [".csv"]))
        return Shown.markdown(f"{to_markdown(written, markdown)}\n\n{line}")

    def _carry(self, edition: str, target: Path, markdown: Collection[str]) -> Shown:
        """Copy the table of another edition with its record, and show it."""
        from press.door.tabulation import from_csv, to_markdown

        source = self.root / "tables" / edition / target.name
        paths = [source.with_suffix(suffix) for suffix in (".csv", ".json")]
        if not all(path.is_file() for path in paths):
            reason = f"This is a table of the edition {edition}, which has not been rendered here."
            return _absent(Absence(reason), target, (".csv", ".json"))
        files = {path.suffix: path.read_bytes() for path in paths}
        for path in paths:
            record_input(path, hashlib.sha256(files[path.suffix]).hexdigest())
        provenance = Provenance.from_json(files[".json"], source.with_suffix(".json"))
        if provenance.sha256 != hashlib.sha256(files[".csv"]).hexdigest():
            raise InputError(
                "this is not the table that its record vouches for",
                file=source.with_suffix(".csv"),
                rule="a table is as rendering wrote it",
                advice=f"render the edition {edition} again",
            )
        self._write(target, files, provenance)
        table = to_markdown(from_csv(files[".csv"].decode()), markdown)
        carried = f"Carried over from the edition `{edition}`: computed"
        line = provenance.to_markdown(self._links(target, [".csv"])).replace("Computed", carried, 1)
        return Shown.markdown(f"{table}\n\n{line}")

    def _target(self, kind: str, name: str) -> Path:
        """Give the path of an output without its suffix."""
        if not NAME.fullmatch(name):
            raise InputError(
                f"{name!r} cannot name a file", rule="letters, digits, '-' and '_' only"
            )
        return self.root / self.run / kind / self.edition / name

    def _links(self, target: Path, suffixes: list[str]) -> str:
        """Give Markdown links to the files of an output, from the root of the book."""
        if Path(self.run).is_absolute():
            return ""
        path = target.relative_to(self.root).as_posix()
        return "".join(f" · [{suffix[1:].upper()}](/{path}{suffix})" for suffix in suffixes)

    def _write(
        self,
        target: Path,
        files: Mapping[str, bytes],
        provenance: "Provenance",
        is_reproduced: bool = False,
    ) -> None:
        for suffix, content in files.items():
            path = target.with_suffix(suffix)
            write_if_changed(path, content)
            data = [*provenance.data.values(), *provenance.inputs.values()]
            digest = hashlib.sha256(content).hexdigest()
            results = provenance.results
            record_output(path, digest, provenance.function, results, data, is_reproduced)


@dataclass(frozen=True)
class Provenance:
    """Where a figure or table comes from, without clock, commit or machine.

    Attributes
    ----------
    function : str
        Dotted name of the function that made it.
    starts : list of str
        The function, the types of its arguments and the functions among them, from which the
        source was traced.
    modules, inputs : dict[str, str]
        What it came from (`press.provenance.origin`).
    data : dict[str, str]
        The arguments that have a fingerprint.
    parameters : dict
        The others, as `press.provenance.arguments.as_data` writes them.
    results : list of (function, key)
        The stored results that were used.
    rounding : dict or None
        The `digits` and `decimals` that a table was written with; None for a figure.
    sha256 : str or None
        Of a table's CSV.
    """

    function: str
    starts: list[str]
    modules: dict[str, str]
    inputs: dict[str, str]
    data: dict[str, str]
    parameters: dict[str, object]
    results: list[tuple[str, str]]
    rounding: dict | None = None
    sha256: str | None = None

    @classmethod
    def from_json(cls, content: bytes, file: Path) -> "Provenance":
        """Read what `to_json` wrote, without the results, whose keys are not in it."""
        try:
            return cls(**opened(content) | {"results": []})
        except (ValueError, TypeError) as error:
            rule = "as rendering wrote it; render the edition again"
            message = f"the record of a table cannot be read: {error}"
            raise InputError(message, file=file, rule=rule) from error

    def to_json(self) -> bytes:
        """Write everything that is the same on every machine; versions are in no key here."""
        content = vars(self) | {"results": sorted({function for function, _ in self.results})}
        said = {name: value for name, value in content.items() if value is not None}
        return sealed(said, indent=2, sort_keys=True, ensure_ascii=False) + b"\n"

    def to_markdown(self, links: str = "") -> str:
        """Say it in one line of a page, `links` at its end; the printed thesis leaves it out."""
        parts = [f"Computed by `{self.function}`"]
        parts += [f"{name} {_shortened(value)}" for name, value in self.data.items()]
        given = ((name, arguments.written(value)) for name, value in self.parameters.items())
        parts += [f"{name} = {_shortened(words)}" for name, words in given]
        line = ", ".join(parts) + links
        return f'::: {{.provenance .content-visible when-format="html"}}\n{line}\n:::'


def _called(function: Callable, args: tuple, kwargs: dict) -> tuple[object, Provenance]:
    """Call a function and note what it used."""
    with recording() as used:
        value = function(*args, **kwargs)
    bound = inspect.signature(function).bind(*args, **kwargs)
    bound.apply_defaults()
    given = bound.arguments
    data = {n: v.fingerprint for n, v in given.items() if _has_fingerprint(v)}
    root = dependencies.root_of(getattr(function, "__module__", None) or "")
    called = [function, *(v if callable(v) else type(v) for v in given.values())]
    starts = sorted({name for name in map(_dotted, called) if name}) if root else []
    reached = dependencies.of_names(starts, [root] if root else [], without=[OWN_PACKAGE])
    return value, Provenance(
        function=_dotted(function),
        starts=starts,
        modules=dict(reached.modules),
        inputs=Present(project_root()).committed(used.inputs),
        data=data,
        parameters={n: arguments.as_data(v) for n, v in given.items() if n not in data},
        results=list(used.results),
    )


def _dotted(called: Callable) -> str:
    name = getattr(called, "__qualname__", type(called).__qualname__)
    return f"{getattr(called, '__module__', None) or ''}.{name}"


def _has_fingerprint(value: object) -> bool:
    return isinstance(getattr(value, "fingerprint", None), str)


def _shortened(text: str) -> str:
    """Write code in Markdown with its digests cut to eight digits, and whole in its title."""
    text = text.replace("`", "'")
    short = DIGEST.sub(r"\1…", text)
    whole = "" if short == text else '{title="' + text.replace('"', "'") + '"}'
    return f"`{short}`{whole}"


def _reproduced(target: Path, csv: bytes, provenance: Provenance) -> bytes | None:
    """Give the table that is there, if this one only differs from it as another machine's would.

    It was then made from the same code, data and parameters, and no number is more than one unit
    of its last printed digit away.
    """
    from press.door import agreement

    try:
        kept = target.with_suffix(".csv").read_bytes()
        record = target.with_suffix(".json").read_bytes()
    except FileNotFoundError:
        return None
    same = replace(provenance, sha256=hashlib.sha256(kept).hexdigest())
    if kept == csv or same.to_json() != record:
        return None
    return kept if agreement.tables_agree(kept.decode(), csv.decode()) else None


def _absent(absence: Absence, target: Path, suffixes: tuple[str, ...]) -> Shown:
    """Show why there is nothing, and leave no file of an earlier render that says otherwise."""
    for suffix in suffixes:
        target.with_suffix(suffix).unlink(missing_ok=True)
    return Shown.markdown(absence._repr_markdown_())


def _wrong_return(name: str, function: Callable, value: object, wanted: str) -> InputError:
    return InputError(
        f"{name}: {function.__qualname__} returned a {type(value).__name__}",
        rule=f"the function returns {wanted} or an Absence",
    )


def _compressed(csv: bytes | None) -> dict[str, bytes]:
    """Give the file of a figure's data by its suffix, small enough to be downloaded by chance."""
    if csv is None:
        return {}
    return {".csv": csv} if len(csv) <= LARGEST_CSV else {".csv.gz": gzip.compress(csv, mtime=0)}


def picture(figure, format: str, name: str) -> bytes:
    """Draw a figure the same way every time: no date, no random identifiers, text as text."""
    import matplotlib

    file = io.BytesIO()
    metadata = {"Date": None} if format == "svg" else {"Software": None}
    with matplotlib.rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        figure.savefig(file, format=format, dpi=PNG_DPI, metadata=metadata)
    return {"svg": _small_svg, "png": _small_png}[format](file.getvalue())


def _small_svg(drawn: bytes) -> bytes:
    """Leave out digits that nobody sees, and name fonts for machines without matplotlib's own."""
    text = COORDINATES.sub(lambda found: HIDDEN_DIGITS.sub(r"\1", found[0]), drawn.decode())
    return text.replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif").encode()


def _small_png(drawn: bytes) -> bytes:
    """Keep 256 colours, more than a drawing has."""
    from PIL import Image

    file = io.BytesIO()
    full = Image.open(io.BytesIO(drawn))
    few = full.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    few.save(file, "png", optimize=True, dpi=full.info["dpi"])
    return file.getvalue()


def _markdown(text: str) -> tuple[dict, dict]:
    return {"text/markdown": text, "text/plain": text}, {}
