"""What reruns, sweeps and status cost beyond the work that they do, on two cores.

A book of one light chapter is made in a temporary folder. The chapter's own work is a loop of
known length; bare processes do the same loop without notebook, kernel or record.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
THESIS = [sys.executable, "-c", "from press.cli.main import main; main()"]
LOOP = "sum(i * i for i in range({}))"
STEPS = 8_000_000  # about half a second of work in a light run
RUNS = 20
RESULTS, MODULES = 200, 40

CONFIG = """
project: {type: book, execute-dir: project}
book: {title: Light, chapters: [index.qmd, light.qmd]}
"""

LIGHT = """# Light

```{{python}}
#| tags: [parameters]
seed = 0
```

The sum is `{{python}} {loop}`.
"""

FUNCTIONS = """
from press import stored
from lab import m{next}

@stored
def result(number):
    return number
"""


def run(command: list[str], folder: Path, **environment: str) -> tuple[float, float]:
    """Run a command that must succeed; give its CPU and wall seconds, children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    variables = {**os.environ, "PYTHONPATH": f"{folder}:{CHECKOUT}", **environment}
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"failed: {' '.join(command)}\n{done.stdout}{done.stderr}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall


def light_book(folder: Path) -> None:
    """Write a book whose one chapter does a known amount of work."""
    (folder / "_quarto.yml").write_text(CONFIG)
    (folder / "index.qmd").write_text("# Preface {.unnumbered}\n\nNothing.\n")
    (folder / "light.qmd").write_text(LIGHT.format(loop=LOOP.format(STEPS)))
    sweep = f"chapters: [light]\ngrid: {{seed: 1..{RUNS}}}\n"
    (folder / "sweep.yml").write_text(sweep)


def bare(folder: Path, processes: int) -> float:
    """Do the loops of all runs in some bare processes at once; give the wall seconds."""
    code = f"for _ in range({RUNS // processes}): {LOOP.format(STEPS)}"
    start = time.perf_counter()
    started = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(processes)]
    for process in started:
        process.wait()
    return time.perf_counter() - start


def measure_rerun(folder: Path) -> None:
    """Print what one rerun costs beyond the chapter's own work."""
    own = min(run([sys.executable, "-c", LOOP.format(STEPS)], folder)[0] for _ in range(3))
    empty = min(run([sys.executable, "-c", ""], folder)[0] for _ in range(3))
    kernel = min(
        run([sys.executable, "-m", "ipykernel_launcher", "--help"], folder)[0] for _ in range(3)
    )
    rerun = [*THESIS, "rerun", "light", "-P", "seed:1", "-o", "out"]
    cpu = min(run(rerun, folder)[0] for _ in range(4))
    print(f"rerun: overhead {cpu - (own - empty):.2f} s CPU (at most 1.5)")
    print(f"       of it {kernel:.2f} s for a kernel's imports alone")


def measure_sweep(folder: Path) -> None:
    """Print the speed-up of a sweep on two cores beside that of bare processes."""
    sweep = [*THESIS, "sweep", "sweep.yml", "--jobs"]
    _, one = run([*sweep, "1", "-o", "one"], folder)
    _, two = run([*sweep, "2", "-o", "two"], folder)
    bare_one, bare_two = bare(folder, 1), bare(folder, 2)
    ratio = (one / two) / (bare_one / bare_two)
    print(f"sweep: {RUNS} light runs, {one:.1f} s one at a time, {two:.1f} s two at a time")
    print(f"       bare processes {bare_one:.1f} s and {bare_two:.1f} s")
    print(
        f"       speed-up {one / two:.2f} of {bare_one / bare_two:.2f}: {ratio:.2f} (at least 0.9)"
    )


def measure_status(folder: Path) -> None:
    """Print what status costs for many results of functions in many modules."""
    lab = folder / "lab"
    lab.mkdir()
    (lab / "__init__.py").write_text("")
    for number in range(MODULES):
        text = FUNCTIONS.format(next=number + 1)
        (lab / f"m{number}.py").write_text(text)
    (lab / f"m{MODULES}.py").write_text("import numpy, pandas\n")
    code = "\n".join(
        [f"from lab import {', '.join(f'm{n}' for n in range(MODULES))}"]
        + [f"for k in range({RESULTS // MODULES}):"]
        + [f"    m{n}.result(k)" for n in range(MODULES)]
    )
    run([sys.executable, "-c", code], folder)
    run([*THESIS, "render", "--to", "html"], folder)
    cpu, wall = min(run([*THESIS, "status"], folder) for _ in range(4))
    print(f"status: {cpu:.2f} s CPU, {wall:.2f} s wall for {RESULTS} results (at most 0.5)")
    repeated = (
        f"import time\n{code}\nbegin = time.perf_counter()\nfor _ in range(200): m0.result(1)\n"
    )
    repeated += "print((time.perf_counter() - begin) / 200)"
    variables = {**os.environ, "PYTHONPATH": f"{folder}:{CHECKOUT}"}
    command = [sys.executable, "-c", repeated]
    said = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)
    print(
        f"store: {1000 * float(said.stdout):.2f} ms to find a result that reaches {MODULES} modules"
    )


def main() -> None:
    """Measure everything and print it."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    for measure in (measure_status, measure_rerun, measure_sweep):
        with tempfile.TemporaryDirectory() as folder:
            light_book(Path(folder))
            measure(Path(folder))


if __name__ == "__main__":
    main()
