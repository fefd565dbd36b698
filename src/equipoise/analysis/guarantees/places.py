"""Where sites and radars stand or may be, and how far that is from the edge of what a clause permits."""

from __future__ import annotations

import math

import numpy as np

from equipoise.foundation.sphere import near_deg
from equipoise.model.clause import Clause
from equipoise.model.region import Box, corridor_distance_km, distance_km, inward_deg, joined
from equipoise.model.systems import Radar, Site
from equipoise.scenario.load import Scenario

KM_PER_DEG = 111.19


def areas(place: Site | Radar) -> list[Box]:
    """Return the boxes in which a ship may be; none for a site on land."""
    return [*place.box_deg, *place.patrol_deg] if isinstance(place, Site) else []


def corners(place: Site | Radar) -> list[tuple[float, float]]:
    """Return the corners of the boxes in which a ship may be."""
    return [
        (lat, lon)
        for south, west, north, east in areas(place)
        for lat in (south, north)
        for lon in (west, east)
    ]


FINEST_KM = 2.0
"""Parts of a patrol area with a half diagonal under this are judged by their middle."""


def least_in_box(scenario: Scenario, clause: Clause, box: Box) -> tuple[float, str]:
    """Return the least margin anywhere in a box, within :data:`FINEST_KM`, and from what it is measured.

    A margin is a distance: it changes by no more than the way between two places, so that parts that cannot hold a lesser
    one are left out.
    """
    best, parts = (math.inf, ""), [box]
    while parts:
        south, west, north, east = parts.pop()
        lat, lon = 0.5 * (south + north), 0.5 * (west + east)
        wide = max(math.cos(math.radians(south)), math.cos(math.radians(north)))
        half = 0.5 * KM_PER_DEG * math.hypot(north - south, (east - west) * wide)
        here = place_margin_km(scenario, clause, lat, lon)
        best = min(best, here)
        if half < FINEST_KM or here[0] - 1.02 * half > best[0]:
            continue
        if (north - south) >= (east - west) * wide:
            parts += [(south, west, lat, east), (lat, west, north, east)]
        else:
            parts += [(south, west, north, lon), (south, lon, north, east)]
    return best


def is_measured(scenario: Scenario, clause: Clause) -> bool:
    """Return whether there is anything from which a location clause measures; one about bases has none where none is mapped."""
    others = clause.corridor_deg or clause.within_deg or clause.outside_deg
    return bool(scenario.bases or others or clause.of != "strategic_base")


def place_margin_km(scenario: Scenario, clause: Clause, lat_deg: float, lon_deg: float) -> tuple[float, str]:
    """Return how far a place is on the permitted side of a location clause, and from what that is measured.

    The clause must measure from something (:func:`is_measured`).
    """
    lat, lon = np.array(lat_deg), np.array(lon_deg)
    found = []
    if clause.at_least_km is not None and clause.of == "strategic_base":
        for base in scenario.bases:
            away = float(distance_km(lat, lon, base.lat_deg, base.lon_deg))
            found.append((away - clause.at_least_km, base.id))
    if clause.at_least_km is not None and clause.corridor_deg:
        away = float(corridor_distance_km(lat, lon, clause.corridor_deg))
        found.append((away - clause.at_least_km, "the corridor"))
    if clause.of == "home_port":
        assert clause.at_most_km is not None
        assert clause.port_lat_deg is not None
        assert clause.port_lon_deg is not None
        away = float(distance_km(lat, lon, clause.port_lat_deg, clause.port_lon_deg))
        found.append((clause.at_most_km - away, "the home port"))
    if clause.within_deg:
        found.append(
            (
                max(inside_km(box, lat_deg, lon_deg) for box in joined(clause.within_deg)),
                "the edge of the zone",
            )
        )
    found += [(-inside_km(box, lat_deg, lon_deg), "the excluded zone") for box in joined(clause.outside_deg)]
    return min(found)


def inside_km(box: Box, lat_deg: float, lon_deg: float) -> float:
    """Return the distance to the edge of a box, positive inside; good to a percent below 1,000 km.

    The box may reach beyond 180 degrees; the longitude is an angle.
    """
    south, west, north, east = box
    lon_deg = float(near_deg(lon_deg, 0.5 * (west + east)))
    wide = KM_PER_DEG * math.cos(math.radians(lat_deg))
    inward = min((lat_deg - south) * KM_PER_DEG, (north - lat_deg) * KM_PER_DEG)
    inward = min(inward, (lon_deg - west) * wide, (east - lon_deg) * wide)
    if inward >= 0.0:
        return inward
    nearest = (min(max(lat_deg, south), north), min(max(lon_deg, west), east))
    return -float(distance_km(np.array(lat_deg), np.array(lon_deg), *nearest))


def stands_in(boxes: tuple[Box, ...], place: Site | Radar) -> bool:
    """Return whether a place without an area stands in one of some boxes; a radar that stands at sites does not."""
    if place.lat_deg is None or place.lon_deg is None:
        return False
    return any(inward_deg(box, place.lat_deg, place.lon_deg) >= 0.0 for box in boxes)


def may_stand_in(clause: Clause, site: Site) -> bool:
    """Return whether a site may be where a limit counts: anywhere, where it names no boxes."""
    if not clause.within_deg or stands_in(clause.within_deg, site):
        return True
    return any(
        a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]
        for a in clause.within_deg
        for b in areas(site)
    )


def stands_there(clause: Clause, site: Site) -> bool:
    """Return whether a site stands where a limit counts."""
    return not clause.within_deg or stands_in(clause.within_deg, site)


def stands_only_in(clause: Clause, site: Site) -> bool:
    """Return whether a site cannot be anywhere but in one of the boxes where a limit counts."""
    inside = (
        any(a[0] <= b[0] and a[1] <= b[1] and b[2] <= a[2] and b[3] <= a[3] for a in clause.within_deg)
        for b in areas(site)
    )
    return stands_there(clause, site) and (not clause.within_deg or all(inside))


ENDS_OF_PLACE = (may_stand_in, stands_there, stands_only_in)
"""What a limit on a sea area counts at the end that breaks it, nominally, and at the end that keeps it."""
