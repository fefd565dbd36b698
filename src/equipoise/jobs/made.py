"""What a result says of its making: by which version, from which file, by which call or command, and from which sources."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from equipoise import __version__
from equipoise.foundation.json_text import json_text
from equipoise.results.record import Provenance, Result
from equipoise.scenario.bibliography import bibliography

if TYPE_CHECKING:
    from equipoise.scenario.flight_test import FlightTest
    from equipoise.scenario.load import Scenario

    Described = Scenario | FlightTest


def record_of(made: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return what the record of a folder says of a result's making and of the machine, with ``more`` between them."""
    said = {key: made[key] for key in ("version", "scenario", "scenario_hash", "command", "seed")}
    return said | more | {"python": platform.python_version(), "machine": platform.machine()}


def origin(what: Described, **more: Any) -> Provenance:
    """Return what a result of a scenario or a flight test carries, with ``more`` fields of :class:`Provenance`."""
    return Provenance(
        version=__version__,
        scenario=what.name,
        scenario_hash=what.hash,
        scenario_toml=what.to_toml(),
        **more,
    )


def made_by_call(
    what: Described, result: Result, function: str, options: Mapping[str, Any], *, seed: int = 0
) -> Result:
    """Return a result with the call that makes it again, and the sources that it rests on."""
    made = origin(what, seed=seed, call=json_text([function, options]))
    return replace(result, provenance=made, sources=bibliography(what))
