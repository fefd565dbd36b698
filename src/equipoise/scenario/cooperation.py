"""Checks of modes and sectors: parties that exist, sensors to see with, sectors that do not overlap."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from equipoise.model.cooperation import EVERYBODY, MISSILE_CLASSES, Mode, Sector
from equipoise.model.fields import known_names
from equipoise.model.systems import Radar, Satellite, Site
from equipoise.scenario.faults import Fault, unknown
from equipoise.scenario.roles import commander

if TYPE_CHECKING:
    from shapely import Polygon

    from equipoise.scenario.load import Scenario

OVERLAP_DEG2 = 0.01
"""Sectors may share an edge; a larger common area, in square degrees, is a fault."""
FAN_STEPS = 72


def cooperation_faults(scenario: Scenario) -> Iterator[Fault]:
    """Give what is wrong with the modes that the scenario asks for, and with their sectors."""
    yield from unknown("scenario.modes", "mode", scenario.head.modes, [mode.id for mode in scenario.modes])
    parties = equipped(scenario)
    for mode in scenario.modes:
        yield from _sharing(mode, parties, scenario)
        if mode.id in scenario.head.modes:
            yield from _sight(mode, parties)
            yield from _overlap(mode, scenario)


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


def _sharing(mode: Mode, parties: Fielding, scenario: Scenario) -> Iterator[Fault]:
    place = f"mode.{mode.id}.sharing"
    sensors = [entry.id for entry in (*scenario.radars, *scenario.satellites)]
    for sharing in mode.sharing:
        for name in (sharing.giver, sharing.receiver):
            if name not in (known := [*parties, EVERYBODY]):
                yield Fault(place, f"no party '{name}' commands anything here.", known_names(known, name))
        yield from unknown(place, "sensor", sharing.sensors, sensors)
        yield from unknown(place, "class of missile", sharing.withheld, MISSILE_CLASSES)


def _sight(mode: Mode, parties: Fielding) -> Iterator[Fault]:
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
            yield Fault(f"mode.{mode.id}", said, "Give it a radar, or share with it.")


def _overlap(mode: Mode, scenario: Scenario) -> Iterator[Fault]:
    bound = [sector for sector in scenario.sectors if sector.id in mode.sectors]
    for a, b in combinations(bound, 2):
        if commander(scenario, a.party) == commander(scenario, b.party):
            continue
        common = outline(a).intersection(outline(b)).area
        if common > OVERLAP_DEG2:
            said = f"overlaps sector '{b.id}' of '{b.party}' by {common:.1f} square degrees."
            yield Fault(f"sector.{a.id}", said, "Sectors of two parties must not overlap.")


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
