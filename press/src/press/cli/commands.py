"""The press's own commands; each imports what it needs when it runs."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from press.ground.errors import InputError

edition_option = click.option(
    "--edition",
    "--profile",
    "edition",
    metavar="NAME",
    help="Edition (Quarto profile); default: the book's own.",
)
parameter_option = click.option(
    "-P",
    "assignments",
    multiple=True,
    metavar="NAME:VALUE",
    help="Set a parameter of the chapters; may be repeated.",
)


@click.command()
@edition_option
@parameter_option
@click.option("--to", type=click.Choice(["all", "html", "pdf"]), default="all", show_default=True)
@click.option(
    "--engine", type=click.Choice(["builtin", "quarto"]), default="builtin", show_default=True
)
@click.option("--anew", is_flag=True, help="Execute chapters that are up to date, too.")
def render(edition, assignments, to, engine, anew):
    """Render the thesis to a website and a PDF.

    With parameters other than the defaults the book goes to _runs/HASH, and nothing else changes.
    """
    from press.book import parameters
    from press.ground.files import project_root
    from press.ground.progress import shown

    formats = ("html", "pdf") if to == "all" else (to,)
    values = parameters.parse(assignments)
    wanted = {"profile": edition, "parameters": values, "to": formats}
    if engine == "quarto":  # which always executes all chapters
        from press.build.quarto import render as render_book
    else:
        from press.build.render import render as render_book

        wanted["anew"] = anew
    with shown() as say:
        render_book(project_root(), **wanted, progress=say)


@click.command()
def site():
    """Put the websites of all editions whose data are at hand side by side, in _site."""
    from press.build.sites import assemble
    from press.ground.files import project_root
    from press.ground.progress import shown

    root = project_root()
    with shown() as say:
        names = assemble(root, root / "_site", progress=say)
    _say(f"_site holds {', '.join(names)}")


def _say(line: str) -> None:
    """Print one step at once, also into a pipe."""
    click.echo(line)
    sys.stdout.flush()


@click.command()
@click.argument("chapter")
@edition_option
@parameter_option
@click.option(
    "-o",
    "--output",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the notebook, the page, figures and tables.",
)
def rerun(chapter, edition, assignments, folder):
    """Execute one CHAPTER with other parameters, apart from everything else.

    DIR gets the executed notebook, the chapter as a page, and the figures and tables.
    """
    from press.book import parameters
    from press.build import destinations
    from press.build.rerun import rerun as rerun_chapter
    from press.ground.files import project_root
    from press.ground.progress import shown

    values = parameters.parse(assignments)
    root = project_root()
    destinations.refuse_folder_in_use(folder, root, destinations.OF_A_RERUN)
    with shown() as say:
        done = rerun_chapter(
            root,
            chapter,
            folder=folder,
            profile=edition,
            parameters=values,
            progress=say,
        )
    _say(f"executed {done.record['chapter']} in {done.record['seconds']:.1f} s")
    _say(f"notebook {done.notebook}")
    _say(f"page     {done.page}")


@click.command()
@click.argument("chapter")
@edition_option
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The notebook to write.",
)
def notebook(chapter, edition, output):
    """Write a CHAPTER as a notebook, not executed, for Jupyter or papermill."""
    from press.book import lookup
    from press.book import project as projects
    from press.build import destinations
    from press.execution import notebooks
    from press.ground.files import project_root, write_atomically

    _refuse_suffix(output, ".ipynb")
    destinations.refuse_place_of_the_book(output, project_root())
    if output.exists():
        advice = "remove it, or name another file"
        raise InputError(f"{output} exists, and may hold work of yours", advice=advice)
    project = projects.load(project_root(), edition)
    chapters = lookup.chapters_of(project)
    source = lookup.chapter_named(project, chapter)
    written = notebooks.notebook_of(project, chapters[source], {})
    write_atomically(output, notebooks.to_json(written))
    _say(f"wrote {output}")


def _refuse_suffix(path: Path, suffix: str) -> None:
    if path.suffix != suffix:
        raise InputError(f"cannot write {path}", rule=f"the name of the file ends in {suffix}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print everything for programs.")
@click.option("--explain", "wanted", metavar="RESULT", help="Print the chain behind one result.")
def status(as_json, wanted):
    """Tell what is fresh and what is stale, and why.

    RESULT is a function, the beginning of a result's key, a chapter or a table. The exit code is
    1 when anything that is told is stale.
    """
    from press.ground.files import project_root
    from press.status import report as reports
    from press.status import staleness

    states = staleness.survey(project_root())
    told = reports.called(states, wanted) if wanted else states
    lines: Iterable[str]
    if as_json:
        lines = [reports.as_json(told)]
    else:
        lines = reports.explain(states, told) if wanted else reports.report(states)
    for line in lines:
        click.echo(line)
    if any(state.state == staleness.STALE for state in told):
        sys.exit(1)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def new(folder):
    """Write a small, complete thesis into DIR, to begin one of your own."""
    from press.authoring import new as beginning

    for path in beginning.new(folder):
        _say(f"wrote {path}")
    _say(f"next: cd {folder} && make thesis")


@click.command()
@edition_option
def preview(edition):
    """Show the website in a browser, and each saved change a moment later.

    Only this machine can read it, at the address that is printed. Ctrl-C ends it.
    """
    from press.authoring import preview as previewing
    from press.ground.files import project_root

    try:
        previewing.preview(project_root(), edition, _say)
    except KeyboardInterrupt:
        _say("stopped")


@click.command()
@edition_option
@click.option("--json", "as_json", is_flag=True, help="Print the findings for programs.")
def check(edition, as_json):
    """Check the sources strictly, executing nothing.

    The exit code is 1 when anything is found. A comment above a line allows what a rule finds
    there: <!-- allow RULE: reason -->.
    """
    from press.authoring import check as checking
    from press.authoring import findings
    from press.ground.files import project_root

    found = checking.check(project_root(), edition)
    if as_json:
        click.echo(findings.as_json(found))
    else:
        for one in found:
            click.echo(one)
        click.echo(f"{len(found)} findings")
    if found:
        sys.exit(1)


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="[B]", required=False)
@edition_option
@click.option("--json", "as_json", is_flag=True, help="Print the changes for programs.")
@click.option(
    "-o",
    "--output",
    metavar="FILE.html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write them as one page, too.",
)
def diff(before, after, edition, as_json, output):
    """Tell what changed in the results from A to B.

    A and B are commits, editions, folders of runs, or folders of other checkouts; without B it is
    the working tree. Numbers that differ by one unit of their last printed digit are the same.
    The exit code is 1 when anything changed.
    """
    from press.differences import compare as comparing
    from press.differences import report, sides
    from press.ground.files import project_root, write_atomically

    if output:
        _refuse_suffix(output, ".html")
    root = project_root()
    with sides.side(root, before, edition) as one, sides.side(root, after, edition) as other:
        changes = comparing.compare(one, other)
        left = list(comparing.not_compared(one, other))
        if output:
            write_atomically(output, report.page(one, other, changes, left).encode())
        if as_json:
            click.echo(report.as_json(one, other, changes, left))
        else:
            for line in (*left, *report.text(changes), f"{len(changes)} changes"):
                click.echo(line)
    if changes:
        sys.exit(1)


@click.command()
@click.option("--stale", is_flag=True, required=True, help="Results that will not be asked for.")
def clean(stale):
    """Remove stale results from the store."""
    from press.ground.files import project_root
    from press.provenance.origin import Present
    from press.status import report as reports
    from press.status import staleness

    root = project_root()
    states = staleness.results(Present(root))
    for line in reports.clean(root, states):
        _say(line)


@click.command()
@click.argument("file", metavar="SWEEP.yml", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the sweep; default: _runs/sweeps/SWEEP.",
)
@click.option("--resume", is_flag=True, help="Do only what is missing, failed or stale.")
@click.option("--jobs", type=click.IntRange(1), help="Runs at a time; default: one per processor.")
@click.option("--scheduler", metavar="ADDRESS", help="Dask scheduler, such as tcp://host:8786.")
def sweep(file, folder, resume, jobs, scheduler):
    """Run chapters with many parameters.

    The exit code is 1 when a run failed; its traceback is in its record and in the manifest.
    """
    from press.build import destinations
    from press.ground.files import project_root
    from press.sweep import engines, plan
    from press.sweep.runs import DONE, MANIFEST, Sweeping
    from press.sweep.view import View, label

    root = project_root()
    wanted = plan.read(file, root)
    folder = folder or root / "_runs" / "sweeps" / wanted.name
    destinations.refuse_folder_in_use(folder, root, destinations.OF_A_SWEEP)
    if scheduler and jobs:
        raise click.UsageError("--jobs is for this machine; a cluster does a run per worker")
    engine = engines.dask(scheduler) if scheduler else engines.local(jobs)
    sweeping = Sweeping(wanted, root, folder)
    left = sweeping.left(resume)
    _say(f"{len(left)} of {len(wanted.runs)} runs to do in {sweeping.folder}")
    view = View(sweeping.folder, left)
    failed = []
    try:
        with view.shown():
            for run, record in sweeping.do(left, engine):
                view.note(run, record)
                if record["status"] != DONE:
                    failed.append((run, record))
    except KeyboardInterrupt:
        _say("interrupted; the same command with --resume does the rest")
        raise
    for run, record in failed:
        _say(f"failed: {label(run)}\n{record['error'].strip().splitlines()[0]}")
    _say(f"manifest {sweeping.folder / MANIFEST}")
    if failed:
        sys.exit(1)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--table", metavar="NAME", help="Table of the runs; default: the sweep file's.")
@click.option("--value", metavar="COLUMN", help="Column to draw; default: the sweep file's.")
@click.option("--across", metavar="PARAMETER", help="Parameter along the axis; default: likewise.")
@click.option("--by", metavar="COLUMN", help="Column that colours; default: likewise.")
@click.option(
    "-o",
    "--output",
    metavar="FILE.csv",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The table to write, a figure and the provenance beside it; default: in DIR.",
)
def compare(folder, table, value, across, by, output):
    """Collect the runs of the sweep in DIR into one tidy table and figure.

    The exit code is 1 when runs are missing in the table: they failed, or did not end.
    """
    from press.ground.files import project_root
    from press.sweep import compare as comparing
    from press.sweep.figure import figure_of

    if output:
        _refuse_suffix(output, ".csv")
    found = comparing.collect(folder, project_root(), table)
    given = {"value": value, "across": across, "by": by}
    chosen = found.columns | {role: name for role, name in given.items() if name is not None}
    figure = figure_of(found, **chosen)
    target = output or folder / f"{found.provenance['table']}.csv"
    for path in comparing.write(found, figure, target):
        _say(f"wrote {path}")
    for line in found.left_out:
        click.echo(line, err=True)
    if found.left_out:
        sys.exit(1)
