"""Whole flights from launch to impact, staged and kinematic: one kernel for one flight and for a batch.

>>> from math import radians
>>> from equipoise.physics.environment.earth import WGS84
>>> from equipoise.physics.flight.vehicle import gravity_turn, stage, staged
>>> scud = staged(stages=[stage(burn_time_s=75.0, propellant_kg=3699.0, dry_kg=1198.0, specific_impulse_s=230.0,
...                             reference_area_m2=0.554)], payload_kg=1000.0)
>>> end = fly_staged(scud, gravity_turn(kick_rad=radians(10.0), vertical_height_m=300.0), lat_rad=radians(35.0),
...                  lon_rad=radians(45.0), azimuth_rad=radians(40.0), earth=WGS84)
>>> int(end.status[0]), bool(200e3 < end.range_m[0] < 400e3)
(0, True)
"""

from __future__ import annotations

from math import asin
from typing import Any, NamedTuple

import numpy as np

from equipoise.foundation.errors import DomainError
from equipoise.foundation.status import FlightStatus
from equipoise.numerics.borrowed import borrowed
from equipoise.numerics.jit import INLINE, kernel
from equipoise.numerics.lane_type import WIDTH
from equipoise.numerics.lanes import lane, spread, store, where
from equipoise.numerics.threads import in_shares
from equipoise.physics.environment.drag import constant_drag
from equipoise.physics.environment.earth import (
    EarthModel,
    altitude,
    central_angle_rad,
    ecef_to_geodetic,
    mean_radius_m,
)  # fmt: skip
from equipoise.physics.flight.boost import boost, launch_vectors, turned
from equipoise.physics.flight.fall import Body, fall
from equipoise.physics.flight.kinematic import Kinematic, burnout_of_eight, record_boost
from equipoise.physics.flight.vehicle import Launches, Staged, Steering

TOLERANCE_M = 2e-3
"""Error allowed per step, in m of drift; with it, impact lies within the accuracy table of docs/flight.md."""
NODES = 400
"""Rows that hold the path of any flight."""
SHARE = 32
"""Blocks of eight flights that a thread takes at a time."""
ALIKE = 80
"""Classes of cut-off time or speed within which a batch is ordered by its shape."""
_OK = int(FlightStatus.OK)


class Flight(NamedTuple):
    """Flights as arrays, shape (n,); all but ``status`` are nan where the status is not OK.

    Burnout altitude, speed (relative to the ground), path angle (of that velocity above the plane across the radius) and
    mass belong to cut-off. Positions are geodetic; the range is the great circle on the mean sphere.
    """

    status: np.ndarray
    time_of_flight_s: np.ndarray
    impact_lat_rad: np.ndarray
    impact_lon_rad: np.ndarray
    range_m: np.ndarray
    apogee_m: np.ndarray
    apogee_time_s: np.ndarray
    burnout_time_s: np.ndarray
    burnout_altitude_m: np.ndarray
    burnout_downrange_m: np.ndarray
    burnout_speed_m_s: np.ndarray
    burnout_path_angle_rad: np.ndarray
    burnout_mass_kg: np.ndarray
    peak_deceleration_m_s2: np.ndarray
    peak_deceleration_altitude_m: np.ndarray
    impact_speed_m_s: np.ndarray


@kernel
def _block(out: Flight, b: int) -> Flight:
    """Return the eight flights of block ``b``."""
    return Flight(
        out.status[b], out.time_of_flight_s[b], out.impact_lat_rad[b], out.impact_lon_rad[b], out.range_m[b], out.apogee_m[b],
        out.apogee_time_s[b], out.burnout_time_s[b], out.burnout_altitude_m[b], out.burnout_downrange_m[b],
        out.burnout_speed_m_s[b], out.burnout_path_angle_rad[b], out.burnout_mass_kg[b], out.peak_deceleration_m_s2[b],
        out.peak_deceleration_altitude_m[b], out.impact_speed_m_s[b],
    )  # fmt: skip


@kernel
def _relative(y, earth: EarthModel):
    """Return speed and path angle of the velocity relative to the ground."""
    u, v, w = y[3] + earth.omega_rad_s * y[1], y[4] - earth.omega_rad_s * y[0], y[5]
    speed = np.sqrt(u * u + v * v + w * w)
    r = np.sqrt(y[0] * y[0] + y[1] * y[1] + y[2] * y[2])
    climb = (u * y[0] + v * y[1] + w * y[2]) / max(speed * r, 1e-9)
    return speed, asin(min(1.0, max(-1.0, climb)))


@kernel
def _one(y, i):
    return lane(y[0], i), lane(y[1], i), lane(y[2], i), lane(y[3], i), lane(y[4], i), lane(y[5], i)


@kernel
def _report(status, cut, at_cut, mass, end, launches: Launches, earth, out: Flight) -> None:
    """Fill eight flights; where one has no end, its status alone."""
    for i in range(WIDTH):
        out.status[i] = int(lane(status, i))
        if out.status[i] != _OK:
            continue
        start_lat, start_lon = launches.lat_rad[i], launches.lon_rad[i]
        p, b = _one(end.state, i), _one(at_cut, i)
        t = lane(end.time_s, i)
        x, y = turned(p[0], p[1], -t, earth)
        lat, lon, _h = ecef_to_geodetic(x, y, p[2], earth)
        out.time_of_flight_s[i], out.impact_lat_rad[i], out.impact_lon_rad[i] = t, lat, lon
        out.range_m[i] = central_angle_rad(start_lat, start_lon, lat, lon) * mean_radius_m(earth)
        out.apogee_m[i], out.apogee_time_s[i] = lane(end.marks.apogee_m, i), lane(end.marks.apogee_time_s, i)
        x, y = turned(b[0], b[1], -lane(cut, i), earth)
        lat, lon, _h = ecef_to_geodetic(x, y, b[2], earth)
        out.burnout_time_s[i], out.burnout_altitude_m[i] = lane(cut, i), altitude(b[0], b[1], b[2], earth)
        out.burnout_downrange_m[i] = central_angle_rad(start_lat, start_lon, lat, lon) * mean_radius_m(earth)
        out.burnout_speed_m_s[i], out.burnout_path_angle_rad[i] = _relative(b, earth)
        out.burnout_mass_kg[i] = lane(mass, i)
        out.peak_deceleration_m_s2[i] = lane(end.marks.peak_deceleration_m_s2, i)
        out.peak_deceleration_altitude_m[i] = lane(end.marks.peak_altitude_m, i)
        out.impact_speed_m_s[i] = _relative(p, earth)[0]


@kernel
def fly_staged_eight(
    vehicle: Staged, steering, launches: Launches, earth, tolerance_m, nodes, used, first, out: Flight
) -> None:
    """Fly eight launches of a staged vehicle; their shape is the kick (rad), their energy the cut-off time (s).

    ``steering`` is a :class:`equipoise.physics.flight.vehicle.Steering`, ``earth`` its model; ``out`` has room for
    eight flights, nan, which stays where there is none; ``tolerance_m`` is the error allowed per step.
    ``nodes`` (n, m, 10) receives time (s), inertial position (m), velocity (m/s) and acceleration (m/s2) of
    every step, of flight ``first`` and its seven followers; ``used`` (8,) counts their rows; m = 0 leaves it
    out.
    """
    scratch = np.empty((9, WIDTH))
    launch_vectors(launches.lat_rad, launches.lon_rad, launches.azimuth_rad, earth, scratch)
    status, time, y, mass = boost(
        vehicle,
        steering,
        scratch,
        launches.shape_rad,
        launches.energy,
        earth,
        tolerance_m,
        nodes,
        used,
        first,
    )
    per_mass = spread(1.0 / vehicle.body_mass_per_area_kg_m2)
    if vehicle.body_mass_per_area_kg_m2 != vehicle.body_mass_per_area_kg_m2:
        per_mass = vehicle.segments[vehicle.segments.size - 1].area_m2 / mass
    body = Body(per_mass, vehicle.body_drag, earth)
    end = fall(time, y, status <= _OK, body, tolerance_m, nodes, used, first)
    _report(where(status > _OK, status, end.status), time, y, mass, end, launches, earth, out)


@kernel(inline=INLINE)
def fly_kinematic_eight(
    vehicle: Kinematic, drag, launches: Launches, earth, tolerance_m, nodes, used, first, out: Flight
) -> None:
    """Fly eight launches of a kinematic vehicle; ``drag`` is the body's table, the rest as for the staged one.

    The shape of ``launches`` is the path angle (rad), their energy the speed (m/s). ``earth``, ``nodes``, ``used``, ``first``
    and ``out`` are those of :func:`fly_staged_eight`.
    """
    time, y = burnout_of_eight(vehicle, launches, earth)
    if nodes.shape[1] > 0:
        ends, times = np.empty((6, WIDTH)), np.empty(WIDTH)
        store(times, 0, time)
        store(ends[0], 0, y[0])
        store(ends[1], 0, y[1])
        store(ends[2], 0, y[2])
        store(ends[3], 0, y[3])
        store(ends[4], 0, y[4])
        store(ends[5], 0, y[5])
        record_boost(nodes, used, first, launches, times, ends, earth)
    body = Body(spread(1.0 / vehicle.ballistic_coefficient_kg_m2), drag, earth)
    end = fall(time, y, time >= 0.0, body, tolerance_m, nodes, used, first)
    _report(end.status, time, y, spread(np.nan), end, launches, earth, out)


@kernel
def _fly_staged(
    vehicle, steering, launches: Launches, earth, tolerance_m, nodes, used, out: Flight, start, stop
) -> None:
    vehicle, launches, nodes, used, out = borrowed((vehicle, launches, nodes, used, out))
    for b in range(start, stop):
        eight = Launches(
            launches.lat_rad[b], launches.lon_rad[b], launches.azimuth_rad[b], launches.shape_rad[b], launches.energy[b]
        )  # fmt: skip
        fly_staged_eight(
            vehicle, steering, eight, earth, tolerance_m, nodes, used[b], b * WIDTH, _block(out, b)
        )


@kernel
def _fly_kinematic(
    vehicle, drag, launches: Launches, earth, tolerance_m, nodes, used, out: Flight, start, stop
) -> None:
    vehicle, drag, launches, nodes, used, out = borrowed((vehicle, drag, launches, nodes, used, out))
    for b in range(start, stop):
        eight = Launches(
            launches.lat_rad[b], launches.lon_rad[b], launches.azimuth_rad[b], launches.shape_rad[b], launches.energy[b]
        )  # fmt: skip
        fly_kinematic_eight(
            vehicle, drag, eight, earth, tolerance_m, nodes, used[b], b * WIDTH, _block(out, b)
        )


def fly_staged(
    vehicle: Staged,
    steering: Steering,
    *,
    lat_rad: np.ndarray | float,
    lon_rad: np.ndarray | float,
    azimuth_rad: np.ndarray | float,
    earth: EarthModel,
    kick_rad: np.ndarray | float | None = None,
    cutoff_s: np.ndarray | float | None = None,
    tolerance_m: float = TOLERANCE_M,
    nodes: np.ndarray | None = None,
    threads: int | None = None,
) -> Flight:
    """Return the flights of one vehicle; positions, azimuth, kick and cut-off broadcast to shape (n,).

    Kick and cut-off default to the steering's. ``nodes`` (n, m, 10), filled with nan by the caller, receives time (s),
    inertial position, velocity and acceleration after each step. Threads do not change bits.
    Positions are geodetic, azimuths clockwise from north. ``threads`` is how many to use, all by default.
    """
    kick = steering.kick_rad if kick_rad is None else kick_rad
    cutoff = steering.cutoff_s if cutoff_s is None else cutoff_s
    columns = (lat_rad, lon_rad, azimuth_rad, kick, cutoff)
    return _flights(vehicle, steering, columns, earth, tolerance_m, nodes, threads)


def fly_kinematic(
    vehicle: Kinematic,
    *,
    lat_rad: np.ndarray | float,
    lon_rad: np.ndarray | float,
    azimuth_rad: np.ndarray | float,
    path_angle_rad: np.ndarray | float,
    earth: EarthModel,
    speed_m_s: np.ndarray | float | None = None,
    tolerance_m: float = TOLERANCE_M,
    nodes: np.ndarray | None = None,
    threads: int | None = None,
) -> Flight:
    """Return the flights of one kinematic vehicle, as :func:`fly_staged`; the speed defaults to the full one.

    The masses at burnout are nan: nobody has stated them.
    ``nodes`` and ``threads`` are as there.
    """
    speed = vehicle.burnout_speed_m_s if speed_m_s is None else speed_m_s
    if np.any(np.asarray(speed) > vehicle.burnout_speed_m_s * (1.0 + 1e-12)):
        raise DomainError(
            f"speed_m_s is above the vehicle's burnout speed of {vehicle.burnout_speed_m_s:g} m/s"
        )
    columns = (lat_rad, lon_rad, azimuth_rad, path_angle_rad, speed)
    return _flights(vehicle, None, columns, earth, tolerance_m, nodes, threads)


def _flights(
    vehicle: Any,
    steering: Steering | None,
    columns: tuple[Any, ...],
    earth: EarthModel,
    tolerance_m: float,
    nodes: np.ndarray | None,
    threads: int | None,
) -> Flight:
    launches = Launches(*np.broadcast_arrays(*(np.asarray(v, dtype=float).ravel() for v in columns)))
    if not np.all(np.isfinite(launches[:-1])) or np.any(np.abs(launches.lat_rad) > 0.5 * np.pi):
        raise DomainError("launch positions, azimuths and path angles must be finite angles in rad")
    return fly_launches(
        vehicle, steering, launches, earth, tolerance_m=tolerance_m, nodes=nodes, threads=threads
    )


def fly_launches(
    vehicle: Kinematic | Staged,
    steering: Steering | None,
    launches: Launches,
    earth: EarthModel,
    *,
    tolerance_m: float = TOLERANCE_M,
    nodes: np.ndarray | None = None,
    threads: int | None = None,
) -> Flight:
    """Return the flights of ``launches``, which are not checked.

    ``vehicle`` and, for a staged one, ``steering`` are shared by all flights; ``nodes`` (n, m, 10) and
    ``threads`` as in :func:`fly_staged`.
    """
    count = launches.energy.size
    blocks = -(-count // WIDTH)
    order = _alike(launches) if nodes is None else np.arange(count)
    rows = order[np.minimum(np.arange(blocks * WIDTH), count - 1)].reshape(blocks, WIDTH)
    padded = Launches(*(column[rows] for column in launches))  # the last launch fills up its block
    fields = len(Flight._fields) - 1
    out = Flight(np.zeros(rows.shape, dtype=np.int64), *np.full((fields, *rows.shape), np.nan))
    used = np.zeros(rows.shape, dtype=np.int64)
    kept = np.empty((count, 0, 10)) if nodes is None else nodes
    kinematic = isinstance(vehicle, Kinematic)
    compiled = _fly_kinematic if kinematic else _fly_staged
    programme = constant_drag(1.0) if kinematic else steering
    in_shares(
        lambda a, b: compiled(vehicle, programme, padded, earth, tolerance_m, kept, used, out, a, b),
        blocks,
        share=SHARE,
        threads=threads,
    )
    place = np.empty(count, dtype=np.int64)
    place[order] = np.arange(count)
    return Flight(*(column.ravel()[place] for column in out))


def _alike(launches: Launches) -> np.ndarray:
    """Return an order that puts flights of like cut-off and shape side by side: eight lanes wait for the slowest."""
    energy = launches.energy
    most = np.max(energy, where=np.isfinite(energy), initial=0.0)
    alike = np.floor(np.minimum(energy, most) / max(most, 1e-9) * ALIKE)
    return np.argsort(alike * 2.0 * np.pi + launches.shape_rad)
