"""From cut-off to the ground, one flight or eight: J2 gravity, turning air, apogee, peak deceleration, impact.

Times count from launch; states are inertial, in axes that coincide with ECEF at launch. A fall has three parts: up
through the air, over the air, and down through it to the ground.
"""

from __future__ import annotations

from math import sqrt
from typing import Any, NamedTuple

import numpy as np

from equipoise.foundation.status import FlightStatus
from equipoise.numerics.jit import INLINE, kernel
from equipoise.numerics.lanes import any_lane, lacks, larger, rough_power, smaller, where
from equipoise.numerics.runge_kutta import ORDER, SMOOTH_WORK, add, stepper
from equipoise.physics.environment.atmosphere import AIR_TOP_M, air
from equipoise.physics.environment.drag import drag_coefficient
from equipoise.physics.environment.earth import EarthModel, altitude, gravity_and_altitude
from equipoise.physics.flight.boost import STEP_LIMIT, next_step, pick, record
from equipoise.physics.flight.coast import coast_step, natural_step

FARTHEST_M = 1.0e8
COAST_LIMIT = 300
"""Steps over the air after which a flight still going is given up: about twelve times round the Earth."""
COAST_PART = 0.25
"""Steps above the air are this part of the local time scale: half an hour is then good to a decimetre."""
FIRST_STEP_S = 4.0
LONGEST_AIR_STEP_S = 60.0
RISING_WEIGHT_S = 1000.0
"""On the way up an error in velocity counts as this many seconds of drift."""
NOWHERE_M = -1e9
NEAR_GROUND_M = 20.0
"""A step that ends this close to the ground is finished by its acceleration: exact to a millimetre."""
_OK, _ESCAPED = float(FlightStatus.OK), float(FlightStatus.ESCAPED)
_STEPS, _TIME = float(FlightStatus.STEP_LIMIT), float(FlightStatus.TIME_LIMIT)


class Body(NamedTuple):
    """What falls: area over mass in m2/kg (0: no drag), its drag table, the Earth."""

    area_per_mass_m2_kg: Any
    drag: np.ndarray
    earth: EarthModel


class Place(NamedTuple):
    """Where a fall is: time since launch (s), state, its derivative, height (m), deceleration by air (m/s2)."""

    time_s: Any
    state: Any
    derivative: Any
    height_m: Any
    deceleration_m_s2: Any


class Marks(NamedTuple):
    """What a fall remembers: its highest point and its hardest braking."""

    apogee_m: Any
    apogee_time_s: Any
    peak_deceleration_m_s2: Any
    peak_altitude_m: Any


class Fall(NamedTuple):
    """The end of a flight, in lanes: status code, time since launch (s), inertial state at impact, marks."""

    status: Any
    time_s: Any
    state: Any
    marks: Marks


@kernel
def rate(time_s, y, body: Body):
    """Return the derivative of the state under gravity and drag.

    ``y`` is the inertial state, position (m) and velocity (m/s) as a tuple of six floats or lanes; ``time_s``
    does not enter, as the Earth's bulge and air are symmetric about its axis. Gravity is J2, the air turns
    with the Earth and ends at :data:`AIR_TOP_M`.
    """
    gx, gy, gz, height = gravity_and_altitude(y[0], y[1], y[2], body.earth)
    u = y[3] + body.earth.omega_rad_s * y[1]
    v = y[4] - body.earth.omega_rad_s * y[0]
    w = y[5]
    density, inverse_sound, _pressure = air(height)
    speed = sqrt(u * u + v * v + w * w)
    coefficient = drag_coefficient(body.drag, speed * inverse_sound)
    held = where(height < AIR_TOP_M, 0.5 * density * speed * coefficient * body.area_per_mass_m2_kg, 0.0)
    return y[3], y[4], y[5], gx - held * u, gy - held * v, gz - held * w


_step = stepper(rate)


@kernel
def _radius(y):
    return sqrt(y[0] * y[0] + y[1] * y[1] + y[2] * y[2])


@kernel
def _climb(y):
    """Return position times velocity: its sign says whether the distance from the centre grows."""
    return y[0] * y[3] + y[1] * y[4] + y[2] * y[5]


@kernel
def _climb_rate(y, k):
    return y[3] * y[3] + y[4] * y[4] + y[5] * y[5] + y[0] * k[3] + y[1] * k[4] + y[2] * k[5]


@kernel
def cubic_root(a, slope_a, b, slope_b, length):
    """Return the part of a step at which the cubic with these end values and slopes passes zero (a > 0 > b).

    ``slope_a`` and ``slope_b`` are rates per second, ``length`` the step in s; five Newton steps inside a
    bracket. Floats or lanes.
    """
    s = a / larger(a - b, 1e-300)
    low, high = 0.0 * s, 0.0 * s + 1.0
    for _ in range(5):
        rise, p, q = b - a, slope_a * length, slope_b * length
        c2, c3 = 3.0 * rise - 2.0 * p - q, p + q - 2.0 * rise
        value = a + s * (p + s * (c2 + s * c3))
        slope = p + s * (2.0 * c2 + 3.0 * s * c3)
        low, high = where(value > 0.0, s, low), where(value > 0.0, high, s)
        guess = s - value / where(abs(slope) > 0.0, slope, 1.0)
        s = where((guess >= low) & (guess <= high), guess, 0.5 * (low + high))
    return s


@kernel
def quintic(a, va, aa, b, vb, ab, h, s):
    """Return the quintic with these end values, rates and second rates after the part ``s`` of the step ``h``.

    ``a``, ``va``, ``aa`` and ``b``, ``vb``, ``ab`` are value, rate and second rate at the step's two ends;
    ``h`` is in s, ``s`` from 0 to 1. Hermite's polynomial of degree five. Floats or lanes.
    """
    d = b - a
    va, vb, aa, ab = va * h, vb * h, aa * h * h, ab * h * h
    c3 = 10.0 * d - 6.0 * va - 4.0 * vb - 1.5 * aa + 0.5 * ab
    c4 = -15.0 * d + 8.0 * va + 7.0 * vb + 1.5 * aa - ab
    c5 = 6.0 * d - 3.0 * (va + vb) - 0.5 * aa + 0.5 * ab
    return a + s * (va + s * (0.5 * aa + s * (c3 + s * (c4 + s * c5))))


@kernel
def _place(time, y, k, earth: EarthModel):
    """Return the place at a state with derivative ``k``."""
    gx, gy, gz, height = gravity_and_altitude(y[0], y[1], y[2], earth)
    bx, by, bz = k[3] - gx, k[4] - gy, k[5] - gz
    return Place(time, y, k, height, sqrt(bx * bx + by * by + bz * bz))


@kernel
def _chosen(condition, a: Place, b: Place) -> Place:
    return Place(
        where(condition, a.time_s, b.time_s),
        pick(condition, a.state, b.state),
        pick(condition, a.derivative, b.derivative),
        where(condition, a.height_m, b.height_m),
        where(condition, a.deceleration_m_s2, b.deceleration_m_s2),
    )


@kernel
def _with_apogee(marks: Marks, a: Place, b: Place, good, earth: EarthModel) -> Marks:
    """Return the marks with the apogee that lies between two places, where the climb ends there."""
    rising, falling = _climb(a.state), _climb(b.state)
    top = good & (rising > 0.0) & (falling <= 0.0)
    if not any_lane(top):
        return marks
    y, k, z, m = a.state, a.derivative, b.state, b.derivative
    h = b.time_s - a.time_s
    s = cubic_root(rising, _climb_rate(y, k), falling, _climb_rate(z, m), h)
    height = altitude(
        quintic(y[0], y[3], k[3], z[0], z[3], m[3], h, s),
        quintic(y[1], y[4], k[4], z[1], z[4], m[4], h, s),
        quintic(y[2], y[5], k[5], z[2], z[5], m[5], h, s),
        earth,
    )
    return Marks(
        where(top, height, marks.apogee_m),
        where(top, a.time_s + s * h, marks.apogee_time_s),
        marks.peak_deceleration_m_s2,
        marks.peak_altitude_m,
    )


@kernel
def _with_peak(marks: Marks, a: Place, b: Place, c: Place, good) -> Marks:
    """Return the marks with the top of the parabola through three places' decelerations, where it is the greatest."""
    first, second, third = a.deceleration_m_s2, b.deceleration_m_s2, c.deceleration_m_s2
    peak, height = marks.peak_deceleration_m_s2, marks.peak_altitude_m
    crest = good & (second >= first) & (second > third) & (a.time_s < b.time_s)
    if any_lane(crest):
        before, after = a.time_s - b.time_s, c.time_s - b.time_s
        det = where(crest, before * after * (before - after), 1.0)
        one, two = first - second, third - second
        bend, slope = (one * after - two * before) / det, (two * before * before - one * after * after) / det
        s = where(crest & (bend < 0.0), -0.5 * slope / where(bend < 0.0, bend, -1.0), 0.0)
        one, two = a.height_m - b.height_m, c.height_m - b.height_m
        rise, climb = (one * after - two * before) / det, (two * before * before - one * after * after) / det
        value = second + s * (slope + s * bend)
        better = crest & (value > peak)
        peak = where(better, value, peak)
        height = where(better, b.height_m + s * (climb + s * rise), height)
    better = good & (third > peak)
    return Marks(
        marks.apogee_m, marks.apogee_time_s, where(better, third, peak), where(better, c.height_m, height)
    )


@kernel
def _through_air(place: Place, marks, moving, body: Body, tolerance_m, nodes, used, first):
    """Fly the moving lanes through the air; return place, marks, who landed, and who was lost to the step limit."""
    earth = body.earth
    k = rate(place.time_s, place.state, body)
    place = _place(place.time_s, place.state, k, earth)
    if nodes.shape[1] > 0:
        record(nodes, used, first, moving, place.time_s, place.state, k)
    before = place
    like = 0.0 * place.time_s
    landed = moving & (place.height_m < NOWHERE_M)
    h, h_before, share_before = like + FIRST_STEP_S, like + 1.0, like + 1e-8
    running = moving
    for _ in range(STEP_LIMIT):
        if not any_lane(running):
            break
        sink = -_climb(place.state) / _radius(place.state)
        weight = where(
            sink > 0.0, smaller(place.height_m / larger(sink, 1.0), RISING_WEIGHT_S), RISING_WEIGHT_S
        )
        new, kn, error = _step(place.time_s, place.state, place.derivative, h, body, weight)
        end = _place(place.time_s + h, new, kn, earth)
        good = running & (error <= tolerance_m)
        sinks = _climb(new) < 0.0
        below = good & sinks & (end.height_m < -NEAR_GROUND_M)
        good = good & lacks(below)
        # falling into denser air, errors grow from step to step: carry the trend on (Gustafsson's rule)
        share = larger(error / tolerance_m, 1e-8)
        following = smaller(next_step(h, share), LONGEST_AIR_STEP_S)
        trend = (h / h_before) * rough_power(share_before / share, 1.0 / ORDER)
        following = where(good, following * larger(smaller(trend, 1.0), 0.2), following)
        h_before, share_before = where(good, h, h_before), where(good, share, share_before)
        if any_lane(below):
            part = cubic_root(place.height_m, -sink, end.height_m, _climb(new) / _radius(new), h)
            following = where(below, part * h, following)
        marks = _with_apogee(marks, place, end, good, earth)
        marks = _with_peak(marks, before, place, end, good)
        before = _chosen(good, place, before)
        place = _chosen(good, end, place)
        touches = good & sinks & (place.height_m < NEAR_GROUND_M)
        if any_lane(touches):
            rest = where(
                touches, place.height_m * _radius(place.state) / smaller(_climb(place.state), -1.0), 0.0
            )
            place = _moved(place, -rest)
            landed = landed | touches
        if nodes.shape[1] > 0:
            record(nodes, used, first, good, place.time_s, place.state, place.derivative)
        h = where(running, following, h)
        running = running & lacks(touches) & (h > 1e-7) & ((place.height_m < AIR_TOP_M) | sinks)
    return place, marks, landed, running | (moving & (h <= 1e-7))


@kernel
def _moved(place: Place, t) -> Place:
    """Return the place after a short time at its acceleration."""
    y, k = place.state, place.derivative
    half = 0.5 * t * t
    moved = add(y, t, k)
    state = (
        moved[0] + half * k[3],
        moved[1] + half * k[4],
        moved[2] + half * k[5],
        moved[3],
        moved[4],
        moved[5],
    )
    return Place(place.time_s + t, state, k, place.height_m, place.deceleration_m_s2)


@kernel
def _gravity_place(time, y, earth: EarthModel):
    """Return the place at a state above the air."""
    gx, gy, gz, height = gravity_and_altitude(y[0], y[1], y[2], earth)
    return Place(time, y, (y[3], y[4], y[5], gx, gy, gz), height, 0.0 * height)


@kernel(inline=INLINE)
def _over_air(place: Place, marks, moving, earth: EarthModel, nodes, used, first):
    """Fly the moving lanes from above the air back to its top; return place, marks, who left the domain, who still flies."""
    work = np.empty(SMOOTH_WORK)
    place = _chosen(moving, _gravity_place(place.time_s, place.state, earth), place)
    if nodes.shape[1] > 0:
        record(nodes, used, first, moving, place.time_s, place.state, place.derivative)
    running = moving
    shorter = 0.0 * place.time_s + 1.0
    gone = moving & (place.height_m > FARTHEST_M)
    for _ in range(COAST_LIMIT):
        if not any_lane(running):
            break
        y = place.state
        h = shorter * natural_step(y[0], y[1], y[2], COAST_PART, earth)
        new = coast_step(y, h, earth, work)
        end = _gravity_place(place.time_s + h, new, earth)
        climb = _climb(new)
        below = running & (climb < 0.0) & (end.height_m < AIR_TOP_M - 500.0)
        good = running & lacks(below)
        if any_lane(below):
            above = place.height_m - AIR_TOP_M
            part = cubic_root(
                above, _climb(y) / _radius(y), end.height_m - AIR_TOP_M, climb / _radius(new), h
            )
            shorter = where(below, smaller(part, 0.98) * shorter, shorter)
        marks = _with_apogee(marks, place, end, good, earth)
        place = _chosen(good, end, place)
        if nodes.shape[1] > 0:
            record(nodes, used, first, good, place.time_s, place.state, place.derivative)
        gone = gone | (good & (place.height_m > FARTHEST_M))
        running = running & lacks(gone) & lacks(good & (climb < 0.0) & (place.height_m < AIR_TOP_M + 500.0))
    return place, marks, gone, running


@kernel
def fall(time, y, alive, body: Body, tolerance_m, nodes, used, first) -> Fall:
    """Fly the living lanes to the ground; ``nodes`` and ``used`` as in :func:`equipoise.physics.flight.boost.boost`.

    ``time`` (s since launch), ``alive`` (truth values) and ``y`` are at cut-off. ``y`` is the inertial state,
    position (m) and velocity (m/s) as a tuple of six floats or lanes. ``tolerance_m`` is the error allowed
    per step in air, ``first`` the row of ``nodes`` of the first lane.
    """
    place = _gravity_place(time, y, body.earth)
    marks = Marks(place.height_m, time, 0.0 * time, place.height_m)
    low = alive & (place.height_m < AIR_TOP_M)
    place, marks, landed, lost = _through_air(place, marks, low, body, tolerance_m, nodes, used, first)
    high = alive & lacks(landed) & lacks(lost)
    place, marks, gone, still = _over_air(place, marks, high, body.earth, nodes, used, first)
    high = high & lacks(gone) & lacks(still)
    place, marks, down, late = _through_air(place, marks, high, body, tolerance_m, nodes, used, first)
    status = where(
        still, _TIME, where(gone, _ESCAPED, where((lost | late) & lacks(landed | down), _STEPS, _OK))
    )
    return Fall(status, place.time_s, place.state, marks)
