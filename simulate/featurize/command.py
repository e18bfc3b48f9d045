"""The command `thesis featurize`: a trajectory of any program in, a windows table out."""

import os
import sys
from pathlib import Path

import click

from press import InputError

SUFFIXES = (".parquet", ".csv")
ROUNDING = 3  # decimals of angstrom kept in the table: far below the rattling of an ion


@click.command()
@click.argument("topology", type=click.Path(exists=True, dir_okay=False))
@click.argument("trajectory", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--li", "ions", required=True, metavar="SELECTION", help="The ions, one atom each.")
@click.option(
    "--shell",
    "shells",
    required=True,
    multiple=True,
    nargs=4,
    type=(str, str, float, float),
    metavar="NAME SELECTION R1 R2",
    help="A partner: its name, its coordinating atoms, first and second radius in angstrom.",
)
@click.option(
    "--window",
    default=100,
    show_default=True,
    type=click.IntRange(1),
    help="Steps from frame to frame in a window.",
)
@click.option("--stride", type=click.IntRange(1), help="Steps between starts; default: --window.")
@click.option("--hysteresis", default=0.0, show_default=True, type=click.FloatRange(0))
@click.option(
    "--count",
    type=click.Choice(["residue", "atom"]),
    help="What counts as one member of a shell; default: residues where they are molecules.",
)
@click.option("--start", type=int, help="First frame, from 0.")
@click.option("--stop", type=int, help="Frame before which to stop.")
@click.option("--step", type=click.IntRange(1), help="Use every STEPth frame.")
@click.option(
    "--frame-time",
    type=click.FloatRange(0, min_open=True),
    help="ps between the frames of the files, whatever they say; joins pieces.",
)
@click.option("--unwrapped", is_flag=True, help="The positions are unwrapped; ions may jump far.")
@click.option("--format", "form", help="Format of the trajectory, as MDAnalysis calls it.")
@click.option("--topology-format", "topology_form", help="Format of the topology.")
@click.option("--atom-style", "style", help="Atom style of a LAMMPS data file.")
@click.option("--system", help="Name of the electrolyte; default: that of the topology file.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The table to write, .parquet or .csv.",
)
def featurize(topology, trajectory, ions, shells, output, **options):
    """Turn a trajectory that MDAnalysis reads into a windows table.

    Selections are those of MDAnalysis ("type 22", "resname TFS and name O*"); positions must be
    unwrapped. See the docstring of simulate.featurize.ionwindows.IonWindows for what is counted,
    and `thesis edition new` for what to do with the table.
    """
    _require_writable(output)
    from simulate.featurize.ionwindows import IonWindows  # says how to install MDAnalysis
    from simulate.featurize import opening  # isort: skip

    formats = [options.pop(name) for name in ("form", "topology_form", "style")]
    frames = [options.pop(name) for name in ("start", "stop", "step")]
    options["system"] = options["system"] or Path(topology).stem
    told, step = options["frame_time"], frames[2] or 1
    with opening.quiet():
        universe = opening.universe(topology, trajectory, *formats)
        source = universe.trajectory
        kept, said = opening.frames(source, told)
        options["unwrapped"] |= opening.unwrapped(source)
        options["frame_time"] = None if told is None else told * step
        groups = _groups(universe, shells)
        analysis = IonWindows(_selected(universe, ions), *groups, **options)
        analysis.run(frames=kept[slice(*frames)], verbose=sys.stderr.isatty())
        said += opening.cut_off(source)
    table = analysis.results.windows.round(dict.fromkeys(["dx", "dy", "dz", "dr", "d"], ROUNDING))
    _write(table, output)
    click.echo(
        f"{output}: {len(table)} rows, {table['idx'].nunique()} ions in"
        f" {table['Event'].nunique()} windows of {table['t'].min():g} ps,"
        f" from {table['Steps'].max() + 1} of {source.n_frames} frames"
    )
    origin = "the files say so" if told is None else "--frame-time"
    click.echo(f"time: {analysis.spacing / step:g} ps between frames ({origin})")
    said += [f"{name} is counted by atom: {why}" for name, why in analysis.by_atom.items()]
    for line in said:
        click.echo(f"note: {line}")


def _require_writable(output: Path):
    """Refuse an output that cannot be written before hours are spent on it."""
    if output.suffix not in SUFFIXES:
        rule = f"a table is one of {', '.join(SUFFIXES)}"
        raise InputError(f"cannot write '{output.suffix or output.name}'", file=output, rule=rule)
    if not output.parent.is_dir():
        raise InputError("the folder does not exist", file=output, advice=f"mkdir {output.parent}")


def _groups(universe, shells: tuple[tuple[str, str, float, float], ...]) -> tuple[dict, dict]:
    """Return the atoms and the radii of each partner."""
    names = [name for name, *_ in shells]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        advice = "join selections with 'or'"
        raise InputError(f"shell {twice[0]} given twice", rule="one shell a name", advice=advice)
    groups = {name: _selected(universe, selection) for name, selection, *_ in shells}
    return groups, {name: (first, second) for name, _, first, second in shells}


def _selected(universe, selection: str):
    """Select atoms; a selection that is not understood or finds nothing is refused."""
    from MDAnalysis.exceptions import NoDataError, SelectionError

    try:
        group = universe.select_atoms(selection)
    except (SelectionError, NoDataError, AttributeError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        rule = "a selection in the language of MDAnalysis, of what the topology holds"
        raise InputError(f"selection '{selection}': {reason}", rule=rule) from error
    if not len(group):
        atoms = universe.atoms
        known = {
            kind: sorted(set(map(str, getattr(atoms, kind))))[:20]
            for kind in ("names", "types", "resnames")
            if hasattr(atoms, kind)
        }
        shown = "; ".join(f"{kind} {', '.join(values)}" for kind, values in known.items())
        raise InputError(
            f"selection '{selection}' finds no atom",
            rule="a group holds at least one atom",
            advice=f"the topology has {shown}",
        )
    return group


def _write(table, output: Path):
    """Write the table whole or not at all."""
    part = output.with_name(output.name + ".part")
    if output.suffix == ".csv":
        table.to_csv(part, index=False)
    else:
        table.to_parquet(part, index=False)
    os.replace(part, output)
