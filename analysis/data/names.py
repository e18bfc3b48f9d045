"""What partners, systems and descriptors may be called: text that is nobody's markup.

Names stand in tables, captions, figures and sentences, and those of partners make the columns of
the table.
"""

import re

from press import InputError

NAME = re.compile(r"[^\W_](?:[\w .,:=%+()-]*[\w%+)])?")
MARKUP = re.compile(r"(?<![^\W_])_|_(?![^\W_])|--|\.\.\.|  ")  # would be read as something else
RULE = (
    "letters and digits, and between them '_', or one blank or any of . , : = % + ( ) -, so that"
    " no name is read as markup"
)
SUFFIXES = ("-2", "-flip")
OWN = ("t", "Steps", "Event", "idx", "dx", "dy", "dz", "dr", "d", "fast", "system")


def require_name(kind: str, name: str) -> None:
    """Refuse a name that is not plain text.

    >>> require_name("system", "PEO 20:1 (LiTFSI)")
    """
    if not isinstance(name, str) or not NAME.fullmatch(name) or MARKUP.search(name):
        raise InputError(f"a {kind} is called {name!r}", rule=RULE, advice="rename it in the table")


def require_partner(name: str) -> None:
    """Refuse a partner whose columns would be taken for others of the table."""
    require_name("partner", name)
    if name in OWN or name.endswith(SUFFIXES):
        taken = (
            f"'{name}' is a column of its own" if name in OWN else f"it ends as columns do: {name}"
        )
        raise InputError(
            f"a partner is called '{name}', but {taken}",
            rule=f"a partner X names the columns X, X-flip, X-2 and X-2-flip; it ends in none of"
            f" {', '.join(SUFFIXES)} and is none of {', '.join(OWN)}",
            advice="rename the partner and its columns",
        )
