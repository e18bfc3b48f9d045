"""A remake against the committed data: the same bytes, averages within errors, and beyond."""

from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from analysis import commands
from analysis.data import datasets, registry, remake
from press import InputError

DATASET = registry.entry("cg")


def write(table, folder):
    """Leave windows in a folder under their registered name."""
    table.to_parquet(folder / DATASET.windows_file, index=False)
    return folder


@pytest.fixture
def windows():
    """Return the committed windows as a table."""
    return datasets.parse(datasets.fetch(DATASET, DATASET.file(DATASET.windows_file)))


def test_the_committed_data_are_known_by_their_bytes(windows, tmp_path):
    """The same rows written otherwise are a remake."""
    folder = datasets.fetch(DATASET, DATASET.file(DATASET.windows_file)).parent
    assert remake.is_committed(DATASET, folder)
    assert not remake.is_committed(DATASET, write(windows.iloc[::-1], tmp_path))


def test_a_remake_with_the_same_averages_agrees(windows, tmp_path):
    """Rows in another order: no difference in any average."""
    compared = remake.compare(DATASET, write(windows.iloc[::-1], tmp_path))
    assert len(compared) == len(DATASET.systems) * len(DATASET.remake)
    assert np.abs(compared["errors"]).max() < 1e-9
    assert remake.differing(compared).empty


def test_some_systems_can_be_compared(windows, tmp_path):
    """Those that were not made again are left out."""
    part = windows[windows["system"] == "B4T3"]
    compared = remake.compare(DATASET, write(part, tmp_path))
    assert set(compared["system"]) == {"B4T3"}


def test_error_by_hand(windows, tmp_path):
    """The error of the difference joins those of ions and of boxes; 30 % off is beyond."""
    slower = windows.assign(**{name: windows[name] * 0.7 for name in ("dx", "dy", "dz", "dr")})
    compared = remake.compare(DATASET, write(slower, tmp_path)).set_index(["system", "quantity"])
    ions = windows[windows["system"] == "B2T1"].groupby("idx")["dr"].mean()
    expected = np.hypot(
        np.hypot(ions.sem(), 0.7 * ions.sem()), np.sqrt(2) * DATASET.remake["dr"] * ions.mean()
    )
    assert compared.loc[("B2T1", "dr"), "error"] == pytest.approx(expected)
    assert set(remake.differing(compared.reset_index())["quantity"]) == {"dr"}


def test_command_says_which(windows, tmp_path):
    """Exit code 0 for the committed data and for a remake that agrees, 1 for one that does not."""
    run = CliRunner().invoke
    write(windows.iloc[::-1], tmp_path)
    same = run(commands.data, ["remake", "cg", str(tmp_path)])
    assert same.exit_code == 0
    assert "a remake, not the committed data; 36 averages compared, 0 beyond" in same.output
    write(windows.assign(EC=windows["EC"] + 1), tmp_path)
    other = run(commands.data, ["remake", "cg", str(tmp_path)])
    assert other.exit_code == 1
    assert "B2T1: mean EC is" in other.output


def test_other_data_sets_are_not_remade(tmp_path):
    """The error says what an entry would need."""
    with pytest.raises(InputError, match="not one to be remade"):
        remake.compare(replace(DATASET, remake={}), tmp_path)
