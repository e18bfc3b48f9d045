"""What ``thesis status`` prints."""

import json
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from press.book import lookup
from press.ground.errors import InputError
from press.provenance.store import read_record, store_folder
from press.status.staleness import FRESH, STALE, SUPERSEDED, State

HEADINGS = {"chapter": "chapters", "result": "stored results", "table": "tables", "sweep": "sweeps"}
REASONS = 5
WIDTH = 100
ADVICE = "`thesis render` brings chapters up to date, `thesis clean --stale` removes old results"


def report(states: list[State]) -> Iterator[str]:
    """Write what is stale with its reasons, line by line, and what is fresh in few lines."""
    for kind, heading in HEADINGS.items():
        mine = [state for state in states if state.kind == kind]
        if not mine:
            continue
        counts = Counter(state.state for state in mine)
        counted = ", ".join(f"{counts[s]} {s}" for s in (FRESH, STALE, SUPERSEDED) if counts[s])
        yield f"{heading}: {counted}"
        yield from _lines(mine)
    if any(state.state == STALE for state in states):
        yield ADVICE


def _lines(states: Iterable[State]) -> Iterator[str]:
    fresh: dict[str, Counter] = defaultdict(Counter)
    for state in states:
        if state.state == STALE:
            yield f"  stale  {title(state)}"
            yield from (f"           {reason}" for reason in state.reasons[:REASONS])
            if len(state.reasons) > REASONS:
                more = len(state.reasons) - REASONS
                yield f"           and {more} reasons more, see --explain {_explainable(state)}"
        elif state.state == FRESH:
            group, name = _place(state)
            fresh[group][name] += 1
    for group, names in fresh.items():
        listed = [f"{name} ({count})" if count > 1 else name for name, count in names.items()]
        yield from textwrap.wrap(
            ", ".join(listed),
            WIDTH,
            initial_indent=f"  fresh  {group}",
            subsequent_indent=" " * 9,
            break_long_words=False,
            break_on_hyphens=False,
        )


def _place(state: State) -> tuple[str, str]:
    """Say among which things a thing is listed, and how it is called there."""
    path = Path(state.name)
    if state.kind == "chapter":
        return f"{state.key}: " if state.key else "", path.stem
    return ("", state.name) if state.kind == "result" else (f"{path.parent}: ", path.name)


def _explainable(state: State) -> str:
    return state.key[:8] if state.kind == "result" else state.name


def title(state: State) -> str:
    """Name a thing so that a person can tell it from its like."""
    if state.kind == "chapter":
        return f"{state.name} [{state.key}]" if state.key else state.name
    if state.kind != "result":
        return state.name
    given = ", ".join(f"{name}={_short(value)}" for name, value in _arguments(state).items())
    return f"{state.name}({given})  {state.key[:8]}"


def _arguments(state: State) -> Mapping[str, str]:
    return state.record["arguments"]


def _short(words: str) -> str:
    return words if len(words) <= 30 else f"{words[:27]}..."


def as_json(states: list[State]) -> str:
    """Write everything for programs."""
    entries = [
        {
            "kind": state.kind,
            "name": state.name,
            "key": state.key,
            "state": state.state,
            "reasons": list(state.reasons),
            "arguments": dict(state.record.get("arguments", {})),
        }
        for state in states
    ]
    return json.dumps(entries, indent=1, ensure_ascii=False)


def called(states: list[State], wanted: str) -> list[State]:
    """Find what a person named.

    Parameters
    ----------
    states : list of State
        Everything.
    wanted : str
        Name of a function (or the end of it), beginning of a result's key, a chapter as
        `press.book.lookup.chapter_named` takes it, a table.

    Raises
    ------
    press.InputError
        Nothing is called that, and the message has the nearest name, or several functions are.
    """
    found = [state for state in states if _is_called(state, wanted)]
    functions = list(dict.fromkeys(state.name for state in found if state.kind == "result"))
    if len(functions) > 1:
        raise InputError(
            f"'{wanted}' may be {' or '.join(functions)}", advice="give more of the name"
        )
    if found:
        return found
    names = {alias: alias for state in states for alias in _aliases(state)}
    names |= {alias.lower(): alias for alias in names}
    near = get_close_matches(wanted.lower(), names, n=1, cutoff=0.5)
    raise InputError(
        f"nothing is called '{wanted}'",
        rule="a function, the beginning of a result's key, a chapter or a table",
        advice=f"did you mean '{names[near[0]]}'?" if near else "`thesis status` lists everything",
    )


def explain(states: list[State], wanted: Iterable[State]) -> Iterator[str]:
    """Print the chain behind things: reasons, arguments, source, data, results.

    Parameters
    ----------
    states : list of State
        Everything.
    wanted : iterable of State
        Those to explain, as `called` finds them.
    """
    by_key = {(state.name, state.key): state for state in states if state.kind == "result"}
    users = _users(states)
    for state in wanted:
        yield from _explained(state, by_key, users, "")


def _is_called(state: State, wanted: str) -> bool:
    return wanted in _aliases(state) or (
        state.kind == "result" and len(wanted) >= 4 and state.key.startswith(wanted)
    )


def _aliases(state: State) -> set[str]:
    if state.kind == "result":
        parts = state.name.split(".")
        return {".".join(parts[start:]) for start in range(len(parts))}
    if state.kind == "chapter":
        return lookup.names_of(state.name)
    path = Path(state.name)
    return {state.name, path.name, path.stem}


def _explained(state: State, by_key: dict, users: dict, indent: str) -> Iterator[str]:
    record = state.record
    yield f"{indent}{state.state}  {title(state)}"
    inner = indent + "    "
    yield from (f"{inner}because {reason}" for reason in state.reasons)
    if state.kind == "result":
        yield from (f"{inner}{name} = {value}" for name, value in _arguments(state).items())
        yield f"{inner}computed {record['computed']} in {record['seconds']:.1f} s"
    depends_on = record.get("depends_on", record)
    modules = ", ".join(depends_on.get("modules", {}))
    packages = ", ".join(f"{n} {v}" for n, v in depends_on.get("packages", {}).items())
    if modules:
        yield f"{inner}source   {modules}"
    if packages:
        yield f"{inner}packages {packages}"
    for path in record.get("inputs", {}):
        yield f"{inner}data     {path}"
    for user in users.get((state.name, state.key), ()):
        yield f"{inner}used by  {user}"
    for used in _results_of(state):
        if used in by_key:
            yield f"{inner}from"
            yield from _explained(by_key[used], by_key, {}, inner + "  ")
        else:
            yield f"{inner}from {used[0]}, whose result {used[1][:8]} is not in the store any more"


def _results_of(state: State) -> list[tuple[str, str]]:
    """Give the stored results that were used, each once, in order."""
    used = state.record.get("results", [])
    if state.kind not in ("chapter", "result"):
        return []
    pairs = ((u["function"], u["key"]) if isinstance(u, dict) else tuple(u) for u in used)
    return list(dict.fromkeys(pairs))


def _users(states: list[State]) -> dict[tuple[str, str], list[str]]:
    users = defaultdict(list)
    for state in states:
        for used in _results_of(state):
            users[used].append(title(state))
    return users


def clean(root: Path, states: list[State]) -> Iterator[str]:
    """Remove stale and superseded results, and what killed processes left behind.

    Yields
    ------
    str
        What was removed: results of one function for one reason on a line.
    """
    folder = store_folder(root)
    removed: dict[tuple[str, str], list[State]] = defaultdict(list)
    for state in states:
        if state.kind == "result" and state.state != FRESH:
            path = folder / state.name / f"{state.key}.json"
            for suffix in (".json", ".joblib", ".lock"):  # without its record a result is gone
                path.with_suffix(suffix).unlink(missing_ok=True)
            removed[state.name, state.reasons[0]].append(state)
    for (name, reason), gone in removed.items():
        what = title(gone[0]) if len(gone) == 1 else f"{len(gone)} results of {name}"
        yield f"removed {what}: {reason}"
    for path in [p for pattern in ("*/.*", "*/*.json", "*/*.joblib") for p in folder.glob(pattern)]:
        key = path.name.lstrip(".").partition(".")[0]
        is_whole = not path.name.startswith(".") and _is_record(path.with_suffix(".json"))
        if not is_whole and _is_abandoned(path.parent / f"{key}.lock"):
            path.unlink(missing_ok=True)
            (path.parent / f"{key}.lock").unlink(missing_ok=True)
            yield f"removed {path.name}, which is damaged or was left by a process that was killed"
    for path in folder.glob("*"):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _is_record(path: Path) -> bool:
    try:
        return bool(read_record(path))
    except (FileNotFoundError, ValueError):
        return False


def _is_abandoned(lock: Path) -> bool:
    """Tell whether nobody computes the result that the lock stands for."""
    import filelock

    try:
        with filelock.FileLock(lock, timeout=0):
            return True
    except filelock.Timeout:
        return False
