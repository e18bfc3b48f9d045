"""The press's own commands; each imports what it needs when it runs."""

import sys

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
