"""The least time in which any permitted interceptor can be at a place: the reach curve of docs/certificate.md.

An interceptor never exceeds ``speed_m_s`` relative to the ground, its motor is out within a stated time of the
launch, and until then it has covered at most ``boost_share`` of speed times burn time. Afterwards it moves on a
Kepler arc, whose time between two places is least at the greatest energy (Lambert's theorem).
"""

from __future__ import annotations

from math import asin, cos, inf, sin, sqrt
from typing import NamedTuple

from equipoise.numerics.jit import kernel

WAIT_SHARE = 0.9
"""Beyond the chord at which the time may grow this fast against a site that drifts nearer, it is continued by its tangent."""
BURN_PARTS = 8
ALTITUDE_PARTS = 8
"""Parts of the ranges of burn time and of burnout altitude over which the least time is taken one by one."""
ESCAPE_PER_M = 1e-9
"""Twice the energy over -GM below which the closed form is not used (an axis of a million kilometres)."""


class Permitted(NamedTuple):
    """Limits on every permitted interceptor, and the sphere on which it flies.

    ``start_s`` is the earliest launch after the threat's burnout; every place may be wrong by ``margin_m`` and
    ``growth_m_s`` for each second since burnout.
    """

    speed_m_s: float
    burn_low_s: float
    burn_high_s: float
    boost_share: float
    start_s: float
    margin_m: float
    growth_m_s: float
    radius_m: float
    gm_m3_s2: float
    omega_rad_s: float


@kernel
def lambert(chord_m: float, sum_m: float, axis_m: float, gm_m3_s2: float):
    """Return the time over a chord on the direct arc of semi-major axis ``axis_m`` and its slope in s/m.

    ``sum_m`` is the sum of the two radii. Battin, An Introduction to the Mathematics and Methods of
    Astrodynamics, section 6.6; the slope is the derivative by the chord at fixed axis and sum of radii.
    """
    q = min((sum_m + chord_m) / (4.0 * axis_m), 1.0)
    m = max((sum_m - chord_m) / (4.0 * axis_m), 0.0)
    alpha, beta = 2.0 * asin(sqrt(q)), 2.0 * asin(sqrt(m))
    time = sqrt(axis_m**3 / gm_m3_s2) * ((alpha - sin(alpha)) - (beta - sin(beta)))
    if q >= 1.0:
        return time, inf
    return time, 0.5 * sqrt(axis_m / gm_m3_s2) * (sqrt(q / (1.0 - q)) + sqrt(m / (1.0 - m)))


@kernel
def least_coast_s(
    chord_m: float, low_m: float, high_m: float, radius_m: float, speed_m_s: float, nearing_m_s: float,
    ground_m: float, gm_m3_s2: float,
) -> float:  # fmt: skip
    """Return the least time from burnout to a place at ``radius_m``; inf out of reach.

    The burnout point lies between the radii ``low_m`` and ``high_m`` and at least ``chord_m`` from the place; the
    inertial speed there is at most ``speed_m_s``. A launcher that waits is carried nearer at ``nearing_m_s`` at
    most: the bound holds for the wait and the flight together, since the time over a chord is convex.
    """
    energy = 2.0 / high_m - speed_m_s**2 / gm_m3_s2
    if energy < ESCAPE_PER_M:
        fastest = sqrt(speed_m_s**2 + 2.0 * gm_m3_s2 * (1.0 / ground_m - 1.0 / high_m))
        return max(chord_m, 0.0) / fastest
    axis, total = 1.0 / energy, low_m + radius_m
    rise = max(radius_m - high_m, 0.0)
    if total + rise >= 4.0 * axis:
        return inf
    convex = total - axis
    chord = max(min(max(chord_m, rise), convex), 0.0)
    nearing = max(nearing_m_s, 1.0)
    steep = WAIT_SHARE * sqrt(gm_m3_s2 / axis) / nearing
    knee = steep * steep / (1.0 + steep * steep)
    at = min(chord, max(4.0 * axis * knee - total, rise))
    time, slope = lambert(at, total, axis, gm_m3_s2)
    return time + min(slope, 1.0 / nearing) * (
        chord - at
    )  # steeper than waiting only at the least chord there is


@kernel
def out_of_time(
    p: Permitted,
    chord_m: float,
    radius_m: float,
    highest_m: float,
    drift_m_s: float,
    east: float,
    time_s: float,
) -> bool:
    """Return whether no permitted interceptor can be at a place within ``time_s`` of the earliest launch.

    ``chord_m`` is the least distance of the place from the site at the time of burnout, ``radius_m`` and
    ``highest_m`` the least and greatest radius of the place, all with the model margin taken off or put on;
    ``drift_m_s`` is the speed at which the ground turns at burnout, ``east`` the part of it that helps.
    """
    if time_s < 0.0:
        return True
    far = p.boost_share * p.speed_m_s * p.burn_high_s
    if chord_m <= far + drift_m_s * (east * time_s + p.burn_high_s):
        return False
    speed, nearing = p.speed_m_s + drift_m_s * east, drift_m_s * east
    if _too_slow(p, chord_m - far, radius_m, nearing, speed, 0.0, far, time_s - p.burn_low_s):
        return True
    # the direction to the place rises by at most this much over the site's horizon
    upward = (highest_m**2 - p.radius_m**2 - chord_m**2) / (2.0 * p.radius_m * chord_m)
    climb = asin(min(max(upward, -1.0), 1.0))
    width = (p.burn_high_s - p.burn_low_s) / BURN_PARTS
    for i in range(BURN_PARTS):
        burn_low = p.burn_low_s + i * width
        boost, left = p.boost_share * p.speed_m_s * (burn_low + width), time_s - burn_low
        if _too_slow(p, chord_m - boost, radius_m, nearing, speed, 0.0, boost, left):
            continue
        for j in range(ALTITUDE_PARTS):
            low, high = boost * j / ALTITUDE_PARTS, boost * (j + 1) / ALTITUDE_PARTS
            if not _too_slow(
                p,
                chord_after(chord_m, boost, low, climb, p.radius_m),
                radius_m,
                nearing,
                speed,
                low,
                high,
                left,
            ):
                return False
    return True


@kernel
def chord_after(chord_m: float, boost_m: float, low_m: float, climb_rad: float, ground_m: float) -> float:
    """Return the least distance to a place from a burnout point that lies ``low_m`` high or more, ``boost_m`` away.

    The place is ``chord_m`` from the site in a direction that rises by ``climb_rad`` at most. A boost that gains
    height does not go all the way towards a place near the horizon.
    """
    if boost_m == 0.0:
        return chord_m
    if (
        chord_m * cos(climb_rad) <= boost_m
    ):  # towards the antipode the nearest burnout point is not the farthest one
        return chord_m - boost_m
    rise = (low_m - 0.5 * boost_m**2 / ground_m) / boost_m
    apart = max(asin(min(max(rise, -1.0), 1.0)) - climb_rad, 0.0)
    return sqrt(max(chord_m**2 + boost_m**2 - 2.0 * chord_m * boost_m * cos(apart), 0.0))


@kernel
def _too_slow(p, chord_m, radius_m, nearing_m_s, speed_m_s, low_m, high_m, left_s) -> bool:
    coast = least_coast_s(
        chord_m,
        p.radius_m + low_m,
        p.radius_m + high_m,
        radius_m,
        speed_m_s,
        nearing_m_s,
        p.radius_m,
        p.gm_m3_s2,
    )
    return coast > left_s


@kernel
def eastward(
    east: float, turn_rad: float, least_rad: float, most_rad: float, away_rad: float, least_cos: float
) -> float:
    """Return the greatest eastward share of the direction from a burnout point to a place, 0 to 1.

    ``east`` is the eastward component of the place's unit vector at the middle of a box, ``turn_rad`` how far the box
    turns it, ``least_rad`` and ``most_rad`` bound the central angle from the site, ``away_rad`` that from the
    site to the burnout point, ``least_cos`` the cosine of the site's latitude.
    """
    shift = 1.05 * away_rad / least_cos  # asin(x) < 1.05 x below 0.4
    if not (least_rad - away_rad > 0.0 and most_rad + away_rad < 3.1 and 0.0 < shift < 0.4):
        return 1.0
    narrow = min(sin(least_rad - away_rad), sin(most_rad + away_rad))
    return min(max((east + turn_rad + shift) / narrow, 0.0), 1.0)
