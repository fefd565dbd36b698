"""``equipoise new``: a scenario of one's own to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.app import AsJson, app
from equipoise.foundation.json_text import json_text


@app.command()
def new(
    name: Annotated[
        str, typer.Argument(help="Name of the scenario, in kebab-case; the file is NAME.toml here.")
    ],
    defender: Annotated[
        str, typer.Option(help="Two-letter codes of the countries that defend, such as JP,US.")
    ],
    deterrer: Annotated[str, typer.Option(help="Code of the country whose deterrent is at stake.")],
    threat_from: Annotated[
        str, typer.Option(help="Codes of the countries from which missiles are expected.")
    ],
    at: Annotated[str, typer.Option(help="The date: 2025-12-31, or 2025.")] = "2025",
    as_json: AsJson = False,
) -> None:
    """Write a commented scenario that passes the check and runs: any countries, all places and numbers notional."""
    from pydantic_core import PydanticCustomError

    from equipoise.foundation.errors import misuse
    from equipoise.foundation.writing import write_text
    from equipoise.model.fields import Identifier
    from equipoise.scenario.load import Scenario, day_of
    from equipoise.scenario.new import new_scenario

    try:
        Identifier().read(name, "name")
    except PydanticCustomError as error:
        context = error.context or {}
        raise misuse("NAME", name, str(context["said"]), str(context["cure"])) from None
    path = Path(f"{name}.toml")
    if path.exists():
        raise misuse(str(path), "", "is there already.", "Take another name, or move the file.")
    text = new_scenario(
        name,
        defenders=_codes(defender),
        deterrer=deterrer,
        threat_from=_codes(threat_from),
        day=day_of(at).isoformat(),
    )
    Scenario.from_toml(text, str(path))
    write_text(path, text)
    said = f"Wrote {path}. Next: equipoise check {path}; equipoise run {path}"
    print(json_text({"file": str(path.resolve())}) if as_json else said)


def _codes(text: str) -> list[str]:
    return list(dict.fromkeys(code.strip() for code in text.split(",") if code.strip())) or [text]
