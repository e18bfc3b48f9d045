"""Whole books: what stock Quarto shows, failures that change nothing, renders without work."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from press.build import fingerprint
from press.build.render import render
from press.ground.errors import InputError, RenderError
from press.provenance.seal import opened, sealed
from support.books import Book
from support.cases_and_facts import CASES, book, case, expected, facts, write

RUN = [sys.executable, "-c", "from press.cli.main import main; main()"]
HELLO = """
# One {#sec-one}

```{python}
print("hello")
```
"""


@pytest.mark.parametrize(
    ("name", "quarto", "profile", "parameters"),
    [
        ("basics", "basics", None, {}),
        ("profiles", "profiles-cg", None, {}),
        ("profiles", "profiles-paec-seed7", "paec", {"seed": 7}),
    ],
)
def test_pages_show_what_stock_quarto_shows(tmp_path, name, quarto, profile, parameters):
    """Numbers, references, captions, titles, paragraphs, citations and alternative texts agree."""
    root = case(name, tmp_path)
    site = render(root, profile=profile, parameters=parameters, to=["html"])
    known = expected(json.loads((CASES / "expected" / f"{quarto}.json").read_text()))
    found = facts(site)
    assert found.keys() == known.keys()
    for page in known:
        assert found[page] == known[page]


def listing(folder: Path) -> dict[str, int]:
    """Files of a folder and when they were written."""
    return {str(p): p.stat().st_mtime_ns for p in sorted(folder.rglob("*")) if p.is_file()}


def contents(folder: Path) -> dict[str, bytes]:
    """Files of a folder and what they hold."""
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_nothing_changed_writes_nothing(tmp_path):
    """A second render leaves every file as it is; a changed sentence is written."""
    root = book(tmp_path, {"one.qmd": "# One {#sec-one}\n\nWords.\n"})
    lines: list[str] = []
    site = render(root, progress=lines.append)
    before = listing(site)
    render(root, progress=lines.append)
    assert listing(site) == before
    assert lines[-1].startswith("nothing changed in _book")
    write(root / "one.qmd", "# One {#sec-one}\n\nOther words.\n")
    render(root)
    assert "Other words." in (site / "one.html").read_text()


def test_a_changed_picture_is_written(tmp_path):
    """Files that a page shows count, though no source names their content."""
    root = book(tmp_path, {"one.qmd": "# One\n\n![](a.svg)\n"})
    site = render(root, to=["html"])
    write(root / "a.svg", (root / "a.svg").read_text().replace("9", "8"))
    render(root, to=["html"])
    assert any('width="8"' in path.read_text() for path in site.rglob("*.svg"))


def test_one_format_keeps_the_other(tmp_path):
    """Rendering the website leaves the PDF, and the other way round."""
    root = book(tmp_path, {"one.qmd": "# One\n\nWords.\n"})
    site = render(root, to=["pdf"])
    render(root, to=["html"])
    assert {"a-book.pdf", "index.html", "one.html"} <= {path.name for path in site.rglob("*")}
    printed = (site / "a-book.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    render(root)
    assert (site / "a-book.pdf").read_bytes() == printed


def test_the_website_links_to_the_pdf_that_is_there(tmp_path):
    """Also to one that is made later, and to none of an earlier title."""
    root = book(tmp_path, {"one.qmd": "# One\n\nWords.\n"})
    site = render(root, to=["html"])
    assert "a-book.pdf" not in (site / "one.html").read_text()
    render(root, to=["pdf"])
    assert "a-book.pdf" in (site / "one.html").read_text()
    config = root / "_quarto.yml"
    config.write_text(config.read_text().replace("A book", "Another"))
    render(root, to=["html"])
    assert not [*site.glob("*.pdf")]
    assert ".pdf" not in (site / "one.html").read_text()
    render(root)
    assert [path.name for path in site.glob("*.pdf")] == ["another.pdf"]
    assert "another.pdf" in (site / "one.html").read_text()


def test_a_failing_cell_leaves_the_book(tmp_path):
    """The error names chapter, line and cause; the rendered book is as it was."""
    root = book(tmp_path, {"one.qmd": HELLO})
    site = render(root, to=["html"])
    before = listing(site)
    write(root / "one.qmd", HELLO.replace('print("hello")', "x = 1\ny = x / 0"))
    with pytest.raises(RenderError) as failure:
        render(root, to=["html"])
    assert str(failure.value).startswith("one.qmd:6: ZeroDivisionError: division by zero")
    assert "y = x / 0" in str(failure.value)
    assert listing(site) == before


@pytest.mark.parametrize(
    "wrong", ["See @fig-nowhere.", "See @nobody1999.", "::: {.panel-input}\n:::", "{{< vra x >}}"]
)
def test_a_wrong_source_leaves_the_book(tmp_path, wrong):
    """What cannot be resolved stops the render before anything is written."""
    root = book(tmp_path, {"one.qmd": "# One\n"})
    site = render(root, to=["html"])
    before = listing(site)
    write(root / "one.qmd", f"# One\n\n{wrong}\n")
    with pytest.raises(InputError) as failure:
        render(root, to=["html"])
    assert str(failure.value).startswith("one.qmd:3:")
    assert listing(site) == before


def test_a_bibliography_that_is_no_text_is_refused(tmp_path):
    """The file is named, and what to do."""
    root = book(tmp_path, {"one.qmd": "# One\n\nSee @a.\n"})
    (root / "works.bib").write_bytes(b"@article{a, title={\xe9}}")
    with pytest.raises(InputError, match="works.bib: not UTF-8 text"):
        render(root, to=["html"])


def test_other_parameters_go_to_a_folder_of_their_own(tmp_path):
    """A render with other than the defaults touches neither the book nor another run's."""
    chapter = """
    # One {#sec-one}

    ```{python}
    #| tags: [parameters]
    #| include: false
    seed = 0
    ```

    The seed is `{python} seed`.
    """
    root = book(tmp_path, {"one.qmd": chapter})
    site = render(root, to=["html"])
    assert render(root, parameters={"seed": 0}, to=["html"]) == site == root / "_book"
    run = render(root, parameters={"seed": 3}, to=["html"])
    assert run.parent.parent == root / "_runs"
    assert "The seed is 3." in (run / "one.html").read_text()
    assert "The seed is 0." in (site / "one.html").read_text()


def test_damaged_memories_are_made_again(tmp_path):
    """Whatever of `.press` is cut short, the next render makes the same book."""
    root = book(tmp_path, {"one.qmd": HELLO})
    site = render(root, to=["html"])
    before = contents(site)
    for path in (root / ".press").rglob("*.*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:20])
    write(root / "one.qmd", HELLO + "\nMore.\n")
    render(root, to=["html"])
    write(root / "one.qmd", HELLO)
    render(root, to=["html"])
    assert contents(site) == before


@pytest.mark.parametrize("moment", ["started", "._book.partial-*"])
def test_a_killed_render_leaves_the_book(tmp_path, moment):
    """A process killed while it executes or writes leaves the old book; the next one succeeds."""
    root = book(tmp_path, {"one.qmd": HELLO})
    site = render(root, to=["html"])
    before = listing(site)
    seconds = 60 if moment == "started" else 0
    slow = f"open('started', 'w').close(); import time; time.sleep({seconds})"
    write(root / "one.qmd", HELLO.replace('print("hello")', slow))
    imports = "from pathlib import Path; from press.build.render import render"
    code = f"{imports}; render(Path({str(root)!r}))"
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    while not list(root.glob(moment)):
        assert process.poll() is None
        time.sleep(0.001)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert listing(site) == before
    write(root / "one.qmd", HELLO.replace("hello", "again"))
    render(root, to=["html"])
    assert "again" in (site / "one.html").read_text()


def thesis(root: Path) -> subprocess.CompletedProcess:
    """Render the website in a process of its own."""
    command = [*RUN, "render", "--to", "html"]
    paths = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(command, cwd=root, env=paths, capture_output=True, text=True)


def outside(folder: Path, place: str) -> Path:
    """Write a book that is rendered into `place`, whose cell leaves a file if it runs."""
    chapter = HELLO.replace('print("hello")', "open('ran', 'w').close()")
    root = book(folder, {"chapters/one.qmd": chapter})
    text = (root / "_quarto.yml").read_text()
    write(root / "_quarto.yml", text.replace("type: book", f"type: book\n  output-dir: {place}"))
    return root


@pytest.mark.parametrize("place", ["docs", ".", "..", "chapters", "../neighbour", "ABSOLUTE"])
def test_a_folder_of_others_is_never_replaced(tmp_path, place):
    """Documents, sources, other projects are refused before a cell runs, and are as before."""
    place = place.replace("ABSOLUTE", str(tmp_path / "far"))
    root = outside(tmp_path / "book", place)
    for name in ("book/docs", "neighbour", "far"):
        write(tmp_path / name / "work.txt", "months of work")
    before = contents(tmp_path)
    done = thesis(root)
    assert done.returncode == 2
    assert f"cannot render into {root / place}: it holds " in done.stderr
    assert "work.txt" in done.stderr or "the sources of the book" in done.stderr
    assert contents(tmp_path) == before


def test_only_a_few_of_many_names_are_told(tmp_path):
    """The message stays short."""
    root = outside(tmp_path, "docs")
    for name in "abcdefg":
        write(root / "docs" / name, "")
    assert "it holds a, b, c, d and 3 more, which no render" in thesis(root).stderr


def test_the_book_of_another_project_is_refused(tmp_path):
    """Its mark names other sources."""
    neighbour = book(tmp_path / "neighbour", {})
    before = contents(render(neighbour, to=["html"]))
    done = thesis(outside(tmp_path / "book", "../neighbour/_book"))
    assert done.returncode == 2
    assert "which no render of this book made" in done.stderr
    assert contents(neighbour / "_book") == before


@pytest.mark.parametrize("place", ["docs", "../site"])
def test_a_moved_project_with_another_title_replaces_its_book(tmp_path, place):
    """Without any memory too: the mark names the way to the sources."""
    root = outside(tmp_path / "one" / "book", place)
    (root / place).mkdir()
    assert thesis(root).returncode == 0
    moved = (tmp_path / "one").rename(tmp_path / "two") / "book"
    shutil.rmtree(moved / ".press")
    text = (moved / "_quarto.yml").read_text()
    write(moved / "_quarto.yml", text.replace("A book", "A treatise"))
    done = thesis(moved)
    assert done.returncode == 0, done.stderr
    assert "A treatise" in (moved / place / "index.html").read_text()


def test_a_book_without_a_mark_is_known_by_its_files(tmp_path):
    """Notes of earlier renders list them; with one file more, or without notes, it is refused."""
    root = book(tmp_path, {})
    site = render(root, to=["html"])
    (site / ".press-book").unlink()
    write(root / "index.qmd", "# Preface {.unnumbered}\n\nOther words.\n")
    assert thesis(root).returncode == 0
    (site / ".press-book").unlink()
    write(site / "notes" / "mine.txt", "work")
    done = thesis(root)
    assert (done.returncode, "it holds notes/mine.txt, which" in done.stderr) == (2, True)
    (site / "notes" / "mine.txt").unlink()
    shutil.rmtree(root / ".press")
    assert thesis(root).returncode == 2


def test_work_that_appears_during_a_render_is_kept(tmp_path):
    """What lies in a folder that was new when the render began is not lost."""
    chapter = HELLO.replace('print("hello")', "import os; os.mkdir('_book'); open('_book/a', 'w')")
    root = book(tmp_path, {"one.qmd": chapter})
    with pytest.raises(InputError, match="it holds a, which"):
        render(root, to=["html"])
    assert [path.name for path in (root / "_book").iterdir()] == ["a"]
    assert not list(root.glob("._book.partial-*"))


@pytest.mark.parametrize("exists", [True, False])
def test_the_target_of_a_link_is_replaced(tmp_path, exists):
    """The link stays a link; what it leads to is under the same rule."""
    root, target = book(tmp_path / "book", {}), tmp_path / "disk" / "site"
    if exists:
        target.mkdir(parents=True)
    (root / "_book").symlink_to(target)
    for words in ("First.", "Second."):
        write(root / "index.qmd", f"# Preface {{.unnumbered}}\n\n{words}\n")
        assert thesis(root).returncode == 0
        assert words in (target / "index.html").read_text()
    assert (root / "_book").is_symlink()
    (target / ".press-book").unlink()
    write(target / "work.txt", "work")
    assert thesis(root).returncode == 2
    assert (target / "work.txt").exists()


def test_a_link_to_itself_is_refused(tmp_path):
    """It leads nowhere."""
    root = outside(tmp_path, "site")
    (root / "site").symlink_to("site")
    done = thesis(root)
    assert (done.returncode, "it is a symbolic link to itself" in done.stderr) == (2, True)


def test_a_mount_point_is_refused_by_name(tmp_path):
    """It can get no other name."""
    root = outside(tmp_path, "/dev")
    done = thesis(root)
    assert done.returncode == 2
    assert "cannot render into /dev: it is a mount point" in done.stderr
    assert not (root / "ran").exists()


def test_a_file_in_the_place_of_the_book_is_refused(tmp_path):
    """It stays, and no cell runs."""
    root = outside(tmp_path, "site")
    write(root / "site", "words")
    assert thesis(root).returncode == 2
    assert (root / "site").read_text() == "words"
    assert not (root / "ran").exists()


def test_an_incomplete_book_is_written_again(tmp_path):
    """Also when its files were missing already as it was noted what there is."""
    root = book(tmp_path, {"one.qmd": "# One\n"})
    output = render(root, to=["html"])
    stamp = fingerprint.read_stamp(root, output)
    (output / "one.html").unlink()
    fingerprint.write_stamp(root, output, stamp)
    render(root, to=["html"])
    assert (output / "one.html").is_file()


def test_a_table_of_another_machine_is_left_and_said(tmp_path):
    """A committed table one unit away stays as it is, so that no repository is changed."""
    book = Book(tmp_path)
    book.thesis("render", "--to", "html")
    table = tmp_path / "tables" / "a" / "law.csv"
    committed = table.read_text().replace("2.00", "2.01")
    table.write_text(committed)
    record = table.with_suffix(".json")
    said = opened(record.read_bytes()) | {"sha256": hashlib.sha256(committed.encode()).hexdigest()}
    record.write_bytes(sealed(said, indent=2, sort_keys=True, ensure_ascii=False) + b"\n")
    before = book.files("tables")
    line = "tables/a/law.csv: reproduced within one unit of its last digits, and left"
    assert line in book.thesis("render", "--to", "html")
    assert book.files("tables") == before
    assert "2.01" in (tmp_path / "_book" / "chapters" / "01-one.html").read_text()
    assert "executed" not in book.thesis("render", "--to", "html")
