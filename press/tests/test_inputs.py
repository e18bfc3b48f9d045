"""One chapter per kind of input: each input is changed, and the chapter is stale because of it.

`docs/inputs.md` is made of the table below: `REMAKE_DOCS=1 python -m pytest tests/test_inputs.py`
in the folder `press` writes it anew.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.books import CHECKOUT, Book

PAGE = CHECKOUT / "docs" / "inputs.md"
LINES = "1\n"
MODULE = '"""About."""\n\n\ndef f():\n    """Tell."""\n'
EVENTS, SOURCE, PAGES = "the interpreter", "the followed source", "the render"


@dataclass(frozen=True)
class Kind:
    """A kind of input, and a cell that has it; of each kind the file has a name of its own, {x}.

    A file that is ``new`` is not there when the cell runs.
    """

    name: str
    code: str
    file: str = "{x}.txt"
    said: str = "data file {x}.txt changed"
    by: str = EVENTS
    before: str | None = LINES
    after: str = "2\n"


def new(name, code, file="{x}.txt", said="data file {x}.txt is there now", **others):
    """Make a kind of input that is not there."""
    return Kind(name, code, file, said, before=None, **others)


def module(name, code, said, file="lab/{x}.py", after=MODULE + "X = 1\n", **others):
    """Make a kind of input that is a module."""
    return Kind(name, code, file, said, before=MODULE, after=after, **others)


LATE = "data file lab/{x}.py changed"
DOCS = {"by": SOURCE, "said": "lab.{x} changed", "after": MODULE.replace("Tell.", "Show.")}
KINDS = [
    Kind("`open(...)`, and all that uses it", "open('{x}.txt').read()"),
    Kind("`pandas`", "import pandas; pandas.read_csv('{x}.txt')"),
    Kind("`pathlib`", "import pathlib; pathlib.Path('{x}.txt').read_bytes()"),
    Kind("`numpy`", "import numpy; numpy.loadtxt('{x}.txt')"),
    Kind("`numpy.memmap`", "import numpy; numpy.memmap('{x}.txt', mode='r').sum()"),
    Kind("`os.open`", "import os; os.close(os.open('{x}.txt', os.O_RDONLY))"),
    Kind("`sqlite3`", "import sqlite3; sqlite3.connect('{x}.txt').close()"),
    Kind("`exec(open(...).read())`", "exec(open('{x}.txt').read())"),
    Kind("`%run`", "%run {x}.py", "{x}.py", "data file {x}.py changed"),
    Kind("`runpy`", "import runpy; runpy.run_path('{x}.txt')"),
    Kind("a link", "import os; os.path.exists('l') or os.symlink('{x}.txt', 'l'); open('l').read()",
         said="data file l changed"),
    Kind("`os.chdir`", "import os; os.chdir('lab'); open('{x}.txt').read()", "lab/{x}.txt",
         "data file lab/{x}.txt changed"),
    Kind("a resource of a package",
         "import importlib.resources as r; r.files('lab').joinpath('{x}.txt').read_text()",
         "lab/{x}.txt", "data file lab/{x}.txt changed"),
    Kind("`pkgutil.get_data`", "import pkgutil; pkgutil.get_data('lab', '{x}.txt')", "lab/{x}.txt",
         "data file lab/{x}.txt changed"),
    Kind("a module's read", "from lab import reads; reads.it('{x}.txt')"),
    Kind("a read in a thread", "import threading; from lab.reads import it\n"
         "t = threading.Thread(target=it, args=['{x}.txt']); t.start(); t.join()"),
    Kind("a read in a process of joblib", "import joblib; from lab.reads import it\n"
         "joblib.Parallel(2)(joblib.delayed(it)('{x}.txt') for _ in 'ab')"),
    Kind("a read of a Python that is started",
         "import subprocess, sys; subprocess.run([sys.executable, 'script.py', '{x}.txt'])"),
    Kind("what was announced for a program", "import subprocess; from press import record_input\n"
         "from press.ground.files import file_sha256\n"
         "record_input('{x}.txt', file_sha256('{x}.txt')); subprocess.run(['true'])",
         by="`press.record_input`"),
    new("a file that is not there", "try:\n    open('{x}.txt')\nexcept OSError:\n    pass"),
    new("`os.path.exists` of nothing", "import os; os.path.exists('{x}.txt')"),
    new("`Path.is_file` of nothing", "import pathlib; pathlib.Path('{x}.txt').is_file()"),
    new("what a folder lists", "import os; os.listdir('d{x}')", "d{x}/new",
        "what is in d{x} changed"),
    new("`glob`", "import glob; glob.glob('d{x}/*')", "d{x}/new", "what is in d{x} changed"),
    new("`rglob`", "import pathlib; list(pathlib.Path('d{x}').rglob('*'))", "d{x}/new",
        "what is in d{x} changed"),
    new("a module that is not there", "try:\n    import {x}\nexcept ImportError:\n    pass",
        "{x}.py", "{x} is reached now", by=SOURCE),
    module("`import`", "import lab.{x}; lab.{x}.f", "lab.{x} changed", by=SOURCE,
           after=MODULE.replace('"""Tell."""', "return 1")),
    module("a computed name", "__import__('la' + 'b.{x}')", LATE),
    module("a relative name", "import importlib as i; i.import_module('.' + '{x}', 'lab')", LATE),
    module("a path added to `sys.path`", "import sys; sys.path.insert(0, 'lab'); import {x}", LATE),
    module("`spec_from_file_location`", "import importlib.util as u\n"
           "s = u.spec_from_file_location('z', 'lab/{x}.py')\n"
           "s.loader.exec_module(u.module_from_spec(s))", LATE),
    module("`inspect.getsource`", "import inspect; from lab import {x}; inspect.getsource({x}.f)",
           LATE, after=MODULE.replace("Tell.", "Show.")),
    module("`__doc__`", "from lab import {x}; {x}.f.__doc__", **DOCS),
    module("`inspect.getdoc`", "import inspect; from lab import {x}; inspect.getdoc({x}.f)",
           **DOCS),
]  # fmt: skip
NOT_FOLLOWED = {
    "what another program reads (`subprocess`, `os.system`, `!cat`)": "its command is recorded and "
    "the render names file and line, unless the code that starts it announces what it reads",
    "files that a library in C opens by itself (HDF5, Arrow)": "no event tells: announce them",
    "the network": "the same address gives another answer tomorrow: keep a copy, read that",
    "size, times and rights of a file that is not read": "a copy of the project has other times",
    "the whole environment, copied or searched": "each name in it that is read by itself counts",
    "clock, process numbers, unseeded random numbers, the order of sets (`PYTHONHASHSEED`)":
    "nothing can be compared: give a seed, sort",
    "number of processors and threads, instructions of the processor": "they change the last "
    "digits, which tables do not show (`digits=`)",
    "`TZ` and language in a stored function": "they count for chapters; a function takes them as "
    "arguments, so that no result is lost on another machine",
    "what an earlier call remembered (`functools.cache`, a dict of a module)": "the reads belong "
    "to the first caller: remember in a stored function",
    "docstrings of an object whose name says nothing (`function.__doc__` of an argument)":
    "only `f.__doc__` and `getdoc(f)` of a name that leads to a definition are followed",
    "files in temporary and hidden folders, installed packages": "packages count by version",
}  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Render a book with a chapter of each kind, once."""
    book = Book(tmp_path_factory.mktemp("inputs") / "book")
    book.write("lab/reads.py", "def it(name):\n    return open(name).read()\n")
    book.write("script.py", "import sys\nopen(sys.argv[1]).read()\n")
    listed = "".join(f"    - chapters/x{number}.qmd\n" for number in range(len(KINDS)))
    book.write("_quarto.yml", (book.root / "_quarto.yml").read_text() + listed)
    for number, kind in enumerate(KINDS):
        path = file_of(book, number)
        path.parent.mkdir(exist_ok=True)
        if kind.before is not None:
            path.write_text(kind.before)
        code = kind.code.replace("{x}", f"x{number}")
        text = f"# Kind {number}\n\n```{{python}}\n#| output: false\n{code}\n```\n"
        book.write(f"chapters/x{number}.qmd", text)
    read = "import os\nos.environ.get('LEVEL')\nos.getenv('API_KEY')\ndict(os.environ)"
    book.write(
        "chapters/02-two.qmd",
        f"# Two {{#sec-two}}\n\n```{{python}}\n{read}\n```\n\n{{{{< env SHOWN none >}}}}\n",
    )
    book.thesis("render", "--to", "html", API_KEY="hush")
    return book


def file_of(book, number) -> Path:
    """Give the file of a kind."""
    return book.root / KINDS[number].file.replace("{x}", f"x{number}")


def reasons(book, **environment):
    """Give why each chapter is stale: source -> reasons."""
    process = book.start("status", "--json", **environment)
    said, err = process.communicate(timeout=120)
    assert "Traceback" not in err, err
    found = json.loads(said)
    return {e["name"]: e["reasons"] for e in found if e["kind"] == "chapter" and e["reasons"]}


def test_all_are_fresh_after_the_render(book):
    """Nothing that a chapter reads makes it stale by itself."""
    assert reasons(book, API_KEY="hush") == {}


def test_variables_are_noticed(book):
    """By name, what was not set too; a secret stands nowhere in what is kept."""
    changed = reasons(book, API_KEY="hush", LEVEL="3", OTHER="4")
    assert changed == {"chapters/02-two.qmd": ["the variable LEVEL changed"]}
    assert reasons(book, API_KEY="loud") == {
        "chapters/02-two.qmd": ["the variable API_KEY changed"]
    }
    kept = (book.root / ".press" / "executed").rglob("*.json")
    assert not any("hush" in path.read_text() for path in kept)


def test_clock_and_language_count(book):
    """Nobody hears how C reads them."""
    changed = reasons(book, API_KEY="hush", TZ="Asia/Tokyo")
    assert all("TZ=Asia/Tokyo" in str(said) for said in changed.values())
    assert len(changed) == len(KINDS) + 2


def test_a_variable_that_a_page_shows_is_noticed(book):
    """The page is written again, the chapter is not executed."""
    said = book.thesis("render", "--to", "html", API_KEY="hush", SHOWN="some")
    assert "executed" not in said
    assert "some" in (book.root / "_book" / "chapters" / "02-two.html").read_text()


@pytest.fixture(scope="module")
def changed(book):
    """Change the input of every kind, and ask once."""
    before = [path.read_bytes() if path.exists() else None for path in files(book)]
    for path, kind in zip(files(book), KINDS, strict=True):
        path.write_text(kind.after)
    yield reasons(book, API_KEY="hush")
    for path, content in zip(files(book), before, strict=True):
        path.write_bytes(content) if content is not None else path.unlink()


def files(book):
    """Give the files of all kinds."""
    return [file_of(book, number) for number in range(len(KINDS))]


@pytest.mark.parametrize("number", range(len(KINDS)), ids=[kind.name for kind in KINDS])
def test_a_changed_input_is_noticed(changed, number):
    """The chapter that read it is stale, and says why."""
    said = changed.get(f"chapters/x{number}.qmd", [])
    assert KINDS[number].said.replace("{x}", f"x{number}") in said


def test_the_page_is_that_of_the_table():
    """The list for readers says what is tested here."""
    followed = [f"| {kind.name} | {kind.by} |" for kind in KINDS]
    followed += ["| a variable of the environment, by name | the interpreter |"]
    followed += ["| `TZ` and the language, of a chapter | the render |"]
    followed += ["| a variable that `{{< env >}}` shows | the render |"]
    left = [f"| {what} | {why} |" for what, why in NOT_FOLLOWED.items()]
    page = "\n".join([HEAD, *followed, BETWEEN, *left, ""])
    if os.environ.get("REMAKE_DOCS"):
        PAGE.write_text(page)
    assert PAGE.read_text() == page, "REMAKE_DOCS=1 python -m pytest tests/test_inputs.py"


HEAD = """# What is seen of what a chapter reads

Made from the table in `press/tests/test_inputs.py`, which changes every one of these and asks
whether the chapter is stale. What holds for a chapter holds for a stored function.

| Input | Noticed by |
| --- | --- |"""
BETWEEN = """
## What is not followed

| What | Why, and what to do |
| --- | --- |"""


def test_what_cannot_be_followed_is_told(tmp_path):
    """A started program with its place; names that a cell set in a module reach no store."""
    book = Book(tmp_path / "book")
    code = "import subprocess\nfrom lab import constants, law\nsubprocess.run(['true', 'x'])\n"
    text = f"# Two {{#sec-two}}\n\n```{{python}}\n{code}constants.FACTOR = 9\nlaw.values(5)\n```\n"
    book.write("chapters/02-two.qmd", text)
    process = book.start("render", "--to", "html")
    _, said = process.communicate(timeout=120)
    assert "chapters/02-two.qmd:6 starts `true x`" in said
    page = (book.root / "_book" / "chapters" / "02-two.html").read_text()
    assert "[45, 54, 63]" in page
    assert "lab.constants.FACTOR was set by other code" in page
    kept = (book.root / ".press" / "store" / "lab.law.values").glob("*.json")
    assert [json.loads(path.read_text())["arguments"] for path in kept] == [{"seed": "0"}]
