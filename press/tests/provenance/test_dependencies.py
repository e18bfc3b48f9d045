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
    """Give the names of the modules that are imported on the way."""
    return set(dependencies.of_names(names, [root]).files)


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


def test_a_chapter_reaches_no_renderer():
    """Of the press, what writes figures and tables and keeps results: no pages, no sweeps."""
    chapter = "from press import InputError, outputs, record_input, stored"
    names = dependencies.of_code([chapter], [CHECKOUT / "press" / "src"]).files
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
    packages = dependencies.of_names(["a"], [root]).packages
    assert packages == {"PyYAML": yaml.__version__, "no_such_thing": "not installed"}


def test_left_out_packages_are_not_entered(project):
    """`without` neither counts nor enters a package."""
    root = project({"a.py": "import tool", "tool/__init__.py": "import b", "b.py": ""})
    assert set(dependencies.of_names(["a"], [root], without=["tool"]).files) == {"a"}


def test_first_root_wins(tmp_path):
    """Of two modules with one name, the one under the first root is read."""
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.py").write_text(f"x = {folder!r}")
    closure = dependencies.of_names(["a"], [tmp_path / "two", tmp_path / "one"])
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
    assert set(dependencies.of_code(cells[:1], [root]).files) == {"p", "p.a"}
    assert set(dependencies.of_code(cells[2:], [root]).files) == set()
    assert set(dependencies.of_code(["x = ('%d'\n   % 1)\nimport b"], [root]).files) == {"b"}


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
    before = dependencies.of_names(["a"], [project({"a.py": BASE})]).digest
    after = dependencies.of_names(["a"], [project({"a.py": text})]).digest
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
    before = dependencies.of_names(["a"], [project({"a.py": BASE})]).digest
    after = dependencies.of_names(["a"], [project({"a.py": BASE.replace(old, new)})]).digest
    assert before != after


def test_a_change_is_seen_in_the_same_process(project):
    """A remembered closure is given again only while its files are unchanged."""
    root = project({"a.py": "import b", "b.py": "x = 1"})
    before = dependencies.of_names(["a"], [root])
    assert dependencies.of_names(["a"], [root]) is before
    project({"b.py": "x = 11"})
    after = dependencies.of_names(["a"], [root])
    assert after.modules["a"] == before.modules["a"]
    assert after.modules["b"] != before.modules["b"]


def test_a_module_that_is_no_python_counts_byte_by_byte(project):
    """Source that cannot be parsed still has a hash."""
    before = dependencies.of_names(["a"], [project({"a.py": "def ("})]).digest
    after = dependencies.of_names(["a"], [project({"a.py": "def (("})]).digest
    assert before != after


# --- definitions -------------------------------------------------------------------------------

MODULE = """
import numpy as np
from p import other
from p.other import helper as assistant

FACTOR = 2
UNUSED = 3

class Shape:
    def area(self):
        return 1

def inner(x):
    return FACTOR * x

def start(shape: Shape):
    return inner(1) + assistant() + other.second() + np.pi

def neighbour():
    return UNUSED
"""

OTHER = """
def helper():
    return LEVEL

def second():
    return 2

def third():
    return 3

LEVEL = 1
"""


def digest_of(root, name="p.m.start"):
    """Hash what a definition reaches."""
    return dependencies.of_names([name], [root]).digest


def changed(project, files, name, old, new, start="p.m.start"):
    """Tell whether a change in a file is a change for a definition."""
    before = digest_of(project({"p/__init__.py": "", **files}), start)
    assert old in files[name] or not old
    text = files[name].replace(old, new) if old else files[name] + new
    return digest_of(project({name: text}), start) != before


@pytest.mark.parametrize(
    ("name", "old", "new", "counts"),
    [
        ("p/m.py", "FACTOR * x", "FACTOR + x", True),
        ("p/m.py", "FACTOR = 2", "FACTOR = 4", True),
        ("p/m.py", "return 1\n", "return 2\n", True),
        ("p/m.py", "helper as", "third as", True),
        ("p/other.py", "LEVEL = 1", "LEVEL = 2", True),
        ("p/other.py", "return 2", "return 4", True),
        ("p/m.py", "UNUSED = 3", "UNUSED = 4", False),
        ("p/m.py", "return UNUSED", "return UNUSED + 1", False),
        ("p/other.py", "return 3", "return 4", False),
        ("p/m.py", "", "\ndef figure():\n    return other.third()\n", False),
        ("p/m.py", "", "\nprint('imported')\n", True),
        ("p/other.py", "", "\nif True:\n    LEVEL = 5\n", True),
        ("p/__init__.py", "", "import os\nos.nice(1)\n", True),
    ],
)
def test_what_a_function_reaches(project, name, old, new, counts):
    """Its own source and what it names, transitively; statements of the modules; no neighbours."""
    files = {"p/__init__.py": "", "p/m.py": MODULE, "p/other.py": OTHER}
    assert changed(project, files, name, old, new) == counts


OPEN = {
    "star": "from p.other import *\ndef start():\n    return third()\n",
    "getattr": "from p import other\ndef start(n):\n    return getattr(other, n)()\n",
    "value": "from p import other\ndef start():\n    return run(other)\n",
    "import_module": "from importlib import import_module\n"
    "def start():\n    return import_module('p.other').third()\n",
    "dict": "from p import other\ndef start(n):\n    return other.__dict__[n]\n",
    "for what it does": "import p.other\ndef start():\n    return 1\n",
}


@pytest.mark.parametrize("way", OPEN)
def test_a_whole_module_where_names_are_not_seen(project, way):
    """Star imports, computed attributes, a module handed over, imports that nobody uses."""
    files = {"p/m.py": OPEN[way], "p/other.py": OTHER}
    assert changed(project, files, "p/other.py", "return 3", "return 4")


@pytest.mark.parametrize("word", ["globals()[n]", "eval(n)", "vars()[n]"])
def test_its_own_module_where_a_function_names_by_text(project, word):
    """``globals`` and its like may mean anything at the top of the module."""
    text = f"def start(n):\n    return {word}\n\ndef third():\n    return 3\n"
    assert changed(project, {"p/m.py": text}, "p/m.py", "return 3", "return 4")


REGISTRY = """
KINDS = {}

def register(function):
    KINDS[function.__name__] = function
    return function

def wrapped(function):
    def call(*args):
        return function(*args)
    return call

def start(name):
    return KINDS[name]()

%s
def third():
    return 3
"""


@pytest.mark.parametrize(
    ("decorator", "counts"), [("@register", True), ("@wrapped", False), ("", False)]
)
def test_decorators_that_register(project, decorator, counts):
    """What registers itself is reached through the registry; a wrapper changes nothing."""
    files = {"p/m.py": REGISTRY % decorator}
    assert changed(project, files, "p/m.py", "return 3", "return 4") == counts


def test_a_class_that_registers_its_children(project):
    """They count for every user of the module."""
    text = (
        "class Base:\n    kinds = []\n    def __init_subclass__(cls):\n"
        "        Base.kinds.append(cls)\n"
        "class Child(Base):\n    x = 3\n"
        "def start():\n    return Base.kinds\n"
    )
    assert changed(project, {"p/m.py": text}, "p/m.py", "x = 3", "x = 4")


def test_a_constant_that_a_function_alters(project):
    """Who reads it depends on the function, though it names it nowhere."""
    text = "CACHE = {}\ndef fill():\n    CACHE['a'] = 3\ndef start():\n    return CACHE.get('a')\n"
    assert changed(project, {"p/m.py": text}, "p/m.py", "= 3", "= 4")


def test_a_package_that_passes_names_on(project):
    """Of an ``__init__`` that imports names for others, only those that are asked for count."""
    files = {
        "p/__init__.py": "from p.other import helper, third\n",
        "p/other.py": OTHER,
        "p/m.py": "from p import helper\ndef start():\n    return helper()\n",
    }
    assert changed(project, files, "p/other.py", "LEVEL = 1", "LEVEL = 2")
    assert not changed(project, files, "p/other.py", "return 3", "return 4")


def test_only_packages_that_are_named_count(project):
    """A neighbour's import of a package is no reason to compute again."""
    text = "import yaml\nimport numpy as np\ndef start():\n    return np.pi\ndef f():\n    yaml.x\n"
    root = project({"m.py": text})
    assert set(dependencies.of_names(["m.start"], [root]).packages) == {"numpy"}


MODELS = """
from press import Catalogue

def make(depth):
    return depth

class Model:
    def __init__(self, name, value):
        self.name = name

def slow():
    return 1

MODELS = Catalogue([Model("tree", make(1)), Model("forest", slow())])

def start(name):
    return MODELS[name]
"""


def test_entries_of_a_catalogue_count_for_who_asks(project):
    """No code that names the catalogue changes with an entry; the entries have hashes."""
    root = project({"m.py": MODELS})

    def seen():
        finder = dependencies.Finder([root])
        found = {key: finder.entry("m.MODELS", key) for key in ("tree", "forest", "", "svm")}
        start = dependencies.of_names(["m.start"], [root], ["press"])
        return {key: closure and closure.digest for key, closure in found.items()} | {
            "start": start.digest
        }

    before = seen()
    assert before["svm"] is None
    project({"m.py": MODELS.replace("return 1", "return 2")})
    assert [key for key, digest in seen().items() if digest != before[key]] == ["forest"]
    project({"m.py": MODELS.replace("slow())])", 'slow()), Model("svm", make(3))])')})
    assert [key for key, digest in seen().items() if digest != before[key]] == ["", "svm"]


@pytest.mark.parametrize(
    "code",
    [
        "FIRST = MODELS['tree']\ndef f():\n    return FIRST",
        "def f(x=MODELS['tree']):\n    return x",
    ],
)
def test_a_catalogue_that_is_asked_while_importing_counts_whole(project, code):
    """Nobody listens then, so every entry may be meant."""
    before = digest_of(project({"m.py": f"{MODELS}\n{code}\n"}), "m.f")
    changed = MODELS.replace("return 1", "return 2")
    assert digest_of(project({"m.py": f"{changed}\n{code}\n"}), "m.f") != before


@given(st.floats(allow_nan=False) | st.integers() | st.text() | st.binary() | st.booleans())
def test_equal_constants_and_only_those_are_equal(value):
    """The hash of ``x = constant`` follows the constant's type and value."""

    def meaning(constant):
        return syntax.read_tree(ast.parse(f"x = {constant!r}")).parts["x"].meaning

    assert meaning(value) == meaning(value)
    assert meaning(value) != meaning((value,))
