"""What the science adds to the command line; each command imports what it needs when it runs."""

from pathlib import Path

import click


@click.group()
def data():
    """Show, add and check the data sets of the registry."""


@data.command("list")
def list_datasets():
    """Describe every data set, and say where it lies on this machine."""
    from analysis import datasets, registry

    for name in registry.names():
        dataset = registry.entry(name)
        path = datasets.find(dataset, dataset.file(dataset.windows_file))
        place = path or ("to be downloaded" if dataset.url else "not on this machine")
        click.echo(click.style(name, bold=True) + f"  {dataset.title}")
        click.echo(f"  systems   {', '.join(dataset.systems)}")
        click.echo(f"  partners  {', '.join(dataset.partners)}")
        click.echo(
            f"  windows   {dataset.window:g} {dataset.time_unit}, "
            f"fast above {dataset.threshold:g} angstrom"
        )
        click.echo(f"  origin    {dataset.origin}")
        click.echo(f"  licence   {dataset.licence}")
        click.echo(f"  place     {place}")


@data.command()
@click.argument("name")
@click.option(
    "--from",
    "source",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that holds the files, laid out as in the registry or in their public home.",
)
def add(name: str, source: Path):
    """Copy the data set NAME into the user's cache, after checking every file."""
    from analysis import datasets, registry

    copied = datasets.add(registry.entry(name), source)
    click.echo(f"{name}: {len(copied)} files checked and copied to {copied[0].parent}")


@data.command("verify")
@click.argument("names", nargs=-1)
def verify_datasets(names: tuple[str, ...]):
    """Check the files of data sets: their checksums, the schema, raw files against the table.

    Without NAMES every data set that lies on this machine is checked.
    """
    from analysis import datasets, registry

    for name in names or registry.names():
        dataset = registry.entry(name)
        if not names and datasets.find(dataset, dataset.file(dataset.windows_file)) is None:
            click.echo(f"{name}: not on this machine, not checked")
            continue
        for line in datasets.verify(dataset):
            click.echo(f"{name}: {line}")


@click.command()
@click.argument("editions", nargs=-1)
def verify(editions: tuple[str, ...]):
    """Make the committed tables of EDITIONS again (of all, if none is named) and compare them.

    A number agrees if it is at most one unit of its last printed digit away.
    """
    from analysis import verification

    found = checked = 0
    for edition in editions or verification.editions():
        for path in verification.tables(edition):
            try:
                differences = list(verification.differences(path))
            except verification.NotRecomputed as reason:
                click.echo(f"{path.parent.name}/{path.name}: not recomputed, {reason}")
                continue
            checked += 1
            found += len(differences)
            for difference in differences:
                click.echo(difference)
    click.echo(f"{checked} tables recomputed, {found} cells differ")
    if found:
        click.echo(
            "to accept the change: render the edition with its default parameters and commit "
            "what it wrote to tables/EDITION"
        )
        raise SystemExit(1)
