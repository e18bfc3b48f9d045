"""The one door out."""

import base64
import json
from types import SimpleNamespace

import pandas as pd
import pytest
from matplotlib.figure import Figure

from press import Absence, Carried, InputError, outputs

WINDOWS = SimpleNamespace(fingerprint="paec sha256:" + "ab" * 32)


def scores(windows, seed=0):
    """Make a small table."""
    return pd.DataFrame({"R2": [0.123456, -0.5]}, index=pd.Index(["a", "b"], name="model"))


def line(windows):
    """Draw a small figure."""
    figure = Figure(figsize=(3, 2))
    figure.subplots().plot([1, 2])
    return figure


def absent(windows):
    """Explain that there is nothing."""
    return Absence("The data set has no such thing.")


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Stand in the root of an empty book."""
    (tmp_path / "_quarto.yml").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PRESS_RUN_DIR", raising=False)
    return tmp_path


def study(**changes):
    """Make the study of an edition."""
    return SimpleNamespace(edition="paec", changes=changes)


def files(folder):
    """List the files below a folder."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def test_a_table_is_written_and_shown(book):
    """The CSV, its provenance, and what the chapter shows."""
    shown = outputs(study()).save_table("scores", scores, WINDOWS, seed=3)
    assert files(book) == ["_quarto.yml", "tables/paec/scores.csv", "tables/paec/scores.json"]
    assert (book / "tables/paec/scores.csv").read_text() == "model,R2\na,0.123\nb,-0.500\n"
    provenance = json.loads((book / "tables/paec/scores.json").read_text())
    assert provenance["function"].endswith("test_outputs.scores")
    assert provenance["data"] == {"windows": WINDOWS.fingerprint}
    assert provenance["parameters"] == {"seed": 3}
    ((data, _),) = shown.parts
    assert "| a | 0.123 |\n| b | −0.500 |" in data["text/markdown"]
    assert '::: {.provenance .content-visible when-format="html"}' in data["text/markdown"]
    assert "[CSV](/tables/paec/scores.csv)" in data["text/markdown"]
    assert "sha256:abababab…" in data["text/markdown"]


MACHINE = {"shift": 0.0}


def measured(windows):
    """Make a table whose last digits depend on the machine."""
    return pd.DataFrame({"Score": [0.5 + MACHINE["shift"]], "Of": [12]})


@pytest.mark.parametrize(
    ("shift", "left"),
    [(0.0004, "0.500,12"), (0.0011, "0.500,12"), (0.0021, "0.502,12"), (-0.0021, "0.498,12")],
)
def test_a_table_that_was_reproduced_is_left(book, monkeypatch, shift, left):
    """One unit of the last digit is the machine's: the file stays, and the page shows it."""
    outputs(study()).save_table("measured", measured, WINDOWS)
    before = (book / "tables/paec/measured.json").read_bytes()
    monkeypatch.setitem(MACHINE, "shift", shift)
    ((data, _),) = outputs(study()).save_table("measured", measured, WINDOWS).parts
    assert (book / "tables/paec/measured.csv").read_text() == f"Score,Of\n{left}\n"
    assert f"| {left.replace(',', ' | ')}" in " ".join(data["text/markdown"].split())
    same = (book / "tables/paec/measured.json").read_bytes() == before
    assert same == (left == "0.500,12")


def test_a_table_of_other_data_is_written_however_near(book, monkeypatch):
    """The same numbers from other data have another record, and nothing is left of the old."""
    outputs(study()).save_table("measured", measured, WINDOWS)
    monkeypatch.setitem(MACHINE, "shift", 0.0011)
    outputs(study()).save_table("measured", measured, SimpleNamespace(fingerprint="other"))
    assert "0.501" in (book / "tables/paec/measured.csv").read_text()


def test_a_figure_is_written_and_shown(book):
    """Picture, data and provenance; the picture shows in both formats at its size in inches."""
    shown = outputs(study()).save_figure("line", line, WINDOWS)
    folder = book / "thesis_figures/paec"
    assert files(folder) == ["line.csv", "line.json", "line.png", "line.svg"]
    (data, metadata), (provenance, _) = shown.parts
    assert data["image/svg+xml"] == (folder / "line.svg").read_text()
    assert base64.b64decode(data["image/png"]) == (folder / "line.png").read_bytes()
    assert metadata == {"image/png": {"width": 288}}
    assert "<text" in data["image/svg+xml"]
    assert "test_outputs.line" in provenance["text/markdown"]
    links = "[CSV](/thesis_figures/paec/line.csv) · [SVG](/thesis_figures/paec/line.svg)"
    assert links in provenance["text/markdown"]
    assert f'title="{WINDOWS.fingerprint}"' in provenance["text/markdown"]


def carried(windows):
    """Leave the table to the edition that has the data."""
    return Carried("paec")


def test_a_table_is_carried_over_with_its_record(book):
    """The copy says what the original says: function, data, source, rounding; the page, whose."""
    outputs(study()).save_table("scores", scores, WINDOWS, digits={"R2": 2})
    other = outputs(SimpleNamespace(edition="cg", changes={}))
    ((data, _),) = other.save_table("scores", carried, WINDOWS).parts
    for suffix in (".csv", ".json"):
        original = (book / "tables/paec/scores").with_suffix(suffix).read_bytes()
        assert (book / "tables/cg/scores").with_suffix(suffix).read_bytes() == original
    assert "| a | 0.12 |\n| b | −0.50 |" in data["text/markdown"]
    assert "Carried over from the edition `paec`: computed by `" in data["text/markdown"]
    assert "test_outputs.scores`, windows `paec sha256:abababab…`" in data["text/markdown"]
    assert "[CSV](/tables/cg/scores.csv)" in data["text/markdown"]
    record = json.loads(original)
    assert record["rounding"] == {"digits": {"R2": 2}, "decimals": None}


def test_a_table_that_is_nowhere_cannot_be_carried_over(book):
    """The page says which edition has it; a damaged record is refused."""
    out = outputs(SimpleNamespace(edition="cg", changes={}))
    ((data, _),) = out.save_table("scores", carried, WINDOWS).parts
    assert "edition paec, which has not been rendered" in data["text/markdown"]
    outputs(study()).save_table("scores", scores, WINDOWS)
    (book / "tables/paec/scores.json").write_text("{")
    with pytest.raises(InputError, match="record of a table cannot be read"):
        out.save_table("scores", carried, WINDOWS)


def test_the_default_parameters_are_written_down(book):
    """A parameter left at its default is part of the provenance too."""
    outputs(study()).save_table("scores", scores, WINDOWS)
    assert json.loads((book / "tables/paec/scores.json").read_text())["parameters"] == {"seed": 0}


def test_a_second_render_changes_nothing(book):
    """Unchanged files are not written again, figures included."""

    def render():
        out = outputs(study())
        out.save_table("scores", scores, WINDOWS)
        out.save_figure("line", line, WINDOWS)
        return {name: (book / name).stat().st_mtime_ns for name in files(book)}

    assert render() == render()


def test_other_parameters_go_to_a_run(book):
    """Changed parameters never touch the edition's own tables; each set has its folder."""
    outputs(study(seed=3)).save_table("scores", scores, WINDOWS)
    outputs(study(seed=4)).save_table("scores", scores, WINDOWS)
    assert not (book / "tables").exists()
    assert len(list((book / "_runs").glob("*/tables/paec/scores.csv"))) == 2


def test_the_run_folder_can_be_given(book, monkeypatch):
    """PRESS_RUN_DIR sends everything to a folder below the root."""
    monkeypatch.setenv("PRESS_RUN_DIR", "_runs/x")
    shown = outputs(study()).save_table("scores", scores, WINDOWS)
    assert files(book) == [
        "_quarto.yml",
        "_runs/x/tables/paec/scores.csv",
        "_runs/x/tables/paec/scores.json",
    ]
    assert "[CSV](/_runs/x/tables/paec/scores.csv)" in shown.parts[0][0]["text/markdown"]


def test_a_run_apart_from_the_book_has_no_link(book, tmp_path_factory, monkeypatch):
    """An absolute folder takes the files; a page of the book cannot link there."""
    apart = tmp_path_factory.mktemp("apart")
    monkeypatch.setenv("PRESS_RUN_DIR", str(apart))
    shown = outputs(study()).save_table("scores", scores, WINDOWS)
    assert files(apart) == ["tables/paec/scores.csv", "tables/paec/scores.json"]
    assert "CSV" not in shown.parts[0][0]["text/markdown"]


def test_the_root_is_found_from_below(book, monkeypatch):
    """A notebook opened in a subfolder writes to the same place."""
    (book / "chapters").mkdir()
    monkeypatch.chdir(book / "chapters")
    outputs(study()).save_table("scores", scores, WINDOWS)
    assert (book / "tables/paec/scores.csv").exists()


def test_an_absence_is_shown_and_leaves_no_old_file(book):
    """The sentence is shown; what an earlier render wrote under the name is removed."""
    out = outputs(study())
    out.save_table("scores", scores, WINDOWS)
    shown = out.save_table("scores", absent, WINDOWS)
    assert shown.parts[0][0]["text/markdown"] == "*The data set has no such thing.*"
    assert files(book) == ["_quarto.yml"]
    assert out.save_figure("line", absent, WINDOWS).parts == shown.parts


def test_an_interactive_figure_has_a_print_version(book):
    """The website gets Plotly's figure, print the drawing; one output holds both."""
    import plotly.graph_objects as go

    def drawing(windows):
        return go.Figure(go.Scatter(y=[1, 2]))

    shown = outputs(study()).save_figure("line", line, WINDOWS, interactive=drawing)
    data, _ = shown.parts[0]
    assert data["application/vnd.plotly.v1+json"]["data"][0]["type"] == "scatter"
    assert {"image/svg+xml", "image/png"} <= data.keys()


@pytest.mark.parametrize("name", ["", "../x", "a b", "a/b", ".x", "x.csv"])
def test_bad_names_are_refused(book, name):
    """A name cannot leave its folder or carry a suffix; nothing is written."""
    with pytest.raises(InputError, match="cannot name a file"):
        outputs(study()).save_table(name, scores, WINDOWS)
    assert files(book) == ["_quarto.yml"]


def test_wrong_returns_are_refused(book):
    """A figure is no table and a table no figure."""
    with pytest.raises(InputError, match="returned a Figure"):
        outputs(study()).save_table("x", line, WINDOWS)
    with pytest.raises(InputError, match="returned a DataFrame"):
        outputs(study()).save_figure("x", scores, WINDOWS)
    assert files(book) == ["_quarto.yml"]


def test_an_unwritable_folder_is_a_clear_error(book):
    """The error names the file."""
    (book / "tables").write_text("a file where a folder should be")
    with pytest.raises(InputError, match="cannot write"):
        outputs(study()).save_table("scores", scores, WINDOWS)


def test_outputs_are_recorded(book, monkeypatch):
    """Every written file is announced with its function."""
    monkeypatch.setenv("PRESS_RECORD", str(book / "events"))
    outputs(study()).save_table("scores", scores, WINDOWS)
    events = [json.loads(line) for line in (book / "events").read_text().splitlines()]
    assert [event["path"] for event in events] == [
        str(book / "tables/paec/scores.csv"),
        str(book / "tables/paec/scores.json"),
    ]
    assert {event["kind"] for event in events} == {"output"}
