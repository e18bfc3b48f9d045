"""`thesis diff` between commits, folders and editions, and each of its comparisons."""

import json
import subprocess
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from press.differences import figures, sentences, tables
from support.books import LAW, ONE, Book


def compared(folder: Path, old: str, new: str) -> list[tuple]:
    """Compare two tables."""
    for name, text in (("old.csv", old), ("new.csv", new)):
        (folder / name).write_text(text, encoding="utf-8")
    found = tables.compare("t", folder / "old.csv", folder / "new.csv")
    return [(one.kind, one.where, one.before, one.after) for one in found]


def test_one_unit_of_the_last_digit_is_the_same_number(tmp_path):
    """Two units are not, and a count is equal or it is not."""
    old = "System,Score,Ions\na,0.50,12\nb,0.50,12\n"
    new = "System,Score,Ions\na,0.51,12\nb,0.52,13\n"
    assert sorted(compared(tmp_path, old, new)) == [
        ("number", "t: b, Ions", "12", "13"),
        ("number", "t: b, Score", "0.50", "0.52"),
    ]


def test_rows_and_columns_are_matched_by_their_words(tmp_path):
    """A new row does not shift those below it; words that change are told as words."""
    old = "System,Score\na,0.5\nc,0.7\n"
    new = "System,Score,Note\na,0.5,x\nb,0.6,x\nc,0.7,x\n"
    found = compared(tmp_path, old.replace("Score", "Score,Note").replace("5\n", "5,x\n")
                     .replace("7\n", "7,x\n"), new)  # fmt: skip
    assert found == [("row", "t: b / x", "", "b, 0.6, x")]
    assert ("column", "t: Note", "", "Note") in compared(tmp_path, old, new)
    assert compared(tmp_path, "A,B\na,0.5\n", "A,B\nb,0.5\n") == [("words", "t: b, A", "a", "b")]


def test_sizes_are_in_standard_errors_where_there_is_an_interval(tmp_path):
    """0.2 of an interval 0.392 long, which is four standard errors of 0.1."""
    (tmp_path / "old.csv").write_text('a,b\nx,"0.500 [0.304, 0.696]"\n')
    (tmp_path / "new.csv").write_text('a,b\nx,"0.700 [0.504, 0.896]"\n')
    (change,) = tables.compare("t", tmp_path / "old.csv", tmp_path / "new.csv")
    assert change.errors == pytest.approx(2)
    assert change.size == "2.0 standard errors"


def test_only_numbers_in_the_same_words_are_sentences_that_changed(tmp_path):
    """Numbers of figures are none of the sentence, and new words are the author's."""
    pages = []
    for name, number in (("a.html", 3), ("b.html", 4)):
        pages.append(tmp_path / name)
        pages[-1].write_text(
            f"<p>Outside {number}.</p><main><p>There are {number} ions, see <a>Figure {number}</a>."
            f" It is the same.</p><p>{'Old' if number == 3 else 'New'} words.</p></main>"
        )
    (change,) = sentences.compare("a.html", *pages)
    assert (change.before, change.after) == ("There are 3 ions, see .", "There are 4 ions, see .")


def test_a_figure_is_compared_by_what_is_seen(tmp_path):
    """One pixel of a hundred is 1 %, also on a larger sheet; a shade nobody sees is nothing."""
    image = np.ones((10, 10, 3))
    other, faint = image.copy(), image.copy()
    other[0, 0] = 0
    faint[5, 5] = 0.99
    for name, picture in (("a", image), ("b", other), ("c", faint), ("d", np.ones((10, 20, 3)))):
        matplotlib.image.imsave(tmp_path / f"{name}.png", picture)
    (change,) = figures.compare("f", tmp_path / "a.png", tmp_path / "b.png")
    assert change.after == "1.0% of it"
    shown = matplotlib.image.imread(tmp_path / "a.png")
    assert len(change.pictures) == 3 and shown.shape == (10, 10, 4)
    assert not list(figures.compare("f", tmp_path / "a.png", tmp_path / "c.png"))
    assert not list(figures.compare("f", tmp_path / "a.png", tmp_path / "d.png"))


@pytest.fixture
def history(tmp_path):
    """Make a rendered book with a first commit."""
    book = Book(tmp_path / "book")
    book.write(".gitignore", "_book\n.press\n__pycache__\n")
    book.write("chapters/02-two.qmd", "# Two {#sec-two}\n")
    book.write(
        "chapters/01-one.qmd", ONE.replace("The seed is", "It is `{python} law.values(1)[0]`.")
    )
    book.thesis("render", "--to", "html")
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "First"]):
        git(book.root, *command)
    return book


def git(folder: Path, *args: str) -> None:
    """Run git as nobody in particular."""
    name = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    subprocess.run(["git", "-C", str(folder), *name, *args], check=True)


def test_the_working_tree_is_compared_with_a_commit(history):
    """A number of a table that moved, a page that was added; nothing else."""
    assert history.thesis("diff", "HEAD").endswith("0 changes\n")
    history.write("lab/law.py", LAW.replace("+ offset", "+ offset + 10"))
    config = history.root / "_quarto.yml"
    config.write_text(config.read_text() + "    - chapters/03-three.qmd\n")
    history.write("chapters/03-three.qmd", "# Three\n")
    history.thesis("render", "--to", "html")
    found = json.loads(history.thesis("diff", "HEAD", "--json", code=1))
    told = {(one["kind"], one["where"], one["before"], one["after"]) for one in found["changes"]}
    assert ("number", "a/law: 0, value", "0", "10.0") in told
    assert ("page", "chapters/03-three.qmd", "not there", "added") in told
    assert {kind for kind, *_ in told} == {"number", "page"}
    assert found["not_compared"][0].startswith("commit HEAD has no rendered pages")


def test_sentences_of_another_checkout_are_compared(history, tmp_path):
    """A copy that was rendered before is a side, too; one page has everything."""
    copy = tmp_path / "before"
    subprocess.run(["cp", "-r", str(history.root), str(copy)], check=True)
    history.write("data.txt", "5")
    history.thesis("render", "--to", "html")
    page = tmp_path / "diff.html"
    out = history.thesis("diff", str(copy), "-o", str(page), code=1)
    assert "    - It is 2. " in out and "    + It is 7. " in out
    assert "It is 7." in page.read_text()


def test_what_is_no_side_is_refused(history):
    """With what it may be; the exit code is 2."""
    said = history.thesis("diff", "nothing", code=2)
    assert "'nothing' is no edition, folder or commit" in said
