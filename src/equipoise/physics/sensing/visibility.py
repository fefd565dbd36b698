"""When a sensor sees a missile: sector, mask, horizon, range; satellites after cloud break; regions crossed.

A radar's lowest elevation is lowered by the bending of a ray in the air when the mask lies below 3 degrees: the ray is
curved with four times the Earth's radius up to 8 km, the 4/3-Earth model where the air is, straight above it.
"""

from __future__ import annotations

from math import atan2, cos, nan, pi, sin, sqrt
from typing import NamedTuple

import numpy as np

from equipoise.numerics.intervals import insert
from equipoise.numerics.jit import kernel
from equipoise.numerics.records import record_type
from equipoise.physics.environment.earth import EarthModel, altitude, ecef_to_geodetic, latitude_longitude
from equipoise.physics.flight.trajectory import Path, position_at

ARCS = 6
"""Separate spells of visibility kept per sensor and path."""
EDGE_S = 0.02
"""Crossing times are bisected to this."""
BENDING_TOP_M = 8e3
BENDING_MASK_RAD = np.radians(3.0)
RADAR, INFRARED = 0, 1
BOUNDS_MARGIN_RAD = np.radians(0.25)
"""More than geodetic and geocentric latitude differ by."""


SENSOR = record_type(
    kind="i8", sure="i8", places="i8", width_rad="f8", sin_from="f8", cos_from="f8", sin_to="f8", cos_to="f8", sin_low="f8",
    sin_high="f8", nearest_m="f8", range_m="f8", boost_range_m="f8", cloud_m="f8", delay_s="f8", report_s="f8",
)  # fmt: skip
"""One sensor. A ship's radar that may be anywhere in a box has several ``places``: a ``sure`` one must see from all of them, else
from one. ``range_m`` holds against the re-entry body, ``boost_range_m`` while the missile burns. The sector goes clockwise
between two azimuths, each held as its sine and cosine, and spans ``width_rad``; elevations are held as sines. Infrared sensors
see a burning missile above ``cloud_m``. ``delay_s`` lies between seeing and reporting; nothing is reported before ``report_s``
after launch.
"""


class Sensors(NamedTuple):
    """Sensors as arrays over m: rows of :data:`SENSOR`, ``place`` (m, k, 12), ``boxes_rad`` (m, b, 4).

    A place is an ECEF position in m and the unit vectors east, north and up there. An infrared sensor sees launches in one of its
    boxes (south, west, north, east; nan for none).
    """

    row: np.ndarray
    place: np.ndarray
    boxes_rad: np.ndarray


class Radar(NamedTuple):
    """The columns of a row of :data:`SENSOR` that say what a radar sees, in registers while a path is followed."""

    sure: bool
    places: int
    width_rad: float
    sin_from: float
    cos_from: float
    sin_to: float
    cos_to: float
    sin_low: float
    sin_high: float
    nearest_m: float
    range_m: float
    boost_range_m: float


@kernel
def radar_of(row) -> Radar:
    """Return the radar of a row of :data:`SENSOR`."""
    return Radar(
        row.sure > 0, row.places, row.width_rad, row.sin_from, row.cos_from, row.sin_to, row.cos_to, row.sin_low, row.sin_high,
        row.nearest_m, row.range_m, row.boost_range_m,
    )  # fmt: skip


class Regions(NamedTuple):
    """Regions of the map as arrays over r: polygons or fans.

    ``vertices_rad`` (r, v, 2) are latitude and longitude, edges straight on a plain map, longitudes without a jump;
    ``vertex_count`` of zero is a fan: ``fan`` (r, 5) holds latitude, longitude, azimuth from, width and radius, all in rad.
    """

    vertices_rad: np.ndarray
    vertex_count: np.ndarray
    fan: np.ndarray


def bending_rad(*, elevation_rad: float, height_m: float, earth: EarthModel) -> float:
    """Return by how much a ray that leaves at ``elevation_rad`` is bent in the air, under the 4/3-Earth model.

    The ray's curvature is a quarter of the Earth's; it acts along the path up to :data:`BENDING_TOP_M`.
    """
    if elevation_rad >= BENDING_MASK_RAD or height_m >= BENDING_TOP_M:
        return 0.0
    radius = 4.0 / 3.0 * earth.equatorial_radius_m
    climb, rise = sin(elevation_rad), BENDING_TOP_M - height_m
    length = radius * (sqrt(climb * climb + 2.0 * rise / radius) - climb)
    return length / (4.0 * earth.equatorial_radius_m)


@kernel
def _sees_from(radar: Radar, place, i: int, x: float, y: float, z: float, reach: float) -> bool:
    dx, dy, dz = x - place[i, 0], y - place[i, 1], z - place[i, 2]
    square = dx * dx + dy * dy + dz * dz
    if square > reach * reach or square < radar.nearest_m**2 or square == 0.0:
        return False
    distance = sqrt(square)
    up = dx * place[i, 9] + dy * place[i, 10] + dz * place[i, 11]
    if not radar.sin_low * distance <= up <= radar.sin_high * distance:
        return False
    if radar.width_rad >= 2.0 * pi:
        return True
    east = dx * place[i, 3] + dy * place[i, 4] + dz * place[i, 5]
    north = dx * place[i, 6] + dy * place[i, 7] + dz * place[i, 8]
    after = east * radar.cos_from - north * radar.sin_from >= 0.0
    before = north * radar.sin_to - east * radar.cos_to >= 0.0
    return (after and before) if radar.width_rad <= pi else (after or before)


@kernel
def sees(radar: Radar, places, x: float, y: float, z: float, boosting: bool) -> bool:
    """Return whether a radar sees an ECEF point: in sector, above the mask, in range.

    ``places`` (k, 12) are its places as :class:`Sensors` has them; ``x``, ``y`` and ``z`` are in m; ``boosting`` says that the
    motor burns, which has a range of its own. Of several places all must see it if the radar is sure, else
    one.
    """
    reach = radar.boost_range_m if boosting else radar.range_m
    if radar.places == 1:
        return _sees_from(radar, places, 0, x, y, z, reach)
    for i in range(radar.places):
        if _sees_from(radar, places, i, x, y, z, reach) != radar.sure:
            return not radar.sure
    return radar.sure


@kernel
def _watches(boxes, lat: float, lon: float) -> bool:
    """Return whether a place lies in one of the boxes that an infrared sensor watches; no boxes is everywhere."""
    any_box = False
    for b in range(boxes.shape[0]):
        south, west, north, east = boxes[b, 0], boxes[b, 1], boxes[b, 2], boxes[b, 3]
        if np.isnan(south):
            continue
        any_box = True
        if south <= lat <= north and (lon - west) % (2.0 * pi) <= (east - west) % (2.0 * pi):
            return True
    return not any_box


@kernel
def _infrared_arc(cloud: float, boxes, path: Path, earth: EarthModel, out) -> int:
    p = path.position_ecef_m[0]
    lat, lon, _h = ecef_to_geodetic(p[0], p[1], p[2], earth)
    if not _watches(boxes, lat, lon):
        return 0
    for k in range(path.burnout):
        if path.height_m[k + 1] >= cloud:
            out[0, 0], out[0, 1] = _rises_above(cloud, path, k, earth), path.time_s[path.burnout]
            return 1
    return 0


@kernel
def _rises_above(height_m: float, path: Path, k: int, earth: EarthModel) -> float:
    """Return when the path passes a height between samples k and k + 1; at k when it is above it already."""
    point = np.empty(3)
    low, high = path.time_s[k], path.time_s[k + 1]
    if path.height_m[k] >= height_m:
        return low
    while high - low > EDGE_S:
        middle = 0.5 * (low + high)
        position_at(path, k, middle, point)
        if altitude(point[0], point[1], point[2], earth) < height_m:
            low = middle
        else:
            high = middle
    return high


@kernel
def _edge(radar: Radar, places, path: Path, k: int, before: bool) -> float:
    """Return when a radar's sight of the path changes between samples k and k + 1, on the side where it sees."""
    point = np.empty(3)
    low, high = path.time_s[k], path.time_s[k + 1]
    while high - low > EDGE_S:
        middle = 0.5 * (low + high)
        position_at(path, k, middle, point)
        if sees(radar, places, point[0], point[1], point[2], k < path.burnout) == before:
            low = middle
        else:
            high = middle
    return low if before else high


@kernel
def arcs(sensors: Sensors, s: int, path: Path, earth: EarthModel, out) -> int:
    """Fill ``out`` (ARCS, 2) with the spells in which sensor ``s`` sees the path; return how many.

    Edges are bisected between samples; a spell shorter than one sample step can be missed. A change of range at
    burnout ends a spell there when the re-entry body is out of range.
    """
    row, places, p = sensors.row[s], sensors.place[s], path.position_ecef_m
    if path.filled < 2:
        return 0
    if row.kind == INFRARED:
        return _infrared_arc(row.cloud_m, sensors.boxes_rad[s], path, earth, out)
    n, since, radar = 0, path.time_s[0], radar_of(row)
    before = sees(radar, places, p[0, 0], p[0, 1], p[0, 2], boosting=True)
    for k in range(path.filled - 1):
        if k == path.burnout:
            now = sees(radar, places, p[k, 0], p[k, 1], p[k, 2], boosting=False)
            if before and not now:
                n = insert(out, n, since, path.time_s[k])
            elif now and not before:
                since = path.time_s[k]
            before = now
        now = sees(radar, places, p[k + 1, 0], p[k + 1, 1], p[k + 1, 2], k + 1 <= path.burnout)
        if now != before:
            edge = _edge(radar, places, path, k, before)
            if now:
                since = edge
            else:
                n = insert(out, n, since, edge)
            before = now
    if before:
        n = insert(out, n, since, path.time_s[path.filled - 1])
    return n


@kernel
def _in_polygon(vertices, count: int, middle: float, lat: float, lon: float) -> bool:
    """Return whether a point lies inside, by crossings; its longitude is brought next to the polygon's middle first."""
    lon = middle + (lon - middle + pi) % (2.0 * pi) - pi
    inside = False
    j = count - 1
    for i in range(count):
        a, b = vertices[i, 0], vertices[j, 0]
        if (a > lat) != (b > lat):
            cross = vertices[j, 1] + (lat - b) / (a - b) * (vertices[i, 1] - vertices[j, 1])
            if lon < cross:
                inside = not inside
        j = i
    return inside


@kernel
def _in_fan(fan, lat: float, lon: float) -> bool:
    d = lon - fan[1]
    s1, c1, s2, c2 = sin(fan[0]), cos(fan[0]), sin(lat), cos(lat)
    east, north = c2 * sin(d), c1 * s2 - s1 * c2 * cos(d)
    if atan2(sqrt(east * east + north * north), s1 * s2 + c1 * c2 * cos(d)) > fan[4]:
        return False
    return (atan2(east, north) - fan[2]) % (2.0 * pi) <= fan[3]


class _Bounds(NamedTuple):
    """Bounds of a region: sines of geocentric latitude, sine and cosine of the western and eastern edge; middle longitude."""

    low: float
    high: float
    sin_west: float
    cos_west: float
    sin_east: float
    cos_east: float
    middle_rad: float


@kernel
def _bounds(regions: Regions, r: int) -> _Bounds:
    """Return bounds wider by more than geocentric and geodetic latitude differ; for a fan, bounds that hold everything."""
    n = regions.vertex_count[r]
    if n == 0:
        return _Bounds(-1.0, 1.0, nan, nan, nan, nan, nan)
    lat, lon = regions.vertices_rad[r, :n, 0], regions.vertices_rad[r, :n, 1]
    low = sin(max(lat.min() - BOUNDS_MARGIN_RAD, -0.5 * pi))
    high = sin(min(lat.max() + BOUNDS_MARGIN_RAD, 0.5 * pi))
    west, east = lon.min() - BOUNDS_MARGIN_RAD, lon.max() + BOUNDS_MARGIN_RAD
    middle = 0.5 * (lon.min() + lon.max())
    if east - west >= pi:
        return _Bounds(low, high, nan, nan, nan, nan, middle)
    return _Bounds(low, high, sin(west), cos(west), sin(east), cos(east), middle)


@kernel
def _in_region(regions: Regions, r: int, bounds: _Bounds, p, earth: EarthModel) -> bool:
    """Return whether the place below an ECEF point (3,) lies in region ``r``."""
    far = sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2])
    if p[2] < bounds.low * far or p[2] > bounds.high * far:
        return False
    if p[1] * bounds.cos_west < p[0] * bounds.sin_west or p[0] * bounds.sin_east < p[1] * bounds.cos_east:
        return False
    lat, lon = latitude_longitude(p[0], p[1], p[2], earth)
    if regions.vertex_count[r] > 0:
        return _in_polygon(regions.vertices_rad[r], regions.vertex_count[r], bounds.middle_rad, lat, lon)
    return _in_fan(regions.fan[r], lat, lon)


@kernel
def region_arcs(regions: Regions, r: int, path: Path, earth: EarthModel, out) -> int:
    """Fill ``out`` (ARCS, 2) with the spells in which the missile is above region ``r``; return how many."""
    if path.filled < 2:
        return 0
    point, bounds = np.empty(3), _bounds(regions, r)
    n, since = 0, path.time_s[0]
    before = _in_region(regions, r, bounds, path.position_ecef_m[0], earth)
    for k in range(path.filled - 1):
        now = _in_region(regions, r, bounds, path.position_ecef_m[k + 1], earth)
        if now == before:
            continue
        low, high = path.time_s[k], path.time_s[k + 1]
        while high - low > EDGE_S:
            middle = 0.5 * (low + high)
            position_at(path, k, middle, point)
            if _in_region(regions, r, bounds, point, earth) == before:
                low = middle
            else:
                high = middle
        if now:
            since = low
        else:
            n = insert(out, n, since, low)
        before = now
    if before:
        n = insert(out, n, since, path.time_s[path.filled - 1])
    return n


def sine_of_mask(*, elevation_rad: float, height_m: float, earth: EarthModel) -> float:
    """Return the sine of the lowest geometric elevation at which a radar sees a far target."""
    return sin(elevation_rad - bending_rad(elevation_rad=elevation_rad, height_m=height_m, earth=earth))
