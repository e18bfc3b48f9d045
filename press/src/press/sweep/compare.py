"""The runs of a sweep side by side: one tidy table, one figure, and where they come from.

The result of a sweep that a thesis shows is committed: ``sweeps/NAME.csv`` beside
``sweeps/NAME.yml``, with its provenance in ``sweeps/NAME.json``. `press.swept` reads it in a
chapter, and ``thesis status`` tells when the sweep file or the chapters' code have changed.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from typing import Any

import pandas as pd

from press.door.outputs import picture
from press.ground.errors import InputError
from press.ground.files import write_if_changed
from press.provenance.seal import sealed
from press.sweep.plan import Run
from press.sweep.reached import code_of
from press.sweep.runs import DONE, FAILED, MANIFEST, UNDONE, Good, read_record

_ENDED = {FAILED: "failed", UNDONE: "did not end"}


@dataclass(frozen=True)
class Comparison:
    """The collected runs of a sweep.

    Attributes
    ----------
    table : DataFrame
        A row per row of each run's table, with the run's chapter, edition and parameters before
        it (those that differ between runs).
    settings : list of str
        The columns that say which run a row is of.
    provenance : dict
        Sweep, source, data and how many runs ended how; no clock and no commit.
    columns : dict
        What the sweep file says to draw: ``value``, ``across``, ``by``; empty if another table
        than the one that it names was asked for.
    left_out : list of str
        How many runs are not in the table, and why: they failed, did not end, or wrote none.
    """

    table: pd.DataFrame
    settings: list[str]
    provenance: dict
    columns: dict[str, str]
    left_out: list[str]


def collect(folder: Path, root: Path, table: str | None = None) -> Comparison:
    """Read what the runs of a sweep wrote.

    Parameters
    ----------
    folder : Path
        Folder of the sweep.
    root : Path
        Folder of the book.
    table : str, optional
        Name of the table; by default the one that the sweep file names, or the only one.

    Raises
    ------
    press.InputError
        The folder holds no sweep, no run ended well, runs are stale, or none wrote such a table.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{folder} holds no sweep", advice="thesis sweep SWEEP.yml") from error
    done = [run for run in manifest["runs"] if run["status"] == DONE]
    _refuse_stale(done, manifest, folder, root)
    files = {run["folder"]: _tables(folder / run["folder"]) for run in done}
    names = sorted({name for found in files.values() for name in found})
    columns = dict(manifest["compare"])
    named = columns.pop("table", None)
    wanted = table or named or (names[0] if len(names) == 1 else None)
    if wanted not in names:
        raise InputError(
            f"no run wrote a table '{wanted}'" if wanted else "the runs wrote several tables",
            rule=f"tables: {', '.join(names) or 'none, for no run ended well'}",
            advice="--table NAME",
        )
    all_settings = _settings(done)
    parts = [
        _part(run, files[run["folder"]][wanted], all_settings)
        for run in done
        if wanted in files[run["folder"]]
    ]
    tidy = pd.concat(parts, ignore_index=True)
    settings = [c for c in all_settings if c in tidy]
    tidy = tidy[[*settings, *(c for c in tidy if c not in settings)]]
    constant = [c for c in ("chapter", "edition") if tidy[c].nunique() == 1]
    return Comparison(
        tidy.drop(columns=constant),
        [c for c in settings if c not in constant],
        _provenance(manifest, wanted, root),
        columns if wanted == (named or wanted) else {},
        _left_out(manifest["runs"], files, wanted),
    )


def _refuse_stale(done: list[dict], manifest: Mapping, folder: Path, root: Path) -> None:
    """Refuse runs that `--resume` would do again: what they wrote is not what the code says."""
    is_good = Good(root)
    stale = [
        run
        for run in done
        if not is_good(
            Run(run["chapter"], run["edition"], run["parameters"]),
            read_record(folder / run["folder"]),
        )
    ]
    if stale:
        raise InputError(
            f"{len(stale)} of {len(manifest['runs'])} runs are stale",
            file=folder,
            rule="code, data, parameters and versions are still those that the runs were done with",
            advice=f"thesis sweep {manifest['file']} --resume, which does these runs again",
        )


def _tables(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted(folder.glob("tables/*/*.csv"))}


def _settings(runs: Iterable[Mapping]) -> list[str]:
    names = dict.fromkeys(name for run in runs for name in run["parameters"])
    return ["chapter", "edition", *names]


def _part(run: Mapping, path: Path, settings: Iterable[str]) -> pd.DataFrame:
    """Read the table of a run, with its settings before it; a column of that name is renamed."""
    table = pd.read_csv(path)
    given = {"chapter": run["chapter"], "edition": run["edition"], **run["parameters"]}
    table = table.rename(columns={name: f"{name} (table)" for name in settings})
    for name, value in reversed(given.items()):
        shown: Any = value if isinstance(value, str | Real) else str(value)
        table.insert(0, name, shown)
    return table


def _left_out(runs: list[Mapping], files: Mapping[str, Mapping], wanted: str) -> list[str]:
    """Say how many runs are not in the table, and why.

    Of a sweep of several chapters, those of which no run wrote the table are not meant.
    """
    writing = {run["chapter"] for run in runs if wanted in files.get(run["folder"], ())}
    reasons = Counter(
        _ENDED.get(run["status"], f"wrote no table '{wanted}'")
        for run in runs
        if run["status"] != DONE
        or (run["chapter"] in writing and wanted not in files[run["folder"]])
    )
    return [
        f"{n} of {len(runs)} runs {reason}, and {'is' if n == 1 else 'are'} not in the table"
        for reason, n in reasons.items()
    ]


def _provenance(manifest: Mapping, table: str, root: Path) -> dict:
    data = {name: sha for run in manifest["runs"] for name, sha in run["data"].items()}
    chapters = sorted({(run["chapter"], run["edition"]) for run in manifest["runs"]})
    steps, modules = code_of(root, chapters)
    return {
        "sweep": manifest["file"],
        "sweep_sha256": manifest["sha256"],
        "table": table,
        "chapters": [list(pair) for pair in chapters],
        "steps": steps,
        "modules": modules,
        "inputs": dict(sorted(data.items())),
        "runs": dict(sorted(Counter(run["status"] for run in manifest["runs"]).items())),
    }


def write(comparison: Comparison, figure, target: Path) -> list[Path]:
    """Write table, figure and provenance beside each other; an unchanged file is not touched.

    Parameters
    ----------
    target : Path
        The table's file; the others have its name.
    """
    csv = comparison.table.to_csv(index=False, lineterminator="\n").encode()
    provenance = comparison.provenance | {"sha256": hashlib.sha256(csv).hexdigest()}
    files = {
        ".csv": csv,
        ".svg": picture(figure, "svg", target.stem),
        ".png": picture(figure, "png", target.stem),
        ".json": sealed(provenance, indent=2, sort_keys=True) + b"\n",
    }
    for suffix, content in files.items():
        write_if_changed(target.with_suffix(suffix), content)
    return [target.with_suffix(suffix) for suffix in files]
