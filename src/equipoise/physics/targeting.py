"""From a launch point to an aim point: the kinematic missile, its burnout state, and the search for its path.

>>> from math import radians
>>> from equipoise.physics.earth import WGS84
>>> missile = kinematic_for_range(max_range_m=2.2e6, burn_time_s=110.0, burnout_altitude_m=60e3,
...                               burnout_downrange_m=60e3, ballistic_coefficient_kg_m2=2000.0)
>>> path = solve(missile, start_lat_rad=radians(34.0), start_lon_rad=radians(46.5), aim_lat_rad=radians(44.4),
...              aim_lon_rad=radians(26.1), family=Family.MINIMUM_ENERGY, earth=WGS84)
>>> path.status, path.miss_m < 10.0
(0, True)
"""

from __future__ import annotations

from enum import IntEnum
from math import acos, cos, hypot, inf, isfinite, pi, sin, sqrt
from typing import NamedTuple

import numba
import numpy as np

from equipoise.foundation.constants import GM_EARTH_M3_S2, MEAN_RADIUS_M
from equipoise.foundation.errors import DomainError
from equipoise.foundation.status import FlightStatus
from equipoise.numerics.jit import kernel
from equipoise.physics.earth import (
    EarthModel,
    central_angle_rad,
    destination,
    ecef_to_geodetic,
    enu_basis,
    geodetic_to_ecef,
    initial_bearing_rad,
    mean_radius_m,
)
from equipoise.physics.free_flight import POSITION_TOLERANCE_M, descend

MISS_M = 5.0
"""A search ends when the impact lies this close to the aim point."""
_OK, _FAR, _LOST = int(FlightStatus.OK), int(FlightStatus.OUT_OF_RANGE), int(FlightStatus.NOT_CONVERGED)
_NO_SHAPE = int(FlightStatus.NO_SUCH_SHAPE)


class Family(IntEnum):
    """Shapes of path to one aim point; the loft is added to the burnout path angle of minimum energy."""

    MINIMUM_ENERGY = 0
    LOFTED = 1
    DEPRESSED = 2


class Kinematic(NamedTuple):
    """What public studies know of a missile: Earth-relative burnout speed, burn time, where burnout lies.

    A shorter flight cuts thrust early: at the speed fraction s the burn lasts s times as long, and height and
    downrange at cut-off are s squared times the full ones (constant acceleration).
    """

    burnout_speed_m_s: float
    burn_time_s: float
    burnout_altitude_m: float
    burnout_downrange_m: float
    ballistic_coefficient_kg_m2: float


class Solution(NamedTuple):
    """A path, or the reason that there is none (then the other values are nan, save ``reached_range_m``)."""

    status: int
    azimuth_rad: float
    path_angle_rad: float
    speed_m_s: float
    burn_time_s: float
    time_of_flight_s: float
    apogee_m: float
    apogee_time_s: float
    miss_m: float
    reached_range_m: float
    peak_deceleration_m_s2: float


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
def minimum_energy_path_angle_rad(start_radius_m: float, end_radius_m: float, angle_rad: float) -> float:
    """Return the path angle of least speed between two radii; it halves the angle of vertical and chord.

    Battin, An Introduction to the Mathematics and Methods of Astrodynamics, section 6.1.
    """
    across = end_radius_m * sin(angle_rad)
    up = end_radius_m * cos(angle_rad) - start_radius_m
    chord = hypot(across, up)
    if chord == 0.0:
        return 0.5 * pi
    return 0.5 * pi - 0.5 * acos(max(-1.0, min(1.0, up / chord)))


@kernel
def speed_for_arc(
    start_radius_m: float, end_radius_m: float, angle_rad: float, path_angle_rad: float, gm_m3_s2: float
) -> float:
    """Return the speed that joins two radii over ``angle_rad`` at a path angle; nan when none does."""
    c = cos(path_angle_rad)
    low = c * c * start_radius_m / end_radius_m - c * cos(angle_rad + path_angle_rad)
    if low <= 0.0:
        return np.nan
    return sqrt(gm_m3_s2 / start_radius_m * (1.0 - cos(angle_rad)) / low)


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
def _fly(vehicle, lat, lon, azimuth, gamma, speed, earth, state, nodes):
    """Return the descent and the ECEF impact point."""
    burnout_state(vehicle, lat, lon, azimuth, gamma, speed, earth, state)
    end = descend(state, vehicle.ballistic_coefficient_kg_m2, earth, POSITION_TOLERANCE_M, nodes)
    turn = earth.omega_rad_s * end.time_s
    c, s = cos(turn), sin(turn)
    return end, end.x_m * c + end.y_m * s, -end.x_m * s + end.y_m * c, end.z_m


@kernel
def _beyond(vehicle, lat0, lon0, azimuth, gamma, earth) -> Solution:
    """Return the answer for an aim point out of range: how far the vehicle flies at full speed."""
    nan = np.nan
    _end, x, y, z = _fly(
        vehicle, lat0, lon0, azimuth, gamma, vehicle.burnout_speed_m_s, earth, np.empty(6), np.empty((0, 7))
    )
    lat, lon, _h = ecef_to_geodetic(x, y, z, earth)
    reached = central_angle_rad(lat0, lon0, lat, lon) * mean_radius_m(earth)
    return Solution(_FAR, nan, nan, nan, nan, nan, nan, nan, nan, reached, nan)


@kernel
def solve_scalar(
    vehicle: Kinematic,
    lat0: float,
    lon0: float,
    lat1: float,
    lon1: float,
    loft_rad: float,
    earth: EarthModel,
) -> Solution:
    """Return the path from point 0 to point 1 (geodetic, rad) with ``loft_rad`` above minimum energy.

    Unknowns are azimuth and cut-off speed; the miss is driven to zero by Broyden's method on the full flight.
    """
    nan = np.nan
    nothing = Solution(_LOST, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan)
    radius = earth.equatorial_radius_m
    total = central_angle_rad(lat0, lon0, lat1, lon1)
    if not 1e-5 < total < pi - 1e-4:
        return nothing
    azimuth = initial_bearing_rad(lat0, lon0, lat1, lon1)
    speed, gamma = vehicle.burnout_speed_m_s, 0.0
    for _ in range(12):
        s2 = (speed / vehicle.burnout_speed_m_s) ** 2
        start_radius = radius + vehicle.burnout_altitude_m * s2
        angle = max(total - vehicle.burnout_downrange_m * s2 / radius, 0.2 * total)
        gamma = minimum_energy_path_angle_rad(start_radius, radius, angle) + loft_rad
        if not 0.0 < gamma < 0.5 * pi:
            return Solution(_NO_SHAPE, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan)
        speed = speed_for_arc(start_radius, radius, angle, gamma, earth.gm_m3_s2)
        if speed >= 3.0 * vehicle.burnout_speed_m_s:
            return _beyond(vehicle, lat0, lon0, azimuth, gamma, earth)
        if not speed > 0.0:
            return Solution(_NO_SHAPE, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan)
    tx, ty, tz = geodetic_to_ecef(lat1, lon1, 0.0, earth)
    east, north, _up = enu_basis(lat1, lon1)
    state, none = np.empty(6), np.empty((0, 7))
    a = b = c = d = 0.0
    miss = nan
    last_e = last_n = da = dv = 0.0
    fresh = True
    for turn in range(24):
        end, x, y, z = _fly(vehicle, lat0, lon0, azimuth, gamma, speed, earth, state, none)
        if end.status != _OK:
            return Solution(end.status, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan)
        dx, dy, dz = x - tx, y - ty, z - tz
        e = dx * east[0] + dy * east[1]
        n = dx * north[0] + dy * north[1] + dz * north[2]
        miss = sqrt(dx * dx + dy * dy + dz * dz)
        if miss < MISS_M:
            if speed > vehicle.burnout_speed_m_s:
                return _beyond(vehicle, lat0, lon0, azimuth, gamma, earth)
            lat_i, lon_i, _h = ecef_to_geodetic(x, y, z, earth)
            reached = central_angle_rad(lat0, lon0, lat_i, lon_i) * mean_radius_m(earth)
            burn = vehicle.burn_time_s * speed / vehicle.burnout_speed_m_s
            return Solution(
                _OK,
                azimuth,
                gamma,
                speed,
                burn,
                burn + end.time_s,
                end.apogee_m,
                burn + end.apogee_time_s,
                miss,
                reached,
                end.peak_deceleration_m_s2,
            )
        if fresh or turn % 8 == 0:
            ha, hv = 1e-5, 0.2
            _e, x, y, z = _fly(vehicle, lat0, lon0, azimuth + ha, gamma, speed, earth, state, none)
            dx, dy, dz = x - tx, y - ty, z - tz
            a = (dx * east[0] + dy * east[1] - e) / ha
            c = (dx * north[0] + dy * north[1] + dz * north[2] - n) / ha
            _e, x, y, z = _fly(vehicle, lat0, lon0, azimuth, gamma, speed + hv, earth, state, none)
            dx, dy, dz = x - tx, y - ty, z - tz
            b = (dx * east[0] + dy * east[1] - e) / hv
            d = (dx * north[0] + dy * north[1] + dz * north[2] - n) / hv
            fresh = False
        else:
            size = da * da * 1e12 + dv * dv
            re, rn = (e - last_e) - (a * da + b * dv), (n - last_n) - (c * da + d * dv)
            a += re * da * 1e12 / size
            b += re * dv / size
            c += rn * da * 1e12 / size
            d += rn * dv / size
        det = a * d - b * c
        if not abs(det) > 0.0:
            return nothing
        da = -(d * e - b * n) / det
        dv = -(a * n - c * e) / det
        scale = min(1.0, 0.3 / max(abs(da), 1e-300), 0.15 * speed / max(abs(dv), 1e-300))
        da *= scale
        dv *= scale
        last_e, last_n = e, n
        azimuth += da
        speed += dv
    return Solution(_LOST, nan, nan, nan, nan, nan, nan, nan, miss, nan, nan)


@kernel(parallel=True)
def _solve_batch(vehicle, lat0, lon0, lat1, lon1, loft, earth, status, out):
    for i in numba.prange(lat0.size):
        s = solve_scalar(vehicle, lat0[i], lon0[i], lat1[i], lon1[i], loft[i], earth)
        status[i] = s.status
        out[0, i], out[1, i], out[2, i], out[3, i] = (
            s.azimuth_rad,
            s.path_angle_rad,
            s.speed_m_s,
            s.burn_time_s,
        )
        out[4, i], out[5, i], out[6, i] = s.time_of_flight_s, s.apogee_m, s.apogee_time_s
        out[7, i], out[8, i], out[9, i] = s.miss_m, s.reached_range_m, s.peak_deceleration_m_s2


def loft_of(family: Family, loft_rad: float) -> float:
    """Return what is added to the path angle of minimum energy."""
    return {Family.MINIMUM_ENERGY: 0.0, Family.LOFTED: loft_rad, Family.DEPRESSED: -loft_rad}[family]


def _check(name: str, values: np.ndarray, limit: float) -> None:
    if not np.all(np.abs(values) <= limit):
        raise DomainError(f"{name} must be finite angles in rad of at most {limit:.4g} in size")


def solve(
    vehicle: Kinematic,
    *,
    start_lat_rad: float,
    start_lon_rad: float,
    aim_lat_rad: float,
    aim_lon_rad: float,
    family: Family,
    earth: EarthModel,
    loft_rad: float = pi / 12.0,
) -> Solution:
    """Return one path; angles geodetic in rad. Out of reach is a status, never an exception."""
    for name, value in (("start_lat_rad", start_lat_rad), ("aim_lat_rad", aim_lat_rad)):
        _check(name, np.asarray(value), 0.5 * pi)
    for name, value in (("start_lon_rad", start_lon_rad), ("aim_lon_rad", aim_lon_rad)):
        _check(name, np.asarray(value), 2.0 * pi)
    loft = loft_of(family, loft_rad)
    return Solution(
        *solve_scalar(vehicle, start_lat_rad, start_lon_rad, aim_lat_rad, aim_lon_rad, loft, earth)
    )


def solve_batch(
    vehicle: Kinematic,
    *,
    start_lat_rad: np.ndarray,
    start_lon_rad: np.ndarray,
    aim_lat_rad: np.ndarray,
    aim_lon_rad: np.ndarray,
    family: Family,
    earth: EarthModel,
    loft_rad: float = pi / 12.0,
) -> Solution:
    """Return a :class:`Solution` of arrays, shape (n,); the inputs broadcast. Threads do not change bits."""
    points = [
        np.asarray(v, dtype=float).ravel() for v in (start_lat_rad, start_lon_rad, aim_lat_rad, aim_lon_rad)
    ]
    lat0, lon0, lat1, lon1 = (np.ascontiguousarray(v) for v in np.broadcast_arrays(*points))
    _check("start_lat_rad", lat0, 0.5 * pi)
    _check("aim_lat_rad", lat1, 0.5 * pi)
    _check("start_lon_rad", lon0, 2.0 * pi)
    _check("aim_lon_rad", lon1, 2.0 * pi)
    loft = np.full(lat0.size, loft_of(family, loft_rad))
    status, out = np.empty(lat0.size, dtype=np.int64), np.empty((10, lat0.size))
    _solve_batch(vehicle, lat0, lon0, lat1, lon1, loft, earth, status, out)
    return Solution(status, *out)
