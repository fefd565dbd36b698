"""Where an interceptor of given stages can be, and how soon: a fan of straight lines over a still sphere, as a table.

The interceptor rises vertically, then keeps to an inertially straight line at one of many elevations until its last
burnout (the thrust cancels gravity across the line), then falls freely. As in :mod:`equipoise.physics.interceptor.flyout`
nothing slows it after burnout, whatever ballistic coefficient it has or has not. What counts is the earliest
arrival on a grid of ground range and altitude, after the kill vehicle's release. Arcs that still climb away from their neighbours (direct) and arcs that have crossed them (lofted) are kept
apart, since arrival times jump from the ones to the others.
"""

from __future__ import annotations

from math import inf, isfinite
from typing import NamedTuple

import numpy as np

from equipoise.numerics.jit import kernel
from equipoise.physics.environment.drag import drag_table
from equipoise.physics.environment.earth import EarthModel
from equipoise.physics.flight.dense_output import count_nodes, sample
from equipoise.physics.flight.flight import NODES, fly_staged
from equipoise.physics.flight.vehicle import Staged, straight
from equipoise.physics.interceptor.flyout import DIRECT, LOFTED, NONE

TIME_STEP_S = 2.0
NO_DRAG_KG_M2 = 1e12
"""A ballistic coefficient that no air slows."""


class FlyoutTable(NamedTuple):
    """Earliest arrivals (range, altitude) in s on regular steps from zero, by direct and by lofted arcs; inf out of reach."""

    direct_s: np.ndarray
    lofted_s: np.ndarray
    range_step_m: float
    altitude_step_m: float


@kernel
def _stamp(table: FlyoutTable, x, h, t) -> None:
    """Lower the table inside one triangle of the fan; x, h, t are tuples of three corners."""
    det = (x[1] - x[0]) * (h[2] - h[0]) - (x[2] - x[0]) * (h[1] - h[0])
    if det == 0.0:
        return
    # corners go up in elevation or in time: neighbouring arcs that have crossed turn the triangle round
    time = table.lofted_s if det > 0.0 else table.direct_s
    dx, dh = table.range_step_m, table.altitude_step_m
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
def _within(time, u: float, v: float) -> float:
    """Return one sheet's time at a place in steps: bilinear, or linear in the half of a cell that is within reach."""
    i, j = int(u), int(v)
    s, w = u - i, v - j
    a, b, c, d = time[i, j], time[i + 1, j], time[i, j + 1], time[i + 1, j + 1]
    if isfinite(a + b + c + d):
        return (1 - s) * ((1 - w) * a + w * c) + s * ((1 - w) * b + w * d)
    if isfinite(a + b + c) and s + w <= 1.0:
        return a + s * (b - a) + w * (c - a)
    if isfinite(b + c + d) and s + w >= 1.0:
        return d + (1 - s) * (c - d) + (1 - w) * (b - d)
    if isfinite(a + c + d) and w >= s:
        return c + s * (d - c) + (1 - w) * (a - c)
    if isfinite(a + b + d) and s >= w:
        return b + (1 - s) * (a - b) + w * (d - b)
    return inf


@kernel
def flyout_time(table: FlyoutTable, range_m: float, altitude_m: float):
    """Return the earliest arrival in s and its branch (DIRECT, LOFTED); inf and NONE out of reach."""
    u, v = range_m / table.range_step_m, altitude_m / table.altitude_step_m
    n, m = table.direct_s.shape
    if not (u >= 0.0 and v >= 0.0 and u < n - 1 and v < m - 1):
        return inf, NONE
    direct = _within(table.direct_s, u, v)
    if direct < inf:
        return direct, DIRECT
    lofted = _within(table.lofted_s, u, v)
    return lofted, LOFTED if lofted < inf else NONE


@kernel
def _planar(nodes, times_s, radius_m: float, x, h) -> None:
    """Fill ground range and altitude (n,) at ``times_s`` of one flight that starts at (radius, 0, 0); nan on the ground."""
    points = np.empty((times_s.size, 6))
    sample(nodes, times_s, points)
    for k in range(times_s.size):
        r = np.sqrt(points[k, 0] ** 2 + points[k, 1] ** 2 + points[k, 2] ** 2)
        x[k] = np.arctan2(np.sqrt(points[k, 1] ** 2 + points[k, 2] ** 2), points[k, 0]) * radius_m
        if x[k] < 1.0:  # straight up, so that the table's first column lies inside the fan
            x[k] = 0.0
        h[k] = r - radius_m


@kernel
def _stamp_all(nodes, times_s, radius_m: float, table: FlyoutTable) -> None:
    n = times_s.size
    x0, h0, x1, h1 = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for i in range(nodes.shape[0]):
        _planar(nodes[i], times_s, radius_m, x1, h1)
        if i > 0:
            for k in range(n - 1):
                t0, t1 = times_s[k], times_s[k + 1]
                if isfinite(h0[k + 1]) and isfinite(h1[k]) and isfinite(h0[k]):
                    _stamp(table, (x0[k], x1[k], x0[k + 1]), (h0[k], h1[k], h0[k + 1]), (t0, t0, t1))
                    if isfinite(h1[k + 1]):
                        # the same turn as the first triangle: one elevation up is to one step of time as before
                        _stamp(
                            table, (x1[k + 1], x0[k + 1], x1[k]), (h1[k + 1], h0[k + 1], h1[k]), (t1, t1, t0)
                        )
        x0[:] = x1
        h0[:] = h1


def staged_table(
    vehicle: Staged,
    *,
    earth: EarthModel,
    life_s: float,
    release_s: float | None = None,
    vertical_height_m: float = 100.0,
    lines: int = 181,
    range_step_m: float = 10e3,
    altitude_step_m: float = 10e3,
    most_range_m: float = 4e6,
    most_altitude_m: float = 1.5e6,
) -> FlyoutTable:
    """Return the earliest arrival of a staged interceptor whose kill vehicle lives ``life_s`` after its release.

    The release is at the last burnout unless said; no drag after that burnout. The Earth is to be still: its rotation would need the site.
    """
    release = vehicle.burn_time_s if release_s is None else release_s
    elevations = np.linspace(np.radians(1.0), 0.5 * np.pi, lines)
    nodes = np.full((lines, NODES, 10), np.nan)
    fly_staged(
        vehicle._replace(body_mass_per_area_kg_m2=NO_DRAG_KG_M2, body_drag=drag_table("constant")),
        straight(elevation_rad=0.5 * np.pi, vertical_height_m=vertical_height_m),
        lat_rad=0.0,
        lon_rad=0.0,
        azimuth_rad=0.5 * np.pi,
        kick_rad=0.5 * np.pi - elevations,
        earth=earth,
        nodes=nodes,
    )
    times = np.arange(release, release + life_s + TIME_STEP_S, TIME_STEP_S)
    shape = (int(most_range_m / range_step_m) + 2, int(most_altitude_m / altitude_step_m) + 2)
    table = FlyoutTable(np.full(shape, inf), np.full(shape, inf), range_step_m, altitude_step_m)
    _stamp_all(nodes, times, earth.equatorial_radius_m, table)
    return table


def planar_flight(nodes: np.ndarray, times_s: np.ndarray, earth: EarthModel) -> tuple[np.ndarray, np.ndarray]:
    """Return ground range and altitude in m at ``times_s`` of one flight's ``nodes`` (m, 10), from its first node."""
    used = int(count_nodes(nodes))
    start = nodes[0, 1:4] / np.linalg.norm(nodes[0, 1:4])
    across = np.cross(start, nodes[used - 1, 1:4])
    axis = np.cross(across / np.linalg.norm(across), start)
    frame = np.stack([start, axis, np.cross(start, axis)])
    turned = nodes[:used].copy()
    for first in (1, 4, 7):
        turned[:, first : first + 3] = turned[:, first : first + 3] @ frame.T
    x, h = np.empty(times_s.size), np.empty(times_s.size)
    _planar(turned, np.ascontiguousarray(times_s, dtype=float), earth.equatorial_radius_m, x, h)
    return x, h
