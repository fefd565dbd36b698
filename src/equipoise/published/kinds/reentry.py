"""Re-entry: the speed at which a path of a given range enters at a given angle, and the peak of deceleration."""

from __future__ import annotations

from math import acos, cos, degrees, radians, sin, sqrt

import numpy as np
from scipy.optimize import brentq

from equipoise.foundation.constants import STANDARD_GRAVITY_M_S2
from equipoise.physics.environment.earth import STILL_SPHERE
from equipoise.physics.flight.first_guess import speed_for_arc
from equipoise.physics.flight.free_flight import Descent, descend
from equipoise.published.kinds import kind

RADIUS_M, GM = STILL_SPHERE.equatorial_radius_m, STILL_SPHERE.gm_m3_s2
START_M, TIGHT_M = 150e3, 1e-3


def enter(speed_m_s: float, angle_deg: float, beta_kg_m2: float) -> Descent:
    """Return the descent of a body with this speed and angle below the horizon at 150 km over a still sphere."""
    down = radians(angle_deg)
    state = np.array([RADIUS_M + START_M, 0.0, 0.0, -speed_m_s * sin(down), speed_m_s * cos(down), 0.0])
    end: Descent = descend(state, beta_kg_m2, STILL_SPHERE, TIGHT_M, np.empty((0, 7)))
    return end


def without_air(
    speed_m_s: float, angle_deg: float, height_m: float, start_m: float = START_M
) -> tuple[float, float]:
    """Return speed and angle (rad) at a height without air, of a body that has this speed and angle at ``start_m``."""
    r0, r1 = RADIUS_M + start_m, RADIUS_M + height_m
    speed = sqrt(speed_m_s**2 + 2.0 * GM * (1.0 / r1 - 1.0 / r0))
    return speed, acos(min(1.0, speed_m_s * cos(radians(angle_deg)) * r0 / (speed * r1)))


@kind("km/s")
def entry_speed(*, range_km: float, entry_angle_deg: float, entry_km: float) -> float:
    """Return the speed at ``entry_km`` on the path of this range that enters there at this angle, still sphere without air."""

    def at_entry(angle_deg: float) -> tuple[float, float]:
        speed = speed_for_arc(RADIUS_M, RADIUS_M, 1e3 * range_km / RADIUS_M, radians(angle_deg), GM)
        return without_air(float(speed), angle_deg, 1e3 * entry_km, start_m=0.0)

    found = brentq(lambda angle: degrees(at_entry(angle)[1]) - entry_angle_deg, 20.0, 40.0)
    return at_entry(found)[0] / 1e3


@kind("g")
def peak_deceleration(*, speed_km_s: float, angle_deg: float, ballistic_coefficient_kg_m2: float) -> float:
    """Return the peak of deceleration, in standard gravities, of a body with this speed and angle below the horizon at 150 km."""
    end = enter(1e3 * speed_km_s, angle_deg, ballistic_coefficient_kg_m2)
    return float(end.peak_deceleration_m_s2 / STANDARD_GRAVITY_M_S2)
