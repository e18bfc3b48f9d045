"""Chapters of which one reads what another writes."""

import json
import os

import pytest
from press.book import project as projects
from press.book import qmd
from press.execution.execute import execute
from press.ground.errors import InputError
from support.cases_and_facts import book

WRITES = """
# One

```{python}
#| tags: [parameters]
k = 2
```

```{python}
import json, os
folder = os.environ.get("PRESS_RUN_DIR", ".")
json.dump({"v": k}, open(f"{folder}/result.json", "w"))
```
"""

READS = """
# Two

```{python}
import json, os
folder = os.environ.get("PRESS_RUN_DIR", ".")
open(f"{folder}/runs.txt", "a").write("x")
v = json.load(open(f"{folder}/result.json"))["v"]
```

It is `{python} v`.
"""


def run(root, **options) -> dict:
    """Execute the book: source -> texts of its inline expressions."""
    project = projects.load(root)
    chapters = [qmd.read(root / item.source, root) for item in project.items]
    done = execute(project, chapters, options.pop("changes", {}), **options)
    return {
        source: [value["text/plain"] for values in each.values.values() for value in values]
        for source, each in done.items()
    }


def test_a_chapter_comes_after_the_one_that_writes_what_it_reads(tmp_path):
    """Not in the order of the book; what the writer writes anew is read anew, once."""
    root = book(tmp_path, {"two.qmd": READS, "one.qmd": WRITES})
    assert run(root)["two.qmd"] == ["2"]
    before = len((root / "runs.txt").read_text())
    (root / "one.qmd").write_text(WRITES.replace("k = 2", "k = 7"))
    assert run(root)["two.qmd"] == ["7"]
    assert run(root, anew=True)["two.qmd"] == ["7"]
    assert run(root)["two.qmd"] == ["7"]
    assert len((root / "runs.txt").read_text()) == before + 2


def test_what_was_written_is_made_again(tmp_path):
    """If it is gone, or changed by hand."""
    root = book(tmp_path, {"two.qmd": READS, "one.qmd": WRITES})
    run(root)
    (root / "result.json").unlink()
    assert run(root)["two.qmd"] == ["2"]
    (root / "result.json").write_text('{"v": 3}')
    assert run(root)["two.qmd"] == ["2"]


def test_other_parameters_write_in_their_own_folder(tmp_path):
    """Chapters that do so agree there, and the files of the book stay as they were."""
    root = book(tmp_path, {"two.qmd": READS, "one.qmd": WRITES})
    run(root)
    (root / "_runs" / "x").mkdir(parents=True)
    assert run(root, changes={"k": 5}, run_folder="_runs/x")["two.qmd"] == ["5"]
    assert json.loads((root / "result.json").read_text()) == {"v": 2}


@pytest.mark.parametrize(
    "write",
    [
        'open("result.json", "w")',
        'open("result.json", "r+")',
        'import pandas; pandas.DataFrame().to_csv("result.json")',
        'open("/tmp/r.json", "w").close(); os.replace("/tmp/r.json", "result.json")',
    ],
)
def test_other_parameters_write_nowhere_else(tmp_path, write):
    """With the line, before anything is changed."""
    text = WRITES.replace('json.dump({"v": k}, open(f"{folder}/result.json", "w"))', write)
    root = book(tmp_path, {"one.qmd": text})
    (root / "result.json").write_text("kept")
    with pytest.raises(InputError, match="result.json is written, outside of the run's") as raised:
        run(root, changes={"k": 5}, run_folder="_runs/x")
    assert (raised.value.file, raised.value.line) == ("one.qmd", 13 - 1)
    assert (root / "result.json").read_text() == "kept"


def test_a_missing_file_that_nobody_writes(tmp_path):
    """Is said where it is read, after the others had their time to write it."""
    other = WRITES.replace("result.json", "another.json")
    root = book(tmp_path, {"two.qmd": READS, "one.qmd": other})
    with pytest.raises(InputError, match="FileNotFoundError") as raised:
        run(root)
    assert (raised.value.file, raised.value.line) == ("two.qmd", 8)


def test_no_order_is_right(tmp_path):
    """Each of two reads what the other writes, or both write one file: both places are said."""
    cell = "# A\n\n```{{python}}\na = open('{}').read()\nopen('{}', 'w').write('{}')\n```\n"
    one, two = cell.format("y", "x", 1), cell.format("x", "y", 2)
    root = book(tmp_path, {"one.qmd": one, "two.qmd": two})
    for name in "xy":
        (root / name).write_text("0")
    with pytest.raises(InputError, match=r"one.qmd:4 reads y, which two.qmd:5 writes"):
        run(root)
    for name in ("one.qmd", "two.qmd"):
        (root / name).write_text("# A\n\n```{python}\nopen('z.csv', 'w').write('1')\n```\n")
    with pytest.raises(InputError, match=r"z.csv is written here and by one.qmd:4") as raised:
        run(root)
    assert (raised.value.file, raised.value.line) == ("two.qmd", 4)


def test_logs_are_no_results(tmp_path):
    """What several chapters add to the end of one file orders nothing."""
    cell = "# A\n\n```{python}\nopen('log.txt', 'a').write('x')\n```\n"
    root = book(tmp_path, {"one.qmd": cell, "two.qmd": cell})
    run(root)
    assert os.path.getsize(root / "log.txt") == 2
