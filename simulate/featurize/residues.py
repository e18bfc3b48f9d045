"""Whether the residues of a topology tell the members of a coordination partner apart."""

import numpy as np

LAMMPS = ("DATA", "LAMMPSDUMP")  # whose molecule 0 means: of no molecule


def merged(group, ions) -> str:
    """Say why counting residues would count several members as one, or nothing if it would not.

    Parameters
    ----------
    group, ions : MDAnalysis.AtomGroup
        The coordinating atoms of a partner, and the ions, each of which is a member of its own.
    """
    if len(group) < 2:
        return ""
    if len(np.unique(group.resindices)) == 1:
        return "all its atoms are in one residue"
    shared = np.bincount(ions.resindices).max()
    if shared > 1 and np.isin(group.ix, ions.ix).any():
        return f"{shared} ions are in one residue"
    if _of_no_molecule(group) > 1:
        return f"{_of_no_molecule(group)} of its atoms are in molecule 0, which is none"
    if _apart(group):
        return "a residue holds atoms that no bonds connect"
    return ""


def _of_no_molecule(group) -> int:
    """Count the atoms that a LAMMPS file puts into no molecule."""
    from_lammps = _topology_format(group.universe) in LAMMPS
    return int((group.resids == 0).sum()) if from_lammps and hasattr(group, "resids") else 0


def _topology_format(universe) -> str:
    """Return the format of the topology, or "" for a universe made without a file."""
    name = str(universe.filename or "").rsplit(".", 1)[-1]
    return str(universe.kwargs.get("topology_format") or name).upper()


def _apart(group) -> bool:
    """Tell whether a residue holds atoms of the group from several bonded fragments."""
    if not hasattr(group, "fragindices") or not len(group.universe.bonds):
        return False
    pairs = np.stack([group.resindices, group.fragindices], axis=1)
    residues = np.unique(pairs, axis=0)[:, 0]
    return len(np.unique(residues)) < len(residues)
