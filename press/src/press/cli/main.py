"""The command ``thesis``: the press's own commands and those that a thesis adds.

A thesis adds commands through entry points of the group ``thesis.commands``. A command's module
is imported when the command is named or listed, so it must import nothing heavy itself.
"""

import importlib
import sys
from difflib import get_close_matches
from functools import cached_property

import click

from press.ground.errors import InputError, RenderError
from press.ground.files import NO_ROOM, NOT_ALLOWED, cannot_write

OWN = {
    "render": "press.cli.commands:render",
    "site": "press.cli.commands:site",
    "rerun": "press.cli.commands:rerun",
    "new": "press.cli.commands:new",
    "preview": "press.cli.commands:preview",
    "check": "press.cli.commands:check",
    "diff": "press.cli.commands:diff",
    "notebook": "press.cli.commands:notebook",
    "sweep": "press.cli.commands:sweep",
    "compare": "press.cli.commands:compare",
    "status": "press.cli.commands:status",
    "clean": "press.cli.commands:clean",
}
"""Name of each command of the press, in the order of the help -> where it is."""

ADDED = "thesis.commands"


class Commands(click.Group):
    """A group that finds its commands by name, and names the nearest for a misspelt one."""

    @cached_property
    def places(self) -> dict[str, str]:
        """Name of every command -> ``module:attribute``."""
        from importlib.metadata import entry_points

        return OWN | {point.name: point.value for point in entry_points(group=ADDED)}

    def list_commands(self, context: click.Context) -> list[str]:
        """Name the press's commands, then the added ones."""
        return list(self.places)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import a command; one that cannot be imported says why when it is called."""
        if name not in self.places:
            return None
        module, _, attribute = self.places[name].partition(":")
        try:
            return getattr(importlib.import_module(module), attribute)
        except (ImportError, AttributeError) as error:
            return _unavailable(name, error)

    def resolve_command(self, context: click.Context, args: list[str]):
        """Refuse an unknown command with the nearest known one."""
        name = args[0]
        if name not in self.places:
            near = get_close_matches(name, self.places, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(self.places)}"
            context.fail(f"no command '{name}'; {hint}")
        return super().resolve_command(context, args)


def _unavailable(name: str, error: Exception) -> click.Command:
    """Stand for a command that cannot be imported, so that the others still work."""

    def refuse():
        raise InputError(f"the command '{name}' cannot be loaded: {error}")

    options = {"ignore_unknown_options": True, "allow_extra_args": True}
    summary = f"Not available here: {error}."
    return click.Command(name, context_settings=options, callback=refuse, help=summary)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def thesis():
    """Render the thesis, rerun it with other parameters, and tell what is stale."""


def main() -> None:
    """Run the command line; exit with 0 if all is well, 1 on a finding, 2 on bad input."""
    try:
        thesis(prog_name="thesis")
    except InputError as error:
        click.echo(str(error), err=True)
        sys.exit(1 if isinstance(error, RenderError) else 2)
    except OSError as error:
        if error.filename is None or error.errno not in (*NO_ROOM, *NOT_ALLOWED):
            raise
        click.echo(str(cannot_write(error.filename, error)), err=True)
        sys.exit(2)
