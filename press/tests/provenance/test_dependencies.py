"""What a module can reach, and what counts as a change."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from press.provenance import dependencies, syntax
from support.processes import CHECKOUT


@pytest.fixture
def project(tmp_path):
    """Write modules given as {"a/b.py": text} under a fresh root and return the root."""

    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def reached(root, *names):
    """Give the names of the reached modules."""
    return set(dependencies.of_modules(names, [root]).modules)


@pytest.mark.parametrize(
    "statement",
    [
        "import p.deep",
        "import p.deep as d",
        "from p import deep",
        "from p.deep import value",
        "from p.deep import *",
        "from . import deep",
        "from .deep import value",
        "def f():\n    from p import deep\n    return deep.value",
        "def f():\n    import p.deep\n    return p.deep.value",
        "import p\ndef f():\n    return p.deep.value",
        "import importlib\nd = importlib.import_module('p.deep')",
        "from importlib import import_module\nd = import_module('.deep', 'p')",
        "try:\n    from p import deep\nexcept ImportError:\n    deep = None",
        "class A:\n    from p import deep",
    ],
)
def test_every_way_to_import_is_followed(project, statement):
    """Imports at the top, inside functions, relative, by attribute, by literal name."""
    root = project({"p/__init__.py": "", "p/deep.py": "value = 1\n", "p/top.py": statement})
    assert reached(root, "p.top") == {"p", "p.top", "p.deep"}


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("from p import value", {"p.deep"}),
        ("import p\ndef f():\n    return p.value", {"p.deep"}),
        ("from p import other", {"p.wide"}),
        ("from p import nothing", set()),
        ("import p", set()),
    ],
)
def test_what_is_imported_later_counts_for_who_asks(project, statement, found):
    """Of a package that imports names when they are asked for, only those modules are reached."""
    package = 'LATER = {"value": "p.deep", "other": "p.wide"}\ndef __getattr__(name): ...\n'
    files = {"p/__init__.py": package, "p/deep.py": "", "p/wide.py": "", "p/top.py": statement}
    assert reached(project(files), "p.top") == {"p", "p.top"} | found


@pytest.mark.parametrize("value", ["make()", "{**others}", "{1: 2}", "None"])
def test_a_later_that_is_something_else(project, value):
    """The name is nobody's property: other modules may use it for what they like."""
    root = project({"p.py": f"import q\nLATER = {value}\n", "q.py": ""})
    assert reached(root, "p") == {"p", "q"}


def test_a_chapter_reaches_no_renderer():
    """Of the press, what writes figures and tables and keeps results: no pages, no sweeps."""
    chapter = "from press import InputError, outputs, record_input, stored"
    names = dependencies.of_code([chapter], [CHECKOUT]).modules
    assert {"press.door.outputs", "press.provenance.store", "press.door.tabulation"} <= set(names)
    others = ("document", "book", "resolving", "site", "pdf", "sweep", "status", "cli", "build")
    assert not [name for name in names if name.startswith(tuple(f"press.{o}" for o in others))]


def test_relative_imports_climb(project):
    """Two dots lead to the parent package, from modules and from packages."""
    root = project(
        {
            "p/__init__.py": "",
            "p/a.py": "",
            "p/q/__init__.py": "from .. import a",
            "p/q/m.py": "from ..b import x",
            "p/b.py": "x = 1",
        }
    )
    assert reached(root, "p.q.m") == {"p", "p.a", "p.b", "p.q", "p.q.m"}


def test_only_what_is_reached_counts(project):
    """A neighbour that nobody imports is not part of the closure."""
    root = project({"p/__init__.py": "", "p/a.py": "from p import b", "p/b.py": "", "p/c.py": ""})
    assert reached(root, "p.a") == {"p", "p.a", "p.b"}


def test_circles_end(project):
    """Modules that import each other are both reached, once."""
    root = project({"a.py": "import b", "b.py": "import a"})
    assert reached(root, "a") == {"a", "b"}


def test_packages_count_with_their_versions(project):
    """Import names become distributions; the standard library does not count."""
    import yaml

    root = project({"a.py": "import os, yaml, no_such_thing\n"})
    packages = dependencies.of_modules(["a"], [root]).packages
    assert packages == {"PyYAML": yaml.__version__, "no_such_thing": "not installed"}


def test_left_out_packages_are_not_entered(project):
    """`without` neither counts nor enters a package."""
    root = project({"a.py": "import tool", "tool/__init__.py": "import b", "b.py": ""})
    assert set(dependencies.of_modules(["a"], [root], without=["tool"]).modules) == {"a"}


def test_first_root_wins(tmp_path):
    """Of two modules with one name, the one under the first root is read."""
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.py").write_text(f"x = {folder!r}")
    closure = dependencies.of_modules(["a"], [tmp_path / "two", tmp_path / "one"])
    assert closure.files["a"] == tmp_path / "two" / "a.py"


def test_cells_lead_to_modules(project):
    """Cells are traced past IPython's own lines; a broken cell adds nothing."""
    root = project({"p/__init__.py": "", "p/a.py": "", "b.py": "", "c.py": "", "d.py": ""})
    cells = [
        "%matplotlib inline\nfrom p import a\na?",
        "!ls\nx = ('%d'\n   % 1)\nimport b",
        "%%bash\nimport c",
        "import d (",
    ]
    assert set(dependencies.of_code(cells[:1], [root]).modules) == {"p", "p.a"}
    assert set(dependencies.of_code(cells[2:], [root]).modules) == set()
    assert set(dependencies.of_code(["x = ('%d'\n   % 1)\nimport b"], [root]).modules) == {"b"}


BASE = (
    '"""Doc."""\n\nimport os\n\n\ndef f(x, y=2):\n    """Doc."""\n    return (x + y) * 3  # why\n'
)


@pytest.mark.parametrize(
    "text",
    [
        BASE.replace("Doc.", "Other words."),
        BASE.replace('    """Doc."""\n', ""),
        BASE.replace("  # why", "  # because"),
        BASE.replace("(x + y) * 3", "(\n        x\n        + y\n    ) * 3"),
        BASE.replace("import os\n\n\n", "import os\n\n\n\n\n"),
    ],
)
def test_words_and_layout_do_not_count(project, text):
    """Comments, docstrings and layout leave the hash as it is."""
    before = dependencies.of_modules(["a"], [project({"a.py": BASE})]).digest
    after = dependencies.of_modules(["a"], [project({"a.py": text})]).digest
    assert before == after


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("y=2", "y=3"),
        ("x + y", "x - y"),
        ("x + y", "y + x"),
        ("* 3", "* 3.0"),
        ("def f", "def g"),
        ("import os", "import sys"),
        ("return", "yield"),
    ],
)
def test_every_other_change_counts(project, old, new):
    """A changed number, operator, name, import or statement changes the hash."""
    before = dependencies.of_modules(["a"], [project({"a.py": BASE})]).digest
    after = dependencies.of_modules(["a"], [project({"a.py": BASE.replace(old, new)})]).digest
    assert before != after


def test_a_change_is_seen_in_the_same_process(project):
    """A remembered closure is given again only while its files are unchanged."""
    root = project({"a.py": "import b", "b.py": "x = 1"})
    before = dependencies.of_modules(["a"], [root])
    assert dependencies.of_modules(["a"], [root]) is before
    project({"b.py": "x = 11"})
    after = dependencies.of_modules(["a"], [root])
    assert after.modules["a"] == before.modules["a"]
    assert after.modules["b"] != before.modules["b"]


def test_a_module_that_is_no_python_counts_byte_by_byte(project):
    """Source that cannot be parsed still has a hash."""
    before = dependencies.of_modules(["a"], [project({"a.py": "def ("})]).digest
    after = dependencies.of_modules(["a"], [project({"a.py": "def (("})]).digest
    assert before != after


@given(st.floats(allow_nan=False) | st.integers() | st.text() | st.binary() | st.booleans())
def test_equal_constants_and_only_those_are_equal(value):
    """The hash of ``x = constant`` follows the constant's type and value."""

    def meaning(constant):
        return syntax.read_tree(ast.parse(f"x = {constant!r}")).meaning

    assert meaning(value) == meaning(value)
    assert meaning(value) != meaning((value,))
