"""Powered flight of a staged vehicle, eight at a time: vertical rise, tilt, steering, mass through every event.

Times count from launch; states are inertial, in axes that coincide with ECEF at launch. Segment ends are fixed times, so
no step crosses a jump in thrust or mass. Steps are those of :mod:`equipoise.numerics.runge_kutta`.
"""

from __future__ import annotations

from math import cos, sin, sqrt
from typing import Any, NamedTuple

import numpy as np

from equipoise.foundation.status import FlightStatus
from equipoise.numerics.jit import INLINE, kernel
from equipoise.numerics.lane_type import WIDTH
from equipoise.numerics.lanes import (
    any_lane,
    holds,
    lane,
    larger,
    load,
    rough_power,
    smaller,
    spread,
    where,
    width_of,
)
from equipoise.numerics.runge_kutta import ORDER, stepper
from equipoise.physics.environment.atmosphere import AIR_TOP_M, air
from equipoise.physics.environment.drag import drag_coefficient
from equipoise.physics.environment.earth import (
    EarthModel,
    altitude,
    enu_basis,
    geodetic_to_ecef,
    gravity_and_altitude,
)
from equipoise.physics.flight.vehicle import (
    Family,
    Staged,
    Steering,
)

VELOCITY_WEIGHT_S = 1000.0
"""An error in velocity counts as this many seconds of drift: about what is left of the flight."""
STEP_LIMIT = 5000
RISE_TOLERANCE_M = 1.0
"""A vertical rise has reached its height when it is no farther below it; the search for the height ends well within."""
_VERTICAL, _TURN, _FIXED, _STRAIGHT = 0, 1, 2, 3
_FAMILY_STRAIGHT = int(Family.STRAIGHT)
_OK, _NO_LIFTOFF = float(FlightStatus.OK), float(FlightStatus.NO_LIFTOFF)
_HIT_GROUND, _BAD_VEHICLE = float(FlightStatus.HIT_GROUND_IN_BOOST), float(FlightStatus.BAD_VEHICLE)
_STEPS, _LONG_RISE = float(FlightStatus.STEP_LIMIT), float(FlightStatus.RISE_TOO_LONG)


class Push(NamedTuple):
    """What acts on the vehicle during one segment; the axis is inertial (launch axes for the vertical rise)."""

    mode: int
    start_s: Any
    mass_kg: Any
    flow_kg_s: Any
    thrust_n: Any
    exit_area_m2: Any
    area_m2: Any
    axis_x: Any
    axis_y: Any
    axis_z: Any
    drag: np.ndarray
    earth: EarthModel


@kernel
def turned(x, y, time_s, earth: EarthModel):
    """Return the components x, y of a vector that turns with the Earth, ``time_s`` after the axes coincided.

    The series is good to 1e-12 within 20 minutes; floats or lanes.
    """
    a = earth.omega_rad_s * time_s
    a2 = a * a
    c = 1.0 - a2 * (0.5 - a2 * (1.0 / 24.0 - a2 / 720.0))
    s = a * (1.0 - a2 * (1.0 / 6.0 - a2 * (1.0 / 120.0 - a2 / 5040.0)))
    return c * x - s * y, s * x + c * y


# inlined, because each call would hand some thirty numbers over in memory: 5 % of a flight's time
@kernel(inline=INLINE)
def rate(time_s, y, push: Push):
    """Return the derivative of the state under gravity, thrust and drag.

    ``y`` is the inertial state, position (m) and velocity (m/s) as a tuple of six floats or lanes, ``time_s``
    since launch; ``push`` is what holds within one segment. Gravity is J2, the air turns with the Earth and
    ends at :data:`AIR_TOP_M`.
    """
    gx, gy, gz, height = gravity_and_altitude(y[0], y[1], y[2], push.earth)
    u = y[3] + push.earth.omega_rad_s * y[1]
    v = y[4] - push.earth.omega_rad_s * y[0]
    w = y[5]
    speed = sqrt(u * u + v * v + w * w)
    mass = push.mass_kg - push.flow_kg_s * (time_s - push.start_s)
    thrust = spread(push.thrust_n)
    held = spread(0.0)
    inside = height < AIR_TOP_M
    if any_lane(inside):
        density, inverse_sound, pressure = air(height)
        coefficient = drag_coefficient(push.drag, speed * inverse_sound)
        held = where(inside, 0.5 * push.area_m2 * density * speed * coefficient, 0.0)
        thrust = where(inside, push.thrust_n - pressure * push.exit_area_m2, thrust)
    if push.mode == _TURN:
        along = (thrust - held * speed) / (mass * larger(speed, 1e-3))
        return y[3], y[4], y[5], gx + along * u, gy + along * v, gz + along * w
    per_mass = 1.0 / mass
    pushed, held = thrust * per_mass, held * per_mass
    ax, ay, az = push.axis_x, push.axis_y, push.axis_z
    if push.mode == _VERTICAL:
        ax, ay = turned(ax, ay, time_s, push.earth)
    if push.mode == _STRAIGHT:
        ax, ay, az = _straight_axis(ax, ay, az, gx, gy, gz, pushed)
    return (
        y[3],
        y[4],
        y[5],
        gx - held * u + pushed * ax,
        gy - held * v + pushed * ay,
        gz - held * w + pushed * az,
    )


@kernel
def _straight_axis(ax, ay, az, gx, gy, gz, pushed):
    """Return the thrust axis that cancels gravity across the line ``a``; without thrust enough, all of it goes across."""
    along = gx * ax + gy * ay + gz * az
    cx, cy, cz = gx - along * ax, gy - along * ay, gz - along * az
    across = smaller(1.0, larger(cx * cx + cy * cy + cz * cz, 1e-20) / larger(pushed * pushed, 1e-20))
    forward = sqrt(1.0 - across)
    share = sqrt(across / larger(cx * cx + cy * cy + cz * cz, 1e-20))
    return forward * ax - share * cx, forward * ay - share * cy, forward * az - share * cz


_step = stepper(rate)


@kernel
def record(nodes, used, first, chosen, time_s, y, k):
    """Append time, position, velocity and acceleration to the nodes (n, m, 10) of every chosen lane, while there is room.

    ``nodes`` (n, m, 10) receives time (s), inertial position (m), velocity (m/s) and acceleration (m/s2) of
    every step, of flight ``first`` and its seven followers; ``used`` (8,) counts their rows; m = 0 leaves it
    out. ``y`` is the inertial state, position (m) and velocity (m/s) as a tuple of six floats or lanes, ``k``
    its derivative.
    """
    for i in range(width_of(time_s)):
        if holds(chosen, i) and first + i < nodes.shape[0] and used[i] < nodes.shape[1]:
            row = nodes[first + i, used[i]]
            row[0] = lane(time_s, i)
            row[1], row[2], row[3] = lane(y[0], i), lane(y[1], i), lane(y[2], i)
            row[4], row[5], row[6] = lane(y[3], i), lane(y[4], i), lane(y[5], i)
            row[7], row[8], row[9] = lane(k[3], i), lane(k[4], i), lane(k[5], i)
            used[i] += 1


@kernel
def pick(condition, a, b):
    """Return the state ``a`` where the condition holds, otherwise ``b``."""
    return (
        where(condition, a[0], b[0]),
        where(condition, a[1], b[1]),
        where(condition, a[2], b[2]),
        where(condition, a[3], b[3]),
        where(condition, a[4], b[4]),
        where(condition, a[5], b[5]),
    )


@kernel
def next_step(h, share):
    """Return the step to try after a step ``h`` with ``share``, its error over the tolerance."""
    factor = 0.8 * rough_power(larger(share, 1e-8), -1.0 / ORDER)
    return h * smaller(larger(factor, 0.2), 5.0)


@kernel
def _fly_segment(time, y, end, h, alive, push, tolerance_m, nodes, used, first):
    """Return time, state and step after flying every living lane to its end, and which still live."""
    k = rate(time, y, push)
    running = alive & (time < end)
    if nodes.shape[1] > 0:
        record(nodes, used, first, running, time, y, k)
    for _ in range(STEP_LIMIT):
        if not any_lane(running):
            break
        left = end - time
        last = left <= 1.01 * h
        tried = where(last, left, smaller(h, 0.55 * left))
        new, kn, error = _step(time, y, k, tried, push, VELOCITY_WEIGHT_S)
        good = running & (error <= tolerance_m)
        time = where(good, where(last, end, time + tried), time)
        y, k = pick(good, new, y), pick(good, kn, k)
        if nodes.shape[1] > 0:
            record(nodes, used, first, good, time, y, k)
        # a last step that was cut short says nothing about the next segment's first step
        h = where(running & ~(good & last), next_step(tried, error / tolerance_m), h)
        crashed = good & (altitude(y[0], y[1], y[2], push.earth) < -1.0)
        running = running & (time < end) & ~crashed & (h > 1e-7)
        alive = alive & ~crashed
    return time, y, h, alive, alive & (time < end)


@kernel
def launch_vectors(lat, lon, azimuth, earth: EarthModel, scratch) -> None:
    """Fill ``scratch`` (9, 8) with launch position, up and the horizontal along the azimuth, each three by eight lanes.

    ``lat`` and ``lon`` are geodetic, ``azimuth`` clockwise from north, each (8,) in rad; vectors are ECEF,
    which is inertial at launch, the position in m at height 0.
    """
    for i in range(WIDTH):
        x, y, z = geodetic_to_ecef(lat[i], lon[i], 0.0, earth)
        east, north, up = enu_basis(lat[i], lon[i])
        s, c = sin(azimuth[i]), cos(azimuth[i])
        scratch[0, i], scratch[1, i], scratch[2, i] = x, y, z
        for a in range(3):
            scratch[3 + a, i] = up[a]
            scratch[6 + a, i] = s * east[a] + c * north[a]


@kernel
def _rise(time, y, push, vertical_time_s, vertical_height_m, end_s, tolerance_m, alive, nodes, used, first):
    """Return time, state and the living lanes at the end of the vertical rise; who is not there by ``end_s`` is lost."""
    net = push.thrust_n / push.mass_kg - 9.81
    guess = vertical_time_s
    if not guess > 0.0:
        # short of the height, so that the search for it goes forward in time
        guess = 0.9 * sqrt(2.0 * vertical_height_m / max(net, 0.1))
    if vertical_time_s > 0.0:
        alive = alive & (spread(vertical_time_s) <= end_s)
    guess = min(guess, end_s)  # beyond it the mass of the first stage is gone, and no number means anything
    time, y, _h, alive, _lost = _fly_segment(
        time, y, spread(guess), spread(0.25 * guess), alive, push, tolerance_m, nodes, used, first
    )
    if not vertical_time_s > 0.0:
        for _ in range(4):
            k = rate(time, y, push)
            r = sqrt(y[0] * y[0] + y[1] * y[1] + y[2] * y[2])
            radial = (y[0] * y[3] + y[1] * y[4] + y[2] * y[5]) / r
            left = (vertical_height_m - altitude(y[0], y[1], y[2], push.earth)) / larger(radial, 1.0)
            left = smaller(larger(left, -0.5 * time), smaller(2.0 * time, end_s - time))
            y, _k, _e = _step(time, y, k, left, push, VELOCITY_WEIGHT_S)
            time = time + left
        alive = alive & (altitude(y[0], y[1], y[2], push.earth) > vertical_height_m - RISE_TOLERANCE_M)
        if nodes.shape[1] > 0:
            record(nodes, used, first, alive, time, y, rate(time, y, push))
    return time, y, alive


@kernel
def _tilt(time, y, scratch, kick_cos, kick_sin, earth: EarthModel):
    """Return the state with its Earth-relative velocity turned from vertical towards the azimuth, and that direction."""
    ux, uy = turned(load(scratch[3], 0), load(scratch[4], 0), time, earth)
    hx, hy = turned(load(scratch[6], 0), load(scratch[7], 0), time, earth)
    uz, hz = load(scratch[5], 0), load(scratch[8], 0)
    dx = kick_cos * ux + kick_sin * hx
    dy = kick_cos * uy + kick_sin * hy
    dz = kick_cos * uz + kick_sin * hz
    carried_x, carried_y = -earth.omega_rad_s * y[1], earth.omega_rad_s * y[0]
    u, v, w = y[3] - carried_x, y[4] - carried_y, y[5]
    speed = sqrt(u * u + v * v + w * w)
    return (y[0], y[1], y[2], carried_x + speed * dx, carried_y + speed * dy, speed * dz), (dx, dy, dz)


@kernel
def _pitched(y, offset_rad):
    """Return the unit vector of the inertial velocity, pitched towards the local vertical by an offset."""
    speed = sqrt(y[3] * y[3] + y[4] * y[4] + y[5] * y[5])
    ax, ay, az = y[3] / speed, y[4] / speed, y[5] / speed
    r = sqrt(y[0] * y[0] + y[1] * y[1] + y[2] * y[2])
    climb = (ax * y[0] + ay * y[1] + az * y[2]) / r
    nx, ny, nz = y[0] / r - climb * ax, y[1] / r - climb * ay, y[2] / r - climb * az
    norm = larger(sqrt(nx * nx + ny * ny + nz * nz), 1e-9)
    c, s = cos(offset_rad), sin(offset_rad) / norm
    return c * ax + s * nx, c * ay + s * ny, c * az + s * nz


@kernel
def boost(vehicle: Staged, steering: Steering, scratch, kick, cutoff, earth, tolerance_m, nodes, used, first):
    """Fly eight launches to cut-off; return status, time (s), state and mass (kg), each in lanes.

    ``scratch`` holds :func:`launch_vectors`; ``kick`` (rad) and ``cutoff`` (s) are arrays of eight. ``nodes`` (n, m, 10)
    receives the path of flight ``first`` and its seven followers, m = 0 leaves it out; ``used`` (8,) counts its rows.
    Times count from launch; the state is inertial, in axes that coincide with those of ``earth`` at launch;
    ``tolerance_m`` is the error allowed per step.
    """
    rows = vehicle.segments
    kick_c, kick_s = np.empty(WIDTH), np.empty(WIDTH)
    for i in range(WIDTH):
        kick_c[i], kick_s[i] = cos(kick[i]), sin(kick[i])
    stop = smaller(load(cutoff, 0), rows[rows.shape[0] - 1].end_s)
    x, yy, z = load(scratch[0], 0), load(scratch[1], 0), load(scratch[2], 0)
    y = (x, yy, z, -earth.omega_rad_s * yy, earth.omega_rad_s * x, spread(0.0))
    time, h = spread(0.0), spread(1.0)
    status = spread(_OK)
    alive = stop > 0.0
    mass = spread(rows[0].mass_kg)
    axis = (load(scratch[3], 0), load(scratch[4], 0), load(scratch[5], 0))
    tilted = False
    mode = _VERTICAL
    stage = -1
    for n in range(rows.shape[0]):
        row = rows[n]
        if not (row.mass_kg > 0.0 and row.end_s > row.start_s) or not row.mass_kg > row.flow_kg_s * (
            row.end_s - row.start_s
        ):
            return spread(_BAD_VEHICLE), time, y, mass
        if not tilted:
            push = Push(
                _VERTICAL, row.start_s, row.mass_kg, row.flow_kg_s, row.thrust_n, row.exit_area_m2,
                row.area_m2, axis[0], axis[1], axis[2], vehicle.drag, earth,
            )  # fmt: skip
            k = rate(time, y, push)
            carried = earth.omega_rad_s * earth.omega_rad_s * (x * axis[0] + yy * axis[1])
            lift = k[3] * axis[0] + k[4] * axis[1] + k[5] * axis[2] + carried
            grounded = alive & (lift <= 0.0)
            status = where(grounded, _NO_LIFTOFF, status)
            alive = alive & ~grounded
            before = alive
            time, y, alive = _rise(
                time, y, push, steering.vertical_time_s, steering.vertical_height_m, row.end_s, tolerance_m, alive,
                nodes, used, first,
            )  # fmt: skip
            status = where(before & ~alive, _LONG_RISE, status)
            y, axis = _tilt(time, y, scratch, load(kick_c, 0), load(kick_s, 0), earth)
            tilted = True
        if row.stage != stage:
            stage = row.stage
            mode = _STRAIGHT if steering.family == _FAMILY_STRAIGHT else _TURN
            if steering.pitch_offset_rad == steering.pitch_offset_rad and stage >= steering.offset_stage:
                mode = _FIXED
        if (
            row.thrust_n > 0.0
            and mode == _FIXED
            and (n == 0 or rows[n - 1].stage != stage or rows[n - 1].thrust_n == 0.0)
        ):
            axis = _pitched(y, steering.pitch_offset_rad)
        push = Push(
            mode, row.start_s, row.mass_kg, row.flow_kg_s, row.thrust_n, row.exit_area_m2, row.area_m2,
            axis[0], axis[1], axis[2], vehicle.drag, earth,
        )  # fmt: skip
        end = smaller(stop, row.end_s)
        flown = alive & (end > time)
        h = smaller(larger(h, 0.05), 20.0)
        time, y, h, alive, late = _fly_segment(time, y, end, h, alive, push, tolerance_m, nodes, used, first)
        status = where(late, _STEPS, status)
        mass = where(flown, row.mass_kg - row.flow_kg_s * (end - row.start_s), mass)
        status = where(flown & ~alive, _HIT_GROUND, status)
        alive = alive & ~late
    return status, time, y, mass
