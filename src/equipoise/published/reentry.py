"""Re-entry: the body of Finke's study (IDA Paper P-2395, 1990), and Allen and Eggers' closed form (NACA TR 1381, 1958).

Finke's range and angle of entry are given and the speed is compared, 100 km high (100 to 122) over a still sphere without air. The
peaks of deceleration are those of the closed form with a scale height of 7.16 km; ours fall through the standard atmosphere.
"""

from __future__ import annotations

from math import acos, cos, degrees, radians, sin, sqrt

import numpy as np
from scipy.optimize import brentq

from equipoise.foundation.constants import STANDARD_GRAVITY_M_S2
from equipoise.physics.environment.earth import STILL_SPHERE
from equipoise.physics.flight.first_guess import speed_for_arc
from equipoise.physics.flight.free_flight import Descent, descend
from equipoise.published.statement import Statement, compared

NAME = "reentry"
TITLE = "Re-entry (Finke 1990, Allen and Eggers 1958)"
FINKE = "R. Finke, IDA Paper P-2395 (1990), as a public note on benchmarks quotes it"
ALLEN = "closed form of NACA TR 1381 by hand, scale height 7.16 km"
RADIUS_M, GM = STILL_SPHERE.equatorial_radius_m, STILL_SPHERE.gm_m3_s2
RANGE_M, ENTRY_DEG = 10020e3, 24.8
ENTRY_M = (100e3, 122e3)
START_M, TIGHT_M = 150e3, 1e-3
BETAS = (500.0, 2000.0, 5000.0, 10000.0)


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


def finke_speed_km_s(height_m: float) -> float:
    """Return the speed at ``height_m`` on the path of the printed range that enters there at the printed angle."""

    def at_entry(angle_deg: float) -> tuple[float, float]:
        speed = speed_for_arc(RADIUS_M, RADIUS_M, RANGE_M / RADIUS_M, radians(angle_deg), GM)
        return without_air(float(speed), angle_deg, height_m, start_m=0.0)

    found = brentq(lambda angle: degrees(at_entry(angle)[1]) - ENTRY_DEG, 20.0, 40.0)
    return at_entry(found)[0] / 1e3


def statements() -> list[Statement]:
    """Return the speed at entry, and a peak of deceleration for each ballistic coefficient."""
    speeds = [finke_speed_km_s(h) for h in ENTRY_M]
    return [
        compared(NAME, "speed at entry for 10,020 km and 24.8 degrees", printed=7.06, ours=(min(speeds), speeds[0], max(speeds)),
                 unit="km/s", rounding=0.05, source=FINKE, label="secondary"),
        *(
            compared(NAME, f"peak deceleration, 7.2 km/s at 22.5 degrees, {beta:,.0f} kg/m2", printed=52.0, unit="g", rounding=5.0,
                     ours=enter(7200.0, 22.5, beta).peak_deceleration_m_s2 / STANDARD_GRAVITY_M_S2, source=ALLEN, label="computed",
                     why="The peak goes as speed squared over scale height: the standard's is 6.4 km where the air is coldest, and from 150 km down the "
                     "body gains two per cent of speed and steepens.")
            for beta in BETAS
        ),
    ]  # fmt: skip
