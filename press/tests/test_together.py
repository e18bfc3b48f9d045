"""Several commands at once on one book, and commands that are killed."""

import os
import signal
import time

import pytest
from support.books import LAW, Book


@pytest.fixture
def book(tmp_path):
    """Make a small book."""
    return Book(tmp_path / "book")


def test_two_renders_at_once_share_the_store(book):
    """Two editions rendered at the same time compute a common result once and both succeed."""
    slow = LAW.replace(
        "    offset = ",
        "    import time\n    open('log', 'a').write('x')\n    time.sleep(1)\n    offset = ",
    )
    book.write("lab/law.py", slow)
    for name in "ab":
        book.write(f"_environment-{name}", f"EDITION={name}\n")
        book.write(f"_quarto-{name}.yml", f"project: {{output-dir: _book-{name}}}\n")
    renders = [book.start("render", "--to", "html", "--edition", name) for name in "ab"]
    for render in renders:
        out, err = render.communicate(timeout=120)
        assert render.returncode == 0, out + err
    assert (book.root / "log").read_text() == "x"
    made = book.files("_book-a", "_book-b", "tables")
    assert made["tables/a/law.csv"] == made["tables/b/law.csv"]
    assert {"_book-a/index.html", "_book-b/index.html"} <= made.keys()


def test_two_reruns_and_a_render_at_once(book):
    """Reruns with other parameters beside a render: each has its own numbers."""
    started = [
        book.start("rerun", "one", "-P", "seed:3", "-o", "three"),
        book.start("rerun", "one", "-P", "seed:4", "-o", "four"),
        book.start("render", "--to", "html"),
    ]
    for process in started:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, out + err
    made = book.files("three", "four", "tables")
    assert made["three/tables/a/law.csv"].startswith(b"step,value\n0,6.00")
    assert made["four/tables/a/law.csv"].startswith(b"step,value\n0,8.00")
    assert made["tables/a/law.csv"].startswith(b"step,value\n0,0")


def test_a_killed_render_leaves_everything_whole(book):
    """Kill -9 in the middle of a render: the old book stays, status works, a render repairs."""
    book.thesis("render", "--to", "html")
    before = book.files("_book", "tables")
    slow = LAW.replace(
        "    offset = ",
        "    open('begun', 'w')\n    import time\n    time.sleep(60)\n    offset = ",
    )
    book.write("lab/law.py", slow)
    process = book.start("render", "--to", "html")
    for _ in range(1200):
        if (book.root / "begun").exists():
            break
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert book.files("_book", "tables") == before
    assert "lab.law changed" in book.thesis("status", code=1)
    book.write("lab/law.py", LAW)
    book.thesis("render", "--to", "html")
    assert "stale" not in book.thesis("status")
    assert book.files("_book", "tables").keys() == before.keys()


def test_parameters_never_mix(book):
    """Renders with and without parameters in turn always show their own numbers."""
    book.thesis("render", "--to", "html")
    book.thesis("render", "--to", "html", "-P", "seed:3")
    book.thesis("render", "--to", "html")
    page = (book.root / "_book" / "chapters" / "02-two.html").read_text()
    assert "is 0." in page
    run = next((book.root / "_runs").glob("*/_book/chapters/02-two.html"))
    assert "is 6." in run.read_text()


def test_an_unwritable_store_stops_a_render_with_a_clear_error(book):
    """The message says which file could not be written; there is no book."""
    said = book.thesis("render", "--to", "html", code=2, PRESS_STORE="data.txt/store")
    assert "cannot write" in said and "data.txt/store" in said
    assert not (book.root / "_book").exists()
