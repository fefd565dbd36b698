"""Kinematic vehicles: what public studies know of a missile, and the smooth boost arc that ends in exactly that."""

from __future__ import annotations

from math import cos, inf, isfinite, pi, sin, sqrt
from typing import NamedTuple

import numpy as np

from equipoise.foundation.constants import GM_EARTH_M3_S2, MEAN_RADIUS_M
from equipoise.foundation.errors import DomainError
from equipoise.numerics.jit import kernel
from equipoise.numerics.lane_type import WIDTH
from equipoise.numerics.lanes import load
from equipoise.physics.environment.earth import (
    EarthModel,
    destination,
    enu_basis,
    geodetic_to_ecef,
    initial_bearing_rad,
)  # fmt: skip
from equipoise.physics.flight.boost import turned
from equipoise.physics.flight.vehicle import Launches

FIRST_PUSH = 0.4
"""Net acceleration at launch over the mean one of the boost; it grows as the mass falls."""


class Kinematic(NamedTuple):
    """Earth-relative burnout speed, burn time, and where burnout lies on a full-range flight.

    A shorter flight cuts thrust early: at the speed fraction s the burn lasts s times as long, and height and
    downrange at cut-off are s squared times the full ones (constant acceleration).
    """

    burnout_speed_m_s: float
    burn_time_s: float
    burnout_altitude_m: float
    burnout_downrange_m: float
    ballistic_coefficient_kg_m2: float


def kinematic(
    *,
    burnout_speed_m_s: float,
    burn_time_s: float,
    burnout_altitude_m: float,
    burnout_downrange_m: float,
    ballistic_coefficient_kg_m2: float = inf,
) -> Kinematic:
    """Return a checked vehicle; :class:`DomainError` names the value that is impossible."""
    vehicle = Kinematic(
        burnout_speed_m_s, burn_time_s, burnout_altitude_m, burnout_downrange_m, ballistic_coefficient_kg_m2
    )
    for name, value in vehicle._asdict().items():
        bound = name == "ballistic_coefficient_kg_m2"
        if not (value >= 0.0 and (bound or isfinite(value))) or (
            value == 0.0 and name in ("burnout_speed_m_s", "ballistic_coefficient_kg_m2")
        ):
            raise DomainError(f"{name} is {value}; give a positive number")
    return vehicle


def kinematic_for_range(
    *,
    max_range_m: float,
    burn_time_s: float,
    burnout_altitude_m: float,
    burnout_downrange_m: float,
    ballistic_coefficient_kg_m2: float = inf,
) -> Kinematic:
    """Return the vehicle whose minimum-energy arc on a still sphere without air ends at ``max_range_m``."""
    if not burnout_downrange_m < max_range_m < pi * MEAN_RADIUS_M:
        raise DomainError(
            f"max_range_m is {max_range_m}; give more than the downrange at burnout, under half the globe"
        )
    radius = MEAN_RADIUS_M + burnout_altitude_m
    angle = (max_range_m - burnout_downrange_m) / MEAN_RADIUS_M
    chord = sqrt(radius**2 + MEAN_RADIUS_M**2 - 2.0 * radius * MEAN_RADIUS_M * cos(angle))
    speed = sqrt(2.0 * GM_EARTH_M3_S2 * (1.0 / radius - 2.0 / (radius + MEAN_RADIUS_M + chord)))
    return kinematic(
        burnout_speed_m_s=speed,
        burn_time_s=burn_time_s,
        burnout_altitude_m=burnout_altitude_m,
        burnout_downrange_m=burnout_downrange_m,
        ballistic_coefficient_kg_m2=ballistic_coefficient_kg_m2,
    )


@kernel
def burnout_state(
    vehicle: Kinematic,
    lat_rad: float,
    lon_rad: float,
    azimuth_rad: float,
    path_angle_rad: float,
    speed_m_s: float,
    earth: EarthModel,
    out,
) -> None:
    """Fill ``out`` (shape 6) with the inertial state at cut-off, in axes that coincide with ECEF then."""
    s = speed_m_s / vehicle.burnout_speed_m_s
    angle = vehicle.burnout_downrange_m * s * s / earth.equatorial_radius_m
    lat, lon = destination(lat_rad, lon_rad, azimuth_rad, angle)
    heading = azimuth_rad
    if angle > 1e-9:
        heading = initial_bearing_rad(lat, lon, lat_rad, lon_rad) + pi
    x, y, z = geodetic_to_ecef(lat, lon, vehicle.burnout_altitude_m * s * s, earth)
    east, north, up = enu_basis(lat, lon)
    ve = speed_m_s * cos(path_angle_rad) * sin(heading)
    vn = speed_m_s * cos(path_angle_rad) * cos(heading)
    vu = speed_m_s * sin(path_angle_rad)
    out[0], out[1], out[2] = x, y, z
    out[3] = ve * east[0] + vn * north[0] + vu * up[0] - earth.omega_rad_s * y
    out[4] = ve * east[1] + vn * north[1] + vu * up[1] + earth.omega_rad_s * x
    out[5] = ve * east[2] + vn * north[2] + vu * up[2]


@kernel
def burnout_of_eight(vehicle: Kinematic, launches: Launches, earth: EarthModel):
    """Return the time of cut-off (s after launch) and the state then, in axes that coincide with ECEF at launch.

    ``launches`` are eight: their shape is the path angle (rad), their energy the speed at cut-off (m/s).
    """
    state, states, times = np.empty(6), np.empty((6, WIDTH)), np.empty(WIDTH)
    for i in range(WIDTH):
        lat, lon, azimuth = launches.lat_rad[i], launches.lon_rad[i], launches.azimuth_rad[i]
        speed = launches.energy[i]
        burnout_state(vehicle, lat, lon, azimuth, launches.shape_rad[i], speed, earth, state)
        times[i] = vehicle.burn_time_s * speed / vehicle.burnout_speed_m_s
        for a in range(6):
            states[a, i] = state[a]
    time = load(times, 0)
    x, y = turned(load(states[0], 0), load(states[1], 0), time, earth)
    u, v = turned(load(states[3], 0), load(states[4], 0), time, earth)
    return time, (x, y, load(states[2], 0), u, v, load(states[5], 0))


@kernel
def boost_arc(lat_rad: float, lon_rad: float, burn_s: float, burnout, earth: EarthModel, nodes) -> None:
    """Fill ``nodes`` (2, 10) with the two ends of the boost arc: time, position, velocity and acceleration.

    The one arc that every user of a kinematic missile flies. In inertial axes that coincide with ECEF at launch it is the
    quartic that leaves the pad at rest on the turning ground and upwards, at :data:`FIRST_PUSH` of the mean acceleration,
    and ends in ``burnout`` (6,), the state at cut-off (m, m/s); the quintic through two nodes
    (:mod:`equipoise.physics.flight.dense_output`) is that quartic. The start is geodetic, at height zero. The form is an
    assumption of this package: public studies state a burnout, not how it was reached.
    """
    x0, y0, z0 = geodetic_to_ecef(lat_rad, lon_rad, 0.0, earth)
    start = (x0, y0, z0, -earth.omega_rad_s * y0, earth.omega_rad_s * x0, 0.0)
    u = burnout[3] + earth.omega_rad_s * burnout[1]
    v = burnout[4] - earth.omega_rad_s * burnout[0]
    w = burnout[5]
    push = FIRST_PUSH * sqrt(u * u + v * v + w * w) / burn_s
    _east, _north, up = enu_basis(lat_rad, lon_rad)
    nodes[0, 0], nodes[1, 0] = 0.0, burn_s
    for a in range(3):
        first = push * up[a]
        way = burnout[a] - start[a] - start[3 + a] * burn_s - 0.5 * first * burn_s * burn_s
        gain = (burnout[3 + a] - start[3 + a] - first * burn_s) * burn_s
        nodes[0, 1 + a], nodes[1, 1 + a] = start[a], burnout[a]
        nodes[0, 4 + a], nodes[1, 4 + a] = start[3 + a], burnout[3 + a]
        nodes[0, 7 + a], nodes[1, 7 + a] = first, first + (6.0 * gain - 12.0 * way) / (burn_s * burn_s)


@kernel
def record_boost(nodes, used, first, launches: Launches, time, y, earth: EarthModel) -> None:
    """Append the two ends of the boost arc of eight flights to the nodes (n, m, 10), where they burn at all.

    ``time`` (8,) are the burnouts in s since launch, ``y`` (6, 8) the
    inertial states there, m and m/s. ``used`` (8,) counts the rows of flight ``first`` and its seven
    followers.
    """
    for i in range(WIDTH):
        if first + i < nodes.shape[0] and time[i] > 0.0:
            lat, lon, ends = launches.lat_rad[i], launches.lon_rad[i], nodes[first + i, used[i] : used[i] + 2]
            boost_arc(lat, lon, time[i], y[:, i], earth, ends)
            used[i] += 2
