"""Verification finds planted changes, and says where."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from analysis import commands, summary, verification
from analysis.case import Case
from press import InputError


@pytest.fixture
def committed(paec, tmp_path, monkeypatch):
    """Commit one true table of the reference data, with its record."""
    folder = tmp_path / "paec"
    folder.mkdir()
    table = summary.mobility(paec).reset_index()
    table.round(3).to_csv(folder / "mobility.csv", index=False, lineterminator="\n")
    record = {
        "function": "analysis.summary.mobility",
        "data": {"windows": paec.fingerprint},
        "parameters": {"seed": "0"},
    }
    (folder / "mobility.json").write_text(json.dumps(record))
    monkeypatch.setattr(verification, "TABLES", tmp_path)
    monkeypatch.setattr(verification.editions, "__defaults__", (tmp_path,))
    monkeypatch.setattr(verification.tables, "__defaults__", (tmp_path,))
    return folder / "mobility.csv"


def test_a_true_table_passes(committed):
    """Nothing differs, and the command ends with 0."""
    assert list(verification.differences(committed)) == []
    result = CliRunner().invoke(commands.verify, ["paec"])
    assert result.exit_code == 0
    assert "1 tables recomputed, 0 cells differ" in result.output


def test_a_planted_change_is_found(committed):
    """The message has file, row, column, both values, and the way to accept; exit code 1."""
    table = pd.read_csv(committed, index_col=0)
    name = table.columns[0]
    table.loc["B4T3", name] += 0.01
    table.to_csv(committed, lineterminator="\n")
    (found,) = verification.differences(committed)
    assert (found.row, found.column) == ("B4T3", name)
    result = CliRunner().invoke(commands.verify, [])
    assert result.exit_code == 1
    assert f"row 'B4T3', column '{name}'" in result.output and "to accept" in result.output


def test_a_missing_row_and_a_renamed_column_are_found(committed):
    """The shape of a table is compared before its cells."""
    lines = committed.read_text().splitlines(keepends=True)
    committed.write_text("".join(lines[:-1]))
    assert next(verification.differences(committed)).expected == "11 rows"
    committed.write_text("".join(["another," + lines[0].split(",", 1)[1], *lines[1:]]))
    assert next(verification.differences(committed)).row == "header"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"function": "analysis.summary.gone"}, "exists no more"),
        ({"function": "os.getcwd"}, "not a function of analysis"),
        ({"data": {"windows": "nowhere sha256:0"}}, "thesis edition new nowhere"),
        ({"data": {"windows": "cg sha256:0"}}, "its data have changed since"),
        ({"parameters": {"sead": "0"}}, "no parameter sead"),
        ({"parameters": {"seed": "[0, 1..."}}, "shortens"),
    ],
)
def test_what_cannot_be_made_again_is_said(committed, change, reason):
    """A record that is out of date is reported with its reason, not passed over."""
    record = committed.with_suffix(".json")
    record.write_text(json.dumps(json.loads(record.read_text()) | change))
    with pytest.raises(verification.NotRecomputed, match=reason):
        list(verification.differences(committed))


@pytest.mark.parametrize("name", ["stands", "isoconfigurational", "overlaps"])
def test_tables_of_other_data_are_made_again_too(name):
    """The sweep, the reruns and the maps are loaded by the modules of the functions."""
    table = verification.TABLES / "cg" / f"{name}.csv"
    assert list(verification.differences(table)) == []


def test_a_case_is_read_from_a_record():
    """It comes back as it was; one whose names exist no more is a reason, not an error."""
    case = Case("classification", "structure", seed=3)
    assert verification._plain("case", repr(case)) == case
    with pytest.raises(verification.NotRecomputed, match="split is 'ions'"):
        verification._plain("case", "Case('regression', 'structure', 'ions', 'quick', 0, None)")


def test_unknown_edition(committed):
    """An edition without tables is refused with those that have some."""
    with pytest.raises(InputError, match="one of paec"):
        verification.tables("gone")
