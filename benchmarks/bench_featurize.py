"""Frames per second and memory of the featurizer: 100 Li+ with 800 partners on one core.

The trajectory is read from a file by MDAnalysis, as in `thesis featurize`. Times are CPU seconds.
"""

import tempfile
import time
import tracemalloc
import warnings
from pathlib import Path

import numpy as np

IONS, ANIONS, CARBONATES = 100, 200, 500  # the other 100 partners are the ions themselves
BOX = 40.0  # angstrom
WINDOW = 100  # steps


def trajectory(frames: int, path: Path):
    """Write a random walk of all atoms and open it."""
    import MDAnalysis as mda

    rng = np.random.default_rng(0)
    count = IONS + ANIONS + CARBONATES
    residues = np.r_[np.arange(IONS), IONS + np.arange(ANIONS) // 2, np.arange(200, 700)]
    made = mda.Universe.empty(count, 700, atom_resindex=residues, trajectory=True)
    positions = rng.uniform(0, BOX, (count, 3))
    made.load_new(positions[None].astype(np.float32), dimensions=[[BOX] * 3 + [90.0] * 3])
    with mda.Writer(str(path), count) as writer:
        for _ in range(frames):
            positions += rng.normal(0, 0.2, positions.shape)
            made.atoms.positions = positions
            writer.write(made.atoms)
    return made.load_new(str(path))


def analysis(universe):
    """Three partners with shells as in the thesis; anions by residue."""
    from simulate.featurize.ionwindows import IonWindows

    atoms = universe.atoms
    ions, anions, carbonates = atoms[:IONS], atoms[IONS:-CARBONATES], atoms[-CARBONATES:]
    shells = {"TFSI": anions, "EC": carbonates, "Li": ions}
    radii = {"TFSI": (4.8, 7.5), "EC": (5.0, 7.5), "Li": (4.2, 7.5)}
    return IonWindows(ions, shells, radii, WINDOW)


def peak_memory(frames: int, path: Path) -> float:
    """Greatest memory that a run takes beyond what was there before, MB."""
    prepared = analysis(trajectory(frames, path))
    tracemalloc.start()
    prepared.run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main():
    """Print speed for 1,000 frames, and peak memory for 201 and 801."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / "walk.dcd"
        prepared = analysis(trajectory(1001, path))
        began = time.process_time()
        prepared.run()
        speed = 1001 / (time.process_time() - began)
        short, long = peak_memory(201, path), peak_memory(801, path)
    print(f"featurizer: {speed:.0f} frames per CPU second (wanted: 500)")
    print(f"featurizer: peak memory {short:.1f} MB for 201 frames, {long:.1f} MB for 801")


if __name__ == "__main__":
    main()
