"""What a function returns when the data set cannot answer the question."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Absence:
    """An explained absence: falsy, and a chapter shows its sentence.

    Parameters
    ----------
    reason : str
        One sentence that tells a reader why there is no result.

    Examples
    --------
    >>> score = Absence("The data set has no polymer descriptors.")
    >>> bool(score)
    False
    >>> print(score)
    The data set has no polymer descriptors.
    """

    reason: str

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return self.reason

    def _repr_markdown_(self) -> str:
        return f"*{self.reason}*"
