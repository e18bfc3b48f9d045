"""Verification finds planted changes, and says where."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from press.provenance.arguments import as_data

from analysis import commands
from analysis.data import datasets
from analysis.explore import summary, surroundings
from analysis.learn.case import Case
from analysis.report import spread
from analysis.verify import verification
from press import InputError, outputs


@pytest.fixture(scope="module")
def cg():
    """Load the data set that is part of the project."""
    return datasets.load("cg")


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Write to an empty folder, whose tables are those that are verified."""
    monkeypatch.delenv("PRESS_RUN_DIR", raising=False)
    for function in (verification.editions, verification.tables):
        monkeypatch.setattr(function, "__defaults__", (tmp_path / "tables",))
    return replace(outputs(SimpleNamespace(edition="cg", changes={})), root=tmp_path)


@pytest.fixture
def committed(book, cg):
    """Write one true table as a chapter does; return it."""
    book.save_table("mobility", summary.mobility, cg, decimals=2)
    return book.root / "tables/cg/mobility.csv"


def verify(*words):
    """Run the command."""
    return CliRunner().invoke(commands.verify, words)


def alter(record, **change):
    """Change what a record says."""
    record.write_text(json.dumps(json.loads(record.read_text()) | change))


def test_a_true_table_passes(committed):
    """Nothing differs, and the command ends with 0."""
    assert list(verification.differences(committed)) == []
    result = verify("cg")
    assert result.exit_code == 0
    assert result.output.startswith("cg: 1 tables checked (stored results used where code")
    assert result.output.endswith("unchanged), 0 differences\n")


@pytest.mark.parametrize("system", ["B2T1", "B8T5"])
@pytest.mark.parametrize("place", [1, -1])
def test_a_planted_change_is_found(committed, system, place):
    """In the first and last row and column; the command says how to accept it and ends with 1."""
    lines = [line.split(",") for line in committed.read_text().splitlines()]
    row = next(line for line in lines if line[0] == system)
    column, was = lines[0][place], row[place]
    row[place] = f"{float(was or 0) + 0.05:.2f}"
    committed.write_text("".join(",".join(line) + "\n" for line in lines))
    result = verify()
    assert result.exit_code == 1
    place = f"mobility.csv: row '{system}', column '{column}': expected {row[place]}, found {was}"
    assert place in result.output
    assert "2 differences" in result.output and "to accept" in result.output


@pytest.mark.parametrize(
    ("suffix", "content", "words"),
    [
        (".csv", None, "expected a table beside its record, found none"),
        (".json", None, "expected a record mobility.json of how it was made, found none"),
        (".json", b"{", "its record cannot be read"),
        (".json", b"\xff", "its record cannot be read"),
        (".json", b"[]", "its record does not say the function"),
        (".csv", b"\xff", "expected a table in CSV"),
        (".csv", b"", "column 'System': expected none, found this column"),
    ],
)
def test_a_missing_or_damaged_file_is_a_difference(committed, suffix, content, words):
    """Nothing is passed over because there is nothing to compare it with."""
    path = committed.with_suffix(suffix)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    result = verify("cg")
    assert result.exit_code == 1
    assert words in result.output


def test_a_table_that_nothing_made_is_a_difference(committed):
    """So is one that was put beside the others."""
    (committed.parent / "more.csv").write_text("a\n1\n")
    assert "more.csv: expected a record more.json" in verify().output


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"function": "analysis.explore.summary.gone"},
            "analysis.explore.summary.gone exists no more",
        ),
        ({"function": "analysis.gone.gone"}, "exists no more"),
        ({"function": "os.getcwd"}, "not a function of analysis"),
        ({"data": {"windows": "nowhere sha256:0"}}, "no data set nowhere"),
        ({"data": {"windows": "cg sha256:0"}}, "its data have changed since"),
        ({"data": {"windows": 3}}, "not as rendering writes it"),
        ({"parameters": {"sead": 0}}, "other parameters than its record names"),
        ({"parameters": {"seed": {"words": "[0, 1..."}}}, "in words only"),
        ({"rounding": None}, "does not say the rounding"),
        ({"rounding": {"digits": 3}}, "not as rendering writes it"),
    ],
)
def test_what_cannot_be_made_again_is_a_difference(committed, change, reason):
    """A record that is out of date is reported with its reason."""
    alter(committed.with_suffix(".json"), **change)
    (difference,) = verification.differences(committed)
    assert reason in difference.found
    assert verify().exit_code == 1


def test_a_coarser_record_hides_nothing(committed):
    """Who loosens the digits in the record must round the table too."""
    rounding = {"digits": None, "decimals": 0}
    alter(committed.with_suffix(".json"), rounding=rounding)
    assert len(list(verification.differences(committed))) > 12


def test_data_that_are_not_here_are_said(book, committed, cg, monkeypatch):
    """The only reason to leave tables out, said once: their data are not on this machine."""
    book.save_table("more", summary.mobility, cg, decimals=2)
    monkeypatch.setattr(datasets, "find", lambda dataset, file: None)
    result = verify()
    assert result.exit_code == 1
    assert result.output.startswith("cg: 0 tables checked")
    assert "checksums compared (cg: 2): the data set cg is not on this machine" in result.output
    committed.write_text(committed.read_text().replace("0", "1", 1))
    assert "expected sha256" in verify().output


def test_tables_of_other_data_are_made_again_too(book, cg):
    """The sweep and the maps are loaded by the modules of the functions."""
    book.save_table("stands", spread.stands, spread.load())
    book.save_table("overlaps", surroundings.compared, surroundings.load(), cg)
    result = verify()
    assert "cg: 2 tables checked" in result.output and "0 differences" in result.output


CASE = "analysis.learn.case.Case"


@pytest.mark.parametrize(
    "value",
    [Case("classification", "structure", seed=3), (1, [2.5, "a"]), {"a": (None, True)}, "x", 1e-9],
)
def test_arguments_come_back_as_they_were(value):
    """A record holds them as data, through JSON and back."""
    said = json.loads(json.dumps(as_data(value)))
    assert verification._value("given", said) == value


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({CASE: {"task": "regression", "split": "ions"}}, "split is 'ions'"),
        ({CASE: {"tusk": "regression"}}, "not as rendering writes it"),
        ({"words": "function f"}, "in words only: function f"),
        ({"os.system": {"command": "true"}}, "os.system is no dataclass of analysis"),
        ({"analysis.learn.models.model": {"name": "svm"}}, "is no dataclass of analysis"),
        ({"tuple": [1], "dict": []}, "not as rendering writes it"),
    ],
)
def test_an_argument_that_cannot_be_made_again(said, reason):
    """Names that exist no more, words, and whatever else than a dataclass of the analysis."""
    with pytest.raises(verification.Unmade, match=reason):
        verification._value("case", said)


def test_the_help_keeps_its_list():
    """What counts as agreement stands line by line, and no control character is printed."""
    lines = [line.strip() for line in verify("--help").output.splitlines()]
    assert "word     is equal." in lines
    assert not any("\\b" in line or "\b" in line for line in lines)


def test_unknown_edition(committed):
    """An edition without tables is refused with those that have some."""
    with pytest.raises(InputError, match="one of cg"):
        verification.tables("gone")
