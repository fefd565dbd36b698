"""The boost leg between pad and burnout as docs/flight.md describes it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from validation.brute_force.earth import Array, axes, ecef, spin_velocity, turned
from validation.brute_force.threat import Launches

FIRST_SHARE = 0.4
"""Acceleration at the pad over the mean one, burnout speed by burn time; an assumption of docs/flight.md."""


def boost_leg(launches: Launches, i: int) -> Callable[[Array], Array]:
    """Return the places (n, 3), relative to the ground, of flight ``i`` at times up to burnout.

    In inertial axes a quartic in time, fixed by place and velocity at both ends (at rest on the turning pad, the burnout
    state) and by an acceleration straight up at the pad.
    """
    earth, burn = launches.earth, float(launches.burn_time_s[i])
    lat, lon = launches.lat_rad[i], launches.lon_rad[i]
    pad, up = ecef(lat, lon, np.array(0.0), earth), axes(lat, lon)[2]
    place, velocity = (v[i] for v in launches.burnout_ecef())
    turn = earth.omega_rad_s * burn
    end, speed = turned(place, np.array(turn)), turned(velocity + spin_velocity(place, earth), np.array(turn))
    carried = spin_velocity(pad, earth)
    push = 0.5 * FIRST_SHARE * launches.speed_m_s[i] * burn * up
    left = end - pad - carried * burn - push
    rise = speed * burn - carried * burn - 2.0 * push
    cubic, quartic = 4.0 * left - rise, rise - 3.0 * left

    def at(t: Array) -> Array:
        u = np.clip(t / burn, 0.0, 1.0)[:, None]
        inertial = pad + carried * burn * u + push * u**2 + cubic * u**3 + quartic * u**4
        return turned(inertial, -earth.omega_rad_s * np.minimum(t, burn))

    return at
