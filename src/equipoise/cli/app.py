"""Open, reproducible analysis of missile defence, deterrence and the guarantees between them."""

from __future__ import annotations

from typing import Annotated, Any

import typer
import typer.core

from equipoise.cli.panels import PANELS
from equipoise.foundation.errors import EquipoiseError
from equipoise.foundation.text import printable

Name = Annotated[str, typer.Argument(help="A built-in scenario or a TOML file.")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="TABLE.ID.KEY=VALUE or TABLE.KEY=VALUE, such as assumption.track_s=5; its range stays."
    ),
]
At = Annotated[str, typer.Option(help="One date instead of the phases: 2018-12-31, or 2018.")]
Mode = Annotated[str, typer.Option(help="One mode of cooperation instead of all.")]
Samples = Annotated[
    int,
    typer.Option(
        min=0,
        max=100_000,
        help="Also what decides: move every uncertain input, and spread this many samples over the box.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
TablesAsJson = Annotated[bool, typer.Option("--json", help="Print sentences and tables as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress bar.")]


class Commands(typer.core.TyperGroup):
    """Commands that answer an error with its lines on standard error and its exit code."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands in the order in which help shows them."""
        return [name for names in PANELS.values() for name in names if name in self.commands]

    def invoke(self, ctx: Any) -> Any:
        """Run the command of ``ctx``."""
        try:
            return super().invoke(ctx)
        except EquipoiseError as error:
            typer.echo(printable(str(error)), err=True)
            raise typer.Exit(error.exit_code) from None


app = typer.Typer(cls=Commands, name="equipoise", help=__doc__)
