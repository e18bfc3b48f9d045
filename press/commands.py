"""The press's own commands; each imports what it needs when it runs."""

import sys
from pathlib import Path

import click

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
def render(edition, assignments, to, engine):
    """Render the thesis to a website and a PDF.

    With parameters other than the defaults the book goes to _runs/HASH, and nothing else changes.
    """
    from press import parameters
    from press.files import project_root

    formats = ("html", "pdf") if to == "all" else (to,)
    values = parameters.parse(assignments)
    if engine == "quarto":
        from press.quarto import render as render_book
    else:
        from press.render import render as render_book
    render_book(project_root(), profile=edition, parameters=values, to=formats, progress=_say)


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
    from press import parameters
    from press.files import project_root
    from press.rerun import rerun as rerun_chapter

    values = parameters.parse(assignments)
    done = rerun_chapter(project_root(), chapter, folder=folder, profile=edition, parameters=values)
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
    from press import choose, notebooks
    from press import project as projects
    from press.files import project_root, write_atomically

    project = projects.load(project_root(), edition)
    chapters = choose.chapters_of(project)
    source = choose.chapter_named(project, chapter)
    written = notebooks.notebook_of(project, chapters[source], {})
    write_atomically(output, notebooks.to_json(written))
    _say(f"wrote {output}")
