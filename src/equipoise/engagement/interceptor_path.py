"""The interceptor's flight to one meeting, sampled for people to see: the path behind the fly-out law's arrival."""

from __future__ import annotations

import numpy as np

from equipoise.engagement.records import Interceptor
from equipoise.physics.environment.earth import EarthModel, gravity
from equipoise.physics.interceptor.flyout import NONE, Law, arrival

STEP_S = 1.0
"""Longest step of the integration back from the meeting."""


def interceptor_path(
    interceptor: Interceptor,
    earth: EarthModel,
    site_ecef_m: np.ndarray,
    meeting_ecef_m: np.ndarray,
    ages_s: np.ndarray,
) -> tuple[float, np.ndarray]:
    """Return the time of flight to a meeting (s), and the place (ECEF, m) at each age before it, shape (n, 3).

    ``ages_s`` (n,) are times before the meeting, rising from 0; places before the launch are nan. ``site_ecef_m`` and
    ``meeting_ecef_m`` are over the turning Earth at launch and at the meeting. The time of flight is inf, and every place nan,
    where the interceptor does not arrive. The coast is the fly-out law's, integrated back from the velocity at the meeting; the
    boost is straight in inertial axes at constant acceleration, from the site to where the coast begins.
    """
    law = Law(interceptor.burnout_speed_m_s, interceptor.burn_time_s, interceptor.life_s)
    found = arrival(law, earth, tuple(site_ecef_m.tolist()), tuple(meeting_ecef_m.tolist()))
    places = np.full((len(ages_s), 3), np.nan)
    if found.branch == NONE:
        return found.time_s, places
    flight_s, coast_s = found.time_s, found.time_s - law.burn_time_s
    state = np.concatenate([_turned(meeting_ecef_m, earth.omega_rad_s * flight_s), found.velocity_eci_m_s])
    age = 0.0
    for i, wanted in enumerate(ages_s):
        if wanted > coast_s:
            break
        state, age = _back(state, wanted - age, earth), wanted
        places[i] = _turned(state[:3], -earth.omega_rad_s * (flight_s - age))
    burnout = _back(state, coast_s - age, earth)[:3]
    carried = np.cross([0.0, 0.0, earth.omega_rad_s], site_ecef_m)
    own = burnout - site_ecef_m - carried * law.burn_time_s
    for i in np.flatnonzero((ages_s > coast_s) & (ages_s <= flight_s)).tolist():
        t = flight_s - ages_s[i]
        inertial = site_ecef_m + carried * t + own * (t / law.burn_time_s) ** 2
        places[i] = _turned(inertial, -earth.omega_rad_s * t)
    return flight_s, places


def _turned(place_m: np.ndarray, angle_rad: float) -> np.ndarray:
    """Return a place turned about the Earth's axis, to the east for a positive angle."""
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    return np.array([c * place_m[0] - s * place_m[1], s * place_m[0] + c * place_m[1], place_m[2]])


def _back(state: np.ndarray, seconds: float, earth: EarthModel) -> np.ndarray:
    """Return place and velocity (m, m/s, inertial axes) so many seconds earlier, by Runge and Kutta's fourth-order steps."""
    steps = int(np.ceil(seconds / STEP_S))
    h = -seconds / steps if steps else 0.0
    for _ in range(steps):
        k1 = _rate(state, earth)
        k2 = _rate(state + 0.5 * h * k1, earth)
        k3 = _rate(state + 0.5 * h * k2, earth)
        k4 = _rate(state + h * k3, earth)
        state = state + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return state


def _rate(state: np.ndarray, earth: EarthModel) -> np.ndarray:
    return np.concatenate([state[3:], gravity(state[0], state[1], state[2], earth)])
