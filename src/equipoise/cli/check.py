"""``equipoise check``: every fault of a scenario file, one line each."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""

    @app.command()
    def check(
        file: Annotated[str, typer.Argument(help="A scenario file, or the name of a built-in scenario.")],
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ) -> None:
        """Check a scenario file: exit code 0 when it is good, 2 with one line for each fault."""
        from equipoise.foundation.errors import InputError
        from equipoise.scenario.load import load_scenario

        try:
            scenario = load_scenario(file)
        except InputError as error:
            lines = [" ".join(str(problem).split()) for problem in error.problems]
            if as_json:
                typer.echo(json.dumps({"ok": False, "problems": lines}, ensure_ascii=False))
            for line in () if as_json else lines:
                typer.echo(line, err=True)
            raise typer.Exit(2) from None
        found = {"ok": True, "name": scenario.name, "hash": scenario.hash}
        typer.echo(json.dumps(found) if as_json else f"{scenario.name}: no fault found.")
