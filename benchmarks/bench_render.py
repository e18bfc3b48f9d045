"""A render's CPU, wall time and memory on two cores, beside the floor of the programs it uses.

Everything happens in a clone of the checkout in a temporary folder: what is committed is measured.
The edition is the first one whose data are at hand.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from analysis.data import datasets
from press import InputError

CHECKOUT = Path(__file__).parents[1]
EDITIONS = ("cg", "paec")
CORES = {0, 1}
RUN = "from press.cli.main import main; main()"
CHAPTER = "chapters/01-introduction.qmd"  # where a sentence changes
CODE_CHAPTER = "chapters/04-exploration.qmd"  # where a cell changes
MEBI = 2**20


@dataclass(frozen=True)
class Cost:
    """What a process and all its children used.

    Attributes
    ----------
    wall, cpu : float
        Seconds.
    memory : int
        Largest sum of their resident memory in bytes; shared pages count in each.
    printed : str
        What it wrote to standard output.
    """

    wall: float
    cpu: float
    memory: int
    printed: str


def measure(command: list[str], folder: Path, **environment: str) -> Cost:
    """Run a command to its end; it must succeed."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(psutil.Process(process.pid), peak))
    watcher.start()
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    watcher.join()
    if status:
        raise SystemExit(f"failed: {' '.join(command)}\n{printed}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak[0], printed)


def _watch(process: psutil.Process, peak: list[int]) -> None:
    """Sample the memory of a process and its children until it ends."""
    try:
        while process.status() != psutil.STATUS_ZOMBIE:
            peak[0] = max(peak[0], _resident(process))
            time.sleep(0.05)
    except psutil.NoSuchProcess:
        return


def _resident(process: psutil.Process) -> int:
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:  # it ended meanwhile
            continue
    return total


def edition_at_hand() -> str | None:
    """Name the first edition whose data can be loaded."""
    for name in EDITIONS:
        try:
            datasets.load(name)
        except InputError:
            print(f"the {name} edition is not measured, its data are not at hand")
        else:
            return name
    return None


def change_sentence(clone: Path) -> None:
    """Add a sentence to the first paragraph of a chapter."""
    path = clone / CHAPTER
    text = path.read_text()
    first = re.search(r"^[A-Z][^\n]*$", text, re.MULTILINE)
    path.write_text(f"{text[: first.start()]}One sentence more. {text[first.start() :]}")


def change_cell(clone: Path) -> None:
    """Add a statement to the last cell of a chapter."""
    path = clone / CODE_CHAPTER
    before, fence, after = path.read_text().rpartition("```{python}\n")
    options = re.match(r"(#\|[^\n]*\n)*", after)[0]
    path.write_text(f"{before}{fence}{options}changed = True\n{after.removeprefix(options)}")


def floor_of_kernels(clone: Path, chapters: int) -> Cost:
    """Start and stop a kernel for each chapter, two at a time."""
    code = f"""
import asyncio, os, tempfile
from pathlib import Path
import nbformat.v4 as v4
from press.execution.kernel import session

async def one(turn):
    async with turn:
        with tempfile.TemporaryDirectory() as scratch:
            async with session(v4.new_notebook(), Path("."), os.environ, "", Path(scratch)):
                pass

async def all_of_them():
    turn = asyncio.Semaphore(2)
    await asyncio.gather(*(one(turn) for _ in range({chapters})))

asyncio.run(all_of_them())
"""
    return measure([sys.executable, "-c", code], clone)


def floor_of_pandoc(clone: Path) -> Cost:
    """Read every chapter's text with pandoc and write it as HTML and Typst."""
    import pypandoc

    pandoc = pypandoc.get_pandoc_path()
    sources = [str(path) for path in sorted(clone.rglob("chapters/*.qmd"))]
    script = " && ".join(
        f"{pandoc} -f markdown -t html --mathml '{path}' -o /dev/null && "
        f"{pandoc} -f markdown -t typst '{path}' -o /dev/null"
        for path in sources
    )
    return measure(["sh", "-c", script], clone)


def floor_of_typst(clone: Path, edition: str) -> Cost:
    """Compile the book's finished Typst sources."""
    code = """
import json, sys, typst
from pathlib import Path
sources = json.loads(Path("typst-sources.json").read_text())
typst.compile({name: text.encode() for name, text in sources.items()}, root=Path("."),
              font_paths=typst.Fonts(include_system_fonts=False), pdf_standards=["ua-1"])
"""
    (clone / "typst-sources.json").write_text(json.dumps(_typst_sources(clone, edition)))
    return measure([sys.executable, "-c", code], clone)


def _typst_sources(clone: Path, edition: str) -> dict[str, str]:
    from press.book import project, qmd
    from press.execution import execute
    from press.pdf.writer import typst_sources
    from press.resolving.resolve import resolve

    book = project.load(clone, edition)
    chapters = {item.source: qmd.read(book.root / item.source, book.root) for item in book.items}
    done = execute.execute(book, list(chapters.values()), {})
    return typst_sources(resolve(book, chapters, done, "typst"), book.root)


def executed(printed: str) -> list[str]:
    """Names of the chapters that a render executed."""
    return re.findall(r"^executed (\S+)", printed, re.MULTILINE)


def show(name: str, cost: Cost, target: str = "", remark: str = "") -> None:
    """Print one row."""
    memory = f"{cost.memory / MEBI:6.0f} MiB"
    print(f"{name:38} {cost.wall:7.1f} {cost.cpu:7.1f} {memory}  {target:12} {remark}", flush=True)


def main():
    """Print one line per measurement."""
    edition = edition_at_hand()
    if edition is None:
        return
    os.sched_setaffinity(0, CORES & os.sched_getaffinity(0) or os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="bench-render-") as folder:
        clone = Path(folder) / "thesis"
        subprocess.run(["git", "clone", "-q", str(CHECKOUT), str(clone)], check=True)
        bench(clone, edition)


def bench(clone: Path, edition: str) -> None:
    """Measure the renders of a clone."""

    def render(to: str = "all") -> Cost:
        return measure(
            [sys.executable, "-c", RUN, "render", "--edition", edition, "--to", to], clone
        )

    print(f"edition {edition}, {len(os.sched_getaffinity(0))} cores")
    print(f"{'':38} {'wall s':>7} {'CPU s':>7} {'memory':>10}  {'target':12}")
    cold = render()
    chapters = len(executed(cold.printed))
    show("cold", cold, "120 s, 2 GB", f"{chapters} chapters executed")
    show("nothing changed", render(), "1.5 s")
    change_sentence(clone)
    show("one sentence changed, HTML", render("html"), "3 s")
    change_sentence(clone)
    show("one sentence changed, HTML and PDF", render(), "6 s")
    change_cell(clone)
    changed = render()
    show("one cell changed, HTML and PDF", changed, "", f"executed {executed(changed.printed)}")
    show(f"floor: {chapters} kernels start and stop", floor_of_kernels(clone, chapters))
    show("floor: pandoc, each chapter to 2 formats", floor_of_pandoc(clone))
    show("floor: Typst", floor_of_typst(clone, edition))


if __name__ == "__main__":
    main()
