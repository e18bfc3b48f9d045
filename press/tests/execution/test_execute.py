"""Executing chapters: what runs when, with what, and what an error says."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from press.book import project as projects
from press.book import qmd
from press.execution import execute, executions
from press.ground.errors import InputError, RenderError
from support.cases_and_facts import book, write

CHAPTER = """
# One

```{python}
from pathlib import Path
from mylib import double
from press import record_input
from press.ground.files import file_sha256
with open("runs.txt", "a") as file:
    file.write("x")
record_input("data.csv", file_sha256("data.csv"))
value = 1
```

First `{python} value`, {words}.

```{python}
value = double(value)
```

Then `{python} value` and `{python} f"{value:.2f}"` and `` `{python} "a_b"` ``.
"""


@pytest.fixture
def root(tmp_path):
    """Give a book with one chapter, a module and a data file."""
    write(tmp_path / "mylib.py", "def double(x):\n    return 2 * x\n")
    write(tmp_path / "data.csv", "1\n")
    return book(tmp_path, {"one.qmd": CHAPTER.replace("{words}", "words")})


def run(root, changes=None):
    """Execute the book."""
    project = projects.load(root)
    chapters = [qmd.read(root / item.source, root) for item in project.items]
    return execute.execute(project, chapters, changes or {})["one.qmd"]


def runs(root) -> int:
    """How often the chapter was executed."""
    return len((root / "runs.txt").read_text())


def plain(execution) -> list:
    """Texts of the inline expressions."""
    return [value["text/plain"] for values in execution.values.values() for value in values]


def test_expressions_see_the_state_at_their_place(root):
    """Values are those between the cells around them; also found again by a second render."""
    for _ in range(2):
        assert plain(run(root)) == ["1", "2", "2.00", "a_b"]
    assert runs(root) == 1


def test_only_what_counts_executes_again(root):
    """Code, modules and data count; prose, comments and docstrings do not."""
    run(root)
    write(root / "one.qmd", CHAPTER.replace("{words}", "other words\n\n## Section\n"))
    run(root)
    write(root / "mylib.py", 'def double(x):\n    """Twice."""\n    return 2 * x  # x\n')
    run(root)
    assert runs(root) == 1
    write(root / "mylib.py", "def double(x):\n    return 3 * x\n")
    assert plain(run(root)) == ["1", "3", "3.00", "a_b"]
    assert runs(root) == 2
    write(root / "data.csv", "2\n")
    run(root)
    assert runs(root) == 3
    write(root / "one.qmd", (root / "one.qmd").read_text().replace("value = 1", "value = 2"))
    assert plain(run(root))[0] == "2"
    assert runs(root) == 4


def test_who_wants_it_executes_anew(root):
    """Although nothing has changed."""
    run(root)
    project = projects.load(root)
    chapters = [qmd.read(root / item.source, root) for item in project.items]
    execute.execute(project, chapters, {}, anew=True)
    assert runs(root) == 2


def test_executions_are_recorded(root):
    """When, how long, and what was read."""
    record = run(root).record
    assert record["chapter"] == "one.qmd"
    assert record["inputs"] == {str(root / "data.csv"): record["inputs"][str(root / "data.csv")]}
    assert record["seconds"] > 0


def test_a_damaged_execution_is_executed_again(root):
    """Neither a truncated notebook nor a truncated record is served."""
    run(root)
    for pattern in ("*.ipynb", "*.json"):
        [path] = (root / executions.FOLDER / "one").glob(pattern)
        path.write_text(path.read_text()[:50])
        assert plain(run(root))[0] == "1"
    assert runs(root) == 3


def test_environment_and_parameters(tmp_path):
    """Environment files, profiles and parameters reach the kernel; types are kept."""
    chapter = """
    # One

    ```{python}
    #| tags: [parameters]
    import os
    name = os.environ["NAME"]
    size = 1.5
    ```

    `{python} name` `{python} size` `{python} type(size).__name__` `{python} os.getcwd()`
    """
    root = book(tmp_path, {"one.qmd": chapter})
    write(root / "_environment", "NAME=cg\n")
    assert plain(run(root)) == ["cg", "1.5", "float", str(root)]
    assert plain(run(root, {"size": None, "name": "x"})) == ["x", "None", "NoneType", str(root)]


def test_types_of_parameters_reach_the_kernel(tmp_path):
    """Tuples, numbers that are not finite, and what looks like something else."""
    values = {"a": (0, 2), "b": float("inf"), "c": None, "d": False, "e": "no", "f": [("x", 1.5)]}
    cell = "#| tags: [parameters]\n" + "".join(f"{name} = 0\n" for name in values)
    text = f"# One\n\n```{{python}}\n{cell}```\n\n`{{python}} [a, b, c, d, e, f]`\n"
    assert plain(run(book(tmp_path, {"one.qmd": text}), values)) == [str(list(values.values()))]


@pytest.mark.parametrize(
    ("chapter", "message"),
    [
        ("# O\n\n```{python}\n#| echo: true\nx = 1\n\ny = nope\n```\n", "one.qmd:7: NameError"),
        ("# O\n\nText\nand `{python} 1 / 0`.\n", "one.qmd:4: ZeroDivisionError"),
        ("# O\n\n`{python} 1 +`\n", "one.qmd:3: SyntaxError"),
        ("# O\n\n```{python}\nx = (\n```\n", "one.qmd:4: _IncompleteInputError|one.qmd:4: Syntax"),
        ("# O\n\n```{python}\nimport os; os._exit(3)\n```\n", "one.qmd:4: DeadKernelError"),
        ("# O\n\n```{python}\nx = 1\nif x:\n    exit()\n```\n", "one.qmd:6: SystemExit"),
    ],
)
def test_failures_name_the_line(tmp_path, chapter, message):
    """Of the source, for cells, expressions, syntax and dying kernels; nothing is kept."""
    root = book(tmp_path, {"one.qmd": chapter})
    with pytest.raises(RenderError, match=message):
        run(root)
    assert not list((root / executions.FOLDER).rglob("*.ipynb"))


def test_bad_input_says_itself_what_to_do(tmp_path):
    """Message, rule and advice of an `InputError` come out of the kernel as they went in."""
    code = 'InputError("seed is x", rule="a seed is a number", advice="seed: 1")'
    chapter = f"# O\n\n```{{python}}\nfrom press import InputError\n\nraise {code}\n```\n"
    with pytest.raises(InputError) as caught:
        run(book(tmp_path, {"one.qmd": chapter}))
    error = caught.value
    assert not isinstance(error, RenderError)
    assert (error.message, error.file, error.line) == ("seed is x", "one.qmd", 6)
    assert (error.rule, error.advice) == ("a seed is a number", "seed: 1")


def test_another_error_of_that_name_is_a_failure(tmp_path):
    """What counts is the class, not what it is called."""
    cell = "class InputError(Exception): ...\nraise InputError('mine')"
    root = book(tmp_path, {"one.qmd": f"# O\n\n```{{python}}\n{cell}\n```\n"})
    with pytest.raises(RenderError, match="one.qmd:5: InputError: mine"):
        run(root)


def test_the_line_of_an_expression_is_its_own(tmp_path):
    """Also after others in the same paragraphs, and when it stands on several lines."""
    text = (
        "# O\n\nA `{python} 1` and\n`{python} (2,\n3)`.\n\nThen `{python} nope` and `{python} 4`.\n"
    )
    with pytest.raises(RenderError, match="one.qmd:7: NameError") as caught:
        run(book(tmp_path, {"one.qmd": text}))
    assert caught.value.rule.startswith("the inline expression 'nope' of one.qmd")


def test_words_do_not_order_chapters(tmp_path):
    """A comment that speaks of executions does not make a chapter wait for the others."""
    comment = "# O\n\n```{python}\n# press: count the executions and their lineage\nx = 1\n```\n"
    asking = "# O\n\n```{python}\nimport press.appendix.versions as v\nv.executions()\n```\n"
    root = book(tmp_path, {"one.qmd": comment, "two.qmd": asking})
    project = projects.load(root)
    described = [
        executions.described(project, qmd.read(root / name, root), {})
        for name in ("one.qmd", "two.qmd")
    ]
    assert [executions.asks_for_records(one) for one in described] == [False, True]


def test_expected_errors_are_shown(tmp_path):
    """A cell that may fail does not stop the chapter."""
    root = book(tmp_path, {"one.qmd": "# O\n\n```{python}\n#| error: true\n1 / 0\n```\n"})
    [[output]] = run(root).outputs.values()
    assert output["ename"] == "ZeroDivisionError"


def test_chapters_run_in_their_folder_unless_told(tmp_path):
    """As Quarto: in the chapter's folder without ``execute-dir: project``."""
    root = book(tmp_path, {"deep/one.qmd": "# O\n\n`{python} __import__('os').getcwd()`\n"})
    config = (root / "_quarto.yml").read_text().replace("  execute-dir: project\n", "")
    write(root / "_quarto.yml", config)
    project = projects.load(root)
    chapters = [qmd.read(root / item.source, root) for item in project.items]
    done = execute.execute(project, chapters, {})
    assert plain(done["deep/one.qmd"]) == [str(root / "deep")]


def test_who_prints_the_executions_is_executed_last(tmp_path):
    """And again, when another chapter was executed again."""
    last = """
    # Last

    ```{python}
    from press.appendix.versions import executions
    import json
    from press.provenance.render_records import executions as records
    json.dumps([[r["chapter"], r["outputs"], r["executed"] > "2000"] for r in records()])
    ```
    """
    one = "# One\n\n```{python}\nx = 1\n```\n"
    root = book(tmp_path, {"a.qmd": last, "one.qmd": one})
    project = projects.load(root)

    def shown() -> list:
        chapters = [qmd.read(root / item.source, root) for item in project.items]
        [[output]] = execute.execute(project, chapters, {})["a.qmd"].outputs.values()
        return json.loads(output["data"]["text/plain"].strip("'"))

    def last_executions() -> int:
        return len(list((root / executions.FOLDER / "a").glob("*.json")))

    for number in (1, 2):
        write(root / "one.qmd", one.replace("1", str(number)))
        assert shown() == [["one.qmd", [], True]]
        assert last_executions() == number


def test_an_interrupt_stops_the_kernels(tmp_path):
    """Ctrl-C ends the render and its kernels, and is not taken for an error of the chapter."""
    cell = "import os, time\nopen('pid.tmp', 'w').write(str(os.getpid()))\n"
    cell += "os.rename('pid.tmp', 'pid')\ntime.sleep(60)\n"
    root = book(tmp_path, {"one.qmd": f"# O\n\n```{{python}}\n{cell}```\n"})
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    code += "from press.cli.main import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "render"], cwd=root, text=True, stderr=subprocess.PIPE
    )
    while not (root / "pid").exists():
        assert process.poll() is None
        time.sleep(0.01)
    kernel = int((root / "pid").read_text())
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "DeadKernelError" not in said
    with pytest.raises(ProcessLookupError):
        os.kill(kernel, 0)
