"""Free flight between the burns of a real stage, against its public telemetry."""

from __future__ import annotations

import csv
from math import cos, radians, sin
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from equipoise.physics.environment.earth import WGS84, EarthModel, altitude, enu_basis, geodetic_to_ecef
from equipoise.physics.flight.coast import coast
from validation.mechanics import row

TELEMETRY = "NROL-76, 1 May 2017: telemetry of the public webcast (shahar603/Telemetry-Data)"
RECORD = Path(__file__).parent / "data" / "nrol-76-first-stage.csv"


COAST_S, END_S = 214.0, 395.0
"""Between the burns, above the air: engines off at 210 s, 100 km passed downwards at 402 s."""


def telemetry() -> np.ndarray:
    """Return time (s), speed over ground (m/s), altitude (m) of the coast."""
    with RECORD.open(newline="") as stream:
        lines = list(csv.DictReader(stream))
    table = np.array(
        [(float(r["time_s"]), float(r["speed_m_s"]), 1e3 * float(r["altitude_km"])) for r in lines]
    )
    return table[(table[:, 0] >= COAST_S) & (table[:, 0] <= END_S)]


def coasted(unknown: np.ndarray, times: np.ndarray, earth: EarthModel) -> tuple[np.ndarray, np.ndarray]:
    """Return altitude and speed over ground; unknown are altitude, climb (m/s), speed over ground across it (m/s)."""
    height, climb, across = unknown
    lat, lon, heading = radians(28.8), radians(-80.2), radians(235.0)
    place = np.array(geodetic_to_ecef(lat, lon, height, earth))
    east, north, up = (np.array(v) for v in enu_basis(lat, lon))
    velocity = climb * up + across * (sin(heading) * east + cos(heading) * north)
    spin = np.array([0.0, 0.0, earth.omega_rad_s])
    start = np.concatenate((place, velocity + np.cross(spin, place)))
    after = np.array([coast(start, t - times[0], earth)[0] for t in times])
    heights = np.array([altitude(*s[:3], earth) for s in after])
    return heights, np.linalg.norm(after[:, 3:] - np.cross(spin, after[:, :3]), axis=1)


def falcon_rows() -> list[dict[str, Any]]:
    """The state at the start of the coast is fitted to its first minute; the rest is predicted."""
    table = telemetry()
    times = table[::5, 0]
    seen_height, seen_speed = table[::5, 2], table[::5, 1]
    early = times <= COAST_S + 60.0
    found = []
    misses = {}
    for name, earth in (("turning", WGS84), ("still", WGS84._replace(omega_rad_s=0.0))):

        def gaps(unknown: np.ndarray, earth: EarthModel = earth) -> np.ndarray:
            height, speed = coasted(unknown, times[early], earth)
            return np.concatenate(((height - seen_height[early]) / 60.0, (speed - seen_speed[early]) / 0.7))

        start = np.array([seen_height[0], 650.0, 290.0])
        fit = least_squares(gaps, start, x_scale=(100.0, 1.0, 1.0)).x
        height, speed = coasted(fit, times, earth)
        sink = np.gradient(seen_height, times)[-1]
        misses[name] = (float((height[-1] - seen_height[-1]) / abs(sink)), float(speed[-1] - seen_speed[-1]))
    late, fast = misses["turning"]
    found.append(
        row("telemetry.coast", f"a stage between its burns, fitted to one minute: time error of its height two minutes later "
            f"({END_S:.0f} s)", late, "s", "within 0.5 s", holds=abs(late) < 0.5, rank=1, source=TELEMETRY)
    )  # fmt: skip
    found.append(
        row("telemetry.speed", "error of its speed over ground then", fast, "m/s", "within 6 m/s", holds=abs(fast) < 6.0, rank=1,
            source=TELEMETRY)
    )  # fmt: skip
    found.append(
        row("telemetry.still_earth", "the same on an Earth that does not turn: flying west, its two effects on the height nearly "
            "cancel here", misses["still"][0], "s", "", holds=None, rank=1, source=TELEMETRY)
    )  # fmt: skip
    return found


def rows() -> list[dict[str, Any]]:
    """Return the rows."""
    return falcon_rows()
