"""One box of permitted sites and arcs: whether the reach curve leaves any engagement in it.

A box is an array (10, 2) of low and high ends: site latitude and longitude, inertial azimuth, range angle, loft,
angle flown since burnout (rad), burnout altitude and burnout downrange (m) of the threat, latitude and longitude (rad)
of the point through which the arc's inertial plane passes. The arc climbs at the path
angle (pi - range) / 4 + loft from burnout and is back at the same altitude after the range angle.
"""

from __future__ import annotations

from math import acos, atan2, cos, inf, pi, sin, sqrt, tan

from equipoise.numerics.jit import kernel
from equipoise.physics.permitted.reach_curve import Permitted, eastward, out_of_time

AXES = 10
SPARE = 1e-9
"""Bounds are weakened by this much, so that a proof in exact arithmetic finds every box free that is free here."""


@kernel
def inverse_radius(slope: float, range_rad: float, flown_rad: float) -> float:
    """Return burnout radius over radius on an arc with ``slope``, the tangent of its path angle at burnout.

    It falls with slope and with range, since sin((h - x) / 2) / sin(h / 2) = cos(x / 2) - sin(x / 2) cot(h / 2).
    """
    return 1.0 - 2.0 * slope * sin(0.5 * flown_rad) * sin(0.5 * (range_rad - flown_rad)) / sin(
        0.5 * range_rad
    )


@kernel
def latus(slope: float, range_rad: float) -> float:
    """Return burnout radius over semi-latus rectum; it grows with slope and falls with range."""
    return 1.0 + slope / tan(0.5 * range_rad)


@kernel
def flown_time_s(start_m: float, slope: float, range_rad: float, flown_rad: float, gm_m3_s2: float) -> float:
    """Return the time since burnout at radius ``start_m``; inf where the arc is no ellipse.

    Kepler's equation from the apogee, where tan(E / 2) = sqrt((1 + e) / (1 - e)) tan(angle / 2).
    ``slope`` is the tangent of the path angle at burnout, ``range_rad`` the angle to the same radius again,
    ``flown_rad`` the angle flown.
    """
    k = latus(slope, range_rad)
    e = sqrt((k - 1.0) ** 2 + slope**2) / k
    if not e < 1.0:
        return inf
    stretch = sqrt((1.0 + e) / (1.0 - e))
    half, nu = 0.25 * range_rad, 0.5 * (flown_rad - 0.5 * range_rad)
    u0, u1 = 2.0 * atan2(stretch * sin(half), cos(half)), 2.0 * atan2(stretch * sin(nu), cos(nu))
    a = start_m / (k * (1.0 - e * e))
    return sqrt(a**3 / gm_m3_s2) * (u1 + e * sin(u1) + u0 + e * sin(u0))


@kernel
def arc_bounds(box, radius_m: float, gm_m3_s2: float):
    """Return least and greatest radius and the latest time over a box of arcs; (inf, 0, -inf) when it holds none.

    The radius is least at one of the ends of the angle flown, greatest where that is nearest to half the range.
    """
    range_low, range_high = box[3, 0], box[3, 1]
    first, last = box[5, 0], min(box[5, 1], range_high)
    if first > range_high:
        return inf, 0.0, -inf
    low, high = 0.25 * (pi - range_high) + box[4, 0], 0.25 * (pi - range_low) + box[4, 1]
    if not (low >= 0.0 and high < 0.5 * pi):
        return radius_m, inf, inf
    slope = tan(low)
    rise = max(inverse_radius(slope, range_low, first), inverse_radius(slope, range_low, last))
    lowest = (radius_m + box[6, 0]) / min(rise, 1.0) if rise > 0.0 else inf
    slope = tan(high)
    top = inverse_radius(slope, range_high, min(max(0.5 * range_high, first), last))
    start = radius_m + box[6, 1]
    highest = start / top if top > 0.0 else inf
    latest = flown_time_s(start, slope, range_high, last, gm_m3_s2)
    return lowest, highest, latest * sqrt(latus(slope, range_low) / latus(slope, range_high))


@kernel
def side(box, axis: int):
    """Return middle and half width of one side.

    ``box`` (10, 2) is as the module says, ``axis`` the row; the unit is the row's.
    """
    return 0.5 * (box[axis, 0] + box[axis, 1]), 0.5 * (box[axis, 1] - box[axis, 0])


@kernel
def free(p: Permitted, box) -> bool:
    """Return whether no permitted interceptor can engage any arc of the box.

    Moved along its meridian or parallel, the base carries every point of its arcs at most as far as itself.
    """
    lowest, highest, latest = arc_bounds(box, p.radius_m, p.gm_m3_s2)
    time = latest * (1.0 + SPARE) - p.start_s
    if time < 0.0:
        return True
    if not latest < inf:
        return False
    (lat, half_lat), (lon, half_lon), (azimuth, half_azimuth) = side(box, 0), side(box, 1), side(box, 2)
    (flown, half_flown), (down, half_down) = side(box, 5), side(box, 7)
    along, half_along = flown + down / p.radius_m, half_flown + half_down / p.radius_m
    slip = 0.5 * p.omega_rad_s * (p.burn_high_s - p.burn_low_s)
    meridian = lon + p.omega_rad_s * (p.start_s + 0.5 * (p.burn_low_s + p.burn_high_s))
    (base_lat, half_base_lat), (base_lon, half_base_lon) = side(box, 8), side(box, 9)
    central, east = place(base_lat, base_lon, lat, meridian, azimuth, along)
    most_cos = min(cos(lat) + half_lat, 1.0)
    swing = min(abs(sin(along)) + half_along, 1.0) * half_azimuth
    moved = half_base_lat + half_base_lon
    turn = (half_lat + most_cos * (half_lon + slip) + swing + half_along + moved) * (1.0 + SPARE)
    least = min(max(central - turn, 0.0), pi)
    chord = sqrt((lowest - p.radius_m) ** 2 + 4.0 * lowest * p.radius_m * sin(0.5 * least) ** 2) * (
        1.0 - SPARE
    )
    far = p.boost_share * p.speed_m_s * p.burn_high_s
    away = far / p.radius_m + p.omega_rad_s * time
    share = eastward(east, turn + half_lon + slip, least, central + turn, away, cos(lat) - half_lat)
    drift = p.omega_rad_s * (p.radius_m + far) * min(most_cos + far / p.radius_m, 1.0)
    margin = p.margin_m + p.growth_m_s * latest
    high = highest * (1.0 + SPARE) + margin
    return out_of_time(p, chord - margin, lowest * (1.0 - SPARE) - margin, high, drift, share, time)


@kernel
def place(base_lat: float, base_lon: float, lat: float, meridian: float, azimuth: float, along: float):
    """Return the central angle between site and threat, and the threat's component towards the site's east.

    ``base_lat`` and ``base_lon`` are the point through which the arc's inertial plane passes, ``azimuth`` its
    direction there, clockwise from north, ``along`` the angle flown from it; ``lat`` is the site's latitude
    and ``meridian`` its inertial longitude. All in rad, on the sphere.
    """
    sin_base, cos_base = sin(base_lat), cos(base_lat)
    z = sin_base * cos(along) + cos_base * sin(along) * cos(azimuth)
    north = cos_base * cos(along) - sin_base * sin(along) * cos(azimuth)
    over = sin(along) * sin(azimuth)
    turned = meridian - base_lon
    x, y = north * cos(turned) + over * sin(turned), over * cos(turned) - north * sin(turned)
    dot = cos(lat) * x + sin(lat) * z
    return acos(min(max(dot, -1.0), 1.0)), y


@kernel
def loosest(box) -> int:
    """Return the axis whose width loosens the bound most, as an angle on the globe.

    ``box`` (10, 2) is as the module says. It decides how fast a cover is found, never whether it holds.
    """
    along = side(box, 5)[0]
    weights = (
        1.0, 0.7, 0.2 + 0.6 * sin(along), 0.1 + 0.4 * along, 0.2 + 1.5 * along, 1.3, 1.0e-7, 1.6e-7, 1.0, 1.0,
    )  # fmt: skip
    best, chosen = -1.0, 0
    for axis in range(AXES):
        half = 0.5 * (box[axis, 1] - box[axis, 0]) * weights[axis]
        if half > best:
            best, chosen = half, axis
    return chosen
