"""Refusing a name that is not on a list, with the list."""

from collections.abc import Iterable
from difflib import get_close_matches

from press import InputError


def require_known(kind: str, name, known: Iterable[str]) -> None:
    """Refuse `name` unless it is one of the `known` ones.

    Parameters
    ----------
    kind : str
        What is being named, for the message: "model", "split".
    name : object
        What was given.
    known : iterable of str
        The names that exist.

    Raises
    ------
    InputError
        With the known names and the nearest of them.

    Examples
    --------
    >>> require_known("split", "ion", ["random", "ion"])
    """
    known = tuple(known)
    if name in known:
        return
    near = get_close_matches(str(name), known, n=1)
    raise InputError(
        f"{kind} is {name!r}",
        rule=f"{kind} is one of {', '.join(known)}",
        advice=f"did you mean '{near[0]}'?" if near else None,
    )
