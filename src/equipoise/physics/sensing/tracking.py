"""How well a track can be known: the information filter along a path, a Cramer-Rao bound without process noise.

Every look of a radar adds the information of its measurements, carried to burnout by the trajectory's state-transition
matrix; what is left unknown there, carried to a later time, bounds any unbiased tracker's error. States are inertial, in axes
that coincide with ECEF at burnout; times count from the launch.
"""

from __future__ import annotations

from math import cos, inf, isfinite, sin, sqrt
from typing import NamedTuple

import numpy as np

from equipoise.numerics.jit import kernel
from equipoise.physics.environment.earth import EarthModel, gravity
from equipoise.physics.flight.trajectory import Path

PRIOR_POSITION_M, PRIOR_VELOCITY_M_S = 1e6, 1e4
"""What is known before any look: next to nothing, so that every matrix can be inverted."""
GRADIENT_STEP_M = 100.0


class Looks(NamedTuple):
    """How exactly sensors measure, as arrays over m: standard deviations at ``reference_m``, and s between looks.

    Range and angles are in m and rad. They grow with the square of the distance, as the signal falls with its fourth power,
    and stop falling at a tenth. A sensor with an ``update_s`` of zero looks once, at burnout, and gives the state itself:
    ``range_sigma`` is then its position's and ``angle_sigma`` its velocity's standard deviation (m, m/s).
    """

    reference_m: np.ndarray
    range_sigma: np.ndarray
    angle_sigma: np.ndarray
    update_s: np.ndarray


@kernel
def _slope(y, phi, dy, dphi, earth: EarthModel, g) -> None:
    """Fill the derivatives of a state (6,) and of its transition matrix (6, 6); ``g`` (3, 3) is scratch."""
    ax, ay, az = gravity(y[0], y[1], y[2], earth)
    dy[0], dy[1], dy[2], dy[3], dy[4], dy[5] = y[3], y[4], y[5], ax, ay, az
    e = GRADIENT_STEP_M
    for c in range(3):
        d0, d1, d2 = (e if c == 0 else 0.0), (e if c == 1 else 0.0), (e if c == 2 else 0.0)
        up = gravity(y[0] + d0, y[1] + d1, y[2] + d2, earth)
        down = gravity(y[0] - d0, y[1] - d1, y[2] - d2, earth)
        for r in range(3):
            g[r, c] = (up[r] - down[r]) / (2.0 * e)
    for c in range(6):
        for r in range(3):
            dphi[r, c] = phi[r + 3, c]
            dphi[r + 3, c] = g[r, 0] * phi[0, c] + g[r, 1] * phi[1, c] + g[r, 2] * phi[2, c]


@kernel
def transitions(start, path: Path, earth: EarthModel, states, phi) -> None:
    """Fill ``states`` (n, 6) and ``phi`` (n, 6, 6) from burnout to every later sample; by the classical Runge-Kutta scheme.

    ``start`` (6,) is the inertial state at burnout. Air is left out: below 100 km the bound is that of a fall in vacuum.
    """
    y, p, g = start.copy(), np.eye(6), np.empty((3, 3))
    ky, kp = np.empty((4, 6)), np.empty((4, 6, 6))
    states[path.burnout], phi[path.burnout] = y, p
    for k in range(path.burnout, path.filled - 1):
        h = path.time_s[k + 1] - path.time_s[k]
        _slope(y, p, ky[0], kp[0], earth, g)
        _slope(y + 0.5 * h * ky[0], p + 0.5 * h * kp[0], ky[1], kp[1], earth, g)
        _slope(y + 0.5 * h * ky[1], p + 0.5 * h * kp[1], ky[2], kp[2], earth, g)
        _slope(y + h * ky[2], p + h * kp[2], ky[3], kp[3], earth, g)
        y = y + h / 6.0 * (ky[0] + 2.0 * ky[1] + 2.0 * ky[2] + ky[3])
        p = p + h / 6.0 * (kp[0] + 2.0 * kp[1] + 2.0 * kp[2] + kp[3])
        states[k + 1], phi[k + 1] = y, p


@kernel
def _turned(place, turn: float, out) -> None:
    """Fill ``out`` (3,) with an ECEF place in the inertial axes of burnout, when the Earth has turned by ``turn``."""
    c, s = cos(turn), sin(turn)
    out[0], out[1], out[2] = place[0] * c - place[1] * s, place[0] * s + place[1] * c, place[2]


@kernel
def look_information(looks: Looks, s: int, place, state, turn: float, count: float, phi, out) -> None:
    """Add to ``out`` (6, 6) the information at burnout of ``count`` looks of sensor ``s`` at one state.

    ``place`` (3,) is the sensor, ECEF in m; ``state`` (6,) the missile, inertial in m and m/s, in axes that
    coincide with ECEF at burnout; ``turn`` (rad) how far the Earth has turned since; ``phi`` (6, 6) the
    derivative of that state by the one at burnout. Errors grow as the square of the range.
    """
    if looks.update_s[s] == 0.0:
        for i in range(3):
            out[i, i] += 1.0 / looks.range_sigma[s] ** 2
            out[i + 3, i + 3] += 1.0 / looks.angle_sigma[s] ** 2
        return
    site, u = np.empty(3), np.empty(3)
    _turned(place, turn, site)
    for i in range(3):
        u[i] = state[i] - site[i]
    distance = sqrt(u[0] * u[0] + u[1] * u[1] + u[2] * u[2])
    worse = max((distance / looks.reference_m[s]) ** 2, 0.1)
    along = count / (looks.range_sigma[s] * worse) ** 2
    across = count / (looks.angle_sigma[s] * worse * distance) ** 2
    w = np.empty((3, 3))
    for i in range(3):
        for j in range(3):
            w[i, j] = (along - across) * u[i] * u[j] / distance**2 + (across if i == j else 0.0)
    h = phi[:3]
    out += h.T @ w @ h


@kernel
def _overlap(spells, count: int, start: float, end: float) -> float:
    total = 0.0
    for a in range(count):
        total += max(min(spells[a, 1], end) - max(spells[a, 0], start), 0.0)
    return total


@kernel
def gather(looks: Looks, uses, places, spells, counts, path: Path, states, phi, omega: float, info) -> None:
    """Fill ``info`` (n, 6, 6) with the information at burnout that has reached the shooter at every sample.

    ``uses`` are rows of :data:`equipoise.physics.sensing.track_picture.USE`, whose latency here is a report's whole delay. Reports
    from owners who coarsen are first fused among those alike, then blurred, then added.
    ``places`` (m, k, 3), ECEF in m, are the sensors; ``spells`` (m, ARCS, 2), with ``counts`` (m,), when they
    see the missile, s since launch; ``states`` (n, 6) and ``phi`` (n, 6, 6) are those of :func:`transitions`;
    ``omega`` is the Earth's rate in rad/s.
    """
    n = path.filled
    fresh = np.zeros((n, 6, 6))
    done = np.zeros(uses.size, dtype=np.bool_)
    info[:n] = 0.0
    for k in range(n):
        for i in range(3):
            info[k, i, i], info[k, i + 3, i + 3] = PRIOR_POSITION_M**-2, PRIOR_VELOCITY_M_S**-2
    for first in range(uses.size):
        if done[first]:
            continue
        fresh[:] = 0.0
        for u in range(first, uses.size):
            if (
                uses[u].position_sigma_m == uses[first].position_sigma_m
                and uses[u].velocity_sigma_m_s == uses[first].velocity_sigma_m_s
            ):
                done[u] = True
                _reports(
                    looks,
                    uses[u].sensor,
                    uses[u].latency_s,
                    places,
                    spells,
                    counts,
                    path,
                    states,
                    phi,
                    omega,
                    fresh,
                )
        for k in range(path.burnout + 1, n):
            fresh[k] += fresh[k - 1]
        blur_p, blur_v = uses[first].position_sigma_m, uses[first].velocity_sigma_m_s
        for k in range(path.burnout, n):
            info[k] += (
                _blurred(fresh[k], phi[k], blur_p, blur_v) if blur_p > 0.0 or blur_v > 0.0 else fresh[k]
            )


@kernel
def _reports(
    looks, s: int, late: float, places, spells, counts, path: Path, states, phi, omega: float, fresh
) -> None:
    """Add to ``fresh`` (n, 6, 6) the looks of one sensor, each at the sample by which it has reached the shooter."""
    burnout_s = path.time_s[path.burnout]
    at = path.burnout
    for k in range(path.burnout, path.filled - 1):
        t0, t1 = path.time_s[k], path.time_s[k + 1]
        if looks.update_s[s] == 0.0:
            seen = 1.0 if k == path.burnout and counts[s] > 0 else 0.0
        else:
            seen = _overlap(spells[s], counts[s], t0, t1) / looks.update_s[s]
        if not seen > 0.0:
            continue
        arrives = (t0 if looks.update_s[s] == 0.0 else t1) + late
        while at < path.filled and path.time_s[at] < arrives:
            at += 1
        if at >= path.filled:
            return
        turn = omega * (t1 - burnout_s)
        look_information(looks, s, places[s, 0], states[k + 1], turn, seen, phi[k + 1], fresh[at])


@kernel
def _blurred(info, phi, position_sigma: float, velocity_sigma: float):
    """Return information whose state at this moment is known less exactly by the given standard deviations."""
    back = np.linalg.inv(phi)
    spread = np.zeros((6, 6))
    for i in range(3):
        spread[i, i], spread[i + 3, i + 3] = position_sigma**2, velocity_sigma**2
    weak = info.copy()
    for i in range(3):
        weak[i, i] += PRIOR_POSITION_M**-2
        weak[i + 3, i + 3] += PRIOR_VELOCITY_M_S**-2
    return np.linalg.inv(np.linalg.inv(weak) + back @ spread @ back.T)


@kernel
def position_sigma_m(covariance, phi) -> float:
    """Return the root of the summed variances of the position predicted by ``phi`` (6, 6) from burnout.

    ``covariance`` (6, 6) is that of the state at burnout, in m and m/s.
    """
    h = phi[:3]
    p = h @ covariance @ h.T
    return sqrt(p[0, 0] + p[1, 1] + p[2, 2])


@kernel
def track_times(info, phi, path: Path, handover_m: float, out) -> float:
    """Fill ``out`` (n,) with the time at which the position at each sample is predicted within ``handover_m``.

    Later data only sharpen a prediction, so the earliest sample of data is bisected. Returns the least of them; inf
    where the track never gets so good before the missile is there.
    ``info`` (n, 6, 6) is that of :func:`gather`, ``phi`` (n, 6, 6) of :func:`transitions`; times are s since
    launch.
    """
    first, n = path.burnout, path.filled
    covariance = np.empty((n, 6, 6))
    for k in range(first, n):
        covariance[k] = np.linalg.inv(info[k])
    best = inf
    for i in range(n):
        out[i] = inf
        if i < first or not position_sigma_m(covariance[i], phi[i]) <= handover_m:
            continue
        low, high = first - 1, i
        while high - low > 1:
            middle = (low + high) // 2
            if position_sigma_m(covariance[middle], phi[i]) <= handover_m:
                high = middle
            else:
                low = middle
        out[i] = path.time_s[high]
        if high > first:
            a, b = position_sigma_m(covariance[high - 1], phi[i]), position_sigma_m(covariance[high], phi[i])
            if isfinite(a) and a > b:
                step = path.time_s[high] - path.time_s[high - 1]
                out[i] -= step * min(max((handover_m - b) / (a - b), 0.0), 1.0)
        best = min(best, out[i])
    return best
