"""Free flight from a stated burnout, over a still sphere without air as textbooks have it, and an orbit's turn by the Earth's flattening.

A length is a number with its unit: ``DU`` is the sphere's radius, ``nmi`` a nautical mile; speeds are in ``DU/TU`` (the circular speed at the
sphere's surface is 1), ``km/s`` or ``ft/s``. The sphere is that of Bate, Mueller and White (1971), 6378.145 km.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import acos, asin, atan2, cos, degrees, inf, pi, radians, sin, sqrt
from typing import Literal

import numpy as np

from equipoise.foundation.constants import GM_EARTH_M3_S2
from equipoise.physics.environment.earth import WGS84, sphere
from equipoise.physics.flight.coast import coast
from equipoise.physics.flight.first_guess import minimum_energy_path_angle_rad, speed_for_arc
from equipoise.physics.flight.free_flight import descend
from equipoise.physics.flight.kinematic import burnout_state, kinematic
from equipoise.published.kinds import Place, kind

EARTH = sphere(radius_m=6378.145e3)
RADIUS_M = EARTH.equatorial_radius_m
SPEED_UNIT_M_S = sqrt(GM_EARTH_M3_S2 / RADIUS_M)
METRES = {"DU": RADIUS_M, "km": 1e3, "nmi": 1852.0}
METRES_PER_SECOND = {"DU/TU": SPEED_UNIT_M_S, "km/s": 1e3, "ft/s": 0.3048}
REVOLUTIONS, STEP_S = 12, 30.0
DAY_S = 86_400.0
Stated = tuple[float, str]
"""A number and its unit."""


@kind("")
def free_flight(
    *,
    height: Stated,
    speed: Stated,
    steered: Mapping[str, float],
    of: Literal["angle", "apogee", "path_angle", "cosine"],
) -> float:
    """Return what comes of a burnout at a height with a speed: degrees flown until the path is back at that height, the apogee in the unit of
    ``height``, or the path angle at burnout in degrees, or its cosine.

    ``steered`` gives the path angle: by the ``apogee`` that it is to reach (in that unit), by the ``momentum_km2_s``, as the higher of two over
    an arc of ``arc_deg``, or, where it is empty, by the greatest range.
    """
    height_m, speed_m_s = height[0] * METRES[height[1]], speed[0] * METRES_PER_SECOND[speed[1]]
    angle = _path_angle_rad(RADIUS_M + height_m, speed_m_s, steered, METRES[height[1]])
    if of == "path_angle":
        return degrees(angle)
    if of == "cosine":
        return cos(angle)
    apogee_m, flown_rad = _flown(height_m, speed_m_s, angle)
    return apogee_m / METRES[height[1]] if of == "apogee" else degrees(flown_rad)


def _path_angle_rad(radius_m: float, speed_m_s: float, steered: Mapping[str, float], unit_m: float) -> float:
    if "apogee" in steered:
        top_m = RADIUS_M + steered["apogee"] * unit_m
        at_top = sqrt(speed_m_s**2 + 2.0 * GM_EARTH_M3_S2 * (1.0 / top_m - 1.0 / radius_m))
        return acos(top_m * at_top / (radius_m * speed_m_s))
    if "momentum_km2_s" in steered:
        return acos(1e6 * steered["momentum_km2_s"] / (radius_m * speed_m_s))
    if "arc_deg" in steered:
        angles = np.radians(np.arange(1.0, 89.0, 0.02))
        arc = radians(steered["arc_deg"])
        needed = np.array([speed_for_arc(radius_m, radius_m, arc, g, GM_EARTH_M3_S2) for g in angles])
        least = int(np.nanargmin(needed))
        return float(np.interp(speed_m_s, needed[least:], angles[least:]))
    q = speed_m_s**2 * radius_m / GM_EARTH_M3_S2
    return 0.25 * (pi - 2.0 * asin(q / (2.0 - q)))


@lru_cache(maxsize=16)
def _flown(height_m: float, speed_m_s: float, path_angle_rad: float) -> tuple[float, float]:
    """Return the apogee (m) and the angle (rad) flown until the path is back at the height of burnout, by the integrator."""
    vehicle = kinematic(
        burnout_speed_m_s=speed_m_s, burn_time_s=0.0, burnout_altitude_m=height_m, burnout_downrange_m=0.0
    )
    state, nodes = np.empty(6), np.empty((600, 7))
    burnout_state(vehicle, 0.0, 0.0, 0.0, path_angle_rad, speed_m_s, EARTH, state)
    end = descend(state, inf, EARTH, 0.01, nodes)
    kept = nodes[np.isfinite(nodes[:, 0])]
    angle = np.arctan2(kept[:, 3], kept[:, 1])
    height = np.linalg.norm(kept[:, 1:4], axis=1) - RADIUS_M
    falling = np.arange(len(kept)) > int(height.argmax())
    return end.apogee_m, float(np.interp(-height_m, -height[falling], angle[falling]))


@kind("degrees")
def arc_between(*, start_deg: Place, end_deg: Place) -> float:
    """Return the angle at the Earth's centre between two places."""
    (a, x), (b, y) = ((radians(p) for p in place) for place in (start_deg, end_deg))
    return degrees(acos(sin(a) * sin(b) + cos(a) * cos(b) * cos(y - x)))


@kind("1")
def energy_parameter(*, height: Stated, speed: Stated) -> float:
    """Return Q, twice the kinetic energy over the potential one, at a height with a speed."""
    radius_m = RADIUS_M + height[0] * METRES[height[1]]
    return (speed[0] * METRES_PER_SECOND[speed[1]]) ** 2 * radius_m / GM_EARTH_M3_S2


@kind("DU/TU")
def least_speed_over(*, height: Stated, arc: Stated) -> float:
    """Return the least speed at a height that flies an arc over the ground, back to the same height."""
    radius_m, arc_rad = RADIUS_M + height[0] * METRES[height[1]], arc[0] * METRES[arc[1]] / RADIUS_M
    angle = minimum_energy_path_angle_rad(radius_m, radius_m, arc_rad)
    return float(speed_for_arc(radius_m, radius_m, arc_rad, angle, GM_EARTH_M3_S2)) / SPEED_UNIT_M_S


@kind("1")
def least_energy_parameter(*, height: Stated, arc: Stated) -> float:
    """Return Q at that least speed."""
    return energy_parameter(height=height, speed=(least_speed_over(height=height, arc=arc), "DU/TU"))


@kind("degrees/day")
def secular_rate(
    *, axis_km: float, eccentricity: float, tilt_deg: float, of: Literal["node", "perigee"]
) -> float:
    """Return how fast the node or the argument of perigee of an orbit turns by the Earth's flattening.

    The orbit flies twelve revolutions over the ellipsoid; the rate is the slope of a line through the values at every ascending node.
    """
    node, perigee = _rates(axis_km, eccentricity, tilt_deg)
    return degrees(node if of == "node" else perigee) * DAY_S


@lru_cache(maxsize=2)
def _rates(axis_km: float, eccentricity: float, tilt_deg: float) -> tuple[float, float]:
    """Return the rates (rad/s) of node and perigee."""
    nearest_m, tilt = 1e3 * axis_km * (1.0 - eccentricity), radians(tilt_deg)
    speed = sqrt(WGS84.gm_m3_s2 * (2.0 / nearest_m - 1e-3 / axis_km))
    state = np.array([nearest_m, 0.0, 0.0, 0.0, speed * cos(tilt), speed * sin(tilt)])
    seen: list[tuple[float, float, float]] = []
    time = 0.0
    while len(seen) <= REVOLUTIONS:
        after = coast(state, STEP_S, WGS84)[0]
        if state[2] < 0.0 <= after[2]:
            part = STEP_S * state[2] / (state[2] - after[2])
            seen.append((time + part, *_node_and_perigee(coast(state, part, WGS84)[0])))
        state, time = after, time + STEP_S
    angles = np.unwrap(np.array(seen)[:, 1:], axis=0, period=2.0 * pi)
    node, perigee = np.polyfit(np.array(seen)[:, 0], angles, 1)[0]
    return float(node), float(perigee)


def _node_and_perigee(state: np.ndarray) -> tuple[float, float]:
    """Return right ascension of the ascending node and argument of perigee, osculating (rad)."""
    r, v = state[:3], state[3:]
    h = np.cross(r, v)
    e = np.cross(v, h) / WGS84.gm_m3_s2 - r / np.linalg.norm(r)
    node = np.array([-h[1], h[0], 0.0])
    angle = acos(np.clip(node @ e / np.linalg.norm(node) / np.linalg.norm(e), -1.0, 1.0))
    return atan2(node[1], node[0]), angle if e[2] >= 0.0 else 2.0 * pi - angle
