"""From cut-off to the ground, eight at a time: J2 gravity, turning air, apogee, peak deceleration, impact.

Times count from launch; states are inertial, in axes that coincide with ECEF at launch.
"""

from __future__ import annotations

from math import sqrt
from typing import Any, NamedTuple

import numpy as np

from equipoise.foundation.status import FlightStatus
from equipoise.numerics.jit import kernel
from equipoise.numerics.lanes import any_lane, larger, smaller, spread, where
from equipoise.numerics.runge_kutta import stepper
from equipoise.physics.atmosphere import AIR_TOP_M, air
from equipoise.physics.boost import STEP_LIMIT, VELOCITY_WEIGHT_S, next_step, pick, record
from equipoise.physics.drag import drag_coefficient
from equipoise.physics.earth import EarthModel, altitude, gravity_and_altitude

FARTHEST_M = 1.0e8
LONGEST_STEP_S = 300.0
NEAR_GROUND_M = 20.0
"""A step that ends this close to the ground is finished by its acceleration: exact to a millimetre."""
_OK, _ESCAPED = float(FlightStatus.OK), float(FlightStatus.ESCAPED)
_STEPS = float(FlightStatus.STEP_LIMIT)


class Body(NamedTuple):
    """What falls: mass over area in kg/m2 (infinite: no drag) and its drag table."""

    mass_per_area_kg_m2: Any
    drag: np.ndarray
    earth: EarthModel


class Fall(NamedTuple):
    """The end of a flight, in lanes: status, time (s), inertial state, apogee, greatest deceleration, distance marks."""

    status: Any
    time_s: Any
    state: Any
    apogee_m: Any
    apogee_time_s: Any
    peak_deceleration_m_s2: Any
    peak_altitude_m: Any


@kernel
def rate(time_s, y, body: Body):
    """Return the derivative of the state under gravity and drag."""
    gx, gy, gz, height = gravity_and_altitude(y[0], y[1], y[2], body.earth)
    density, inverse_sound = air(height)
    density = where(height < AIR_TOP_M, density, 0.0)
    u = y[3] + body.earth.omega_rad_s * y[1]
    v = y[4] - body.earth.omega_rad_s * y[0]
    w = y[5]
    speed = sqrt(u * u + v * v + w * w)
    held = (
        0.5 * density * speed * drag_coefficient(body.drag, speed * inverse_sound) / body.mass_per_area_kg_m2
    )
    return y[3], y[4], y[5], gx - held * u, gy - held * v, gz - held * w


_step = stepper(rate)


@kernel
def _climb(y):
    """Return position times velocity: the sign says whether the distance from the centre grows."""
    return y[0] * y[3] + y[1] * y[4] + y[2] * y[5]


@kernel
def _climb_rate(y, k):
    return y[3] * y[3] + y[4] * y[4] + y[5] * y[5] + y[0] * k[3] + y[1] * k[4] + y[2] * k[5]


@kernel
def cubic_root(a, slope_a, b, slope_b, length):
    """Return the part of a step at which the cubic with these end values and slopes passes zero (a > 0 > b)."""
    s = a / larger(a - b, 1e-300)
    low, high = spread(0.0), spread(1.0)
    for _ in range(6):
        rise, p, q = b - a, slope_a * length, slope_b * length
        c2, c3 = 3.0 * rise - 2.0 * p - q, p + q - 2.0 * rise
        value = a + s * (p + s * (c2 + s * c3))
        slope = p + s * (2.0 * c2 + 3.0 * s * c3)
        low, high = where(value > 0.0, s, low), where(value > 0.0, high, s)
        guess = s - value / where(abs(slope) > 0.0, slope, 1.0)
        s = where((guess > low) & (guess < high), guess, 0.5 * (low + high))
    return s


@kernel
def quintic(a, va, aa, b, vb, ab, h, s):
    """Return the quintic with these end values, rates and second rates after the part ``s`` of the step ``h``."""
    d = b - a
    va, vb, aa, ab = va * h, vb * h, aa * h * h, ab * h * h
    c3 = 10.0 * d - 6.0 * va - 4.0 * vb - 1.5 * aa + 0.5 * ab
    c4 = -15.0 * d + 8.0 * va + 7.0 * vb + 1.5 * aa - ab
    c5 = 6.0 * d - 3.0 * (va + vb) - 0.5 * aa + 0.5 * ab
    return a + s * (va + s * (0.5 * aa + s * (c3 + s * (c4 + s * c5))))


@kernel
def _apogee(y, k, new, kn, length, earth: EarthModel):
    """Return altitude and part of the step at which the climb ends; meaningful where it does."""
    s = cubic_root(_climb(y), _climb_rate(y, k), _climb(new), _climb_rate(new, kn), length)
    x = quintic(y[0], y[3], k[3], new[0], new[3], kn[3], length, s)
    yy = quintic(y[1], y[4], k[4], new[1], new[4], kn[4], length, s)
    z = quintic(y[2], y[5], k[5], new[2], new[5], kn[5], length, s)
    return altitude(x, yy, z, earth), s * length


@kernel
def _braking(y, k, earth: EarthModel):
    """Return the deceleration by air and the altitude of a state with derivative ``k``."""
    gx, gy, gz, height = gravity_and_altitude(y[0], y[1], y[2], earth)
    bx, by, bz = k[3] - gx, k[4] - gy, k[5] - gz
    return sqrt(bx * bx + by * by + bz * bz), height


@kernel
def _vertex(t, d, h):
    """Return deceleration and altitude at the top of the parabola through three (time, deceleration, altitude)."""
    a, b = t[0] - t[1], t[2] - t[1]
    da, db = d[0] - d[1], d[2] - d[1]
    det = a * b * (a - b)
    safe = where(abs(det) > 0.0, det, 1.0)
    bend, slope = (da * b - db * a) / safe, (db * a * a - da * b * b) / safe
    s = where(bend < 0.0, -0.5 * slope / where(bend < 0.0, bend, -1.0), 0.0)
    ha, hb = h[0] - h[1], h[2] - h[1]
    hbend, hslope = (ha * b - hb * a) / safe, (hb * a * a - ha * b * b) / safe
    return d[1] + s * (slope + s * bend), h[1] + s * (hslope + s * hbend)


@kernel
def fall(time, y, alive, body: Body, tolerance_m, nodes, used, first) -> Fall:
    """Fly the living lanes to the ground; ``nodes`` and ``used`` as in :func:`equipoise.physics.boost.boost`."""
    earth = body.earth
    k = rate(time, y, body)
    if nodes.shape[1] > 0:
        record(nodes, used, first, alive, time, y, k)
    drag, height = _braking(y, k, earth)
    climbs = _climb(y) > 0.0
    apogee, apogee_time = height, time
    peak, peak_height = drag, height
    t0, t1, d0, d1, h0, h1 = time, time, drag, drag, height, height
    status = where(alive, _STEPS, _OK)
    h = spread(5.0)
    running = alive
    for _ in range(STEP_LIMIT):
        if not any_lane(running):
            break
        new, kn, position, velocity = _step(time, y, k, h, body)
        error = larger(position, VELOCITY_WEIGHT_S * velocity)
        good = running & (error <= tolerance_m)
        brake, level = _braking(new, kn, earth)
        sinks = _climb(new) < 0.0
        below = good & sinks & (level < -NEAR_GROUND_M)
        good = good & ~below
        top = good & climbs & sinks
        if any_lane(top):
            high, after = _apogee(y, k, new, kn, h, earth)
            apogee, apogee_time = where(top, high, apogee), where(top, time + after, apogee_time)
        t2 = time + h
        crest = good & (d1 >= d0) & (d1 > brake)
        if any_lane(crest):
            value, place = _vertex((t0, t1, t2), (d0, d1, brake), (h0, h1, level))
            better = crest & (value > peak)
            peak, peak_height = where(better, value, peak), where(better, place, peak_height)
        better = good & (brake > peak)
        peak, peak_height = where(better, brake, peak), where(better, level, peak_height)
        t0, d0, h0 = where(good, t1, t0), where(good, d1, d0), where(good, h1, h0)
        t1, d1, h1 = where(good, t2, t1), where(good, brake, d1), where(good, level, h1)
        following = smaller(next_step(h, error, tolerance_m), LONGEST_STEP_S)
        if any_lane(below):
            radius, radius_new = _radius(y), _radius(new)
            part = cubic_root(height, _climb(y) / radius, level, _climb(new) / radius_new, h)
            following = where(below, part * h, following)
        climbs = (good & (_climb(new) > 0.0)) | (~good & climbs)
        time, height = where(good, t2, time), where(good, level, height)
        y, k = pick(good, new, y), pick(good, kn, k)
        landed = good & sinks & (height < NEAR_GROUND_M)
        if any_lane(landed):
            sink = -_climb(y) / _radius(y)
            rest = where(landed, height / larger(sink, 0.1), 0.0)
            y = _ballistic(y, k, rest)
            time = time + rest
            status = where(landed, _OK, status)
        if nodes.shape[1] > 0:
            record(nodes, used, first, good, time, y, k)
        gone = good & (_radius(y) > FARTHEST_M)
        status = where(gone, _ESCAPED, status)
        h = where(running, following, h)
        running = running & ~landed & ~gone & (h > 1e-7)
    return Fall(status, time, y, apogee, apogee_time, peak, peak_height)


@kernel
def _radius(y):
    return sqrt(y[0] * y[0] + y[1] * y[1] + y[2] * y[2])


@kernel
def _ballistic(y, k, t):
    """Return the state after a short time at the acceleration in ``k``."""
    half = 0.5 * t * t
    return (
        y[0] + t * y[3] + half * k[3],
        y[1] + t * y[4] + half * k[4],
        y[2] + t * y[5] + half * k[5],
        y[3] + t * k[3],
        y[4] + t * k[4],
        y[5] + t * k[5],
    )
