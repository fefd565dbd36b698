"""Checks of modes and sectors: parties that exist, sensors to see with, sectors that do not overlap."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from equipoise.foundation.errors import Problem
from equipoise.model.cooperation import EVERYBODY, MISSILE_CLASSES, Mode, Sector
from equipoise.model.fields import known_names
from equipoise.model.systems import Radar, Satellite, Site
from equipoise.scenario.roles import commander

if TYPE_CHECKING:
    from shapely import Polygon

    from equipoise.scenario.load import Scenario

OVERLAP_DEG2 = 0.01
"""Sectors may share an edge; a larger common area, in square degrees, is a fault."""
FAN_STEPS = 72


def check_cooperation(scenario: Scenario, label: str, problems: list[Problem]) -> None:
    """Add to ``problems`` what is wrong with the modes that the scenario asks for, and with their sectors."""
    known = [mode.id for mode in scenario.modes]
    for name in scenario.head.modes:
        if name not in known:
            said = f"no mode '{name}'."
            problems.append(Problem(label, "scenario.modes", said, known_names(known, name)))
    parties = equipped(scenario)
    for mode in scenario.modes:
        _check_sharing(mode, parties, scenario, label, problems)
        if mode.id in scenario.head.modes:
            _check_sight(mode, parties, label, problems)
            _check_overlap(mode, scenario, label, problems)


Fielding = dict[str, tuple[bool, bool]]


def equipped(scenario: Scenario) -> Fielding:
    """Return the parties that command something, each with whether it has interceptors, and sensors of its own."""
    found: Fielding = {}
    fielded: list[Site | Radar | Satellite] = [*scenario.sites, *scenario.radars, *scenario.satellites]
    for entry in fielded:
        party, at_site = commander(scenario, entry.party), isinstance(entry, Site)
        shoots, sees = found.get(party, (False, False))
        if isinstance(entry, Site):
            own_sensor = bool(entry.sensors)
        else:
            own_sensor = not isinstance(entry, Radar) or entry.lat_deg is not None
        found[party] = (shoots or at_site, sees or own_sensor)
    return found


def _check_sharing(
    mode: Mode, parties: Fielding, scenario: Scenario, label: str, problems: list[Problem]
) -> None:
    place = f"mode.{mode.id}.sharing"
    known = {
        "party": [*parties, EVERYBODY],
        "sensor": [entry.id for entry in (*scenario.radars, *scenario.satellites)],
        "class of missile": list(MISSILE_CLASSES),
    }
    for sharing in mode.sharing:
        named = [("party", sharing.giver), ("party", sharing.receiver)]
        named += [("sensor", name) for name in sharing.sensors]
        named += [("class of missile", word) for word in sharing.withheld]
        for what, name in named:
            if name not in known[what]:
                said = f"no {what} '{name}'{' commands anything here' if what == 'party' else ''}."
                problems.append(Problem(label, place, said, known_names(known[what], name)))


def _check_sight(mode: Mode, parties: Fielding, label: str, problems: list[Problem]) -> None:
    """A party that shoots must see: with sensors of its own, or with reports that the mode gives it."""
    for party, (shoots, sees) in parties.items():
        given = any(
            s.receiver in (party, EVERYBODY)
            and any(
                own for giver, (_, own) in parties.items() if giver != party and s.giver in (giver, EVERYBODY)
            )
            for s in mode.sharing
        )
        if shoots and not sees and not given and mode.command == "own":
            said = f"'{party}' has interceptors and no sensor, and this mode gives it no reports."
            problems.append(Problem(label, f"mode.{mode.id}", said, "Give it a radar, or share with it."))


def _check_overlap(mode: Mode, scenario: Scenario, label: str, problems: list[Problem]) -> None:
    bound = [sector for sector in scenario.sectors if sector.id in mode.sectors]
    for a, b in combinations(bound, 2):
        if commander(scenario, a.party) == commander(scenario, b.party):
            continue
        common = outline(a).intersection(outline(b)).area
        if common > OVERLAP_DEG2:
            said = f"overlaps sector '{b.id}' of '{b.party}' by {common:.1f} square degrees."
            cure = "Sectors of two parties must not overlap."
            problems.append(Problem(label, f"sector.{a.id}", said, cure))


def outline(sector: Sector) -> Polygon:
    """Return a sector as a polygon of longitudes and latitudes; a fan's arc has :data:`FAN_STEPS` corners."""
    from shapely import Polygon

    if sector.polygon_deg:
        return Polygon([(lon, lat) for lat, lon in sector.polygon_deg])
    from pyproj import Geod

    fan = sector.fan
    width = (fan.azimuth_to_deg - fan.azimuth_from_deg) % 360.0 or 360.0
    azimuths = [fan.azimuth_from_deg + width * i / FAN_STEPS for i in range(FAN_STEPS + 1)]
    count = len(azimuths)
    far_lon, far_lat, _ = Geod(ellps="sphere").fwd(
        [fan.lon_deg] * count, [fan.lat_deg] * count, azimuths, [fan.radius_km * 1e3] * count
    )
    corners = list(zip(far_lon, far_lat, strict=True))
    return Polygon(corners if width == 360.0 else [(fan.lon_deg, fan.lat_deg), *corners])
