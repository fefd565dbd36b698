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
from equipoise.numerics.jit import kernel
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
from equipoise.physics.flight.vehicle import Staged, Steering

TOLERANCE_M = 2e-3
"""Error allowed per step, in m of drift; with it, impact lies within the accuracy table of docs/flight.md."""
NODES = 400
"""Rows that hold the path of any flight."""
SHARE = 32
"""Blocks of eight flights that a thread takes at a time."""
ALIKE = 80
"""Classes of cut-off time or speed within which a batch is ordered by its shape."""
_OK = float(FlightStatus.OK)


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


RESULTS = len(Flight._fields)
LAT, LON, AZIMUTH, SHAPE, ENERGY = range(5)
"""Rows of a kernel's inputs: SHAPE is the kick (staged) or path angle (kinematic), ENERGY the cut-off time or speed."""


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
def _report(status, cut, at_cut, mass, end, inputs, earth, out) -> None:
    """Fill ``out`` (16, 8) with the rows of :class:`Flight`."""
    for i in range(WIDTH):
        out[0, i] = lane(status, i)
        if out[0, i] != _OK:
            out[1:, i] = np.nan
            continue
        p, b = _one(end.state, i), _one(at_cut, i)
        t = lane(end.time_s, i)
        x, y = turned(p[0], p[1], -t, earth)
        lat, lon, _h = ecef_to_geodetic(x, y, p[2], earth)
        out[1, i], out[2, i], out[3, i] = t, lat, lon
        out[4, i] = central_angle_rad(inputs[LAT, i], inputs[LON, i], lat, lon) * mean_radius_m(earth)
        out[5, i], out[6, i] = lane(end.marks.apogee_m, i), lane(end.marks.apogee_time_s, i)
        x, y = turned(b[0], b[1], -lane(cut, i), earth)
        lat, lon, _h = ecef_to_geodetic(x, y, b[2], earth)
        out[7, i], out[8, i] = lane(cut, i), altitude(b[0], b[1], b[2], earth)
        out[9, i] = central_angle_rad(inputs[LAT, i], inputs[LON, i], lat, lon) * mean_radius_m(earth)
        out[10, i], out[11, i] = _relative(b, earth)
        out[12, i] = lane(mass, i)
        out[13, i] = lane(end.marks.peak_deceleration_m_s2, i)
        out[14, i] = lane(end.marks.peak_altitude_m, i)
        out[15, i] = _relative(p, earth)[0]


@kernel
def fly_staged_eight(vehicle: Staged, steering, inputs, earth, tolerance_m, nodes, used, first, out) -> None:
    """Fly eight launches of a staged vehicle; ``inputs`` (5, 8) as :data:`LAT` says, ``out`` (16, 8).

    ``steering`` is a :class:`equipoise.physics.flight.vehicle.Steering`, ``earth`` its model; rows of ``out``
    are the fields of :class:`Flight`, nan without a flight; ``tolerance_m`` is the error allowed per step.
    ``nodes`` (n, m, 10) receives time (s), inertial position (m), velocity (m/s) and acceleration (m/s2) of
    every step, of flight ``first`` and its seven followers; ``used`` (8,) counts their rows; m = 0 leaves it
    out.
    """
    scratch = np.empty((9, WIDTH))
    launch_vectors(inputs[LAT], inputs[LON], inputs[AZIMUTH], earth, scratch)
    status, time, y, mass = boost(
        vehicle, steering, scratch, inputs[SHAPE], inputs[ENERGY], earth, tolerance_m, nodes, used, first
    )
    per_mass = spread(1.0 / vehicle.body_mass_per_area_kg_m2)
    if vehicle.body_mass_per_area_kg_m2 != vehicle.body_mass_per_area_kg_m2:
        per_mass = vehicle.segments[vehicle.segments.size - 1].area_m2 / mass
    body = Body(per_mass, vehicle.body_drag, earth)
    end = fall(time, y, status <= _OK, body, tolerance_m, nodes, used, first)
    _report(where(status > _OK, status, end.status), time, y, mass, end, inputs, earth, out)


@kernel
def fly_kinematic_eight(
    vehicle: Kinematic, drag, inputs, earth, tolerance_m, nodes, used, first, out
) -> None:
    """Fly eight launches of a kinematic vehicle; ``drag`` is the body's table, the rest as for the staged one.

    ``inputs`` (5, 8), ``earth``, ``nodes``, ``used``, ``first`` and ``out`` (16, 8) are those of
    :func:`fly_staged_eight`.
    """
    time, y = burnout_of_eight(vehicle, inputs, earth)
    if nodes.shape[1] > 0:
        ends, times = np.empty((6, WIDTH)), np.empty(WIDTH)
        store(times, 0, time)
        store(ends[0], 0, y[0])
        store(ends[1], 0, y[1])
        store(ends[2], 0, y[2])
        store(ends[3], 0, y[3])
        store(ends[4], 0, y[4])
        store(ends[5], 0, y[5])
        record_boost(nodes, used, first, inputs, times, ends, earth)
    body = Body(spread(1.0 / vehicle.ballistic_coefficient_kg_m2), drag, earth)
    end = fall(time, y, time >= 0.0, body, tolerance_m, nodes, used, first)
    _report(end.status, time, y, spread(np.nan), end, inputs, earth, out)


@kernel
def _fly_staged(vehicle, steering, inputs, earth, tolerance_m, nodes, used, out, start, stop) -> None:
    for b in range(start, stop):
        fly_staged_eight(vehicle, steering, inputs[b], earth, tolerance_m, nodes, used[b], b * WIDTH, out[b])


@kernel
def _fly_kinematic(vehicle, drag, inputs, earth, tolerance_m, nodes, used, out, start, stop) -> None:
    for b in range(start, stop):
        fly_kinematic_eight(vehicle, drag, inputs[b], earth, tolerance_m, nodes, used[b], b * WIDTH, out[b])


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
    inputs = np.stack(np.broadcast_arrays(*(np.asarray(v, dtype=float).ravel() for v in columns)))
    if not np.all(np.isfinite(inputs[:ENERGY])) or np.any(np.abs(inputs[LAT]) > 0.5 * np.pi):
        raise DomainError("launch positions, azimuths and path angles must be finite angles in rad")
    table = fly_inputs(
        vehicle, steering, inputs, earth, tolerance_m=tolerance_m, nodes=nodes, threads=threads
    )
    return Flight(table[0].astype(np.int64), *table[1:])


def fly_inputs(
    vehicle: Kinematic | Staged,
    steering: Steering | None,
    inputs: np.ndarray,
    earth: EarthModel,
    *,
    tolerance_m: float = TOLERANCE_M,
    nodes: np.ndarray | None = None,
    threads: int | None = None,
) -> np.ndarray:
    """Return the rows of :class:`Flight` (16, n) for inputs (5, n) whose rows :data:`LAT` names; they are not checked.

    ``vehicle`` and, for a staged one, ``steering`` are shared by all flights; ``nodes`` (n, m, 10) and
    ``threads`` as in :func:`fly_staged`.
    """
    if nodes is None and inputs.shape[1] > WIDTH:
        order = _alike(inputs)
        table = np.empty((RESULTS, order.size))
        table[:, order] = _fly_blocks(vehicle, steering, inputs[:, order], earth, tolerance_m, None, threads)
        return table
    return _fly_blocks(vehicle, steering, inputs, earth, tolerance_m, nodes, threads)


def _alike(inputs: np.ndarray) -> np.ndarray:
    """Return an order that puts flights of like cut-off and shape side by side: eight lanes wait for the slowest."""
    energy = inputs[ENERGY]
    most = np.max(energy, where=np.isfinite(energy), initial=0.0)
    return np.lexsort((inputs[SHAPE], np.floor(energy / max(most, 1e-9) * ALIKE)))


def _fly_blocks(
    vehicle: Kinematic | Staged,
    steering: Steering | None,
    inputs: np.ndarray,
    earth: EarthModel,
    tolerance_m: float,
    nodes: np.ndarray | None,
    threads: int | None,
) -> np.ndarray:
    count = inputs.shape[1]
    blocks = -(-count // WIDTH)
    padded = np.empty((5, blocks * WIDTH))
    padded[:, :count] = inputs
    padded[:, count:] = inputs[:, -1:]
    padded = np.ascontiguousarray(padded.reshape(5, blocks, WIDTH).transpose(1, 0, 2))
    out = np.empty((blocks, RESULTS, WIDTH))
    used = np.zeros((blocks, WIDTH), dtype=np.int64)
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
    return np.ascontiguousarray(out.transpose(1, 0, 2).reshape(RESULTS, -1)[:, :count])
