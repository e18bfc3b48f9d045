"""The command `thesis simulate`; it imports what it needs when it runs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from press import InputError, RenderError

if TYPE_CHECKING:
    from rich.console import Console

    from simulate.md import checks

WORK = Path("simulate-work")
DATA = Path("data/cg")


@click.command()
@click.argument("systems", nargs=-1, metavar="[SYSTEM]...")
@click.option("--all", "everything", is_flag=True, help="All systems, their reruns, the data set.")
@click.option("--isoconfigurational", "reruns", is_flag=True, help="Reruns of fixed starts too.")
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1), help="At a time.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0))
@click.option("--smoke", is_flag=True, help="8 Li+ for a few ps, in seconds.")
@click.option(
    "--work",
    default=WORK,
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where segments are kept; a run that was stopped goes on from there.",
)
@click.option(
    "--output",
    default=DATA,
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where --all puts the data set.",
)
def simulate(systems, everything, reruns, jobs, seed, smoke, work, output):
    """Run coarse-grained molecular dynamics of SYSTEMs such as B4T3."""
    from rich.console import Console

    from simulate.md import checks, dataset, isoconfigurational, production
    from simulate.md.topology import lengths

    console = Console(stderr=True)
    if smoke:
        _smoke(console, seed)
        return
    if everything == bool(systems):
        raise InputError(
            "no systems" if not systems else "both systems and --all",
            rule="name systems, or --all",
            advice="thesis simulate B4T3, or thesis simulate --all --jobs 2",
        )
    names = production.SYSTEMS if everything else systems
    for name in names:
        lengths(name)
    runs = production.runs(names, work, seed)
    boxes = production.boxes(work, seed) if everything else {}
    again = isoconfigurational.SYSTEMS if everything else names if reruns else ()
    rerun = [run for run in runs if run.system in again]
    further = [run for box in boxes.values() for run in box]
    production.carry_out([*runs, *further], jobs, console, rerun=rerun)
    found = [check for run in runs for check in checks.all_checks(run)]
    if everything:
        dataset.assemble(runs, rerun, boxes, found, output)
        console.print(f"{output} holds\n{dataset.describe(output)}")
    _report(console, found)


def _smoke(console: Console, seed: int) -> None:
    """Run the small system in a temporary folder and print the averages that it ends with."""
    from simulate.md import forcefield
    from simulate.md.run import SMOKE_PROTOCOL, Run, execute, smoke_field

    with tempfile.TemporaryDirectory() as folder:
        field = smoke_field(forcefield.load())
        run = Run.within(Path(folder), "B2T1", field, SMOKE_PROTOCOL, seed)
        execute(run)
        windows = run.windows()
    distance = sum(abs(window.displacement).sum() for window in windows)
    console.print(f"smoke run of B2T1: {len(windows)} windows of 8 Li+, path sum {distance:.12g} A")


def _report(console: Console, found: list[checks.Check]) -> None:
    """Print every check that failed and fail, or say that all passed."""
    failed = [check for check in found if not check.passed]
    if failed:
        lines = [
            f"{check.system}: {check.name} is {check.value:.4g} {check.unit},"
            f" allowed {check.least:g} to {check.most:g}"
            for check in failed
        ]
        raise RenderError(
            f"{len(failed)} of {len(found)} checks failed\n" + "\n".join(lines),
            rule="a failed check is named in the data card and in the appendix",
            advice="equilibrate longer (Protocol in simulate/md/run.py), or take another seed",
        )
    console.print(f"{len(found)} checks passed")
