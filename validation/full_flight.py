"""Whole flights of a generic three-stage vehicle beside an independent integration, and what holds for every flight.

The independent flight is written in the turning frame with its fictitious forces, on plain numbers, from the stages'
data and the exact altitude; scipy's DOP853 integrates it. Drag is the monotone cubic through the published points. Air is
that of the kernels (:func:`modelled_air`), or, to see what their form of it costs, the standard's table through its
logarithms and without an end at 200 km (:func:`standard_air`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from math import cos, pi, radians, sin, sqrt
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp
from scipy.interpolate import PchipInterpolator

from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment import atmosphere
from equipoise.physics.environment.drag import DRAG_TABLES
from equipoise.physics.environment.earth import (
    WGS84,
    central_angle_rad,
    destination,
    ecef_to_geodetic,
    enu_basis,
    geodetic_to_ecef,
    initial_bearing_rad,
    mean_radius_m,
)
from equipoise.physics.flight.flight import fly_kinematic, fly_staged
from equipoise.physics.flight.kinematic import kinematic_for_range
from equipoise.physics.flight.targeting import Family, solve_batch
from equipoise.physics.flight.vehicle import Staged, gravity_turn, stage, staged
from validation.mechanics import row

AREA_M2 = pi * 1.7**2 / 4.0
STAGES: list[dict[str, float]] = [
    {"burn_time_s": 60.0, "propellant_kg": 20000.0, "dry_kg": 2500.0, "thrust_vacuum_n": 880e3, "exit_area_m2": 1.0},
    {"burn_time_s": 65.0, "propellant_kg": 6200.0, "dry_kg": 1000.0, "thrust_vacuum_n": 268e3, "coast_s": 2.0},
    {"burn_time_s": 60.0, "propellant_kg": 3300.0, "dry_kg": 400.0, "thrust_vacuum_n": 154e3},
]  # fmt: skip
"""A solid three-stage vehicle; the numbers are of no particular missile."""
PAYLOAD_KG, SHROUD_KG, SHROUD_DROP_S, BETA, DRAG = 450.0, 150.0, 80.0, 8000.0, "large-solid"
RISE_M = 300.0
STEERING = gravity_turn(kick_rad=0.1, vertical_height_m=RISE_M)
PLACE = (radians(48.0), radians(40.0))
SOURCE = "scipy DOP853, relative tolerance 1e-12, forces written anew in the turning frame; this machine"
Air = Callable[[float], tuple[float, float, float]]
"""Density (kg/m3), inverse speed of sound (s/m) and pressure (Pa) at an altitude (m)."""


def modelled_air(height_m: float) -> tuple[float, float, float]:
    """Return the air of the flight kernels."""
    density, inverse_sound, pressure = atmosphere.air(height_m)
    inside = float(height_m < atmosphere.AIR_TOP_M)
    return inside * density, inverse_sound, inside * pressure


def standard_air(height_m: float) -> tuple[float, float, float]:
    """Return the table of the standard, up to its end."""
    sound = atmosphere.sound_speed(min(height_m, 9e5))
    return atmosphere.density(height_m), 1.0 / sound, atmosphere.pressure(height_m)


def vehicle(drag: str | np.ndarray = DRAG) -> Staged:
    """Return the generic vehicle."""
    stages = [stage(**s, reference_area_m2=AREA_M2) for s in STAGES]
    return staged(
        stages=stages, payload_kg=PAYLOAD_KG, shroud_kg=SHROUD_KG, shroud_drop_s=SHROUD_DROP_S, drag=drag,
        ballistic_coefficient_kg_m2=BETA,
    )  # fmt: skip


@lru_cache(maxsize=1)
def _drag_cubics() -> tuple[list[float], list[list[float]]]:
    curve = PchipInterpolator(*DRAG_TABLES[DRAG])
    return [float(x) for x in curve.x], [[float(c) for c in part] for part in curve.c.T]


def drag_at(mach: float) -> float:
    """Return the drag coefficient of the published points."""
    knots, parts = _drag_cubics()
    mach = min(mach, knots[-1])
    i = min(bisect_right(knots, mach) - 1, len(parts) - 1)
    s = mach - knots[i]
    a, b, c, d = parts[i]
    return ((a * s + b) * s + c) * s + d


def events() -> list[tuple[float, float, float, float, float, float]]:
    """Return (start, end, mass at start, flow, vacuum thrust, exit area) between all changes, followed by hand."""
    found: list[tuple[float, float, float, float, float, float]] = []
    mass = PAYLOAD_KG + SHROUD_KG + sum(s["propellant_kg"] + s["dry_kg"] for s in STAGES)
    now = 0.0
    for s in STAGES:
        lit = now + s.get("coast_s", 0.0)
        out = lit + s["burn_time_s"]
        flow = s["propellant_kg"] / s["burn_time_s"]
        for start, end, rate, thrust in ((now, lit, 0.0, 0.0), (lit, out, flow, s["thrust_vacuum_n"])):
            cuts = [start, SHROUD_DROP_S, end] if start < SHROUD_DROP_S < end else [start, end]
            for a, b in pairwise(cuts):
                if b > a:
                    if a == SHROUD_DROP_S:
                        mass -= SHROUD_KG
                    found.append((a, b, mass, rate, thrust, s.get("exit_area_m2", 0.0)))
                    mass -= rate * (b - a)
        mass -= s["dry_kg"]
        now = out
    return found


def _held(x: float, y: float, z: float, u: float, v: float, w: float) -> tuple[float, float, float, float]:
    """Return gravity with the fictitious forces of the turning frame, and the altitude."""
    gm, a, j2, omega = WGS84.gm_m3_s2, WGS84.equatorial_radius_m, WGS84.j2, WGS84.omega_rad_s
    r2 = x * x + y * y + z * z
    r = sqrt(r2)
    k = 1.5 * j2 * a * a / r2
    s2 = z * z / r2
    g = -gm / (r2 * r)
    gx = g * x * (1.0 + k * (1.0 - 5.0 * s2)) + 2.0 * omega * v + omega * omega * x
    gy = g * y * (1.0 + k * (1.0 - 5.0 * s2)) - 2.0 * omega * u + omega * omega * y
    return gx, gy, g * z * (1.0 + k * (3.0 - 5.0 * s2)), ecef_to_geodetic(x, y, z, WGS84)[2]


def _rate(t: float, s: Any, push: tuple[float, ...] | None, axis: Any, air: Air, drag: Any) -> list[float]:
    x, y, z, u, v, w = (float(c) for c in s)
    gx, gy, gz, height = _held(x, y, z, u, v, w)
    speed = sqrt(u * u + v * v + w * w)
    density, inverse_sound, pressure = air(height)
    if push is None:
        k = -0.5 * density * speed / BETA
        return [u, v, w, gx + k * u, gy + k * v, gz + k * w]
    start, _end, mass0, flow, thrust, exit_area = push
    mass = mass0 - flow * (t - start)
    force = (thrust - pressure * exit_area) / mass if thrust > 0.0 else 0.0
    k = -0.5 * density * speed * drag(speed * inverse_sound) * AREA_M2 / mass
    ax, ay, az = axis if axis is not None else (u / speed, v / speed, w / speed)
    return [u, v, w, gx + k * u + force * ax, gy + k * v + force * ay, gz + k * w + force * az]


def _crossing(height_m: float, direction: int) -> Any:
    def crossing(_t: float, s: Any, *_: Any) -> float:
        return float(ecef_to_geodetic(float(s[0]), float(s[1]), float(s[2]), WGS84)[2] - height_m)

    crossing.terminal, crossing.direction = True, direction  # type: ignore[attr-defined]
    return crossing


def independent_flight(
    lat: float,
    lon: float,
    azimuth: float,
    kick: float,
    cutoff_s: float,
    *,
    air: Air = modelled_air,
    drag: Callable[[float], float] = drag_at,
    rtol: float = 1e-12,
) -> tuple[float, np.ndarray]:
    """Return time (s) and ECEF place (m) of the impact of the generic vehicle."""

    def leg(
        start_s: float, end_s: float, state: Any, push: Any, axis: Any, event: Any
    ) -> tuple[float, np.ndarray]:
        run = solve_ivp(
            _rate, (start_s, end_s), state, method="DOP853", rtol=rtol, atol=1e5 * rtol, args=(push, axis, air, drag), events=event,
            max_step=50.0,
        )  # fmt: skip
        return float(run.t[-1]), run.y[:, -1]

    east, north, up = (np.array(v) for v in enu_basis(lat, lon))
    parts = events()
    pad = [*geodetic_to_ecef(lat, lon, 0.0, WGS84), *(1e-9 * up)]
    time, state = leg(0.0, 60.0, pad, parts[0], tuple(up), _crossing(RISE_M, 1))
    speed = float(np.linalg.norm(state[3:]))
    state[3:] = speed * (cos(kick) * up + sin(kick) * (sin(azimuth) * east + cos(azimuth) * north))
    for part in parts:
        end = min(part[1], cutoff_s)
        if end > time:
            time, state = leg(time, end, state, part, None, None)
    time, state = leg(time, time + 6000.0, state, None, None, _crossing(0.0, -1))
    return time, state[:3]


RANGES_KM = (200, 500, 1000, 2500, 5500, 8000, 10_500, 13_000)
AZIMUTHS_DEG = tuple(range(0, 360, 30))


def accuracy() -> np.ndarray:
    """Return miss (m), difference of time (s), range (km), miss with the standard's own air (m), one row per flight.

    The flights go over ranges, azimuths and three lofts.
    """
    missile, found_rows = vehicle(), []
    for family, loft, every in (
        (Family.MINIMUM_ENERGY, 0.0, 1),
        (Family.LOFTED, 12.0, 3),
        (Family.DEPRESSED, 8.0, 3),
    ):
        pairs = [(d, a) for d in RANGES_KM for a in AZIMUTHS_DEG[::every]]
        aims = np.array([destination(*PLACE, radians(a), d * 1e3 / mean_radius_m(WGS84)) for d, a in pairs])
        found = solve_batch(
            missile, start_lat_rad=PLACE[0], start_lon_rad=PLACE[1], aim_lat_rad=aims[:, 0],
            aim_lon_rad=(aims[:, 1] + pi) % (2.0 * pi) - pi, family=family, loft_rad=radians(loft), earth=WGS84,
            steering=STEERING,
        )  # fmt: skip
        ok = found.status == FlightStatus.OK
        ours = fly_staged(
            missile, STEERING, lat_rad=PLACE[0], lon_rad=PLACE[1], azimuth_rad=found.azimuth_rad[ok],
            kick_rad=found.shape_rad[ok], cutoff_s=found.energy[ok], earth=WGS84,
        )  # fmt: skip
        for i, which in enumerate(np.flatnonzero(ok)):
            wish = (*PLACE, found.azimuth_rad[which], found.shape_rad[which], found.energy[which])
            time, place = independent_flight(*wish)
            _, other = independent_flight(*wish, air=standard_air)
            mine = geodetic_to_ecef(ours.impact_lat_rad[i], ours.impact_lon_rad[i], 0.0, WGS84)
            misses = [float(np.linalg.norm(p - mine)) for p in (place, other)]
            found_rows.append((misses[0], ours.time_of_flight_s[i] - time, ours.range_m[i] / 1e3, misses[1]))
    return np.array(found_rows)


def accuracy_rows() -> list[dict[str, Any]]:
    misses, lates, ranges, through_table = accuracy().T
    what = f"{len(misses)} flights, {ranges.min():.0f} to {ranges.max():.0f} km, every 30° of azimuth, three families"
    return [
        row("full_flight.impact", f"greatest distance of impacts from the independent flight's, {what}", misses.max(), "m",
            "within 10 m", holds=misses.max() < 10.0 and ranges.max() > 12_900.0, rank=4, source=SOURCE),
        row("full_flight.impact_median", "the median of these distances", float(np.median(misses)), "m", "", holds=None, rank=4,
            source=SOURCE),
        row("full_flight.time", "greatest difference of time of flight", float(np.abs(lates).max()), "s", "within 0.05 s",
            holds=float(np.abs(lates).max()) < 0.05, rank=4, source=SOURCE),
        row("full_flight.air", "greatest distance when the independent flight takes the standard's table itself instead of the "
            "kernels' cubics, and goes on with it to 1,000 km", through_table.max(), "m", "", holds=None, rank=4, source=SOURCE),
    ]  # fmt: skip


def pairs(count: int, seed: int) -> dict[str, np.ndarray]:
    """Return random pairs over the globe, with both poles, the date line and antipodes among them (rad)."""
    rng = np.random.default_rng(seed)
    lat = np.arcsin(rng.uniform(-1.0, 1.0, (2, count)))
    lon = rng.uniform(-pi, pi, (2, count))
    lat[0, :40], lat[1, 40:80] = pi / 2, -pi / 2
    lon[0, 80:120], lon[1, 80:120] = pi - 1e-3, -pi + 1e-3
    lat[1, 120:160], lon[1, 120:160] = -lat[0, 120:160], lon[0, 120:160] + pi
    return {"start_lat_rad": lat[0], "start_lon_rad": lon[0], "aim_lat_rad": lat[1], "aim_lon_rad": lon[1]}


def distances_m(points: dict[str, np.ndarray]) -> np.ndarray:
    """Return the great circle of every pair."""
    columns = zip(*points.values(), strict=True)
    return np.array([central_angle_rad(*p) for p in columns]) * mean_radius_m(WGS84)


def kinematic(range_m: float) -> Any:
    """Return a generic kinematic missile."""
    return kinematic_for_range(
        max_range_m=range_m, burn_time_s=180.0, burnout_altitude_m=250e3, burnout_downrange_m=400e3,
        ballistic_coefficient_kg_m2=5000.0,
    )  # fmt: skip


def pair_rows() -> list[dict[str, Any]]:
    points = pairs(10_000, 23)
    far = distances_m(points)
    cases: list[tuple[str, Any, dict[str, Any]]] = [
        ("kinematic, 11,000 km, minimum energy", kinematic(1.1e7), {"family": Family.MINIMUM_ENERGY}),
        ("kinematic, 11,000 km, lofted 10°", kinematic(1.1e7), {"family": Family.LOFTED, "loft_rad": radians(10.0)}),
        ("kinematic that reaches the antipode", kinematic(1.99e7), {"family": Family.MINIMUM_ENERGY}),
        ("three stages, minimum energy", vehicle(), {"family": Family.MINIMUM_ENERGY, "steering": STEERING}),
    ]  # fmt: skip
    found = []
    for number, (name, what, shape) in enumerate(cases, start=1):
        paths = solve_batch(what, **points, earth=WGS84, **shape)
        ok, out = paths.status == FlightStatus.OK, paths.status == FlightStatus.OUT_OF_RANGE
        shapeless = paths.status == FlightStatus.NO_SUCH_SHAPE
        honest = bool(
            np.all(paths.reached_range_m[out] < far[out]) and np.all(np.isnan(paths.time_of_flight_s[~ok]))
        )
        found.append(
            row(f"pairs.{number}", f"greatest miss of 10,000 random pairs, poles, date line and antipodes among them: {name}; "
                f"{ok.sum()} arrive, {out.sum()} are out of range and say how far it goes, {shapeless.sum()} have no path of that shape",
                float(np.nanmax(paths.miss_m[ok])), "m", "at most 10 m, none lost",
                holds=float(paths.miss_m[ok].max()) <= 10.0 and honest and bool(np.all(ok | out | shapeless)), rank=3,
                source="the same propagation, seed 23")
        )  # fmt: skip
    return [*found, edge_row()]


def edge_row() -> dict[str, Any]:
    """Hold OUT_OF_RANGE to the edge of what flights of every azimuth and path angle at full speed reach."""
    missile = kinematic(6e6)
    start = (radians(35.0), radians(50.0))
    azimuth, angle = np.meshgrid(
        np.radians(np.arange(0.0, 360.0, 2.0)), np.radians(np.arange(20.0, 48.0, 0.25))
    )
    flown = fly_kinematic(
        missile, lat_rad=start[0], lon_rad=start[1], azimuth_rad=azimuth.ravel(), path_angle_rad=angle.ravel(), earth=WGS84
    )  # fmt: skip
    bearing = np.array(
        [initial_bearing_rad(*start, a, b) for a, b in zip(flown.impact_lat_rad, flown.impact_lon_rad, strict=True)]
    ).reshape(azimuth.shape)  # fmt: skip
    reach = flown.range_m.reshape(azimuth.shape)
    best = reach.argmax(axis=0)
    at = np.unwrap(bearing[best, np.arange(best.size)])
    order = np.argsort(at % (2.0 * pi))
    edge_bearing, edge = (at % (2.0 * pi))[order], reach.max(axis=0)[order]
    rng = np.random.default_rng(3)
    towards, share = rng.uniform(0.0, 2.0 * pi, 4000), rng.uniform(0.97, 1.03, 4000)
    limit = np.interp(towards, edge_bearing, edge, period=2.0 * pi)
    aims = np.array(
        [
            destination(*start, b, d / mean_radius_m(WGS84))
            for b, d in zip(towards, share * limit, strict=True)
        ]
    )
    paths = solve_batch(
        missile, start_lat_rad=start[0], start_lon_rad=start[1], aim_lat_rad=aims[:, 0],
        aim_lon_rad=(aims[:, 1] + pi) % (2.0 * pi) - pi, family=Family.MINIMUM_ENERGY, earth=WGS84,
    )  # fmt: skip
    refused_inside = paths.status[share < 0.996] != FlightStatus.OK
    given_outside = paths.status[share > 1.004] == FlightStatus.OK
    return row(
        "pairs.edge", "4,000 aims at 97 to 103 % of the greatest range that 20,160 flights of all directions reach: refused more than "
        "0.4 % inside the edge, or reached as far outside", float(refused_inside.sum() + given_outside.sum()), "1", "none",
        holds=not refused_inside.any() and not given_outside.any(), rank=4, source="a fan of flights at full speed",
    )  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """Return the rows."""
    return accuracy_rows() + pair_rows()
