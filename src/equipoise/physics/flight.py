"""Whole flights of staged vehicles, from launch to impact: one kernel for one flight and for a batch.

>>> from math import radians
>>> from equipoise.physics.earth import WGS84
>>> from equipoise.physics.vehicle import gravity_turn, stage, staged
>>> scud = staged(stages=[stage(burn_time_s=75.0, propellant_kg=3699.0, dry_kg=1198.0, specific_impulse_s=230.0,
...                             reference_area_m2=0.554)], payload_kg=1000.0)
>>> end = fly_staged(scud, gravity_turn(kick_rad=radians(10.0), vertical_height_m=300.0), lat_rad=radians(35.0),
...                  lon_rad=radians(45.0), azimuth_rad=radians(40.0), earth=WGS84)
>>> int(end.status[0]), 200e3 < end.range_m[0] < 400e3
(0, True)
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from equipoise.foundation.errors import DomainError
from equipoise.foundation.status import FlightStatus
from equipoise.numerics.jit import kernel
from equipoise.numerics.lanes import WIDTH, lane, spread, where
from equipoise.physics.boost import boost, launch_vectors, turned
from equipoise.physics.earth import (
    EarthModel,
    altitude,
    central_angle_rad,
    ecef_to_geodetic,
    mean_radius_m,
)
from equipoise.physics.fall import Body, fall
from equipoise.physics.vehicle import AREA_M2, Staged, Steering

TOLERANCE_M = 5e-3
"""Error allowed per step, in m; with it, impact lies within the accuracy table of docs/flight.md."""
NODES = 400
"""Rows kept of one flight's path."""
_OK = float(FlightStatus.OK)


class Flight(NamedTuple):
    """Flights as arrays, shape (n,); all but ``status`` are nan where the status is not OK.

    Burnout altitude, speed (relative to the ground), path angle (of that velocity above the local horizon) and mass
    belong to cut-off. Positions are geodetic; the range is the great circle on the mean sphere.
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
    burnout_speed_m_s: np.ndarray
    burnout_path_angle_rad: np.ndarray
    burnout_mass_kg: np.ndarray
    peak_deceleration_m_s2: np.ndarray
    peak_deceleration_altitude_m: np.ndarray
    impact_speed_m_s: np.ndarray


RESULTS = len(Flight._fields) - 1


@kernel
def _relative(y, time, earth: EarthModel):
    """Return speed and sine of the path angle of the velocity relative to the ground, above the radius' normal."""
    u, v, w = y[3] + earth.omega_rad_s * y[1], y[4] - earth.omega_rad_s * y[0], y[5]
    speed = np.sqrt(u * u + v * v + w * w)
    r = np.sqrt(y[0] * y[0] + y[1] * y[1] + y[2] * y[2])
    return speed, (u * y[0] + v * y[1] + w * y[2]) / (speed * r)


@kernel
def _one(y, i):
    return lane(y[0], i), lane(y[1], i), lane(y[2], i), lane(y[3], i), lane(y[4], i), lane(y[5], i)


@kernel
def fly_eight(
    vehicle: Staged, steering: Steering, inputs, earth, tolerance_m, nodes, used, first, out
) -> None:
    """Fly eight launches; ``inputs`` (5, 8) are latitude, longitude, azimuth, kick, cut-off; ``out`` (15, 8)."""
    scratch = np.empty((9, WIDTH))
    launch_vectors(inputs[0], inputs[1], inputs[2], earth, scratch)
    status, time, y, mass = boost(
        vehicle, steering, scratch, inputs[3], inputs[4], earth, tolerance_m, nodes, used, first
    )
    cut, at_cut = time, y
    area = vehicle.segments[vehicle.segments.shape[0] - 1, AREA_M2]
    per_mass = spread(1.0 / vehicle.body_mass_per_area_kg_m2)
    if vehicle.body_mass_per_area_kg_m2 != vehicle.body_mass_per_area_kg_m2:
        per_mass = area / mass
    body = Body(per_mass, vehicle.body_drag, earth)
    end = fall(time, y, status <= _OK, body, tolerance_m, nodes, used, first)
    status = where(status > _OK, status, end.status)
    for i in range(WIDTH):
        out[0, i] = lane(status, i)
        if out[0, i] != _OK:
            out[1:, i] = np.nan
            continue
        p = _one(end.state, i)
        t = lane(end.time_s, i)
        x, yy = turned(p[0], p[1], -t, earth)
        lat, lon, _h = ecef_to_geodetic(x, yy, p[2], earth)
        b = _one(at_cut, i)
        speed, climb = _relative(b, lane(cut, i), earth)
        out[1, i], out[2, i], out[3, i] = t, lat, lon
        out[4, i] = central_angle_rad(inputs[0, i], inputs[1, i], lat, lon) * mean_radius_m(earth)
        out[5, i], out[6, i] = lane(end.marks.apogee_m, i), lane(end.marks.apogee_time_s, i)
        out[7, i], out[8, i] = lane(cut, i), altitude(b[0], b[1], b[2], earth)
        out[9, i], out[10, i], out[11, i] = speed, np.arcsin(climb), lane(mass, i)
        out[12, i], out[13, i] = lane(end.marks.peak_deceleration_m_s2, i), lane(end.marks.peak_altitude_m, i)
        out[14, i] = _relative(p, t, earth)[0]


@kernel(parallel=True)
def _fly_batch(vehicle, steering, inputs, earth, tolerance_m, nodes, used, out) -> None:
    for block in numba.prange(inputs.shape[0]):
        fly_eight(
            vehicle,
            steering,
            inputs[block],
            earth,
            tolerance_m,
            nodes,
            used[block],
            block * WIDTH,
            out[block],
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
) -> Flight:
    """Return the flights of one vehicle; positions, azimuth, kick and cut-off broadcast to shape (n,).

    Kick and cut-off default to the steering's. ``nodes`` (n, m, 10), filled with nan by the caller, receives time (s),
    inertial position, velocity and acceleration after each step. Threads do not change bits.
    """
    kick = steering.kick_rad if kick_rad is None else kick_rad
    cutoff = steering.cutoff_s if cutoff_s is None else cutoff_s
    given = [np.asarray(v, dtype=float).ravel() for v in (lat_rad, lon_rad, azimuth_rad, kick, cutoff)]
    if not all(np.all(np.isfinite(v)) for v in given[:4]) or np.any(np.abs(given[0]) > 0.5 * np.pi):
        raise DomainError("launch positions, azimuths and kicks must be finite angles in rad")
    columns = np.broadcast_arrays(*given)
    count = columns[0].size
    blocks = -(-count // WIDTH)
    inputs = np.empty((5, blocks * WIDTH))
    for row, column in zip(inputs, columns, strict=True):
        row[:count] = column
        row[count:] = column[-1]
    inputs = np.ascontiguousarray(inputs.reshape(5, blocks, WIDTH).transpose(1, 0, 2))
    out = np.empty((blocks, RESULTS + 1, WIDTH))
    used = np.zeros((blocks, WIDTH), dtype=np.int64)
    _fly_batch(
        vehicle,
        steering,
        inputs,
        earth,
        tolerance_m,
        np.empty((count, 0, 10)) if nodes is None else nodes,
        used,
        out,
    )
    table = out.transpose(1, 0, 2).reshape(RESULTS + 1, -1)[:, :count]
    return Flight(table[0].astype(np.int64), *np.ascontiguousarray(table[1:]))
