"""The analyses as a notebook calls them: a scenario in, one result out, with what makes it again and its sources."""

from __future__ import annotations

from dataclasses import replace

from equipoise import __version__
from equipoise.analysis.defence import defended_area as _area
from equipoise.analysis.exposure import study as _exposure
from equipoise.foundation.errors import unknown_name
from equipoise.results.record import Provenance, Result
from equipoise.scenario.bibliography import bibliography
from equipoise.scenario.load import Scenario


def defended_area(scenario: Scenario, *, threat: str = "") -> Result:
    """Return who is defended: shots, slack and reason per cell; against one threat, or all of the scenario.

    >>> from equipoise.scenario.load import load_scenario
    >>> coarse = load_scenario("epaa", ["scenario.map_step_deg=6"]).at("2018", mode="independent")
    >>> area = defended_area(coarse, threat="ghadr-1")
    >>> area.data.shots.dims, area.data.threat.values.tolist()
    (('phase', 'mode', 'threat', 'lat', 'lon'), ['ghadr-1'])
    """
    if threat:
        one = tuple(entry for entry in scenario.threats if entry.id == threat)
        if not one:
            raise unknown_name("threat", threat, [entry.id for entry in scenario.threats])
        scenario = replace(scenario, threats=one)
    return _with_origin(scenario, _area.defended_area(scenario))


def exposure(scenario: Scenario) -> Result:
    """Return whose deterrent is exposed: slack and reason per base and aim cell, shares with their range.

    >>> from equipoise.scenario.load import load_scenario
    >>> exposed = exposure(load_scenario("epaa", ["scenario.aim_step_deg=10"]).at("2011"))
    >>> float(exposed.data.share.sel(end="nominal").max())
    0.0
    """
    return _with_origin(scenario, _exposure.exposure(scenario))


def _with_origin(scenario: Scenario, result: Result) -> Result:
    made = Provenance(
        version=__version__,
        scenario=scenario.name,
        scenario_hash=scenario.hash,
        scenario_toml=scenario.to_toml(),
    )
    return replace(result, provenance=made, sources=bibliography(scenario))
