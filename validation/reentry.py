"""Re-entry against Allen and Eggers' closed form."""

from __future__ import annotations

from math import e, sin, sqrt
from typing import Any

import numpy as np

from equipoise.foundation.constants import STANDARD_GRAVITY_M_S2
from equipoise.physics.environment import atmosphere
from equipoise.published.kinds.reentry import enter, without_air
from validation.mechanics import row

ALLEN = "H. Allen and A. Eggers, NACA TR 1381 (1958)"


def closed_peak(speed_m_s: float, angle_deg: float, beta_kg_m2: float) -> tuple[float, float]:
    """Return greatest deceleration (m/s2) and its altitude (m) of the closed form, for air of any temperature.

    Allen and Eggers integrate dv/v = -rho ds / (2 beta) along a straight path; the mass of air above, which is pressure
    over gravity, takes the place of density times scale height.
    """
    heights = np.arange(0.0, 60e3, 25.0)
    found = []
    for h in heights:
        speed, angle = without_air(speed_m_s, angle_deg, h)
        above = atmosphere.pressure(h) / 9.75
        found.append(
            atmosphere.density(h) * speed**2 * np.exp(-above / (beta_kg_m2 * sin(angle))) / (2.0 * beta_kg_m2)
        )
    best = int(np.argmax(found))
    return float(found[best]), float(heights[best])


def rows() -> list[dict[str, Any]]:
    """Return the rows."""
    found = []
    for beta in (500.0, 2000.0, 5000.0, 10000.0):
        ours = enter(7200.0, 22.5, beta).peak_deceleration_m_s2
        closed, height = closed_peak(7200.0, 22.5, beta)
        found.append(
            row(f"reentry.allen_eggers_{beta:.0f}",
                f"peak deceleration ({ours / STANDARD_GRAVITY_M_S2:.1f} g at {height / 1e3:.1f} km) over the closed form, less one",
                ours / closed - 1.0, "1", "within 3 %", holds=abs(ours / closed - 1.0) < 0.03, rank=2,
                source=f"{ALLEN}, carried over to the standard's air; 7.2 km/s, 22.5°")
        )  # fmt: skip
    # between 11 and 20 km the standard is isothermal, so that density is exponential there
    peaks = [enter(7200.0, 22.5, b).peak_deceleration_m_s2 for b in (1800.0, 2600.0, 3700.0, 5000.0)]
    spread = max(peaks) / min(peaks) - 1.0
    found.append(
        row("reentry.independent_of_beta", "spread of peak decelerations that fall into the isothermal layer, 1800 to 5000 kg/m2",
            spread, "1", "below 5 %", holds=spread < 0.05, rank=2, source=ALLEN)
    )  # fmt: skip
    slug_ft3, ft = 515.379, 0.3048
    density0, scale = 0.0034 * slug_ft3, 22_000 * ft
    beta, speed = 7874.0 * 4.0 / 3.0 * 0.5 * ft, 30_000 * ft
    expected, height = speed**2 / (2.0 * e * scale), scale * np.log(density0 * scale / beta)
    at_entry = sqrt(speed**2 - (without_air(speed, 90.0, height)[0] ** 2 - speed**2))
    ours = enter(at_entry, 90.0, beta).peak_deceleration_m_s2
    found.append(
        row("reentry.iron_sphere", f"one-foot iron sphere, 30,000 ft/s, straight down: peak over {expected:.0f} m/s2 "
            f"({expected / STANDARD_GRAVITY_M_S2:.1f} g at {height / 1e3:.2f} km), less one", ours / expected - 1.0, "1",
            "within 8 %", holds=abs(ours / expected - 1.0) < 0.08, rank=2,
            source=f"{ALLEN}, example in exponential air; ours in the standard's, 6 % denser there")
    )  # fmt: skip
    return found
