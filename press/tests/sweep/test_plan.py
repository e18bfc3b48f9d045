"""Sweep files: what they mean, and what is wrong with bad ones."""

import pytest
from press.book import lookup
from press.sweep import plan
from support.books import Book

from press import InputError


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Make a small book with two editions."""
    book = Book(tmp_path_factory.mktemp("sweeps") / "book")
    book.write("_environment-b", "EDITION=b\n")
    return book


def runs(book, text):
    """Read a sweep: (chapter, edition, parameters) of each run."""
    path = book.write("sweep.yml", text)
    return [
        (run.chapter[9:12], run.edition, run.parameters) for run in plan.read(path, book.root).runs
    ]


def test_a_grid_is_every_combination(book):
    """Lists and ranges, over each chapter."""
    text = "chapters: [one, two]\ngrid:\n  seed: 1..2\n  dataset: [x, y]\n"
    found = runs(book, text)
    assert len(found) == 8
    assert found[:2] == [
        ("01-", "", {"seed": 1, "dataset": "x"}),
        ("01-", "", {"seed": 1, "dataset": "y"}),
    ]


def test_single_runs_add_to_the_grid_and_stand_once(book):
    """A run that the grid has already is not done twice."""
    text = "chapters: one\ngrid:\n  seed: [1, 2]\nruns:\n  - seed: 2\n  - {seed: 3, dataset: z}\n"
    assert [parameters for _, _, parameters in runs(book, text)] == [
        {"seed": 1},
        {"seed": 2},
        {"seed": 3, "dataset": "z"},
    ]


def test_editions_multiply(book):
    """Each edition has its own runs."""
    found = runs(book, "chapters: [one]\neditions: [b]\ngrid: {seed: [1]}\n")
    assert found == [("01-", "b", {"seed": 1})]


def test_a_chapter_gets_only_what_it_declares(book):
    """A parameter that one chapter lacks does not multiply that chapter's runs."""
    book.write(
        "chapters/02-two.qmd",
        "# Two {#sec-two}\n\n```{python}\n#| tags: [parameters]\ndepth = 1\n```\n",
    )
    found = runs(book, "chapters: [one, two]\ngrid: {seed: [1, 2], depth: [5]}\n")
    assert found == [
        ("01-", "", {"seed": 1}),
        ("01-", "", {"seed": 2}),
        ("02-", "", {"depth": 5}),
    ]


def test_values_are_read_by_the_types_of_the_chapter(book):
    """Numbers of YAML 1.2, texts as they are written, tuples."""
    cell = "#| tags: [parameters]\nrate = 0.5\nname = 'a'\npair = (0, 1)\nany = None\n"
    book.write("chapters/02-two.qmd", f"# Two {{#sec-two}}\n\n```{{python}}\n{cell}```\n")
    text = "chapters: [two]\nruns:\n  - {rate: 1e-3, name: 1.10, pair: [0, 2], any: 010}\n"
    text += "  - {rate: 2, name: 08, any: 1:30}\n  - {name: yes, any: '3'}\n"
    assert [parameters for _, _, parameters in runs(book, text)] == [
        {"rate": 0.001, "name": "1.10", "pair": (0, 2), "any": 10},
        {"rate": 2.0, "name": "08", "any": "1:30"},
        {"name": "yes", "any": "3"},
    ]
    bad = book.write("bad.yml", "chapters: [two]\ngrid:\n  rate: [0.1, '0.2']\n")
    with pytest.raises(InputError, match="the parameter 'rate' is '0.2'") as caught:
        plan.read(bad, book.root)
    assert (caught.value.line, caught.value.column) == (3, 15)


def test_names_of_runs_are_all_different(book):
    """No two runs share a folder."""
    path = book.write("sweep.yml", "chapters: one\ngrid: {seed: 0..99, dataset: [x, y]}\n")
    found = plan.read(path, book.root).runs
    assert len({run.name for run in found}) == len(found) == 200


def _law(dataset, seed=0):
    """Refuse seeds above nine, and a seed of five with the data set z."""
    if not isinstance(seed, int) or seed > 9:
        raise InputError(f"seed is {seed!r}", rule="a whole number up to nine")
    if (dataset, seed) == ("z", 5):
        raise InputError("z has no seed 5")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("chapters: [one]\ngrid:\n  seed: [1, 12, 2]\n", 3, 13),
        ("chapters: [one]\ngrid:\n  seed:\n    - 1\n    - x\n", 5, 7),
        ("chapters: [one]\ngrid:\n  seed: 5..12\n", 3, 9),
        ("chapters: [one]\ngrid:\n  seed: [1]\n  sed: [2]\n", 4, 3),
        ("chapters: [one]\ngrid:\n  dataset: [a, z]\n  seed: [4, 5]\n", 3, 3),
        ("chapters: [one]\nruns:\n  -\n  - {seed: 1}\n  - {dataset: b, seed: 12}\n", 5, 24),
        ("chapters: [one]\nruns:\n  - {seed: 1, 7: 2}\n", 3, 15),
        ("chapters: [one]\ngrid:\n  seed: [1, 2, 1]\n", 3, 16),
        ("chapters: [one, onne]\ngrid: {seed: [1]}\n", 1, 17),
    ],
)
def test_the_very_place_is_told(book, monkeypatch, text, line, column):
    """Line and column of a value, a key, or a grid whose values do not go together."""
    monkeypatch.setattr(lookup, "_checks", lambda root: [_law])
    with pytest.raises(InputError) as caught:
        plan.read(book.write("bad.yml", text), book.root)
    assert (caught.value.line, caught.value.column) == (line, column)


TWENTY = ", ".join(f"d{number}" for number in range(20))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("chapters: [one\n", 2, ""),
        ("- one\n", 1, "names with values"),
        ("chapters: [one]\ngird:\n  seed: [1]\n", 2, "did you mean 'grid'?"),
        ("grid:\n  seed: [1]\n", None, "names no chapters"),
        ("chapters: [onne]\ngrid: {seed: [1]}\n", 1, "did you mean 'chapters/01-one.qmd'?"),
        ("chapters: [one]\n", None, "has no runs"),
        ("chapters: [one]\ngrid:\n  sed: [1]\n", 3, "did you mean 'seed'?"),
        ("chapters: [one]\ngrid:\n  seed: 5\n", 3, "a list of values, or a range"),
        ("chapters: [one]\ngrid:\n  seed: 5..1\n", 3, "a list of values, or a range"),
        ("chapters: [one]\ngrid:\n  seed: [1, 1]\n", 3, "each value stands once"),
        ("chapters: [one]\nruns:\n  - 5\n", 3, "names of parameters"),
        ("chapters: [one]\nruns:\n  - {seed: 1}\n  - {sed: 1}\n", 4, "unknown parameter 'sed'"),
        ("chapters: [one]\neditions: [c]\ngrid: {seed: [1]}\n", 2, "unknown profile 'c'"),
        ("chapters: [one]\ngrid: {seed: [1]}\ncompare:\n  tabel: x\n", 4, "did you mean 'table'?"),
        ("chapters: [one]\ngrid: {seed: [1]}\ncompare: scores\n", 3, "table, value, across, by"),
        ("chapters: [one]\ngrid:\n  seed: 0..99999999999\n", 3, "seed has 100,000,000,000 values"),
        (f"chapters: [one]\ngrid:\n  seed: 1..999\n  dataset: [{TWENTY}]\n", 3, "has 19,980"),
        ("chapters: [one, two]\ngrid: {seed: 1..9999}\n", 2, "has 19,998 runs"),
        ("chapters: [one]\n\tgrid: {seed: [1]}\n", 2, "spaces, not tabs"),
        ("chapters: [one]\neditions: [bb]\ngrid: {seed: [1]}\n", 2, "did you mean 'b'?"),
        ("chapters: [one]\ngrid: {seed: [1]}\ncompare: {by: 3}\n", 3, "name of one column"),
        ("chapters: {one: 1}\ngrid: {seed: [1]}\n", 1, "chapters is a list"),
    ],
)
def test_malformed_files(book, text, line, words):
    """File, line and rule are told."""
    path = book.write("bad.yml", text)
    with pytest.raises(InputError) as caught:
        plan.read(path, book.root)
    assert words in str(caught.value)
    assert caught.value.file == "bad.yml"
    assert line is None or caught.value.line == line


def test_a_file_that_is_no_text(book):
    """The file is named."""
    (book.root / "bytes.yml").write_bytes(b"chapters: [\xff]\n")
    with pytest.raises(InputError, match="bytes.yml: not UTF-8 text"):
        plan.read(book.root / "bytes.yml", book.root)


def test_a_missing_file(book):
    """The file is named."""
    with pytest.raises(InputError, match="no such sweep file"):
        plan.read(book.root / "none.yml", book.root)
