"""Interceptor fly-out: where an interceptor can be, and how soon, as a table over (ground range, altitude).

A fan of elevations gives the earliest arrival on a still sphere; the drift of the launch point with the turning Earth is
taken off the target's position by the caller. The law behind the table (:mod:`equipoise.physics.interceptor.flyout_model`) measures the
error of its interpolation in every cell, and answers itself where the reach ends within a cell.
"""

from __future__ import annotations

from math import atan2, cos, hypot, inf, isfinite, nan, pi, sin, sqrt
from typing import NamedTuple

import numpy as np

from equipoise.foundation.constants import GM_EARTH_M3_S2, MEAN_RADIUS_M
from equipoise.foundation.errors import DomainError
from equipoise.numerics.jit import kernel
from equipoise.physics.interceptor.flyout_model import Law, meeting

STEP_M = 20e3
BOOST_SHARE = 0.1
"""Cells are this share of speed times burn time wide, unless that is more than :data:`STEP_M`."""
FAN = 361
TIME_STEP_S = 2.0
LEAST_TIMES = 64
DOUBT = 1.5
"""Error taken for a cell over that measured in its middle, which near the envelope is not the largest."""
OUT, BY_LAW = -1.0, inf
"""Instead of an error: a cell out of reach, and one that the law answers."""


class FlyoutTable(NamedTuple):
    """Earliest arrival ``time_s`` (range, altitude) on regular steps from zero; inf where out of reach.

    ``error_s`` (one less each way) is :data:`DOUBT` times the error of interpolation measured in the middle of each cell,
    or :data:`OUT`, or :data:`BY_LAW` where some of its corners are out of reach; zero where there is no law to measure it by.
    ``largest_error_s`` is the largest of those measured.
    """

    time_s: np.ndarray
    error_s: np.ndarray
    range_step_m: float
    altitude_step_m: float
    largest_error_s: float
    law: Law


@kernel
def stamp(time, x, h, t, dx: float, dh: float) -> None:
    """Lower the table inside one triangle; x, h, t are tuples of three corners."""
    det = (x[1] - x[0]) * (h[2] - h[0]) - (x[2] - x[0]) * (h[1] - h[0])
    if det == 0.0:
        return
    for i in range(max(int(np.ceil(min(x) / dx - 1e-9)), 0), min(int(max(x) / dx), time.shape[0] - 1) + 1):
        for j in range(
            max(int(np.ceil(min(h) / dh - 1e-9)), 0), min(int(max(h) / dh), time.shape[1] - 1) + 1
        ):
            px, ph = i * dx - x[0], j * dh - h[0]
            u = (px * (h[2] - h[0]) - (x[2] - x[0]) * ph) / det
            v = ((x[1] - x[0]) * ph - px * (h[1] - h[0])) / det
            if u >= -1e-9 and v >= -1e-9 and u + v <= 1.0 + 1e-9:
                value = t[0] + u * (t[1] - t[0]) + v * (t[2] - t[0])
                time[i, j] = min(time[i, j], value)


@kernel
def _arc(speed: float, burn_s: float, elevation: float, dt: float, x, h, radius: float) -> None:
    """Fill ground range and altitude at burnout and every ``dt`` after it; nan once on the ground."""
    length = 0.5 * speed * burn_s
    px, py = length * cos(elevation), radius + length * sin(elevation)
    vx, vy = speed * cos(elevation), speed * sin(elevation)
    for k in range(x.size):
        r = hypot(px, py)
        if r < radius:
            x[k:] = np.nan
            h[k:] = np.nan
            return
        x[k], h[k] = atan2(px, py) * radius, r - radius
        # velocity Verlet: its error over one arc is metres at this step, checked against Kepler in the tests
        a = -GM_EARTH_M3_S2 / r**3
        qx, qy = px + vx * dt + 0.5 * a * px * dt * dt, py + vy * dt + 0.5 * a * py * dt * dt
        b = -GM_EARTH_M3_S2 / hypot(qx, qy) ** 3
        vx += 0.5 * (a * px + b * qx) * dt
        vy += 0.5 * (a * py + b * qy) * dt
        px, py = qx, qy


@kernel
def _fill(
    time, speed: float, burn_s: float, life_s: float, dx: float, dh: float, fan: int, dt: float
) -> None:
    n = max(int(life_s / dt), 2)
    x0, h0, x1, h1 = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for i in range(fan):
        elevation = 0.5 * pi * i / (fan - 1)
        _arc(speed, burn_s, elevation, dt, x1, h1, MEAN_RADIUS_M)
        if i > 0:
            for k in range(n - 1):
                t0, t1 = burn_s + k * dt, burn_s + (k + 1) * dt
                if isfinite(x0[k + 1]) and isfinite(x1[k]):
                    stamp(time, (x0[k], x1[k], x0[k + 1]), (h0[k], h1[k], h0[k + 1]), (t0, t0, t1), dx, dh)
                    if isfinite(x1[k + 1]):
                        stamp(
                            time,
                            (x1[k], x0[k + 1], x1[k + 1]),
                            (h1[k], h0[k + 1], h1[k + 1]),
                            (t0, t1, t1),
                            dx,
                            dh,
                        )
        x0[:] = x1
        h0[:] = h1


@kernel
def _corners(time, i: int, j: int):
    """Return how many of a cell's four entries are within reach, and their mean."""
    count, total = 0, 0.0
    for a in range(2):
        for b in range(2):
            if isfinite(time[i + a, j + b]):
                count += 1
                total += time[i + a, j + b]
    return count, total / max(count, 1)


@kernel
def _measure(time, law: Law, dx: float, dh: float, error_s) -> float:
    """Fill the error of every cell, interpolation against the law in its middle, and return the largest."""
    largest = 0.0
    for i in range(error_s.shape[0]):
        for j in range(error_s.shape[1]):
            count, mean = _corners(time, i, j)
            error_s[i, j] = OUT if count == 0 else BY_LAW
            if count == 4:
                error = DOUBT * abs(meeting(law, (i + 0.5) * dx, (j + 0.5) * dh, mean).time_s - mean)
                error_s[i, j] = error
                if error < inf:
                    largest = max(largest, error)
    return largest


def flyout_table(*, burnout_speed_m_s: float, burn_time_s: float, life_s: float) -> FlyoutTable:
    """Return the earliest-arrival table of an interceptor whose kill vehicle lives ``life_s`` after burnout."""
    law = Law(burnout_speed_m_s, burn_time_s, life_s)
    for name, value in zip(("burnout_speed_m_s", "burn_time_s", "life_s"), law, strict=True):
        if not (isfinite(value) and value > 0.0):
            raise DomainError(f"{name} is {value}; give a positive number")
    reach = min(burnout_speed_m_s * (life_s + burn_time_s), 0.9 * pi * MEAN_RADIUS_M)
    escape = 2.0 * GM_EARTH_M3_S2 / MEAN_RADIUS_M
    left = escape - burnout_speed_m_s**2
    top = reach if left <= 0.0 else min(MEAN_RADIUS_M * (escape / left - 1.0) + 200e3, reach)
    step = min(STEP_M, BOOST_SHARE * burnout_speed_m_s * burn_time_s)
    time = np.full((int(reach / step) + 3, int(top / step) + 3), inf)
    _fill(time, *law, step, step, FAN, min(TIME_STEP_S, life_s / LEAST_TIMES))
    error = np.empty((time.shape[0] - 1, time.shape[1] - 1))
    largest = _measure(time, law, step, step, error)
    return FlyoutTable(time, error, step, step, largest, law)


def table_without_law(time_s: np.ndarray, *, range_step_m: float, altitude_step_m: float) -> FlyoutTable:
    """Return a table that alone answers where all four entries of a cell are within reach."""
    within = np.isfinite(time_s)
    whole = within[:-1, :-1] & within[1:, :-1] & within[:-1, 1:] & within[1:, 1:]
    return FlyoutTable(
        time_s, np.where(whole, 0.0, OUT), range_step_m, altitude_step_m, 0.0, Law(nan, nan, nan)
    )


@kernel
def tabled_time(table: FlyoutTable, range_m: float, altitude_m: float) -> float:
    """Return the earliest arrival in s, bilinear; inf out of reach, nan where the law is to answer."""
    u, v = range_m / table.range_step_m, altitude_m / table.altitude_step_m
    if not (u >= 0.0 and v >= 0.0 and u < table.error_s.shape[0] and v < table.error_s.shape[1]):
        return inf
    i, j = int(u), int(v)
    s, w = u - i, v - j
    t, error = table.time_s, table.error_s[i, j]
    if not 0.0 <= error < inf:
        return inf if error == OUT else nan
    return (1 - s) * ((1 - w) * t[i, j] + w * t[i, j + 1]) + s * ((1 - w) * t[i + 1, j] + w * t[i + 1, j + 1])


@kernel
def lawful_time(table: FlyoutTable, range_m: float, altitude_m: float) -> float:
    """Return the earliest arrival in s by the law behind the table; inf out of reach."""
    u, v = range_m / table.range_step_m, altitude_m / table.altitude_step_m
    if not (u >= 0.0 and v >= 0.0 and u < table.error_s.shape[0] and v < table.error_s.shape[1]):
        return inf
    i, j = int(u), int(v)
    if table.error_s[i, j] == OUT:
        return inf
    return meeting(table.law, range_m, altitude_m, _corners(table.time_s, i, j)[1]).time_s


@kernel
def flyout_time(table: FlyoutTable, range_m: float, altitude_m: float, exact: bool = False) -> float:
    """Return the earliest arrival in s, by the table or, where it cannot tell or if ``exact``, by its law."""
    found = tabled_time(table, range_m, altitude_m)
    if isfinite(table.law.speed_m_s) and (exact or found != found):
        return lawful_time(table, range_m, altitude_m)
    return found


@kernel
def flyout_error(table: FlyoutTable, range_m: float, altitude_m: float) -> float:
    """Return the error in s of :func:`flyout_time`, as measured in the cell; 0 where the law answers."""
    u, v = range_m / table.range_step_m, altitude_m / table.altitude_step_m
    if not (u >= 0.0 and v >= 0.0 and u < table.error_s.shape[0] and v < table.error_s.shape[1]):
        return 0.0
    error = table.error_s[int(u), int(v)]
    return error if 0.0 <= error < inf else 0.0


@kernel
def inertial_range_m(
    site_x: float,
    site_y: float,
    site_z: float,
    x: float,
    y: float,
    z: float,
    flown_s: float,
    omega_rad_s: float,
) -> float:
    """Return the great-circle range in m, on the mean sphere, from a site to a target; both ECEF, the target at arrival.

    The target is turned into the axes frozen at launch, and the drift of the launch point (its speed times the time flown)
    is taken off, so that the still fan applies.
    """
    turn = omega_rad_s * flown_s
    # series, good to 1e-9 for an hour of flight
    t2 = turn * turn
    c, s = 1.0 - t2 * (0.5 - t2 * (1.0 / 24.0 - t2 / 720.0)), turn * (1.0 - t2 * (1.0 / 6.0 - t2 / 120.0))
    u = x * c - y * s + omega_rad_s * site_y * flown_s
    v = x * s + y * c - omega_rad_s * site_x * flown_s
    cx, cy, cz = site_y * z - site_z * v, site_z * u - site_x * z, site_x * v - site_y * u
    return atan2(sqrt(cx * cx + cy * cy + cz * cz), site_x * u + site_y * v + site_z * z) * MEAN_RADIUS_M
