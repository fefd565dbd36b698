"""``equipoise check``: every fault of a scenario file, one line each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.app import AsJson, app
from equipoise.cli.terminal import print_json

if TYPE_CHECKING:
    from equipoise.scenario.flight_test import FlightTest
    from equipoise.scenario.load import Scenario


@app.command()
def check(
    file: Annotated[str, typer.Argument(help="A scenario file, or the name of a built-in scenario.")],
    as_json: AsJson = False,
) -> None:
    """Check a scenario file: exit code 0 when it is good, 2 with one line for each fault."""
    say_whether_good(lambda: _flown(file), as_json=as_json)


def _flown(file: str) -> Scenario:
    """Return the scenario of a file, the missiles of whose raids reach their aim points."""
    from equipoise.cli.part import asked_scenario
    from equipoise.foundation.errors import InputError

    loaded = asked_scenario(file)
    if loaded.volleys:
        from equipoise.analysis.defence.raid_study import out_of_range

        if problems := out_of_range(loaded, file):
            raise InputError(problems)
    return loaded


def say_whether_good(load: Callable[[], Scenario | FlightTest], *, as_json: bool) -> None:
    """Say that a file is good, or each fault on a line of its own and exit code 2."""
    from equipoise.foundation.errors import InputError

    try:
        loaded = load()
    except InputError as error:
        if not as_json:
            raise
        print_json({"ok": False, "problems": error.lines})
        raise typer.Exit(2) from None
    found = {"ok": True, "name": loaded.name, "hash": loaded.hash}
    if as_json:
        print_json(found)
    else:
        typer.echo(f"{loaded.name}: no fault found.")
