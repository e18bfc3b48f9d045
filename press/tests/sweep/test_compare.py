"""Runs side by side."""

import json

import pytest
from press.book import lookup
from press.book import project as projects
from press.execution import executions
from press.sweep import compare
from press.sweep.figure import figure_of

from press import InputError

RUNS = [
    {"split": "ion", "seed": 0, "scores": "model,R2\nridge,0.5\nforest,0.6\n"},
    {"split": "ion", "seed": 1, "scores": "model,R2\nridge,0.4\nforest,0.7\n"},
    {"split": "time", "seed": 0, "scores": "model,R2\nridge,0.1\nforest,0.2\n"},
]


CHAPTER = """# One

```{python}
#| tags: [parameters]
split = "random"
seed = None
```
"""


@pytest.fixture
def sweep(tmp_path):
    """Write the folder of a finished sweep of a small book."""
    (tmp_path / "_quarto.yml").write_text(
        "project: {type: book, execute-dir: project}\n"
        "book: {title: B, chapters: [index.qmd, one.qmd]}\n"
    )
    (tmp_path / "index.qmd").write_text("# P\n")
    (tmp_path / "one.qmd").write_text(CHAPTER)
    project = projects.load(tmp_path)
    described = executions.described(project, lookup.chapters_of(project)["one.qmd"], {})
    record = {"depends_on": described, "inputs": {}, "written": {}, "outputs": []}
    entries = []
    for number, run in enumerate(RUNS):
        folder = tmp_path / "sweep" / f"run{number}" / "tables" / "cg"
        folder.mkdir(parents=True)
        (folder / "scores.csv").write_text(run["scores"])
        parameters = {name: run[name] for name in ("split", "seed") if name in run}
        depends_on = described | {"parameters": {n: repr(v) for n, v in parameters.items()}}
        (folder.parents[1] / "run.json").write_text(
            json.dumps({"status": "done", "record": record | {"depends_on": depends_on}})
        )
        entries.append(
            {
                "folder": f"run{number}",
                "chapter": "one.qmd",
                "edition": "",
                "parameters": parameters,
                "status": "done",
                "data": {"windows.csv": "ab"},
            }
        )
    entries.append({**entries[0], "folder": "run9", "status": "failed"})
    manifest = {"name": "s", "file": "s.yml", "sha256": "x", "compare": {}, "runs": entries}
    (tmp_path / "sweep" / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path


def test_the_table_is_tidy(sweep):
    """Parameters are columns before those of the table; what never differs is left out."""
    found = compare.collect(sweep / "sweep", sweep)
    assert list(found.table.columns) == ["split", "seed", "model", "R2"]
    assert found.table.iloc[3].tolist() == ["ion", 1, "forest", 0.7]
    assert found.settings == ["split", "seed"]
    assert found.provenance["runs"] == {"done": 3, "failed": 1}
    assert found.provenance["inputs"] == {"windows.csv": "ab"}


def test_writing_twice_changes_nothing(sweep):
    """Table, figure and provenance are the same every time."""
    found = compare.collect(sweep / "sweep", sweep)

    def write():
        figure = figure_of(found, None, None, None)
        paths = compare.write(found, figure, sweep / "sweeps" / "s.csv")
        return {path.suffix: path.stat().st_mtime_ns for path in paths}

    assert write() == write()


def test_what_is_not_in_the_table_is_told(sweep):
    """A run that failed, one that did not end, one that wrote no such table."""
    path = sweep / "sweep" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["runs"].append({**manifest["runs"][0], "folder": "run8", "status": "missing"})
    path.write_text(json.dumps(manifest))
    (sweep / "sweep" / "run2" / "tables" / "cg" / "scores.csv").unlink()
    assert compare.collect(sweep / "sweep", sweep).left_out == [
        "1 of 5 runs wrote no table 'scores', and is not in the table",
        "1 of 5 runs failed, and is not in the table",
        "1 of 5 runs did not end, and is not in the table",
    ]


@pytest.mark.parametrize(
    ("table", "options", "words"),
    [
        ("nothing", {}, "tables: scores"),
        (None, {"value": "R3"}, "no column 'R3' for --value"),
        (None, {"across": "fold"}, "no column 'fold' for --across"),
        (None, {"across": "splt"}, "did you mean 'split'?"),
        (None, {"value": "model"}, "columns of numbers: seed, R2"),
    ],
)
def test_unknown_names(sweep, table, options, words):
    """The known ones are listed."""
    with pytest.raises(InputError) as caught:
        found = compare.collect(sweep / "sweep", sweep, table)
        figure_of(found, **{"value": None, "across": None, "by": None, **options})
    assert words in str(caught.value)
