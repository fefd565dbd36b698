"""The two paths of a planned test: the target's, and the interceptor's that meets it."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, atan2, cos, degrees, pi, radians, sin

import numpy as np

from equipoise.foundation.errors import misuse
from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment.earth import (
    WGS84,
    central_angle_rad,
    ecef_to_geodetic,
    enu_basis,
    geodetic_to_ecef,
    initial_bearing_rad,
)
from equipoise.physics.flight.axial_boost import PUSH, earth_relative_speed, eci_to_ecef, fly_pushes, state_at
from equipoise.physics.flight.free_flight import POSITION_TOLERANCE_M, descend
from equipoise.physics.flight.targeting import (
    Family,
    Kinematic,
    Solution,
    burnout_state,
    kinematic_for_range,
    solve,
)
from equipoise.physics.sensing.burnout_model import burnout_frame
from equipoise.scenario.flight_test import FlightTest

LONGEST_FLIGHT_S = 900.0
TAIL_S = 0.5
"""Tail-off of every stage: an assumption; a solid motor does not stop at once."""


@dataclass(frozen=True)
class TargetPath:
    """The target: ECI nodes (n, 7) from burnout on, in axes that coincide with ECEF at burnout; times since burnout."""

    vehicle: Kinematic
    solution: Solution
    nodes: np.ndarray
    lat_rad: float
    lon_rad: float

    @property
    def burn_s(self) -> float:
        """Burn time, s."""
        return float(self.solution.burn_time_s)

    def ecef_at(self, time_s: float) -> np.ndarray:
        """Return the ECEF state (6) at ``time_s`` after the target's launch; nan before burnout and after impact."""
        state, point = np.empty(6), np.full(6, np.nan)
        if state_at(self.nodes, time_s - self.burn_s, state):
            eci_to_ecef(state, time_s - self.burn_s, WGS84, point)
        return point


@dataclass(frozen=True)
class Interceptor:
    """The interceptor as flown once: its pushes (n,) of :data:`PUSH` and ECI nodes (m, 7); times since its own launch."""

    lat_rad: float
    lon_rad: float
    pushes: np.ndarray
    nodes: np.ndarray
    burnout_s: float

    def ecef_at(self, time_s: float) -> np.ndarray:
        """Return the ECEF state (6) at ``time_s`` after the interceptor's launch; nan outside the flight."""
        state, point = np.empty(6), np.full(6, np.nan)
        if state_at(self.nodes, time_s, state):
            eci_to_ecef(state, time_s, WGS84, point)
        return point

    @property
    def burnout_eci(self) -> np.ndarray:
        """ECI state (6) at burnout of the last stage."""
        state = np.empty(6)
        state_at(self.nodes, self.burnout_s, state)
        return state

    @property
    def burnout_speed_m_s(self) -> float:
        """Speed relative to the Earth at burnout."""
        return float(earth_relative_speed(self.burnout_eci, WGS84))

    @property
    def push_off_velocity_rad(self) -> tuple[float, float]:
        """Pitch and yaw of the push off the Earth-relative velocity at burnout, as the burnout model has them."""
        last, basis = self.pushes[-1], np.empty((3, 3))
        burnout_frame(self.burnout_eci, WGS84, basis)
        elevation = last.elevation_rad - last.turn_rad_s * (last.end_s - last.ignition_s)
        flat = cos(elevation)
        local = np.array([flat * sin(last.azimuth_rad), flat * cos(last.azimuth_rad), sin(elevation)])
        along, above, left = basis @ (local @ np.array(enu_basis(self.lat_rad, self.lon_rad)))
        return asin(above), atan2(left, along)

    @property
    def full_force_m_s2(self) -> float:
        """Specific force before the last tail-off."""
        return float(self.pushes[-1].full_force_m_s2)


@dataclass(frozen=True)
class Meeting:
    """Where and when the two meet: s after the interceptor's launch and after the target's, ECEF point and altitude."""

    interceptor: Interceptor
    flown_s: float
    after_target_s: float
    point_ecef_m: np.ndarray
    altitude_m: float


def target_path(test: FlightTest) -> TargetPath:
    """Return the target's path; :class:`InputError` when it cannot fly."""
    t = test.target
    vehicle = kinematic_for_range(
        max_range_m=t.max_range_km.si,
        burn_time_s=t.burn_time_s.si,
        burnout_altitude_m=t.burnout_altitude_km.si,
        burnout_downrange_m=t.burnout_downrange_km.si,
        ballistic_coefficient_kg_m2=t.ballistic_coefficient_kg_m2.si,
    )
    lat, lon = radians(t.lat_deg), radians(t.lon_deg)
    path = solve(
        vehicle,
        start_lat_rad=lat,
        start_lon_rad=lon,
        aim_lat_rad=radians(t.aim_lat_deg),
        aim_lon_rad=radians(t.aim_lon_deg),
        family=Family.LOFTED,
        earth=WGS84,
        loft_rad=radians(t.loft_deg),
    )
    if path.status != FlightStatus.OK:
        sentence = FlightStatus.of(path.status).sentence
        raise misuse(
            test.name,
            "target.aim_lat_deg",
            f"the target does not fly: {sentence}",
            "Move the aim point or the loft.",
        )
    state, nodes = np.empty(6), np.empty((4000, 7))
    burnout_state(vehicle, lat, lon, path.azimuth_rad, path.path_angle_rad, path.speed_m_s, WGS84, state)
    descend(state, vehicle.ballistic_coefficient_kg_m2, WGS84, POSITION_TOLERANCE_M, nodes)
    return TargetPath(vehicle, path, nodes[np.isfinite(nodes[:, 0])], lat, lon)


def profile(test: FlightTest, *, burn_s: float) -> np.ndarray:
    """Return the pushes (stages,) of one metre per second of ideal speed, without directions.

    Each stage's specific force integrates to its share of the speed.
    """
    rows = np.zeros(len(test.stages), PUSH)
    for row, stage in zip(rows, test.stages, strict=True):
        start, end = stage.ignition_share * burn_s, stage.end_share * burn_s
        row.ignition_s, row.end_s, row.tail_s = start, end, TAIL_S
        row.ballistic_coefficient_kg_m2 = stage.ballistic_coefficient_kg_m2
        set_mass_ratio(row, stage.mass_ratio, speed=stage.speed_share)
    return rows


def set_mass_ratio(row: np.record, ratio: float, *, speed: float) -> None:
    """Give a push the growth of a mass ratio and the force that adds up to ``speed``.

    The integral of the specific force is full * (ln(ratio) / growth + tail / 2).
    ``row`` is the push, changed in place; ``speed`` is the ideal one, in m/s.
    """
    row.growth_per_s = (ratio - 1.0) / (row.end_s - row.tail_s - row.ignition_s)
    row.full_force_m_s2 = speed / (np.log(ratio) / row.growth_per_s + 0.5 * row.tail_s)


def aimed(
    test: FlightTest, rows: np.ndarray, *, ideal_m_s: float, elevation_rad: float, azimuth_rad: float
) -> np.ndarray:
    """Return the pushes with a common direction (each stage held ``above_deg`` over it) and ideal speed.

    ``rows`` (stages, columns) are the stages' pushes with a force of one; the answer has their shape.
    """
    pushes = rows.copy()
    above = np.radians([stage.above_deg for stage in test.stages])
    pushes["full_force_m_s2"] *= ideal_m_s
    pushes["elevation_rad"] = np.minimum(elevation_rad + above, 0.5 * pi)
    pushes["azimuth_rad"] = azimuth_rad
    return pushes


def fly(*, lat_rad: float, lon_rad: float, pushes: np.ndarray, until_s: float) -> Interceptor:
    """Fly the pushes from sea level and coast to ``until_s`` after the launch.

    ``pushes`` (n, columns) are the rows of the kernel's table of pushes.
    """
    room = np.empty((int(until_s / 0.25) + 400, 7))
    used = fly_pushes(lat_rad, lon_rad, 0.0, pushes, until_s, WGS84, room)
    return Interceptor(lat_rad, lon_rad, pushes, room[:used].copy(), float(pushes[-1].end_s))


def with_burnout_speed(
    test: FlightTest,
    rows: np.ndarray,
    *,
    speed_m_s: float,
    elevation_rad: float,
    azimuth_rad: float,
    until_s: float,
    last_turned_rad: tuple[float, float] = (0.0, 0.0),
) -> Interceptor:
    """Fly so that the Earth-relative speed at burnout is ``speed_m_s``: the secant on the ideal speed, to 1 mm/s.

    ``last_turned_rad`` is added to elevation and azimuth of the last stage alone.
    ``rows`` (n, columns) are the stages' pushes.
    """
    site = test.interceptor
    place = {"lat_rad": radians(site.lat_deg), "lon_rad": radians(site.lon_deg)}
    ideal = speed_m_s + 600.0
    before: tuple[float, float] | None = None
    flown = None
    for _ in range(20):
        pushes = aimed(test, rows, ideal_m_s=ideal, elevation_rad=elevation_rad, azimuth_rad=azimuth_rad)
        pushes[-1].elevation_rad += last_turned_rad[0]
        pushes[-1].azimuth_rad += last_turned_rad[1]
        flown = fly(**place, pushes=pushes, until_s=until_s)
        error = flown.burnout_speed_m_s - speed_m_s
        if abs(error) < 1e-3:
            return flown
        slope = 1.0 if before is None else (error - before[1]) / (ideal - before[0])
        before = (ideal, error)
        ideal -= error / max(slope, 0.3)
    raise misuse(
        test.name,
        "interceptor.burnout_speed_km_s",
        f"no boost reaches {speed_m_s / 1e3:g} km/s at burnout.",
        "Change the stages.",
    )


def meeting(test: FlightTest, target: TargetPath) -> Meeting:
    """Return the earliest meeting on or above the floor; :class:`InputError` when there is none."""
    from scipy.optimize import root

    site = test.interceptor
    burn = site.burn_time_s.si
    rows = profile(test, burn_s=burn)
    delay = site.launch_after_s.si
    lat, lon = radians(site.lat_deg), radians(site.lon_deg)

    def flown(unknown: np.ndarray) -> Interceptor:
        return with_burnout_speed(
            test,
            rows,
            speed_m_s=site.burnout_speed_km_s.si,
            elevation_rad=float(unknown[0]),
            azimuth_rad=float(unknown[1]),
            until_s=max(float(unknown[2]) * 100.0, burn) + 1.0,
        )

    def miss(unknown: np.ndarray) -> np.ndarray:
        time = float(unknown[2]) * 100.0
        there = target.ecef_at(delay + time)[:3]
        if not np.isfinite(there[0]) or not burn < time < LONGEST_FLIGHT_S or not 0.05 < unknown[0] < 1.57:
            return np.full(3, 1e3)
        gap = (flown(unknown).ecef_at(time)[:3] - there) / 1e3
        return np.asarray(gap)

    for guess in np.arange(burn + 15.0, LONGEST_FLIGHT_S, 30.0):
        there = target.ecef_at(delay + guess)
        if not np.isfinite(there[0]):
            continue
        start = np.array([*_direction(lat, lon, there, guess), guess / 100.0])
        found = root(miss, start, method="hybr", options={"eps": 1e-5, "maxfev": 80})
        if np.linalg.norm(found.fun) < 0.05:
            best = _as_meeting(flown(found.x), float(found.x[2]) * 100.0, delay, target)
            if best.altitude_m >= 1e3 * site.intercept_floor_km:
                return best
    raise misuse(
        test.name,
        "interceptor.lat_deg",
        f"the interceptor cannot meet the target above {site.intercept_floor_km:g} km.",
        "Move its launch place, the target's aim point, or the time between the launches.",
    )


def _direction(lat: float, lon: float, there: np.ndarray, time_s: float) -> tuple[float, float]:
    """Return elevation and azimuth to a point, raised by what gravity takes over the flight."""
    to_lat, to_lon, height = ecef_to_geodetic(there[0], there[1], there[2], WGS84)
    across = central_angle_rad(lat, lon, to_lat, to_lon) * WGS84.equatorial_radius_m
    elevation = atan2(height + 0.5 * 9.0 * time_s**2 * 0.8, across)
    return min(max(elevation, 0.2), 1.5), initial_bearing_rad(lat, lon, to_lat, to_lon)


def _as_meeting(flown: Interceptor, time_s: float, delay_s: float, target: TargetPath) -> Meeting:
    here, there = flown.ecef_at(time_s), target.ecef_at(delay_s + time_s)
    _lat, _lon, height = ecef_to_geodetic(here[0], here[1], here[2], WGS84)
    return Meeting(flown, time_s, delay_s + time_s, there[:3], float(height))


def geodetic_deg(point_ecef_m: np.ndarray) -> tuple[float, float, float]:
    """Return latitude, longitude (deg) and height (m) of an ECEF point."""
    lat, lon, height = ecef_to_geodetic(point_ecef_m[0], point_ecef_m[1], point_ecef_m[2], WGS84)
    return degrees(lat), degrees(lon), float(height)


def boost_line(target: TargetPath, count: int) -> np.ndarray:
    """Return points (n, 3) of latitude, longitude (deg), height (m) of the target's boost, climbing smoothly.

    For maps only: along the way as the square of time, from the pad to burnout.
    ``count`` is n.
    """
    start = np.array(geodetic_to_ecef(target.lat_rad, target.lon_rad, 0.0, WGS84))
    end = target.ecef_at(target.burn_s + 1e-6)[:3]
    shares = np.linspace(0.0, 1.0, count) ** 2
    points = np.array([geodetic_deg(start + s * (end - start)) for s in shares])
    points[:, 2] = np.maximum(points[:, 2], 0.0)  # a chord starts below the ground by its sagitta, some 100 m
    return points
