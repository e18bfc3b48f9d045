"""What the science adds to the command line; each command imports what it needs when it runs."""

from collections import Counter, defaultdict
from pathlib import Path

import click


@click.group()
def data():
    """Show, add and check the data sets of the registry."""


@data.command("list")
def list_datasets():
    """Describe every data set, and say where it lies on this machine."""
    from analysis.data import datasets, registry

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
    from analysis.data import datasets, registry

    copied = datasets.add(registry.entry(name), source)
    click.echo(f"{name}: {len(copied)} files checked and copied to {copied[0].parent}")


@data.command("verify")
@click.argument("names", nargs=-1)
def verify_datasets(names: tuple[str, ...]):
    """Check the files of data sets: their checksums, the schema, raw files against the table.

    Without NAMES every data set that lies on this machine is checked.
    """
    from analysis.data import datasets, registry

    for name in names or registry.names():
        dataset = registry.entry(name)
        if not names and datasets.find(dataset, dataset.file(dataset.windows_file)) is None:
            click.echo(f"{name}: not on this machine, not checked")
            continue
        for line in datasets.verify(dataset):
            click.echo(f"{name}: {line}")


@data.command()
@click.argument("name")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def remake(name: str, folder: Path):
    """Compare the windows of the data set NAME that were made again in FOLDER.

    They are either the committed data, byte for byte, or a remake, whose averages by system must
    agree with the committed ones within the errors that the registry states. Exit code 1 if not.
    """
    from analysis.data import registry
    from analysis.data import remake as making

    dataset = registry.entry(name)
    if making.is_committed(dataset, folder):
        click.echo(f"{name}: these are the committed data, byte for byte")
        return
    compared = making.compare(dataset, folder)
    beyond = making.differing(compared)
    for row in beyond.itertuples():
        click.echo(
            f"{row.system}: mean {row.quantity} is {row.remade:.4g}, committed {row.committed:.4g},"
            f" {abs(row.errors):.1f} errors of {row.error:.2g} apart"
        )
    click.echo(
        f"{name}: a remake, not the committed data; {len(compared)} averages compared,"
        f" {len(beyond)} beyond {making.LIMIT:g} errors"
    )
    if len(beyond):
        raise SystemExit(1)


@click.command()
@click.argument("editions", nargs=-1)
def verify(editions: tuple[str, ...]):
    """Make the committed tables of EDITIONS again (of all, if none is named) and compare them.

    \b
    They agree if they have the same rows and columns, and every
    count    (an integer, also within words) is equal,
    number   that was rounded is at most one unit of its last printed digit away,
    number   that was written in full differs by at most 1e-9 of its size,
    word     is equal.

    A table without its record, a record without its table, and a table that cannot be made again
    are differences too. Stored results are used where neither the code nor the data have changed
    since. Exit code 1 if anything differs, or could not be made again because its data are not on
    this machine: then only checksums are compared.
    """  # noqa: D301, for click a backspace keeps the lines of a list as they are
    from analysis.verify import verification

    differs = False
    away: dict[str, Counter] = defaultdict(Counter)  # reason -> edition -> tables
    for edition in editions or verification.editions():
        checked = found = 0
        for path in verification.tables(edition):
            try:
                for difference in verification.differences(path):
                    found += 1
                    click.echo(difference)
                checked += 1
            except verification.NotHere as absent:
                away[str(absent)][edition] += 1
        click.echo(
            f"{edition}: {checked} tables checked (stored results used where code and data are "
            f"unchanged), {found} differences"
        )
        differs = differs or found > 0
    for reason, counts in away.items():
        tables = ", ".join(f"{edition}: {count}" for edition, count in counts.items())
        click.echo(f"tables not recomputed, only their checksums compared ({tables}): {reason}")
    if differs:
        click.echo(
            "to accept a change: render the edition with its default parameters and commit "
            "what it wrote to tables/EDITION"
        )
    if differs or away:
        raise SystemExit(1)


@click.group()
def edition():
    """Add editions of the thesis: its data set changed for another."""


@edition.command("new")
@click.argument("name")
@click.option(
    "--windows",
    "files",
    required=True,
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Windows table, .parquet or .csv; repeat for files of other systems.",
)
@click.option(
    "--about",
    type=click.Path(dir_okay=False, path_type=Path),
    help="TOML file with what the options below say, and with descriptors of the systems.",
)
@click.option("--window", type=float, help="Length of a window, in the unit of t; default: from t.")
@click.option("--source", "origin", help="Where the data come from.")
@click.option("--title", help="What the data are; default: NAME.")
@click.option("--licence", help="Under which terms they may be used; default: not stated.")
@click.option("--partners", help="Names with commas between them; default: from the columns.")
@click.option("--systems", help="In their order, with commas; default: from the rows.")
@click.option("--time-unit", help="Unit of t; default: ps.")
@click.option("--threshold", type=float, help="Fast is above it, angstrom; default: median dr.")
@click.option("--rounding", type=float, help="Step to which lengths are rounded; default: seen.")
@click.option("--citation", help="Key of the reference in references.bib.")
def new_edition(name: str, files: tuple[Path, ...], about: Path | None, **options):
    """Add the data set NAME from a windows table, and the edition that is rendered from it."""
    from analysis.data import editions

    said = {key: value for key, value in options.items() if value is not None}
    for key in ("partners", "systems"):
        if key in said:
            said[key] = [word.strip() for word in said[key].split(",")]
    dataset, written = editions.new(
        name, files, (editions.described(about) if about else {}) | said
    )
    for path in written:
        click.echo(f"wrote {path}")
    click.echo(
        f"{name}: {', '.join(dataset.systems)}; partners {', '.join(dataset.partners)}; "
        f"windows of {dataset.window:g} {dataset.time_unit}; "
        f"fast above {dataset.threshold:g} angstrom"
    )
    for remark in editions.remarks(dataset, written[0].parent):
        click.echo(f"note: {remark}")
    click.echo(f"next: thesis render --edition {name}")
