"""The store: never stale, never computed twice, never half-written."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.processes import Project

LAW = """
from press import stored
from lab.deep import factor

@stored
def law(x, power=1):
    print("computing", end=" ")
    return factor() * x ** power
"""


@pytest.fixture
def project(tmp_path):
    """Make a project whose function reaches a module through another."""
    project = Project(tmp_path)
    project.write("lab/__init__.py", "")
    project.write("lab/constants.py", "FACTOR = 2\n")
    project.write(
        "lab/deep.py", "def factor():\n    from lab import constants\n    return constants.FACTOR\n"
    )
    project.write("lab/law.py", LAW)
    return project


CALL = "from lab.law import law; print(law(5))"


def test_a_result_is_computed_once(project):
    """The second process finds what the first one computed."""
    assert project.run(CALL) == "computing 10"
    assert project.run(CALL) == "10"


def test_arguments_are_compared_after_binding(project):
    """The same call by position, by name or with a default spelled out is the same result."""
    project.run(CALL)
    assert project.run("from lab.law import law; print(law(x=5, power=1))") == "10"
    assert project.run("from lab.law import law; print(law(5, 2))") == "computing 50"


def test_a_change_deep_in_the_chain_makes_stale(project):
    """A constant two imports away, one of them inside a function, is part of the key."""
    project.run(CALL)
    project.write("lab/constants.py", "FACTOR = 3\n")
    assert project.run(CALL) == "computing 15"


def test_going_back_finds_the_old_result(project):
    """A key says what the code is, not when it was."""
    project.run(CALL)
    project.write("lab/constants.py", "FACTOR = 3\n")
    project.run(CALL)
    project.write("lab/constants.py", "FACTOR = 2\n")
    assert project.run(CALL) == "10"


@pytest.mark.parametrize(
    "text",
    ["# the factor\nFACTOR = 2\n", '"""Constants."""\nFACTOR = 2\n', "FACTOR = (\n    2\n)\n"],
)
def test_words_do_not_make_stale(project, text):
    """The rule: comments, docstrings and layout do not count."""
    project.run(CALL)
    project.write("lab/constants.py", text)
    assert project.run(CALL) == "10"


def test_a_neighbour_does_not_make_stale(project):
    """A module that the function does not reach is not part of the key."""
    project.write("lab/other.py", "x = 1\n")
    project.run(CALL)
    project.write("lab/other.py", "x = 2\n")
    assert project.run(CALL) == "10"


def test_a_figure_in_the_same_module_does_not_make_stale(project):
    """Nor a model that the catalogue has now besides; the one that was asked for does."""
    project.write(
        "lab/models.py",
        "from press import Catalogue\nclass Model:\n    def __init__(self, name, factor):\n"
        "        self.name, self.factor = name, factor\n"
        'MODELS = Catalogue([Model("half", 0.5), Model("twice", 2)])\n',
    )
    law = LAW.replace("return factor()", "return MODELS['twice'].factor")
    law += "\n@stored\ndef names():\n    print('listing', end=' ')\n    return list(MODELS)\n"
    project.write("lab/law.py", f"from lab.models import MODELS\n{law}")
    call = "from lab.law import law, names; print(law(5), names())"
    assert project.run(call) == "computing listing 10 ['half', 'twice']"
    project.write("lab/law.py", f"from lab.models import MODELS\n{law}\ndef figure():\n    pass\n")
    assert project.run(call) == "10 ['half', 'twice']"
    models = (project.root / "lab/models.py").read_text()
    project.write("lab/models.py", models.replace(", 2)])", ', 2), Model("third", 3)])'))
    assert project.run(call) == "listing 10 ['half', 'twice', 'third']"
    project.write("lab/models.py", models.replace(", 2)])", ", 4)])"))
    assert project.run(call) == "computing listing 20 ['half', 'twice']"


def install(project, version):
    """Install a tiny distribution beside the project."""
    project.write("site/gauge/__init__.py", f"version = {version!r}\n")
    folder = "site/gauge-1.dist-info"
    project.write(f"{folder}/METADATA", f"Metadata-Version: 2.1\nName: gauge\nVersion: {version}\n")
    project.write(f"{folder}/RECORD", "gauge/__init__.py,,\n")


def test_a_new_version_of_a_package_makes_stale(project):
    """The version of a package imported by a reached module, inside a function, counts."""
    path = os.pathsep.join([project.environment["PYTHONPATH"], str(project.root / "site")])
    project.write("lab/deep.py", "def factor():\n    import gauge\n    return 2\n")
    install(project, "1.0")
    assert project.run(CALL, PYTHONPATH=path) == "computing 10"
    assert project.run(CALL, PYTHONPATH=path) == "10"
    install(project, "1.1")
    assert project.run(CALL, PYTHONPATH=path) == "computing 10"
    assert sorted(r["packages"]["gauge"] for r in project.records()) == ["1.0", "1.1"]


READER = """
from press import record_input, stored
from press.ground.files import file_sha256

@stored
def total(path):
    print("computing", end=" ")
    record_input(path, file_sha256(path))
    return sum(map(int, open(path).read().split()))

@stored
def doubled(path):
    return 2 * total(path)
"""


def test_a_changed_data_byte_makes_stale(project):
    """A result computed from a data file is given out only while the file is the same."""
    project.write("lab/read.py", READER)
    data = project.write("data.txt", "1 2 3")
    call = "from lab.read import doubled; print(doubled('data.txt'))"
    assert project.run(call) == "computing 12"
    assert project.run(call) == "12"
    data.write_text("1 2 4")
    assert project.run(call) == "computing 14"
    data.write_text("1 2 4")  # touched, not changed
    assert project.run(call) == "14"
    data.unlink()
    assert "FileNotFoundError" in project.fail(call)


def test_a_copy_of_the_project_has_its_own_data(project, tmp_path):
    """Copies may share a store; a result counts where the copy's own data file is the same."""
    project.write("lab/read.py", READER)
    project.write("data.txt", "1 2 3")
    call = "from lab.read import doubled; print(doubled('data.txt'))"
    shared = {"PRESS_STORE": str(tmp_path / "shared")}
    assert project.run(call, **shared) == "computing 12"
    shutil.copytree(tmp_path / "lab", tmp_path / "copy" / "lab")
    copy = Project(tmp_path / "copy")
    data = copy.write("data.txt", "1 2 3")
    assert copy.run(call, **shared) == "12"
    data.write_text("1 2 4")
    assert copy.run(call, **shared) == "computing 14"


def test_the_code_of_an_argument_counts(project):
    """A method of an argument's class is code of the function, though it imports no such module."""
    project.write(
        "lab/law.py", "from press import stored\n@stored\ndef law(x):\n    return x.y()\n"
    )
    shape = (
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass Shape:\n"
        "    n: int\n    def y(self):\n        return self.n * {}\n"
    )
    call = "from lab.law import law; from lab.shape import Shape; print(law(Shape(3)))"
    project.write("lab/shape.py", shape.format(2))
    assert project.run(call) == "6"
    project.write("lab/shape.py", shape.format(3))
    assert project.run(call) == "9"


def test_a_record_says_what_was_used(project):
    """Arguments in words, data files, and the stored results on the way."""
    project.write("lab/read.py", READER)
    project.write("data.txt", "1 2 3")
    project.run("from lab.read import doubled; doubled('data.txt')")
    outer, inner = project.records()
    assert (outer["function"], inner["function"]) == ("lab.read.doubled", "lab.read.total")
    assert outer["arguments"] == {"path": "'data.txt'"}
    assert outer["results"] == [["lab.read.total", inner["key"]]]
    assert list(outer["inputs"]) == list(inner["inputs"]) == ["data.txt"]
    assert outer["starts"] == ["lab.read.doubled"]
    assert outer["modules"].keys() == {"lab.read"}


def test_code_edited_under_a_running_process_is_not_kept(project):
    """Old code in memory must not pass for the new code on disk."""
    code = (
        "from lab.law import law; import pathlib, warnings\n"
        "pathlib.Path('lab/constants.py').write_text('FACTOR = 7')\n"
        "import lab.deep; print(law(5))\n"
        "pathlib.Path('lab/law.py').write_text("
        "pathlib.Path('lab/law.py').read_text().replace('factor()', '100'))\n"
        "warnings.simplefilter('error'); law(5)"
    )
    assert "lab.law changed on disk" in project.fail(code)
    assert project.run(CALL) == "computing 500"


EDITED = """
import pathlib
from press import record_input, stored
from press.ground.files import file_sha256

@stored
def law(x):
    record_input("data.txt", file_sha256("data.txt"))
    value = int(open("data.txt").read()) * x
    edit = pathlib.Path("edit.py")
    if edit.exists():
        exec(edit.read_text())
    from lab import late
    return value + late.OFFSET
"""


@pytest.mark.parametrize(
    ("edit", "words", "fresh"),
    [
        ("pathlib.Path('data.txt').write_text('3')", "data file data.txt changed while", "16"),
        ("pathlib.Path('lab/late.py').write_text('OFFSET = 5')", "its code changed while", "15"),
    ],
)
def test_what_changes_while_computing_is_not_kept(project, edit, words, fresh):
    """A data file after it was read, a module before it was imported: neither key held."""
    project.write("lab/law.py", EDITED)
    project.write("lab/late.py", "OFFSET = 1\n")
    project.write("data.txt", "2")
    project.write("edit.py", edit)
    process = project.start(CALL)
    _, err = process.communicate(timeout=60)
    assert words in err and "the result is not kept" in err
    assert project.records() == []
    (project.root / "edit.py").unlink()
    assert project.run(CALL) == fresh
    assert len(project.records()) == 1


def test_a_value_of_another_user_is_not_read(project):
    """A pickle runs what its writer wanted; who trusts the others says so."""
    project.run(CALL)
    posing = "import os; os.getuid = lambda: 7; real = os.stat_result\n"
    posing += (
        "import pathlib; stat = pathlib.Path.stat\n"
        "class Theirs:\n    st_uid = 8\n"
        "pathlib.Path.stat = lambda p, **k: Theirs if p.suffix == '.joblib' else stat(p, **k)\n"
    )
    process = project.start(posing + CALL)
    out, err = process.communicate(timeout=60)
    assert out.strip() == "computing 10" and "belongs to another user" in err
    assert project.run(posing + CALL, PRESS_TRUST_STORE="1") == "10"


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "record", "digit", "gone"])
def test_damage_is_noticed_and_mended(project, damage):
    """A damaged entry warns, is computed again, and is whole afterwards."""
    project.run(CALL)
    value, record = next(project.store.rglob("*.joblib")), next(project.store.rglob("*.json"))
    content = bytearray(value.read_bytes())
    if damage == "cut":
        value.write_bytes(content[:-1])
    elif damage == "flip":
        content[len(content) // 2] ^= 1
        value.write_bytes(content)
    elif damage == "empty":
        value.write_bytes(b"")
    elif damage == "record":
        record.write_text('{"function": "lab')
    elif damage == "digit":
        record.write_text(record.read_text().replace('"size": ', '"size": 1'))
    else:
        value.unlink()
    process = project.start(CALL)
    out, err = process.communicate(timeout=60)
    assert out.strip() == "computing 10"
    assert ("damaged" in err) == (damage != "gone")
    assert project.run(CALL) == "10"


def test_two_processes_compute_once(project):
    """Of two processes that want the same result at once, one waits for the other's."""
    slow = "import time, pathlib\n" + LAW.replace(
        'print("computing", end=" ")',
        'pathlib.Path("log").open("a").write("x"); time.sleep(1)',
    )
    project.write("lab/law.py", slow)
    processes = [project.start(CALL) for _ in range(2)]
    assert [p.communicate(timeout=60)[0].strip() for p in processes] == ["10", "10"]
    assert (project.root / "log").read_text() == "x"


@pytest.mark.parametrize("moment", ["computing", "value", "record"])
def test_a_killed_process_leaves_a_whole_store(project, moment):
    """Killed while computing, after the value or before the record: the next process computes."""
    project.run("from lab.law import law; law(1)")
    before = project.records()
    pause = "print('there', flush=True); time.sleep(60)"
    trap = {
        "computing": f"law.factor = lambda: ({pause.replace('; ', ', ')})",
        "value": "old = files.os.replace\n"
        f"def replace(a, b):\n    {pause}\nfiles.os.replace = replace",
        "record": "old = files.os.replace\ndef replace(a, b):\n"
        f"    if str(b).endswith('.json'):\n        {pause}\n    old(a, b)\n"
        "files.os.replace = replace",
    }[moment]
    code = f"import time\nfrom lab import law\nfrom press.ground import files\n{trap}\nlaw.law(5)"
    process = project.start(code)
    while "there" not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert project.records() == before
    assert project.run(CALL) == "computing 10"
    assert project.run(CALL) == "10"
    assert project.run("from lab.law import law; print(law(1))") == "2"


def test_an_unwritable_store_is_a_clear_error(project):
    """A store that cannot be made stops before anything is computed."""
    project.write("file", "")
    error = project.fail(CALL, PRESS_STORE=str(project.root / "file" / "store"))
    assert "cannot write" in error and str(project.root / "file") in error


def test_a_full_disk_is_a_clear_error(project):
    """Where a value does not fit, nothing of it is left and earlier results are whole."""
    project.run(CALL)
    before = sorted(path for path in project.store.rglob("*") if path.suffix != ".lock")
    project.write(
        "lab/big.py",
        "import os\nfrom press import stored\n@stored\ndef big():\n    return os.urandom(10**6)\n",
    )
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (10**5, 10**5))"
    error = project.fail(f"{limit}; from lab.big import big; big()")
    assert "cannot write: File too large" in error
    after = sorted(p for p in project.store.rglob("*") if p.is_file() and p.suffix != ".lock")
    assert after == [path for path in before if path.is_file()]
    assert project.run(CALL) == "10"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("law(object())", "argument 'x' is a builtins.object"),
        ("law([1, {2: print}])", "argument 'x' is a builtins.builtin_function_or_method"),
        ("law(x=1, pwer=2)", "pwer"),
    ],
)
def test_bad_arguments_are_named(project, call, words):
    """The error names the argument and its type."""
    assert words in project.fail(f"from lab.law import law; {call}")


def test_what_cannot_be_kept_is_refused(project):
    """A value that cannot be pickled is an error that says so; nothing is written."""
    project.write(
        "lab/bad.py", "from press import stored\n@stored\ndef bad():\n    return lambda: 1\n"
    )
    assert "which cannot be kept" in project.fail("from lab.bad import bad; bad()")
    assert project.records() == []


def test_functions_without_a_lasting_name_are_refused(project):
    """Neither a closure nor a function of the main script can be stored."""
    closure = (
        "from press import stored\ndef make():\n    @stored\n    def f():\n        pass\nmake()"
    )
    assert "cannot be stored" in project.fail(closure)


def test_recursion_on_itself_is_found(project):
    """A function that asks for its own result fails instead of waiting for itself."""
    project.write(
        "lab/loop.py", "from press import stored\n@stored\ndef loop():\n    return loop()\n"
    )
    assert "RecursionError" in project.fail("from lab.loop import loop; loop()")


def test_events_are_recorded(project):
    """PRESS_RECORD hears inputs and results, those of a found result too."""
    project.write("lab/read.py", READER)
    project.write("data.txt", "1 2 3")
    call = "from lab.read import doubled; doubled('data.txt')"
    project.run(call)
    project.run(call, PRESS_RECORD="events")
    events = [json.loads(line) for line in (project.root / "events").read_text().splitlines()]
    assert [event["kind"] for event in events] == ["input", "result"]
    assert events[0]["path"] == str(project.root / "data.txt")
    assert events[1]["function"] == "lab.read.doubled" and events[1]["found"]


# --- one process that follows random edits ------------------------------------------------------

EDITS = st.lists(
    st.tuples(st.sampled_from(["code", "argument", "data", "words"]), st.integers(0, 3)),
    min_size=2,
    max_size=12,
)

FOLLOWER = """
import importlib, json, pathlib, sys
for line in sys.stdin:
    kind, factor, argument, data, words = json.loads(line)
    pathlib.Path("lab/constants.py").write_text(f"# {words}\\nFACTOR = {factor}\\n")
    pathlib.Path("data.txt").write_text(str(data))
    for name in [n for n in sys.modules if n.partition(".")[0] == "lab"]:
        del sys.modules[name]
    importlib.invalidate_caches()
    from lab.law import law
    print(json.dumps(law(argument)), flush=True)
"""

BOTH = """
from press import record_input, stored
from press.ground.files import file_sha256
from lab.deep import factor

@stored
def law(x):
    record_input("data.txt", file_sha256("data.txt"))
    return [factor(), x, int(open("data.txt").read())]
"""


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=EDITS)
def test_never_stale(tmp_path_factory, edits):
    """Whatever changes in whatever order, a result is that of the present code and data."""
    project = Project(tmp_path_factory.mktemp("project"))
    project.write("lab/__init__.py", "")
    project.write(
        "lab/deep.py", "def factor():\n    from lab import constants\n    return constants.FACTOR\n"
    )
    project.write("lab/law.py", BOTH)
    states, state = [], {"code": 0, "argument": 0, "data": 0, "words": 0}
    for kind, value in edits:
        state = {**state, kind: value}
        states.append(["", state["code"], state["argument"], state["data"], state["words"]])
    process = subprocess.run(
        [sys.executable, "-c", FOLLOWER],
        input="\n".join(json.dumps(s) for s in states),
        cwd=project.root,
        env=project.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert process.returncode == 0, process.stderr
    answers = [json.loads(line) for line in process.stdout.splitlines()]
    assert answers == [s[1:4] for s in states]
    assert "changed on disk" not in process.stderr
