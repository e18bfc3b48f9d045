"""One chapter per kind of input: each input is changed, and the chapter is stale because of it."""

import json

import pytest
from support.books import Book

KINDS = {
    "open": ("open('x.txt').read()", "x.txt", "data file x.txt changed"),
    "pandas": ("import pandas; pandas.read_csv('x.txt')", "x.txt", "data file x.txt changed"),
    "pathlib": ("import pathlib; pathlib.Path('x.txt').read_bytes()", "x.txt", "x.txt changed"),
    "numpy": ("import numpy; numpy.loadtxt('x.txt')", "x.txt", "x.txt changed"),
    "exec": ("exec(open('y.py').read())", "y.py", "y.py changed"),
    "%run": ("%run y.py", "y.py", "y.py changed"),
    "runpy": ("import runpy; runpy.run_path('y.py')", "y.py", "y.py changed"),
    "sys.path": ("import sys; sys.path.insert(0, 'apart'); import z", "apart/z.py", "z.py changed"),
    "computed import": ("__import__('la' + 'b.late')", "lab/late.py", "late.py changed"),
    "resource": (
        "import importlib.resources as r; r.files('lab').joinpath('r.txt').read_text()",
        "lab/r.txt",
        "lab/r.txt changed",
    ),
    "a module's read": ("from lab import reads; reads.it()", "x.txt", "x.txt changed"),
    "not there": (
        "try:\n    open('new.txt')\nexcept OSError:\n    pass",
        "new.txt",
        "new.txt is there now",
    ),
    "folder": ("import os; os.listdir('apart')", "apart/more.txt", "what is in apart changed"),
    "glob": ("import glob; glob.glob('apart/*')", "apart/more.txt", "what is in apart changed"),
}
FILES = {
    "x.txt": "1\n",
    "y.py": "Y = 1\n",
    "apart/z.py": "Z = 1\n",
    "lab/late.py": "L = 1\n",
    "lab/r.txt": "1",
    "lab/reads.py": "def it():\n    return open('x.txt').read()\n",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Render a book with a chapter of each kind, once."""
    book = Book(tmp_path_factory.mktemp("inputs") / "book")
    for name, text in FILES.items():
        book.write(name, text)
    listed = "".join(f"    - chapters/k{number}.qmd\n" for number in range(len(KINDS)))
    book.write("_quarto.yml", (book.root / "_quarto.yml").read_text() + listed)
    for number, (kind, (code, _, _)) in enumerate(KINDS.items()):
        text = f"# {kind}\n\n```{{python}}\n#| output: false\n{code}\n```\n"
        book.write(f"chapters/k{number}.qmd", text)
    variable = "import os\nos.environ.get('LEVEL')\nos.getenv('API_KEY')"
    book.write("chapters/02-two.qmd", f"# Two {{#sec-two}}\n\n```{{python}}\n{variable}\n```\n")
    book.thesis("render", "--to", "html", API_KEY="hush")
    return book


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


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_input_is_noticed(book, kind):
    """The chapter that read it is stale, and says why."""
    _, file, words = KINDS[kind]
    path = book.root / file
    before = path.read_text() if path.exists() else None
    book.write(file, (before or "") + "2\n")
    try:
        source = f"chapters/k{list(KINDS).index(kind)}.qmd"
        assert words in str(reasons(book, API_KEY="hush").get(source))
    finally:
        path.write_text(before) if before is not None else path.unlink()


def test_variables_are_noticed(book):
    """By name, what was not set too; a secret stands nowhere in what is kept."""
    changed = reasons(book, API_KEY="hush", LEVEL="3")
    assert changed == {"chapters/02-two.qmd": ["the variable LEVEL changed"]}
    assert reasons(book, API_KEY="loud") == {
        "chapters/02-two.qmd": ["the variable API_KEY changed"]
    }
    kept = (book.root / ".press" / "executed").rglob("*.json")
    assert not any("hush" in path.read_text() for path in kept)
