"""What a function returns when its table is that of another edition."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Carried:
    """A table that another edition computes: `Outputs.save_table` copies it with its record.

    So the copy says which function made it, from which data: those of the other edition.

    Parameters
    ----------
    edition : str
        Whose table of the same name it is.
    """

    edition: str
