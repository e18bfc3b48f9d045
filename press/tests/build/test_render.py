"""Whole books: what stock Quarto shows, failures that change nothing, renders without work."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from press.build.render import render
from press.ground.errors import InputError, RenderError
from support.cases_and_facts import CASES, book, case, expected, facts, write

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


def test_sources_are_never_replaced(tmp_path):
    """A folder that holds sources is refused as the place to write to."""
    root = book(tmp_path / "book", {})
    for output in (root, tmp_path):
        with pytest.raises(InputError, match="cannot render into"):
            render(root, output=output)
    assert (root / "index.qmd").is_file()
