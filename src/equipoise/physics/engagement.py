"""One missile's path against one interceptor site: track, launch, windows, shots, slack and the reason.

Times are s since the missile's launch. Positions are ECEF in m at equal time steps.
"""

from __future__ import annotations

from math import asin, atan2, inf, isfinite, sqrt
from typing import NamedTuple

import numba
import numpy as np

from equipoise.foundation.status import FlightStatus, Reason
from equipoise.numerics.jit import kernel
from equipoise.physics.earth import EarthModel, altitude, enu_basis, geodetic_to_ecef
from equipoise.physics.flyout import FlyoutTable, flyout_time, inertial_range_m
from equipoise.physics.free_flight import POSITION_TOLERANCE_M, descend
from equipoise.physics.targeting import Kinematic, burnout_state

STEP_S = 5.0
"""Spacing of path samples; a window shorter than this can be missed, so slack is good to some seconds."""
_OK = int(FlightStatus.OK)
_ENGAGED, _NOT_SEEN, _NO_TRACK = int(Reason.ENGAGED), int(Reason.NOT_SEEN), int(Reason.NO_TRACK)
_NO_TIME, _REACH, _FLOOR = int(Reason.NO_TIME), int(Reason.OUT_OF_REACH), int(Reason.BELOW_FLOOR)
_CEILING, _RANGE = int(Reason.ABOVE_CEILING), int(Reason.OUT_OF_RANGE)


class Rules(NamedTuple):
    """Delays in s and limits in m of an engagement; see the scenario's assumptions."""

    track_s: float
    decision_s: float
    reaction_s: float
    assessment_s: float
    floor_m: float
    ceiling_m: float


class Radar(NamedTuple):
    """A radar on the ground: geodetic position (rad, m), sector (rad), range at the threat's cross-section."""

    lat_rad: float
    lon_rad: float
    height_m: float
    azimuth_from_rad: float
    azimuth_width_rad: float
    elevation_from_rad: float
    elevation_to_rad: float
    range_m: float


class Outcome(NamedTuple):
    """What one site can do against one path; ``slack_s`` is nan when no point lies within reach."""

    reason: int
    shots: int
    slack_s: float
    launch_s: float
    first_intercept_s: float
    last_intercept_s: float


@kernel
def sample_path(
    vehicle: Kinematic, lat, lon, azimuth, path_angle, speed, burn_s, earth: EarthModel, out
) -> int:
    """Fill ``out`` (n, 3) with ECEF positions every ``STEP_S`` from burnout; return how many lie in flight."""
    state, nodes = np.empty(6), np.empty((600, 7))
    burnout_state(vehicle, lat, lon, azimuth, path_angle, speed, earth, state)
    end = descend(state, vehicle.ballistic_coefficient_kg_m2, earth, POSITION_TOLERANCE_M, nodes)
    if end.status != _OK:
        return 0
    j = 0
    count = min(out.shape[0], int(end.time_s / STEP_S) + 1)
    for i in range(count):
        t = i * STEP_S
        while j < nodes.shape[0] - 2 and nodes[j + 1, 0] < t:
            j += 1
        h = nodes[j + 1, 0] - nodes[j, 0]
        if not h > 0.0:
            return i
        s = (t - nodes[j, 0]) / h
        turn = earth.omega_rad_s * t
        c, w = np.cos(turn), np.sin(turn)
        p = np.empty(3)
        for a in range(3):
            p[a] = (
                (1 + 2 * s) * (1 - s) ** 2 * nodes[j, 1 + a]
                + s * (1 - s) ** 2 * h * nodes[j, 4 + a]
                + s * s * (3 - 2 * s) * nodes[j + 1, 1 + a]
                + s * s * (s - 1) * h * nodes[j + 1, 4 + a]
            )
        out[i, 0], out[i, 1], out[i, 2] = p[0] * c + p[1] * w, -p[0] * w + p[1] * c, p[2]
    return count


@kernel
def sees(radar: Radar, x: float, y: float, z: float, earth: EarthModel) -> bool:
    """Return whether an ECEF point lies in the radar's sector, above its mask and within its range."""
    rx, ry, rz = geodetic_to_ecef(radar.lat_rad, radar.lon_rad, radar.height_m, earth)
    dx, dy, dz = x - rx, y - ry, z - rz
    distance = sqrt(dx * dx + dy * dy + dz * dz)
    if not 0.0 < distance <= radar.range_m:
        return False
    east, north, up = enu_basis(radar.lat_rad, radar.lon_rad)
    elevation = asin((dx * up[0] + dy * up[1] + dz * up[2]) / distance)
    if not radar.elevation_from_rad <= elevation <= radar.elevation_to_rad:
        return False
    azimuth = atan2(dx * east[0] + dy * east[1], dx * north[0] + dy * north[1] + dz * north[2])
    return (azimuth - radar.azimuth_from_rad) % (2.0 * np.pi) <= radar.azimuth_width_rad


@kernel
def track_time(
    path, count: int, burn_s: float, radars, track_s: float, earth: EarthModel
) -> tuple[float, float]:
    """Return first radar sight after burnout and the time at which one radar has held it for ``track_s``.

    ``radars`` is (m, 8), rows as :class:`Radar`. inf where it never happens.
    """
    first, best = inf, inf
    for k in range(radars.shape[0]):
        row = radars[k]
        radar = Radar(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7])
        since = inf
        for i in range(count):
            t = burn_s + i * STEP_S
            if t >= best:
                break
            if sees(radar, path[i, 0], path[i, 1], path[i, 2], earth):
                since = min(since, t)
                first = min(first, t)
                if t - since >= track_s:
                    best = min(best, since + track_s)
                    break
            else:
                since = inf
    return first, best


@kernel
def engage(
    path,
    count: int,
    burn_s: float,
    first_s: float,
    track_s: float,
    site,
    table: FlyoutTable,
    rules: Rules,
    earth,
) -> Outcome:
    """Return the outcome for one site (ECEF, 3) once the path is tracked at ``track_s`` (inf: never)."""
    nan = np.nan
    if count == 0:
        return Outcome(_RANGE, 0, nan, nan, nan, nan)
    if not isfinite(first_s):
        return Outcome(_NOT_SEEN, 0, nan, nan, nan, nan)
    if not isfinite(track_s):
        return Outcome(_NO_TRACK, 0, nan, nan, nan, nan)
    launch = track_s + rules.decision_s + rules.reaction_s
    ready, first, last, shots = launch, nan, nan, 0
    slack = -inf
    low = high = False
    for i in range(count):
        t = burn_s + i * STEP_S
        height = altitude(path[i, 0], path[i, 1], path[i, 2], earth)
        needed = flyout_time(
            table, inertial_range_m(site, path[i], max(t - launch, 0.0), earth.omega_rad_s), max(height, 0.0)
        )
        if not isfinite(needed):
            continue
        if height < rules.floor_m:
            low = True
            continue
        if height > rules.ceiling_m:
            high = True
            continue
        slack = max(slack, t - launch - needed)
        if t - ready - needed >= 0.0:
            shots += 1
            if shots == 1:
                first = t
            last = t
            ready = t + rules.assessment_s
    if shots > 0:
        return Outcome(_ENGAGED, shots, slack, launch, first, last)
    if slack > -inf:
        return Outcome(_NO_TIME, 0, slack, launch, nan, nan)
    return Outcome(_FLOOR if low else (_CEILING if high else _REACH), 0, nan, launch, nan, nan)


@kernel(parallel=True)
def sample_paths(
    vehicle: Kinematic, lat, lon, status, azimuth, path_angle, speed, burn_s, earth, out, counts
):
    """Fill ``out`` (n, m, 3) and ``counts`` (n,) for every solved path; unsolved ones get a count of zero."""
    for i in numba.prange(lat.size):
        counts[i] = 0
        if status[i] == _OK:
            counts[i] = sample_path(
                vehicle, lat[i], lon[i], azimuth[i], path_angle[i], speed[i], burn_s[i], earth, out[i]
            )


@kernel(parallel=True)
def track_all(paths, counts, burn_s, radars, track_s: float, earth, out) -> None:
    """Fill ``out`` (n, 2) with first sight and track time of every path."""
    for i in numba.prange(counts.size):
        out[i, 0], out[i, 1] = track_time(paths[i], counts[i], burn_s[i], radars, track_s, earth)


@kernel(parallel=True)
def engage_all(paths, counts, burn_s, seen, site, table: FlyoutTable, rules: Rules, earth, out) -> None:
    """Fill ``out`` (n, 6) with :class:`Outcome` rows of one site against every path."""
    for i in numba.prange(counts.size):
        o = engage(paths[i], counts[i], burn_s[i], seen[i, 0], seen[i, 1], site, table, rules, earth)
        out[i, 0], out[i, 1], out[i, 2] = o.reason, o.shots, o.slack_s
        out[i, 3], out[i, 4], out[i, 5] = o.launch_s, o.first_intercept_s, o.last_intercept_s
