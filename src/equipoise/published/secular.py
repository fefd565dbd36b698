"""The secular rates of J2 to first order, against twelve revolutions of our free flight.

D. Vallado, Fundamentals of Astrodynamics, section 9.6: the node turns by -3/2 n J2 (R/p)**2 cos i, the perigee by 3/4 n J2
(R/p)**2 (5 cos**2 i - 1). The formulas are standard; no number of the book is used. The orbit: a 9,000 km, e 0.15, i 50 degrees.
"""

from __future__ import annotations

from math import acos, atan2, cos, degrees, pi, radians, sin, sqrt

import numpy as np

from equipoise.physics.environment.earth import WGS84
from equipoise.physics.flight.coast import coast
from equipoise.published.statement import Statement, compared

NAME = "secular-rates"
TITLE = "The turn of an orbit by the Earth's flattening"
PLACE = "section 9.6, formulas of first order"
SOURCE = "closed form of first order (Vallado, section 9.6)"
AXIS_M, ECCENTRICITY, TILT_RAD = 9.0e6, 0.15, radians(50.0)
REVOLUTIONS, STEP_S = 12, 30.0
DAY_S = 86400.0


def node_and_perigee(state: np.ndarray) -> tuple[float, float]:
    """Return right ascension of the ascending node and argument of perigee, osculating (rad)."""
    r, v = state[:3], state[3:]
    h = np.cross(r, v)
    e = np.cross(v, h) / WGS84.gm_m3_s2 - r / np.linalg.norm(r)
    node = np.array([-h[1], h[0], 0.0])
    angle = acos(np.clip(node @ e / np.linalg.norm(node) / np.linalg.norm(e), -1.0, 1.0))
    return atan2(node[1], node[0]), angle if e[2] >= 0.0 else 2.0 * pi - angle


def flown_rates() -> tuple[float, float]:
    """Return the rates (rad/s) of node and perigee, a line through their values at every ascending node."""
    speed = sqrt(WGS84.gm_m3_s2 * (2.0 / (AXIS_M * (1.0 - ECCENTRICITY)) - 1.0 / AXIS_M))
    state = np.array(
        [AXIS_M * (1.0 - ECCENTRICITY), 0.0, 0.0, 0.0, speed * cos(TILT_RAD), speed * sin(TILT_RAD)]
    )
    seen: list[tuple[float, float, float]] = []
    time = 0.0
    while len(seen) <= REVOLUTIONS:
        after = coast(state, STEP_S, WGS84)[0]
        if state[2] < 0.0 <= after[2]:
            part = STEP_S * state[2] / (state[2] - after[2])
            seen.append((time + part, *node_and_perigee(coast(state, part, WGS84)[0])))
        state, time = after, time + STEP_S
    times = np.array([s[0] for s in seen])
    angles = np.unwrap(np.array(seen)[:, 1:], axis=0, period=2.0 * pi)
    node, perigee = np.polyfit(times, angles, 1)[0]
    return float(node), float(perigee)


def statements() -> list[Statement]:
    """Return both rates in degrees per day."""
    p = AXIS_M * (1.0 - ECCENTRICITY**2)
    factor = sqrt(WGS84.gm_m3_s2 / AXIS_M**3) * WGS84.j2 * (WGS84.equatorial_radius_m / p) ** 2
    closed = (-1.5 * factor * cos(TILT_RAD), 0.75 * factor * (5.0 * cos(TILT_RAD) ** 2 - 1.0))
    return [
        compared(NAME, f"secular rate of the {words}", printed=degrees(rate) * DAY_S, ours=degrees(ours) * DAY_S, unit="degrees/day",
                 rounding=0.005 * abs(degrees(rate) * DAY_S), source=SOURCE, label="computed")
        for words, rate, ours in zip(("node", "argument of perigee"), closed, flown_rates(), strict=True)
    ]  # fmt: skip
