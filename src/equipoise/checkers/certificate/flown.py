"""Flights from a base to an aim, solved anew for the comparison with a question: Kepler arcs over the turning Earth, no air.

The missile is the kinematic one of docs/certificate.md, "Flights of the question": the burn's end lies on the great circle
towards the aim, at the share of its altitude and downrange that the square of the used share of its full speed gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import acos, asin, atan2, cos, degrees, hypot, pi, sin, sqrt, tan
from typing import NamedTuple

MEAN_RADIUS_M, FLATTENING = 6.371e6, 1.0 / 298.257223563
GM, OMEGA = 3.986004418e14, 7.292115e-5
ROUNDS = 12
MISSED_RAD = 0.003
ENOUGH_RAD = 2e-5
Vector = tuple[float, float, float]
State = tuple[Vector, Vector]
"""Position (m) and velocity (m/s) at burnout, inertial."""
Place = tuple[float, float]
"""Geocentric latitude and longitude in rad."""


class Box(NamedTuple):
    """An area of places, in rad."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True)
class Missile:
    """Altitude and downrange of burnout on a flight to full range, in m, and that range."""

    altitude_m: float
    downrange_m: float
    max_range_m: float

    def full_speed_m_s(self) -> float:
        """Return the burnout speed that carries a least-energy arc to full range over a still sphere."""
        radius = MEAN_RADIUS_M + self.altitude_m
        angle = (self.max_range_m - self.downrange_m) / MEAN_RADIUS_M
        chord = sqrt(radius**2 + MEAN_RADIUS_M**2 - 2.0 * radius * MEAN_RADIUS_M * cos(angle))
        return sqrt(2.0 * GM * (1.0 / radius - 2.0 / (radius + MEAN_RADIUS_M + chord)))


def solved(missile: Missile, start: Place, aim: Place, loft_rad: float) -> State | None:
    """Return the burnout of a flight from a base to an aim; None where the missile does not reach it."""
    full, virtual, share = missile.full_speed_m_s(), aim, 1.0
    missed = pi
    for _ in range(ROUNDS):
        bearing = _bearing(start, virtual)
        burnout = _onward(start, bearing, missile.downrange_m * share / MEAN_RADIUS_M)
        radius = ground_m(burnout[0]) + missile.altitude_m * share
        target = ground_m(aim[0])
        apart = _angle(_unit(burnout), _unit(virtual))
        path = _least_energy(radius, target, _angle(_unit(burnout), _unit(aim))) + loft_rad
        low = cos(path) ** 2 * radius / target - cos(path) * cos(apart + path)
        if low <= 0.0:
            return None
        speed = sqrt(GM / radius * (1.0 - cos(apart)) / low)
        share = min((speed / full) ** 2, 1.2)
        heading = _bearing(burnout, start) + pi
        position, velocity = _state(burnout, heading, radius, speed, path)
        fell = _impact(position, velocity, target)
        if fell is None:
            return None
        short, aside = aim[0] - fell[0], _wrapped(aim[1] - fell[1])
        missed = hypot(short, aside * cos(aim[0]))
        if missed < ENOUGH_RAD:
            break
        virtual = (virtual[0] + short, virtual[1] + aside)
        if abs(virtual[0]) > 0.5 * pi:
            return None
    if speed > full or missed > MISSED_RAD:
        return None
    return position, velocity


def axes(state: State, start: Place, origin: Box) -> tuple[dict[str, float], float]:
    """Return a flight by the axes of a cell, and the angle (rad) by which its plane misses the origin's box.

    Of the box that point counts which is closest to the plane's foot under the start, along each coordinate.
    """
    position, velocity = state
    normal, radius, speed = _scaled(_cross(position, velocity), 1.0), _size(position), _size(velocity)
    lat, lon = _place(_onto(_unit(start), normal))
    middle = 0.5 * (origin.west + origin.east)
    lon = middle + _wrapped(lon - middle)
    point = min(max(lat, origin.south), origin.north), min(max(lon, origin.west), origin.east)
    base = _unit(point)
    foot = _onto(base, normal)
    ahead = _cross(normal, foot)
    east = (-sin(point[1]), cos(point[1]), 0.0)
    gamma = pi / 2 - acos(max(-1.0, min(1.0, _dot(position, velocity) / (radius * speed))))
    k = GM / (radius * (speed * cos(gamma)) ** 2)
    span = 2.0 * atan2(tan(gamma), k - 1.0)
    found = {
        "azimuth_deg": degrees(atan2(_dot(ahead, east), _dot(ahead, _cross(base, east)))),
        "range_deg": degrees(span),
        "loft_deg": degrees(gamma - 0.25 * (pi - span)),
        "burnout_altitude_m": radius - MEAN_RADIUS_M,
        "burnout_downrange_m": MEAN_RADIUS_M * atan2(_dot(position, ahead), _dot(position, foot)),
    }
    return found, abs(asin(max(-1.0, min(1.0, _dot(base, normal)))))


def _onto(up: Vector, normal: Vector) -> Vector:
    """Return the unit vector of a plane that is closest to a unit vector."""
    off = _dot(up, normal)
    return _scaled(tuple(u - off * n for u, n in zip(up, normal, strict=True)), 1.0)


def _place(up: Vector) -> Place:
    return atan2(up[2], hypot(up[0], up[1])), atan2(up[1], up[0])


def _state(at: Place, heading: float, radius: float, speed: float, path: float) -> tuple[Vector, Vector]:
    """Return position and inertial velocity of a burnout whose velocity is given relative to the ground."""
    up = _unit(at)
    east = (-sin(at[1]), cos(at[1]), 0.0)
    north = _cross(up, east)
    flat = speed * cos(path)
    position = (radius * up[0], radius * up[1], radius * up[2])
    turning = (-OMEGA * position[1], OMEGA * position[0], 0.0)
    parts = (
        flat * sin(heading) * e + flat * cos(heading) * n + speed * sin(path) * u + w
        for e, n, u, w in zip(east, north, up, turning, strict=True)
    )
    x, y, z = parts
    return position, (x, y, z)


def _impact(position: Vector, velocity: Vector, target_m: float) -> Place | None:
    """Return where a Kepler arc comes down to a radius, on the ground that has turned meanwhile; None if it does not."""
    radius, speed = _size(position), _size(velocity)
    energy = speed**2 / 2 - GM / radius
    if energy >= 0.0:
        return None
    axis = -GM / (2.0 * energy)
    momentum = _size(_cross(position, velocity))
    e = sqrt(max(1.0 - momentum**2 / (GM * axis), 1e-12))
    ends = [(1.0 - r / axis) / e for r in (radius, target_m)]
    if any(abs(c) > 1.0 for c in ends):
        return None
    first = acos(ends[0]) if _dot(position, velocity) >= 0.0 else 2.0 * pi - acos(ends[0])
    last = 2.0 * pi - acos(ends[1])
    time = sqrt(axis**3 / GM) * ((last - e * sin(last)) - (first - e * sin(first)))
    true = [2.0 * atan2(sqrt(1.0 + e) * sin(x / 2), sqrt(1.0 - e) * cos(x / 2)) for x in (first, last)]
    swept = (true[1] - true[0]) % (2.0 * pi)
    up = _scaled(position, 1.0)
    ahead = _cross(_scaled(_cross(position, velocity), 1.0), up)
    x, y, z = (cos(swept) * u + sin(swept) * a for u, a in zip(up, ahead, strict=True))
    return atan2(z, hypot(x, y)), _wrapped(atan2(y, x) - OMEGA * time)


def _least_energy(start_m: float, end_m: float, angle: float) -> float:
    across, up = end_m * sin(angle), end_m * cos(angle) - start_m
    return pi / 2 - acos(max(-1.0, min(1.0, up / hypot(across, up)))) / 2


def ground_m(lat: float, flattening: float = FLATTENING) -> float:
    """Return the radius at a geocentric latitude of the ellipsoid that has the mean radius."""
    polar = MEAN_RADIUS_M * (1.0 - flattening) / (1.0 - flattening / 3.0)
    return polar / sqrt(1.0 - flattening * (2.0 - flattening) * cos(lat) ** 2)


def _bearing(a: Place, b: Place) -> float:
    over = b[1] - a[1]
    return atan2(sin(over) * cos(b[0]), cos(a[0]) * sin(b[0]) - sin(a[0]) * cos(b[0]) * cos(over))


def _onward(a: Place, bearing: float, angle: float) -> Place:
    lat = sin(a[0]) * cos(angle) + cos(a[0]) * sin(angle) * cos(bearing)
    east = sin(angle) * sin(bearing)
    north = cos(a[0]) * cos(angle) - sin(a[0]) * sin(angle) * cos(bearing)
    return atan2(lat, hypot(east, north)), a[1] + atan2(east, north)


def _unit(at: Place) -> Vector:
    return cos(at[0]) * cos(at[1]), cos(at[0]) * sin(at[1]), sin(at[0])


def _angle(a: Vector, b: Vector) -> float:
    return atan2(_size(_cross(a, b)), _dot(a, b))


def _wrapped(angle: float) -> float:
    return (angle + pi) % (2.0 * pi) - pi


def _dot(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def _cross(a: Vector, b: Vector) -> Vector:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _size(a: Vector) -> float:
    return sqrt(_dot(a, a))


def _scaled(a: tuple[float, ...], size: float) -> Vector:
    factor = size / sqrt(_dot(a, a))
    x, y, z = (factor * v for v in a)
    return x, y, z
