"""What may be chosen by name or number, and refusing what may not, with the rule."""

from collections.abc import Collection
from difflib import get_close_matches

from press import InputError

SPLITS = ("random", "ion", "time", "system", "row", "column")
BUDGETS = ("quick", "published", "reference")


def require_known(kind: str, name, known: Collection[str]) -> None:
    """Refuse `name` unless it is one of the `known` ones.

    Parameters
    ----------
    kind : str
        What is being named, for the message: "model", "split".
    name : object
        What was given.
    known : collection of str
        The names that exist.

    Raises
    ------
    InputError
        With the known names and the nearest of them.

    Examples
    --------
    >>> require_known("split", "ion", ["random", "ion"])
    """
    if name in known:  # asked first: a catalogue's list is another input than one of its entries
        return
    known = tuple(known)
    near = get_close_matches(str(name), known, n=1)
    raise InputError(
        f"{kind} is {name!r}",
        rule=f"{kind} is one of {', '.join(known)}",
        advice=f"did you mean '{near[0]}'?" if near else None,
    )


def require_seed(seed) -> None:
    """Refuse a seed that is not a whole number from zero on."""
    whole = isinstance(seed, int) and not isinstance(seed, bool)
    if not whole or seed < 0:
        raise InputError(f"seed is {seed!r}", rule="a whole number, not less than zero")


def require_threshold(fast) -> None:
    """Refuse a threshold of `dr` that is neither None nor a length in angstrom above zero."""
    number = isinstance(fast, int | float) and not isinstance(fast, bool)
    if fast is not None and not (number and 0 < fast < float("inf")):
        rule = "a length in angstrom greater than zero, or None for the data set's own"
        raise InputError(f"fast is {fast!r}", rule=rule)
