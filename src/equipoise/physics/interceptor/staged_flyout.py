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


class Sheet(NamedTuple):
    """Earliest arrivals by one kind of arcs: ``time_s`` (range, altitude) on regular steps from zero, inf out of reach.

    The cells that are not wholly within reach list the triangles of the fan that lie in them: cell i, j has those of
    ``triangle`` from ``first[c]`` to ``first[c + 1]``, with c = i times the number of cells in altitude + j.
    """

    time_s: np.ndarray
    first: np.ndarray
    triangle: np.ndarray


class FlyoutTable(NamedTuple):
    """Earliest arrivals by direct and by lofted arcs, and the triangles (n, 3, 3) of the fan: range, altitude, time.

    A triangle's corners are neighbouring instants of neighbouring arcs.
    """

    direct: Sheet
    lofted: Sheet
    corner: np.ndarray
    range_step_m: float
    altitude_step_m: float


@kernel
def _determinant(c) -> float:
    """Return twice a triangle's area; positive where neighbouring arcs have crossed (lofted), negative before (direct)."""
    return (c[1, 0] - c[0, 0]) * (c[2, 1] - c[0, 1]) - (c[2, 0] - c[0, 0]) * (c[1, 1] - c[0, 1])


@kernel
def _time_in(c, det: float, x: float, h: float) -> float:
    """Return the time at a place inside a triangle, linear; inf outside."""
    px, ph, side = x - c[0, 0], h - c[0, 1], 1.0 if det > 0.0 else -1.0
    least = -1e-9 * abs(det)
    u = side * (px * (c[2, 1] - c[0, 1]) - (c[2, 0] - c[0, 0]) * ph)
    if u < least:
        return inf
    v = side * ((c[1, 0] - c[0, 0]) * ph - px * (c[1, 1] - c[0, 1]))
    if v >= least and u + v <= abs(det) - least:
        return c[0, 2] + (u * (c[1, 2] - c[0, 2]) + v * (c[2, 2] - c[0, 2])) / abs(det)
    return inf


@kernel
def _sheet(corner, lofted: bool, shape, dx: float, dh: float) -> Sheet:
    """Return the sheet of the direct or of the lofted triangles."""
    time = np.full(shape, inf)
    for n in range(corner.shape[0]):
        c, det = corner[n], _determinant(corner[n])
        if det == 0.0 or (det > 0.0) != lofted:
            continue
        x0, x1 = min(c[0, 0], c[1, 0], c[2, 0]), max(c[0, 0], c[1, 0], c[2, 0])
        h0, h1 = min(c[0, 1], c[1, 1], c[2, 1]), max(c[0, 1], c[1, 1], c[2, 1])
        for i in range(max(int(np.ceil(x0 / dx - 1e-9)), 0), min(int(x1 / dx), shape[0] - 1) + 1):
            for j in range(max(int(np.ceil(h0 / dh - 1e-9)), 0), min(int(h1 / dh), shape[1] - 1) + 1):
                time[i, j] = min(time[i, j], _time_in(c, det, i * dx, j * dh))
    cells = (shape[0] - 1) * (shape[1] - 1)
    first = np.zeros(cells + 1, dtype=np.int64)
    _list_edges(corner, lofted, time, dx, dh, first, np.empty(0, dtype=np.int64))
    first = np.cumsum(first)
    triangle = np.empty(first[cells], dtype=np.int64)
    _list_edges(corner, lofted, time, dx, dh, first.copy(), triangle)
    return Sheet(time, first, triangle)


@kernel
def _list_edges(corner, lofted: bool, time, dx: float, dh: float, place, triangle) -> None:
    """Count the triangles in every cell partly within reach into ``place`` (cells + 1,), or list them from there on."""
    rows, columns = time.shape[0] - 1, time.shape[1] - 1
    for n in range(corner.shape[0]):
        c, det = corner[n], _determinant(corner[n])
        if det == 0.0 or (det > 0.0) != lofted:
            continue
        x0, x1 = min(c[0, 0], c[1, 0], c[2, 0]), max(c[0, 0], c[1, 0], c[2, 0])
        h0, h1 = min(c[0, 1], c[1, 1], c[2, 1]), max(c[0, 1], c[1, 1], c[2, 1])
        for i in range(max(int(x0 / dx), 0), min(int(x1 / dx), rows - 1) + 1):
            for j in range(max(int(h0 / dh), 0), min(int(h1 / dh), columns - 1) + 1):
                if isfinite(time[i, j] + time[i + 1, j] + time[i, j + 1] + time[i + 1, j + 1]):
                    continue
                cell = i * columns + j
                if triangle.size == 0:
                    place[cell + 1] += 1
                else:
                    triangle[place[cell]] = n
                    place[cell] += 1


@kernel
def _whole(time, u: float, v: float) -> float:
    """Return one sheet's time at a place in steps, bilinear; inf where its cell is not wholly within reach."""
    i, j = int(u), int(v)
    s, w = u - i, v - j
    a, b, c, d = time[i, j], time[i + 1, j], time[i, j + 1], time[i + 1, j + 1]
    within = (1 - s) * ((1 - w) * a + w * c) + s * ((1 - w) * b + w * d)
    return within if within < inf else inf


@kernel
def _of_triangles(sheet: Sheet, corner, cell: int, x: float, h: float) -> float:
    """Return the earliest arrival at a place by the fan's own triangles in its cell; inf out of reach."""
    best = inf
    for k in range(sheet.first[cell], sheet.first[cell + 1]):
        c = corner[sheet.triangle[k]]
        best = min(best, _time_in(c, _determinant(c), x, h))
    return best


@kernel
def flyout_time(table: FlyoutTable, range_m: float, altitude_m: float):
    """Return the earliest arrival in s and its branch (DIRECT, LOFTED); inf and NONE out of reach."""
    n, m = table.direct.time_s.shape
    u, v = range_m / table.range_step_m, altitude_m / table.altitude_step_m
    if not (u >= 0.0 and v >= 0.0 and u < n - 1 and v < m - 1):
        return inf, NONE
    time = _whole(table.direct.time_s, u, v)
    if time < inf:
        return time, DIRECT
    cell = int(u) * (m - 1) + int(v)
    time = _of_triangles(table.direct, table.corner, cell, range_m, altitude_m)
    if time < inf:
        return time, DIRECT
    time = _whole(table.lofted.time_s, u, v)
    if time == inf:
        time = _of_triangles(table.lofted, table.corner, cell, range_m, altitude_m)
    return time, LOFTED if time < inf else NONE


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
def _fan(nodes, times_s, radius_m: float):
    """Return the triangles (n, 3, 3) between neighbouring arcs and instants: range, altitude, time."""
    n, used = times_s.size, 0
    corner = np.empty((2 * nodes.shape[0] * n, 3, 3))
    x0, h0, x1, h1 = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for i in range(nodes.shape[0]):
        _planar(nodes[i], times_s, radius_m, x1, h1)
        for k in range(n - 1 if i > 0 else 0):
            t0, t1 = times_s[k], times_s[k + 1]
            if isfinite(h0[k + 1]) and isfinite(h1[k]) and isfinite(h0[k]):
                c = corner[used]
                c[0, 0], c[0, 1], c[0, 2] = x0[k], h0[k], t0
                c[1, 0], c[1, 1], c[1, 2] = x1[k], h1[k], t0
                c[2, 0], c[2, 1], c[2, 2] = x0[k + 1], h0[k + 1], t1
                used += 1
                if isfinite(h1[k + 1]):
                    # the same turn as the first triangle: one elevation up is to one step of time as before
                    c = corner[used]
                    c[0, 0], c[0, 1], c[0, 2] = x1[k + 1], h1[k + 1], t1
                    c[1, 0], c[1, 1], c[1, 2] = x0[k + 1], h0[k + 1], t1
                    c[2, 0], c[2, 1], c[2, 2] = x1[k], h1[k], t0
                    used += 1
        x0[:] = x1
        h0[:] = h1
    return corner[:used]


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
    The table is made of ``lines`` straight flights between an elevation of one degree and the vertical, on
    cells of ``range_step_m`` by ``altitude_step_m`` up to the two greatest values; ``release_s`` counts from
    launch.
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
    times = np.linspace(release, release + life_s, max(int(np.ceil(life_s / TIME_STEP_S)), 1) + 1)
    shape = (int(most_range_m / range_step_m) + 2, int(most_altitude_m / altitude_step_m) + 2)
    corner = _fan(nodes, times, earth.equatorial_radius_m)
    direct, lofted = (_sheet(corner, high, shape, range_step_m, altitude_step_m) for high in (False, True))
    return FlyoutTable(direct, lofted, corner, range_step_m, altitude_step_m)


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
