"""What a restrained test looks like: the signs that an observer could see, and only against a baseline."""

from __future__ import annotations

from dataclasses import dataclass
from math import acos, degrees, exp, log, nan

import numpy as np

from equipoise.analysis.flight_test.paths import profile
from equipoise.scenario.flight_test import FlightTest

SHARES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
"""Shares of the full speed that a restrained test may show."""


@dataclass(frozen=True)
class Signs:
    """A system of full speed V that shows u = share * V, by three ways; nan where that way cannot hide so much.

    Part-loaded: how much shorter the last stage burns (s). Ballasted: how much lower the last acceleration is (share).
    Energy wasted across: how far the last stage pushes off the velocity (deg).
    """

    share: float
    full_speed_m_s: float
    shorter_s: float
    lower_share: float
    off_axis_deg: float


def signs(test: FlightTest, *, shown_m_s: float) -> tuple[Signs, ...]:
    """Return the signs of each share for a system that shows ``shown_m_s``; only the last stage is restrained.

    The last stage of the full system gives its share of the speed: gain = w ln(r), with exhaust speed w and mass ratio r.
    """
    rows = profile(test, burn_s=test.interceptor.burn_time_s.si)
    last, stage = rows[-1], test.stages[-1]
    burn = float(last[1] - last[0])
    ratio = stage.mass_ratio
    found = []
    for share in SHARES:
        full = shown_m_s / share
        gain = stage.speed_share * full
        hidden = full - shown_m_s
        if hidden >= gain:
            found.append(Signs(share, full, nan, nan, nan))
            continue
        exhaust = gain / log(ratio)
        found.append(
            Signs(
                share,
                full,
                burn * _left_out(ratio, exhaust, hidden),
                _slower(ratio, exhaust, gain, hidden),
                degrees(acos(1.0 - hidden / gain)),
            )
        )
    return tuple(found)


def _left_out(ratio: float, exhaust: float, hidden: float) -> float:
    """Return the share of the propellant that is left out at the pad so that the gain falls by ``hidden``."""
    loaded = exp(log(ratio) - hidden / exhaust)
    return (ratio - loaded) / (ratio - 1.0)


def _slower(ratio: float, exhaust: float, gain: float, hidden: float) -> float:
    """Return by which share ballast lowers the last acceleration: F / (m + b) with b that takes ``hidden`` off."""
    kept = exp((gain - hidden) / exhaust)
    if kept <= 1.0:
        return nan
    ballast = (ratio - kept) / (kept - 1.0)
    return ballast / (1.0 + ballast)


def as_array(found: tuple[Signs, ...]) -> np.ndarray:
    """Return the signs as rows (n, 5)."""
    return np.array([(s.share, s.full_speed_m_s, s.shorter_s, s.lower_share, s.off_axis_deg) for s in found])
