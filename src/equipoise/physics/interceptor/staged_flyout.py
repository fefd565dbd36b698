"""Where an interceptor of given stages can be, and how soon: a fan of straight lines over a still sphere.

The interceptor rises vertically, then keeps to an inertially straight line at one of many elevations until its last
burnout (the thrust cancels gravity across the line), then falls freely. What counts is the earliest arrival on a
grid of ground range and altitude, after the kill vehicle's release.
"""

from __future__ import annotations

from math import inf, isfinite

import numpy as np

from equipoise.numerics.jit import kernel
from equipoise.physics.environment.earth import EarthModel
from equipoise.physics.flight.dense_output import count_nodes, sample
from equipoise.physics.flight.flight import NODES, fly_staged
from equipoise.physics.flight.vehicle import Staged, straight
from equipoise.physics.interceptor.flyout import FlyoutTable, stamp, table_without_law

TIME_STEP_S = 2.0


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
def _stamp_all(nodes, times_s, radius_m: float, time, dx: float, dh: float) -> None:
    n = times_s.size
    x0, h0, x1, h1 = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for i in range(nodes.shape[0]):
        _planar(nodes[i], times_s, radius_m, x1, h1)
        if i > 0:
            for k in range(n - 1):
                t0, t1 = times_s[k], times_s[k + 1]
                if isfinite(h0[k + 1]) and isfinite(h1[k]) and isfinite(h0[k]):
                    stamp(time, (x0[k], x1[k], x0[k + 1]), (h0[k], h1[k], h0[k + 1]), (t0, t0, t1), dx, dh)
                    if isfinite(h1[k + 1]):
                        stamp(
                            time, (x1[k], x0[k + 1], x1[k + 1]), (h1[k], h0[k + 1], h1[k + 1]), (t0, t1, t1), dx, dh
                        )  # fmt: skip
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

    The release is at the last burnout unless said. The Earth is to be still: its rotation would need the site.
    """
    release = vehicle.burn_time_s if release_s is None else release_s
    elevations = np.linspace(np.radians(1.0), 0.5 * np.pi, lines)
    nodes = np.full((lines, NODES, 10), np.nan)
    fly_staged(
        vehicle,
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
    table = np.full(shape, inf)
    _stamp_all(nodes, times, earth.equatorial_radius_m, table, range_step_m, altitude_step_m)
    return table_without_law(table, range_step_m=range_step_m, altitude_step_m=altitude_step_m)


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
