"""Whether sentences of the chapters rest on claims that the data of an edition refute.

A bare mark, ``{python} claims.NAME(windows, seed)``, stands behind a sentence that asserts its
claim; `claims.NAME.sentence` takes itself back. The verdicts are those of the committed ledger.
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from press import InputError

MARK = re.compile(r"\bclaims\.(\w+)\(")
FENCE = re.compile(r"^:{3,}\s*(\S.*)?$")
PROFILE = re.compile(r"""\.content-(visible|hidden)\s+when-profile=["'](\w+)["']""")
REFUTED = "does not hold"


def verdicts(root: Path, edition: str) -> dict[str, str]:
    """Read the verdict of each claim from the committed ledger of an edition.

    Raises
    ------
    InputError
        If the edition has not been rendered, or the ledger holds no claims.
    """
    path = root / "tables" / edition / f"claims-{edition}.csv"
    if not path.is_file():
        rule = "a ledger is written when the chapter that shows it is rendered"
        raise InputError(f"the edition {edition} has no ledger of claims", file=path, rule=rule)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [re.sub(r"\{.*|[\[\]]", "", row["Claim"]) for row in rows]
    return {name.replace("-", "_"): row["Verdict"] for name, row in zip(names, rows, strict=True)}


def marks(text: str, edition: str) -> Iterator[tuple[int, str]]:
    """Yield the line and name of each bare mark that an edition shows.

    Examples
    --------
    >>> list(marks("Ions return `{python} claims.ions_return(w)`.", "cg"))
    [(1, 'ions_return')]
    """
    hidden: list[bool] = []
    for number, line in enumerate(text.splitlines(), start=1):
        fence = FENCE.match(line)
        if fence and fence[1]:
            hidden.append(_hides(fence[1], edition))
        elif fence:
            hidden = hidden[:-1]
        elif not any(hidden):
            yield from ((number, name) for name in MARK.findall(line))


def _hides(attributes: str, edition: str) -> bool:
    """Tell whether a block with these attributes is not shown in an edition."""
    condition = PROFILE.search(attributes)
    return condition is not None and (condition[1] == "visible") != (condition[2] == edition)


def unsupported(root: Path, edition: str) -> Iterator[str]:
    """Yield, for each sentence that rests on a refuted claim, where it stands and which it is."""
    known = verdicts(root, edition)
    for path in sorted([*root.glob("*.qmd"), *root.glob("chapters/*.qmd")]):
        for line, name in marks(path.read_text(encoding="utf-8"), edition):
            if REFUTED in known.get(name, ""):
                place = f"{path.relative_to(root)}:{line}"
                yield f"{place}: the claim '{name}' does not hold in the edition {edition}"
