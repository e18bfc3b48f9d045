"""What is stale and why, told by the command after real renders."""

import json
import os
import shutil

import pytest
from support.books import LAW, ONE, Book


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """Make a small book and render it, once for the tests that only look."""
    book = Book(tmp_path_factory.mktemp("looked-at") / "book")
    book.thesis("render", "--to", "html")
    return book


@pytest.fixture
def book(rendered):
    """Lend the rendered book, and put back what a test changed."""
    before = rendered.files("chapters", "lab", "tables", ".press/store")
    before["data.txt"] = (rendered.root / "data.txt").read_bytes()
    yield rendered
    (rendered.root / "_environment").unlink(missing_ok=True)
    for name, content in before.items():
        (rendered.root / name).write_bytes(content)


@pytest.fixture
def own(tmp_path):
    """Make a small book that a test may render again."""
    book = Book(tmp_path / "book")
    book.thesis("render", "--to", "html")
    return book


def states(book, code):
    """Ask for everything: (kind, name) -> entry."""
    said = book.thesis("status", "--json", code=code)
    return {(entry["kind"], entry["name"]): entry for entry in json.loads(said)}


def test_everything_is_fresh_after_a_render(book):
    """Chapters, the stored result and the table; exit code 0."""
    found = states(book, 0)
    assert {name: entry["state"] for name, entry in found.items()} == {
        ("chapter", "chapters/01-one.qmd"): "fresh",
        ("chapter", "chapters/02-two.qmd"): "fresh",
        ("result", "lab.law.values"): "fresh",
        ("table", "tables/a/law.csv"): "fresh",
    }


def test_what_is_fresh_is_told_in_few_lines(book):
    """Chapters together, tables by folder, results by function."""
    assert book.thesis("status").splitlines() == [
        "chapters: 2 fresh",
        "  fresh  01-one, 02-two",
        "stored results: 1 fresh",
        "  fresh  lab.law.values",
        "tables: 1 fresh",
        "  fresh  tables/a: law.csv",
    ]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("lab/constants.py", '"""Constants."""\n\n# the factor\nFACTOR = 2\n'),
        ("chapters/01-one.qmd", ONE.replace("The law with seed", "Values of the law with seed")),
    ],
)
def test_prose_and_comments_leave_everything_fresh(book, file, text):
    """The rule: prose, comments and docstrings do not count."""
    book.write(file, text)
    assert {entry["state"] for entry in states(book, 0).values()} == {"fresh"}


def test_a_module_deep_in_the_chain(book):
    """Chapters, result and table are stale, and the chain of imports is named."""
    book.write("lab/constants.py", "FACTOR = 3\n")
    found = states(book, 1)
    assert {entry["state"] for entry in found.values()} == {"stale"}
    reason = "lab.constants changed (imported by lab.law)"
    assert found["chapter", "chapters/02-two.qmd"]["reasons"] == [reason]
    assert found["result", "lab.law.values"]["reasons"] == [reason]


@pytest.mark.parametrize(
    ("file", "more"),
    [
        ("lab/law.py", "def figure(seed):\n    return pd.Series(seed).plot()\n"),
        ("lab/law.py", "LEVELS = [1, 2]\n\n\n@stored\ndef levels(seed):\n    return LEVELS\n"),
        ("lab/constants.py", "OTHER = 3\n"),
        ("lab/more.py", "from lab import law\n"),
        ("chapters/03-three.qmd", "# Three\n"),
    ],
)
def test_what_is_added_makes_nothing_else_stale(book, file, more):
    """A figure, a stored function, a constant, a module, a chapter that the book lists."""
    path = book.root / file
    config = (book.root / "_quarto.yml").read_text()
    book.write(file, (path.read_text() if path.exists() else "") + "\n\n" + more)
    if file.endswith(".qmd"):
        book.write("_quarto.yml", config + f"    - {file}\n")
    try:
        assert {entry["state"] for entry in states(book, 0).values()} == {"fresh"}
    finally:
        book.write("_quarto.yml", config)
        if "more" in file or "three" in file:
            path.unlink()


def test_a_data_byte(book):
    """What was computed from the file is stale, and so is the table that shows it."""
    book.write("data.txt", "1")
    found = states(book, 1)
    reason = "data file data.txt changed"
    assert found["chapter", "chapters/01-one.qmd"]["reasons"] == [reason]
    assert found["result", "lab.law.values"]["reasons"] == [reason]
    assert found["table", "tables/a/law.csv"]["reasons"] == [reason]
    (book.root / "data.txt").unlink()
    assert "data file data.txt is gone" in book.thesis("status", code=1)


def test_a_cell(book):
    """Only the chapter is stale, and the cell's line is named."""
    path = book.root / "chapters" / "01-one.qmd"
    text = path.read_text().replace("changes = {", "changes = dict() or {")
    path.write_text(text)
    line = text[: text.index("from types")].count("\n") - 1
    found = states(book, 1)
    assert found["chapter", "chapters/01-one.qmd"]["reasons"] == [
        f"the cell code at chapters/01-one.qmd:{line} changed"
    ]
    assert found["chapter", "chapters/02-two.qmd"]["state"] == "fresh"


def test_a_default_parameter(book):
    """A changed default is changed code."""
    path = book.root / "chapters" / "02-two.qmd"
    path.write_text(path.read_text().replace("seed = 0", "seed = 1"))
    found = states(book, 1)
    assert "code at chapters/02-two.qmd" in found["chapter", "chapters/02-two.qmd"]["reasons"][0]


@pytest.mark.parametrize(
    ("front", "words"),
    [
        ("execute: {eval: false}", ("pieces of code",)),
        ("execute: {error: true}", ("code at chapters/02-two.qmd",)),
        ("execute: {fig-width: 3}", ("figure was 7, 5, is 3.0, 5.0", "figure was 7.0")),
    ],
)
def test_the_front_matter_of_a_chapter(book, front, words):
    """What it says about executing counts as if it stood in the cells."""
    path = book.root / "chapters" / "02-two.qmd"
    path.write_text(f"---\n{front}\n---\n\n{path.read_text()}")
    reasons = str(states(book, 1)["chapter", "chapters/02-two.qmd"]["reasons"])
    assert any(one in reasons for one in words)


def test_a_variable_of_the_edition(book):
    """The environment of the chapters counts."""
    book.write("_environment", "EDITION=c\n")
    environment, variable = states(book, 1)["chapter", "chapters/02-two.qmd"]["reasons"]
    assert environment.endswith("EDITION=c")  # beside what the machine sets, as its language
    assert variable == "the variable EDITION changed"


def test_a_dependencys_version(tmp_path):
    """Another version of a package that a module imports, inside a function, is told."""
    book = Book(tmp_path / "book")
    book.write(
        "lab/law.py", LAW.replace("return [constants", "import gauge\n    return [constants")
    )
    site = tmp_path / "site"
    path = os.pathsep.join([book.environment["PYTHONPATH"], str(site)])

    def install(version):
        info = site / "gauge-1.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        (site / "gauge.py").write_text("")
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: gauge\nVersion: {version}\n")
        (info / "RECORD").write_text("gauge.py,,\n")

    install("1.0")
    book.thesis("render", "--to", "html", PYTHONPATH=path)
    book.thesis("status", PYTHONPATH=path)
    install("1.1")
    said = book.thesis("status", code=1, PYTHONPATH=path)
    assert said.count("gauge was 1.0, is 1.1") == 3


def test_a_vanished_output(book):
    """A chapter whose table is gone must be executed again."""
    (book.root / "tables" / "a" / "law.csv").unlink()
    assert "tables/a/law.csv, which it wrote, is gone" in book.thesis("status", code=1)


@pytest.mark.parametrize("damage", ["{ half", "[]", '{"function": 3}', "{}"])
def test_a_damaged_record_of_a_table(book, damage):
    """The table is stale, and the rest is looked at all the same."""
    (book.root / "tables" / "a" / "law.json").write_text(damage)
    found = states(book, 1)
    assert found["table", "tables/a/law.csv"]["reasons"] == ["its record law.json is damaged"]
    assert found["result", "lab.law.values"]["state"] == "fresh"


def test_a_changed_digit_is_noticed_and_mended(own):
    """In a table, in its record, in a kept notebook: it is told, and the next render makes it."""
    table = own.root / "tables" / "a" / "law.csv"
    whole = table.read_bytes()
    table.write_bytes(whole.replace(b"2", b"7", 1))
    found = states(own, 1)
    assert found["table", "tables/a/law.csv"]["reasons"] == [
        "law.csv was changed after it was written"
    ]
    assert "law.csv, which it wrote, changed" in str(found["chapter", "chapters/01-one.qmd"])
    own.thesis("render", "--to", "html")
    assert table.read_bytes() == whole
    record = table.with_suffix(".json")
    record.write_text(record.read_text().replace('"digits": 3', '"digits": 4'))
    assert "its record law.json is damaged" in own.thesis("status", code=1)
    own.thesis("render", "--to", "html")
    folder = own.root / ".press" / "executed" / "chapters" / "02-two"
    for path in folder.glob("*.ipynb"):
        path.write_text(path.read_text().replace("2", "3", 1))
    own.write("chapters/02-two.qmd", (own.root / "chapters/02-two.qmd").read_text() + "\nMore.\n")
    process = own.start("render", "--to", "html")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "the kept execution of chapters/02-two.qmd is damaged" in err and "Traceback" not in err


def test_a_module_edited_while_a_chapter_runs(own):
    """The page is made, but kept under no key; the next render executes it again."""
    two = (own.root / "chapters/02-two.qmd").read_text()
    edit = "open('lab/constants.py', 'w').write('FACTOR = 5')"
    own.write("chapters/02-two.qmd", two + f"\n```{{python}}\n#| output: false\n{edit}\n```\n")
    process = own.start("render", "--to", "html")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0 and "changed" in err and "will be executed again" in err
    assert states(own, 1)["chapter", "chapters/02-two.qmd"]["state"] == "stale"


def test_superseded_results_are_not_stale_and_are_cleaned(own):
    """After a new render the old result is superseded; clean removes it and nothing else."""
    own.write("lab/constants.py", "FACTOR = 3\n")
    own.thesis("render", "--to", "html")
    assert "1 fresh, 1 superseded" in own.thesis("status")
    assert "lab.constants changed" in own.thesis("clean", "--stale")
    assert "superseded" not in own.thesis("status")
    assert len(list((own.root / ".press" / "store").rglob("*.joblib"))) == 1
    assert own.thesis("clean", "--stale") == ""


def test_clean_removes_what_a_killed_process_left(book):
    """A value without a record, a half-written file, a damaged record go; whole results stay."""
    folder = book.root / ".press" / "store" / "lab.law.values"
    (folder / "ab12.joblib").write_bytes(b"half")
    (folder / ".cd34.json.x1y2").write_bytes(b"half")
    (folder / "ef56.joblib").write_bytes(b"whole")
    (folder / "ef56.json").write_bytes(b"\x8f garbage")
    assert book.thesis("clean", "--stale").count("damaged or was left by a process") == 4
    assert "1 fresh" in book.thesis("status")
    assert len(list(folder.iterdir())) == 3


@pytest.mark.parametrize("name", ["values", "law.values", "lab.law.values"])
def test_explain_prints_the_chain(book, name):
    """Arguments, source, packages, data and users of a result."""
    said = book.thesis("status", "--explain", name)
    for words in (
        "fresh  lab.law.values(seed=0)",
        "seed = 0",
        "source   lab.constants, lab.law",
        "packages python",
        "data.txt",
        "used by  chapters/01-one.qmd",
    ):
        assert words in said


def test_explain_a_chapter_down_to_its_results(book):
    """A chapter's chain holds its results, each with its own."""
    book.write("data.txt", "1")
    said = book.thesis("status", "--explain", "02-two", code=1)
    lines = [line.strip() for line in said.splitlines()]
    assert lines[:2] == ["stale  chapters/02-two.qmd", "because data file data.txt changed"]
    assert any(line.startswith("stale  lab.law.values") for line in lines)


@pytest.mark.parametrize("name", ["one", "01-one", "01-one.qmd", "chapters/01-one"])
def test_explain_a_chapter_by_any_of_its_names(book, name):
    """Those that `render` and `rerun` take."""
    assert book.thesis("status", "--explain", name).startswith("fresh  chapters/01-one.qmd")


@pytest.mark.parametrize(("name", "near"), [("vallues", "values"), ("onne", "one")])
def test_explain_an_unknown_name(book, name, near):
    """The nearest name is offered."""
    assert f"did you mean '{near}'?" in book.thesis("status", "--explain", name, code=2)


def test_explain_tells_of_what_was_asked_alone(book):
    """As JSON too; another thing that is stale does not count."""
    two = (book.root / "chapters" / "02-two.qmd").read_text()
    book.write("chapters/02-two.qmd", two.replace("seed = 0", "seed = 1"))
    entries = json.loads(book.thesis("status", "--json", "--explain", "one"))
    assert [(entry["name"], entry["state"]) for entry in entries] == [
        ("chapters/01-one.qmd", "fresh")
    ]
    book.thesis("status", "--explain", "two", code=1)


def test_explain_a_name_of_several_functions(own):
    """They are named, and the longer name tells them apart."""
    own.write("lab/other.py", LAW)
    one = (own.root / "chapters" / "01-one.qmd").read_text()
    own.write("chapters/01-one.qmd", one + "\n`{python} __import__('lab.other').other.values(1)`\n")
    own.thesis("render", "--to", "html")
    said = own.thesis("status", "--explain", "values", code=2)
    assert "'values' may be lab.law.values or lab.other.values" in said
    assert "lab.other.values(seed=1)" in own.thesis("status", "--explain", "other.values")


def test_a_copied_book_shows_its_own_data(own, tmp_path):
    """What was executed elsewhere counts for nothing; stored results count by the copy's data."""
    copy = Book(tmp_path / "copy")
    shutil.copytree(own.root, copy.root, dirs_exist_ok=True)
    said = copy.thesis("status", code=1)
    assert f"root was {own.root}, is {copy.root}" in said
    assert "stored results: 1 fresh" in said
    copy.write("data.txt", "100")
    assert "data file data.txt changed" in copy.thesis("status", code=1)
    copy.thesis("render", "--to", "html")
    assert "1,102" in (copy.root / "tables" / "a" / "law.csv").read_text()
    assert "1,102" not in (own.root / "tables" / "a" / "law.csv").read_text()
    own.thesis("status")


def test_another_edition_is_told_apart(own):
    """Each edition that was executed has its own states."""
    own.write("_environment-b", "EDITION=b\n")
    own.thesis("render", "--to", "html", "--edition", "b")
    keys = {
        entry["key"]
        for entry in json.loads(own.thesis("status", "--json"))
        if entry["kind"] == "chapter"
    }
    assert keys == {"", "b"}


def test_a_render_with_other_parameters_changes_no_state(own):
    """A run of its own neither refreshes nor stales the chapters of the book."""
    own.thesis("render", "--to", "html", "-P", "seed:3")
    found = states(own, 0)
    assert found["chapter", "chapters/01-one.qmd"]["state"] == "fresh"
    own.write("lab/constants.py", "FACTOR = 3\n")
    own.thesis("render", "--to", "html", "-P", "seed:3")
    assert states(own, 1)["chapter", "chapters/01-one.qmd"]["state"] == "stale"
