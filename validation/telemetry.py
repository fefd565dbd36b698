"""The burnout estimator on real telemetry: end of the first burn of NROL-76's first stage, from what lies around it.

The seconds 137 to 143, in which the engines shut down, are withheld from the fit. What they show, and the event time that
the data set gives, are the truth to compare with. See ``data/README.md``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from math import cos, log, radians, sin
from pathlib import Path
from typing import Any

import numpy as np

from equipoise.analysis.flight_test.estimate import TWO_SIDED_95, Estimate, Prior, fit
from equipoise.physics.environment.earth import WGS84, destination, enu_basis, geodetic_to_ecef
from equipoise.physics.sensing.burnout_model import (
    DRAG,
    FORCE,
    GROWTH,
    PITCH,
    PITCH_RATE,
    SIZE,
    TAIL,
    TIME,
    YAW,
    predict,
)
from equipoise.physics.sensing.observation import ALTITUDE, MEASUREMENT, OBSERVER, SPEED

RECORD = Path(__file__).parent / "data" / "nrol-76-first-stage.csv"
PAD_DEG = (28.608, -80.604)
AZIMUTH_DEG = 45.0
"""Not published; the speeds and altitudes fitted here hardly depend on it (see the row on azimuth)."""
EVENT_S, APOGEE_S = 140.0, 284.0
"""End of the first burn and apogee, from the data set's file of events, to the second."""
BOOST_S, COAST_S = (122.0, 136.0), (144.0, 150.0)
"""Rows used on each side; after 150 s the stage is being turned for its return burn."""
SPEED_SIGMA_M_S, ALTITUDE_SIGMA_M = 0.7, 60.0
"""Scatter of the record about a smooth curve."""
NO_OBSERVER = np.zeros(1, OBSERVER)


@dataclass(frozen=True)
class Telemetry:
    """Time (s after launch), speed relative to the Earth (m/s), altitude (m)."""

    time_s: np.ndarray
    speed_m_s: np.ndarray
    altitude_m: np.ndarray

    def rows(self, chosen: np.ndarray) -> np.ndarray:
        """Return the chosen seconds as measurements of the burnout model."""
        both = [
            row
            for t, v, h in zip(
                self.time_s[chosen], self.speed_m_s[chosen], self.altitude_m[chosen], strict=True
            )
            for row in ((t, SPEED, 0, v, SPEED_SIGMA_M_S, -1), (t, ALTITUDE, 0, h, ALTITUDE_SIGMA_M, -1))
        ]
        return np.array(both, MEASUREMENT)

    def between(self, low_s: float, high_s: float) -> np.ndarray:
        """Return which seconds lie between two times, both included."""
        return (self.time_s >= low_s) & (self.time_s <= high_s)


def read() -> Telemetry:
    """Return the record."""
    with RECORD.open(encoding="utf-8") as stream:
        table = np.array([[float(cell) for cell in row] for row in list(csv.reader(stream))[1:]])
    return Telemetry(table[:, 0], table[:, 1], 1e3 * table[:, 2])


def state(
    *,
    downrange_m: float,
    altitude_m: float,
    speed_m_s: float,
    path_rad: float,
    time_s: float,
    azimuth_deg: float,
) -> np.ndarray:
    """Return the ECI state of a place and velocity along the launch azimuth; a path angle over 90 degrees flies back."""
    azimuth = radians(azimuth_deg)
    lat, lon = destination(radians(PAD_DEG[0]), radians(PAD_DEG[1]), azimuth, downrange_m / 6371e3)
    place = np.array(geodetic_to_ecef(lat, lon, altitude_m, WGS84))
    east, north, up = (np.array(axis) for axis in enu_basis(lat, lon))
    flat = sin(azimuth) * east + cos(azimuth) * north
    velocity = speed_m_s * (cos(path_rad) * flat + sin(path_rad) * up)
    velocity = velocity + np.cross([0.0, 0.0, WGS84.omega_rad_s], place)
    turn = WGS84.omega_rad_s * time_s
    c, s = cos(turn), sin(turn)
    to_eci = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    return np.concatenate([to_eci @ place, to_eci @ velocity])


def burnout(azimuth_deg: float = AZIMUTH_DEG) -> Estimate:
    """Return the estimate of the end of the first burn; the prior is broad about round numbers of such a stage.

    A cluster of liquid engines shuts down in a second or so: the tail-off is 1 s within a factor of two (one sigma).
    """
    mean, sigma = np.zeros(SIZE), np.empty(SIZE)
    mean[:6] = state(
        downrange_m=40e3,
        altitude_m=70e3,
        speed_m_s=1700.0,
        path_rad=radians(50.0),
        time_s=140.0,
        azimuth_deg=azimuth_deg,
    )
    mean[TIME], mean[FORCE], mean[GROWTH], mean[TAIL], mean[DRAG] = 140.0, 35.0, log(0.02), 0.0, log(3000.0)
    sigma[:3], sigma[3:6], sigma[TIME], sigma[FORCE], sigma[GROWTH] = 2e4, 200.0, 8.0, 15.0, 0.7
    sigma[PITCH], sigma[YAW], sigma[PITCH_RATE], sigma[TAIL], sigma[DRAG] = 0.09, 0.05, 0.005, 0.7, 0.5
    record = read()
    rows = record.rows(record.between(*BOOST_S) | record.between(*COAST_S))
    return fit(rows, NO_OBSERVER, Prior(mean, sigma, np.full(3, 1e-9)), mean)


def coast(low_s: float, high_s: float, *, from_s: float, every_s: int = 10) -> tuple[Estimate, np.ndarray]:
    """Return the ballistic fit to one second in ten of the second coast, and the speeds and altitudes that it implies.

    The record's errors hang together over some seconds; one second in ten makes them count once. The state belongs to
    ``from_s``; the array (n, 2) has speed (m/s) and altitude (m) for every second from ``from_s`` to ``high_s``.
    """
    mean, sigma = np.zeros(SIZE), np.full(SIZE, 1e-3)
    mean[:6] = state(
        downrange_m=72e3,
        altitude_m=140e3,
        speed_m_s=750.0,
        path_rad=radians(111.0),
        time_s=from_s,
        azimuth_deg=AZIMUTH_DEG,
    )
    mean[TIME], mean[FORCE], mean[GROWTH], mean[TAIL], mean[DRAG] = (
        from_s,
        10.0,
        log(0.02),
        log(0.5),
        log(3000.0),
    )
    sigma[:3], sigma[3:6], sigma[TIME] = 2e4, 200.0, 1e-6
    record = read()
    chosen = record.between(low_s, high_s) & (record.time_s % every_s == 0)
    found = fit(record.rows(chosen), NO_OBSERVER, Prior(mean, sigma, np.full(3, 1e-9)), mean)
    seconds = np.arange(from_s, high_s + 1.0)
    both = [row for t in seconds for row in ((t, SPEED, 0, 0, 1, -1), (t, ALTITUDE, 0, 0, 1, -1))]
    asked = np.array(both, MEASUREMENT)
    out = np.empty(len(asked))
    predict(found.x, asked, NO_OBSERVER, WGS84, out)
    return found, out.reshape(-1, 2)


def rows() -> list[dict[str, Any]]:
    """Return what the fits recover, beside what the record says."""
    record, found = read(), burnout()
    withheld = float(record.speed_m_s[record.between(137.0, 143.0)].max())
    time_half, speed_half = TWO_SIDED_95 * found.time_sigma_s, TWO_SIDED_95 * found.speed_sigma_m_s
    later, arc = coast(260.0, 410.0, from_s=210.0)
    recorded = float(record.speed_m_s[record.time_s == 210.0][0])
    early = abs(later.speed_m_s - recorded)
    top = 210.0 + float(arc[:, 1].argmax())
    spread = [burnout(azimuth).speed_m_s for azimuth in (20.0, 45.0, 90.0)]
    source = "shahar603/Telemetry-Data, NROL-76 (public domain)"
    return [
        _row("burnout-time", f"end of the first burn; event {EVENT_S:.0f} s to the second", found.time_s, "s",
             f"event within +-{time_half:.2f} (95 %) and rounding", abs(found.time_s - EVENT_S) <= time_half + 0.5, source),
        _row("burnout-speed", f"speed there; greatest value of the withheld record {withheld:.1f}", found.speed_m_s, "m/s",
             f"withheld within +-{speed_half:.1f} (95 %)", abs(found.speed_m_s - withheld) <= speed_half, source),
        _row("burnout-azimuth", "change of that speed over launch azimuths of 20 to 90 degrees", max(spread) - min(spread),
             "m/s", "under 1", max(spread) - min(spread) < 1.0, source),
        _row("coast-speed", f"speed at 210 s from the coast of 260 to 410 s; record {recorded:.1f}",
             later.speed_m_s, "m/s", f"record within +-{TWO_SIDED_95 * later.speed_sigma_m_s:.1f} (95 %)",
             early <= TWO_SIDED_95 * later.speed_sigma_m_s, source),
        _row("coast-apogee", f"apogee from the same fit; event {APOGEE_S:.0f} s", top, "s", "within 1",
             abs(top - APOGEE_S) <= 1.0, source),
    ]  # fmt: skip


def _row(name: str, what: str, value: float, unit: str, bar: str, holds: bool, source: str) -> dict[str, Any]:
    return {
        "id": f"telemetry-{name}",
        "what": what,
        "value": value,
        "unit": unit,
        "bar": bar,
        "holds": bool(holds),
        "source": source,
    }
