"""Checks of modes and sectors: parties that exist, sensors to see with, sectors that do not overlap."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

from equipoise.catalogue import load_catalogue
from equipoise.foundation.errors import Problem
from equipoise.model.cooperation import EVERYBODY, MISSILE_CLASSES
from equipoise.scenario.clauses import cure

if TYPE_CHECKING:
    from shapely import Polygon

OVERLAP_DEG2 = 0.01
"""Sectors may share an edge; a larger common area, in square degrees, is a fault."""
FAN_STEPS = 72


def check_cooperation(tables: dict[str, Any], label: str, problems: list[Problem]) -> None:
    """Add to ``problems`` what is wrong with the modes that the scenario asks for, and with their sectors."""
    known = [e["id"] for e in tables["mode"]]
    for name in tables["scenario"]["modes"]:
        if name not in known:
            problems.append(Problem(label, "scenario.modes", f"no mode '{name}'.", cure(name, known)))
    parties = fielding(tables)
    for mode in tables["mode"]:
        _check_sharing(mode, parties, tables, label, problems)
        if mode["id"] in tables["scenario"]["modes"]:
            _check_sight(mode, parties, tables, label, problems)
            _check_overlap(mode, tables, label, problems)


def fielding(tables: dict[str, Any]) -> dict[str, tuple[bool, bool]]:
    """Return the parties that command something, each with whether it has interceptors, and sensors of its own."""
    found: dict[str, tuple[bool, bool]] = {}
    for table in ("site", "radar", "satellite"):
        for entry in tables[table]:
            party = commander(entry["party"])
            shoots, sees = found.get(party, (False, False))
            placed = table != "radar" or "lat_deg" in entry
            found[party] = (
                shoots or table == "site",
                sees or (table != "site" and placed) or bool(entry.get("sensors")),
            )
    return found


@cache
def commander(party: str) -> str:
    """Return the party under whose command another's systems act: the United States' act under NATO's."""
    for name, record in load_catalogue().parties.items():
        if party in record.includes:
            return name
    return party


def _check_sharing(
    mode: dict[str, Any], parties: dict[str, Any], tables: dict[str, Any], label: str, problems: list[Problem]
) -> None:
    place = f"mode.{mode['id']}.sharing"
    names = [*parties, EVERYBODY]
    sensors = [e["id"] for table in ("radar", "satellite") for e in tables[table]]
    for sharing in mode.get("sharing", ()):
        for role in (sharing.giver, sharing.receiver):
            if role not in names:
                said = f"no party '{role}' commands anything here."
                problems.append(Problem(label, place, said, cure(role, names)))
        for name in sharing.sensors:
            if name not in sensors:
                problems.append(Problem(label, place, f"no sensor '{name}'.", cure(name, sensors)))
        for word in sharing.withheld:
            if word not in MISSILE_CLASSES:
                said = f"no class of missile '{word}'."
                problems.append(Problem(label, place, said, cure(word, list(MISSILE_CLASSES))))


def _check_sight(
    mode: dict[str, Any], parties: dict[str, Any], tables: dict[str, Any], label: str, problems: list[Problem]
) -> None:
    """A party that shoots must see: with sensors of its own, or with reports that the mode gives it."""
    for party, (shoots, sees) in parties.items():
        given = any(
            s.receiver in (party, EVERYBODY)
            and any(
                own for giver, (_, own) in parties.items() if giver != party and s.giver in (giver, EVERYBODY)
            )
            for s in mode.get("sharing", ())
        )
        if shoots and not sees and not given and mode["command"] == "own":
            said = f"'{party}' has interceptors and no sensor, and this mode gives it no reports."
            problems.append(Problem(label, f"mode.{mode['id']}", said, "Give it a radar, or share with it."))


def _check_overlap(mode: dict[str, Any], tables: dict[str, Any], label: str, problems: list[Problem]) -> None:
    bound = [e for e in tables["sector"] if e["id"] in mode.get("sectors", ())]
    for a, b in combinations(bound, 2):
        if commander(a["party"]) == commander(b["party"]):
            continue
        common = outline(a).intersection(outline(b)).area
        if common > OVERLAP_DEG2:
            said = f"overlaps sector '{b['id']}' of '{b['party']}' by {common:.1f} square degrees."
            problems.append(
                Problem(label, f"sector.{a['id']}", said, "Sectors of two parties must not overlap.")
            )


def outline(sector: dict[str, Any]) -> Polygon:
    """Return a sector as a polygon of longitudes and latitudes; a fan's arc has :data:`FAN_STEPS` corners."""
    from shapely import Polygon

    if "polygon_deg" in sector:
        return Polygon([(lon, lat) for lat, lon in sector["polygon_deg"]])
    from pyproj import Geod

    first, lat, lon = sector["azimuth_from_deg"], sector["lat_deg"], sector["lon_deg"]
    width = (sector["azimuth_to_deg"] - first) % 360.0 or 360.0
    azimuths = [first + width * i / FAN_STEPS for i in range(FAN_STEPS + 1)]
    count = len(azimuths)
    far_lon, far_lat, _ = Geod(ellps="sphere").fwd(
        [lon] * count, [lat] * count, azimuths, [sector["radius_km"] * 1e3] * count
    )
    corners = list(zip(far_lon, far_lat, strict=True))
    return Polygon(corners if width == 360.0 else [(lon, lat), *corners])
