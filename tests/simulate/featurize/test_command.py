"""The command `thesis featurize` on a small trajectory in files."""

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from press import InputError

mda = pytest.importorskip("MDAnalysis", reason="needs the extra 'trajectories'")
from simulate.featurize.command import featurize  # noqa: E402

BOX = [12.0, 12.0, 12.0, 90.0, 90.0, 90.0]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Two Li+ and six O on random walks through seven frames: a topology, a trajectory."""
    folder = tmp_path_factory.mktemp("trajectory")
    rng = np.random.default_rng(0)
    steps = rng.normal(0, 0.4, (7, 8, 3)).cumsum(axis=0) + rng.uniform(0, 12, (8, 3))
    made = mda.Universe.empty(8, 8, atom_resindex=np.arange(8), trajectory=True)
    made.add_TopologyAttr("name", ["LI"] * 2 + ["O"] * 6)
    made.add_TopologyAttr("resname", ["LIT"] * 2 + ["ETH"] * 6)
    made.load_new(steps.astype(np.float32), dimensions=np.tile(BOX, (7, 1)))
    made.atoms.write(folder / "system.gro")
    with mda.Writer(str(folder / "run.dcd"), 8) as writer:
        for _ in made.trajectory:
            writer.write(made.atoms)
    return folder / "system.gro", folder / "run.dcd", steps


def arguments(files, output, *changes):
    """Words of a good call, with changes at their end."""
    shell = ["--shell", "EO", "name O", "3", "5"]
    words = [*map(str, files[:2]), "--li", "name LI", *shell, "--frame-time", "1", *changes]
    return [*words, "-o", str(output)]


def call(*words):
    """Run the command; its own errors pass through."""
    return CliRunner().invoke(featurize, [*words], catch_exceptions=False)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_table_is_written(files, tmp_path, suffix):
    """Two ions in three windows; displacements are those of the walk, to the stated decimals."""
    output = tmp_path / f"windows{suffix}"
    done = call(*arguments(files, output, "--window", "2", "--system", "walk"))
    assert done.exit_code == 0
    assert "6 rows, 2 ions in 3 windows of 2 ps, from 7 of 7 frames" in done.output
    rows = pd.read_csv(output) if suffix == ".csv" else pd.read_parquet(output)
    moved = (files[2][2::2, :2] - files[2][:-1:2, :2]).reshape(-1, 3)
    np.testing.assert_allclose(rows[["dx", "dy", "dz"]], moved, atol=0.001)
    assert set(rows["system"]) == {"walk"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (["--li", "name NA"], "finds no atom"),
        (["--li", "nme LI"], "selection 'nme LI'"),
        (["--shell", "EO", "name O", "3", "5"], "EO given twice"),
        (["--shell", "LI", "name LI", "5", "3"], "radii 5.0 and 3.0"),
        (["--window", "7"], "7 frames are too few"),
    ],
)
def test_bad_input_is_refused_and_nothing_written(files, tmp_path, changes, message):
    """The error says what was wrong; no file is left."""
    with pytest.raises(InputError, match=message):
        call(*arguments(files, tmp_path / "windows.parquet", "--window", "2", *changes))
    assert not list(tmp_path.iterdir())


def test_unreadable_files_and_outputs(files, tmp_path):
    """A topology that is none, an output that is no table, a folder that does not exist."""
    for output in (tmp_path / "windows.xlsx", tmp_path / "absent" / "windows.parquet"):
        with pytest.raises(InputError, match="cannot write|folder does not exist"):
            call(*arguments(files, output, "--window", "2"))
    broken = tmp_path / "broken.gro"
    broken.write_text("no topology\n")
    with pytest.raises(InputError, match="cannot be opened"):
        call(*arguments((broken, files[1]), tmp_path / "windows.csv", "--window", "2"))
